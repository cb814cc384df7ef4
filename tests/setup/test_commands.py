"""What the command line says when something is wrong."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from flask import Flask

from pitchpit import cli
from pitchpit.core import jobs
from pitchpit.core.ports import Port


@pytest.fixture
def ticks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Port:
    """A port of this test's own for what looks for due things."""
    monkeypatch.setattr(jobs, "ticks", Port(f"test.ticks.{id(monkeypatch)}"))
    return jobs.ticks


def broken() -> None:
    raise ZeroDivisionError


def test_cron_is_told_whether_all_that_is_due_was_looked_for(app: Flask, ticks: Port, capsys) -> None:
    look = cli.tick.callback.__wrapped__  # as the command does it, in this test's application
    look()
    assert capsys.readouterr().out == "What is due has been queued.\n"
    ticks.add(app, broken)
    with pytest.raises(
        click.ClickException, match=r"Some of it could not be looked for \(1\): the log above says where."
    ):
        look()
    assert capsys.readouterr().out == ""


# What gunicorn loads, without our own command around it.

ROOT = Path(__file__).resolve().parents[2]


def served_alone(var: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """gunicorn on the application, until it gives up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "DATABASE_URL")}
    environment |= {"PITCHPIT_VAR": str(var), "PITCHPIT_ENV": "production", **settings}
    gunicorn = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--log-level=critical"]
    return subprocess.run(
        [*gunicorn, "pitchpit.wsgi:app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_gunicorn_alone_gives_up_on_a_demo_in_production_with_one_sentence(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "pitchpit.db") as made:
        made.execute("CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT)")
        made.execute("INSERT INTO setting VALUES ('demo.loaded_at', '2026-11-23T09:00:00+00:00')")
    ended = served_alone(tmp_path, SECRET_KEY="k" * 64)
    assert ended.returncode == 3
    assert ended.stderr.splitlines() == [
        "This database holds the demo story. Production needs a database of its own: set DATABASE_URL to it."
    ]


def test_gunicorn_alone_gives_up_without_a_secret_with_one_sentence(tmp_path: Path) -> None:
    ended = served_alone(tmp_path)
    assert ended.returncode == 3
    assert ended.stderr.splitlines() == [
        "Production needs SECRET_KEY: set it to at least 32 random characters (openssl rand -hex 32)."
    ]
