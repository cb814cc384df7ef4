"""Who tries too often waits; nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.throttle import Throttle, hit

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_tries_are_allowed_up_to_the_limit_and_again_in_the_next_window(app):
    with clock.at(NOON):
        assert [hit("sign-in nurse@trust.example", 3, 60) for _ in range(5)] == [True, True, True, False, False]
        assert hit("sign-in other@trust.example", 3, 60) is True
        assert hit("sign-in nurse@trust.example", 3, 3600) is True
    with clock.at(NOON + timedelta(seconds=60)):
        assert hit("sign-in nurse@trust.example", 3, 60) is True


def test_what_is_kept_cannot_be_read(app):
    hit("sign-in nurse@trust.example", 3, 60)
    (key,) = db.session.scalars(select(Throttle.key))
    assert len(key) == 64
    assert "nurse" not in key


def test_eight_at_once_are_all_counted(app, at_once):
    with clock.at(NOON):
        answers = at_once(*[lambda: hit("the same", 5, 60)] * 8)
    assert sorted(answers) == [False] * 3 + [True] * 5


def test_a_try_is_counted_before_the_write_transaction_and_not_inside(app):
    with transaction(), pytest.raises(RuntimeError):
        hit("somebody", 3, 60)
