"""Pages by key: every row once, in order, both ways, whatever the columns hold; a bad cursor is the first page."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from pitchpit.core.db import db, transaction
from pitchpit.core.jobs import Job
from pitchpit.core.paging import capped_count, page

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def jobs(app):
    """Ten rows with repeated, empty and distinct values to order by."""
    with transaction():
        for number in range(10):
            db.session.add(
                Job(
                    kind="ab"[number % 2],
                    key=None if number % 3 == 0 else f"key {number // 2}-{number}",
                    payload={},
                    run_at=START + timedelta(hours=number // 4, microseconds=number // 4),
                    attempts=number % 4,
                    done_at=None if number % 2 else START + timedelta(minutes=number // 3),
                )
            )
    return app


ORDERS = [
    [(Job.id, "asc")],
    [(Job.id, "desc")],
    [(Job.kind, "asc"), (Job.id, "asc")],
    [(Job.attempts, "desc"), (Job.kind, "asc"), (Job.id, "desc")],
    [(Job.run_at, "desc"), (Job.id, "desc")],
    [(Job.key, "asc"), (Job.id, "asc")],
    [(Job.key, "desc"), (Job.id, "asc")],
    [(Job.done_at, "desc"), (Job.attempts, "asc"), (Job.id, "asc")],
    [(Job.attempts, "asc"), (Job.done_at, "asc"), (Job.key, "desc"), (Job.id, "desc")],
]


def in_python(rows, order):
    for column, direction in reversed(order):
        name = column.key
        full = sorted(
            (row for row in rows if getattr(row, name) is not None),
            key=lambda row: getattr(row, name),
            reverse=direction == "desc",
        )
        rows = full + [row for row in rows if getattr(row, name) is None]
    return [row.id for row in rows]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(f"{column.key}_{way}" for column, way in order))
@pytest.mark.parametrize("size", [1, 3, 10])
def test_pages_hold_every_row_once_in_order_forwards_and_back(jobs, order, size):
    expected = in_python(db.session.scalars(select(Job).order_by(Job.id)).all(), order)
    forwards, after = [], None
    while True:
        current = page(select(Job), order=order, after=after, size=size)
        forwards.append([job.id for job in current.rows])
        if current.next is None:
            break
        after = current.next
    assert [number for rows in forwards for number in rows] == expected
    backwards = [forwards[-1]]
    while current.previous is not None:
        current = page(select(Job), order=order, after=current.previous, size=size)
        backwards.insert(0, [job.id for job in current.rows])
    assert backwards == forwards
    assert current.next is not None or size == 10


def test_a_row_that_comes_in_shifts_nothing(jobs):
    order = [(Job.id, "desc")]
    first = page(select(Job), order=order, size=4)
    with transaction():
        db.session.add(Job(kind="a", payload={}, run_at=START, attempts=0))
    assert [job.id for job in page(select(Job), order=order, after=first.next, size=4).rows] == [6, 5, 4, 3]


def test_a_select_of_columns_gives_rows_and_keeps_its_conditions(jobs):
    shown = page(select(Job.id, Job.kind).where(Job.kind == "b"), order=[(Job.id, "asc")], size=2)
    assert [(row.id, row.kind) for row in shown.rows] == [(2, "b"), (4, "b")]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "====", "a" * 3000, *(base64.urlsafe_b64encode(json.dumps(it).encode()).decode() for it in (
        7, None, [], {}, [">"], [">", 1], [">", "x", 1], ["?", "2026-01-01T00:00:00+00:00", 1], [">", "2026-01-01T00:00:00", 1],
        [">", None, 1], [">", "2026-01-01T00:00:00+00:00", "1"], [">", "2026-01-01T00:00:00+00:00", True], [">", "0001-01-01T00:00:00+23:00", 1],
        [">", "2026-01-01T00:00:00+00:00", 2**70], [">", "2026-01-01T00:00:00+00:00", float("nan")], [">", "2026-01-01T00:00:00+00:00", [1]],
    ))],
)  # fmt: skip
def test_a_cursor_that_is_not_ours_is_the_first_page(jobs, cursor):
    order = [(Job.run_at, "asc"), (Job.id, "asc")]
    assert [job.id for job in page(select(Job), order=order, after=cursor, size=2).rows] == [1, 2]


@pytest.mark.parametrize("value", ["a\0b", "\ud800", 5, ["a"]])
def test_a_cursor_with_what_no_text_can_be_is_the_first_page(jobs, value):
    cursor = base64.urlsafe_b64encode(json.dumps([">", value, 1]).encode()).decode()
    assert [
        job.id for job in page(select(Job), order=[(Job.kind, "asc"), (Job.id, "asc")], after=cursor, size=2).rows
    ] == [1, 3]


def test_an_empty_list_has_no_neighbours(app):
    nothing = page(select(Job), order=[(Job.id, "asc")])
    assert (list(nothing.rows), nothing.next, nothing.previous) == ([], None, None)


def test_a_page_is_one_statement_and_so_is_a_count(jobs, statements):
    with statements() as sql:
        page(select(Job), order=[(Job.run_at, "asc"), (Job.id, "asc")], size=3)
    assert len(sql) == 1
    with statements() as sql:
        assert capped_count(select(Job).where(Job.kind == "a").order_by(Job.id)) == "5"
    assert len(sql) == 1


@pytest.mark.parametrize(("cap", "said"), [(100, "10"), (10, "10"), (9, "9+"), (1, "1+")])
def test_a_count_stops_at_its_cap(jobs, cap, said):
    assert capped_count(select(Job), cap) == said


@pytest.mark.only_on("sqlite")
def test_an_index_serves_the_pages(jobs):
    """The list is not sorted, and not walked from its beginning."""
    order = [(Job.run_at, "asc"), (Job.id, "asc")]
    asked = select(Job.id).where(Job.done_at.is_(None), Job.given_up_at.is_(None))
    deep = page(asked, order=order, size=2).next
    assert [plan(lambda: page(asked, order=order, after=after, size=3)) for after in (None, deep)] == [  # noqa: B023  # called at once
        ["SCAN job USING INDEX ix_job_waiting"],
        ["SEARCH job USING INDEX ix_job_waiting (run_at>?)"],
    ]


def plan(ask):
    """How SQLite finds what `ask` asks for."""
    asked = []

    def see(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", see)
    ask()
    event.remove(db.engine, "before_cursor_execute", see)
    ((statement, parameters),) = [one for one in asked if one[0].startswith("SELECT")]
    return [row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
