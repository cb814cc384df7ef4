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


def to_judge(person: Any) -> Iterator[Todo]:
    """What judging wants of this person, a line for each round. One statement.

    Something left to score leads straight to the next scorecard; judges who are waited for, to how far each is; conflicts, to the register.
    """
    for what, round_id, title, closes_at, number in queries.wanted_from(person):
        if what == "score":
            words, url = f"Score {plural(number, 'proposal')} for {title}", path("panels.next_one", round_id=round_id)
            yield Todo("Judging", words, url, london(closes_at).date())
        elif what == "wait":
            words = f"See who has still to score {title}: {plural(number, 'judge')}"
            url = path("panels.assigning", round_id=round_id)
            yield Todo("Judging", words, url, london(closes_at).date())
        else:
            words = f"Decide about {plural(number, 'conflict')} in {title}"
            yield Todo("Judging", words, path("panels.conflicts", round_id=round_id))


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
