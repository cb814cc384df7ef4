"""What the fixtures themselves promise: above all that a forgotten commit fails a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask, request
from sqlalchemy import func, select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.once import WaitingForm


def a_form(path: str = "/ideas") -> WaitingForm:
    return WaitingForm(person_id=1, path=path, fields="[]", created_at=clock.now())


def number_of_forms() -> int:
    return db.session.scalar(select(func.count()).select_from(WaitingForm))


@contextmanager
def answering(app: Flask, view: Callable[[], str]) -> Iterator[None]:
    """Inside, the address /proof answers with this view."""

    def answer() -> str | None:
        return view() if request.path == "/proof" else None

    before = app.before_request_funcs.setdefault(None, [])
    before.insert(0, answer)
    try:
        yield
    finally:
        before.remove(answer)


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_with_an_empty_database_and_the_first_numbers(app: Flask, turn: int) -> None:
    assert number_of_forms() == 0
    with transaction():
        db.session.add_all([a_form(), a_form()])
    assert db.session.scalars(select(WaitingForm.id).order_by(WaitingForm.id)).all() == [1, 2]


@pytest.mark.only_on("postgresql")
def test_postgresql_is_a_real_one(app: Flask) -> None:
    assert db.session.scalar(select(func.version())).startswith("PostgreSQL")


@pytest.mark.only_on("sqlite")
def test_sqlite_is_a_file_that_readers_and_a_writer_share(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_what_a_request_commits_is_there_afterwards(app: Flask, client) -> None:
    def saves() -> str:
        with transaction():
            db.session.add(a_form())
        return "saved"

    with answering(app, saves):
        assert client.post("/proof").text == "saved"
    assert number_of_forms() == 1


def test_what_a_request_forgets_to_commit_is_gone(app: Flask, client) -> None:
    def forgets() -> str:
        db.session.execute(
            WaitingForm.__table__.insert().values(person_id=1, path="/", fields="", created_at=clock.now())
        )
        return f"{number_of_forms()} here"

    with answering(app, forgets):
        assert client.post("/proof").text == "1 here"
    assert number_of_forms() == 0


def test_the_test_reads_what_a_request_changed(app: Flask, client) -> None:
    form = a_form()
    with transaction():
        db.session.add(form)
    assert form.path == "/ideas"

    def changes() -> str:
        with transaction():
            db.session.get(WaitingForm, 1).path = "/changed"
        return "changed"

    with answering(app, changes):
        client.post("/proof")
    assert form.path == "/changed"


def test_a_change_that_the_test_forgot_to_save_is_told(app: Flask, client) -> None:
    db.session.add(a_form())
    with pytest.raises(AssertionError, match="outside transaction"):
        client.get("/proof")
    db.session.rollback()


def test_statements_are_those_of_the_page_alone(app: Flask, client, statements) -> None:
    form = a_form()
    with transaction():
        db.session.add(form)

    def reads() -> str:
        return str(number_of_forms())

    with answering(app, reads), statements() as sql:
        assert client.get(f"/proof?about={form.id}").text == "1"
    assert [statement.split()[0] for statement in sql] == ["SELECT"]


def test_the_clock_moves_for_requests_too(app: Flask, client, moved_clock) -> None:
    moment = datetime(2028, 2, 29, 9, 30, tzinfo=UTC)
    with answering(app, lambda: clock.now().isoformat()), moved_clock(moment):
        assert client.get("/proof").text == moment.isoformat()


def test_eight_writers_at_once_are_all_heard(app: Flask, at_once) -> None:
    def write() -> str:
        with transaction():
            db.session.add(a_form())
        return "written"

    assert at_once(*[write] * 8) == ["written"] * 8
    assert number_of_forms() == 8


def test_one_of_several_at_once_may_fail_alone(app: Flask, at_once) -> None:
    def fail() -> None:
        raise LookupError("on purpose")

    first, second = at_once(lambda: "well", fail)
    assert (first, repr(second)) == ("well", "LookupError('on purpose')")
