"""The XmR chart with the rules of NHS England's "Making Data Count".

Mean ± 2.66 times the mean moving range, screened once at 3.267 times it; four rules for special causes; two icons.
Source: NHS England, Making Data Count; the constants are those of Wheeler's individuals chart.
Everything, the rules too, is done within one segment: no moving range, run or trend crosses a rebase.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from pitchpit.measures.enums import Direction
from pitchpit.measures.spc.inputs import ROUNDING, XmrInputs

LIMIT_FACTOR = 2.66
NEAR_FACTOR = 2 / 3 * LIMIT_FACTOR
SCREEN_FACTOR = 3.267
FULL_LIMITS_FROM = 13
BASELINE_WANTED = 12


class SpecialCause(StrEnum):
    """Why a point stands out; each point has one label, the first rule that holds."""

    COMMON_CAUSE = "common_cause"
    ABOVE_UPPER_LIMIT = "above_upper_limit"
    BELOW_LOWER_LIMIT = "below_lower_limit"
    TREND_INCREASING = "trend_increasing"
    TREND_DECREASING = "trend_decreasing"
    TWO_OF_THREE_HIGH = "two_of_three_high"
    TWO_OF_THREE_LOW = "two_of_three_low"
    SHIFT_HIGH = "shift_high"
    SHIFT_LOW = "shift_low"


class PointType(StrEnum):
    """What a point means for whoever wants the measure to improve."""

    COMMON_CAUSE = "common_cause"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL_HIGH = "neutral_high"
    NEUTRAL_LOW = "neutral_low"


class VariationIcon(StrEnum):
    """What the last point says."""

    COMMON_CAUSE = "common_cause"
    IMPROVEMENT_HIGH = "improvement_high"
    IMPROVEMENT_LOW = "improvement_low"
    CONCERN_HIGH = "concern_high"
    CONCERN_LOW = "concern_low"
    NEUTRAL_HIGH = "neutral_high"
    NEUTRAL_LOW = "neutral_low"


class AssuranceIcon(StrEnum):
    """What the limits say about the target."""

    PASS = "pass"  # noqa: S105 - an icon, not a password
    FAIL = "fail"
    HIT_OR_MISS = "hit_or_miss"


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of the chart between two rebases; start and end are indexes, both included.

    mean: None without a value. mean_moving_range (after screening) and limits: None without two neighbouring values.
    trial_limits: fewer than 13 rows, so the limits will still move.
    """

    start_index: int
    end_index: int
    mean: float | None
    mean_moving_range: float | None
    lower_limit: float | None
    upper_limit: float | None
    trial_limits: bool


@dataclass(frozen=True, slots=True)
class RuleFlags:
    """Each rule on its own: true or false a point, None where the value is missing."""

    outside: tuple[bool | None, ...]
    shift: tuple[bool | None, ...]
    trend: tuple[bool | None, ...]
    two_of_three: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class XmrAnalysis:
    """What an XmR chart shows; every list has one entry a point, in date order, None where the value is missing.

    variation_icon: the type of the last point that has a value; None if there is none.
    assurance_icon: None without a target, without a better direction or without limits.
    warnings: in plain words, what the reader should know before trusting the picture.
    """

    dates: tuple[date, ...]
    values: tuple[float | None, ...]
    segments: tuple[Segment, ...]
    special_cause: tuple[SpecialCause | None, ...]
    point_type: tuple[PointType | None, ...]
    rule_flags: RuleFlags
    variation_icon: VariationIcon | None
    assurance_icon: AssuranceIcon | None
    improvement_direction: Direction
    target: float | None
    warnings: tuple[str, ...]

    @property
    def n_observations(self) -> int:
        """How many points have a value."""
        return len(self.values) - self.values.count(None)


def analyse_xmr(inputs: XmrInputs) -> XmrAnalysis:
    """Means, limits, special causes and icons of an XmR chart.

    Takes n dates and n values in the measure's unit; every list of the result has n entries, in date order.
    Raises nothing: `XmrInputs` refuses what cannot be analysed.
    Method: Making Data Count; a limit belongs to the inside, the mean to neither side.
    """
    direction = Direction(inputs.improvement_direction)
    causes: list[SpecialCause | None] = []
    flags: list[tuple[list[bool], ...]] = []
    segments: list[Segment] = []
    warnings = unmatched_rebases(inputs)
    for start, end in segment_bounds(inputs.dates, inputs.rebase_dates):
        rows = inputs.values[start : end + 1]
        segment = summarise(rows, start, inputs)
        judge = Judge(rows, segment)
        outside, (trend, rising) = judge.outside(), judge.trend(inputs.trend_n)
        two_of_three, shift = judge.two_of_three(), judge.shift(inputs.shift_n)
        causes += judge.labels(outside, trend, rising, two_of_three, shift)
        flags.append((outside, shift, trend, two_of_three))
        segments.append(segment)
        warnings += segment_warnings(rows, segment, inputs)
    types = [None if cause is None else point_type(cause, direction) for cause in causes]
    return XmrAnalysis(
        dates=tuple(inputs.dates),
        values=tuple(inputs.values),
        segments=tuple(segments),
        special_cause=tuple(causes),
        point_type=tuple(types),
        rule_flags=RuleFlags(*(joined(rule, inputs.values) for rule in zip(*flags, strict=True)))
        if flags
        else RuleFlags((), (), (), ()),
        variation_icon=variation_icon(types, direction),
        assurance_icon=assurance_icon(inputs.target, segments, direction),
        improvement_direction=direction,
        target=inputs.target,
        warnings=tuple(warnings),
    )


# --- segments, means and limits


def segment_bounds(dates: Sequence[date], rebase_dates: Sequence[date]) -> list[tuple[int, int]]:
    """First and last index of each segment; a point dated on a rebase starts one."""
    if not dates:
        return []
    rebases = set(rebase_dates)
    starts = [0] + [index for index in range(1, len(dates)) if dates[index] in rebases]
    return list(zip(starts, [start - 1 for start in starts[1:]] + [len(dates) - 1], strict=True))


def summarise(rows: Sequence[float | None], start: int, inputs: XmrInputs) -> Segment:
    """Mean and limits of one segment, from its first n rows where they are fixed there."""
    base = rows[: inputs.fix_after_n_points] if inputs.fix_after_n_points else rows
    known = [value for value in base if value is not None]
    mean = mean_of(known) if known else None
    average_range = mean_moving_range(base, screen=inputs.screen_outliers)
    reach = None if average_range is None else LIMIT_FACTOR * average_range
    return Segment(
        start_index=start,
        end_index=start + len(rows) - 1,
        mean=mean,
        mean_moving_range=average_range,
        lower_limit=None if mean is None or reach is None else mean - reach,
        upper_limit=None if mean is None or reach is None else mean + reach,
        trial_limits=len(rows) < FULL_LIMITS_FROM,
    )


def mean_of(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers)


def moving_ranges(rows: Sequence[float | None]) -> list[float]:
    """Absolute differences of neighbours; a missing value makes both of its ranges missing, they are not bridged."""
    return [abs(later - earlier) for earlier, later in pairwise(rows) if earlier is not None and later is not None]


def mean_moving_range(rows: Sequence[float | None], *, screen: bool) -> float | None:
    """The mean of the moving ranges, screened at most once; None where no two neighbours have values."""
    ranges = moving_ranges(rows)
    if not ranges:
        return None
    return mean_of(screened(ranges) if screen else ranges)


def screened(ranges: Sequence[float]) -> Sequence[float]:
    """The ranges strictly below 3.267 times their mean; all of them where they are all 0 (a constant series)."""
    bound = SCREEN_FACTOR * mean_of(ranges)
    return [size for size in ranges if size < bound] or ranges


# --- the four rules, in one segment


class Judge:
    """Holds one segment's points against its mean and limits.

    All comparisons are strict; what differs by no more than the rounding of sums counts as equal, so that
    a point on the mean is on neither side whatever unit the measure is written in.
    """

    __slots__ = ("lower", "lower_near", "rows", "sides", "upper", "upper_near")

    def __init__(self, rows: Sequence[float | None], segment: Segment):
        self.rows = rows
        slack = ROUNDING * max((abs(value) for value in rows if value is not None), default=0.0)
        mean = segment.mean
        if mean is None:
            self.sides = [0] * len(rows)
        else:
            above, below = mean + slack, mean - slack
            self.sides = [0 if row is None else 1 if row > above else -1 if row < below else 0 for row in rows]
        if mean is None or segment.mean_moving_range is None:
            self.upper = self.upper_near = math.inf
            self.lower = self.lower_near = -math.inf
        else:
            reach = LIMIT_FACTOR * segment.mean_moving_range + slack
            near = NEAR_FACTOR * segment.mean_moving_range + slack
            self.upper, self.lower = mean + reach, mean - reach
            self.upper_near, self.lower_near = mean + near, mean - near

    def outside(self) -> list[bool]:
        """Above the upper or below the lower limit."""
        return [row is not None and (row > self.upper or row < self.lower) for row in self.rows]

    def shift(self, length: int) -> list[bool]:
        """That many points in a row on one side of the mean; one on the mean, or a missing one, ends it."""
        flags = [False] * len(self.rows)
        for start, end in stretches(self.sides):
            if self.sides[start] and end - start >= length:
                flags[start:end] = [True] * (end - start)
        return flags

    def trend(self, length: int) -> tuple[list[bool], list[bool]]:
        """That many points, each higher than the one before, or each lower; and whether each point's trend rises.

        An equal or missing neighbour ends a trend. A point that ends one and starts the next takes the later direction.
        """
        flags, rising = [False] * len(self.rows), [False] * len(self.rows)
        steps = [step(earlier, later) for earlier, later in pairwise(self.rows)]
        for start, end in stretches(steps):
            points = end - start + 1
            if steps[start] and points >= length:
                flags[start : end + 1] = [True] * points
                rising[start : end + 1] = [steps[start] > 0] * points
        return flags, rising

    def two_of_three(self) -> list[bool]:
        """Three in a row on one side of the mean, two of them beyond the near line yet inside the limit; those two."""
        near = [
            row is not None and (self.upper_near < row <= self.upper or self.lower <= row < self.lower_near)
            for row in self.rows
        ]
        flags = [False] * len(near)
        if sum(near) < 2:
            return flags
        sides = self.sides
        for first in range(len(near) - 2):
            side = sides[first]
            three = slice(first, first + 3)
            if side and sides[first + 1] == side == sides[first + 2] and sum(near[three]) >= 2:
                flags[three] = [was or is_near for was, is_near in zip(flags[three], near[three], strict=True)]
        return flags

    def labels(self, outside, trend, rising, two_of_three, shift) -> Iterator[SpecialCause | None]:
        """One label a point, the first that holds of: outside, trend, two of three, shift."""
        for index, row in enumerate(self.rows):
            high = self.sides[index] > 0
            if row is None:
                yield None
            elif outside[index]:
                yield SpecialCause.ABOVE_UPPER_LIMIT if high else SpecialCause.BELOW_LOWER_LIMIT
            elif trend[index]:
                yield SpecialCause.TREND_INCREASING if rising[index] else SpecialCause.TREND_DECREASING
            elif two_of_three[index]:
                yield SpecialCause.TWO_OF_THREE_HIGH if high else SpecialCause.TWO_OF_THREE_LOW
            elif shift[index]:
                yield SpecialCause.SHIFT_HIGH if high else SpecialCause.SHIFT_LOW
            else:
                yield SpecialCause.COMMON_CAUSE


def step(earlier: float | None, later: float | None) -> int:
    """1 up, -1 down, 0 where equal or where one is missing."""
    if earlier is None or later is None:
        return 0
    return (later > earlier) - (later < earlier)


def stretches(items: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Start and end (not included) of each stretch of equal neighbours."""
    start = 0
    for index in range(1, len(items) + 1):
        if index == len(items) or items[index] != items[start]:
            yield start, index
            start = index


def joined(per_segment: Sequence[list[bool]], values: Sequence[float | None]) -> tuple[bool | None, ...]:
    """One rule's flags across the segments, None where the value is missing."""
    flags = [flag for flags in per_segment for flag in flags]
    return tuple([None if value is None else flag for flag, value in zip(flags, values, strict=True)])


# --- what the points mean, and the icons

UP = {
    SpecialCause.ABOVE_UPPER_LIMIT,
    SpecialCause.TREND_INCREASING,
    SpecialCause.TWO_OF_THREE_HIGH,
    SpecialCause.SHIFT_HIGH,
}
UP_MEANS = {
    Direction.INCREASE: PointType.IMPROVEMENT,
    Direction.DECREASE: PointType.CONCERN,
    Direction.NEUTRAL: PointType.NEUTRAL_HIGH,
}
DOWN_MEANS = {
    Direction.INCREASE: PointType.CONCERN,
    Direction.DECREASE: PointType.IMPROVEMENT,
    Direction.NEUTRAL: PointType.NEUTRAL_LOW,
}


def point_type(cause: SpecialCause, direction: Direction) -> PointType:
    """Up is an improvement where more is better, a concern where less is; neither where neutral."""
    if cause is SpecialCause.COMMON_CAUSE:
        return PointType.COMMON_CAUSE
    return (UP_MEANS if cause in UP else DOWN_MEANS)[direction]


def variation_icon(types: Sequence[PointType | None], direction: Direction) -> VariationIcon | None:
    """The last value's type alone; earlier signals do not matter. A missing last value leaves it to the one before."""
    last = next((kind for kind in reversed(types) if kind is not None), None)
    if last in (PointType.IMPROVEMENT, PointType.CONCERN):
        high = (last is PointType.IMPROVEMENT) == (direction is Direction.INCREASE)
        return VariationIcon(f"{last}_{'high' if high else 'low'}")
    return None if last is None else VariationIcon(last)


def assurance_icon(target: float | None, segments: Sequence[Segment], direction: Direction) -> AssuranceIcon | None:
    """The target against the last segment's limits; the points' own values play no part."""
    if target is None or direction is Direction.NEUTRAL or not segments:
        return None
    lower, upper = segments[-1].lower_limit, segments[-1].upper_limit
    if lower is None or upper is None:
        return None
    more_is_better = direction is Direction.INCREASE
    slack = ROUNDING * max(abs(lower), abs(upper))
    if target > upper + slack:
        return AssuranceIcon.FAIL if more_is_better else AssuranceIcon.PASS
    if target < lower - slack:
        return AssuranceIcon.PASS if more_is_better else AssuranceIcon.FAIL
    return AssuranceIcon.HIT_OR_MISS


# --- what the reader should know


def unmatched_rebases(inputs: XmrInputs) -> list[str]:
    """A rebase that no point is dated on does nothing: say so rather than pretend."""
    if not inputs.rebase_dates:
        return []
    known = set(inputs.dates)
    return [
        f"No point is dated {in_words(day)}, so the limits are not recalculated there."
        for day in sorted(set(inputs.rebase_dates))
        if day not in known
    ]


def segment_warnings(rows: Sequence[float | None], segment: Segment, inputs: XmrInputs) -> list[str]:
    """Where a segment has no limits, or limits that mean little."""
    return [message for tell in TELL for message in [tell(rows, segment, inputs)] if message]


def without_limits(rows: Sequence[float | None], segment: Segment, inputs: XmrInputs) -> str | None:
    since = in_words(inputs.dates[segment.start_index])
    if segment.mean is None:
        return f"The points that set the limits from {since} have no value, so there is no mean and no limit."
    if segment.mean_moving_range is None:
        return f"From {since} no two neighbouring points have values: there is a mean, but no limits."
    return None


def without_spread(rows: Sequence[float | None], segment: Segment, inputs: XmrInputs) -> str | None:
    if segment.mean_moving_range != 0:
        return None
    since = in_words(inputs.dates[segment.start_index])
    if len({value for value in rows if value is not None}) == 1:
        return f"All values from {since} are the same, so the limits lie on the mean."
    return (
        f"Nearly all values from {since} are the same, so the limits collapse onto the mean and say nothing. "
        "A run chart suits these data better, or a G or T chart if they count rare events."
    )


def short_baseline(rows: Sequence[float | None], segment: Segment, inputs: XmrInputs) -> str | None:
    fixed = inputs.fix_after_n_points
    if fixed is None or fixed >= BASELINE_WANTED:
        return None
    return (
        f"The limits from {in_words(inputs.dates[segment.start_index])} are fixed on "
        f"{min(fixed, len(rows))} points; {BASELINE_WANTED} or more are wanted."
    )


TELL: tuple[Callable[[Sequence[float | None], Segment, XmrInputs], str | None], ...] = (
    without_limits,
    without_spread,
    short_baseline,
)


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
