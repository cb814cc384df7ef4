"""What deciding hangs on the pages below: lines of "What needs me now", and panes of a proposal's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from pitchpit.core.clock import now
from pitchpit.core.rules import Answer
from pitchpit.core.words import plural
from pitchpit.decisions import queries, rules
from pitchpit.decisions.models import Decision
from pitchpit.home.ports import Todo
from pitchpit.people.enums import Right
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal


def to_triage(person: Any) -> Iterator[Todo]:
    """What this person owes an answer: the most urgent by name, the rest as a number."""
    if not person.has(Right.QI):
        return
    waiting = queries.owed_by(person)
    for reference, proposal_id, due_on in waiting[:3]:
        yield Todo("Triage", f"Answer idea {reference}", url_for("triage.show", proposal_id=proposal_id), due_on)
    if len(waiting) > 3:
        yield Todo(
            "Triage", f"Answer {plural(len(waiting) - 3, 'more idea')}", url_for("triage.queue", mine=1), waiting[3][2]
        )


def to_ratify(person: Any) -> Iterator[Todo]:
    for decision in queries.to_ratify(person):
        yield Todo(
            "Decisions",
            f"Ratify the award for {decision.proposal.reference}",
            url_for("decisions.ratify", decision_id=decision.id),
        )


def to_release(person: Any) -> Iterator[Todo]:
    """Rounds whose scoring has closed, for their chair."""
    for round in queries.rounds_to_decide(person, now()):
        yield Todo("Judging", f"Decide and release {round.title}", url_for("decisions.held", round_id=round.id))


def decision_pane(person: Any, proposal: Proposal) -> Decision | None:
    """The released decision, on the page of the idea."""
    if proposal.concern_at is not None or proposal.state in {
        ProposalState.DRAFT,
        ProposalState.SUBMITTED,
        ProposalState.SHORTLISTED,
    }:
        return None
    return queries.released_decision(proposal.id)


def triage_pane(person: Any, proposal: Proposal) -> Answer | None:
    """The way to answer it, for who may."""
    may = rules.can_triage(person, proposal)
    return may if may and proposal.concern_at is None else None
