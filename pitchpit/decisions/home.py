"""What deciding hangs on the pages below: lines of "What needs me now", and panes of a proposal's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from pitchpit.core.clock import now
from pitchpit.core.words import plural
from pitchpit.decisions import queries, rules
from pitchpit.decisions.models import Decision
from pitchpit.home.ports import Todo
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal


def to_triage(person: Any) -> Iterator[Todo]:
    """What this person owes an answer, as a deputy too: the most urgent by name, the rest as a number. One statement."""
    waiting = queries.owed_by(person)
    for reference, proposal_id, due_on, responder_id in waiting[:3]:
        words = f"Answer idea {reference}" + ("" if responder_id == person.id else ", as the deputy")
        yield Todo("Triage", words, url_for("triage.show", proposal_id=proposal_id), due_on)
    if len(waiting) > 3:
        yield Todo(
            "Triage", f"Answer {plural(len(waiting) - 3, 'more idea')}", url_for("triage.queue", mine=1), waiting[3][2]
        )


def not_sent_again(person: Any) -> Iterator[Todo]:
    """What came back with advice to its authors and was not sent again by its day. One statement."""
    left = queries.left_to_them(person)
    if len(left) == 1:
        reference, proposal_id, day = left[0]
        words = f"Say what becomes of idea {reference}, which was not sent again"
        yield Todo("Triage", words, url_for("triage.show", proposal_id=proposal_id), day)
    elif left:
        words = f"Say what becomes of {plural(len(left), 'idea')} that were not sent again"
        yield Todo("Triage", words, url_for("triage.not_sent_again", mine=1), left[0][2])


def to_ratify(person: Any) -> Iterator[Todo]:
    for decision in queries.to_ratify(person):
        yield Todo(
            "Decisions",
            f"Ratify the award for {decision.proposal.reference}",
            url_for("decisions.ratify", decision_id=decision.id),
        )


def to_release(person: Any) -> Iterator[Todo]:
    """Rounds whose scoring has closed, for their chair, and for the deputy what the chair may not decide. One statement."""
    for round, leads in queries.rounds_to_decide(person, now()):
        words = f"Decide and release {round.title}" if leads else f"Decide in the chair’s place in {round.title}"
        yield Todo("Judging", words, url_for("decisions.held", round_id=round.id))


def decision_pane(person: Any, proposal: Proposal) -> Decision | None:
    """The released decision, on the page of the idea."""
    if proposal.concern_at is not None or proposal.state in {
        ProposalState.DRAFT,
        ProposalState.SUBMITTED,
        ProposalState.SHORTLISTED,
    }:
        return None
    return queries.released_decision(proposal.id)


def triage_pane(person: Any, proposal: Proposal) -> str | None:
    """The way to answer it, for who may: what the button says."""
    if proposal.concern_at is not None:
        return None
    if rules.can_triage(person, proposal):
        return "Answer this idea"
    return "See what can be done" if rules.can_give_longer(person, proposal) else None
