"""Timelines: to each only what they may know, at the same cost however long."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.history.actions import record, redact
from pitchpit.history.enums import ADMIN, AUTHORS, EVERYONE, PANEL, TRIAGE
from pitchpit.history.queries import Shown, in_words, timeline
from tests.history.conftest import ANN, BOB, IDEA, IG

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def sentences(*audiences, subjects=(IDEA,)):
    return [entry.sentence for entry in timeline(subjects, audiences).rows]


@pytest.fixture
def story(people):
    with clock.at(MONDAY), transaction():
        record("idea.submitted", IDEA, actor=ANN, detail={"version": 2})
        record("idea.scored", IDEA, actor=BOB)
        record("idea.declined", IDEA, actor=BOB, texts={"reason": "Too dear", "feedback": "Ask for less"})
        record("idea.scored", ("idea", 8), actor=BOB)


def test_timeline_tells_everyone_the_open_part(story):
    assert sentences() == sentences(EVERYONE) == ["Bob Example declined it", "Handed in as version 2"]


def test_timeline_tells_the_panel_the_scoring_and_not_the_author(story):
    assert sentences(PANEL) == ["Bob Example declined it", "Bob Example scored it", "Handed in as version 2"]


def test_timeline_names_the_author_to_the_team_and_to_triage(story):
    assert sentences(AUTHORS) == ["Bob Example declined it", "Ann Example handed in version 2"]
    assert sentences(TRIAGE) == ["Bob Example declined it", "Ann Example handed in version 2"]


def test_hidden_actor_is_nowhere_in_the_entry(story):
    submitted = timeline([IDEA], {PANEL}).rows[-1]
    assert (submitted.actor, submitted.actor_id) == (None, None)
    declined = timeline([IDEA], {PANEL}).rows[0]
    assert (declined.actor, declined.actor_id, declined.at) == ("Bob Example", 2, MONDAY)


def test_texts_are_shown_to_their_own_audience(story):
    reason, feedback = Shown("Reason", "Too dear", False), Shown("Feedback", "Ask for less", False)
    assert timeline([IDEA], {EVERYONE}).rows[0].texts == (reason,)
    assert timeline([IDEA], {AUTHORS}).rows[0].texts == (feedback, reason)


def test_redacted_text_is_shown_as_its_marker(story):
    with transaction():
        redact(IDEA, actor=IG, reason="Asked for")
    assert timeline([IDEA], {EVERYONE}).rows[0].texts == (Shown("Reason", "[redacted]", True),)


def test_timeline_follows_a_thing_named_second(people):
    with transaction():
        record("work.opened", ("work", 1), actor=BOB, also=("person", 1))
    assert sentences(subjects=[("work", 1)]) == ["Bob Example made Ann Example its lead"]
    assert sentences(subjects=[("person", 1)]) == ["Bob Example made Ann Example its lead"]


def test_event_about_a_person_names_them(people):
    with transaction():
        record("person.renamed", ("person", 2), actor=ANN)
        record("work.opened", ("person", 2), actor=ANN, also=("person", 3))
    assert sentences(ADMIN, subjects=[("person", 2)]) == [
        "Ann Example made Ida Example its lead",
        "Ann Example gave Bob Example another name",
    ]


def test_timeline_of_several_things_is_one_story(story):
    assert sentences(PANEL, subjects=[IDEA, ("idea", 8)])[0] == "Bob Example scored it"
    assert len(sentences(PANEL, subjects=[IDEA, ("idea", 8)])) == 4
    assert sentences(PANEL, subjects=[]) == []


def test_system_and_unknown_people_have_a_name_too(people):
    with transaction():
        record("idea.declined", IDEA, actor=None)
        record("idea.declined", IDEA, actor=99)
    assert sentences() == ["Somebody declined it", "Pitchpit declined it"]


def test_detail_is_told_in_words(people):
    with transaction():
        detail = {"amount_pence": 123450, "ends_on": date(2026, 12, 1), "parts": ["staff_time", "kit", "travel"]}
        record("idea.funded", IDEA, actor=ANN, detail=detail)
    assert sentences() == ["Given £1,234.50 until 1 December 2026: staff time, kit and travel"]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("due_at", "2026-06-30T23:30:00.000000Z", "1 July 2026"),
        ("theme", None, "nothing"),
        ("parts", [], ""),
        ("parts", ["kit"], "kit"),
        ("count", 3, "3"),
    ],
)
def test_fields_in_words(key, value, words):
    assert in_words(key, value) == words


def test_timeline_pages_by_key_and_leaves_no_gap_where_something_is_hidden(people):
    with transaction():
        for number in range(9):
            record("idea.declined" if number % 2 else "idea.scored", IDEA, actor=number)
    first = timeline([IDEA], {EVERYONE}, size=3)
    assert [entry.actor_id for entry in first.rows] == [7, 5, 3]
    second = timeline([IDEA], {EVERYONE}, after=first.next, size=3)
    assert ([entry.actor_id for entry in second.rows], second.next) == ([1], None)


@pytest.mark.parametrize("count", [1, 30])
def test_timeline_costs_the_same_however_long(people, statements, count):
    with transaction():
        for _ in range(count):
            record("idea.declined", IDEA, actor=ANN, texts={"reason": "Too dear"})
    with statements() as sql:
        assert len(timeline([IDEA, ("work", 3)], {EVERYONE}).rows) == count
    assert len(sql) == 2


@pytest.mark.only_on("sqlite")
def test_timeline_is_found_by_its_indexes(people, statements):
    with statements() as sql:
        timeline([IDEA, ("work", 3)], {EVERYONE})
    plan = db.session.execute(text("EXPLAIN QUERY PLAN " + sql[0].replace("?", "1"))).all()
    steps = "\n".join(row.detail for row in plan)
    assert "SCAN" not in steps, steps
    assert "ix_event_subject" in steps, steps
    assert "ix_event_also" in steps, steps
