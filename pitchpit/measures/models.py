"""Measures and observations as rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core.db import Edited, Model, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.people.models import Person
from pitchpit.projects.models import Project


class Measure(Row, Edited, Model):
    """Something counted over time for a project."""

    __table_args__ = (
        CheckConstraint("decimals BETWEEN 0 AND 4", name="decimals"),
        CheckConstraint("per > 0", name="per"),
        Index(None, "project_id"),
        Index(None, "data_owner_id"),
    )
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    name: Mapped[str] = mapped_column(FreeText)
    kind: Mapped[MeasureKind] = mapped_column(Words(MeasureKind))
    unit: Mapped[str] = mapped_column(FreeText, default="")  # "%", "days", "falls per 1,000 bed days"
    decimals: Mapped[int] = mapped_column(default=1)
    per: Mapped[int] = mapped_column(default=100)  # a numerator out of a denominator is shown per so many
    direction: Mapped[Direction] = mapped_column(Words(Direction))
    target: Mapped[float | None]
    frequency: Mapped[Frequency] = mapped_column(Words(Frequency))
    definition: Mapped[str] = mapped_column(FreeText, default="")
    source: Mapped[str] = mapped_column(FreeText, default="")
    data_owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    screen_outliers: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    project: Mapped[Project] = relationship()
    data_owner: Mapped[Person | None] = relationship()
    steps: Mapped[list[StepChange]] = relationship(back_populates="measure", order_by="StepChange.starts_on")
    annotations: Mapped[list[Annotation]] = relationship(back_populates="measure", order_by="Annotation.noted_on")


class Observation(Row, Model):
    """One value of a measure for one period. A correction makes a new row and marks the old one replaced."""

    __table_args__ = (
        CheckConstraint("(numerator IS NULL) = (denominator IS NULL)", name="both_or_none"),
        CheckConstraint("denominator IS NULL OR denominator > 0", name="denominator"),
        CheckConstraint("value BETWEEN -1e12 AND 1e12", name="value"),  # nor anything that is no number
        Index(
            "uq_observation_current",
            "measure_id",
            "period_on",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"))
    period_on: Mapped[date]  # the period's first day
    value: Mapped[float]
    numerator: Mapped[float | None]
    denominator: Mapped[float | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(FreeText, default="")  # why it replaces an earlier one

    measure: Mapped[Measure] = relationship()
    by: Mapped[Person] = relationship()


class StepChange(Row, Model):
    """The date from which limits are worked out anew, its reason, and the coach or analyst who agreed."""

    __table_args__ = (Index(None, "measure_id", "starts_on", unique=True),)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"))
    starts_on: Mapped[date]
    reason: Mapped[str] = mapped_column(FreeText)
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]

    measure: Mapped[Measure] = relationship(back_populates="steps")
    agreed_by: Mapped[Person] = relationship()


class Annotation(Row, Model):
    """A dated note on a chart."""

    __table_args__ = (Index(None, "measure_id"),)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"))
    noted_on: Mapped[date]
    words: Mapped[str] = mapped_column(FreeText)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    measure: Mapped[Measure] = relationship(back_populates="annotations")
    by: Mapped[Person] = relationship()
