"""The story's days are working days, each its own, whatever the date it is told on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pitchpit.core import clock
from pitchpit.demo.days import Calendar, moment, working_day_near

#: Days on which counting back goes wrong, if it does.
SPECIAL = (
    datetime(2028, 2, 29, 9, 0, tzinfo=UTC),
    datetime(2027, 3, 26, 12, 0, tzinfo=UTC),  # Good Friday
    datetime(2027, 3, 28, 0, 59, tzinfo=UTC),  # Easter Sunday, a minute before the clocks go forward
    datetime(2027, 3, 29, 12, 0, tzinfo=UTC),  # Easter Monday
    datetime(2026, 12, 25, 10, 0, tzinfo=UTC),
    datetime(2026, 12, 28, 3, 0, tzinfo=UTC),  # a Monday off in the place of Boxing Day
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # in the hour that comes twice
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 12, 25), date(2026, 12, 24)),
        (date(2026, 12, 28), date(2026, 12, 24)),
        (date(2026, 12, 29), date(2026, 12, 29)),
        (date(2027, 3, 29), date(2027, 3, 25)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2027, 1, 3), date(2026, 12, 31)),
    ],
)
def test_the_working_day_near_is_never_after(day: date, expected: date) -> None:
    assert working_day_near(day) == expected


def test_the_trusts_own_closed_days_are_no_working_days() -> None:
    assert working_day_near(date(2026, 12, 25), {date(2026, 12, 24)}) == date(2026, 12, 23)


@pytest.mark.parametrize("told_at", SPECIAL, ids=lambda moment: moment.isoformat())
def test_each_day_back_is_a_working_day_of_its_own(told_at: datetime) -> None:
    calendar = Calendar(told_at)
    days = [calendar.back(number) for number in range(1, 420)]
    assert [clock.is_working_day(day) for day in days] == [True] * len(days)
    assert days == sorted(set(days), reverse=True)
    assert days[0] < calendar.today
    assert moment(days[0], 23, 59) < told_at


@pytest.mark.parametrize("told_at", SPECIAL, ids=lambda moment: moment.isoformat())
def test_a_sunday_lies_between_days_five_working_days_apart(told_at: datetime) -> None:
    """Rounds close on a Sunday evening, and what follows their closing is told five working days later at least."""
    calendar = Calendar(told_at)
    assert all(calendar.back(number) - calendar.back(number + 5) >= timedelta(days=7) for number in range(1, 400))


def test_today_is_not_told() -> None:
    with pytest.raises(ValueError, match="before the day it is told on"):
        Calendar(SPECIAL[0]).back(0)
