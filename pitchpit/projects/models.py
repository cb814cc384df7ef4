"""Projects, their roles, milestones, check-ins and money as rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core.db import Edited, Model, Pence, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.people.models import Person, Service
from pitchpit.projects.enums import Result, Role, Stage, StartCheckAnswer, StartCheckKind, Track
from pitchpit.proposals.enums import CostKind
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import Monitoring


class Project(Row, Edited, Model):
    """The work a proposal becomes (a "pioneering service"). `stage` is written by `actions.move` alone."""

    __table_args__ = (
        UniqueConstraint("proposal_id"),
        CheckConstraint("award_pence >= 0", name="award"),
        CheckConstraint(
            "(stage IN ('adopted', 'stopped', 'done', 'not_started')) = (ended_on IS NOT NULL)", name="ended"
        ),
        Index(None, "service_id"),
        Index(
            "ix_project_under_way",
            "next_due_on",
            "id",
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    title: Mapped[str] = mapped_column(FreeText)
    aim: Mapped[str] = mapped_column(FreeText)
    how_we_will_know: Mapped[str] = mapped_column(FreeText, default="")  # asked of light projects
    stage: Mapped[Stage] = mapped_column(Words(Stage))
    monitoring: Mapped[Monitoring] = mapped_column(Words(Monitoring))
    award_pence: Mapped[int] = mapped_column(Pence)
    opened_at: Mapped[datetime]
    started_on: Mapped[date | None]
    planned_end_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    result: Mapped[Result | None] = mapped_column(Words(Result))
    next_check_in_on: Mapped[date | None]
    #: `rules.next_due` as it stands, kept as the order of the list: those that are late come first, without reading all of them.
    next_due_on: Mapped[date] = mapped_column(default=date.max)

    proposal: Mapped[Proposal] = relationship()
    service: Mapped[Service | None] = relationship()
    roles: Mapped[list[RoleHolder]] = relationship(back_populates="project", order_by="RoleHolder.id")
    milestones: Mapped[list[Milestone]] = relationship(
        back_populates="project", order_by="Milestone.forecast_on, Milestone.id"
    )
    check_ins: Mapped[list[CheckIn]] = relationship(back_populates="project", order_by="CheckIn.made_at.desc()")
    budget_lines: Mapped[list[BudgetLine]] = relationship(back_populates="project", order_by="BudgetLine.position")
    start_checks: Mapped[list[StartCheck]] = relationship(back_populates="project", order_by="StartCheck.id")


class RoleHolder(Row, Model):
    """Who has a role on a project: from its first day until `to_on`, the first day without it. Ended, never deleted."""

    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="to_after_from"),
        Index(None, "project_id"),
        Index(None, "person_id"),
    )
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(Words(Role))
    from_on: Mapped[date]
    to_on: Mapped[date | None]

    project: Mapped[Project] = relationship(back_populates="roles")
    person: Mapped[Person] = relationship()


class Promised:
    """What is promised for a day, and how far it has slipped from it: `baseline_on`, `forecast_on`, `actual_on`."""

    @property
    def slip_days(self: Any) -> int:
        """Days between the baseline and the actual date, or the forecast until then; positive is late."""
        return int(((self.actual_on or self.forecast_on) - (self.baseline_on or self.forecast_on)).days)


class Milestone(Promised, Row, Edited, Model):
    """A promised event. `baseline_on` is frozen when the project starts; the forecast moves, with its history."""

    __table_args__ = (Index(None, "project_id"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    title: Mapped[str] = mapped_column(FreeText)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    baseline_on: Mapped[date | None]
    forecast_on: Mapped[date]
    actual_on: Mapped[date | None]
    reached_at: Mapped[datetime | None]  # when somebody said so
    evidence: Mapped[str] = mapped_column(FreeText, default="")

    project: Mapped[Project] = relationship(back_populates="milestones")
    owner: Mapped[Person | None] = relationship()
    moves: Mapped[list[ForecastMove]] = relationship(back_populates="milestone", order_by="ForecastMove.id")


class ForecastMove(Row, Model):
    """A milestone's forecast was moved: from, to, and why."""

    __table_args__ = (Index(None, "milestone_id"),)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(FreeText)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    moved_at: Mapped[datetime]

    milestone: Mapped[Milestone] = relationship(back_populates="moves")
    by: Mapped[Person] = relationship()


class CheckIn(Row, Edited, Model):
    """The regular report; the coach answers."""

    __table_args__ = (UniqueConstraint("project_id", "due_on"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    due_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    unchanged: Mapped[bool] = mapped_column(default=False)  # "nothing has changed"
    what_happened: Mapped[str] = mapped_column(FreeText, default="")
    on_time: Mapped[Track] = mapped_column(Words(Track, "on_time"))
    on_cost: Mapped[Track] = mapped_column(Words(Track, "on_cost"))
    on_benefit: Mapped[Track] = mapped_column(Words(Track, "on_benefit"))
    help_wanted: Mapped[str] = mapped_column(FreeText, default="")
    answer: Mapped[str] = mapped_column(FreeText, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship(back_populates="check_ins")
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class BudgetLine(Row, Model):
    """A line of the budget: what the proposal asked for, as it was awarded."""

    __table_args__ = (CheckConstraint("amount_pence >= 0", name="not_negative"), Index(None, "project_id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(FreeText)
    kind: Mapped[CostKind] = mapped_column(Words(CostKind))
    recurring: Mapped[bool] = mapped_column(default=False)
    amount_pence: Mapped[int] = mapped_column(Pence)

    project: Mapped[Project] = relationship(back_populates="budget_lines")
    entries: Mapped[list[SpendEntry]] = relationship(back_populates="budget_line", order_by="SpendEntry.spent_on")


class SpendEntry(Row, Model):
    """Money spent against a budget line; negative where money came back."""

    __table_args__ = (Index(None, "budget_line_id"), CheckConstraint("amount_pence <> 0", name="not_zero"))
    budget_line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"))
    spent_on: Mapped[date]
    amount_pence: Mapped[int] = mapped_column(Pence)
    note: Mapped[str] = mapped_column(FreeText, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    budget_line: Mapped[BudgetLine] = relationship(back_populates="entries")
    by: Mapped[Person] = relationship()


class StartCheck(Row, Edited, Model):
    """One of the checks before a start: not needed, because; or done, with its reference."""

    __table_args__ = (UniqueConstraint("project_id", "kind"),)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[StartCheckKind] = mapped_column(Words(StartCheckKind))
    answer: Mapped[StartCheckAnswer] = mapped_column(Words(StartCheckAnswer))
    detail: Mapped[str] = mapped_column(FreeText)

    project: Mapped[Project] = relationship(back_populates="start_checks")
