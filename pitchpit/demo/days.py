"""The story's days: counted back from the day it is told, always working days. Knows no database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from pitchpit.core import clock


def working_day_near(day: date, closed_days: Collection[date] = ()) -> date:
    """The working day that `day` is, or the last one before it: what is told has happened by then."""
    while not clock.is_working_day(day, closed_days):
        day -= timedelta(days=1)
    return day


class Calendar:
    """Days and moments seen from `told_at`. The nth working day back is a day of its own for each n, so order is kept whatever the date."""

    def __init__(self, told_at: datetime, closed_days: Collection[date] = ()) -> None:
        self.told_at = told_at
        self.today = clock.london(told_at).date()
        self.closed_days = closed_days
        self._back = [self.today]

    def back(self, working_days: int) -> date:
        """The day so many working days before the story is told; 1 is the last working day before it."""
        if working_days < 1:
            raise ValueError("What is told lies before the day it is told on.")
        while len(self._back) <= working_days:
            self._back.append(working_day_near(self._back[-1] - timedelta(days=1), self.closed_days))
        return self._back[working_days]

    def ahead(self, working_days: int) -> date:
        """The day so many working days after the story is told."""
        return clock.working_days_after(self.today, working_days, self.closed_days)

    def near(self, day: date) -> date:
        """The working day that `day` is, or the last one before it."""
        return working_day_near(day, self.closed_days)

    def after(self, day: date, working_days: int) -> date:
        """The day that is so many working days after `day`."""
        return clock.working_days_after(day, working_days, self.closed_days)

    def is_told(self, day: date) -> bool:
        """Whether this day lies before the one on which the story is told."""
        return day <= self.back(1)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """That day at this time in London."""
    return clock.london_moment(day, time(hour, minute))
