"""What the home page and a proposal's page show of projects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pitchpit.core.clock import today
from pitchpit.home.ports import Todo
from pitchpit.notices.wording import path
from pitchpit.projects import queries
from pitchpit.projects.models import Project
from pitchpit.proposals.enums import ProposalState

#: A check-in is asked for this many days before its day.
DAYS_AHEAD = 7

HEADING = "Your projects"


def check_ins(person: Any) -> Iterator[Todo]:
    """A line for each check-in that this person's team owes within a week, and for each that they answer as coach. One statement."""
    for waiting in queries.waiting_for(person, today() + timedelta(days=DAYS_AHEAD)):
        project, report = waiting.project, waiting.to_answer
        if report is None:
            url = path("projects.checking_in", project_id=project.id)
            yield Todo(HEADING, f"Check in on {project.title}", url, project.next_check_in_on)
        else:
            url = path("projects.answering", project_id=project.id, check_in_id=report.id)
            wants = ", which asks for help" if report.help_wanted else ""
            yield Todo("Your coaching", f"Answer the check-in of {project.title}{wants}", url)


def became(_person: Any, proposal: Any) -> Project | None:
    """The project that a proposal became; nothing, and no statement, where none was said yes to."""
    if proposal.state not in (ProposalState.APPROVED, ProposalState.SUPPORTED):
        return None
    return queries.of_proposal(proposal.id)
