"""Where values and dates lie on a chart, and which of them get a tick."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

NICE_STEPS = (1, 2, 2.5, 5, 10)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
DAY_STEPS = (1, 2, 7, 14, 28)
ZERO_WITHIN = 0.4
ROOM_BELOW = 0.04


def value_range(numbers: Sequence[float]) -> tuple[float, float]:
    """The numbers an axis must hold; from 0 where they come anywhere near it, so that heights can be compared."""
    low, high = min(numbers), max(numbers)
    if low == high:
        room = abs(low) / 2 or 1
        low, high = low - (room if low else 0), high + room
    if 0 <= low <= ZERO_WITHIN * high:
        low = 0
    if low <= high <= 0 and high >= ZERO_WITHIN * low:
        high = 0
    if low > 0:
        low = max(low - (high - low) * ROOM_BELOW, 0)
    return low, high


def nice_ticks(low: float, high: float, *, at_most: int, whole: bool = False) -> list[float]:
    """Round numbers that enclose low to high; whole ones only, where the measure counts whole things."""
    rough = (high - low) / (at_most - 1)
    power = 10 ** math.floor(math.log10(rough))
    candidates = [nice * size for size in (power, power * 10) for nice in NICE_STEPS]
    for step in candidates:
        if step < rough * (1 - 1e-9) or (whole and step != int(step)):
            continue
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first < at_most:
            return [index * step for index in range(first, last + 1)]
    step = candidates[-1]
    return [index * step for index in range(math.floor(low / step), math.ceil(high / step) + 1)]


@dataclass(frozen=True, slots=True)
class DateTick:
    """A tick on the date axis: its day, its words, and the year beneath where it is new."""

    on: date
    words: str
    year: str


def date_ticks(first: date, last: date, *, at_most: int) -> list[DateTick]:
    """Starts of months, quarters or years; days where the chart spans only some weeks."""
    days = month_starts(first, last, at_most) or day_steps(first, last, at_most)
    by_day = any(day.day != 1 for day in days) or len(days) == 1 == (last - first).days + 1
    by_year = not by_day and len(days) > 1 and all(day.month == 1 for day in days)
    ticks, year = [], 0
    for day in days:
        words = str(day.year) if by_year else f"{day.day} {day:%b}" if by_day else f"{day:%b}"
        ticks.append(DateTick(day, words, "" if by_year or day.year == year else str(day.year)))
        year = day.year
    return ticks


def month_starts(first: date, last: date, at_most: int) -> list[date]:
    """The fewest-months step that gives at most so many ticks; none where fewer than two months begin in between."""
    from_month = first.year * 12 + first.month - (1 if first.day == 1 else 0)
    to_month = last.year * 12 + last.month - 1
    for step in MONTH_STEPS:
        months = [month for month in range(from_month, to_month + 1) if month % step == 0]
        if len(months) <= at_most:
            return [date(month // 12, month % 12 + 1, 1) for month in months] if len(months) > 1 else []
    return []


def day_steps(first: date, last: date, at_most: int) -> list[date]:
    span = (last - first).days
    step = next((days for days in DAY_STEPS if span // days < at_most), max(span // (at_most - 1), 1))
    return [first + timedelta(days=days) for days in range(0, span + 1, step)]
