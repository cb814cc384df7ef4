"""Review gates as rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core.db import Model, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.gates.enums import GateOutcome
from pitchpit.lessons.models import Lesson
from pitchpit.people.models import Person
from pitchpit.projects.enums import Stage
from pitchpit.projects.models import Project


class Gate(Row, Model):
    """A decision on a project and the evidence it was taken on. A trigger refuses changes, save by redaction."""

    __table_args__ = (Index(None, "project_id"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    outcome: Mapped[GateOutcome] = mapped_column(Words(GateOutcome))
    held_on: Mapped[date]
    from_stage: Mapped[Stage] = mapped_column(Words(Stage, "from_stage"))
    to_stage: Mapped[Stage] = mapped_column(Words(Stage, "to_stage"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(FreeText)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    redacted_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()
    by: Mapped[Person] = relationship()
    lesson: Mapped[Lesson | None] = relationship()
