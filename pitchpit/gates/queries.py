"""What gates are taken on, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from pitchpit.core.clock import today
from pitchpit.core.db import SOMEBODY, TODAY, db, put_together_once
from pitchpit.gates import rules
from pitchpit.gates.models import Gate
from pitchpit.gates.rules import Facts
from pitchpit.measures import queries as measures
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.models import Annotation, Measure, Observation, StepChange
from pitchpit.measures.queries import Reading
from pitchpit.projects.enums import Role, Stage, StartCheckKind
from pitchpit.projects.models import Milestone, Project, RoleHolder, StartCheck
from pitchpit.projects.queries import held_now


def gates_of(project: Project) -> Sequence[Gate]:
    """The project's gates, the last one first, with their lessons. One statement."""
    rows = select(Gate).where(Gate.project_id == project.id)
    return db.session.scalars(rows.options(joinedload(Gate.by), joinedload(Gate.lesson)).order_by(Gate.id.desc())).all()


def gate_or_404(project: Project, gate_id: int) -> Gate:
    """One of this project's gates."""
    one = select(Gate).where(Gate.id == gate_id, Gate.project_id == project.id)
    return db.session.scalar(one.options(joinedload(Gate.by), joinedload(Gate.lesson))) or abort(404)


# What is there of what a start asks for.


def facts_of(project: Project) -> Facts:
    """What is there of what this project's start asks for. One statement."""
    return _facts(db.session.execute(_asked().where(Project.id == project.id)).one())


@dataclass(frozen=True)
class SettingUp:
    """A project that is being set up, and somebody's role on it."""

    project: Project
    role: Role
    facts: Facts


def setting_up(person: Any) -> list[SettingUp]:
    """The projects being set up that this person leads or sponsors. One statement."""
    rows = db.session.execute(_setting_up(), {"person_id": person.id, "today": today()}).all()
    return [SettingUp(row.Project, row.role, _facts(row)) for row in rows]


@put_together_once
def _setting_up() -> Select[Any]:
    return (
        _asked(TODAY)
        .add_columns(Project, RoleHolder.role)
        .join(RoleHolder, RoleHolder.project_id == Project.id)
        .where(Project.stage == Stage.SETTING_UP, RoleHolder.person_id == SOMEBODY.id, *held_now(TODAY))
        .where(RoleHolder.role.in_([Role.LEAD, Role.SPONSOR]))
        .order_by(Project.id, RoleHolder.id)
    )


def _asked(day: Any = None) -> Select[Any]:
    """The facts of projects as columns, today or on `day`."""
    now_on_it = select(func.aggregate_strings(RoleHolder.role, ",")).where(
        RoleHolder.project_id == Project.id, *held_now(day)
    )
    kinds = select(func.aggregate_strings(Measure.kind, ",")).where(Measure.project_id == Project.id)
    checks = select(func.aggregate_strings(StartCheck.kind, ",")).where(StartCheck.project_id == Project.id)
    milestones = select(func.count(Milestone.id)).where(Milestone.project_id == Project.id)
    observed = select(func.count(Observation.id)).where(
        Observation.measure_id == Measure.id, Observation.replaced_at.is_(None)
    )
    short = select(Measure.id).where(
        Measure.project_id == Project.id,
        Measure.kind == MeasureKind.OUTCOME,
        observed.correlate(Measure).scalar_subquery() < rules.BASELINE,
    )
    return select(
        Project.monitoring.label("monitoring"),
        Project.planned_end_on.label("ends_on"),
        Project.how_we_will_know.label("how"),
        now_on_it.correlate(Project).scalar_subquery().label("roles"),
        milestones.correlate(Project).scalar_subquery().label("milestones"),
        kinds.correlate(Project).scalar_subquery().label("measures"),
        checks.correlate(Project).scalar_subquery().label("checks"),
        short.correlate(Project).exists().label("short_baseline"),
    )


def _facts(row: Any) -> Facts:
    return Facts(
        monitoring=row.monitoring,
        roles=frozenset(Role(word) for word in _words(row.roles)),
        has_end=row.ends_on is not None,
        says_how=bool(row.how.strip()),
        milestones=row.milestones,
        measures=frozenset(MeasureKind(word) for word in _words(row.measures)),
        checks=frozenset(StartCheckKind(word) for word in _words(row.checks)),
        short_baseline=bool(row.short_baseline),
    )


def _words(joined: str | None) -> list[str]:
    return joined.split(",") if joined else []


# The evidence, as it was.


def readings_then(gate: Gate) -> list[Reading]:
    """The charts of a gate's evidence, drawn from the frozen copy: what has changed since changes nothing here. No statement."""
    return [_reading_then(kept, number) for number, kept in enumerate(gate.evidence["measures"], 1)]


def _reading_then(kept: dict[str, Any], number: int) -> Reading:
    measure = Measure(
        id=number,
        name=kept["name"],
        kind=MeasureKind(kept["kind"]),
        unit=kept["unit"],
        decimals=kept["decimals"],
        direction=Direction(kept["direction"]),
        target=kept["target"],
        frequency=Frequency(kept["frequency"]),
        screen_outliers=kept["screen_outliers"],
        steps=[StepChange(starts_on=date.fromisoformat(day), reason=reason) for day, reason in kept["steps"]],
        annotations=[Annotation(noted_on=date.fromisoformat(day), words=words) for day, words in kept["annotations"]],
    )
    observed = [
        Observation(period_on=date.fromisoformat(day), value=value)
        for day, value in kept["observations"]
        if value is not None
    ]
    return measures.read(measure, observed)


@dataclass(frozen=True)
class MilestoneThen:
    """A milestone as it stood."""

    title: str
    baseline_on: date | None
    forecast_on: date
    actual_on: date | None


@dataclass(frozen=True)
class EvidenceThen:
    """What a gate was taken on beside its measures, as it stood."""

    monitoring: str
    milestones: list[MilestoneThen]
    money: list[dict[str, Any]]
    short_baseline: str
    enough_on: date | None


def evidence_then(gate: Gate) -> EvidenceThen:
    """The frozen copy as a page reads it. No statement."""
    kept = gate.evidence
    return EvidenceThen(
        monitoring=kept["monitoring"],
        milestones=[
            MilestoneThen(
                one["title"], _day(one["baseline_on"]), date.fromisoformat(one["forecast_on"]), _day(one["actual_on"])
            )
            for one in kept["milestones"]
        ],
        money=kept["money"],
        short_baseline=kept.get("short_baseline", ""),
        enough_on=_day(kept.get("enough_on")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
