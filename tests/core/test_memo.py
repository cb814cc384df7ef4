"""What is remembered is what would be worked out; keeping it never costs a page."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pitchpit.core import clock
from pitchpit.core.db import db, own_transaction, transaction
from pitchpit.core.jobs import Job, enqueue
from pitchpit.core.memo import Memo, remembered, throw_away


class Counted:
    """A computation that says how often it was asked."""

    def __init__(self, value):
        self.value, self.asked = value, 0

    def __call__(self):
        self.asked += 1
        return self.value


def rows():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Memo))


def test_the_same_inputs_are_worked_out_once_and_come_out_equal(app):
    ranking = Counted({"lines": [(1, 0.1 + 0.2), (2, None)], 7: "é"})
    first = remembered("ranking", 3, "print", ranking)
    db.session.rollback()
    second = remembered("ranking", 3, "print", ranking)
    assert first == second == {"lines": [[1, 0.1 + 0.2], [2, None]], "7": "é"}
    assert (ranking.asked, rows()) == (1, 1)


@pytest.mark.parametrize("value", [None, 0, "", [], {}, False])
def test_an_empty_result_is_remembered_too(app, value):
    empty = Counted(value)
    assert remembered("chart", 1, "print", empty) == value
    db.session.rollback()
    assert remembered("chart", 1, "print", empty) == value
    assert empty.asked == 1


def test_new_inputs_replace_the_old_result(app):
    for print_, value in (("a", 1), ("b", 2), ("a", 3)):
        assert remembered("chart", 1, print_, Counted(value)) == value
        db.session.rollback()
    assert rows() == 1
    assert remembered("chart", 2, "a", Counted(4)) == 4
    assert remembered("ranking", 1, "a", Counted(5)) == 5
    assert rows() == 3


def test_what_the_page_has_loaded_stays_usable(app, statements):
    with transaction():
        enqueue("note", number=7)
    job = db.session.scalars(select(Job)).one()
    remembered("chart", 1, "print", Counted(1))
    with statements() as sql:
        assert job.payload == {"number": 7}
    assert sql == []


def test_inside_a_write_transaction_nothing_is_kept(app):
    with transaction():
        assert remembered("chart", 1, "print", Counted(1)) == 1
    assert rows() == 0


def test_a_page_does_not_wait_for_long_when_somebody_else_writes(app, at_once):
    """Whoever holds the row (PostgreSQL) or the database (SQLite) does not hold up the page."""
    remembered("chart", 1, "old", Counted(0))
    with own_transaction() as other:
        other.execute(Memo.__table__.update().values(made_at=clock.now() + timedelta(days=1)))
        (shown,) = at_once(lambda: remembered("chart", 1, "new", Counted(1)))
    assert shown == 1
    db.session.rollback()
    assert remembered("chart", 1, "old", Counted(2)) == 0


def test_what_cannot_be_json_is_a_mistake_seen_at_once(app):
    with pytest.raises(ValueError, match="not JSON compliant"):
        remembered("chart", 1, "print", Counted(float("nan")))
    with pytest.raises(TypeError):
        remembered("chart", 1, "print", Counted(object()))


def test_what_was_redacted_does_not_live_on(app):
    remembered("chart", 1, "print", Counted("words"))
    with transaction():
        throw_away("chart", 1)
    assert rows() == 0


def test_eight_pages_at_once_agree(app, at_once):
    assert at_once(*[lambda: remembered("chart", 1, "print", Counted([1, 2]))] * 8) == [[1, 2]] * 8
    assert rows() == 1
