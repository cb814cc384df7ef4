"""Writing lessons down."""

from __future__ import annotations

from typing import Any

from pitchpit.core.clock import now
from pitchpit.core.db import db
from pitchpit.history.actions import record
from pitchpit.lessons.models import Lesson
from pitchpit.people.models import Person


def write(about: Any, *, actor: Person, expected: str, happened: str, differently: str) -> Lesson:
    """Keep what was expected, what happened and what we would do differently. Whether `actor` may is the caller's rule."""
    lesson = Lesson(
        subject_kind=about.__tablename__,
        subject_id=about.id,
        expected=expected,
        happened=happened,
        differently=differently,
        by_id=actor.id,
        written_at=now(),
    )
    db.session.add(lesson)
    db.session.flush()
    record("lesson.written", about, actor=actor, detail={"lesson_id": lesson.id})
    return lesson
