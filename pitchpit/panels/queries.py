"""What the panel's pages show. A member sees the panel's business of a proposal only where nothing excludes them from it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Exists, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload, selectinload

from pitchpit.core.clock import now
from pitchpit.core.db import db, locked
from pitchpit.panels import assignment, rules, scoring
from pitchpit.panels.blinding import covered
from pitchpit.panels.enums import Attendance, ConflictType, Handling, ScorecardState, Tie
from pitchpit.panels.models import Assignment, Conflict, Meeting, MeetingItem, Score, Scorecard
from pitchpit.panels.told import SharedOut
from pitchpit.people.models import Person
from pitchpit.people.queries import line_manager_ids
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Author, Proposal, Version
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import Criterion, PanelMember, Round

#: A panel's business: what was shortlisted, and what became of it.
JUDGED = (
    ProposalState.SHORTLISTED,
    ProposalState.APPROVED,
    ProposalState.SUPPORTED,
    ProposalState.DECLINED,
    ProposalState.REDIRECTED,
    ProposalState.SHELVED,
)

#: A round's criteria with the words of their levels, in one statement.
RUBRIC = selectinload(Round.criteria).joinedload(Criterion.levels)

#: What a ranking is worked out with besides the scores: the criteria and the pot.
FOR_RANKING = (selectinload(Round.criteria), selectinload(Round.funds))


# Who may see what.


def member_of(person: Any) -> ColumnElement[bool]:
    """Rounds on whose panel this person sits now."""
    seat = aliased(PanelMember)
    return exists().where(seat.round_id == Round.id, seat.person_id == person.id, seat.left_on.is_(None))


Key = InstrumentedAttribute[int] | int  # a column or a number


def _wrote(person_id: Key, proposal_id: Key = Proposal.id) -> Exists:
    """Has been an author of the proposal, also one who has left its team or joined it after it was shortlisted."""
    author = aliased(Author)  # an alias here and below: the same table may stand in the query around
    return exists().where(author.proposal_id == proposal_id, author.person_id == person_id)


def _tied(person_id: Key, proposal_id: Key = Proposal.id, *, by: Collection[Handling]) -> Exists:
    tie = aliased(Conflict)
    return exists().where(tie.proposal_id == proposal_id, tie.person_id == person_id, tie.handling.in_(by))


def not_excluded(person: Any) -> ColumnElement[bool]:
    """Proposals that no conflict keeps this person away from; an author always is."""
    return ~_tied(person.id, by=[Handling.EXCLUDED]) & ~_wrote(person.id)


def untied(person: Any) -> ColumnElement[bool]:
    """Proposals with nothing of this person's in the way: no conflict that excludes them, none that waits for a word."""
    return not_excluded(person) & ~_waits(person)


def _waits(person: Any) -> ColumnElement[bool]:
    """Whether a tie of this person to the proposal is still to be decided about."""
    return _tied(person.id, by=[Handling.UNDECIDED])


def _free_of_ties() -> ColumnElement[bool]:
    """Scorecards whose judge nothing keeps from the proposal, whichever came first."""
    standing = _tied(Scorecard.person_id, Scorecard.proposal_id, by=[Handling.EXCLUDED, Handling.UNDECIDED])
    return ~standing & ~_wrote(Scorecard.person_id, Scorecard.proposal_id)


def _before_the_panel() -> ColumnElement[bool]:
    """Shortlisted now, or once: what triage decided by itself was never before the panel."""
    assigned, scored = aliased(Assignment), aliased(Scorecard)
    return (
        (Proposal.state == ProposalState.SHORTLISTED)
        | exists().where(assigned.proposal_id == Proposal.id)
        | exists().where(scored.proposal_id == Proposal.id)
    )


def _business() -> tuple[ColumnElement[bool], ...]:
    """What is, or was, before the panel, and is no concern."""
    return Proposal.state.in_(JUDGED), Proposal.concern_at.is_(None), _before_the_panel()


def sits_on_a_panel(person_id: Any) -> ColumnElement[bool]:
    """In SQL, whether "Judging" is of any use to this person: a seat on the panel of an opened round."""
    return (
        exists()
        .where(PanelMember.person_id == person_id, PanelMember.left_on.is_(None))
        .where(Round.id == PanelMember.round_id, Round.opened_at.is_not(None))
    )


def rounds_of(person: Any) -> Sequence[Round]:
    """The opened rounds on whose panel this person sits, the one that closes last first. Two statements."""
    mine = (
        select(Round)
        .where(member_of(person), Round.opened_at.is_not(None))
        .options(joinedload(Round.scheme), selectinload(Round.members))
    )
    return db.session.scalars(mine.order_by(Round.scoring_closes_at.desc(), Round.id)).all()


def round_or_404(person: Any, round_id: int, *, change: bool = False, load: Iterable[Any] = ()) -> Round:
    """The round with its panel, if this person is on it; locked for a change. `load` brings more of its parts."""
    mine = select(Round).where(Round.id == round_id, member_of(person), Round.opened_at.is_not(None))
    panel = selectinload(Round.members).joinedload(PanelMember.person)
    whole = mine.options(panel, joinedload(Round.scheme), *load)
    return db.session.scalars(locked(whole, change=change, of=Round)).unique().one_or_none() or abort(404)


def proposal_or_404(person: Any, proposal_id: int, *, change: bool = False, load: Iterable[Any] = ()) -> Proposal:
    """The proposal as this member may judge it: before the panel of a round of theirs, no conflict excluding them; locked for a change.

    `load` brings more of its round's parts.
    """
    mine = (
        select(Proposal)
        .join(Proposal.round)
        .where(Proposal.id == proposal_id, *_business(), member_of(person), not_excluded(person))
        .options(
            contains_eager(Proposal.round).options(selectinload(Round.members), *load),
            joinedload(Proposal.current_version),
        )
    )
    return db.session.scalars(locked(mine, change=change, of=Proposal)).unique().one_or_none() or abort(404)


def conflicts_on(proposal: Proposal) -> Sequence[Conflict]:
    """Every tie noted on this proposal."""
    return db.session.scalars(select(Conflict).where(Conflict.proposal_id == proposal.id).order_by(Conflict.id)).all()


def judged_by(person: Any, proposal: Proposal, *, change: bool = False) -> tuple[bool, Scorecard | None]:
    """Whether this proposal is in their pile, and their scorecard on it with its scores, locked for a change. One statement."""
    assigned = exists().where(
        Assignment.proposal_id == proposal.id, Assignment.person_id == person.id, Assignment.ended_at.is_(None)
    )
    if change:
        return bool(db.session.scalar(select(assigned))), scorecard_of(person, proposal, change=True)
    mine = (
        select(Proposal.id, assigned, Scorecard)
        .outerjoin(Scorecard, (Scorecard.proposal_id == Proposal.id) & (Scorecard.person_id == person.id))
        .where(Proposal.id == proposal.id)
        .options(joinedload(Scorecard.scores))
    )
    _, is_assigned, scorecard = db.session.execute(mine).unique().one()
    return bool(is_assigned), scorecard


def scorecard_of(person: Any, proposal: Proposal, *, change: bool = False) -> Scorecard | None:
    """Their scorecard on it, with its scores."""
    mine = select(Scorecard).where(Scorecard.proposal_id == proposal.id, Scorecard.person_id == person.id)
    return db.session.scalars(locked(mine.options(selectinload(Scorecard.scores)), change=change)).one_or_none()


def my_scorecard_or_404(person: Any, proposal: Proposal, *, change: bool = False) -> Scorecard:
    return scorecard_of(person, proposal, change=change) or abort(404)


def total_of(scorecard: Scorecard, round: Round) -> float | None:
    """What this scorecard comes to as it stands, 0 to 100; None below 60 % of the weight."""
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    given = {score.criterion_id: score.level for score in scorecard.scores if score.criterion_id in weights}
    return scoring.total(given, weights)


# What a judge reads.


@dataclass(frozen=True)
class Blinded:
    """A version as judges read it: without its authors' names where the round hides them, without its service where it hides that too."""

    proposal_id: int
    reference: str
    title: str
    content: dict[str, Any]
    ask_pence: int
    service: str | None
    authors: list[str]
    hidden: bool


def blinded(proposal: Proposal) -> Blinded:
    """The current version as the round's judges may read it. One statement."""
    version = proposal.submitted_version
    names = [
        name
        for (name,) in db.session.execute(
            select(Person.name)
            .join(Author, Author.person_id == Person.id)
            .where(Author.proposal_id == proposal.id)
            .order_by(Author.id)
        )
    ]
    round = proposal.round
    hide = names if round.authors_hidden else []
    content = version.content
    service = content.get("service")

    def cover(text: str | None) -> str:
        return covered(text or "", hide)

    return Blinded(
        proposal_id=proposal.id,
        reference=proposal.reference or "",
        title=cover(version.title),
        content={
            **content,
            "answers": [{**answer, "text": cover(answer["text"])} for answer in content["answers"]],
            "costs": [{**line, "what": cover(line["what"])} for line in content["costs"]],
            "pays_after": cover(content.get("pays_after")),
            "service": None,
        },
        ask_pence=version.ask_pence,
        service=None if round.service_hidden else service,
        authors=[] if round.authors_hidden else names,
        hidden=round.authors_hidden,
    )


class Titles:
    """The titles of a round's proposals as its panel may read them. One statement where the round hides its authors, none elsewhere."""

    def __init__(self, round: Round, loaded: Iterable[Proposal] | None = None) -> None:
        """`loaded` are proposals whose authors are loaded: then it costs no statement."""
        self._names: dict[int, list[str]] = defaultdict(list)
        if round.authors_hidden and loaded is not None:
            for proposal in loaded:
                self._names[proposal.id] = [author.person.name for author in proposal.authors]
        elif round.authors_hidden:
            rows = db.session.execute(
                select(Author.proposal_id, Person.name)
                .join(Person, Person.id == Author.person_id)
                .join(Proposal, Proposal.id == Author.proposal_id)
                .where(Proposal.round_id == round.id, Proposal.state.in_(JUDGED))
            )
            for proposal_id, name in rows:
                self._names[proposal_id].append(name)

    def of(self, proposal_id: int, title: str) -> str:
        return covered(title, self._names.get(proposal_id, ()))


# My pile.


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
    rows = db.session.execute(_in_my_pile(person, round)).all()
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


def _in_my_pile(person: Any, round: Round) -> Any:
    return (
        select(
            Proposal.id,
            Proposal.reference,
            Version.title,
            Version.ask_pence,
            Scorecard.state,
            _waits(person).label("waits"),
        )
        .join(Assignment, Assignment.proposal_id == Proposal.id)
        .join(Version, Version.id == Proposal.current_version_id)
        .outerjoin(Scorecard, (Scorecard.proposal_id == Proposal.id) & (Scorecard.person_id == person.id))
        .where(
            Proposal.round_id == round.id,
            *_business(),
            Assignment.person_id == person.id,
            Assignment.ended_at.is_(None),
            not_excluded(person),
        )
    )


def _declared(person: Any, round: Round, titles: Titles) -> list[Declared]:
    """The ties this member declared. What was found out about them says something about the authors, and stays with the chair."""
    rows = db.session.execute(
        select(Conflict, Proposal.reference, Version.title)
        .join(Conflict.proposal)
        .join(Version, Version.id == Proposal.current_version_id)
        .where(Conflict.person_id == person.id, Conflict.tie == Tie.DECLARED, Proposal.round_id == round.id)
        .where(*_business())
        .order_by(Proposal.reference)
    )
    return [Declared(reference or "", titles.of(one.proposal_id, title), one) for one, reference, title in rows]


def _standing(state: ScorecardState | None) -> str:
    if state is None:
        return "to_score"
    return "submitted" if state is ScorecardState.SUBMITTED else "saved"


def _turn(person_id: int, proposal_id: int) -> bytes:
    """A place in the pile that stays, and differs from judge to judge."""
    return hashlib.sha256(f"{person_id}/{proposal_id}".encode()).digest()


def _still_to_score() -> Any:
    """Round, judge and number, for every judge of a round that is being scored who has something left that they can score."""
    waiting = _tied(Assignment.person_id, by=[Handling.EXCLUDED, Handling.UNDECIDED])
    return (
        select(Proposal.round_id, Assignment.person_id, func.count().label("number"))
        .join(Assignment, Assignment.proposal_id == Proposal.id)
        .join(Round, Round.id == Proposal.round_id)
        .join(PanelMember, (PanelMember.round_id == Round.id) & (PanelMember.person_id == Assignment.person_id))
        .outerjoin(Scorecard, (Scorecard.proposal_id == Proposal.id) & (Scorecard.person_id == Assignment.person_id))
        .where(
            PanelMember.left_on.is_(None),
            PanelMember.role != PanelRole.SECRETARY,
            Assignment.ended_at.is_(None),
            Proposal.state == ProposalState.SHORTLISTED,
            Proposal.concern_at.is_(None),
            (Scorecard.id.is_(None)) | (Scorecard.state == ScorecardState.DRAFT),
            ~waiting,
            ~_wrote(Assignment.person_id),
            Round.opened_at.is_not(None),
            Round.scoring_closed_at.is_(None),
            Round.scoring_closes_at > now(),
        )
        .group_by(Proposal.round_id, Assignment.person_id)
    )


def left_to_score(person: Any) -> Sequence[Any]:
    """For each round that is being scored, how many this person has still to score: rows (round, number). One statement."""
    left = _still_to_score().where(Assignment.person_id == person.id).subquery()
    return db.session.execute(
        select(Round, left.c.number).join(left, left.c.round_id == Round.id).order_by(Round.scoring_closes_at, Round.id)
    ).all()


def to_remind(before: datetime) -> Sequence[Any]:
    """Rows (round, closing moment, judge) of everybody with something left to score in a round whose scoring closes by `before`."""
    left = _still_to_score().where(Round.scoring_closes_at <= before).subquery()
    return db.session.execute(
        select(left.c.round_id, Round.scoring_closes_at, left.c.person_id)
        .join(Round, Round.id == left.c.round_id)
        .order_by(left.c.round_id, left.c.person_id)
    ).all()


def left_for(round_id: int, person_id: int) -> tuple[Round, Person, int] | None:
    """The round, the judge and how many they have left to score; None where nothing is."""
    left = _still_to_score().where(Proposal.round_id == round_id, Assignment.person_id == person_id)
    row = db.session.execute(left).one_or_none()
    return (db.session.get_one(Round, round_id), db.session.get_one(Person, person_id), row.number) if row else None


# Conflicts.


@dataclass(frozen=True)
class Tied:
    """A line of the register: a tie, the proposal's title as the panel may read it, and who decides (None: nobody needs to, or can)."""

    conflict: Conflict
    title: str
    decider: PanelMember | None
    hides_tie: bool
    may_decide: bool


def conflict_register(round: Round, person: Any) -> list[Tied]:
    """Every tie noted in the round, what waits first, but for proposals that this person is excluded from. Two statements.

    Where authors are hidden, a tie that would say who they are is told as one that always excludes, and no more.
    """
    noted = (
        select(Conflict)
        .join(Conflict.proposal)
        .where(Proposal.round_id == round.id, *_business(), not_excluded(person))
        .options(
            contains_eager(Conflict.proposal).joinedload(Proposal.current_version),
            joinedload(Conflict.person),
            joinedload(Conflict.decided_by),
        )
        .order_by(Conflict.handling != Handling.UNDECIDED, Proposal.reference, Conflict.id)
    )
    found = db.session.scalars(noted).all()
    titles = Titles(round)
    by_proposal: dict[int, list[Conflict]] = defaultdict(list)
    for conflict in found:
        by_proposal[conflict.proposal_id].append(conflict)
    return [_tied_line(conflict, by_proposal[conflict.proposal_id], titles, person) for conflict in found]


def _tied_line(conflict: Conflict, all_of_it: Collection[Conflict], titles: Titles, person: Any) -> Tied:
    return Tied(
        conflict=conflict,
        title=titles.of(conflict.proposal_id, conflict.proposal.submitted_version.title),
        decider=rules.who_decides(conflict, all_of_it) if conflict.handling is Handling.UNDECIDED else None,
        hides_tie=conflict.proposal.round.authors_hidden and conflict.tie in (Tie.AUTHOR, Tie.LINE_MANAGER),
        may_decide=bool(rules.can_handle_conflict(person, conflict, all_of_it)),
    )


def conflict_or_404(person: Any, conflict_id: int, *, change: bool = False) -> Conflict:
    """A conflict, for those who keep the papers of its panel and are not excluded from its proposal.

    For a change the proposal is locked, since scorecards depend on it.
    """
    number = db.session.scalar(select(Conflict.proposal_id).where(Conflict.id == conflict_id)) or abort(404)
    proposal = proposal_or_404(person, number, change=change)
    if not rules.can_see_conflicts(person, proposal.round):
        abort(404)
    one = select(Conflict).where(Conflict.id == conflict_id).options(joinedload(Conflict.person))
    return db.session.scalars(locked(one, change=change, of=Conflict)).one()


def conflicts_to_decide(person: Any) -> Sequence[Any]:
    """Rows (round, number): in each round, how many conflicts wait for this person's word, as its chair or deputy. One statement."""
    seat, chair = aliased(PanelMember), aliased(PanelMember)
    theirs = _tied(person.id, by=[Handling.EXCLUDED, Handling.UNDECIDED]) | _wrote(person.id)
    chair_is_tied = exists().where(
        chair.round_id == Proposal.round_id,
        chair.role == PanelRole.CHAIR,
        chair.left_on.is_(None),
        (chair.person_id == Conflict.person_id)
        | _tied(chair.person_id, by=[Handling.EXCLUDED, Handling.UNDECIDED]).correlate(Proposal, chair)
        | _wrote(chair.person_id).correlate(Proposal, chair),
    )
    return db.session.execute(
        select(Round, func.count())
        .join(Proposal, Proposal.round_id == Round.id)
        .join(Conflict, Conflict.proposal_id == Proposal.id)
        .join(seat, (seat.round_id == Round.id) & (seat.person_id == person.id) & seat.left_on.is_(None))
        .where(
            Conflict.handling == Handling.UNDECIDED,
            Conflict.person_id != person.id,
            Proposal.state == ProposalState.SHORTLISTED,
            Proposal.concern_at.is_(None),
            Round.released_at.is_(None),
            ~theirs,
            (seat.role == PanelRole.CHAIR) | ((seat.role == PanelRole.DEPUTY) & chair_is_tied),
        )
        .group_by(Round.id)
        .order_by(Round.scoring_closes_at, Round.id)
    ).all()


# Sharing out.


def shortlisted(round: Round, person: Any = None) -> Sequence[Proposal]:
    """What the panel judges now, with its authors, in the order of references; not what this person is excluded from. Two statements."""
    judged = select(Proposal).where(
        Proposal.round_id == round.id, Proposal.state == ProposalState.SHORTLISTED, Proposal.concern_at.is_(None)
    )
    if person is not None:
        judged = judged.where(not_excluded(person))
    return db.session.scalars(
        judged.options(
            joinedload(Proposal.current_version),
            selectinload(Proposal.authors).joinedload(Author.person).joinedload(Person.service),
        ).order_by(Proposal.reference)
    ).all()


def conflicts_in(round: Round) -> dict[int, list[Conflict]]:
    """Every tie noted in the round, by proposal. One statement."""
    rows = db.session.scalars(
        select(Conflict).join(Conflict.proposal).where(Proposal.round_id == round.id).order_by(Conflict.id)
    )
    found: dict[int, list[Conflict]] = defaultdict(list)
    for conflict in rows:
        found[conflict.proposal_id].append(conflict)
    return found


def found_ties(round: Round, proposals: Sequence[Proposal]) -> dict[Proposal, list[tuple[PanelMember, Tie]]]:
    """What ties the panel to these proposals, noted or not; writes nothing. One statement, where their authors are loaded."""
    managers = line_manager_ids([author.person for proposal in proposals for author in proposal.authors])
    seated = [member for member in round.members if member.left_on is None]
    return {
        proposal: [(member, tie) for member in seated for tie in _ties(member.person, proposal, managers)]
        for proposal in proposals
    }


def _ties(member: Person, proposal: Proposal, managers: Mapping[int, int | None]) -> list[Tie]:
    team = [author.person for author in proposal.authors if author.left_at is None]
    ties = []
    if any(author.person_id == member.id for author in proposal.authors):  # one who has left the team still wrote it
        ties.append(Tie.AUTHOR)
    if member.id in {managers[author.id] for author in team}:
        ties.append(Tie.LINE_MANAGER)
    services = {proposal.service_id, *(author.service_id for author in team)}
    if member.service_id is not None and member.service_id in services:
        ties.append(Tie.SAME_SERVICE)
    return ties


def standing_ties(
    round: Round, proposals: Sequence[Proposal], noted: Mapping[int, Sequence[Conflict]]
) -> dict[tuple[int, int], Handling]:
    """(proposal, person) with a tie that the chair has not cleared, noted or only found now: excluded, or undecided. One statement."""
    handled = {(one.proposal_id, one.person_id, one.tie): one.handling for known in noted.values() for one in known}
    for proposal, found in found_ties(round, proposals).items():
        for member, tie in found:
            handled.setdefault((proposal.id, member.person_id, tie), rules.handling_for(tie, TYPES[tie]))
    standing: dict[tuple[int, int], Handling] = {}
    for (proposal_id, person_id, _), handling in handled.items():
        pair = (proposal_id, person_id)
        if handling is Handling.EXCLUDED or (handling is Handling.UNDECIDED and pair not in standing):
            standing[pair] = handling
    return standing


#: What a tie that was found is a conflict of.
TYPES = {
    Tie.AUTHOR: ConflictType.PROFESSIONAL,
    Tie.LINE_MANAGER: ConflictType.PROFESSIONAL,
    Tie.SAME_SERVICE: ConflictType.INDIRECT,
}


def proposed(
    round: Round,
    proposals: Sequence[Proposal],
    *,
    barred: Collection[tuple[int, int]],
    kept: Collection[tuple[int, int]],
) -> set[tuple[int, int]]:
    """Who could score what: (proposal, person), even loads among those whose scores count."""
    judges = [member.person_id for member in round.members if member.counts]
    return assignment.propose(
        [proposal.id for proposal in proposals], judges, round.judges_per_proposal, barred=barred, kept=kept
    )


def assignments_of(round: Round, *, change: bool = False) -> Sequence[Assignment]:
    """Every assignment of the round, ended ones too; locked for a change."""
    asked = select(Assignment).join(Assignment.proposal).where(Proposal.round_id == round.id).order_by(Assignment.id)
    return db.session.scalars(locked(asked, change=change, of=Assignment)).all()


def lock_proposals(ids: Collection[int]) -> None:
    """Lock these proposals, in the order of their numbers, so that two people can never wait for each other."""
    db.session.execute(locked(select(Proposal.id).where(Proposal.id.in_(ids)).order_by(Proposal.id))).all()


@dataclass(frozen=True)
class Share:
    """An assignment that stands, and whether it is done."""

    proposal_id: int
    person_id: int
    submitted: bool


def shares(round: Round) -> list[Share]:
    """Every assignment that stands in this round. One statement."""
    done = (Scorecard.state == ScorecardState.SUBMITTED) & Scorecard.withdrawn_at.is_(None)
    rows = db.session.execute(
        select(Assignment.proposal_id, Assignment.person_id, func.coalesce(done, False))
        .join(Proposal, Proposal.id == Assignment.proposal_id)
        .outerjoin(
            Scorecard, (Scorecard.proposal_id == Assignment.proposal_id) & (Scorecard.person_id == Assignment.person_id)
        )
        .where(Proposal.round_id == round.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    )
    return [Share(proposal_id, person_id, bool(submitted)) for proposal_id, person_id, submitted in rows]


def assigned_pairs(round: Round) -> set[tuple[int, int]]:
    """(proposal, person) of every assignment that stands in this round."""
    return {(share.proposal_id, share.person_id) for share in shares(round)}


def shared_out(round: Round, person: Any) -> SharedOut:
    """Who scores what as it stands, but for what this person is excluded from. One statement."""
    rows = db.session.execute(
        select(Assignment.proposal_id, Assignment.person_id)
        .join(Proposal, Proposal.id == Assignment.proposal_id)
        .where(Proposal.round_id == round.id, Assignment.ended_at.is_(None), not_excluded(person))
        .where(Proposal.state == ProposalState.SHORTLISTED, Proposal.concern_at.is_(None))
    )
    return SharedOut.of((proposal_id, person_id) for proposal_id, person_id in rows)


# Ranking.


@dataclass(frozen=True)
class OnCriterion:
    """What the judges gave on one criterion: mean, lowest and highest level; None where nobody judged it."""

    name: str
    weight: int
    mean: float | None
    lowest: int | None
    highest: int | None


@dataclass(frozen=True)
class Ranked:
    """One line of the ranking: rank (None without a score), what it is, its raw score (0 to 100), spread, and the totals behind it."""

    rank: int | None
    proposal_id: int
    reference: str
    title: str
    state: ProposalState
    ask_pence: int
    raw: float | None
    spread: float | None
    totals: list[float]
    criteria: list[OnCriterion]
    within_pot: bool

    @property
    def judges(self) -> int:
        return len(self.totals)

    @property
    def differs(self) -> bool:
        """Whether the judges are far apart."""
        return self.spread is not None and self.spread >= scoring.WIDE


@dataclass(frozen=True)
class Ranking:
    """A round's ranking as one member may see it. `waiting` is how many lines wait for the chair's word on their own conflict."""

    lines: list[Ranked]
    judges: int
    fundable: int
    pot_pence: int
    waiting: int = 0
    unscored: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "unscored", sum(line.raw is None for line in self.lines))

    @property
    def scored(self) -> int:
        return len(self.lines) - self.unscored


def ranking(round: Round, person: Any) -> Ranking:
    """The proposals by raw score, the highest first, but for those that a tie keeps this person from. Three statements.

    Ties and proposals without a score stand in the order of references. Where something is left out, nothing that is counted includes it.
    """
    found = db.session.execute(_to_rank(round, person)).all()
    proposals = [row for row in found if not row.waits]
    titles = Titles(round)
    levels = counted_levels(round)
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    totals = {row.id: [total for _, total in _totals(levels.get(row.id, {}), weights)] for row in proposals}
    figures = {row.id: scoring.raw(totals[row.id]) for row in proposals}
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
            title=titles.of(row.id, row.title),
            state=row.state,
            ask_pence=row.ask_pence,
            raw=figures[row.id].score,
            spread=figures[row.id].spread,
            totals=sorted(totals[row.id]),
            criteria=_on_criteria(round, levels.get(row.id, {})),
            within_pot=number < fundable,
        )
        for number, (row, place) in enumerate(zip(ordered, places, strict=True))
    ]
    judges = {judge for row in proposals for judge in levels.get(row.id, ())}
    return Ranking(lines, len(judges), fundable, round.pot_pence, waiting=len(found) - len(proposals))


def _to_rank(round: Round, person: Any) -> Any:
    return (
        select(
            Proposal.id,
            Proposal.reference,
            Proposal.state,
            Version.title,
            Version.ask_pence,
            _waits(person).label("waits"),
        )
        .join(Version, Version.id == Proposal.current_version_id)
        .where(Proposal.round_id == round.id, *_business(), not_excluded(person))
        .order_by(Proposal.reference)
    )


def _on_criteria(round: Round, cards: Mapping[int, Mapping[int, int | None]]) -> list[OnCriterion]:
    shown = []
    for criterion in round.criteria:
        given = [level for card in cards.values() if (level := card.get(criterion.id)) is not None]
        shown.append(
            OnCriterion(
                criterion.name,
                criterion.weight,
                fmean(given) if given else None,
                min(given, default=None),
                max(given, default=None),
            )
        )
    return shown


#: The levels that count: by proposal, by judge, by criterion.
Levels = dict[int, dict[int, dict[int, int | None]]]


def counted_levels(round: Round) -> Levels:
    """What counts: the levels of submitted scorecards of members whose seat counts and whom nothing keeps from the proposal. One statement."""
    levels: Levels = defaultdict(lambda: defaultdict(dict))
    for proposal_id, person_id, criterion_id, level in db.session.execute(_counted_scores(round)):
        levels[proposal_id][person_id][criterion_id] = level
    return levels


def _totals(cards: Mapping[int, Mapping[int, int | None]], weights: Mapping[int, int]) -> Iterable[tuple[int, float]]:
    for judge, given in cards.items():
        if (total := scoring.total(given, weights)) is not None:
            yield judge, total


def counted_totals(round: Round) -> dict[int, list[tuple[int, float]]]:
    """The totals that count, by proposal: (judge, total 0 to 100)."""
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    return {
        proposal_id: totals
        for proposal_id, cards in counted_levels(round).items()
        if (totals := list(_totals(cards, weights)))
    }


def _counted_scores(round: Round) -> Any:
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
            _free_of_ties(),
        )
        .order_by(Scorecard.id, Score.id)
    )


def scorecards_on(proposal: Proposal) -> Sequence[Scorecard]:
    """The submitted scorecards on a proposal with their scores and judges, for the panel once scoring has closed. Two statements."""
    counted = select(Scorecard).where(
        Scorecard.proposal_id == proposal.id,
        Scorecard.state == ScorecardState.SUBMITTED,
        Scorecard.withdrawn_at.is_(None),
        _free_of_ties(),
    )
    return db.session.scalars(
        counted.options(selectinload(Scorecard.scores), joinedload(Scorecard.person)).order_by(Scorecard.id)
    ).all()


# Meetings.


def meetings_of(round: Round) -> Sequence[Meeting]:
    """The round's panel meetings, the last first."""
    held = select(Meeting).where(Meeting.round_id == round.id).options(joinedload(Meeting.recorded_by))
    return db.session.scalars(held.order_by(Meeting.held_on.desc(), Meeting.id.desc())).all()


@dataclass(frozen=True)
class Minute:
    """What the minutes say of one proposal, as one member may read it; who left the room, who was excluded, who made the quorum."""

    item: MeetingItem
    reference: str
    title: str
    left: list[str]
    excluded: list[str]
    present: int


@dataclass(frozen=True)
class Minutes:
    """A panel meeting as one member may read it."""

    meeting: Meeting
    round: Round
    present: list[str]
    apologies: list[str]
    items: list[Minute]


def minutes_or_404(person: Any, meeting_id: int) -> Minutes:
    """A meeting of a round whose panel this person is on, but for what it said of proposals that a tie keeps them from."""
    asked = (
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(joinedload(Meeting.recorded_by), joinedload(Meeting.attendances))
    )
    meeting = db.session.scalars(asked).unique().one_or_none() or abort(404)
    round = round_or_404(person, meeting.round_id)
    names = {member.person_id: member.person.name for member in round.members}
    conflicts, titles = conflicts_in(round), Titles(round)
    said = db.session.execute(
        select(MeetingItem, Proposal, Version.title)
        .join(Proposal, Proposal.id == MeetingItem.proposal_id)
        .join(Version, Version.id == Proposal.current_version_id)
        .where(MeetingItem.meeting_id == meeting.id, Proposal.concern_at.is_(None), untied(person))
        .options(selectinload(MeetingItem.absences))
        .order_by(MeetingItem.position)
    )
    there = {
        word: [names[row.person_id] for row in meeting.attendances if row.attendance is word] for word in Attendance
    }
    members = {member.person_id: member for member in round.members}

    def minute(item: MeetingItem, proposal: Proposal, title: str) -> Minute:
        ties = conflicts.get(proposal.id, [])
        return Minute(
            item=item,
            reference=proposal.reference or "",
            title=titles.of(proposal.id, title),
            left=sorted(names[row.person_id] for row in item.absences),
            excluded=sorted(names[number] for number in names if rules.is_excluded(number, ties)),
            present=_present(meeting, {row.person_id for row in item.absences}, ties, members),
        )

    return Minutes(
        meeting,
        round,
        sorted(there[Attendance.PRESENT]),
        sorted(there[Attendance.APOLOGIES]),
        [minute(item, proposal, title) for item, proposal, title in said],
    )


def quorum_present(
    meeting: Meeting, proposal: Proposal, conflicts: Collection[Conflict], members: Mapping[int, PanelMember]
) -> int:
    """How many members that count were present for this proposal: not excluded, and in the room for its item."""
    left = {absence.person_id for item in meeting.items if item.proposal_id == proposal.id for absence in item.absences}
    return _present(meeting, left, conflicts, members)


def _present(
    meeting: Meeting, left: Collection[int], conflicts: Collection[Conflict], members: Mapping[int, PanelMember]
) -> int:
    present = {row.person_id for row in meeting.attendances if row.attendance is Attendance.PRESENT}
    return sum(
        1
        for person_id in present.difference(left)
        if (member := members.get(person_id)) is not None
        and member.counts
        and not rules.is_excluded(person_id, conflicts)
    )
