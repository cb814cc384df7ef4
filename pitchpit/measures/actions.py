"""Keeping measures: define one, enter values, correct them, agree that limits start afresh, note what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert

from pitchpit.core.clock import now, today
from pitchpit.core.db import db
from pitchpit.core.rules import ensure, ensure_fresh, not_now_unless
from pitchpit.history.actions import record
from pitchpit.measures import queries, rules
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.models import Annotation, Measure, Observation, StepChange
from pitchpit.measures.periods import period_start
from pitchpit.measures.values import EARLIEST, LARGEST, Value, is_possible
from pitchpit.notices.actions import notify, path
from pitchpit.people.models import Person
from pitchpit.projects.actions import people_with
from pitchpit.projects.enums import Role
from pitchpit.projects.models import Project


@dataclass(frozen=True)
class Definition:
    """What a measure is: everything about it that people decide."""

    name: str
    kind: MeasureKind
    unit: str
    decimals: int
    direction: Direction
    target: float | None
    frequency: Frequency
    definition: str
    source: str
    data_owner: Person | None
    screen_outliers: bool = True
    per: int = 100  # a numerator out of a denominator is shown per so many


def add_measure(project: Project, definition: Definition, *, actor: Person) -> Measure:
    """Start measuring something for a project."""
    ensure(rules.can_add_measure, actor, project)
    measure = Measure(project=project, created_at=now(), **_columns(definition))
    db.session.add(measure)
    db.session.flush()
    record(
        "measure.added",
        project,
        actor=actor,
        detail={"measure_id": measure.id, "kind": measure.kind.value},
        texts={"name": measure.name},
    )
    _tell_data_owner(measure, definition.data_owner, actor)
    return measure


def change_measure(measure: Measure, definition: Definition, *, actor: Person, edit: int | None) -> None:
    """Say better what a measure is. What its values were counted by stays once it has any."""
    ensure(rules.can_change_measure, actor, measure)
    ensure_fresh(measure, edit)
    has_values = bool(queries.standing(measure))
    ensure(rules.can_change_periods, measure, definition.frequency, definition.per, has_values=has_values)
    columns = _columns(definition)
    changed = [name for name, value in columns.items() if getattr(measure, name) != value]
    for name, value in columns.items():
        setattr(measure, name, value)
    if not changed:
        return
    record(
        "measure.changed",
        measure.project,
        actor=actor,
        detail={"measure_id": measure.id, "fields": [_SAID_AS.get(name, name) for name in changed]},
        texts={"name": measure.name},
    )
    if "data_owner_id" in changed:
        _tell_data_owner(measure, definition.data_owner, actor)


#: Columns whose names are not what people call them.
_SAID_AS = {
    "per": "out of",
    "direction": "better direction",
    "data_owner_id": "data owner",
    "screen_outliers": "screening",
}


def _columns(definition: Definition) -> dict[str, Any]:
    columns = {name: value for name, value in vars(definition).items() if name != "data_owner"}
    return columns | {"data_owner_id": definition.data_owner.id if definition.data_owner else None}


def _tell_data_owner(measure: Measure, owner: Person | None, actor: Person) -> None:
    """Whoever is asked to keep numbers hears of it."""
    if owner and owner.id != actor.id:
        url = path("measures.show", measure_id=measure.id)
        notify("measure_to_keep", to=[owner], about=measure, url=url, frequency=measure.frequency.words.lower())


def remind_of_value(wanted: queries.Wanted) -> None:
    """Tell whoever keeps the measure that a value has not come: its data owner, or the project's lead where there is none (any more)."""
    measure, owner = wanted.measure, wanted.measure.data_owner
    leads = [person for person in people_with(measure.project, Role.LEAD) if not person.has_left]
    notify(
        "measure_late",
        to=leads if owner is None or owner.has_left else [owner],
        about=measure,
        url=path("measures.enter", measure_id=measure.id),
        title=measure.project.title,
        period=wanted.words,
        due_on=wanted.due_on,
    )


IMPOSSIBLE = f"A value is for a day from {EARLIEST.year} to today, is a number up to {LARGEST:,}, and has a total of more than 0."


@dataclass(frozen=True)
class Entered:
    """What came of entering values: how many were new, how many replaced another value, how many stood there already."""

    new: int
    corrected: int
    same: int


def enter(measure: Measure, values: Sequence[Value], *, actor: Person, reason: str = "") -> Entered:
    """Enter values, one or many, all or none; each stands in the period it lies in.

    A different value for a period that has one is a correction and needs a reason; what it replaces is kept. Lock the measure first.
    Raises Refused for a correction without a reason, for a day to come, for what is no number, and for a period that comes twice.
    """
    ensure(rules.can_enter, actor, measure)
    starts = [period_start(value.on, measure.frequency) for value in values]
    ensure(lambda: not_now_unless(len({*starts}) == len(values), "Two values are for the same period: leave one out."))
    ensure(lambda: not_now_unless(all(is_possible(value, today()) for value in values), IMPOSSIBLE))
    plan = queries.plan_of(measure, values)
    ensure(
        lambda: not_now_unless(not plan.corrections or reason.strip(), "Say why the values that stand are corrected.")
    )
    for replaced, _ in plan.corrections:
        replaced.replaced_at = now()
    db.session.flush()
    fresh = [(value, "") for value in plan.new] + [(value, reason) for _, value in plan.corrections]
    if fresh:
        db.session.execute(insert(Observation), [_row(measure, value, actor, why) for value, why in fresh])
        record(
            "measure.entered",
            measure.project,
            actor=actor,
            detail={"measure_id": measure.id, "new": len(plan.new), "corrected": len(plan.corrections)},
            texts={"name": measure.name, "reason": reason if plan.corrections else ""},
        )
    return Entered(len(plan.new), len(plan.corrections), len(plan.same))


def _row(measure: Measure, value: Value, actor: Person, reason: str) -> dict[str, Any]:
    return {
        "measure_id": measure.id,
        "period_on": period_start(value.on, measure.frequency),
        "value": value.value,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "by_id": actor.id,
        "entered_at": now(),
        "reason": reason,
    }


def agree_step(measure: Measure, *, actor: Person, on: date, reason: str) -> StepChange:
    """Agree that means and limits start afresh from the period of this day, and why. It needs a value there."""
    ensure(rules.can_agree_step, actor, measure)
    start = period_start(on, measure.frequency)
    ensure(rules.can_start_afresh, measure, start, queries.standing(measure))
    step = StepChange(starts_on=start, reason=reason, agreed_by_id=actor.id, agreed_at=now())
    measure.steps.append(step)
    db.session.flush()
    record(
        "measure.step",
        measure.project,
        actor=actor,
        detail={"measure_id": measure.id, "starts_on": start},
        texts={"name": measure.name, "reason": reason},
    )
    return step


def annotate(measure: Measure, *, actor: Person, on: date, words: str) -> Annotation:
    """Note on the chart what happened on a day."""
    ensure(rules.can_annotate, actor, measure)
    note = Annotation(noted_on=on, words=words, by_id=actor.id)
    measure.annotations.append(note)
    db.session.flush()
    record(
        "measure.annotated",
        measure.project,
        actor=actor,
        detail={"measure_id": measure.id, "noted_on": on},
        texts={"name": measure.name, "words": words},
    )
    return note
