"""Run, P, U, C, G and T charts: centre lines, three-sigma limits and runs.

Sources: Anhøj & Olesen 2014 for runs; Provost & Murray, "The Health Care Data Guide", for P, U, C, G and T;
Nelson 1994 for the power 1/3.6 of the T chart. The numbers agree with qicharts2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from pitchpit.measures.spc.inputs import ROUNDING, Kind, SeriesInputs
from pitchpit.measures.spc.runs import RunSegment, judge_runs
from pitchpit.measures.spc.xmr import mean_moving_range, mean_of

SIGMAS = 3
NELSON_POWER = 3.6
RANGE_TO_SIGMA = 1.128

Limits = tuple[float | None, float | None]
NO_LIMITS: Limits = (None, None)


@dataclass(frozen=True, slots=True)
class SeriesAnalysis:
    """What a run, P, U, C, G or T chart shows; every list has one entry a point, in date order.

    plotted: the points, in the plotted unit (ratios worked out, multiplied). lower_limit, upper_limit, outside: all
    None on a run chart, which has no limits.
    """

    kind: Kind
    dates: tuple[date, ...]
    segments: tuple[RunSegment, ...]
    plotted: tuple[float | None, ...]
    lower_limit: tuple[float | None, ...]
    upper_limit: tuple[float | None, ...]
    outside: tuple[bool | None, ...]
    warnings: tuple[str, ...]

    @property
    def n_observations(self) -> int:
        """How many points have a value."""
        return len(self.plotted) - self.plotted.count(None)


@dataclass(frozen=True, slots=True)
class Row:
    """One point before multiplying: what is plotted, and what it was worked out from."""

    value: float | None
    part: float = 0.0
    whole: float = 0.0


def analyse_series(inputs: SeriesInputs) -> SeriesAnalysis:
    """Centre, limits and runs of a run, P, U, C, G or T chart.

    Takes n dates with n values, or n numerators and denominators; every list of the result has n entries, in date
    order and in the unit of the values times `multiply`. Raises nothing: `SeriesInputs` refuses what cannot be analysed.
    Method: three-sigma limits (see LIMITS), Anhøj's rules for runs; a limit belongs to the inside.
    """
    kind = Kind(inputs.kind)
    rows = rows_of(inputs)
    excluded = {place - 1 for place in inputs.exclude_points}
    segments, limits = [], []
    for start, end in split_bounds(len(rows), inputs.split_after_points):
        counted = [None if index in excluded else rows[index] for index in range(start, end + 1)]
        base = counted[: inputs.baseline_n_points]
        centre = scaled(centre_of(kind, base), inputs.multiply)
        run_rows = [scaled(row.value, inputs.multiply) for row in counted if row is not None]
        segments.append(judge_runs(run_rows, centre, start=start, end=end))
        limits += limits_of(kind, base, rows[start : end + 1])
    plotted = tuple(scaled(row.value, inputs.multiply) for row in rows)
    lower = tuple(scaled(low, inputs.multiply) for low, _ in limits)
    upper = tuple(scaled(high, inputs.multiply) for _, high in limits)
    return SeriesAnalysis(
        kind=kind,
        dates=tuple(inputs.dates),
        segments=tuple(segments),
        plotted=plotted,
        lower_limit=lower,
        upper_limit=upper,
        outside=tuple(is_outside(*point) for point in zip(plotted, lower, upper, strict=True)),
        warnings=tuple(warnings_for(inputs)),
    )


# --- points and segments


def rows_of(inputs: SeriesInputs) -> list[Row]:
    if not inputs.is_ratio:
        return [Row(value) for value in inputs.values or ()]
    return [ratio(part, whole) for part, whole in zip(inputs.numerators or (), inputs.denominators or (), strict=True)]


def ratio(part: float | None, whole: float | None) -> Row:
    """One point of two counts; nothing out of nothing is a missing value."""
    if part is None or not whole:
        return Row(None)
    return Row(part / whole, part, whole)


def split_bounds(length: int, split_after: Sequence[int]) -> list[tuple[int, int]]:
    """First and last index of each segment."""
    if not length:
        return []
    starts = sorted({0, *split_after})
    return list(zip(starts, [start - 1 for start in starts[1:]] + [length - 1], strict=True))


def scaled(number: float | None, multiply: float) -> float | None:
    return None if number is None else number * multiply


# --- the centre line, before multiplying


def centre_of(kind: Kind, base: Sequence[Row | None]) -> float | None:
    """The line that is drawn and that runs are counted around; from the baseline's counted points."""
    values = values_of(base)
    if not values:
        return None
    if kind in (Kind.RUN, Kind.G):
        return median(values)
    if kind in (Kind.P, Kind.U):
        return pooled(base)
    if kind is Kind.T:
        return mean_of([nelson(value) for value in values]) ** NELSON_POWER
    return mean_of(values)


def values_of(base: Sequence[Row | None]) -> list[float]:
    return [row.value for row in base if row is not None and row.value is not None]


def pooled(base: Sequence[Row | None]) -> float:
    """All numerators over all denominators."""
    known = [row for row in base if row is not None and row.value is not None]
    return math.fsum(row.part for row in known) / math.fsum(row.whole for row in known)


def nelson(value: float) -> float:
    """Days between rare events, made nearly normal."""
    return value ** (1 / NELSON_POWER)


# --- limits, before multiplying


def limits_of(kind: Kind, base: Sequence[Row | None], rows: Sequence[Row]) -> list[Limits]:
    """Lower and upper limit a point: three sigma from the centre, not beyond what the kind can count."""
    if kind is Kind.RUN or not values_of(base):
        return [NO_LIMITS] * len(rows)
    if kind in (Kind.P, Kind.U):
        centre = pooled(base)
        return [ratio_limits(kind, centre, row.whole) for row in rows]
    return [SAME_FOR_ALL[kind](base)] * len(rows)


def ratio_limits(kind: Kind, centre: float, whole: float) -> Limits:
    """P: the binomial's sigma, between 0 and 1. U: the Poisson's, from 0."""
    if not whole:
        return NO_LIMITS
    if kind is Kind.P:
        reach = SIGMAS * math.sqrt(max(centre * (1 - centre), 0) / whole)
        return max(centre - reach, 0.0), min(centre + reach, 1.0)
    reach = SIGMAS * math.sqrt(centre / whole)
    return max(centre - reach, 0.0), centre + reach


def count_limits(base: Sequence[Row | None]) -> Limits:
    """C: the Poisson's sigma, from 0."""
    centre = mean_of(values_of(base))
    reach = SIGMAS * math.sqrt(centre)
    return max(centre - reach, 0.0), centre + reach


def gap_limits(base: Sequence[Row | None]) -> Limits:
    """G: the geometric's sigma around the mean, although the median is drawn."""
    mean = mean_of(values_of(base))
    reach = SIGMAS * math.sqrt(mean * (mean + 1))
    return max(mean - reach, 0.0), mean + reach


def time_limits(base: Sequence[Row | None]) -> Limits:
    """T: an individuals chart on Nelson's scale, its ranges screened, turned back into days."""
    rows = [None if row is None or row.value is None else nelson(row.value) for row in base]
    average_range = mean_moving_range(rows, screen=True)
    if average_range is None:
        return NO_LIMITS
    centre = mean_of([row for row in rows if row is not None])
    reach = SIGMAS * average_range / RANGE_TO_SIGMA
    return max(centre - reach, 0.0) ** NELSON_POWER, (centre + reach) ** NELSON_POWER


SAME_FOR_ALL = {Kind.C: count_limits, Kind.G: gap_limits, Kind.T: time_limits}


def is_outside(value: float | None, lower: float | None, upper: float | None) -> bool | None:
    """Strictly beyond a limit; None where there is no value or no limit."""
    if value is None or lower is None or upper is None:
        return None
    slack = ROUNDING * max(abs(value), abs(lower), abs(upper))
    return value > upper + slack or value < lower - slack


# --- what the reader should know


def warnings_for(inputs: SeriesInputs) -> list[str]:
    empty = [
        index
        for index, (part, whole) in enumerate(zip(inputs.numerators or (), inputs.denominators or (), strict=True))
        if whole == 0 and part is not None
    ]
    return [
        f"On {inputs.dates[index].day} {inputs.dates[index]:%B %Y} nothing was counted out of nothing: "
        "the point is taken as missing."
        for index in empty
    ]
