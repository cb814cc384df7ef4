"""What a panel does at once when something happens below: an author joins, a seat is taken, dates move, scoring closes. In the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pitchpit.panels import actions
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import Part
from pitchpit.schemes.models import Round


def author_joined(proposal: Proposal, *, actor: Any, detail: Mapping[str, Any]) -> None:
    """Whoever joins the team of something that is before the panel brings ties along: they stand from now on, whatever was scored."""
    if proposal.state is ProposalState.SHORTLISTED:
        actions.detect_conflicts(proposal)


def seats_changed(round: Round, *, actor: Any, detail: Mapping[str, Any]) -> None:
    """Whoever takes a seat brings ties along, too: they stand before the newcomer can read what is before the panel."""
    if detail["part"] == Part.PANEL.value and round.opened_at is not None:
        actions.look_for_conflicts(round)


def dates_moved(round: Round, *, actor: Any, detail: Mapping[str, Any]) -> None:
    """Judges with something left hear of another end of scoring."""
    if detail["before"]["scoring_closes_at"] != detail["scoring_closes_at"]:
        actions.tell_judges("scoring_moved", round, but=actor)


def scoring_closed(round: Round, *, actor: Any, detail: Mapping[str, Any]) -> None:
    """Judges with something left hear that it closed before its day: what they saved does not count."""
    actions.tell_judges("scoring_closed", round, but=actor)


HEARD = (
    ("proposal.author_joined", author_joined),
    ("round.changed", seats_changed),
    ("round.extended", dates_moved),
    ("round.scoring_closed", scoring_closed),
)
