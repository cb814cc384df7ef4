"""Days, moments and counts in words, as people in Britain say them."""

from __future__ import annotations

from datetime import date, datetime

from pitchpit.core import clock


def as_day(when: date | datetime) -> date:
    """The day in London of a moment; a day itself."""
    return clock.london(when).date() if isinstance(when, datetime) else when


def day_in_words(when: date | datetime) -> str:
    """Fri 27 November; with the year where it is not this one."""
    day = as_day(when)
    year = "" if day.year == clock.today().year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%B}{year}"


def date_in_full(when: date | datetime) -> str:
    """23 November 2026."""
    day = as_day(when)
    return f"{day.day} {day:%B} {day.year}"


def time_in_words(when: datetime) -> str:
    """14:05, on a London clock."""
    return f"{clock.london(when):%H:%M}"


def moment_in_words(when: datetime) -> str:
    """Fri 27 November at 14:05, on a London clock."""
    return f"{day_in_words(when)} at {time_in_words(when)}"


def due_in_words(when: date | datetime) -> str:
    """today, tomorrow, in 4 days, 2 days late: for what somebody promised."""
    days = (as_day(when) - clock.today()).days
    return _ahead(days) if days >= 0 else f"{plural(-days, 'day')} late"


def distance_in_words(when: date | datetime) -> str:
    """today, tomorrow, in 4 days, yesterday, 2 days ago: for what nobody owes."""
    days = (as_day(when) - clock.today()).days
    if days >= 0:
        return _ahead(days)
    return "yesterday" if days == -1 else f"{plural(-days, 'day')} ago"


def _ahead(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {plural(days, 'day')}")


def plural(number: int, one: str, many: str = "") -> str:
    """1 idea, 3 ideas, 1,200 ideas; `many` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
