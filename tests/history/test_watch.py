"""The head of the chain in the log, and the story on a page."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, render_template_string

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, transaction
from pitchpit.core.paging import Page
from pitchpit.history import queries
from pitchpit.history.actions import record, redact
from pitchpit.history.enums import EVERYONE, IG
from pitchpit.history.models import EventText
from tests.history.conftest import ANN, IDEA
from tests.history.conftest import IG as IDA

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _unlogged(app: Flask):
    app.extensions.pop("pitchpit.history.head", None)


def test_head_goes_to_the_log_once_an_hour(app, caplog):
    with transaction():
        record("idea.scored", IDEA, actor=ANN)
    head = queries.head()
    with caplog.at_level(logging.INFO, "pitchpit.history"):
        for minutes in (0, 1, 29, 30):
            with clock.at(MONDAY + timedelta(minutes=minutes)):
                assert jobs.tick() == 0
    said = f"The head of history is event 1, hash {head.hash}"
    assert [one.getMessage() for one in caplog.records if one.name == "pitchpit.history.watch"] == [said, said]


def shown(page: Page) -> list[str]:
    html = render_template_string('{% from "history/timeline.html" import story %}{{ story(page) }}', page=page)
    text = html.replace("<", "\n<").splitlines()
    return [line for line in (line.partition(">")[2].strip() for line in text) if line]


def test_story_says_what_who_when_and_why(app, people):
    with clock.at(MONDAY), transaction():
        record("idea.declined", IDEA, actor=ANN, texts={"reason": "Too <dear>\n\nfor us"})
        record("idea.declined", IDEA, actor=ANN, texts={"reason": "Mr Smith"})
        record(
            "idea.funded", IDEA, actor=ANN, detail={"amount_pence": 30000, "ends_on": "2026-12-01", "parts": ["kit"]}
        )
    with clock.at(MONDAY), transaction():
        redact(db.session.get_one(EventText, (2, "reason")), actor=IDA, reason="Names a patient")
    with app.test_request_context("/ideas/7"), clock.at(MONDAY):
        assert shown(queries.timeline([IDEA], {EVERYONE})) == [
            "Given £300 until 1 December 2026: kit",
            "Ann Example,",
            "Mon 23 November at 09:30",
            "Ann Example declined it",
            "Reason: taken out by information governance",
            "Mon 23 November at 09:30",
            "Ann Example declined it",
            "Reason:",
            "Too &lt;dear&gt;",
            "for us",
            "Mon 23 November at 09:30",
        ]
        assert shown(queries.timeline([IDEA], {IG}))[0] == "Ida Example redacted “reason” from event 2"


def test_story_pages_and_says_when_it_is_empty(app, people):
    with transaction():
        for _ in range(3):
            record("idea.declined", IDEA, actor=ANN)
    with app.test_request_context("/inbox?tab=history"):
        assert shown(queries.timeline([IDEA], {EVERYONE}, size=2))[-1] == "Show the next ones"
        assert shown(queries.timeline([("idea", 8)], {EVERYONE})) == [
            "Nothing has happened here yet. What people do will be told here, newest first."
        ]
