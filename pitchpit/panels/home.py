"""What judging adds to the pages below it: lines of "What needs me now", and the reminder before scoring closes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pitchpit.core import jobs
from pitchpit.core.clock import london, now
from pitchpit.core.db import transaction
from pitchpit.core.words import plural
from pitchpit.home.ports import Todo
from pitchpit.notices.wording import path
from pitchpit.panels import actions, queries

#: How long before scoring closes a judge with something left is reminded.
REMIND_BEFORE = timedelta(days=3)


def to_score(person: Any) -> Iterator[Todo]:
    """A line for each round with something left to score; it leads straight to the next scorecard. One statement."""
    for round, number in queries.left_to_score(person):
        words = f"Score {plural(number, 'proposal')} for {round.title}"
        yield Todo("Judging", words, path("panels.next_one", round_id=round.id), london(round.scoring_closes_at).date())


def to_wait_for(person: Any) -> Iterator[Todo]:
    """A line for each round whose papers this person keeps and whose judges are not done; it leads to how far each is. One statement."""
    for round, number in queries.waited_for(person):
        words = f"See who has still to score {round.title}: {plural(number, 'judge')}"
        yield Todo(
            "Judging", words, path("panels.assigning", round_id=round.id), london(round.scoring_closes_at).date()
        )


def to_decide_about(person: Any) -> Iterator[Todo]:
    """A line for each round with conflicts that wait for this person's word. One statement."""
    for round, number in queries.conflicts_to_decide(person):
        words = f"Decide about {plural(number, 'conflict')} in {round.title}"
        yield Todo("Judging", words, path("panels.conflicts", round_id=round.id))


def tick() -> None:
    """Have each judge with something left to score reminded, once, as scoring nears its end."""
    due = queries.to_remind(now() + REMIND_BEFORE)
    wanted = {
        f"pile-reminder-{round_id}-{person_id}-{closes_at.date()}": {"round_id": round_id, "person_id": person_id}
        for round_id, closes_at, person_id in due
    }
    jobs.enqueue_new("panels.remind", wanted)


def remind(round_id: int, person_id: int) -> None:
    """Tell one judge what is left, unless they have done it by now. Called by the worker."""
    with transaction():
        if found := queries.left_for(round_id, person_id):
            actions.remind(*found)
