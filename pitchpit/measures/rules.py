"""Who keeps a project's measures. The caller loads the project's roles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.measures.models import Measure
from pitchpit.people.enums import Right
from pitchpit.projects.enums import Role
from pitchpit.projects.models import Project
from pitchpit.projects.rules import can_change, holds, is_team, watches


def can_add_measure(person: Any, project: Project) -> Answer:
    """The team and those who watch over it, while the project goes on."""
    return can_change(person, project)


def can_change_measure(person: Any, measure: Measure) -> Answer:
    """The same people say what it means."""
    return can_change(person, measure.project)


def can_enter(person: Any, measure: Measure) -> Answer:
    """The data owner, who needs no role on the project; also the team and those who watch over it. After the end too, for re-checks."""
    return only_if(
        measure.data_owner_id == person.id or keeps(person, measure.project),
        "Its data owner and the project's team enter its values.",
    )


def can_annotate(person: Any, measure: Measure) -> Answer:
    """Whoever enters its values notes what happened."""
    return can_enter(person, measure)


def can_agree_step(person: Any, measure: Measure) -> Answer:
    """Limits are worked out anew only with the coach's or the QI team's agreement."""
    return only_if(
        person.has(Right.QI) or holds(person, measure.project, Role.COACH),
        "The coach or the QI team agrees that limits start afresh.",
    )


def keeps(person: Any, project: Project) -> bool:
    """Whether this person is on the team or watches over the project."""
    return bool(is_team(person, project) or watches(person, project))


def can_change_periods(measure: Measure, frequency: Any, per: int, *, has_values: bool) -> Answer:
    """What its values were counted by stays once there are any."""
    return not_now_unless(
        not has_values or (frequency is measure.frequency and per == measure.per),
        "This measure has values, which were counted by its period and its “out of”: these two cannot change. "
        "Add another measure instead.",
    )


def can_start_afresh(measure: Measure, start: date, known: Collection[date]) -> Answer:
    """Limits start afresh at a period (by its first day) that has a value, is not the first, and is no step change yet."""
    return (
        not_now_unless(start in known, "There is no value for that period: choose one that has a value.")
        and not_now_unless(
            start != min(known, default=None), "The limits begin with the first value: choose a later period."
        )
        and not_now_unless(
            all(step.starts_on != start for step in measure.steps), "The limits start afresh there already."
        )
    )
