"""What the pages of measures show: values in their periods, missing ones as missing, and the charts that read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from pitchpit.core.clock import london, today
from pitchpit.core.db import db, locked, put_together_once
from pitchpit.measures import periods, spc
from pitchpit.measures.chart import ICON_WORDS, Chart, Flag, chart_of
from pitchpit.measures.enums import Frequency, MeasureKind
from pitchpit.measures.models import Annotation, Measure, Observation, StepChange
from pitchpit.measures.periods import next_period, period_start, periods_between
from pitchpit.measures.spc.words import Figures
from pitchpit.measures.values import Value
from pitchpit.people.models import Person
from pitchpit.people.ports import Holding
from pitchpit.projects.enums import UNDER_WAY, Role
from pitchpit.projects.models import CheckIn, Project, RoleHolder
from pitchpit.projects.queries import held_now

# A measure and its chart.


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

    @property
    def is_judged(self) -> bool:
        """Whether there are enough values for limits and icons."""
        return not self.showing.is_too_early

    @property
    def variation(self) -> str:
        """The icon that says what the last point says."""
        return str(self.analysis.variation_icon) if self.is_judged and self.analysis.variation_icon else "too_early"

    @property
    def assurance(self) -> str | None:
        """The icon that says what the limits say about the target; None where there is nothing to judge."""
        return str(self.analysis.assurance_icon) if self.is_judged and self.analysis.assurance_icon else None

    @property
    def icon_words(self) -> list[str]:
        """What the icons mean."""
        return [ICON_WORDS[name] for name in (self.variation, self.assurance) if name]

    @property
    def small_chart(self) -> Chart:
        return replace(self.chart, small=True)

    @property
    def warnings(self) -> Sequence[str]:
        """What to know before trusting the picture; nothing while there are no limits to trust."""
        return self.analysis.warnings if self.is_judged else ()

    @property
    def last_in_words(self) -> str:
        """The period of the last value."""
        return periods.period_in_words(self.observations[0].period_on, self.measure.frequency)

    def said(self, value: float) -> str:
        """A number with its unit."""
        return said(self.measure, value)

    def words_of(self, one: Observation | Value) -> str:
        """A value, and what it was counted from."""
        return words_of(self.measure, one)


def said(measure: Measure, value: float) -> str:
    """A value of this measure as people write it: 12.5%, £300, 3 days."""
    return Figures([], measure.unit, measure.decimals).one(value)


def words_of(measure: Measure, one: Observation | Value) -> str:
    """A value, and what it was counted from: 35% (7 of 20)."""
    if one.numerator is None or one.denominator is None:
        return said(measure, one.value)
    plain = Figures([], decimals=4)
    return f"{said(measure, one.value)} ({plain.one(one.numerator)} of {plain.one(one.denominator)})"


def period_of(measure: Measure, day: date) -> str:
    """The period that this day lies in, in words."""
    return periods.period_in_words(period_start(day, measure.frequency), measure.frequency)


def measure_or_404(person: Any, measure_id: int, *, change: bool = False) -> Measure:
    """The measure with its project's roles: every colleague may read it; locked for a change.

    What stands on its chart comes along for reading alone: whoever enters a value needs none of it.
    """
    return db.session.scalars(_one(change), {"measure_id": measure_id}).unique().one_or_none() or abort(404)


@put_together_once
def _one(change: bool) -> Select[Measure]:
    one = (
        select(Measure)
        .where(Measure.id == bindparam("measure_id", type_=Integer()))
        .options(
            joinedload(Measure.project).selectinload(Project.roles).joinedload(RoleHolder.person),
            joinedload(Measure.data_owner),
        )
    )
    if change:
        return locked(one, of=Measure)
    return one.options(
        selectinload(Measure.steps).joinedload(StepChange.agreed_by),
        selectinload(Measure.annotations).joinedload(Annotation.by),
    )


def readings_of(project: Project) -> list[Reading]:
    """Each measure of a project with its chart, outcomes first; four statements however many measures there are."""
    measures = db.session.scalars(
        select(Measure)
        .where(Measure.project_id == project.id)
        .options(selectinload(Measure.steps), selectinload(Measure.annotations))
        .order_by(Measure.id)
    ).all()
    values = current_values([measure.id for measure in measures])
    ordered = sorted(measures, key=lambda measure: list(MeasureKind).index(measure.kind))
    return [read(measure, values.get(measure.id, [])) for measure in ordered]


def current_values(measure_ids: Collection[int], *, with_people: bool = False) -> Mapping[int, list[Observation]]:
    """The observations that stand, by measure, in date order; one statement."""
    rows = select(Observation).where(Observation.measure_id.in_(measure_ids), Observation.replaced_at.is_(None))
    if with_people:
        rows = rows.options(joinedload(Observation.by))
    found: dict[int, list[Observation]] = {}
    for observation in db.session.scalars(rows.order_by(Observation.measure_id, Observation.period_on)):
        found.setdefault(observation.measure_id, []).append(observation)
    return found


def reading_of(measure: Measure, *, steps: bool = True) -> Reading:
    """One measure with its chart and who entered each value; without its step changes, with the limits as they were."""
    return read(measure, current_values([measure.id], with_people=True).get(measure.id, []), steps=steps)


def read(measure: Measure, observations: Sequence[Observation], *, steps: bool = True) -> Reading:
    """The chart of these observations (in date order), with a gap for every period that has none."""
    values = {observation.period_on: observation.value for observation in observations}
    dates = periods_between(min(values), max(values), measure.frequency) if values else []
    dates = sorted({*dates, *values})
    agreed = [step for step in measure.steps if steps and step.starts_on in values]
    analysis = spc.analyse_xmr(
        spc.XmrInputs(
            dates=dates,
            values=[values.get(day) for day in dates],
            improvement_direction=measure.direction.value,
            target=measure.target,
            rebase_dates=[step.starts_on for step in agreed],
            screen_outliers=measure.screen_outliers,
        )
    )
    chart = chart_of(
        analysis,
        title=measure.name,
        unit=measure.unit,
        decimals=measure.decimals,
        steps=[Flag(step.starts_on, step.reason) for step in agreed],
        annotations=[Flag(note.noted_on, note.words) for note in measure.annotations],
        id_prefix=f"measure-{measure.id}",
    )
    return Reading(measure, analysis, chart, list(reversed(observations)), missing=len(dates) - len(values))


# The numbers as a table.

#: What each label of a point means, for whoever reads the numbers.
SAID_OF = {
    spc.SpecialCause.COMMON_CAUSE: "",
    spc.SpecialCause.ABOVE_UPPER_LIMIT: "Above the upper limit",
    spc.SpecialCause.BELOW_LOWER_LIMIT: "Below the lower limit",
    spc.SpecialCause.TREND_INCREASING: "Part of a steady rise",
    spc.SpecialCause.TREND_DECREASING: "Part of a steady fall",
    spc.SpecialCause.TWO_OF_THREE_HIGH: "Two of three close to the upper limit",
    spc.SpecialCause.TWO_OF_THREE_LOW: "Two of three close to the lower limit",
    spc.SpecialCause.SHIFT_HIGH: "Part of a run above the mean",
    spc.SpecialCause.SHIFT_LOW: "Part of a run below the mean",
}
MEANING = {spc.PointType.IMPROVEMENT: "improving", spc.PointType.CONCERN: "getting worse"}


@dataclass(frozen=True)
class Period:
    """One period of the table: its observation (None: missing), the lines it is judged by, and what it says."""

    on: date
    words: str
    observation: Observation | None
    limits: spc.Segment | None
    says: str
    meaning: str


def periods_of(reading: Reading) -> list[Period]:
    """Every period from the first value to the last, the newest first."""
    known = {observation.period_on: observation for observation in reading.observations}
    analysis, measure = reading.analysis, reading.measure
    segments = [segment for segment in analysis.segments for _ in range(segment.start_index, segment.end_index + 1)]
    rows = []
    for index, on in enumerate(analysis.dates):
        cause = analysis.special_cause[index] if reading.is_judged else None
        meaning = analysis.point_type[index] if reading.is_judged else None
        rows.append(
            Period(
                on,
                sentence_case(periods.period_in_words(on, measure.frequency)),
                known.get(on),
                segments[index] if reading.is_judged else None,
                SAID_OF[cause] if cause else "",
                MEANING.get(meaning, "") if meaning else "",
            )
        )
    return rows[::-1]


CSV_HEADS = (
    "Period starts", "Period", "Value", "Unit", "Count", "Out of", "Mean", "Lower limit", "Upper limit",
    "What it says", "Entered by", "Entered at",
)  # fmt: skip


def as_table(reading: Reading) -> Iterator[Sequence[Any]]:
    """The numbers as rows for a file, the oldest first; a missing period has its row, without a value."""
    yield CSV_HEADS
    for period in reversed(periods_of(reading)):
        one, limits = period.observation, period.limits
        value = (one.value, reading.measure.unit, one.numerator, one.denominator) if one else ("", "", "", "")
        lines = (limits.mean, limits.lower_limit, limits.upper_limit) if limits else ("", "", "")
        entered = (one.by.name, london(one.entered_at).isoformat(" ", "minutes")) if one else ("", "")
        says = ": ".join(filter(None, [period.says, period.meaning])) if one else "Missing"
        yield (period.on.isoformat(), period.words, *value, *lines, says, entered[0], entered[1][:16])


def sentence_case(words: str) -> str:
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Correction:
    """A value that was replaced: what stands in its place now or stood there next, by whom, when and why."""

    old: Observation
    new: Observation
    words: str


def corrections_of(measure: Measure) -> list[Correction]:
    """What was replaced, the last correction first. One statement."""
    corrected = select(Observation.period_on).where(
        Observation.measure_id == measure.id, Observation.replaced_at.is_not(None)
    )
    rows = db.session.scalars(
        select(Observation)
        .where(Observation.measure_id == measure.id, Observation.period_on.in_(corrected))
        .options(joinedload(Observation.by))
        .order_by(Observation.id)
    )
    found: list[Correction] = []
    latest: dict[date, Observation] = {}
    for observation in rows:
        if earlier := latest.get(observation.period_on):
            words = periods.period_in_words(observation.period_on, measure.frequency)
            found.append(Correction(earlier, observation, sentence_case(words)))
        latest[observation.period_on] = observation
    return found[::-1]


# Entering.


def standing(measure: Measure) -> dict[date, Observation]:
    """The observations that stand now, by period, with who entered them; one statement."""
    return {one.period_on: one for one in current_values([measure.id], with_people=True).get(measure.id, [])}


def standing_at(measure: Measure, day: date | None) -> Observation | None:
    """What stands for the period that this day lies in. One statement."""
    return standing(measure).get(period_start(day, measure.frequency)) if day else None


@dataclass(frozen=True)
class Plan:
    """What entering these values would do: what is new, what replaces another value, what stands there already."""

    new: list[Value]
    corrections: list[tuple[Observation, Value]]
    same: list[Value]

    @property
    def seen(self) -> int:
        """A number that changes when other values would be replaced than these: a correction is always a newer row."""
        return max((old.id for old, _ in self.corrections), default=0)

    @property
    def replaces(self) -> dict[date, Observation]:
        """What each corrected value (by its day) would replace."""
        return {value.on: old for old, value in self.corrections}


def plan_of(measure: Measure, values: Sequence[Value]) -> Plan:
    """What entering these values would do. One statement."""
    plan = Plan([], [], [])
    if not values:
        return plan
    starts = [period_start(value.on, measure.frequency) for value in values]
    asked = {"measure_id": measure.id, "first": min(starts), "last": max(starts)}
    there = {one.period_on: one for one in db.session.scalars(_standing_between(), asked)}
    for value in values:
        old = there.get(period_start(value.on, measure.frequency))
        if old is None:
            plan.new.append(value)
        elif is_same(old, value):
            plan.same.append(value)
        else:
            plan.corrections.append((old, value))
    return plan


@put_together_once
def _standing_between() -> Select[Observation]:
    first, last = bindparam("first", type_=Date()), bindparam("last", type_=Date())
    return (
        select(Observation)
        .where(Observation.measure_id == bindparam("measure_id", type_=Integer()))
        .where(Observation.replaced_at.is_(None), Observation.period_on.between(first, last))
        .options(joinedload(Observation.by))
    )


def is_same(observation: Observation, value: Value) -> bool:
    return (observation.value, observation.numerator, observation.denominator) == (
        value.value,
        value.numerator,
        value.denominator,
    )


# What has come in.


@dataclass(frozen=True)
class Since:
    """The values of one measure that were entered since the project's last check-in, the newest period first."""

    measure: Measure
    entered: list[Observation]

    @property
    def lines(self) -> list[str]:
        """Each value with its period."""
        return [f"{words_of(self.measure, one)} for {period_of(self.measure, one.period_on)}" for one in self.entered]


def entered_since_check_in(project: Project) -> list[Since]:
    """What was entered since the last check-in of this project, or since it opened, by measure. One statement."""
    last = select(func.max(CheckIn.made_at)).where(CheckIn.project_id == project.id).scalar_subquery()
    rows = db.session.scalars(
        select(Observation)
        .join(Observation.measure)
        .where(Measure.project_id == project.id, Observation.replaced_at.is_(None))
        .where(Observation.entered_at > func.coalesce(last, project.opened_at))
        .options(contains_eager(Observation.measure))
        .order_by(Measure.id, Observation.period_on.desc())
    )
    found: dict[int, Since] = {}
    for one in rows:
        found.setdefault(one.measure_id, Since(one.measure, [])).entered.append(one)
    return list(found.values())


# What is wanted.


@dataclass(frozen=True)
class Wanted:
    """A measure and the period whose value comes next; due where that period has ended."""

    measure: Measure
    period_on: date
    last: Observation | None = None

    @property
    def words(self) -> str:
        return periods.period_in_words(self.period_on, self.measure.frequency)

    @property
    def last_in_words(self) -> str:
        """The last value and its period."""
        if self.last is None:
            return ""
        return f"{words_of(self.measure, self.last)} for {period_of(self.measure, self.last.period_on)}"

    @property
    def is_due(self) -> bool:
        return self.period_on < period_start(today(), self.measure.frequency)

    @property
    def due_on(self) -> date:
        return periods.due_on(self.period_on, self.measure.frequency)


def wanted_next(measure: Measure, entered: date | None) -> date:
    """The period whose value comes next: after the last one that has a value, else the one in which the measure was defined."""
    return _wanted_next(measure.frequency, measure.created_at, entered)


def _wanted_next(frequency: Frequency, created_at: datetime, entered: date | None) -> date:
    if entered:
        return next_period(entered, frequency)
    return period_start(london(created_at).date(), frequency)


def late_values(day: date) -> list[tuple[int, date]]:
    """Of every measure of a project under way, the value that was wanted before this day and has not come: (measure, period). One statement."""
    rows = db.session.execute(
        select(Measure.id, Measure.frequency, Measure.created_at, func.max(Observation.period_on))
        .join(Measure.project)
        .outerjoin(Observation, and_(Observation.measure_id == Measure.id, Observation.replaced_at.is_(None)))
        .where(Project.ended_on.is_(None))
        .group_by(Measure.id)
        .order_by(Measure.id)
    )
    wanted = ((number, frequency, _wanted_next(frequency, made, last)) for number, frequency, made, last in rows)
    return [(number, start) for number, frequency, start in wanted if periods.due_on(start, frequency) < day]


def late_value(measure_id: int, day: date) -> Wanted | None:
    """What was wanted of this measure before this day and has not come; the measure locked, its project's roles loaded."""
    asked = (
        select(Measure)
        .join(Measure.project)
        .where(Measure.id == measure_id, Project.ended_on.is_(None))
        .options(
            selectinload(Measure.project).selectinload(Project.roles).joinedload(RoleHolder.person, innerjoin=True),
            selectinload(Measure.data_owner),
        )
    )
    measure = db.session.scalars(locked(asked, of=Measure)).one_or_none()
    if measure is None:
        return None
    last = db.session.scalar(
        select(func.max(Observation.period_on)).where(
            Observation.measure_id == measure.id, Observation.replaced_at.is_(None)
        )
    )
    wanted = Wanted(measure, wanted_next(measure, last))
    return wanted if wanted.due_on < day else None


def wanted_after(reading: Reading) -> Wanted:
    """What comes next after the values of a measure's page."""
    last = reading.last
    return Wanted(reading.measure, wanted_next(reading.measure, last.period_on if last else None), last)


def wanted_to_enter(measure: Measure) -> date | None:
    """The period that a fresh form is filled with: the one wanted next, unless it has yet to begin. One statement."""
    last = db.session.scalar(
        select(func.max(Observation.period_on)).where(
            Observation.measure_id == measure.id, Observation.replaced_at.is_(None)
        )
    )
    start = wanted_next(measure, last)
    return start if start <= today() else None


def kept_by(person: Any) -> list[Wanted]:
    """The measures of projects under way whose data this person keeps, with what each wants next: what is due first. One statement.

    That is the data owner; for a measure without one, the project's lead.
    """
    found = [
        Wanted(measure, wanted_next(measure, last.period_on if last else None), last)
        for measure, last in db.session.execute(_kept_with_last(person)).unique()
    ]
    return sorted(found, key=lambda wanted: (not wanted.is_due, wanted.due_on, wanted.measure.id))


def _kept_with_last(person: Any) -> Select[Measure, Observation]:
    newest = (
        select(func.max(Observation.period_on))
        .where(Observation.measure_id == Measure.id, Observation.replaced_at.is_(None))
        .correlate(Measure)
        .scalar_subquery()
    )
    leads = exists().where(
        RoleHolder.project_id == Measure.project_id,
        RoleHolder.person_id == person.id,
        RoleHolder.role == Role.LEAD,
        *held_now(),
    )
    return (
        select(Measure, Observation)
        .join(Measure.project)
        .outerjoin(
            Observation,
            and_(
                Observation.measure_id == Measure.id,
                Observation.replaced_at.is_(None),
                Observation.period_on == newest,
            ),
        )
        .where(
            Project.stage.in_(UNDER_WAY),
            or_(Measure.data_owner_id == person.id, and_(Measure.data_owner_id.is_(None), leads)),
        )
        .options(contains_eager(Measure.project))
        .order_by(Measure.id)
    )


def due_from(person: Any) -> list[Wanted]:
    """Those of them whose period has ended without a value. One statement."""
    return [wanted for wanted in kept_by(person) if wanted.is_due]


def keeps_a_measure(person_id: Any) -> ColumnElement[bool]:
    """In SQL, whether this person is the data owner of any measure."""
    return exists().where(Measure.data_owner_id == person_id)


def measures_kept(person_ids: Collection[int]) -> Iterator[Holding]:
    """The measures whose values these persons enter, of projects under way. One statement."""
    asked = (
        select(Person.id, Measure.name, Project.title)
        .join(Measure.data_owner)
        .join(Project, Project.id == Measure.project_id)
        .where(Measure.data_owner_id.in_(person_ids), Project.ended_on.is_(None))
        .order_by(Project.title, Measure.id)
    )
    for person_id, name, title in db.session.execute(asked):
        yield Holding(person_id, "enters", f"{name} for {title}")
