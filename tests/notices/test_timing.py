"""When a notice goes by mail."""

from datetime import UTC, date, datetime

import pytest

from pitchpit.notices import timing
from pitchpit.notices.enums import Way

# London is on summer time in July, on UTC in November.


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (datetime(2026, 11, 23, 19, 59, tzinfo=UTC), datetime(2026, 11, 23, 19, 59, tzinfo=UTC)),
        (datetime(2026, 11, 23, 20, 0, tzinfo=UTC), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 0, 30, tzinfo=UTC), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 19, 30, tzinfo=UTC), datetime(2026, 7, 2, 6, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 6, 30, tzinfo=UTC), datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)),
    ],
)
def test_quiet_hours_are_kept_by_london_time(moment, goes):
    assert timing.at_once(moment, quiet_hours=True) == goes
    assert timing.at_once(moment, quiet_hours=False) == moment


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), None),  # a Saturday
        (datetime(2026, 12, 25, 9, 0, tzinfo=UTC), None),
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), None),  # the trust is closed
    ],
)
def test_digest_goes_on_working_days_from_eight(moment, day):
    assert timing.digest_day(moment, {date(2026, 11, 24)}) == day


@pytest.mark.parametrize(
    ("chosen", "urgent", "mail", "way"),
    [
        (Way.DIGEST, False, True, Way.DIGEST),
        (Way.DIGEST, True, True, Way.AT_ONCE),
        (Way.AT_ONCE, False, True, Way.AT_ONCE),
        (Way.AT_ONCE, True, True, Way.AT_ONCE),
        (Way.INBOX_ONLY, False, True, Way.INBOX_ONLY),
        (Way.INBOX_ONLY, True, True, Way.INBOX_ONLY),
        (Way.DIGEST, False, False, Way.INBOX_ONLY),
        (Way.AT_ONCE, True, False, Way.INBOX_ONLY),
    ],
)
def test_way_is_the_persons_choice_but_urgent_goes_at_once(chosen, urgent, mail, way):
    assert timing.way_for(chosen, urgent=urgent, mail=mail) is way
