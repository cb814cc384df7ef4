"""When and how a notice goes by mail. Pure: the caller says what time it is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from pitchpit.core.clock import is_working_day, london, london_moment
from pitchpit.notices.enums import Way

QUIET_FROM, QUIET_UNTIL = time(20, 0), time(7, 0)
DIGEST_AT = time(8, 0)


def way_for(chosen: Way, *, urgent: bool, mail: bool) -> Way:
    """How a notice goes: as the person chose, but at once where it is urgent and they take mail at all."""
    if not mail or chosen is Way.INBOX_ONLY:
        return Way.INBOX_ONLY
    return Way.AT_ONCE if urgent else chosen


def at_once(moment: datetime, *, quiet_hours: bool) -> datetime:
    """This moment, or 07:00 where that falls into the quiet hours of somebody who keeps them."""
    there = london(moment)
    if not quiet_hours or QUIET_UNTIL <= there.time() < QUIET_FROM:
        return moment
    day = there.date() if there.time() < QUIET_UNTIL else there.date() + timedelta(days=1)
    return london_moment(day, QUIET_UNTIL)


def digest_day(moment: datetime, closed_days: Collection[date] = ()) -> date | None:
    """The day whose digest should be on its way by now: a working day, from 08:00 on. None before it, and on other days."""
    there = london(moment)
    return there.date() if there.time() >= DIGEST_AT and is_working_day(there.date(), closed_days) else None
