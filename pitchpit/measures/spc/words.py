"""What a chart says, in one plain sentence, and how much of a chart there is to show yet."""

import math
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import takewhile
from statistics import median

from pitchpit.core.days import MONTHS
from pitchpit.measures.spc.inputs import ROUNDING, Kind
from pitchpit.measures.spc.runs import RunSegment
from pitchpit.measures.spc.series import SeriesAnalysis
from pitchpit.measures.spc.xmr import UP, AssuranceIcon, PointType, Segment, SpecialCause, XmrAnalysis

RUN_CHART_FROM = 10
XMR_FROM = 13


class Showing(StrEnum):
    """How much a page shows of a measure, by its number of observations."""

    NOTHING = "nothing"
    LINE = "line"
    RUN = "run"
    XMR = "xmr"

    @property
    def is_too_early(self) -> bool:
        """Whether the icon says "too early"."""
        return self is not Showing.XMR


def what_to_show(n_observations: int) -> Showing:
    """Below 10 the line alone; 10 to 12 a run chart with its median; from 13 the XmR chart with limits and icons."""
    if n_observations < 1:
        return Showing.NOTHING
    if n_observations < RUN_CHART_FROM:
        return Showing.LINE
    return Showing.RUN if n_observations < XMR_FROM else Showing.XMR


def reading(
    analysis: XmrAnalysis | SeriesAnalysis,
    unit: str = "",
    *,
    decimals: int | None = None,
    showing: Showing | None = None,
) -> str:
    """The one sentence that reads the chart: where the measure is, what changed, what that means.

    unit: "%", "£" or words such as "days"; "" for bare counts. decimals: at most so many, by default as many as the
    spread deserves. showing: how much of the chart the page draws, by default what `what_to_show` says of the number
    of values. A change is said to come *after* a date, never because of what happened then.
    """
    values = [value for value in values_of(analysis) if value is not None]
    say = Figures(values, unit, decimals)
    if not values:
        return "No observations yet."
    match showing or what_to_show(len(values)):
        case Showing.LINE:
            return few_so_far(values, say)
        case Showing.RUN:
            return median_so_far(values, say)
    clauses = xmr_clauses(analysis, say) if isinstance(analysis, XmrAnalysis) else series_clauses(analysis, say)
    return "; ".join(clause for clause in clauses if clause) + "."


def values_of(analysis: XmrAnalysis | SeriesAnalysis) -> tuple[float | None, ...]:
    return analysis.values if isinstance(analysis, XmrAnalysis) else analysis.plotted


# --- too early


def few_so_far(values: list[float], say: "Figures") -> str:
    if len(values) == 1:
        return f"One observation so far, {say.one(values[0])}: too early to say."
    return f"{len(values)} observations so far, the last {say.one(values[-1])}: too early to say."


def median_so_far(values: list[float], say: "Figures") -> str:
    wanted = XMR_FROM - len(values)
    more = "one more observation is" if wanted == 1 else f"{wanted} more observations are"
    needed = f"; {more} needed before limits can be drawn" if wanted > 0 else ""
    return (
        f"Around a median of {say.one(median(values))}, the last value {say.one(values[-1])}{needed}: too early to say."
    )


# --- an XmR chart


def xmr_clauses(analysis: XmrAnalysis, say: "Figures") -> Iterable[str]:
    index = last_known(analysis.values)
    segment = segment_at(analysis, index)
    yield level("mean", [(each.mean, analysis.dates[each.start_index]) for each in analysis.segments], say)
    yield without_spread(analysis, segment) or latest_signal(analysis, segment, index)
    yield still_provisional(analysis)
    yield against_target(analysis, say)


def last_known(values: tuple[float | None, ...]) -> int:
    """The index of the last value there is."""
    return max(index for index, value in enumerate(values) if value is not None)


def segment_at(analysis: XmrAnalysis, index: int) -> Segment:
    return next(each for each in analysis.segments if each.start_index <= index <= each.end_index)


def level(line: str, levels: list[tuple[float | None, date]], say: "Figures") -> str:
    """Where the centre line lies, and where it lay before the last step."""
    known = [(centre, since) for centre, since in levels if centre is not None]
    (now, since), before = known[-1], known[-2][0] if len(known) > 1 else None
    if before is None:
        return f"Around a {line} of {say.one(now)}"
    if say.figure(before) == say.figure(now):
        return f"Stayed around a {line} of {say.one(now)} after {uk_date(since)}"
    return f"{'Rose' if now > before else 'Fell'} from a {line} of {say.two(before, now)} after {uk_date(since)}"


def without_spread(analysis: XmrAnalysis, segment: Segment) -> str:
    """Limits that are not there, or lie on the mean, judge nothing: say so instead of naming signals."""
    if segment.mean_moving_range is None:
        return "there are no limits yet"
    if segment.mean_moving_range > 0:
        return ""
    different = set(analysis.values[segment.start_index : segment.end_index + 1]) - {None}
    return "every value is the same" if len(different) == 1 else "too many values are the same for limits to mean much"


def latest_signal(analysis: XmrAnalysis, segment: Segment, index: int) -> str:
    """What the last value's label means, in words."""
    cause, kind = analysis.special_cause[index], analysis.point_type[index]
    if cause is None or kind is None or cause is SpecialCause.COMMON_CAUSE:
        earlier = analysis.point_type[segment.start_index : index]
        if any(was not in (None, PointType.COMMON_CAUSE) for was in earlier):
            return "there were signs of change, but the last point shows none"
        return "no sign of change since" if segment.start_index else "no sign of change"
    return f"{told(cause, analysis, segment, index)}: {MEANING[kind]}"


MEANING = {
    PointType.IMPROVEMENT: "improving",
    PointType.CONCERN: "getting worse",
    PointType.NEUTRAL_HIGH: "a change, neither better nor worse in itself",
    PointType.NEUTRAL_LOW: "a change, neither better nor worse in itself",
}


def told(cause: SpecialCause, analysis: XmrAnalysis, segment: Segment, index: int) -> str:
    up = cause in UP
    rows = analysis.values[segment.start_index : index + 1]
    match cause:
        case SpecialCause.ABOVE_UPPER_LIMIT | SpecialCause.BELOW_LOWER_LIMIT:
            return f"the last point is {'above the upper' if up else 'below the lower'} limit"
        case SpecialCause.TREND_INCREASING | SpecialCause.TREND_DECREASING:
            return f"the last {steps_back(rows, up)} points {'rise' if up else 'fall'} one after the other"
        case SpecialCause.TWO_OF_THREE_HIGH | SpecialCause.TWO_OF_THREE_LOW:
            return f"two of the last three points are close to the {'upper' if up else 'lower'} limit"
    return f"the last {points_back(rows, segment.mean, up)} points are {'above' if up else 'below'} the mean"


def steps_back(rows: tuple[float | None, ...], up: bool) -> int:
    """How many points the rise, or fall, that ends here has."""
    count = 1
    for earlier, later in zip(rows[-2::-1], rows[:0:-1], strict=True):
        if earlier is None or later is None or later == earlier or (later > earlier) != up:
            break
        count += 1
    return count


def points_back(rows: tuple[float | None, ...], mean: float | None, up: bool) -> int:
    """How many points in a row, the last one included, lie on this side of the mean."""

    def on_this_side(row: float | None) -> bool:
        return row is not None and mean is not None and differ(row, mean) and (row > mean) == up

    return len(list(takewhile(on_this_side, reversed(rows))))


def differ(row: float, mean: float) -> bool:
    return not math.isclose(row, mean, rel_tol=ROUNDING)


def still_provisional(analysis: XmrAnalysis) -> str:
    last = analysis.segments[-1]
    if not last.trial_limits or len(analysis.segments) == 1:
        return ""
    points = sum(value is not None for value in analysis.values[last.start_index : last.end_index + 1])
    return f"only {points} {'point' if points == 1 else 'points'} since, so the limits may still move"


def against_target(analysis: XmrAnalysis, say: "Figures") -> str:
    if analysis.target is None or analysis.assurance_icon is None:
        return ""
    target = f"the target of {say.one(analysis.target)}"
    match analysis.assurance_icon:
        case AssuranceIcon.PASS:
            return f"as things are, {target} will be met"
        case AssuranceIcon.FAIL:
            return f"as things are, {target} will not be met"
    return f"as things are, {target} will be met at times and missed at times, by chance"


# --- the other kinds

CENTRE_LINE = {Kind.RUN: "median", Kind.G: "median"}


def series_clauses(analysis: SeriesAnalysis, say: "Figures") -> Iterable[str]:
    line = CENTRE_LINE.get(analysis.kind, "mean")
    yield level(line, [(segment.centre, analysis.dates[segment.start_index]) for segment in analysis.segments], say)
    yield runs_signal(analysis.segments[-1], line, several=len(analysis.segments) > 1)
    yield last_outside(analysis)


def runs_signal(segment: RunSegment, line: str, *, several: bool) -> str:
    if segment.longest_run is None or segment.longest_run_max is None or segment.crossings is None:
        return f"every point lies on the {line}"
    if not segment.runs_signal:
        return "the runs show no sign of change since" if several else "the runs show no sign of change"
    if segment.longest_run > segment.longest_run_max:
        return f"{segment.longest_run} points in a row lie on one side of the {line}: something has changed"
    return f"the points cross the {line} only {times(segment.crossings)}: something has changed"


def times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def last_outside(analysis: SeriesAnalysis) -> str:
    index = last_known(analysis.plotted)
    value, upper = analysis.plotted[index], analysis.upper_limit[index]
    if not analysis.outside[index] or value is None or upper is None:
        return ""
    above = value > upper
    return f"the last point is {'above the upper' if above else 'below the lower'} limit"


# --- figures and dates


class Figures:
    """Writes a measure's numbers with their unit, by default with as many decimals as their spread deserves."""

    def __init__(self, values: Iterable[float], unit: str = "", decimals: int | None = None):
        self.unit = unit.strip()
        self.decimals = decimals_for(values) if decimals is None else decimals

    def figure(self, value: float) -> str:
        """The number alone: thousands with commas, no trailing zeros."""
        text = f"{value:,.{self.decimals}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return "0" if text == "-0" else text.replace("-", "−")

    def one(self, value: float) -> str:
        """The number with its unit: 52%, £52, 52 days."""
        return with_unit(self.figure(value), self.unit)

    def short(self, value: float) -> str:
        """The number with % or £, without a unit in words: for labels, where the unit is told elsewhere."""
        return self.one(value) if self.unit in CLOSE_UNITS else self.figure(value)

    def two(self, first: float, second: float) -> str:
        """Two numbers joined by "to"; a unit in words comes once, at the end."""
        return f"{self.short(first)} to {self.one(second)}"


CLOSE_UNITS = ("%", "£")


def with_unit(figure: str, unit: str) -> str:
    if unit == "%":
        return f"{figure}%"
    if unit == "£":
        return f"−£{figure[1:]}" if figure.startswith("−") else f"£{figure}"
    return f"{figure} {unit}".rstrip()


def decimals_for(values: Iterable[float]) -> int:
    """Decimals that show about a hundredth of the spread (none for 20 to 80, one for 2 to 8), or of a value alone."""
    known = list(values)
    spread = max(known, default=0) - min(known, default=0)
    size = spread or max((abs(value) for value in known), default=0) / 10
    return min(max(1 - math.floor(math.log10(size)), 0), 8) if size else 0


def number(value: float, unit: str = "", *, like: Iterable[float] | None = None) -> str:
    """One number as people write it, with its unit; `like`: the values whose spread decides the decimals."""
    return Figures([value] if like is None else like, unit).one(value)


def uk_date(day: date) -> str:
    """3 March 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
