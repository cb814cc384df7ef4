"""What a panel's people may do, and when. The caller loads the round's members, and the conflicts of the proposal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from pitchpit.core.clock import now
from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.panels import scoring
from pitchpit.panels.enums import ALWAYS_EXCLUDED, ConflictType, Handling, ScorecardState, Tie
from pitchpit.panels.models import Conflict, Scorecard
from pitchpit.people.models import Person
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import PanelRole, Phase
from pitchpit.schemes.models import PanelMember, Round
from pitchpit.schemes.rules import has_role, is_judge, panel_member

# Who is who.


def is_on_panel(person: Any, round: Round) -> Answer:
    return only_if(panel_member(person, round), "You are not on this panel.")


def keeps_the_papers(person: Any, round: Round) -> Answer:
    """Chair, deputy and secretary assign, chase and record."""
    return only_if(
        has_role(person, round, PanelRole.CHAIR, PanelRole.DEPUTY, PanelRole.SECRETARY),
        "The chair or the secretary of this panel does this.",
    )


# Conflicts.


def handling_for(tie: Tie, type: ConflictType) -> Handling:
    """What the rule itself says about a tie: some leave no choice, the rest wait for the chair."""
    if tie in ALWAYS_EXCLUDED or type is ConflictType.FINANCIAL:
        return Handling.EXCLUDED
    return Handling.UNDECIDED


def is_excluded(person_id: int, conflicts: Iterable[Conflict]) -> bool:
    """Whether any tie of theirs keeps this person away from the proposal."""
    return any(conflict.person_id == person_id and conflict.handling is Handling.EXCLUDED for conflict in conflicts)


def may_take_part(person_id: int, conflicts: Iterable[Conflict]) -> bool:
    """Whether nothing stands between this person and the proposal: no tie, or each one cleared by the chair."""
    return all(conflict.handling is Handling.MAY_TAKE_PART for conflict in conflicts if conflict.person_id == person_id)


def leader_on(round: Round, conflicts: Collection[Conflict], *, but: int | None = None) -> PanelMember | None:
    """Who leads the panel on a proposal: the chair, or the deputy where nobody is chair, the chair has left the trust or a tie keeps them
    away. Perhaps nobody.

    `conflicts` are all those of the proposal; `but` is the number of a person whom it cannot be.
    """
    seated = {member.role: member for member in round.members if member.left_on is None}
    free = (
        member
        for role in (PanelRole.CHAIR, PanelRole.DEPUTY)
        if (member := seated.get(role)) is not None
        and member.person_id != but
        and not member.person.has_left
        and may_take_part(member.person_id, conflicts)
    )
    return next(free, None)


def who_decides(conflict: Conflict, conflicts: Collection[Conflict]) -> PanelMember | None:
    """Who decides about this tie: the chair, or the deputy where it is the chair's own or the chair has one too. Perhaps nobody.

    `conflicts` are all those of the proposal.
    """
    return leader_on(conflict.proposal.round, conflicts, but=conflict.person_id)


def can_declare_conflict(person: Person, proposal: Proposal) -> Answer:
    """Any member, at any moment until the round's decisions are out."""
    return is_on_panel(person, proposal.round) and not_now_unless(
        proposal.round.released_at is None, "The decisions of this round are out."
    )


def can_handle_conflict(person: Person, conflict: Conflict, conflicts: Collection[Conflict]) -> Answer:
    """The chair decides about the others' ties, the deputy for the chair; ties that always exclude leave no choice."""
    decider = who_decides(conflict, conflicts)
    return (
        only_if(conflict.person_id != person.id, "Somebody else decides about your own conflict.")
        and only_if(
            decider is not None and decider.person_id == person.id,
            f"The {decider.role.value} decides about this conflict." if decider else "Nobody free of ties can decide.",
        )
        and not_now_unless(
            handling_for(conflict.tie, conflict.type) is Handling.UNDECIDED,
            "This tie always excludes: there is nothing to decide.",
        )
        and not_now_unless(conflict.proposal.round.released_at is None, "The decisions of this round are out.")
    )


def can_see_conflicts(person: Person, round: Round) -> Answer:
    return keeps_the_papers(person, round)


# Sharing out and scoring.


def scoring_is_open(round: Round) -> Answer:
    return not_now_unless(
        round.opened_at is not None and now() < round.scoring_ends_at(),
        "Scoring has closed: scorecards cannot be changed any more.",
    )


def scoring_is_over(round: Round) -> Answer:
    return not_now_unless(
        round.phase_at(now()) in {Phase.DECIDING, Phase.RELEASED},
        "Scoring is still open: scores stay sealed until it closes.",
    )


def can_assign(person: Person, round: Round) -> Answer:
    return keeps_the_papers(person, round) and scoring_is_open(round)


def can_read(person: Person, proposal: Proposal, conflicts: Collection[Conflict]) -> Answer:
    """Read a proposal as the panel does: its members, with nothing undecided in the way. (Excluded ones do not even find it.)"""
    return (
        is_on_panel(person, proposal.round)
        and only_if(not is_excluded(person.id, conflicts), "A conflict excludes you from this proposal.")
        and not_now_unless(may_take_part(person.id, conflicts), WAITING)
    )


WAITING = "There is a conflict between you and this proposal. The chair has not yet decided whether you may take part."


def can_score(person: Person, proposal: Proposal, conflicts: Collection[Conflict], *, assigned: bool) -> Answer:
    """A member scores what is in their pile, until scoring closes, with nothing in the way."""
    return (
        only_if(is_judge(person, proposal.round) and assigned, "This proposal is not in your pile.")
        and can_read(person, proposal, conflicts)
        and not_now_unless(proposal.state is ProposalState.SHORTLISTED, "This proposal is not being scored any more.")
        and scoring_is_open(proposal.round)
    )


def unscored(scorecard: Scorecard, round: Round) -> list[int]:
    """The criteria, by number, that have neither a level nor an allowed "I cannot judge this"."""
    given = {score.criterion_id for score in scorecard.scores if score.level is not None or score.cannot_judge}
    return [criterion.id for criterion in round.criteria if criterion.id not in given]


def can_submit_scorecard(person: Person, scorecard: Scorecard, round: Round) -> Answer:
    """Their own draft, each criterion answered, at least 60 % of the weight scored."""
    missing = set(unscored(scorecard, round))
    names = [criterion.name for criterion in round.criteria if criterion.id in missing]
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    levels = {score.criterion_id: score.level for score in scorecard.scores if score.criterion_id in weights}
    return (
        only_if(scorecard.person_id == person.id, "This is somebody else's scorecard.")
        and not_now_unless(scorecard.withdrawn_at is None, "This scorecard was withdrawn because of a conflict.")
        and not_now_unless(scorecard.state is ScorecardState.DRAFT, "You have submitted this scorecard already.")
        and not_now_unless(not missing, f"Still to score: {', '.join(names)}.")
        and not_now_unless(scoring.total(levels, weights) is not None, TOO_LITTLE)
    )


TOO_LITTLE = "Too much is marked “I cannot judge this”: score criteria that carry at least 60 % of the weight, or declare a conflict instead."


def can_reopen(person: Person, scorecard: Scorecard) -> Answer:
    """Their own, until scoring closes."""
    return (
        only_if(scorecard.person_id == person.id, "This is somebody else's scorecard.")
        and not_now_unless(scorecard.withdrawn_at is None, "This scorecard was withdrawn because of a conflict.")
        and not_now_unless(scorecard.state is ScorecardState.SUBMITTED, "This scorecard is open already.")
        and scoring_is_open(scorecard.proposal.round)
    )


# After scoring.


def can_see_ranking(person: Person, round: Round) -> Answer:
    """The panel, once scoring has closed."""
    return is_on_panel(person, round) and scoring_is_over(round)


def can_record_meeting(person: Person, round: Round) -> Answer:
    return keeps_the_papers(person, round) and not_now_unless(
        round.released_at is None, "The decisions of this round are out."
    )
