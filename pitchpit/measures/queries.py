"""What the pages of measures show: values in their periods, missing ones as missing, and the charts that read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from pitchpit.core.clock import today
from pitchpit.core.db import db, locked
from pitchpit.measures import spc
from pitchpit.measures.chart import Chart, Flag, chart_of
from pitchpit.measures.models import Measure, Observation, StepChange
from pitchpit.measures.rules import next_period, period_start, periods_between
from pitchpit.projects.enums import UNDER_WAY
from pitchpit.projects.models import Project, RoleHolder


@dataclass(frozen=True)
class Reading:
    """A measure as a page shows it: what was analysed, the chart, its observations (the newest first) and how many periods are missing."""

    measure: Measure
    analysis: spc.XmrAnalysis
    chart: Chart
    observations: list[Observation]
    missing: int

    @property
    def showing(self) -> spc.Showing:
        return spc.what_to_show(self.analysis.n_observations)

    @property
    def last(self) -> Observation | None:
        return self.observations[0] if self.observations else None


def measure_or_404(person: Any, measure_id: int, *, change: bool = False) -> Measure:
    """The measure with its project's roles: every colleague may read it; locked for a change."""
    one = (
        select(Measure)
        .where(Measure.id == measure_id)
        .options(
            joinedload(Measure.project).selectinload(Project.roles).joinedload(RoleHolder.person),
            joinedload(Measure.data_owner),
            selectinload(Measure.steps).joinedload(StepChange.agreed_by),
            selectinload(Measure.annotations),
        )
    )
    return db.session.scalars(locked(one, change=change, of=Measure)).unique().one_or_none() or abort(404)


def readings_of(project: Project) -> list[Reading]:
    """Each measure of a project with its chart, outcomes first; four statements however many measures there are."""
    measures = db.session.scalars(
        select(Measure)
        .where(Measure.project_id == project.id)
        .options(selectinload(Measure.steps), selectinload(Measure.annotations))
        .order_by(Measure.id)
    ).all()
    values = current_values([measure.id for measure in measures])
    ordered = sorted(measures, key=lambda measure: list(type(measure.kind)).index(measure.kind))
    return [read(measure, values.get(measure.id, [])) for measure in ordered]


def current_values(measure_ids: Collection[int]) -> Mapping[int, list[Observation]]:
    """The observations that stand, by measure, in date order; one statement."""
    rows = select(Observation).where(Observation.measure_id.in_(measure_ids), Observation.replaced_at.is_(None))
    found: dict[int, list[Observation]] = {}
    for observation in db.session.scalars(rows.order_by(Observation.measure_id, Observation.period_on)):
        found.setdefault(observation.measure_id, []).append(observation)
    return found


def reading_of(measure: Measure) -> Reading:
    """One measure with its chart."""
    return read(measure, current_values([measure.id]).get(measure.id, []))


def read(measure: Measure, observations: Sequence[Observation]) -> Reading:
    """The chart of these observations (in date order), with a gap for every period that has none."""
    values = {observation.period_on: observation.value for observation in observations}
    dates = periods_between(min(values), max(values), measure.frequency) if values else []
    dates = sorted({*dates, *values})
    analysis = spc.analyse_xmr(
        spc.XmrInputs(
            dates=dates,
            values=[values.get(day) for day in dates],
            improvement_direction=measure.direction.value,
            target=measure.target,
            rebase_dates=[step.starts_on for step in measure.steps if step.starts_on in values],
            screen_outliers=measure.screen_outliers,
        )
    )
    chart = chart_of(
        analysis,
        title=measure.name,
        unit=measure.unit,
        decimals=measure.decimals,
        steps=[Flag(step.starts_on, step.reason) for step in measure.steps if step.starts_on in values],
        annotations=[Flag(note.noted_on, note.words) for note in measure.annotations],
        id_prefix=f"measure-{measure.id}",
    )
    return Reading(measure, analysis, chart, list(reversed(observations)), missing=len(dates) - len(values))


def corrections_of(measure: Measure) -> Sequence[Observation]:
    """What was replaced by a correction, the last one first."""
    rows = select(Observation).where(Observation.measure_id == measure.id, Observation.replaced_at.is_not(None))
    return db.session.scalars(
        rows.options(joinedload(Observation.by)).order_by(Observation.replaced_at.desc(), Observation.id)
    ).all()


@dataclass(frozen=True)
class Due:
    """A measure whose next value can be entered: the period that is wanted next."""

    measure: Measure
    period_on: date


def due_from(person: Any) -> list[Due]:
    """The measures that this person keeps the data of, whose last ended period has no value yet; one statement."""
    last = func.max(Observation.period_on)
    rows = db.session.execute(
        select(Measure, last)
        .join(Measure.project)
        .outerjoin(Observation, (Observation.measure_id == Measure.id) & Observation.replaced_at.is_(None))
        .where(Measure.data_owner_id == person.id, Project.stage.in_(UNDER_WAY))
        .group_by(Measure.id)
        .order_by(Measure.id)
    )
    return [Due(measure, wanted) for measure, entered in rows if (wanted := _wanted(measure, entered)) is not None]


def _wanted(measure: Measure, entered: date | None) -> date | None:
    """The next period without a value, if it has ended."""
    current = period_start(today(), measure.frequency)
    start = (
        next_period(entered, measure.frequency)
        if entered
        else period_start(measure.created_at.date(), measure.frequency)
    )
    return start if start < current else None
