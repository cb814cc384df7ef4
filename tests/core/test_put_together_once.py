"""A statement that is put together once is the same one again, and refuses to hold the day it was made on."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Date, Select, literal, select

from pitchpit.core.db import NOW, SOMEBODY, TODAY, put_together_once


def test_it_is_put_together_once_for_what_it_is_asked_with() -> None:
    made = []

    @put_together_once
    def asked(what: str) -> Select[Any]:
        made.append(what)
        return select(literal(what)).where(SOMEBODY.id == 1, TODAY == TODAY, NOW == NOW)

    assert asked("a") is asked("a")
    assert asked("b") is not asked("a")
    assert made == ["a", "b"]


@pytest.mark.parametrize("then", [date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=UTC)])
def test_a_day_or_a_moment_in_it_is_refused(then: date) -> None:
    @put_together_once
    def asked() -> Select[Any]:
        return select(literal(1)).where(literal(then, Date()) == TODAY)

    with pytest.raises(RuntimeError, match="use TODAY or NOW"):
        asked()
