"""No patient's number in any column that people or imports write: a text column is FreeText, or stands here with its reason."""

import pytest
from flask import Flask
from sqlalchemy import JSON, Enum, String, Table, select, update
from sqlalchemy.exc import StatementError

from pitchpit.core.db import Base, db, transaction
from pitchpit.core.text import FreeText, PatientData

NUMBER = "450 557 7104"

OUR_WORDS = "a word of ours, chosen by the code"
DIGEST = "a digest or a token: figures in it mean nothing"
ADDRESS = "an address on this site, made by the code"
COPY = "a copy of columns that refuse"

#: What is written by the code alone, column by column.
MACHINE = {
    "access_record.subject_kind": OUR_WORDS,
    "decision.how": COPY,
    "event.also_kind": OUR_WORDS,
    "event.detail": "ids, numbers and states: `record` refuses personal text in it",
    "event.digests": DIGEST,
    "event.hash": DIGEST,
    "event.prev_hash": DIGEST,
    "event.subject_kind": OUR_WORDS,
    "event.verb": OUR_WORDS,
    "event_text.field": OUR_WORDS,
    "event_text.salt": DIGEST,
    "file.content_type": "one of the kinds we accept",
    "file.sha256": DIGEST,
    "form_key.body_digest": DIGEST,
    "form_key.key": DIGEST,
    "form_key.location": ADDRESS,
    "form_key.route": OUR_WORDS,
    "gate.evidence": COPY,
    "heartbeat.name": OUR_WORDS,
    "job.key": OUR_WORDS,
    "job.kind": OUR_WORDS,
    "job.last_error": "where in the code it failed, never what the error said",
    "job.payload": "ids for the worker",
    "lesson.subject_kind": OUR_WORDS,
    "login_session.device": "what a browser says of itself: a sign-in must not fail on it",
    "login_session.token_digest": DIGEST,
    "memo.fingerprint": DIGEST,
    "memo.kind": OUR_WORDS,
    "memo.subject": OUR_WORDS,
    "memo.value": "figures worked out from columns that refuse",
    "notice.kind": OUR_WORDS,
    "notice.subject_kind": OUR_WORDS,
    "notice.url": ADDRESS,
    "password_link.token_digest": DIGEST,
    "person.password_hash": DIGEST,
    "proposal.reference": "letters, year and counter, made by the code",
    "scheme.letters": "two to four letters",
    "search_audience.key": OUR_WORDS,
    "search_entry.kind": OUR_WORDS,
    "search_entry.outcome": OUR_WORDS,
    "search_entry.url": ADDRESS,
    "service.path": "numbers of services",
    "setting.key": OUR_WORDS,
    "setting.value": "a moment or a switch, written by the code",
    "throttle.key": DIGEST,
    "version.content": COPY,
    "waiting_form.path": ADDRESS,
}


def texts() -> dict[str, type]:
    """Every column that can hold text, but for the lists of words that the database itself checks."""
    return {
        f"{table.name}.{column.name}": type(column.type)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON | FreeText) and not isinstance(column.type, Enum)
    }


def test_every_text_column_refuses_or_says_why_it_need_not(app: Flask) -> None:
    assert {name: MACHINE.get(name) for name, kind in texts().items() if kind is not FreeText} == MACHINE


def test_every_free_text_column_refuses_an_nhs_number(app: Flask) -> None:
    """Written as an import or a script would, past every form and action."""
    stored = []
    for name, kind in texts().items():
        if kind is FreeText:
            table_name, column = name.split(".")
            table: Table = Base.metadata.tables[table_name]
            with pytest.raises(StatementError) as refused, transaction():
                db.session.execute(update(table).values({column: f"Bed 4, {NUMBER}"}))
            if not isinstance(refused.value.orig, PatientData):
                stored.append(name)
    assert stored == []


def test_asking_for_an_nhs_number_finds_nothing_and_breaks_nothing(app: Flask) -> None:
    for name, kind in texts().items():
        if kind is FreeText:
            table_name, column = name.split(".")
            wanted = Base.metadata.tables[table_name].c[column]
            assert db.session.scalar(select(wanted).where(wanted == NUMBER)) is None
            assert db.session.scalar(select(wanted).where(wanted.in_([NUMBER]))) is None
