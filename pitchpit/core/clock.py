"""One clock: what time it is, which day it is in London, and which days are working days."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from time import time as timestamp
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

#: What is handed in after this hour counts from the next working day.
END_OF_WORKING_DAY = time(17, 0)

_moved: ContextVar[datetime | None] = ContextVar("pitchpit_clock", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _moved.get() or datetime.now(UTC)


def today() -> date:
    """The day it is in London."""
    moved = _moved.get()
    return _day_in_london(int(timestamp() if moved is None else moved.timestamp()) // 3600)


@lru_cache(maxsize=64)
def _day_in_london(hour: int) -> date:
    """The day of this hour since 1970: London's clocks are whole hours from UTC. A long list asks a thousand times."""
    return london(datetime.fromtimestamp(hour * 3600, UTC)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Move the clock: inside, it stands still at `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("The clock needs a moment with a time zone.")
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def london(moment: datetime) -> datetime:
    """The same moment on a London clock."""
    return moment.astimezone(LONDON)


def london_moment(day: date, at_time: time) -> datetime:
    """The moment of this day and time of day in London, in UTC."""
    return datetime.combine(day, at_time, tzinfo=LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """23:59 of that day in London: when a closing date closes."""
    return london_moment(day, time(23, 59))


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    import holidays  # heavy: not at start-up

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date, closed_days: Collection[date] = ()) -> bool:
    """Monday to Friday, not a bank holiday in England, not one of the trust's own closed days."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year) and day not in closed_days


def next_working_day(day: date, closed_days: Collection[date] = ()) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working_day(day, closed_days):
        day += timedelta(days=1)
    return day


def working_days_after(day: date, number: int, closed_days: Collection[date] = ()) -> date:
    """The day that is `number` working days after `day` (0 gives `day` itself)."""
    for _ in range(number):
        day = next_working_day(day, closed_days)
    return day


def promised_by(moment: datetime, working_days: int, closed_days: Collection[date] = ()) -> date:
    """The day an answer is due: counted from the day of `moment`, or from the next working day when that was after 17:00 or no working day."""
    there = london(moment)
    start = there.date()
    if there.time() >= END_OF_WORKING_DAY or not is_working_day(start, closed_days):
        start = next_working_day(start, closed_days)
    return working_days_after(start, working_days, closed_days)
