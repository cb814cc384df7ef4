"""What the pages of triage and decisions show, and what the rules of deciding read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Date, Integer, Select, case, cast, exists, func, literal, null, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from pitchpit.core.clock import now, today
from pitchpit.core.db import NOW, SOMEBODY, TODAY, db, locked, put_together_once
from pitchpit.core.paging import Page, capped_count, page
from pitchpit.core.rules import Answer
from pitchpit.decisions import rules
from pitchpit.decisions.enums import Outcome, Taken
from pitchpit.decisions.models import Concern, Decision, Feedback
from pitchpit.panels import queries as panels
from pitchpit.panels.models import Conflict, Meeting, MeetingItem
from pitchpit.people.enums import Right
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Author, Proposal, Version
from pitchpit.proposals.queries import answered_by, visible_to
from pitchpit.schemes.enums import Approver, PanelRole
from pitchpit.schemes.models import PanelMember, Round, Tier

# --- Triage ---------------------------------------------------------------------------------------------------------------------------


def theirs_to_triage(person: Any) -> ColumnElement[bool]:
    """What this person answers: everything for people with the qi right, for others what they owe the reply to; no concern, nothing of their own."""
    theirs = _not_their_own(person)
    return theirs if person.has(Right.QI) else theirs & answered_by(person)


def _not_their_own(person: Any) -> ColumnElement[bool]:
    own = select(Author.proposal_id).where(Author.person_id == person.id, Author.left_at.is_(None))
    return Proposal.concern_at.is_(None) & Proposal.id.not_in(own)


def waiting_for_triage(person: Any) -> ColumnElement[bool]:
    """What was handed in and waits for an answer of this person."""
    return (Proposal.state == ProposalState.SUBMITTED) & theirs_to_triage(person)


def was_not_sent_again() -> ColumnElement[bool]:
    """What was sent back with advice and has not come again: by its day, or by the end of its round's scoring."""
    over = exists().where(Round.id == Proposal.round_id, scoring_is_over_in_sql(now()))
    return (Proposal.state == ProposalState.RETURNED) & ((Proposal.return_by_on < today()) | over)


def scoring_is_over_in_sql(moment: Any) -> ColumnElement[bool]:
    return func.coalesce(Round.scoring_closed_at, Round.scoring_closes_at) <= moment


def triage_queue(
    person: Any, *, round_id: int | None = None, mine: bool = False, after: str | None = None, size: int = 50
) -> Page:
    """What waits for an answer of this person, by the day it is promised; `mine` alone, or everybody's. 403 where none is theirs to answer."""
    rows = _for_triage(person, round_id, mine).where(waiting_for_triage(person))
    return page(rows, order=[(Proposal.due_on, "asc"), (Proposal.id, "asc")], after=after, size=size)


def not_sent_again(
    person: Any, *, round_id: int | None = None, mine: bool = False, after: str | None = None, size: int = 50
) -> Page:
    """What came back with advice and was not sent again, by the day it should have been: this person decides what becomes of it."""
    rows = _for_triage(person, round_id, mine).where(was_not_sent_again(), theirs_to_triage(person))
    return page(rows, order=[(Proposal.return_by_on, "asc"), (Proposal.id, "asc")], after=after, size=size)


def how_many_not_sent_again(person: Any) -> str:
    """How many of those there are, as it is written on the tab; "100+" at the most. One statement."""
    return capped_count(select(Proposal.id).where(was_not_sent_again(), theirs_to_triage(person)))


def _for_triage(person: Any, round_id: int | None, mine: bool) -> Select[Proposal]:
    if not (person.has(Right.QI) or person.may_stand("responder")):
        abort(403)
    rows = select(Proposal).options(
        joinedload(Proposal.round),
        joinedload(Proposal.current_version).joinedload(Version.tier),
        joinedload(Proposal.responder),
        joinedload(Proposal.service),
    )
    if round_id is not None:
        rows = rows.where(Proposal.round_id == round_id)
    return rows.where(answered_by(person)) if mine else rows


def to_triage_or_404(person: Any, proposal_id: int, *, change: bool = False, with_round: bool = False) -> Proposal:
    """A handed-in proposal that this person may see; locked for a change, its round before it where money is decided."""
    if change and with_round:
        lock_round_of(proposal_id)
    one = (
        visible_to(person)
        .where(Proposal.id == proposal_id, Proposal.submitted_at.is_not(None), Proposal.concern_at.is_(None))
        .options(
            selectinload(Proposal.authors).joinedload(Author.person),
            joinedload(Proposal.current_version).joinedload(Version.tier),
            joinedload(Proposal.round).options(selectinload(Round.members), selectinload(Round.responders)),
        )
    )
    return db.session.scalars(locked(one, change=change, of=Proposal)).unique().one_or_none() or abort(404)


def lock_round_of(proposal_id: int) -> None:
    """Lock the round of a proposal: everybody who gives out of its pot waits here."""
    db.session.execute(
        locked(
            select(Round.id).join(Proposal, Proposal.round_id == Round.id).where(Proposal.id == proposal_id), of=Round
        )
    )


# --- Decisions ------------------------------------------------------------------------------------------------------------------------


def current_decision(proposal: Proposal) -> Decision | None:
    """The decision that stands on this proposal, held or released."""
    one = select(Decision).where(Decision.proposal_id == proposal.id, Decision.replaced_at.is_(None))
    return db.session.scalars(
        one.options(selectinload(Decision.conditions), selectinload(Decision.ratifications))
    ).one_or_none()


def released_decision(proposal_id: int) -> Decision | None:
    """The decision everybody may read, with what its page shows."""
    one = select(Decision).where(Decision.proposal_id == proposal_id, Decision.released_at.is_not(None))
    return db.session.scalars(
        one.options(
            selectinload(Decision.conditions),
            selectinload(Decision.feedback).joinedload(Feedback.criterion, innerjoin=True),
            joinedload(Decision.meeting),
        )
    ).one_or_none()


def concern_on(proposal: Proposal) -> Concern | None:
    """What this proposal was passed on as, to whom and by whom. One statement."""
    one = select(Concern).where(Concern.proposal_id == proposal.id)
    return db.session.scalars(one.options(joinedload(Concern.contact), joinedload(Concern.by))).one_or_none()


def awarded_pence(round: Round, *, but: Proposal | None = None, seen_by: Any = None) -> int:
    """What the round's standing decisions come to, held and released, whole pence.

    One that is held stands as long as its proposal is on the shortlist: withdrawing an idea gives the money back. `but` leaves one proposal
    out; `seen_by` leaves out what is held on proposals that a tie keeps this person from.
    """
    held = _is_held() & panels.untied(seen_by) if seen_by is not None else _is_held()
    given = (
        select(func.coalesce(func.sum(Decision.amount_pence), 0))
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Proposal.round_id == round.id, Decision.released_at.is_not(None) | held)
    )
    if but is not None:
        given = given.where(Decision.proposal_id != but.id)
    return int(db.session.scalar(given) or 0)


def given_in_triage_pence(round: Round) -> int:
    """What triage has approved out of the round's pot, whole pence: out as it is taken, so everybody may know it. One statement."""
    given = (
        select(func.coalesce(func.sum(Decision.amount_pence), 0))
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(Proposal.round_id == round.id, Decision.taken == Taken.TRIAGE, Decision.released_at.is_not(None))
    )
    return int(db.session.scalar(given) or 0)


def _is_held() -> ColumnElement[bool]:
    """A panel's decision that stands and is not out: on a proposal that is on the shortlist and no concern."""
    return (
        Decision.released_at.is_(None)
        & Decision.replaced_at.is_(None)
        & (Proposal.state == ProposalState.SHORTLISTED)
        & Proposal.concern_at.is_(None)
    )


@dataclass(frozen=True)
class Held:
    """A shortlisted proposal on the panel's page, with the decision held on it, if there is one; whether the reader may decide on it."""

    proposal: Proposal
    decision: Decision | None
    may_hold: bool


def held_in(round: Round, person: Any) -> list[Held]:
    """What is to be decided in this round and what is held, but for proposals that a tie keeps this person from. Five statements."""
    proposals = db.session.scalars(
        select(Proposal)
        .where(
            Proposal.round_id == round.id,
            Proposal.state == ProposalState.SHORTLISTED,
            Proposal.concern_at.is_(None),
            panels.untied(person),
        )
        .options(joinedload(Proposal.current_version).joinedload(Version.tier), selectinload(Proposal.authors))
        .order_by(Proposal.reference)
    ).all()
    conflicts = panels.conflicts_in(round)
    decisions = {decision.proposal_id: decision for decision in held_decisions(round)}
    return [
        Held(
            proposal,
            decisions.get(proposal.id),
            bool(rules.can_hold(person, proposal, conflicts.get(proposal.id, ()))),
        )
        for proposal in proposals
    ]


def held_decisions(round: Round, *, change: bool = False) -> Sequence[Decision]:
    """Every decision held in this round, in the order of references; for a change their proposals locked, and who was in the room loaded."""
    if change:
        db.session.scalars(
            locked(
                select(Proposal)
                .where(Proposal.round_id == round.id, Proposal.state == ProposalState.SHORTLISTED)
                .order_by(Proposal.id)
            )
        ).all()
    held = (
        select(Decision)
        .join(Decision.proposal)
        .where(Proposal.round_id == round.id, _is_held())
        .options(
            contains_eager(Decision.proposal).options(
                joinedload(Proposal.current_version).joinedload(Version.tier),
                selectinload(Proposal.authors).joinedload(Author.person, innerjoin=True),
            ),
            selectinload(Decision.ratifications),
            joinedload(Decision.meeting).selectinload(Meeting.attendances),
        )
        .order_by(Proposal.reference)
    )
    if change:
        minutes = joinedload(Decision.meeting).selectinload(Meeting.items).selectinload(MeetingItem.absences)
        held = held.options(minutes)
    return db.session.scalars(held).unique().all()


def undecided(round: Round) -> int:
    """How many shortlisted proposals of this round have no decision held on them."""
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(Proposal)
            .outerjoin(Decision, (Decision.proposal_id == Proposal.id) & Decision.replaced_at.is_(None))
            .where(
                Proposal.round_id == round.id,
                Proposal.state == ProposalState.SHORTLISTED,
                Proposal.concern_at.is_(None),
                Decision.id.is_(None),
            )
        )
        or 0
    )


def edits_of(held: Collection[Held]) -> dict[int, int]:
    """The edit number of the decision held on each of these, 0 for none yet: what somebody has checked."""
    return {one.proposal.id: one.decision.edit if one.decision else 0 for one in held}


def changed_since(seen: Mapping[int, int], held: Collection[Held]) -> set[int]:
    """The proposals, by number, whose decision is another one than was seen; those that came and those that are gone, too."""
    standing = edits_of(held)
    return {number for number in seen.keys() | standing.keys() if seen.get(number) != standing.get(number)}


def readiness(round: Round) -> Answer:
    """Whether the round can be released now, and if not why."""
    return rules.is_ready(undecided(round), rules.unratified(held_decisions(round)))


def meeting_on(proposal: Proposal) -> Meeting | None:
    """The last meeting that discussed this proposal."""
    one = (
        select(Meeting)
        .join(MeetingItem, MeetingItem.meeting_id == Meeting.id)
        .where(MeetingItem.proposal_id == proposal.id)
        .options(selectinload(Meeting.attendances), selectinload(Meeting.items).selectinload(MeetingItem.absences))
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(1)
    )
    return db.session.scalars(one).first()


def present_for(proposal: Proposal, meeting: Meeting | None, conflicts: Collection[Conflict]) -> int:
    """How many members that count were in the room for this proposal; nobody where no meeting discussed it."""
    if meeting is None:
        return 0
    members = {member.person_id: member for member in proposal.round.members}
    return panels.quorum_present(meeting, proposal, conflicts, members)


# --- Ratification ---------------------------------------------------------------------------------------------------------------------


def to_ratify(person: Any) -> Sequence[Decision]:
    """The held approvals that wait for this person's word. One that was answered waits for the chair."""
    rows = (
        select(Decision)
        .join(Decision.proposal)
        .join(Version, Version.id == Proposal.current_version_id)
        .join(Tier, Tier.id == Version.tier_id)
        .where(
            Tier.approver == Approver.RATIFIER,
            Tier.ratifier_id == person.id,
            Decision.outcome == Outcome.APPROVED,
            _is_held(),
            ~Decision.ratifications.any(),
        )
        .options(contains_eager(Decision.proposal))
        .order_by(Decision.taken_at, Decision.id)
    )
    return db.session.scalars(rows).all()


def to_ratify_or_404(person: Any, decision_id: int, *, change: bool = False) -> Decision:
    """A held approval whose tier names this person; locked with its proposal for a change."""
    decision = db.session.get(Decision, decision_id)
    if decision is None:
        abort(404)
    proposal = select(Proposal).where(Proposal.id == decision.proposal_id, Proposal.concern_at.is_(None))
    whole = proposal.options(
        joinedload(Proposal.current_version).joinedload(Version.tier),
        selectinload(Proposal.authors),
        joinedload(Proposal.round),
    )
    found = db.session.scalars(locked(whole, change=change, of=Proposal)).unique().one_or_none()
    if found is None or found.submitted_version.tier.ratifier_id != person.id:
        abort(404)
    if change:
        db.session.refresh(decision)
    return decision


def published(*, round_id: int | None = None, after: str | None = None, size: int = 50) -> Page:
    """Every released decision, the last one first: what everybody may read."""
    rows = (
        select(Decision)
        .join(Decision.proposal)
        .where(Decision.released_at.is_not(None), Proposal.concern_at.is_(None))
        .options(contains_eager(Decision.proposal).joinedload(Proposal.current_version))
    )
    if round_id is not None:
        rows = rows.where(Proposal.round_id == round_id)
    return page(rows, order=[(Decision.released_at, "desc"), (Decision.id, "desc")], after=after, size=size)


# --- Home -----------------------------------------------------------------------------------------------------------------------------


def waits_for(person: Any, *, answers: bool, decides: bool) -> Sequence[Any]:
    """What waits for this person: rows (what, number, words, day, responder's number), the first day in front. One statement.

    "triage": ideas that they owe a reply, as a deputy too, by title, and "returned": those of them that came back with advice and were
    not sent again, where `answers`. "release": rounds whose decisions they lead, by title, and "decide": those where they stand in for the chair
    on something, where `decides`.
    """
    if not (answers or decides):
        return []
    values = {"person_id": person.id, "today": today(), "now": now()}
    return db.session.execute(_waits_for(answers, decides), values).all()


@put_together_once
def _waits_for(answers: bool, decides: bool) -> Any:
    parts: list[Any] = []
    if answers:
        is_lapsed = (Proposal.state == ProposalState.RETURNED) & (Proposal.return_by_on < TODAY)
        for what, state, day in (
            ("triage", Proposal.state == ProposalState.SUBMITTED, Proposal.due_on),
            ("returned", is_lapsed, Proposal.return_by_on),
        ):
            owed = select(Proposal.id, Version.title, day.label("day"), Proposal.responder_id)
            owed = owed.join(Version, Version.id == Proposal.current_version_id)
            owed = owed.where(state, _not_their_own(SOMEBODY), answered_by(SOMEBODY)).order_by(day, Proposal.id)
            first = owed.limit(100).subquery()
            parts.append(
                select(
                    literal(what).label("what"),
                    first.c.id,
                    first.c.title.label("words"),
                    first.c.day,
                    first.c.responder_id,
                )
            )
    if decides:
        parts.append(_to_release())
    found = union_all(*parts).subquery()
    return select(found).order_by(found.c.day.is_(None), found.c.day, found.c.id)


def _to_release() -> Select[Any]:
    """Rounds whose scoring has closed and whose decisions are not out, with something shortlisted: for the chair; for the deputy where there
    is no chair, and (not leading it) where a tie keeps the chair from something still to decide.
    """
    seat = aliased(PanelMember)
    leads = (seat.role == PanelRole.CHAIR) | ((seat.role == PanelRole.DEPUTY) & ~panels.chair_is_here(day=TODAY))
    judged = Proposal.round_id == Round.id, Proposal.state == ProposalState.SHORTLISTED, Proposal.concern_at.is_(None)
    decided = exists().where(Decision.proposal_id == Proposal.id, Decision.replaced_at.is_(None))
    in_the_chairs_place = exists().where(*judged, panels.untied(SOMEBODY), ~panels.chair_leads(TODAY), ~decided)
    what = case((leads, "release"), else_="decide").label("what")
    no_day, nobody = cast(null(), Date()).label("day"), cast(null(), Integer()).label("responder_id")
    return (
        select(what, Round.id, Round.title.label("words"), no_day, nobody)
        .join(seat, (seat.round_id == Round.id) & (seat.person_id == SOMEBODY.id) & seat.left_on.is_(None))
        .where(Round.opened_at.is_not(None), Round.released_at.is_(None), scoring_is_over_in_sql(NOW))
        .where(exists().where(*judged), leads | ((seat.role == PanelRole.DEPUTY) & in_the_chairs_place))
    )


def ratifies_a_tier(person_id: Any) -> ColumnElement[bool]:
    """In SQL, whether this person is the ratifier of any tier."""
    return exists().where(Tier.ratifier_id == person_id)
