"""Recording and redacting: what is written, when, and what is forgotten."""

import contextlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Refused
from pitchpit.core.text import PatientData
from pitchpit.history import chain, queries
from pitchpit.history.actions import record, redact
from pitchpit.history.models import Event, EventText
from tests.history.conftest import ANN, BOB, IDEA, IG

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def events():
    return list(db.session.scalars(select(Event).order_by(Event.id)))


def texts():
    return list(db.session.scalars(select(EventText).order_by(EventText.event_id, EventText.field)))


def test_record_writes_the_event_with_its_transaction(app):
    with clock.at(MONDAY), transaction():
        record("idea.submitted", IDEA, actor=ANN, detail={"version": 1}, also=("round", 2))
        assert events() == []
    (event,) = events()
    assert (event.id, event.at, event.actor_id, event.verb) == (1, MONDAY, 1, "idea.submitted")
    assert (event.subject_kind, event.subject_id, event.also_kind, event.also_id) == ("idea", 7, "round", 2)
    assert (event.details, event.digests, event.prev_hash) == ({"version": 1}, "{}", chain.GENESIS)


def test_events_of_one_transaction_follow_each_other(app):
    with transaction():
        record("idea.scored", IDEA, actor=ANN)
        record("idea.scored", IDEA, actor=BOB)
    with transaction():
        record("idea.scored", IDEA, actor=None)
    first, second, third = events()
    assert [first.id, second.id, third.id] == [1, 2, 3]
    assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
    assert [event.actor_id for event in events()] == [1, 2, None]
    assert queries.head() == queries.Head(3, third.hash)


def test_things_get_their_number_by_the_time_the_transaction_is_saved(app):
    """Any row will do: a text of another event has no number of its own, so an event is it."""
    thing = type("Thing", (), {"history_kind": "idea", "id": None})()
    with transaction():
        record("idea.scored", thing, actor=ANN)
        thing.id = 41
    assert [(event.subject_kind, event.subject_id) for event in events()] == [("idea", 41)]


def test_kind_is_the_name_of_the_table_unless_the_row_says_otherwise(app):
    thing = type("Thing", (), {"__tablename__": "milestone", "id": 5})()
    with transaction():
        record("idea.scored", thing, actor=ANN)
    assert [(event.subject_kind, event.subject_id) for event in events()] == [("milestone", 5)]


def test_texts_stand_beside_the_event_and_empty_ones_are_left_out(app):
    with transaction():
        record("idea.declined", IDEA, actor=ANN, texts={"reason": "Too dear", "feedback": "", "note": None})
    (event,), (text,) = events(), texts()
    assert (text.event_id, text.field, text.text, text.redacted_at) == (1, "reason", "Too dear", None)
    assert event.digests == chain.canonical({"reason": chain.digest(text.salt, "Too dear")})
    assert "Too dear" not in "".join(str(value) for value in vars(event).values())


def test_unknown_verb_is_an_error_at_once(app):
    with pytest.raises(ValueError, match=r"knows no verb “idea\.eaten”"), transaction():
        record("idea.eaten", IDEA, actor=ANN)


def test_detail_that_the_sentence_needs_must_be_there(app):
    with pytest.raises(ValueError, match="is told with version"), transaction():
        record("idea.submitted", IDEA, actor=ANN)


def test_person_that_the_sentence_names_must_be_given(app):
    with pytest.raises(ValueError, match=r"work\.opened names a person"), transaction():
        record("work.opened", ("work", 1), actor=ANN, also=IDEA)


def test_nhs_number_is_stopped_at_once(app):
    with transaction(), pytest.raises(PatientData):
        record("idea.declined", IDEA, actor=ANN, texts={"reason": "About 401 023 2137"})
    assert events() == []


def test_record_needs_a_write_transaction(app):
    with pytest.raises(RuntimeError, match="History is written in a write transaction"):
        record("idea.scored", IDEA, actor=ANN)


def test_rolled_back_events_are_forgotten(app):
    with contextlib.suppress(ZeroDivisionError), transaction():
        record("idea.scored", IDEA, actor=ANN)
        raise ZeroDivisionError
    with transaction():
        record("idea.scored", IDEA, actor=BOB)
    assert [(event.id, event.actor_id) for event in events()] == [(1, 2)]


def test_savepoint_takes_its_events_with_it(app):
    with transaction():
        record("idea.scored", ("idea", 1), actor=ANN)
        with db.session.begin_nested() as outer:
            record("idea.scored", ("idea", 2), actor=ANN)
            with db.session.begin_nested():
                record("idea.scored", ("idea", 3), actor=ANN)
            outer.rollback()
        with db.session.begin_nested():
            record("idea.scored", ("idea", 4), actor=ANN)
        record("idea.scored", ("idea", 5), actor=ANN)
    assert [event.subject_id for event in events()] == [1, 4, 5]
    assert queries.verify() is None


def test_failing_flush_in_a_savepoint_takes_its_events_with_it(app):
    with transaction():
        record("idea.declined", ("idea", 1), actor=ANN, texts={"reason": "Too dear"})
    with transaction():
        record("idea.scored", ("idea", 2), actor=ANN)
        with contextlib.suppress(IntegrityError), db.session.begin_nested():
            record("idea.scored", ("idea", 3), actor=ANN)
            db.session.add(EventText(event_id=1, field="reason", salt="ab", text="Another"))
            db.session.flush()  # raises: the text is there already
        record("idea.scored", ("idea", 4), actor=ANN)
    assert [event.subject_id for event in events()] == [1, 2, 4]


def test_redacting_a_text_leaves_a_marker_and_an_event(app):
    with transaction():
        record("idea.declined", IDEA, actor=ANN, texts={"reason": "Ward 7's Mr Smith"})
    with clock.at(MONDAY), transaction():
        assert redact(texts()[0], actor=IG, reason="Names a patient") == 1
    declined, redacted = events()
    gone, why = texts()
    assert (gone.text, gone.salt, gone.redacted_at) == ("[redacted]", "", MONDAY)
    assert (redacted.verb, redacted.actor_id, redacted.subject_kind, redacted.subject_id) == (
        "history.redacted",
        3,
        "idea",
        7,
    )
    assert redacted.details == {"event": declined.id, "field": "reason"}
    assert (why.event_id, why.field, why.text) == (2, "reason", "Names a patient")
    assert queries.verify() is None


def test_redacting_a_subject_takes_all_texts_of_all_its_events(app):
    with transaction():
        record("idea.declined", IDEA, actor=ANN, texts={"reason": "One", "feedback": "Two"})
        record("idea.declined", ("work", 1), actor=ANN, texts={"reason": "Three"}, also=IDEA)
        record("idea.declined", ("idea", 8), actor=ANN, texts={"reason": "Four"})
    with transaction():
        assert redact(IDEA, actor=IG, reason="Asked for") == 3
    with transaction():
        assert redact(IDEA, actor=IG, reason="Asked again") == 0
    assert [text.text for text in texts()][:4] == ["[redacted]", "[redacted]", "[redacted]", "Four"]
    assert [event.verb for event in events()] == ["idea.declined"] * 3 + ["history.redacted"] * 3
    assert queries.verify() is None


@pytest.mark.parametrize(
    ("actor", "reason", "answer"),
    [(ANN, "Because", "Only information governance can redact."), (IG, "  ", "Say why this text has to go.")],
)
def test_redacting_needs_the_right_and_a_reason(app, actor, reason, answer):
    with transaction():
        record("idea.declined", IDEA, actor=ANN, texts={"reason": "Too dear"})
    with pytest.raises(Refused, match=answer), transaction():
        redact(IDEA, actor=actor, reason=reason)
    assert [text.text for text in texts()] == ["Too dear"]
