"""Lessons as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core.db import Model, Row
from pitchpit.core.text import FreeText
from pitchpit.people.models import Person


class Lesson(Row, Model):
    """A lesson about a project or a proposal; never deleted."""

    __table_args__ = (Index(None, "subject_kind", "subject_id"),)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    expected: Mapped[str] = mapped_column(FreeText)
    happened: Mapped[str] = mapped_column(FreeText)
    differently: Mapped[str] = mapped_column(FreeText)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]

    by: Mapped[Person] = relationship()
