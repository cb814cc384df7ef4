"""What the pages of projects show. Every colleague may read a project; its reports and its money are for those close to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from pitchpit.core.clock import today
from pitchpit.core.db import db, locked
from pitchpit.core.paging import Page, page
from pitchpit.projects.enums import UNDER_WAY, Role
from pitchpit.projects.models import BudgetLine, CheckIn, Milestone, Project, RoleHolder, SpendEntry


def visible_to(person: Any) -> Select[tuple[Project]]:
    """The projects that this person may read: all of them. (A project is public among staff from the day it opens.)"""
    return select(Project)


def visible_or_404(person: Any, project_id: int, *, change: bool = False) -> Project:
    """The project with its roles; locked for a change."""
    one = (
        visible_to(person)
        .where(Project.id == project_id)
        .options(selectinload(Project.roles).joinedload(RoleHolder.person))
    )
    return db.session.scalars(locked(one, change=change, of=Project)).one_or_none() or abort(404)


def listed(person: Any, *, ended: bool = False, after: str | None = None, size: int = 50) -> Page:
    """Projects under way, or ended ones, by name; with their roles and next milestones in a fixed number of statements."""
    chosen = Project.stage.in_(UNDER_WAY) if not ended else Project.stage.not_in(UNDER_WAY)
    rows = (
        visible_to(person)
        .where(chosen)
        .options(
            joinedload(Project.service),
            selectinload(Project.roles).joinedload(RoleHolder.person),
            selectinload(Project.milestones),
        )
    )
    return page(rows, order=[(Project.opened_at, "desc"), (Project.id, "desc")], after=after, size=size)


def mine(person: Any) -> Sequence[Project]:
    """The projects under way on which this person has a role today."""
    held = select(RoleHolder.project_id).where(
        RoleHolder.person_id == person.id,
        RoleHolder.from_on <= today(),
        (RoleHolder.to_on.is_(None)) | (RoleHolder.to_on >= today()),
    )
    rows = select(Project).where(Project.id.in_(held), Project.stage.in_(UNDER_WAY))
    return db.session.scalars(rows.order_by(Project.next_check_in_on.nulls_last(), Project.id)).all()


def of_proposal(proposal_id: int) -> Project | None:
    """The project that this proposal became."""
    return db.session.scalars(select(Project).where(Project.proposal_id == proposal_id)).one_or_none()


def milestones_of(project: Project) -> Sequence[Milestone]:
    rows = select(Milestone).where(Milestone.project_id == project.id)
    return db.session.scalars(
        rows.options(joinedload(Milestone.owner), selectinload(Milestone.moves)).order_by(
            Milestone.forecast_on, Milestone.id
        )
    ).all()


def milestone_or_404(project: Project, milestone_id: int) -> Milestone:
    """One of this project's milestones; lock the project first."""
    found = db.session.get(Milestone, milestone_id)
    return found if found is not None and found.project_id == project.id else abort(404)


def check_ins_of(project: Project) -> Sequence[CheckIn]:
    """The project's check-ins, the last first."""
    rows = select(CheckIn).where(CheckIn.project_id == project.id)
    return db.session.scalars(
        rows.options(joinedload(CheckIn.by), joinedload(CheckIn.answered_by)).order_by(
            CheckIn.due_on.desc(), CheckIn.id.desc()
        )
    ).all()


def check_in_or_404(project: Project, check_in_id: int) -> CheckIn:
    found = db.session.get(CheckIn, check_in_id)
    return found if found is not None and found.project_id == project.id else abort(404)


def budget_line_or_404(project: Project, line_id: int) -> BudgetLine:
    found = db.session.get(BudgetLine, line_id)
    return found if found is not None and found.project_id == project.id else abort(404)


@dataclass(frozen=True)
class Money:
    """A budget line and what was spent against it, whole pence."""

    line: BudgetLine
    spent_pence: int

    @property
    def left_pence(self) -> int:
        return self.line.amount_pence - self.spent_pence


def money_of(project: Project) -> list[Money]:
    """Each budget line with its spend; one statement."""
    rows = db.session.execute(
        select(BudgetLine, func.coalesce(func.sum(SpendEntry.amount_pence), 0))
        .outerjoin(SpendEntry, SpendEntry.budget_line_id == BudgetLine.id)
        .where(BudgetLine.project_id == project.id)
        .group_by(BudgetLine.id)
        .order_by(BudgetLine.position, BudgetLine.id)
    )
    return [Money(line, int(spent)) for line, spent in rows]


def spend_of(project: Project) -> Sequence[SpendEntry]:
    """Every spend entry, the last first."""
    rows = select(SpendEntry).join(SpendEntry.budget_line).where(BudgetLine.project_id == project.id)
    return db.session.scalars(
        rows.options(joinedload(SpendEntry.by), joinedload(SpendEntry.budget_line)).order_by(
            SpendEntry.spent_on.desc(), SpendEntry.id.desc()
        )
    ).all()


def check_ins_due(person: Any, by: date) -> Sequence[Project]:
    """Projects this person leads or works on, whose check-in is due by this day."""
    held = select(RoleHolder.project_id).where(
        RoleHolder.person_id == person.id,
        RoleHolder.role.in_([Role.LEAD, Role.MEMBER]),
        RoleHolder.from_on <= today(),
        (RoleHolder.to_on.is_(None)) | (RoleHolder.to_on >= today()),
    )
    due = select(Project).where(Project.id.in_(held), Project.stage.in_(UNDER_WAY), Project.next_check_in_on <= by)
    return db.session.scalars(due.order_by(Project.next_check_in_on, Project.id)).all()
