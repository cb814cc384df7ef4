"""What every test can ask for. The database is real, each request is on its own, and only the clock is ever moved."""

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.globals import _cv_app
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event, inspect
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.test import TestResponse

from pitchpit.core.db import db, is_writing, transaction

if TYPE_CHECKING:  # at run time the plugin below has to be the first to import it
    from tests.databases import World

pytest.register_assert_rewrite("tests.browser")
pytest_plugins = ["tests.databases", "tests.browser"]


@pytest.fixture
def app(database: "World") -> Iterator[Flask]:
    """The application on an empty database, with a context in which the test itself reads and writes.

    A test writes inside `pitchpit.core.db.transaction()`, like everybody else.
    """
    with database.app.app_context():
        yield database.app


class Client(FlaskClient):
    """A browser without a screen: keeps its cookies, and sends the token that our forms carry.

    Each request runs in an application context of its own, as on a real server, so that what a view forgot to commit
    is not there afterwards. `csrf=False` leaves the token out.
    """

    def open(self, *args: Any, buffered: bool = True, csrf: bool = True, **kwargs: Any) -> TestResponse:
        settle()
        if csrf and kwargs.get("method", "GET") == "POST":
            kwargs["headers"] = {"X-CSRFToken": self._token(), **kwargs.get("headers", {})}
        try:
            return contextvars.copy_context().run(self._open_apart, args, {"buffered": buffered, **kwargs})
        finally:
            settle()

    def _open_apart(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TestResponse:
        _cv_app.set(None)  # type: ignore[arg-type]  # what the test's own context holds is not for the request
        return super().open(*args, **kwargs)

    def _token(self) -> str:
        with self.session_transaction() as session:
            secret = session.setdefault("csrf_token", "a token for tests alone")
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(secret)


def settle() -> None:
    """End what the test was reading, so that it reads next what requests have committed. Keys stay known."""
    assert not is_writing(), "Send requests outside transaction(): the request could not write."
    session = db.session
    changed = [*session.new, *session.dirty, *session.deleted]
    assert not changed, f"Changed outside transaction(), so it would be lost: {changed}"
    session.rollback()
    keep_keys()


def keep_keys() -> None:
    """Let `person.id` be read without a statement, which a test would otherwise count as the page's."""
    for thing in db.session:
        state = inspect(thing)
        for column, value in zip(state.mapper.primary_key, state.identity, strict=True):
            set_committed_value(thing, state.mapper.get_property_by_column(column).key, value)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return Client(app)


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """`sign_in(person)` gives a client on which this person is signed in, as if just now; `shared=True` on a shared computer."""

    def signed_in(person: Any, *, shared: bool = False) -> FlaskClient:
        from pitchpit.people.actions import begin_sign_in

        with transaction():
            token = begin_sign_in(person, shared=shared, device="A test")
        client = Client(app)
        with client.session_transaction() as session:
            session.update({"_user_id": token, "_fresh": True, "shared": shared})
        return client

    return signed_in


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as sql:` lists the SQL that runs inside, but for the words that open and close transactions."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def see(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        keep_keys()
        event.listen(db.engine, "before_cursor_execute", see)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", see)

    return counting


@pytest.fixture
def at_once(app: Flask) -> Callable[..., list[Any]]:
    """`at_once(call, call, ...)` starts all calls at the same moment, each in its own thread and application context.

    Gives what each returned, or the exception that it raised, in the same order.
    """

    def run(*calls: Callable[[], Any]) -> list[Any]:
        results: list[Any] = [None] * len(calls)
        line = threading.Barrier(len(calls))

        def take_part(number: int) -> None:
            with app.app_context():
                line.wait()
                try:
                    results[number] = calls[number]()
                except Exception as error:
                    results[number] = error

        threads = [
            threading.Thread(target=contextvars.copy_context().run, args=(take_part, number))
            for number in range(len(calls))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        settle()
        return results

    return run
