"""Reading lessons."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pitchpit.core.db import db
from pitchpit.lessons.models import Lesson


def about(kind: str, subject_id: int) -> Sequence[Lesson]:
    """The lessons about one thing, the first one first."""
    rows = select(Lesson).where(Lesson.subject_kind == kind, Lesson.subject_id == subject_id)
    return db.session.scalars(rows.options(joinedload(Lesson.by)).order_by(Lesson.id)).all()
