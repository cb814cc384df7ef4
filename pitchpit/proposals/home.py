"""What the home page shows of ideas: mine, and those that wait for me to write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pitchpit.core.clock import london
from pitchpit.home.ports import Todo
from pitchpit.notices.wording import path
from pitchpit.proposals import queries, rules
from pitchpit.proposals.enums import ProposalState
from pitchpit.schemes.queries import open_rounds

#: How many of my ideas the home page shows.
SHOWN = 5


def my_ideas(person: Any, _thing: Any) -> dict[str, Any]:
    """The newest ideas of this person with what happens next, and the rounds that take ideas. Two statements."""
    found = queries.mine(person, size=SHOWN)
    return {
        "ideas": found.rows,
        "more": found.next is not None,
        "rounds": open_rounds(),
        "next_step": rules.next_step,
    }


def to_finish(person: Any) -> Iterator[Todo]:
    """A line for each draft whose round is open and each idea that came back with advice. One statement."""
    for proposal in queries.to_finish(person):
        name = f"“{proposal.title}”" if proposal.title else "without a name yet"
        if proposal.state is ProposalState.DRAFT:
            closes_on = london(proposal.round.closes_at).date()
            words = f"Finish your idea {name} before {proposal.round.title} closes"
            yield Todo("Your ideas", words, path("proposals.edit", proposal_id=proposal.id), closes_on)
        elif proposal.return_by_on is not None:
            words = f"Your idea {name} came back with advice: send it again"
            yield Todo("Your ideas", words, path("proposals.edit", proposal_id=proposal.id), proposal.return_by_on)
