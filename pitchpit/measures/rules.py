"""Who keeps a project's measures, and how a pasted or typed value is read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.measures.enums import Frequency
from pitchpit.measures.models import Measure
from pitchpit.people.enums import Right
from pitchpit.projects.enums import Role
from pitchpit.projects.models import Project
from pitchpit.projects.rules import can_change, holds, is_under_way


def can_add_measure(person: Any, project: Project) -> Answer:
    """The team and those who watch over it, while the project goes on."""
    return can_change(person, project)


def can_change_measure(person: Any, measure: Measure) -> Answer:
    return can_change(person, measure.project)


def can_enter(person: Any, measure: Measure) -> Answer:
    """The data owner, who needs no role on the project; also the team and those who watch over it. After the end too, for re-checks."""
    return only_if(
        measure.data_owner_id == person.id or can_keep(person, measure.project),
        "The measure's data owner enters its values.",
    )


def can_keep(person: Any, project: Project) -> bool:
    return person.has(Right.QI) or holds(person, project, Role.LEAD, Role.MEMBER, Role.COACH, Role.SPONSOR)


def can_agree_step(person: Any, measure: Measure) -> Answer:
    """Limits are worked out anew only with the coach's or the QI team's agreement."""
    agreed = person.has(Right.QI) or holds(person, measure.project, Role.COACH)
    return only_if(agreed, "The coach or the QI team agrees to new limits.") and not_now_unless(
        is_under_way(measure.project) or measure.project.ended_on is not None, "This project has not begun."
    )


def period_start(day: date, frequency: Frequency) -> date:
    """The first day of the period that this day lies in: itself, its Monday, the first of its month or quarter."""
    match frequency:
        case Frequency.WEEKLY:
            return day - timedelta(days=day.weekday())
        case Frequency.MONTHLY:
            return day.replace(day=1)
        case Frequency.QUARTERLY:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return day


def next_period(start: date, frequency: Frequency) -> date:
    """The first day of the period after the one that starts on `start`."""
    match frequency:
        case Frequency.DAILY:
            return start + timedelta(days=1)
        case Frequency.WEEKLY:
            return start + timedelta(days=7)
        case Frequency.MONTHLY:
            return period_start(start.replace(day=1) + timedelta(days=31), frequency)
        case Frequency.QUARTERLY:
            return period_start(start.replace(day=1) + timedelta(days=93), frequency)
    raise AssertionError(frequency)


def periods_between(first: date, last: date, frequency: Frequency) -> list[date]:
    """The first day of every period from `first` to `last`, both period starts."""
    periods = [first]
    while periods[-1] < last:
        periods.append(next_period(periods[-1], frequency))
    return periods
