"""What the panel's pages show. A member sees the panel's business of a proposal only where nothing excludes them from it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from pitchpit.core.db import db, locked
from pitchpit.panels import rules, scoring
from pitchpit.panels.enums import Attendance, Handling, ScorecardState
from pitchpit.panels.models import Assignment, Conflict, Meeting, MeetingItem, Score, Scorecard
from pitchpit.people.models import Person
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Author, Proposal, Version
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import PanelMember, Round

#: A panel's business: what was shortlisted, and what became of it.
JUDGED = (
    ProposalState.SHORTLISTED,
    ProposalState.APPROVED,
    ProposalState.SUPPORTED,
    ProposalState.DECLINED,
    ProposalState.REDIRECTED,
    ProposalState.SHELVED,
)


def member_of(person: Any) -> ColumnElement[bool]:
    """Rounds on whose panel this person sits now."""
    return exists().where(
        PanelMember.round_id == Round.id, PanelMember.person_id == person.id, PanelMember.left_on.is_(None)
    )


def not_excluded(person: Any) -> ColumnElement[bool]:
    """Proposals that no conflict keeps this person away from."""
    return ~exists().where(
        Conflict.proposal_id == Proposal.id, Conflict.person_id == person.id, Conflict.handling == Handling.EXCLUDED
    )


def sits_on_a_panel(person: Any) -> bool:
    """Whether "Judging" is of any use to this person."""
    return bool(
        db.session.scalar(
            select(
                select(PanelMember.id).where(PanelMember.person_id == person.id, PanelMember.left_on.is_(None)).exists()
            )
        )
    )


def rounds_of(person: Any) -> Sequence[Round]:
    """The opened rounds on whose panel this person sits, the one that closes last first."""
    mine = (
        select(Round)
        .where(member_of(person), Round.opened_at.is_not(None))
        .options(joinedload(Round.scheme), selectinload(Round.members))
    )
    return db.session.scalars(mine.order_by(Round.scoring_closes_at.desc(), Round.id)).all()


def round_or_404(person: Any, round_id: int, *, change: bool = False) -> Round:
    """The round with its panel and rubric, if this person is on the panel; locked for a change."""
    mine = select(Round).where(Round.id == round_id, member_of(person), Round.opened_at.is_not(None))
    whole = mine.options(
        selectinload(Round.members).joinedload(PanelMember.person),
        selectinload(Round.criteria),
        joinedload(Round.scheme),
    )
    return db.session.scalars(locked(whole, change=change, of=Round)).unique().one_or_none() or abort(404)


def proposal_or_404(person: Any, proposal_id: int, *, change: bool = False) -> Proposal:
    """The proposal as this member may judge it: shortlisted once, in a round of theirs, no conflict excluding them; locked for a change."""
    mine = (
        select(Proposal)
        .join(Proposal.round)
        .where(
            Proposal.id == proposal_id,
            Proposal.state.in_(JUDGED),
            Proposal.concern_at.is_(None),
            member_of(person),
            not_excluded(person),
        )
        .options(contains_eager(Proposal.round).selectinload(Round.members), joinedload(Proposal.current_version))
    )
    return db.session.scalars(locked(mine, change=change, of=Proposal)).unique().one_or_none() or abort(404)


def conflicts_on(proposal: Proposal) -> Sequence[Conflict]:
    """Every tie noted on this proposal."""
    return db.session.scalars(select(Conflict).where(Conflict.proposal_id == proposal.id).order_by(Conflict.id)).all()


def is_assigned(person: Any, proposal: Proposal) -> bool:
    """Whether this proposal is in their pile."""
    mine = select(Assignment.id).where(
        Assignment.proposal_id == proposal.id, Assignment.person_id == person.id, Assignment.ended_at.is_(None)
    )
    return db.session.scalar(mine) is not None


def scorecard_of(person: Any, proposal: Proposal, *, change: bool = False) -> Scorecard | None:
    """Their scorecard on it, with its scores."""
    mine = select(Scorecard).where(Scorecard.proposal_id == proposal.id, Scorecard.person_id == person.id)
    return db.session.scalars(locked(mine.options(selectinload(Scorecard.scores)), change=change)).one_or_none()


# --- What a judge reads ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Blinded:
    """A version as judges read it: without its authors' names where the round hides them, without its service where it hides that too."""

    proposal_id: int
    reference: str
    title: str
    answers: list[dict[str, Any]]
    costs: list[dict[str, Any]]
    ask_pence: int
    hours: int | None
    pays_after: str
    theme: str | None
    service: str | None
    authors: list[str]
    hidden: bool


def blinded(proposal: Proposal) -> Blinded:
    """The current version as the round's judges may read it."""
    version = proposal.current_version
    assert version is not None, "only what was handed in is judged"
    names = db.session.scalars(
        select(Person.name)
        .join(Author, Author.person_id == Person.id)
        .where(Author.proposal_id == proposal.id, Author.left_at.is_(None))
    ).all()
    hide = proposal.round.authors_hidden
    known = names if hide else ()
    return Blinded(
        proposal_id=proposal.id,
        reference=proposal.reference or "",
        title=without_names(version.title, known),
        answers=[{**answer, "text": without_names(answer["text"], known)} for answer in version.content["answers"]],
        costs=[{**line, "what": without_names(line["what"], known)} for line in version.content["costs"]],
        ask_pence=version.ask_pence,
        hours=version.content.get("hours"),
        pays_after=without_names(version.content.get("pays_after") or "", known),
        theme=version.content.get("theme"),
        service=None if proposal.round.service_hidden else version.content.get("service"),
        authors=[] if hide else list(names),
        hidden=hide,
    )


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with each of these full names covered, whatever its case."""
    for name in names:
        text = re.sub(rf"\b{re.escape(name)}\b", "[name hidden]", text, flags=re.IGNORECASE)
    return text


# --- My pile --------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PileRow:
    """One proposal in somebody's pile, and how far they are with it."""

    proposal_id: int
    reference: str
    title: str
    ask_pence: int
    standing: str  # "to_score", "saved", "submitted", "waiting" for the chair's word on a conflict


def pile(person: Any, round: Round) -> list[PileRow]:
    """What this member is asked to score in this round, in an order of their own (who is read first matters), in two statements."""
    mine = (
        select(Proposal.id, Proposal.reference, Version.title, Version.ask_pence, Scorecard.state)
        .join(Assignment, Assignment.proposal_id == Proposal.id)
        .join(Version, Version.id == Proposal.current_version_id)
        .outerjoin(Scorecard, (Scorecard.proposal_id == Proposal.id) & (Scorecard.person_id == person.id))
        .where(
            Proposal.round_id == round.id,
            Proposal.state.in_(JUDGED),
            Proposal.concern_at.is_(None),
            Assignment.person_id == person.id,
            Assignment.ended_at.is_(None),
            not_excluded(person),
        )
    )
    rows = db.session.execute(mine).all()
    undecided = set(
        db.session.scalars(
            select(Conflict.proposal_id).where(Conflict.person_id == person.id, Conflict.handling == Handling.UNDECIDED)
        )
    )
    names = _known_names([row.id for row in rows]) if round.authors_hidden else {}
    listed = [
        PileRow(
            row.id,
            row.reference,
            without_names(row.title, names.get(row.id, ())),
            row.ask_pence,
            _standing(row.id, row.state, undecided),
        )
        for row in rows
    ]
    return sorted(listed, key=lambda row: _turn(person.id, row.proposal_id))


def _known_names(proposal_ids: Collection[int]) -> dict[int, list[str]]:
    """The authors' names of each proposal."""
    rows = db.session.execute(
        select(Author.proposal_id, Person.name)
        .join(Person, Person.id == Author.person_id)
        .where(Author.proposal_id.in_(proposal_ids))
    )
    names: dict[int, list[str]] = defaultdict(list)
    for proposal_id, name in rows:
        names[proposal_id].append(name)
    return names


def _standing(proposal_id: int, state: ScorecardState | None, undecided: Collection[int]) -> str:
    if proposal_id in undecided:
        return "waiting"
    if state is None:
        return "to_score"
    return "submitted" if state is ScorecardState.SUBMITTED else "saved"


def _turn(person_id: int, proposal_id: int) -> bytes:
    """A place in the pile that stays, and differs from judge to judge."""
    return hashlib.sha256(f"{person_id}/{proposal_id}".encode()).digest()


def left_to_score(person: Any) -> Sequence[Any]:
    """For each round that is being scored, how many this person has still to score: rows (round, number)."""
    waiting = (
        select(Proposal.round_id, func.count().label("number"))
        .join(Assignment, Assignment.proposal_id == Proposal.id)
        .outerjoin(Scorecard, (Scorecard.proposal_id == Proposal.id) & (Scorecard.person_id == person.id))
        .where(
            Assignment.person_id == person.id,
            Assignment.ended_at.is_(None),
            Proposal.state == ProposalState.SHORTLISTED,
            Proposal.concern_at.is_(None),
            (Scorecard.id.is_(None)) | (Scorecard.state == ScorecardState.DRAFT),
            not_excluded(person),
        )
        .group_by(Proposal.round_id)
        .subquery()
    )
    return db.session.execute(
        select(Round, waiting.c.number)
        .join(waiting, waiting.c.round_id == Round.id)
        .order_by(Round.scoring_closes_at, Round.id)
    ).all()


# --- Conflicts and assignment ---------------------------------------------------------------------------------------------------------


def conflict_register(round: Round, person: Any) -> Sequence[Conflict]:
    """Every tie noted in the round, but for proposals that this person is excluded from."""
    noted = (
        select(Conflict)
        .join(Conflict.proposal)
        .where(Proposal.round_id == round.id, Proposal.concern_at.is_(None), not_excluded(person))
        .options(
            contains_eager(Conflict.proposal).joinedload(Proposal.current_version),
            joinedload(Conflict.person),
            joinedload(Conflict.decided_by),
        )
    )
    return db.session.scalars(
        noted.order_by(Conflict.handling != Handling.UNDECIDED, Proposal.reference, Conflict.id)
    ).all()


def conflict_or_404(person: Any, conflict_id: int) -> Conflict:
    """A conflict of a round whose panel this person is on; its proposal is locked, since scorecards depend on it."""
    noted = db.session.get(Conflict, conflict_id) or abort(404)
    proposal_or_404(person, noted.proposal_id, change=True)
    db.session.refresh(noted)
    return noted


def shortlisted(round: Round) -> Sequence[Proposal]:
    """What the panel judges now, in the order of references."""
    judged = select(Proposal).where(
        Proposal.round_id == round.id, Proposal.state == ProposalState.SHORTLISTED, Proposal.concern_at.is_(None)
    )
    return db.session.scalars(judged.options(joinedload(Proposal.current_version)).order_by(Proposal.reference)).all()


def barred_pairs(proposals: Collection[Proposal]) -> set[tuple[int, int]]:
    """(proposal, person) where a conflict excludes, or is still undecided."""
    rows = db.session.execute(
        select(Conflict.proposal_id, Conflict.person_id).where(
            Conflict.proposal_id.in_([proposal.id for proposal in proposals]),
            Conflict.handling != Handling.MAY_TAKE_PART,
        )
    )
    return {(proposal_id, person_id) for proposal_id, person_id in rows}


def assigned_pairs(round: Round) -> set[tuple[int, int]]:
    """(proposal, person) of every assignment that stands in this round."""
    rows = db.session.execute(
        select(Assignment.proposal_id, Assignment.person_id)
        .join(Proposal, Proposal.id == Assignment.proposal_id)
        .where(Proposal.round_id == round.id, Assignment.ended_at.is_(None))
    )
    return {(proposal_id, person_id) for proposal_id, person_id in rows}


def assignments_of(round: Round) -> Sequence[Assignment]:
    """Every assignment of the round, ended ones too."""
    return db.session.scalars(
        select(Assignment).join(Assignment.proposal).where(Proposal.round_id == round.id).order_by(Assignment.id)
    ).all()


@dataclass(frozen=True)
class Progress:
    """How far a member is: how many are in their pile, how many submitted."""

    member: PanelMember
    assigned: int
    submitted: int


def progress(round: Round) -> list[Progress]:
    """Who has scored how much; for those who keep the papers. One statement."""
    rows = db.session.execute(
        select(
            Assignment.person_id,
            func.count(Assignment.id),
            func.count(Scorecard.id).filter(
                Scorecard.state == ScorecardState.SUBMITTED, Scorecard.withdrawn_at.is_(None)
            ),
        )
        .join(Proposal, Proposal.id == Assignment.proposal_id)
        .outerjoin(
            Scorecard, (Scorecard.proposal_id == Assignment.proposal_id) & (Scorecard.person_id == Assignment.person_id)
        )
        .where(Proposal.round_id == round.id, Assignment.ended_at.is_(None))
        .group_by(Assignment.person_id)
    )
    counts = {person_id: (assigned, submitted) for person_id, assigned, submitted in rows}
    return [Progress(member, *counts.get(member.person_id, (0, 0))) for member in round.members if member.scores]


# --- Ranking --------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ranked:
    """One line of the ranking: rank (None without a score), what it is, its raw score (0 to 100), spread and judges."""

    rank: int | None
    proposal_id: int
    reference: str
    title: str
    state: ProposalState
    ask_pence: int
    raw: float | None
    spread: float | None
    judges: int
    within_pot: bool


@dataclass(frozen=True)
class Ranking:
    """A round's ranking as one member may see it."""

    lines: list[Ranked]
    judges: int
    fundable: int


def ranking(round: Round, person: Any) -> Ranking:
    """The proposals by raw score, the highest first, but for those that this person is excluded from; in three statements.

    Ties and proposals without a score stand in the order of references.
    """
    proposals = db.session.execute(
        select(Proposal.id, Proposal.reference, Proposal.state, Version.title, Version.ask_pence)
        .join(Version, Version.id == Proposal.current_version_id)
        .where(Proposal.round_id == round.id, _was_judged(), Proposal.concern_at.is_(None), not_excluded(person))
        .order_by(Proposal.reference)
    ).all()
    totals = counted_totals(round)
    figures = {row.id: scoring.raw([total for _, total in totals.get(row.id, ())]) for row in proposals}
    ordered = sorted(
        proposals, key=lambda row: (figures[row.id].score is None, -(figures[row.id].score or 0), row.reference)
    )
    places = scoring.ranks([figures[row.id].score for row in ordered])
    fundable = scoring.funded([row.ask_pence for row in ordered if figures[row.id].score is not None], round.pot_pence)
    lines = [
        Ranked(
            rank=place,
            proposal_id=row.id,
            reference=row.reference,
            title=row.title,
            state=row.state,
            ask_pence=row.ask_pence,
            raw=figures[row.id].score,
            spread=figures[row.id].spread,
            judges=figures[row.id].judges,
            within_pot=number < fundable,
        )
        for number, (row, place) in enumerate(zip(ordered, places, strict=True))
    ]
    seen = {judge for row in proposals for judge, _ in totals.get(row.id, ())}
    return Ranking(lines, judges=len(seen), fundable=fundable)


def _was_judged() -> ColumnElement[bool]:
    """Shortlisted now, or with a scorecard from when it was: what triage decided by itself was never before the panel."""
    return (Proposal.state == ProposalState.SHORTLISTED) | exists().where(Scorecard.proposal_id == Proposal.id)


def counted_totals(round: Round) -> dict[int, list[tuple[int, float]]]:
    """The totals that count, by proposal: (judge, total 0 to 100). Submitted, not withdrawn, of members whose seat counts."""
    rows = db.session.execute(_counted_scores(round)).all()
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    levels: dict[tuple[int, int], dict[int, int | None]] = defaultdict(dict)
    for proposal_id, person_id, criterion_id, level in rows:
        levels[proposal_id, person_id][criterion_id] = level
    totals: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (proposal_id, person_id), given in levels.items():
        if (total := scoring.total(given, weights)) is not None:
            totals[proposal_id].append((person_id, total))
    return totals


def _counted_scores(round: Round) -> Select[Any]:
    return (
        select(Scorecard.proposal_id, Scorecard.person_id, Score.criterion_id, Score.level)
        .join(Score, Score.scorecard_id == Scorecard.id)
        .join(Proposal, Proposal.id == Scorecard.proposal_id)
        .join(PanelMember, (PanelMember.round_id == Proposal.round_id) & (PanelMember.person_id == Scorecard.person_id))
        .where(
            Proposal.round_id == round.id,
            Scorecard.state == ScorecardState.SUBMITTED,
            Scorecard.withdrawn_at.is_(None),
            PanelMember.shadow.is_(False),
            PanelMember.role != PanelRole.SECRETARY,
        )
    )


def scorecards_on(proposal: Proposal) -> Sequence[Scorecard]:
    """The submitted scorecards on a proposal with their scores and judges, for the panel once scoring has closed."""
    counted = select(Scorecard).where(
        Scorecard.proposal_id == proposal.id,
        Scorecard.state == ScorecardState.SUBMITTED,
        Scorecard.withdrawn_at.is_(None),
    )
    return db.session.scalars(
        counted.options(selectinload(Scorecard.scores), joinedload(Scorecard.person)).order_by(Scorecard.id)
    ).all()


# --- Meetings -------------------------------------------------------------------------------------------------------------------------


def meetings_of(round: Round) -> Sequence[Meeting]:
    """The round's panel meetings, the last first, with who was there and each item."""
    held = select(Meeting).where(Meeting.round_id == round.id)
    return db.session.scalars(
        held.options(
            selectinload(Meeting.attendances), selectinload(Meeting.items).selectinload(MeetingItem.absences)
        ).order_by(Meeting.held_on.desc(), Meeting.id.desc())
    ).all()


def quorum_present(
    meeting: Meeting, proposal: Proposal, conflicts: Collection[Conflict], members: Mapping[int, PanelMember]
) -> int:
    """How many members that count were present for this proposal: not excluded, and in the room for its item."""
    left = {absence.person_id for item in meeting.items if item.proposal_id == proposal.id for absence in item.absences}
    present = {row.person_id for row in meeting.attendances if row.attendance is Attendance.PRESENT}
    return sum(
        1
        for person_id in present - left
        if (member := members.get(person_id)) is not None
        and member.counts
        and not rules.is_excluded(person_id, conflicts)
    )
