"""What each judge has to score, and how far they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased

from pitchpit.core.clock import now, today
from pitchpit.core.db import NOW, SOMEBODY, TODAY, db, put_together_once
from pitchpit.panels.enums import Handling, ScorecardState, Tie
from pitchpit.panels.models import Assignment, Conflict, Scorecard
from pitchpit.panels.queries.reading import Titles
from pitchpit.panels.queries.seeing import THE_ROUND, business, not_excluded, tied, waits, wrote
from pitchpit.panels.queries.ties import conflicts_to_decide
from pitchpit.people.models import Person
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal, Version
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import PanelMember, Round


@dataclass(frozen=True)
class PileRow:
    """One proposal in somebody's pile, and how far they are with it."""

    proposal_id: int
    reference: str
    title: str
    ask_pence: int
    standing: str  # "to_score", "saved", "submitted", "waiting" for the chair's word on a conflict


@dataclass(frozen=True)
class Declared:
    """A tie that this member has declared, as they may see it: never more of the proposal than when they declared it."""

    reference: str
    title: str
    conflict: Conflict


@dataclass(frozen=True)
class Pile:
    """What a member is asked to score in a round, and the ties they have declared."""

    rows: list[PileRow]
    declared: list[Declared]

    @property
    def to_do(self) -> list[PileRow]:
        """What can be scored now and is not submitted."""
        return [row for row in self.rows if row.standing in ("to_score", "saved")]

    @property
    def submitted(self) -> int:
        return sum(row.standing == "submitted" for row in self.rows)

    @property
    def waiting(self) -> int:
        return sum(row.standing == "waiting" for row in self.rows)

    def after(self, proposal_id: int) -> PileRow | None:
        """What to score next: the first after this one, else from the top."""
        place = next((n for n, row in enumerate(self.rows) if row.proposal_id == proposal_id), -1)
        ahead = {row.proposal_id for row in self.rows[place + 1 :]}
        left = [row for row in self.to_do if row.proposal_id != proposal_id]
        return next((row for row in left if row.proposal_id in ahead), left[0] if left else None)


def pile(person: Any, round: Round) -> Pile:
    """What this member is asked to score in this round, in an order of their own: who is read first matters. Three statements."""
    titles = Titles(round)
    rows = db.session.execute(_in_my_pile(), {"person_id": person.id, "round_id": round.id}).all()
    listed = [
        PileRow(
            row.id,
            row.reference,
            titles.of(row.id, row.title),
            row.ask_pence,
            "waiting" if row.waits else _standing(row.state),
        )
        for row in rows
    ]
    return Pile(sorted(listed, key=lambda row: _turn(person.id, row.proposal_id)), _declared(person, round, titles))


@put_together_once
def _in_my_pile() -> Any:
    return (
        select(
            Proposal.id,
            Proposal.reference,
            Version.title,
            Version.ask_pence,
            Scorecard.state,
            waits(SOMEBODY).label("waits"),
        )
        .join(Assignment, Assignment.proposal_id == Proposal.id)
        .join(Version, Version.id == Proposal.current_version_id)
        .outerjoin(Scorecard, (Scorecard.proposal_id == Proposal.id) & (Scorecard.person_id == SOMEBODY.id))
        .where(
            Proposal.round_id == THE_ROUND,
            *business(),
            Assignment.person_id == SOMEBODY.id,
            Assignment.ended_at.is_(None),
            not_excluded(SOMEBODY),
        )
    )


def _declared(person: Any, round: Round, titles: Titles) -> list[Declared]:
    """The ties this member declared. What was found out about them says something about the authors, and stays with the chair."""
    rows = db.session.execute(_ties_declared(), {"person_id": person.id, "round_id": round.id})
    return [Declared(reference or "", titles.of(one.proposal_id, title), one) for one, reference, title in rows]


@put_together_once
def _ties_declared() -> Any:
    return (
        select(Conflict, Proposal.reference, Version.title)
        .join(Conflict.proposal)
        .join(Version, Version.id == Proposal.current_version_id)
        .where(Conflict.person_id == SOMEBODY.id, Conflict.tie == Tie.DECLARED, Proposal.round_id == THE_ROUND)
        .where(*business())
        .order_by(Proposal.reference)
    )


def _standing(state: ScorecardState | None) -> str:
    if state is None:
        return "to_score"
    return "submitted" if state is ScorecardState.SUBMITTED else "saved"


def _turn(person_id: int, proposal_id: int) -> bytes:
    """A place in the pile that stays, and differs from judge to judge."""
    return hashlib.sha256(f"{person_id}/{proposal_id}".encode()).digest()


def _still_to_score(moment: Any) -> Any:
    """Round, judge and number, for every judge of a round that is being scored who has something left that they can score."""
    return _still_to_score_at_all().where(*_is_scored(moment))


def _still_to_score_at_all() -> Any:
    """The same, whether scoring is open or not."""
    return (
        select(Proposal.round_id, Assignment.person_id, func.count().label("number"))
        .join(Assignment, Assignment.proposal_id == Proposal.id)
        .join(Round, Round.id == Proposal.round_id)
        .join(PanelMember, (PanelMember.round_id == Round.id) & (PanelMember.person_id == Assignment.person_id))
        .outerjoin(Scorecard, (Scorecard.proposal_id == Proposal.id) & (Scorecard.person_id == Assignment.person_id))
        .where(PanelMember.left_on.is_(None), PanelMember.role != PanelRole.SECRETARY, *_is_left())
        .group_by(Proposal.round_id, Assignment.person_id)
    )


def _is_scored(moment: Any) -> tuple[ColumnElement[bool], ...]:
    """A round that is being scored."""
    return Round.opened_at.is_not(None), Round.scoring_closed_at.is_(None), Round.scoring_closes_at > moment


def _is_left() -> tuple[ColumnElement[bool], ...]:
    """An assignment that its judge can still do: not submitted, and no tie in the way."""
    return (
        Assignment.ended_at.is_(None),
        Proposal.state == ProposalState.SHORTLISTED,
        Proposal.concern_at.is_(None),
        (Scorecard.id.is_(None)) | (Scorecard.state == ScorecardState.DRAFT),
        ~tied(Assignment.person_id, by=[Handling.EXCLUDED, Handling.UNDECIDED]),
        ~wrote(Assignment.person_id),
    )


def _left_in_its_round(person_id: Any, what: Any, *around: Any) -> Select[Any]:
    """Of the round around it, `what` of each proposal that this judge has still to score, and can.

    `around` is where the judge's number comes from. The same as `_is_left`, written so that each proposal of the round is looked up by its keys, never all that a judge was asked in years.
    """
    assigned, scored = aliased(Assignment), aliased(Scorecard)
    is_asked = exists().where(
        assigned.proposal_id == Proposal.id, assigned.person_id == person_id, assigned.ended_at.is_(None)
    )
    is_done = exists().where(
        scored.proposal_id == Proposal.id, scored.person_id == person_id, scored.state != ScorecardState.DRAFT
    )
    ties = tied(person_id, by=[Handling.EXCLUDED, Handling.UNDECIDED]), wrote(person_id)
    return (
        select(what)
        .where(Proposal.round_id == Round.id, is_asked.correlate(Proposal, *around))
        .where(Proposal.state == ProposalState.SHORTLISTED, Proposal.concern_at.is_(None))
        .where(*(~one.correlate(Proposal, *around) for one in (is_done, *ties)))
        .correlate(Round, *around)
    )


def _to_score(*columns: Any) -> Select[Any]:
    """`columns` of each round that is being scored with `number`: how many SOMEBODY has still to score there."""
    seat = aliased(PanelMember)
    number = _left_in_its_round(SOMEBODY.id, func.count(Proposal.id)).scalar_subquery().label("number")
    found = select(*columns, number).join(seat, (seat.round_id == Round.id) & (seat.person_id == SOMEBODY.id))
    return found.where(*_is_scored(NOW), seat.left_on.is_(None), seat.role != PanelRole.SECRETARY)


def _to_wait_for(*columns: Any) -> Select[Any]:
    """`columns` of each round that is being scored and whose papers SOMEBODY keeps, with `number`: how many judges have something left."""
    seat, judge = aliased(PanelMember), aliased(PanelMember)
    left = _left_in_its_round(judge.person_id, Proposal.id, judge).exists()
    judges = select(func.count()).where(
        judge.round_id == Round.id, judge.left_on.is_(None), judge.role != PanelRole.SECRETARY, left
    )
    number = judges.correlate(Round).scalar_subquery().label("number")
    found = select(*columns, number).join(seat, (seat.round_id == Round.id) & (seat.person_id == SOMEBODY.id))
    return found.where(*_is_scored(NOW), seat.left_on.is_(None), seat.role == PanelRole.SECRETARY)


def left_to_score(person: Any) -> Sequence[Any]:
    """For each round that is being scored, how many this person has still to score: rows (round, number). One statement."""
    rows = db.session.execute(_left_to_score(), {"person_id": person.id, "now": now()})
    return [row for row in rows if row.number]


@put_together_once
def _left_to_score() -> Any:
    numbers = _to_score(Round.id).subquery()
    left = select(Round, numbers.c.number).join(numbers, numbers.c.id == Round.id)
    return left.order_by(Round.scoring_closes_at, Round.id)


def wanted_from(person: Any) -> Sequence[Any]:
    """What each round wants of this person now: rows (what, round number, title, when scoring closes, how many). One statement.

    "score": proposals that they have still to score; "wait": judges who have something left, where they keep the panel's papers; "decide":
    conflicts that wait for their word, as its chair or deputy.
    """
    values = {"person_id": person.id, "now": now(), "today": today()}
    return [row for row in db.session.execute(_wanted_from(), values) if row.number]


@put_together_once
def _wanted_from() -> Any:
    columns = Round.id, Round.title, Round.scoring_closes_at
    conflicts = conflicts_to_decide(SOMEBODY, TODAY).subquery()
    to_decide = select(*columns, conflicts.c.number).join(conflicts, conflicts.c.round_id == Round.id)
    parts = (("score", _to_score(*columns)), ("wait", _to_wait_for(*columns)), ("decide", to_decide))
    wanted = union_all(*(part.add_columns(literal(what).label("what")) for what, part in parts)).subquery()
    asked = select(wanted.c.what, wanted.c.id, wanted.c.title, wanted.c.scoring_closes_at, wanted.c.number)
    return asked.order_by(wanted.c.scoring_closes_at, wanted.c.id)


def to_remind(before: datetime) -> Sequence[Any]:
    """Rows (round, closing moment, judge) of everybody with something left to score in a round whose scoring closes by `before`."""
    left = _still_to_score(now()).where(Round.scoring_closes_at <= before).subquery()
    return db.session.execute(
        select(left.c.round_id, Round.scoring_closes_at, left.c.person_id)
        .join(Round, Round.id == left.c.round_id)
        .order_by(left.c.round_id, left.c.person_id)
    ).all()


def judges_with_something_left(round: Round) -> list[int]:
    """The numbers of the judges who have not handed in all that they were asked to score in this round and can. One statement."""
    rows = db.session.execute(_still_to_score_at_all().where(Proposal.round_id == round.id))
    return sorted(row.person_id for row in rows)


def left_for(round_id: int, person_id: int) -> tuple[Round, Person, int] | None:
    """The round, the judge and how many they have left to score; None where nothing is."""
    left = _still_to_score(now()).where(Proposal.round_id == round_id, Assignment.person_id == person_id)
    row = db.session.execute(left).one_or_none()
    return (db.session.get_one(Round, round_id), db.session.get_one(Person, person_id), row.number) if row else None
