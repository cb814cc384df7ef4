"""What watching machines are told, and who may ask for the numbers."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from pitchpit.core import clock, health
from pitchpit.core.db import db, transaction
from pitchpit.core.jobs import enqueue, heartbeat


def test_the_process_answers_without_the_database(client, statements):
    with statements() as sql:
        assert client.get("/healthz").json == {"status": "ok"}
    assert sql == []


def test_ready_is_when_database_migrations_and_worker_are_there(client):
    heartbeat("worker")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"ready": True, "database": "ok", "migrations": "ok", "worker": "ok"},
    )


@pytest.mark.parametrize(
    ("silent_for", "said"),
    [
        (None, "never seen: start `pitchpit worker`"),
        (timedelta(minutes=1, seconds=59), "ok"),
        (timedelta(minutes=2, seconds=1), "not seen for 2 minutes: start `pitchpit worker`"),
    ],
)
def test_a_worker_that_is_silent_for_two_minutes_is_missing(client, silent_for, said):
    moment = clock.now()
    if silent_for is not None:
        with clock.at(moment - silent_for):
            heartbeat("worker")
    with clock.at(moment):
        assert client.get("/readyz").json == {
            "ready": said == "ok",
            "database": "ok",
            "migrations": "ok",
            "worker": said,
        }


def test_another_version_of_the_database_is_said(client):
    heartbeat("worker")
    (head,) = db.session.execute(text("SELECT version_num FROM alembic_version")).scalars()
    _set_version("0000")
    answer = client.get("/readyz")
    _set_version(head)
    assert (answer.status_code, answer.json["migrations"]) == (503, "behind: run `pitchpit init`")


def _set_version(version):
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_a_database_that_does_not_answer_is_said(client, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def gone():
        raise OperationalError("SELECT", {}, OSError("gone"))

    monkeypatch.setattr(health, "migrations_missing", gone)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["ready"], answer.json["database"]) == (503, False, "does not answer")


def test_the_numbers_are_there_for_this_machine(client):
    with transaction():
        enqueue("nothing")
    client.get("/nowhere")
    lines = client.get("/metrics").text.splitlines()
    assert "pitchpit_jobs_waiting 1.0" in lines
    assert "pitchpit_jobs_given_up 0.0" in lines
    assert any(line.startswith('pitchpit_request_seconds_count{endpoint="none",status="404"}') for line in lines)
    assert any(line.startswith('pitchpit_statements_total{endpoint="none"}') for line in lines)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.8.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 404),
        ("unknown", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.7"}, 404),
        ("10.0.0.7", {"Authorization": "Bearer right"}, 200),
        ("10.0.0.7", {"Authorization": "Bearer wrong"}, 404),
        ("10.0.0.7", {"Authorization": "Bearer "}, 404),
        ("10.0.0.7", {"Authorization": "right"}, 404),
    ],
)
def test_the_numbers_are_for_this_machine_or_who_shows_the_token(app, client, monkeypatch, address, headers, status):
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "right")
    answer = client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}, headers=headers)
    assert (answer.status_code, "pitchpit_jobs_waiting" in answer.text) == (status, status == 200)


def test_without_a_token_none_opens_the_numbers(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "")
    answer = client.get("/metrics", environ_overrides={"REMOTE_ADDR": "10.0.0.7"}, headers={"Authorization": "Bearer "})
    assert (answer.status_code, "pitchpit_jobs_waiting" in answer.text) == (404, False)


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
def test_two_processes_add_up_their_numbers(app, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "numbers").mkdir()
    environment = {
        **os.environ,
        "PYTHON_DOTENV_DISABLED": "1",
        "SECRET_KEY": "a key for tests alone",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "numbers"),
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "pitchpit.wsgi:app"]
    with (tmp_path / "log").open("w") as log, subprocess.Popen(command, env=environment, stderr=log) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            with ThreadPoolExecutor(8) as people:  # more at once than one process answers
                list(people.map(_look_for_nothing, [port] * 64))
            counts = [_numbers(port) for _ in range(6)]
        finally:
            server.terminate()
    used = {name.split("_")[-1] for name in os.listdir(tmp_path / "numbers")}
    assert counts == [64.0] * 6
    assert len(used) == 2, "both processes took part"


def _look_for_nothing(port):
    with contextlib.suppress(urllib.error.HTTPError):
        _get(f"http://127.0.0.1:{port}/nowhere")


def _numbers(port):
    shown = _get(f"http://127.0.0.1:{port}/metrics")
    (count,) = re.findall(r'pitchpit_request_seconds_count{endpoint="none",status="404"} (\S+)', shown)
    assert "pitchpit_jobs_waiting 0.0" in shown
    return float(count)


def _get(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def _wait_for(address):
    for _ in range(150):
        with contextlib.suppress(OSError):
            _get(address)
            return
        time.sleep(0.1)
    raise AssertionError("The server did not start.")
