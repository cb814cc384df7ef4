"""Periods: the days, weeks, months and quarters that a measure's values stand for. A period is named by its first day."""

from __future__ import annotations

from datetime import date, timedelta

from pitchpit.measures.enums import Frequency

#: How long after a period's end its value is still in time: figures have to be counted first.
GRACE = {
    Frequency.DAILY: timedelta(days=1),
    Frequency.WEEKLY: timedelta(days=4),
    Frequency.MONTHLY: timedelta(days=14),
    Frequency.QUARTERLY: timedelta(days=28),
}


def period_start(day: date, frequency: Frequency) -> date:
    """The first day of the period that this day lies in: itself, its Monday, the first of its month or quarter."""
    match frequency:
        case Frequency.WEEKLY:
            return day - timedelta(days=day.weekday())
        case Frequency.MONTHLY:
            return day.replace(day=1)
        case Frequency.QUARTERLY:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return day


def next_period(start: date, frequency: Frequency) -> date:
    """The first day of the period after the one that starts on `start`."""
    days = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31, Frequency.QUARTERLY: 93}
    return period_start(start + timedelta(days=days[frequency]), frequency)


def periods_between(first: date, last: date, frequency: Frequency) -> list[date]:
    """The first day of every period from `first` to `last`, both period starts."""
    periods = [first]
    while periods[-1] < last:
        periods.append(next_period(periods[-1], frequency))
    return periods


def due_on(start: date, frequency: Frequency) -> date:
    """The day by which the value of this period is wanted."""
    return next_period(start, frequency) - timedelta(days=1) + GRACE[frequency]


def period_in_words(start: date, frequency: Frequency) -> str:
    """6 July 2026, week of 6 July 2026, July 2026, July to September 2026."""
    match frequency:
        case Frequency.WEEKLY:
            return f"week of {start.day} {start:%B %Y}"
        case Frequency.MONTHLY:
            return f"{start:%B %Y}"
        case Frequency.QUARTERLY:
            return f"{start:%B} to {start.replace(month=start.month + 2):%B %Y}"
        case _:
            return f"{start.day} {start:%B %Y}"


def whose(start: date, frequency: Frequency, on: date) -> str:
    """July's, July to September's, the week of 6 July's; the year is said where it is not that of `on`."""
    words = ("the " if frequency is Frequency.WEEKLY else "") + period_in_words(start, frequency)
    return f"{words.removesuffix(f' {start.year}') if start.year == on.year else words}’s"
