"""What can be found, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, Select, Table, UniqueConstraint, delete, exists, select, update
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core.clock import now
from pitchpit.core.db import Model, Row, db, insert_into, is_writing
from pitchpit.core.text import FreeText

#: The audience key that everybody signed in holds.
EVERYONE = "everyone"


class SearchEntry(Row, Model):
    """One thing that can be found. Its text is a copy, which its feature may write again at any time."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    kind: Mapped[str]
    subject_id: Mapped[int]
    title: Mapped[str] = mapped_column(FreeText)
    body: Mapped[str] = mapped_column(FreeText)
    outcome: Mapped[str | None]  # one of our words as it is shown, never what somebody wrote
    url: Mapped[str]
    updated_at: Mapped[datetime]


class SearchAudience(Model):
    """Whoever holds this key may find the entry."""

    __tablename__ = "search_audience"
    __table_args__ = (Index(None, "key", "entry_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey(SearchEntry.id, ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


def keys_for(person: Any) -> set[str]:
    """The audience keys this person holds: everyone's, their own, those of their rights and of their service."""
    keys = {EVERYONE, f"person:{person.id}"} | {f"right:{right}" for right in person.rights}
    return keys | ({f"service:{person.service_id}"} if person.service_id else set())


def index(
    kind: str, subject_id: int, *, title: str, body: str, outcome: str | None, audience: Iterable[str], url: str
) -> None:
    """Let this be found by whoever holds one of the audience's keys, in the caller's transaction; replaces what was there."""
    _ensure_writing()
    entry = {"title": title, "body": body, "outcome": outcome, "url": url, "updated_at": now()}
    entries, audiences = cast(Table, SearchEntry.__table__), cast(Table, SearchAudience.__table__)
    keys = sorted(set(audience))
    added = insert_into(entries).on_conflict_do_nothing(index_elements=["kind", "subject_id"]).returning(entries.c.id)
    entry_id = db.session.execute(added, {"kind": kind, "subject_id": subject_id, **entry}).scalar()
    if entry_id is None:
        there = update(entries).where(entries.c.kind == kind, entries.c.subject_id == subject_id)
        entry_id = db.session.execute(there.values(entry).returning(entries.c.id)).scalar_one()
        others = (SearchAudience.entry_id == entry_id) & SearchAudience.key.not_in(keys)
        db.session.execute(delete(audiences).where(others))
    if keys:  # a list of rows beside the statement: one with them inside would be put together anew each time
        wider = insert_into(audiences).on_conflict_do_nothing()
        db.session.execute(wider, [{"entry_id": entry_id, "key": key} for key in keys])


def readdress(kind: str, keys: Select[int, str]) -> None:
    """Let many entries of one kind be found by other people than before, in the caller's transaction. Two statements, however many.

    `keys` are rows (subject_id, key): all keys of every entry that is in it. Entries that are not in it stay as they are.
    """
    _ensure_writing()
    subject_id, key = keys.subquery("keys").c
    of_them = select(SearchEntry.id, key.label("key")).join(SearchEntry, SearchEntry.subject_id == subject_id)
    wanted = of_them.where(SearchEntry.kind == kind).cte("wanted")
    stays = exists().where(wanted.c.id == SearchAudience.entry_id, wanted.c.key == SearchAudience.key)
    going = delete(SearchAudience).where(SearchAudience.entry_id.in_(select(wanted.c.id)), ~stays)
    db.session.execute(going.execution_options(synchronize_session=False))
    added = insert_into(SearchAudience).from_select(["entry_id", "key"], of_them.where(SearchEntry.kind == kind))
    db.session.execute(added.on_conflict_do_nothing())


def forget(kind: str, subject_id: int) -> None:
    """Let this be found by nobody any more, in the caller's transaction."""
    _ensure_writing()
    db.session.execute(delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.subject_id == subject_id))


def _ensure_writing() -> None:
    if not is_writing():
        raise RuntimeError("What can be found is written in the transaction of what it describes.")
