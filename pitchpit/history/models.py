"""Events, the texts beside them, and access records. Triggers in the database refuse every change but a redaction."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core.db import Model, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.history.chain import MARKER
from pitchpit.history.enums import Access


class Event(Model):
    """Something that somebody did. Written by `actions.record` alone, as its transaction is saved; never changed, never deleted.

    `id` has no gaps: it is given under the chain's lock. `actor_id` is the person, None where the system did it; it has no foreign key
    because people are a floor above, and because an event outlives whatever it is about.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("(also_kind IS NULL) = (also_id IS NULL)", name="also"),
        Index("ix_event_subject", "subject_kind", "subject_id", "id"),
        Index("ix_event_also", "also_kind", "also_id", "id"),
        Index("ix_event_actor", "actor_id", "id"),
        Index("ix_event_at", "at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    verb: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    also_kind: Mapped[str | None]
    also_id: Mapped[int | None]
    detail: Mapped[str]  # canonical JSON: ids, field names, numbers, states, dates
    digests: Mapped[str]  # canonical JSON: the salted digest of each text beside it
    prev_hash: Mapped[str] = mapped_column(unique=True)  # so the chain cannot fork
    hash: Mapped[str]

    @property
    def details(self) -> dict[str, Any]:
        """The detail as a dictionary."""
        return json.loads(self.detail)


class EventText(Model):
    """What a person wrote, beside the event it belongs to. Redaction puts a marker in its place and forgets its salt."""

    __tablename__ = "event_text"
    __table_args__ = (
        CheckConstraint(
            f"(redacted_at IS NULL) = (salt <> '') AND (redacted_at IS NULL OR text = '{MARKER}')", name="redacted"
        ),
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]
    text: Mapped[str] = mapped_column(FreeText)
    redacted_at: Mapped[datetime | None]


class AccessRecord(Row, Model):
    """Who saw something private, or took a file away, and when. Written by `actions.note_access` alone; never changed, never deleted.

    It is about (`subject_kind`, `subject_id`); a list as a whole has no number. It holds numbers alone, no foreign keys: it outlives
    whatever it is about.
    """

    __table_args__ = (
        Index("ix_access_record_person", "person_id", "id"),
        Index("ix_access_record_subject", "subject_kind", "subject_id", "id"),
    )
    at: Mapped[datetime]
    person_id: Mapped[int]
    access: Mapped[Access] = mapped_column(Words(Access))
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
