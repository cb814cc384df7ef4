"""Notices in people's inboxes, and how each person wants to be told.

Neither table's `person_id` is a foreign key: people are a floor above, and their table comes in a later migration.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core.db import Model, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.notices.enums import Way

#: What the next digest tells.
WAITING = text("way = 'digest' AND mailed_at IS NULL AND read_at IS NULL")


class Notice(Row, Model):
    """Something that one person is told. Its title and link alone leave the house by mail.

    `way` is how it goes by mail, settled when it was written. Read and mailed once: `read_at` is written by `actions.mark_read` and
    `mark_all_read`, `mailed_at` by `post`.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_inbox", "person_id", "id"),
        Index("ix_notice_unread", "person_id", "read_at"),
        Index("ix_notice_subject", "subject_kind", "subject_id"),
        Index("ix_notice_waiting", "person_id", sqlite_where=WAITING, postgresql_where=WAITING),
    )
    person_id: Mapped[int]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    title: Mapped[str] = mapped_column(FreeText)
    body: Mapped[str] = mapped_column(FreeText)
    url: Mapped[str | None]  # a path on this site
    urgent: Mapped[bool]
    way: Mapped[Way] = mapped_column(Words(Way))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]


class NoticeChoice(Model):
    """How somebody wants to be told; who never chose has no row."""

    __tablename__ = "notice_choice"
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    way: Mapped[Way] = mapped_column(Words(Way), default=Way.DIGEST)
    quiet_hours: Mapped[bool] = mapped_column(default=True)
