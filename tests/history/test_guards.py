"""Attacks on history: by SQL, behind the triggers, and from eight connections at once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.history import chain
from pitchpit.history.actions import record, redact
from pitchpit.history.models import Event, EventText
from pitchpit.history.queries import Broken, Head, head, verify
from tests.history.conftest import ANN, IDEA, IG

ATTACKS = [
    "UPDATE event SET actor_id = 99 WHERE id = 2",
    "UPDATE event SET hash = hash WHERE id = 2",
    "DELETE FROM event WHERE id = 4",
    "DELETE FROM event_text WHERE event_id = 2",
    "UPDATE event_text SET text = 'Another' WHERE event_id = 2",
    "UPDATE event_text SET text = 'Another', salt = '', redacted_at = '2026-11-23' WHERE event_id = 2",
    "UPDATE event_text SET text = '[redacted]', redacted_at = '2026-11-23' WHERE event_id = 2",
    "UPDATE event_text SET text = '[redacted]', salt = '', redacted_at = '2026-11-23', field = 'note' WHERE event_id = 2",
    "UPDATE event_text SET text = 'Back again', salt = 'ab', redacted_at = NULL WHERE event_id = 3",
    "UPDATE event_text SET redacted_at = '2026-11-24' WHERE event_id = 3",
    "INSERT INTO event (id, at, verb, subject_kind, subject_id, detail, digests, prev_hash, hash)"
    " VALUES (9, '2026-11-23', 'idea.scored', 'idea', 7, '{}', '{}', (SELECT hash FROM event WHERE id = 4), 'x')",
    "INSERT INTO event (id, at, verb, subject_kind, subject_id, detail, digests, prev_hash, hash)"
    " VALUES (5, '2026-11-23', 'idea.scored', 'idea', 7, '{}', '{}', (SELECT hash FROM event WHERE id = 2), 'x')",
]
ATTACKS_ON_SQLITE = [
    "INSERT OR REPLACE INTO event (id, at, verb, subject_kind, subject_id, detail, digests, prev_hash, hash)"
    " VALUES (4, '2026-11-23', 'idea.scored', 'idea', 7, '{}', '{}', (SELECT hash FROM event WHERE id = 3), 'x')",
    "INSERT OR REPLACE INTO event_text (event_id, field, salt, text) VALUES (2, 'reason', 'ab', 'Another')",
    "REPLACE INTO event_text (event_id, field, salt, text) VALUES (2, 'reason', 'ab', 'Another')",
]
ATTACKS_ON_POSTGRESQL = [
    "TRUNCATE event, event_text",
    "TRUNCATE event_text",
    "INSERT INTO event_text (event_id, field, salt, text) VALUES (2, 'reason', 'ab', 'Another')"
    " ON CONFLICT (event_id, field) DO UPDATE SET text = 'Another'",
]


@pytest.fixture
def four(app):
    """Four events: the second with a text, the third with one that is redacted by the fourth."""
    with clock.at(datetime(2026, 11, 23, 9, 30, tzinfo=UTC)):
        with transaction():
            record("idea.scored", IDEA, actor=ANN)
            record("idea.declined", IDEA, actor=ANN, texts={"reason": "Too dear"})
            record("idea.declined", ("idea", 8), actor=ANN, texts={"reason": "Mr Smith"})
        with transaction():
            redact(("idea", 8), actor=IG, reason="Names a patient")


def rows():
    """All of history as it stands."""
    events, texts = Event.__table__, EventText.__table__
    return [
        db.session.execute(select(events).order_by(events.c.id)).all(),
        db.session.execute(select(texts).order_by(texts.c.event_id)).all(),
    ]


def refuses(raw, attack):
    before = rows()
    with pytest.raises(DBAPIError, match=r"History is never|A text in history|An event follows"):
        raw(attack)
    assert rows() == before
    assert verify() is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_database_refuses(four, raw, attack):
    refuses(raw, attack)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("attack", ATTACKS_ON_SQLITE)
def test_sqlite_refuses(four, raw, attack):
    refuses(raw, attack)


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("attack", ATTACKS_ON_POSTGRESQL)
def test_postgresql_refuses(four, raw, attack):
    refuses(raw, attack)


@pytest.fixture
def behind(raw):
    """Run SQL with the triggers out of the way, as somebody who owns the database could; they come back after."""

    def run(*sql):
        if db.engine.dialect.name == "postgresql":
            raw("SET LOCAL session_replication_role = replica", *sql)
            return
        triggers = (
            db.session.connection().exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        )
        raw(
            "PRAGMA defer_foreign_keys = ON",
            *(f"DROP TRIGGER {name}" for name, _ in triggers),
            *sql,
            *(made for _, made in triggers),
        )

    return run


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        (["UPDATE event SET actor_id = 99 WHERE id = 2"], Broken(2, "what it says was changed")),
        (["UPDATE event SET at = '2026-11-22 09:30:00' WHERE id = 1"], Broken(1, "what it says was changed")),
        (["UPDATE event SET detail = 'not even JSON' WHERE id = 3"], Broken(3, "what it says was changed")),
        (["UPDATE event SET hash = 'x' WHERE id = 3"], Broken(3, "what it says was changed")),
        (
            ["DELETE FROM event_text WHERE event_id = 2", "DELETE FROM event WHERE id = 2"],
            Broken(2, "it is gone"),
        ),
        (["DELETE FROM event WHERE id = 1"], Broken(1, "it is gone")),
        (
            ["DELETE FROM event_text WHERE event_id = 2"],
            Broken(2, "the texts beside it are not those it was written with"),
        ),
        (
            ["INSERT INTO event_text (event_id, field, salt, text) VALUES (1, 'reason', 'ab', 'Another')"],
            Broken(1, "the texts beside it are not those it was written with"),
        ),
        (["UPDATE event_text SET text = 'Cheap' WHERE event_id = 2"], Broken(2, "its text “reason” was changed")),
    ],
)
def test_verify_names_the_row_that_was_tampered_with(four, behind, tampering, broken):
    behind(*tampering)
    assert verify() == broken
    assert str(broken).startswith(f"History is broken at event {broken.event_id}: ")


def test_verify_finds_a_rewritten_link(four, behind):
    """Event 2 changed and its own hash made to fit: the next event gives it away."""
    forged = db.session.execute(select(Event.__table__).where(Event.id == 2)).one()
    forged = type("Forged", (), {**forged._mapping, "actor_id": 99})
    behind(f"UPDATE event SET actor_id = 99, hash = '{chain.link(forged.prev_hash, forged)}' WHERE id = 2")
    assert verify() == Broken(3, "it does not follow the event before it")


def test_verify_finds_a_text_that_nobody_redacted(four, raw):
    """The trigger lets this one change through; the missing event tells."""
    raw("UPDATE event_text SET text = '[redacted]', salt = '', redacted_at = '2026-11-23' WHERE event_id = 2")
    assert verify() == Broken(2, "its text “reason” is marked as redacted, and nobody redacted it")


def test_cut_tail_shows_against_a_head_written_down_before(four, behind):
    written_down = head()
    assert verify(written_down) is None
    behind("DELETE FROM event_text WHERE event_id >= 3", "DELETE FROM event WHERE id >= 3")
    assert verify() is None
    assert verify(written_down) == Broken(3, "it is gone, and so is all after it up to event 4")


def test_rewritten_past_shows_against_a_head_written_down_before(four):
    assert verify(Head(3, "0" * 64)) == Broken(3, "it is another than the one written down before")


def test_empty_history_is_whole(app):
    assert (verify(), head()) == (None, Head(0, chain.GENESIS))


def test_verify_reads_a_long_chain_in_bites(app, statements):
    with transaction():
        for number in range(2100):
            record("idea.scored", ("idea", number), actor=ANN)
    with statements() as sql:
        assert verify() is None
    assert len(sql) == 2 * 3 + 1
    assert len(db.session.identity_map) == 0


@pytest.mark.attack
def test_appends_from_eight_connections_make_one_chain_without_forks_or_gaps(app, at_once):
    def append(number):
        def call():
            for turn in range(10):
                with transaction():
                    record("idea.declined", ("idea", number), actor=number, texts={"reason": f"Turn {turn}"})
                    record("idea.scored", ("idea", number), actor=number)
            return "saved"

        return call

    assert at_once(*map(append, range(8))) == ["saved"] * 8
    events = db.session.execute(select(Event.id, Event.prev_hash, Event.hash).order_by(Event.id)).all()
    assert [event.id for event in events] == list(range(1, 161))
    assert [event.prev_hash for event in events] == [chain.GENESIS, *(event.hash for event in events[:-1])]
    assert verify() is None
