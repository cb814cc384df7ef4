"""Days as people write them in one line, and the names of months: one reader for every floor. Knows neither pages nor the database."""

from __future__ import annotations

import re
from datetime import date

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_UK = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})(?: 00:00(?::00)?)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ /.-]?([A-Za-z]{3,9})[ /.,-]? ?(\d{4})", re.ASCII)


def month_number(name: str) -> int | None:
    """The number of the month of this name, whole or its first letters, at least three: March, Mar, Sept. None for another word."""
    typed = name.strip().lower().removesuffix(".")
    if len(typed) < 3:
        return None
    return next((number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(typed)), None)


def parts_of_day(text: str) -> tuple[int, int, int] | None:
    """Year, month and day that somebody wrote: 27 3 2027, 27/03/2027, 27th March 2027, 2027-03-27; there may be no such day. None for
    anything else."""
    words = " ".join(text.split())
    if found := _ISO.fullmatch(words):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _UK.fullmatch(words):
        return int(found[3]), int(found[2]), int(found[1])
    if (found := _NAMED.fullmatch(words)) and (month := month_number(found[2])):
        return int(found[3]), month, int(found[1])
    return None


def day_from(text: str) -> date | None:
    """The day that somebody wrote in one line; None where it is no day."""
    parts = parts_of_day(text)
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None
