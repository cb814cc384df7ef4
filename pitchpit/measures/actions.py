"""Keeping measures: define one, enter values, correct them, agree that limits start afresh, note what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from pitchpit.core.clock import now, today
from pitchpit.core.db import db
from pitchpit.core.rules import ensure, ensure_fresh, not_now_unless
from pitchpit.history.actions import record
from pitchpit.measures import rules
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.models import Annotation, Measure, Observation, StepChange
from pitchpit.people.models import Person
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


@dataclass(frozen=True)
class Value:
    """One value for one period: as it is, or out of a numerator and a denominator."""

    on: date
    value: float
    numerator: float | None = None
    denominator: float | None = None


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
    return measure


def change_measure(measure: Measure, definition: Definition, *, actor: Person, edit: int | None) -> None:
    """Say better what a measure is. Its frequency stays once it has values, since they stand in its periods."""
    ensure(rules.can_change_measure, actor, measure)
    ensure_fresh(measure, edit)
    moved = definition.frequency is not measure.frequency and bool(_standing(measure))
    ensure(
        lambda: not_now_unless(
            not moved, "This measure has values: its frequency cannot change. Add another measure instead."
        )
    )
    columns = _columns(definition)
    changed = [name for name, value in columns.items() if getattr(measure, name) != value]
    for name, value in columns.items():
        setattr(measure, name, value)
    record(
        "measure.changed",
        measure.project,
        actor=actor,
        detail={"measure_id": measure.id, "fields": changed},
        texts={"name": measure.name},
    )


def _columns(definition: Definition) -> dict[str, Any]:
    columns = {name: value for name, value in vars(definition).items() if name != "data_owner"}
    return columns | {"data_owner_id": definition.data_owner.id if definition.data_owner else None}


@dataclass(frozen=True)
class Entered:
    """What came of entering values: how many were new, how many replaced another value, how many stood there already."""

    new: int
    corrected: int
    same: int


def enter(measure: Measure, values: Sequence[Value], *, actor: Person, reason: str = "") -> Entered:
    """Enter values, one or many, all or none; each stands in the period it lies in.

    A different value for a period that has one is a correction and needs a reason; what it replaces is kept. Lock the measure first.
    Raises Refused for a correction without a reason, for a day to come, and for a period that comes twice.
    """
    ensure(rules.can_enter, actor, measure)
    wanted = {rules.period_start(value.on, measure.frequency): value for value in values}
    ensure(lambda: not_now_unless(len(wanted) == len(values), "Two values are for the same period: leave one out."))
    ensure(lambda: not_now_unless(all(value.on <= today() for value in values), "A value cannot be for a day to come."))
    standing = _standing(measure)
    replaced = [standing[on] for on, value in wanted.items() if on in standing and not _is_same(standing[on], value)]
    ensure(lambda: not_now_unless(not replaced or reason.strip(), "Say why the values that stand are corrected."))
    for observation in replaced:
        observation.replaced_at = now()
    db.session.flush()
    fresh = {on: value for on, value in wanted.items() if on not in standing or standing[on] in replaced}
    db.session.add_all(
        _observation(measure, on, value, actor, reason if on in standing else "") for on, value in sorted(fresh.items())
    )
    db.session.flush()
    outcome = Entered(len(fresh) - len(replaced), len(replaced), len(wanted) - len(fresh))
    if fresh:
        record(
            "measure.entered",
            measure.project,
            actor=actor,
            detail={"measure_id": measure.id, "new": outcome.new, "corrected": outcome.corrected},
            texts={"name": measure.name, "reason": reason if replaced else ""},
        )
    return outcome


def _standing(measure: Measure) -> Mapping[date, Observation]:
    rows = select(Observation).where(Observation.measure_id == measure.id, Observation.replaced_at.is_(None))
    return {observation.period_on: observation for observation in db.session.scalars(rows)}


def _is_same(observation: Observation, value: Value) -> bool:
    return (observation.value, observation.numerator, observation.denominator) == (
        value.value,
        value.numerator,
        value.denominator,
    )


def _observation(measure: Measure, on: date, value: Value, actor: Person, reason: str) -> Observation:
    return Observation(
        measure_id=measure.id,
        period_on=on,
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        by_id=actor.id,
        entered_at=now(),
        reason=reason,
    )


def agree_step(measure: Measure, *, actor: Person, on: date, reason: str) -> StepChange:
    """Agree that means and limits start afresh from the period of this day, and why. It needs a value there."""
    ensure(rules.can_agree_step, actor, measure)
    start = rules.period_start(on, measure.frequency)
    ensure(
        lambda: not_now_unless(
            start in _standing(measure), "There is no value for that period: choose a period that has one."
        )
    )
    ensure(
        lambda: not_now_unless(
            all(step.starts_on != start for step in measure.steps), "The limits start afresh there already."
        )
    )
    step = StepChange(starts_on=start, reason=reason, agreed_by_id=actor.id, agreed_at=now())
    measure.steps.append(step)
    db.session.flush()
    record(
        "measure.step",
        measure.project,
        actor=actor,
        detail={"measure_id": measure.id, "on": start},
        texts={"name": measure.name, "reason": reason},
    )
    return step


def annotate(measure: Measure, *, actor: Person, on: date, words: str) -> Annotation:
    """Note on the chart what happened on a day."""
    ensure(rules.can_enter, actor, measure)
    note = Annotation(noted_on=on, words=words, by_id=actor.id)
    measure.annotations.append(note)
    db.session.flush()
    record(
        "measure.annotated",
        measure.project,
        actor=actor,
        detail={"measure_id": measure.id, "on": on},
        texts={"name": measure.name, "words": words},
    )
    return note
