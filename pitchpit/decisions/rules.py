"""Who may give the word on a proposal, and when. The caller loads the round, its panel, the conflicts and the current decision."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from pitchpit.core.clock import now, today
from pitchpit.core.money import pounds
from pitchpit.core.rules import Answer, in_state, not_now_unless, only_if
from pitchpit.core.words import day_in_words, plural
from pitchpit.decisions.enums import Outcome, RatifierAnswer
from pitchpit.decisions.models import Decision
from pitchpit.panels.models import Conflict
from pitchpit.panels.rules import is_excluded, leader_on, may_take_part, scoring_is_over
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal, Version
from pitchpit.proposals.rules import is_author, is_triager
from pitchpit.schemes.enums import Approver, PanelRole
from pitchpit.schemes.models import Round
from pitchpit.schemes.rules import has_role

S = ProposalState


# --- Triage ---------------------------------------------------------------------------------------------------------------------------


def can_triage(person: Any, proposal: Proposal) -> Answer:
    return is_triager(person, proposal) and in_state(proposal, S.SUBMITTED)


def can_give_longer(person: Any, proposal: Proposal) -> Answer:
    """Give the authors of what was sent back a later day to send it again."""
    return is_triager(person, proposal) and in_state(
        proposal,
        S.RETURNED,
        reason=f"This idea is {proposal.state.words.lower()} now: nobody waits for it to be sent again.",
    )


def is_later(by: date, proposal: Proposal) -> Answer:
    """A day that gives them longer than they have, and is still to come."""
    until = max(proposal.return_by_on or today(), today())
    return not_now_unless(by > until, f"Choose a day after {day_in_words(until)}.")


def can_take_up(person: Any, proposal: Proposal) -> Answer:
    """Go on with what was sent back as it was handed in last: once the day to send it again has passed."""
    until = proposal.return_by_on
    return can_give_longer(person, proposal) and not_now_unless(
        until is not None and until < today(), f"Its authors have until {day_in_words(until)}." if until else ""
    )


def can_shortlist(person: Any, proposal: Proposal) -> Answer:
    return can_triage(person, proposal) and not_now_unless(
        now() < proposal.round.scoring_ends_at(), "Scoring has closed: it is too late for the panel of this round."
    )


def can_return(person: Any, proposal: Proposal) -> Answer:
    """With advice, as often as the round allows."""
    return can_triage(person, proposal) and not_now_unless(
        proposal.returns_used < proposal.round.returns_allowed,
        "This idea has been sent back as often as the round allows.",
    )


def can_approve_in_triage(person: Any, proposal: Proposal, version: Version) -> Answer:
    """Only in a tier whose approver is the triager."""
    return can_triage(person, proposal) and not_now_unless(
        version.tier.approver is Approver.TRIAGER, f"An ask of {pounds(version.ask_pence)} goes to the panel."
    )


#: What somebody learns of the pot who may not know all that is held in it: that it does not reach, and no more.
MORE_THAN_IS_LEFT = "This is more than the round has left for ideas of this size. The panel's chair can say more."


def award_fits(
    amount_pence: int, version: Version, round: Round, others_pence: int, *, knows_all: bool = False
) -> Answer:
    """Within the ask, the ceiling and the pot; `others_pence` is what the round's other decisions hold and have released.

    What is left says what is held: the number is for who `knows_all` of it.
    """
    left = round.pot_pence - others_pence
    return (
        not_now_unless(amount_pence > 0, "An approval needs an amount. To say yes without money, support the idea.")
        and not_now_unless(
            amount_pence <= version.ask_pence, f"The ask is {pounds(version.ask_pence)}: an award cannot be more."
        )
        and not_now_unless(
            amount_pence <= round.ceiling_pence, f"The round's ceiling is {pounds(round.ceiling_pence)}."
        )
        and not_now_unless(
            amount_pence <= left, f"Only {pounds(max(left, 0))} is left in the pot." if knows_all else MORE_THAN_IS_LEFT
        )
    )


# --- The panel's decision -------------------------------------------------------------------------------------------------------------


def can_hold(person: Any, proposal: Proposal, conflicts: Collection[Conflict]) -> Answer:
    """The chair holds the panel's decision, the deputy where a tie keeps the chair away or nobody is chair; once scoring has closed."""
    round = proposal.round
    leader = leader_on(round, conflicts)
    return (
        only_if(
            has_role(person, round, PanelRole.CHAIR, PanelRole.DEPUTY), "The chair of the panel holds its decisions."
        )
        and only_if(not is_author(person, proposal), "Nobody decides on their own idea.")
        and only_if(not is_excluded(person.id, conflicts), "A conflict excludes you from this one.")
        and not_now_unless(may_take_part(person.id, conflicts), "Your tie to this idea waits for a word on it.")
        and only_if(leader is not None and leader.person_id == person.id, "The chair holds this decision.")
        and in_state(proposal, S.SHORTLISTED)
        and not_now_unless(round.released_at is None, "The decisions of this round are out.")
        and scoring_is_over(round)
    )


def has_quorum(present: int, round: Round) -> Answer:
    """Counted for each proposal: members present at the meeting and not excluded."""
    return not_now_unless(
        present >= round.quorum,
        f"The panel needs {round.quorum} members present for this idea; the minutes show {present}. Record the meeting first.",
    )


def needs_ratification(decision: Decision, version: Version) -> bool:
    return decision.outcome is Outcome.APPROVED and version.tier.approver is Approver.RATIFIER


def is_ratified(decision: Decision) -> bool:
    """The ratifier's last word is yes."""
    return bool(decision.ratifications) and decision.ratifications[-1].answer is RatifierAnswer.YES


def unratified(decisions: Collection[Decision]) -> int:
    """How many of these still wait for their ratifier's yes."""
    waiting = [
        decision
        for decision in decisions
        if needs_ratification(decision, decision.proposal.submitted_version) and not is_ratified(decision)
    ]
    return len(waiting)


def can_ratify(person: Any, decision: Decision, version: Version) -> Answer:
    """The named executive or committee of the tier, on a held approval that stands."""
    return (
        only_if(version.tier.ratifier_id == person.id, "Somebody else ratifies this award.")
        and only_if(not is_author(person, decision.proposal), "Nobody decides on their own idea.")
        and not_now_unless(
            decision.released_at is None and decision.replaced_at is None and decision.proposal.state is S.SHORTLISTED,
            "This decision does not stand any more.",
        )
        and not_now_unless(needs_ratification(decision, version), "This award needs no ratification.")
        and not_now_unless(not is_ratified(decision), "This award is ratified already.")
    )


def can_release(person: Any, round: Round) -> Answer:
    return (
        only_if(
            has_role(person, round, PanelRole.CHAIR, PanelRole.DEPUTY), "The chair of the panel releases its decisions."
        )
        and not_now_unless(round.released_at is None, "The decisions of this round are out.")
        and scoring_is_over(round)
    )


def is_as_seen(changed: Collection[int]) -> Answer:
    """What goes out is what was checked."""
    return not_now_unless(
        not changed,
        f"{plural(len(changed), 'decision')} changed while you were checking. Read them once more, then release.",
    )


def is_ready(undecided: int, unratified: int) -> Answer:
    """Every shortlisted proposal has its decision, every award that needs it its ratification."""
    return not_now_unless(not undecided, "Not every shortlisted idea has its decision yet.") and not_now_unless(
        not unratified, "An award still waits for its ratification."
    )
