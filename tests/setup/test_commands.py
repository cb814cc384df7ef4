"""What the command line says when something is wrong."""

from __future__ import annotations

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
