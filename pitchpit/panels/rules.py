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


def membership(person: Any, round: Round) -> PanelMember | None:
    """This person's place on the round's panel, unless they have left it."""
    return next((member for member in round.members if member.person_id == person.id and member.left_on is None), None)


def is_on_panel(person: Any, round: Round) -> Answer:
    return only_if(membership(person, round), "You are not on this panel.")


def has_role(person: Any, round: Round, *roles: PanelRole) -> bool:
    member = membership(person, round)
    return member is not None and member.role in roles


def leads(person: Any, round: Round) -> Answer:
    """The chair and the deputy lead."""
    return only_if(has_role(person, round, PanelRole.CHAIR, PanelRole.DEPUTY), "The chair of this panel does this.")


def keeps_the_papers(person: Any, round: Round) -> Answer:
    """Chair, deputy and secretary assign, chase and record."""
    return only_if(
        has_role(person, round, PanelRole.CHAIR, PanelRole.DEPUTY, PanelRole.SECRETARY),
        "The chair or the secretary of this panel does this.",
    )


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


def scoring_is_open(round: Round) -> Answer:
    return not_now_unless(now() < round.scoring_ends_at(), "Scoring has closed: scorecards cannot be changed any more.")


def scoring_is_over(round: Round) -> Answer:
    return not_now_unless(
        round.phase_at(now()) in {Phase.DECIDING, Phase.RELEASED},
        "Scoring is still open: scores stay sealed until it closes.",
    )


def can_score(person: Person, proposal: Proposal, conflicts: Collection[Conflict], *, assigned: bool) -> Answer:
    """A member scores what is in their pile, until scoring closes, with nothing in the way."""
    member = membership(person, proposal.round)
    return (
        only_if(member and member.scores and assigned, "This proposal is not in your pile.")
        and only_if(not is_excluded(person.id, conflicts), "You do not score this proposal: a conflict excludes you.")
        and not_now_unless(
            may_take_part(person.id, conflicts), "The chair has not yet decided about your conflict with this proposal."
        )
        and not_now_unless(proposal.state is ProposalState.SHORTLISTED, "This proposal is not being scored any more.")
        and scoring_is_open(proposal.round)
    )


def unscored(scorecard: Scorecard, round: Round) -> list[str]:
    """The names of the criteria that have neither a level nor an allowed "I cannot judge this"."""
    given = {score.criterion_id for score in scorecard.scores if score.level is not None or score.cannot_judge}
    return [criterion.name for criterion in round.criteria if criterion.id not in given]


def can_submit_scorecard(person: Person, scorecard: Scorecard, round: Round) -> Answer:
    """Their own draft, each criterion answered, at least 60 % of the weight scored."""
    missing = unscored(scorecard, round)
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    levels = {score.criterion_id: score.level for score in scorecard.scores}
    return (
        only_if(scorecard.person_id == person.id, "This is somebody else's scorecard.")
        and not_now_unless(scorecard.withdrawn_at is None, "This scorecard was withdrawn because of a conflict.")
        and not_now_unless(scorecard.state is ScorecardState.DRAFT, "You have submitted this scorecard already.")
        and not_now_unless(not missing, f"Still to score: {', '.join(missing)}.")
        and not_now_unless(
            scoring.total(levels, weights) is not None,
            "Score at least 60 % of the weight, or declare a conflict instead.",
        )
    )


def can_reopen(person: Person, scorecard: Scorecard) -> Answer:
    """Their own, until scoring closes."""
    return (
        only_if(scorecard.person_id == person.id, "This is somebody else's scorecard.")
        and not_now_unless(scorecard.withdrawn_at is None, "This scorecard was withdrawn because of a conflict.")
        and not_now_unless(scorecard.state is ScorecardState.SUBMITTED, "This scorecard is open already.")
        and scoring_is_open(scorecard.proposal.round)
    )


def can_declare_conflict(person: Person, proposal: Proposal) -> Answer:
    """Any member, at any moment until the round's decisions are out."""
    return is_on_panel(person, proposal.round) and not_now_unless(
        proposal.round.released_at is None, "The decisions of this round are out."
    )


def can_handle_conflict(person: Person, conflict: Conflict) -> Answer:
    """The chair decides about the others' indirect ties, the deputy about the chair's; ties that always exclude leave no choice."""
    round = conflict.proposal.round
    deciding = PanelRole.DEPUTY if has_role(conflict.person, round, PanelRole.CHAIR) else PanelRole.CHAIR
    return (
        only_if(conflict.person_id != person.id, "Somebody else decides about your own conflict.")
        and only_if(has_role(person, round, deciding), f"The {deciding.value} decides about this conflict.")
        and not_now_unless(
            handling_for(conflict.tie, conflict.type) is Handling.UNDECIDED,
            "This tie always excludes: there is nothing to decide.",
        )
        and not_now_unless(round.released_at is None, "The decisions of this round are out.")
    )


def can_assign(person: Person, round: Round) -> Answer:
    return keeps_the_papers(person, round) and scoring_is_open(round)


def can_see_ranking(person: Person, round: Round) -> Answer:
    """The panel, once scoring has closed."""
    return is_on_panel(person, round) and scoring_is_over(round)


def can_record_meeting(person: Person, round: Round) -> Answer:
    return keeps_the_papers(person, round) and not_now_unless(
        round.released_at is None, "The decisions of this round are out."
    )
