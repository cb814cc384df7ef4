"""Ties between the panel and what it judges: found, noted, and who decides about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import Exists, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from pitchpit.core.clock import today
from pitchpit.core.db import db, locked
from pitchpit.panels import rules
from pitchpit.panels.enums import ALWAYS_EXCLUDED, ConflictType, Handling, Tie
from pitchpit.panels.models import Conflict
from pitchpit.panels.queries.reading import Titles
from pitchpit.panels.queries.seeing import business, not_excluded, proposal_or_404, tied, wrote
from pitchpit.people.models import Person
from pitchpit.people.queries import line_manager_ids
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Advice, Proposal
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import PanelMember, Round


@dataclass(frozen=True)
class Tied:
    """A line of the register: a conflict, the proposal's title and the tie as the panel may read them (None: the round hides which it is),
    and who decides (None: nobody needs to, or can)."""

    conflict: Conflict
    title: str
    decider: PanelMember | None
    tie: Tie | None
    may_decide: bool


def conflict_register(round: Round, person: Any) -> list[Tied]:
    """Every tie noted in the round, what waits first, but for proposals that this person is excluded from. Two statements.

    Where authors are hidden, a tie that would say who they are is told as one that always excludes, and no more; where their service is
    hidden, one of the same service as an indirect one.
    """
    noted = (
        select(Conflict)
        .join(Conflict.proposal)
        .where(Proposal.round_id == round.id, *business(), not_excluded(person))
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
        tie=told_tie(conflict),
        may_decide=bool(rules.can_handle_conflict(person, conflict, all_of_it)),
    )


def told_tie(conflict: Conflict) -> Tie | None:
    """The tie as the panel may read it: None where it would say who wrote the idea, or where it comes from, and the round hides that."""
    round = conflict.proposal.round
    if round.authors_hidden and conflict.tie in ALWAYS_EXCLUDED:
        return None
    if round.service_hidden and conflict.tie is Tie.SAME_SERVICE:
        return None
    return conflict.tie


def conflict_or_404(person: Any, conflict_id: int, *, change: bool = False) -> Conflict:
    """A conflict, for those who keep the papers of its panel and are not excluded from its proposal.

    For a change the proposal is locked, since scorecards depend on it.
    """
    number = db.session.scalar(select(Conflict.proposal_id).where(Conflict.id == conflict_id))
    proposal = proposal_or_404(person, number or 0, change=change)  # what is absent costs what is forbidden does
    if not rules.can_see_conflicts(person, proposal.round):
        abort(404)
    one = select(Conflict).where(Conflict.id == conflict_id).options(joinedload(Conflict.person))
    return db.session.scalars(locked(one, change=change, of=Conflict)).one()


def conflicts_to_decide(person: Any, day: Any) -> Select[int, int]:
    """In SQL, `round_id` and `number`: in each round, how many conflicts wait for this person's word, as its chair or deputy on this day."""
    seat = aliased(PanelMember)
    theirs = tied(person.id, by=STANDING) | wrote(person.id)
    chair_decides = chair_leads(day) & ~_is_of_the_chair()
    return (
        select(Round.id.label("round_id"), func.count().label("number"))
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
            (seat.role == PanelRole.CHAIR) | ((seat.role == PanelRole.DEPUTY) & ~chair_decides),
        )
        .group_by(Round.id)
    )


#: Ties that keep somebody away, by how they are handled.
STANDING = (Handling.EXCLUDED, Handling.UNDECIDED)


def chair_is_here(round_id: Any = Round.id, *, day: Any = None) -> Exists:
    """In SQL, whether the round has a chair who has not left the panel or the trust (today)."""
    chair, person = aliased(PanelMember), aliased(Person)
    day = today() if day is None else day
    return exists().where(
        chair.round_id == round_id,
        chair.role == PanelRole.CHAIR,
        chair.left_on.is_(None),
        person.id == chair.person_id,
        or_(person.left_on.is_(None), person.left_on > day),
    )


def chair_leads(day: Any = None) -> Exists:
    """In SQL, whether the chair leads on the proposal of the statement around it: here (today), and no tie keeps them away
    (`rules.leader_on`).
    """
    chair, person = aliased(PanelMember), aliased(Person)
    day = today() if day is None else day
    return exists().where(
        chair.round_id == Proposal.round_id,
        chair.role == PanelRole.CHAIR,
        chair.left_on.is_(None),
        person.id == chair.person_id,
        or_(person.left_on.is_(None), person.left_on > day),
        ~tied(chair.person_id, by=STANDING).correlate(Proposal, chair),
        ~wrote(chair.person_id).correlate(Proposal, chair),
    )


def _is_of_the_chair() -> Exists:
    chair = aliased(PanelMember)
    return exists().where(
        chair.round_id == Proposal.round_id,
        chair.role == PanelRole.CHAIR,
        chair.left_on.is_(None),
        chair.person_id == Conflict.person_id,
    )


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
    """What ties the panel to these proposals, noted or not; writes nothing. Two statements, where their authors are loaded."""
    managers = line_manager_ids([author.person for proposal in proposals for author in proposal.authors])
    seated = [member for member in round.members if member.left_on is None]
    advised = _who_advised(round)
    return {
        proposal: [
            (member, tie)
            for member in seated
            for tie in _ties(member.person, proposal, managers, advised=(proposal.id, member.person_id) in advised)
        ]
        for proposal in proposals
    }


def _who_advised(round: Round) -> set[tuple[int, int]]:
    """(proposal, person) of everybody who sent an idea of this round back with advice. One statement."""
    rows = select(Advice.proposal_id, Advice.by_id).join(Proposal, Proposal.id == Advice.proposal_id).distinct()
    return {
        (proposal_id, by_id) for proposal_id, by_id in db.session.execute(rows.where(Proposal.round_id == round.id))
    }


def _ties(member: Person, proposal: Proposal, managers: Mapping[int, int | None], *, advised: bool) -> list[Tie]:
    team = [author.person for author in proposal.authors if author.left_at is None]
    ties = []
    if any(author.person_id == member.id for author in proposal.authors):  # one who has left the team still wrote it
        ties.append(Tie.AUTHOR)
    if member.id in {managers[author.id] for author in team}:
        ties.append(Tie.LINE_MANAGER)
    if advised:
        ties.append(Tie.ADVISED)
    services = {proposal.service_id, *(author.service_id for author in team)}
    if member.service_id is not None and member.service_id in services:
        ties.append(Tie.SAME_SERVICE)
    return ties


def standing_ties(
    round: Round, proposals: Sequence[Proposal], noted: Mapping[int, Sequence[Conflict]]
) -> dict[tuple[int, int], Handling]:
    """(proposal, person) with a tie that the chair has not cleared, noted or only found now: excluded, or undecided. Two statements."""
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
    Tie.ADVISED: ConflictType.PROFESSIONAL,
    Tie.SAME_SERVICE: ConflictType.INDIRECT,
}


def lock_proposals(ids: Collection[int]) -> None:
    """Lock these proposals, in the order of their numbers, so that two people can never wait for each other."""
    db.session.execute(locked(select(Proposal.id).where(Proposal.id.in_(ids)).order_by(Proposal.id))).all()
