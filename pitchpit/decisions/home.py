"""What deciding hangs on the pages below: lines of "What needs me now", and panes of a proposal's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for

from pitchpit.core.words import plural
from pitchpit.decisions import queries, rules
from pitchpit.decisions.models import Concern, Decision
from pitchpit.home.ports import Todo
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal


def to_answer_or_release(person: Any) -> Iterator[Todo]:
    """What this person owes an answer, and the rounds whose decisions are theirs to release, as chair. One statement; none for most people."""
    waiting = queries.waits_for(person, answers=person.may_stand("responder"), decides=person.may_stand("panel"))
    yield from _to_triage([row for row in waiting if row.what == "triage"], person)
    yield from _not_sent_again([row for row in waiting if row.what == "returned"])
    for row in waiting:
        if row.what == "release":
            yield Todo("Judging", f"Decide and release {row.words}", url_for("decisions.held", round_id=row.id))
        elif row.what == "decide":
            words = f"Decide in the chair’s place in {row.words}"
            yield Todo("Judging", words, url_for("decisions.held", round_id=row.id))


def _to_triage(owed: Sequence[Any], person: Any) -> Iterator[Todo]:
    """What is owed an answer, as a deputy too: the most urgent by name, the rest as a number."""
    for row in owed[:3]:
        words = f"Answer “{row.words}”" + ("" if row.responder_id == person.id else ", as the deputy")
        yield Todo("Triage", words, url_for("triage.show", proposal_id=row.id), row.day)
    if len(owed) > 3:
        words = f"Answer {plural(len(owed) - 3, 'more idea')}"
        yield Todo("Triage", words, url_for("triage.queue", mine=1), owed[3].day)


def _not_sent_again(left: Sequence[Any]) -> Iterator[Todo]:
    """What came back with advice to its authors and was not sent again by its day."""
    if len(left) == 1:
        words = f"Say what becomes of “{left[0].words}”, which was not sent again"
        yield Todo("Triage", words, url_for("triage.show", proposal_id=left[0].id), left[0].day)
    elif left:
        words = f"Say what becomes of {plural(len(left), 'idea')} that were not sent again"
        yield Todo("Triage", words, url_for("triage.not_sent_again", mine=1), left[0].day)


def to_ratify(person: Any) -> Iterator[Todo]:
    for decision in queries.to_ratify(person):
        yield Todo(
            "Decisions",
            f"Ratify the award for {decision.proposal.reference}",
            url_for("decisions.ratify", decision_id=decision.id),
        )


def decision_pane(person: Any, proposal: Proposal) -> Decision | None:
    """The released decision, on the page of the idea."""
    if proposal.concern_at is not None or proposal.state in {
        ProposalState.DRAFT,
        ProposalState.SUBMITTED,
        ProposalState.SHORTLISTED,
    }:
        return None
    return queries.released_decision(proposal.id)


def concern_pane(_person: Any, proposal: Proposal) -> Concern | None:
    """To whom a concern was passed on, and what its authors are told. (Whoever may open its page may read it.)"""
    return queries.concern_on(proposal) if proposal.concern_at is not None else None


def triage_pane(person: Any, proposal: Proposal) -> str | None:
    """The way to answer it, for who may: what the button says."""
    if proposal.concern_at is not None:
        return None
    if rules.can_triage(person, proposal):
        return "Answer this idea"
    return "See what can be done" if rules.can_give_longer(person, proposal) else None
