"""Writing lessons down."""

from __future__ import annotations

from typing import Any

from pitchpit.core import search
from pitchpit.core.about import named
from pitchpit.core.clock import now
from pitchpit.core.db import db
from pitchpit.history.actions import record
from pitchpit.lessons.models import Lesson
from pitchpit.people.models import Person


def write(
    about: Any,
    *,
    actor: Person,
    expected: str,
    happened: str,
    differently: str,
    title: str,
    url: str,
    outcome: str | None = None,
) -> Lesson:
    """Keep what was expected, what happened and what we would do differently, for everybody to find. Whether `actor` may is the caller's rule.

    `title` is what the thing is called, `url` its page, `outcome` how it went in a word.
    """
    kind, number = named(about)
    lesson = Lesson(
        subject_kind=kind,
        subject_id=number,
        expected=expected,
        happened=happened,
        differently=differently,
        by_id=actor.id,
        written_at=now(),
    )
    db.session.add(lesson)
    db.session.flush()
    record("lesson.written", about, actor=actor, detail={"lesson_id": lesson.id})
    search.index(
        "lesson",
        lesson.id,
        title=f"What we learned: {title}",
        body="\n".join([differently, happened, expected]),
        outcome=outcome,
        audience=[search.EVERYONE],
        url=url,
    )
    return lesson
