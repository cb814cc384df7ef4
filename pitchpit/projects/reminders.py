"""Check-ins that do not come: one reminder before the day, one after it, then the next person up is told. Looked for once a minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from pitchpit.core import jobs
from pitchpit.core.clock import today
from pitchpit.core.db import transaction
from pitchpit.projects import actions, queries


class Step(StrEnum):
    """Which word it is."""

    BEFORE = "before"
    AFTER = "after"
    UP = "up"


#: From how many days after the day (before it, where negative) each word is due.
FROM_DAY = {Step.BEFORE: -3, Step.AFTER: 2, Step.UP: 7}

KIND = "projects.remind"


def tick() -> None:
    """Queue the reminders that are due now and were not queued before: their key says which, so that twice is once."""
    wanted = {
        f"check-in-{project.id}-{due_on}-{step}": {
            "project_id": project.id,
            "due_on": due_on.isoformat(),
            "step": step.value,
        }
        for project in queries.to_remind_of(today() - timedelta(days=FROM_DAY[Step.BEFORE]))
        if (due_on := project.next_check_in_on) is not None
        for step in steps_due(due_on)
    }
    jobs.enqueue_new(KIND, wanted)


def steps_due(due_on: date) -> Iterator[Step]:
    """The words that are due today on a check-in of this day; the one before it not after it."""
    for step, days in FROM_DAY.items():
        if today() >= due_on + timedelta(days=days) and (step is not Step.BEFORE or today() <= due_on):
            yield step


def remind(project_id: int, due_on: str, step: str) -> None:
    """Say the word, unless the check-in has come by now."""
    with transaction():
        project = queries.to_remind(project_id)
        if project is None or project.next_check_in_on != date.fromisoformat(due_on):
            return
        if step == Step.UP:
            actions.tell_that_missed(project)
        else:
            actions.remind_of_check_in(project, late=step == Step.AFTER)
