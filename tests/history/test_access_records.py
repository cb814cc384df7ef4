"""Access records: what is kept of who saw what, and that nobody changes it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.history.actions import note_access
from pitchpit.history.enums import Access
from pitchpit.history.models import AccessRecord
from tests.history.conftest import ANN, BOB, IDEA

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

ATTACKS = [
    "UPDATE access_record SET person_id = 99",
    "UPDATE access_record SET at = '2020-01-01'",
    "DELETE FROM access_record",
]
ATTACKS_ON_SQLITE = [
    "INSERT OR REPLACE INTO access_record (id, at, person_id, access, subject_kind)"
    " VALUES (1, '2026-11-23', 99, 'viewed', 'idea')",
]
ATTACKS_ON_POSTGRESQL = ["TRUNCATE access_record"]


def kept():
    """Every access record as it stands."""
    db.session.rollback()
    asked = select(
        AccessRecord.id,
        AccessRecord.at,
        AccessRecord.person_id,
        AccessRecord.access,
        AccessRecord.subject_kind,
        AccessRecord.subject_id,
    )
    return [tuple(row) for row in db.session.execute(asked.order_by(AccessRecord.id))]


def test_a_record_says_who_saw_what_and_when(app):
    with clock.at(MONDAY):
        numbers = [note_access(ANN, Access.VIEWED, IDEA), note_access(BOB, Access.EXPORTED, "idea")]
    assert numbers == [1, 2]
    assert kept() == [
        (1, MONDAY, 1, Access.VIEWED, "idea", 7),
        (2, MONDAY, 2, Access.EXPORTED, "idea", None),
    ]


def test_it_is_kept_beside_what_the_page_reads_and_whatever_becomes_of_the_page(app):
    db.session.execute(select(AccessRecord)).all()  # the page reads
    note_access(ANN, Access.VIEWED, IDEA)
    db.session.rollback()
    assert [row[2:] for row in kept()] == [(1, Access.VIEWED, "idea", 7)]


def test_it_is_not_written_where_it_could_be_undone(app):
    with pytest.raises(RuntimeError), transaction():
        note_access(ANN, Access.VIEWED, IDEA)
    assert kept() == []


def test_nobody_changes_one_afterwards(app, raw):
    note_access(ANN, Access.VIEWED, IDEA)
    before = kept()
    own = ATTACKS_ON_SQLITE if db.engine.dialect.name == "sqlite" else ATTACKS_ON_POSTGRESQL
    for attack in ATTACKS + own:
        with pytest.raises(DBAPIError, match="An access record is never"):
            raw(attack)
    assert kept() == before
