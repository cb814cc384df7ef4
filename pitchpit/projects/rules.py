"""Who may do what on a project. The caller loads the project's roles."""

from __future__ import annotations

from datetime import date
from typing import Any

from pitchpit.core.clock import today
from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.people.enums import Right
from pitchpit.projects.enums import MOVES, UNDER_WAY, Role, Stage
from pitchpit.projects.models import CheckIn, Milestone, Project, RoleHolder
from pitchpit.schemes.enums import Monitoring

#: How often a project reports, by its monitoring: months between check-ins. Light projects write one closing report instead.
CADENCE_MONTHS = {Monitoring.STANDARD: 3, Monitoring.CLOSE: 1}

TEAM = (Role.LEAD, Role.MEMBER)


def holds(person: Any, project: Project, *roles: Role) -> bool:
    """Whether this person has one of these roles on the project today."""
    return any(
        holder.person_id == person.id and holder.role in roles and is_current(holder) for holder in project.roles
    )


def is_current(holder: RoleHolder) -> bool:
    return holder.from_on <= today() and (holder.to_on is None or holder.to_on >= today())


def is_team(person: Any, project: Project) -> Answer:
    return only_if(holds(person, project, *TEAM), "The project's team does this.")


def is_lead(person: Any, project: Project) -> Answer:
    return only_if(holds(person, project, Role.LEAD), "The project's lead does this.")


def watches(person: Any, project: Project) -> Answer:
    """The QI team, and the project's own coach and sponsor."""
    return only_if(
        person.has(Right.QI) or holds(person, project, Role.COACH, Role.SPONSOR),
        "The QI team, the coach or the sponsor does this.",
    )


def is_under_way(project: Project) -> Answer:
    return not_now_unless(project.stage in UNDER_WAY, "This project has ended.")


def can_read_reports(person: Any, project: Project) -> bool:
    """Check-ins and money: the team, coach, sponsor, contacts, the QI team and leaders."""
    return holds(person, project, *Role) or person.has(Right.QI) or person.has(Right.LEADER)


def can_change(person: Any, project: Project) -> Answer:
    """The team and those who watch over it change milestones, money and words, while it goes on."""
    return (is_team(person, project) or watches(person, project)) and is_under_way(project)


def can_name(person: Any, project: Project, role: Role) -> Answer:
    """The lead names the team; the QI team names everybody."""
    named_by_lead = role is Role.MEMBER and holds(person, project, Role.LEAD)
    return only_if(person.has(Right.QI) or named_by_lead, "The QI team names who has this role.") and is_under_way(
        project
    )


def can_set_monitoring(person: Any, project: Project) -> Answer:
    return only_if(person.has(Right.QI), "The QI team sets how closely a project is watched.") and is_under_way(project)


def can_check_in(person: Any, project: Project) -> Answer:
    return (
        is_team(person, project)
        and is_under_way(project)
        and not_now_unless(
            project.monitoring in CADENCE_MONTHS, "Light projects write one closing report and no check-ins."
        )
        and not_now_unless(project.stage is not Stage.SETTING_UP, "Check-ins begin once the project has started.")
    )


def can_answer(person: Any, check_in: CheckIn) -> Answer:
    """The coach answers, or the QI team for the coach; once."""
    return only_if(
        person.has(Right.QI) or holds(person, check_in.project, Role.COACH), "The coach answers check-ins."
    ) and not_now_unless(check_in.answered_at is None, "This check-in has its answer already.")


def can_move(project: Project, stage: Stage) -> Answer:
    return not_now_unless(
        stage in MOVES[project.stage], f"A project that is {project.stage.value.replace('_', ' ')} cannot become that."
    )


def is_frozen(milestone: Milestone) -> bool:
    """Whether its baseline stands: from the start on."""
    return milestone.baseline_on is not None


def is_late(milestone: Milestone, on: date) -> bool:
    return milestone.actual_on is None and milestone.forecast_on < on


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def first_check_in(project: Project, started_on: date) -> date | None:
    """When the first check-in is due: one cadence after the start; None for light projects."""
    months = CADENCE_MONTHS.get(project.monitoring)
    return months_after(started_on, months) if months else None


def next_check_in(project: Project, due_on: date, made_on: date) -> date | None:
    """The check-in after the one that was due on `due_on`: the next of the rhythm that lies ahead; missed ones are not asked for again."""
    months = CADENCE_MONTHS.get(project.monitoring)
    if not months:
        return None
    ahead, number = due_on, 0
    while ahead <= max(made_on, due_on):
        number += 1
        ahead = months_after(due_on, months * number)
    return ahead
