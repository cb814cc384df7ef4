"""What an analysis starts from, checked and put into date order."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from pitchpit.measures.enums import Direction

Number = float | int

# Beyond this, sums of squares and products leave the range of a float.
LARGEST = 1e100

# Relative size of what rounding may do to a mean or a limit: differences below it are no differences.
ROUNDING = 8 * 2.0**-52


class Kind(StrEnum):
    """The kinds of chart."""

    XMR = "xmr"
    RUN = "run"
    P = "p"
    U = "u"
    C = "c"
    G = "g"
    T = "t"


class InputError(ValueError):
    """An input that cannot be analysed: `field` names it, the message says in a sentence what to change."""

    def __init__(self, field: str, message: str):
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(slots=True)
class XmrInputs:
    """The inputs of an XmR chart; after creation in date order.

    dates: one date a point, no date twice.
    values: one number a point in the measure's own unit, None where missing.
    improvement_direction: which way is better.
    target: a number in the same unit, or None.
    rebase_dates: dates at which means and limits start afresh, that point included.
    fix_after_n_points: take mean and limits of a segment from its first n rows only (12 or more are wanted).
    screen_outliers: leave moving ranges of 3.267 times their mean or more out of the limits.
    shift_n, trend_n: the length from which a shift, a trend, counts.

    Raises InputError where lengths differ, a date comes twice, or a number is not finite.
    """

    dates: Sequence[date]
    values: Sequence[Number | None]
    improvement_direction: Direction | str = Direction.NEUTRAL
    target: Number | None = None
    rebase_dates: Sequence[date] = ()
    fix_after_n_points: int | None = None
    screen_outliers: bool = True
    shift_n: int = 7
    trend_n: int = 7

    def __post_init__(self) -> None:
        check_dates("dates", self.dates)
        check_dates("rebase_dates", self.rebase_dates)
        self.values = checked_numbers("values", self.values)
        same_length("values", self.values, self.dates)
        order = date_order(self.dates)
        self.dates, self.values = in_order(order, self.dates), in_order(order, self.values)
        self.improvement_direction = checked_direction(self.improvement_direction)
        self.target = None if self.target is None else checked_number("target", self.target)
        check_switch("screen_outliers", self.screen_outliers)
        check_count("shift_n", self.shift_n, least=2)
        check_count("trend_n", self.trend_n, least=2)
        if self.fix_after_n_points is not None:
            check_count("fix_after_n_points", self.fix_after_n_points, least=1)


@dataclass(slots=True)
class SeriesInputs:
    """The inputs of a run, P, U, C, G or T chart; after creation in date order.

    Either `values`, or `numerators` with `denominators` (P and U always need these two), one a date, None where missing.
    multiply: scales the results alone, such as 1000 for a rate per 1,000 bed days.
    split_after_points: a new segment starts after that many points, in date order.
    baseline_n_points: centre and limits come from a segment's first n points only.
    exclude_points: counted from 1, in date order; left out of centre, limits and runs, still plotted.

    Raises InputError where lengths differ, a date comes twice, or a number cannot be what the kind counts.
    """

    kind: Kind | str
    dates: Sequence[date]
    values: Sequence[Number | None] | None = None
    numerators: Sequence[Number | None] | None = None
    denominators: Sequence[Number | None] | None = None
    multiply: Number = 1
    split_after_points: Sequence[int] = ()
    baseline_n_points: int | None = None
    exclude_points: Sequence[int] = ()

    def __post_init__(self) -> None:
        self.kind = checked_kind(self.kind)
        if self.kind is Kind.XMR:
            raise InputError("kind", "xmr has inputs of its own")
        check_dates("dates", self.dates)
        self._check_which_numbers()
        order = date_order(self.dates)
        for field in ("values", "numerators", "denominators"):
            given = getattr(self, field)
            if given is not None:
                numbers = checked_numbers(field, given)
                same_length(field, numbers, self.dates)
                setattr(self, field, in_order(order, numbers))
        self.dates = in_order(order, self.dates)
        self.multiply = checked_number("multiply", self.multiply)
        if self.multiply <= 0:
            raise InputError("multiply", "must be above 0")
        if self.baseline_n_points is not None:
            check_count("baseline_n_points", self.baseline_n_points, least=1)
        check_places("split_after_points", self.split_after_points, most=len(self.dates) - 1)
        check_places("exclude_points", self.exclude_points, most=len(self.dates))
        self._check_what_is_counted()

    @property
    def is_ratio(self) -> bool:
        """Whether each point is a numerator over a denominator."""
        return self.numerators is not None

    def _check_which_numbers(self) -> None:
        ratio = self.numerators is not None or self.denominators is not None
        if ratio and self.values is not None:
            raise InputError("values", "give either values, or numerators with denominators, not both")
        if ratio and (self.numerators is None or self.denominators is None):
            missing = "numerators" if self.numerators is None else "denominators"
            raise InputError(missing, "is missing; numerators and denominators come together")
        if self.kind in (Kind.P, Kind.U) and not ratio:
            raise InputError("numerators", f"is missing; a {self.kind.upper()} chart needs numerators and denominators")
        if self.kind in (Kind.C, Kind.G, Kind.T) and ratio:
            raise InputError("numerators", f"a {self.kind.upper()} chart needs values, not numerators and denominators")
        if not ratio and self.values is None:
            raise InputError("values", "is missing")

    def _check_what_is_counted(self) -> None:
        if self.is_ratio:
            self._check_ratios()
        elif self.kind in (Kind.C, Kind.G):
            check_each("values", self.values, lambda value: value >= 0, "must be 0 or more")
        elif self.kind == Kind.T:
            check_each("values", self.values, lambda value: value > 0, "must be above 0 on a T chart")

    def _check_ratios(self) -> None:
        check_each("denominators", self.denominators, lambda value: value >= 0, "must be 0 or more")
        check_each(
            "denominators", self.denominators, lambda value: not 0 < value < 1 / LARGEST, "is too small a number"
        )
        if self.kind in (Kind.P, Kind.U):
            check_each("numerators", self.numerators, lambda value: value >= 0, "must be 0 or more")
        for index, (part, whole) in enumerate(zip(self.numerators or (), self.denominators or (), strict=True)):
            if part is None or whole is None:
                continue
            if whole == 0 and part != 0:
                raise InputError(f"denominators[{index}]", f"is 0 while its numerator is {part:g}")
            if self.kind == Kind.P and part > whole:
                raise InputError(f"numerators[{index}]", f"{part:g} is more than its denominator {whole:g}")


def date_order(dates: Sequence[date]) -> list[int] | None:
    """The positions in date order, or None where they are in order already; a date that comes twice is refused."""
    if all(earlier < later for earlier, later in pairwise(dates)):
        return None
    order = sorted(range(len(dates)), key=dates.__getitem__)
    for here, there in pairwise(order):
        if dates[here] == dates[there]:
            raise InputError(f"dates[{there}]", f"{dates[there]} comes twice; each date has one value")
    return order


def in_order(order: list[int] | None, items: Sequence) -> tuple:
    return tuple(items) if order is None else tuple([items[index] for index in order])


def check_dates(field: str, dates: Iterable) -> None:
    for index, day in enumerate(dates):
        if type(day) is not date:
            raise InputError(f"{field}[{index}]", f"must be a date, not {day!r}")


def checked_numbers(field: str, numbers: Sequence[Number | None]) -> list[float | None]:
    return [
        value
        if value is None or (type(value) is float and -LARGEST <= value <= LARGEST)
        else checked_number(f"{field}[{index}]", value)
        for index, value in enumerate(numbers)
    ]


def checked_number(field: str, value: object) -> float:
    """The value as a finite float; what is no number, too large or not finite is refused."""
    if isinstance(value, bool | str) or not hasattr(value, "__float__"):
        raise InputError(field, f"must be a number, not {shown(value)}")
    try:
        number = float(value)
    except (OverflowError, ValueError):
        raise InputError(field, "is too large a number") from None
    if not math.isfinite(number):
        raise InputError(field, "must be a finite number")
    if abs(number) > LARGEST:
        raise InputError(field, "is too large a number")
    return number


def check_each(field: str, numbers: Sequence[Number | None] | None, holds, message: str) -> None:
    for index, value in enumerate(numbers or ()):
        if value is not None and not holds(value):
            raise InputError(f"{field}[{index}]", f"{message} ({value:g})")


def same_length(field: str, items: Sequence, dates: Sequence) -> None:
    if len(items) != len(dates):
        raise InputError(field, f"has {len(items)} items, but there are {len(dates)} dates")


def check_count(field: str, value: object, *, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError(field, f"must be a whole number of {least} or more, not {shown(value)}")


def check_switch(field: str, value: object) -> None:
    if not isinstance(value, bool):
        raise InputError(field, f"must be true or false, not {shown(value)}")


def check_places(field: str, places: Sequence[int], *, most: int) -> None:
    """Places are counted from 1 and must be there."""
    for index, place in enumerate(places):
        check_count(f"{field}[{index}]", place, least=1)
        if place > most:
            raise InputError(f"{field}[{index}]", f"must be at most {most}, not {place}")


def checked_direction(value: Any) -> Direction:
    try:
        return Direction(value)
    except ValueError:
        raise InputError("improvement_direction", f"must be {listed(Direction)}, not {shown(value)}") from None


def checked_kind(value: Any) -> Kind:
    try:
        return Kind(value)
    except ValueError:
        raise InputError("kind", f"must be {listed(Kind)}, not {shown(value)}") from None


def listed(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}"


def shown(value: object) -> str:
    """A value as a person may see it in a message: as JSON writes it, short, on one line."""
    text = json.dumps(value, default=repr, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
