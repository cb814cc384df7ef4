"""The database: types, the base of every table, and who opens a transaction when.

Reading needs nothing: the first statement of a request opens a read transaction. Writing happens in `transaction()` alone
(`core.access.commits` opens one for a POST, the command line and the worker open their own). On SQLite that is BEGIN IMMEDIATE,
so a writer waits at the door instead of failing half-way; on PostgreSQL, rows that a rule depends on are locked by `locked()`.
A flush outside a write transaction is a mistake and raises.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC as UTC_ZONE
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    Select,
    Text,
    bindparam,
    event,
)
from sqlalchemy import DateTime as DatabaseDateTime
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

#: The order in which rows are locked, so that two people can never wait for each other. The history chain comes after all.
LOCK_ORDER = ("round", "proposal", "scorecard", "project", "measure")

_writing: ContextVar[bool] = ContextVar("pitchpit_writing", default=False)
_changing_schema: ContextVar[bool] = ContextVar("pitchpit_changing_schema", default=False)


class UTC(TypeDecorator[datetime]):
    """A moment, aware and in UTC, on either database; a naive one is refused."""

    impl = DatabaseDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone: use pitchpit.core.clock.")
        return value.astimezone(UTC_ZONE)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC_ZONE) if value.tzinfo is None else value.astimezone(UTC_ZONE)


class Base(DeclarativeBase):
    """The base of every table; constraint names follow one pattern, so that migrations can name them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UTC(), str: Text()},
    )


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:  # type checkers cannot follow `db.Model`
    Model = Base
else:
    Model = db.Model

#: A whole number of eight bytes on either database.
Large = BigInteger().with_variant(Integer, "sqlite")

#: Whole pence: four bytes end at 21 million pounds.
Pence = Large


def Words(enum: type[StrEnum], name: str | None = None) -> Enum:  # noqa: N802  # reads as a column type
    """A column that holds one of the words of `enum`; the database refuses any other.

    `name` tells two columns of one table apart.
    """
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name or _snake(enum.__name__),
        values_callable=_values,
    )


def _values(enum: type[StrEnum]) -> list[str]:
    return [word.value for word in enum]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


class Row:
    """A table with a number of its own."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Edited:
    """A row that people edit: `edit` goes up by one with every save, so that a stale save is caught.

    (Never to be mistaken for a proposal's *version*.) Call `core.rules.ensure_fresh` before writing.
    """

    edit: Mapped[int] = mapped_column(default=1, sort_order=1)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # `_begin` says BEGIN, and says which kind
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "do_connect")
def _refuse_to_begin_anew(dialect: Dialect, _record: Any, arguments: Any, _named: Any) -> None:
    """SQLite makes an empty database where a file has gone, and would go on in that: only migrations may make one."""
    if dialect.name == "sqlite" and not _changing_schema.get() and (file := _file_named(arguments)) is not None:
        _id_of(file)


@event.listens_for(Pool, "connect")
def _remember_file(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        named = connection.execute("PRAGMA database_list").fetchone()[2]
        record.info["file"] = (named, _id_of(named)) if named else None


@event.listens_for(Pool, "checkout")
def _leave_a_file_that_was_replaced(_connection: Any, record: Any, _proxy: Any) -> None:
    """A connection to a file that was moved away, or put back from elsewhere, would go on in the old one: take a new one."""
    if (file := record.info.get("file")) and _id_or_none(file[0]) != file[1]:
        raise DisconnectionError("The database file is another one now.")


def _file_named(arguments: Any) -> str | None:
    """The file that SQLite is asked to open; None for a database in memory."""
    name = str(arguments[0]) if arguments else ""
    return None if name in ("", ":memory:") or name.startswith("file:") else name


def _id_of(file: str) -> tuple[int, int]:
    """Which file this is now, whatever it is called. Raises sqlite3.OperationalError where there is none."""
    if (found := _id_or_none(file)) is None:
        raise sqlite3.OperationalError(
            "there is no database file yet, or it has gone: to make one, run `pitchpit init`"
        )
    return found


def _id_or_none(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@event.listens_for(Session, "before_flush")
def _refuse_writing_while_reading(session: Session, _context: Any, _instances: Any) -> None:
    if not _writing.get() and (session.new or session.dirty or session.deleted):
        raise RuntimeError("Something was changed outside a write transaction: use core.db.transaction() or @commits.")


def is_writing() -> bool:
    """Whether a write transaction is open here."""
    return _writing.get()


@contextmanager
def transaction() -> Iterator[None]:
    """One write transaction: all of what happens inside is saved together, or none of it.

    What was only read before is read again, so that no rule is asked about an old row.
    Raises RuntimeError inside another one: an action never opens its own.
    """
    if _writing.get():
        raise RuntimeError("A write transaction is open already.")
    db.session.rollback()
    token = _writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def schema_change() -> Iterator[Connection]:
    """One write transaction for migrations.

    On SQLite a changed table is copied and dropped, so foreign keys are switched off around it and checked as a whole before the commit
    (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"). Raises RuntimeError for a row that
    then points nowhere.
    """
    with _may_make_a_file(), db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        embedded = raw if isinstance(raw, sqlite3.Connection) else None
        if embedded:
            embedded.execute("PRAGMA foreign_keys=OFF")
        token = _writing.set(True)
        try:
            with connection.begin():
                yield connection
                if embedded and (lost := embedded.execute("PRAGMA foreign_key_check").fetchall()):
                    raise RuntimeError(f"The migration leaves rows that point nowhere: {lost[:3]}")
        finally:
            _writing.reset(token)
            if embedded:
                embedded.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _may_make_a_file() -> Iterator[None]:
    token = _changing_schema.set(True)
    try:
        yield
    finally:
        _changing_schema.reset(token)


@contextmanager
def own_transaction(*, patience: float | None = None) -> Iterator[Connection]:
    """A short write transaction on a connection of its own, beside whatever the session is reading: loaded objects stay usable.

    For what must be kept although the request changes nothing or is refused (throttle, memo, heartbeat). `patience` is how many seconds
    to wait for other writers before giving up with an OperationalError.
    Raises RuntimeError inside `transaction()`: on SQLite the two would wait for each other.
    """
    if _writing.get():
        raise RuntimeError("A write transaction is open already: write in it.")
    with db.engine.connect() as connection, _patient(connection, patience):
        token = _writing.set(True)
        try:
            begun = connection.begin()
        finally:
            _writing.reset(token)
        with begun:
            if patience is not None and connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")
            yield connection


@contextmanager
def _patient(connection: Connection, patience: float | None) -> Iterator[None]:
    """On SQLite, wait this long for another writer, and as before afterwards."""
    raw = connection.connection.driver_connection
    if patience is None or not isinstance(raw, sqlite3.Connection):
        yield
        return
    (before,) = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout = {before}")


class Somebody:
    """A person that is not known yet: what `SOMEBODY` is."""

    id: Any = bindparam("person_id", type_=Integer)


#: They stand for the person, the day and the moment in a statement that is `put_together_once`.
SOMEBODY, TODAY, NOW = Somebody(), bindparam("today", type_=Date()), bindparam("now", type_=UTC())

B = TypeVar("B", bound=Callable[..., Any])


def put_together_once(build: B) -> B:
    """For a function that gives a statement with stand-ins: it is kept and run again and again, with {"person_id": person.id, ...}.

    Putting a long statement together takes far longer than running it. Raises RuntimeError for one that has a day or a moment in it: it would
    be that of the first call for ever.
    """

    @lru_cache
    @wraps(build)
    def built(*asked: Any) -> Any:
        statement = build(*asked)
        if any(isinstance(value, date) for value in statement.compile().params.values()):
            raise RuntimeError(
                f"{build.__qualname__} is put together once, and has a day or a moment in it: use TODAY or NOW."
            )
        return statement

    return built  # type: ignore[return-value]  # called as before


def insert_into(table: Any) -> Any:
    """An INSERT that knows ON CONFLICT, which both databases have and the common INSERT has not."""
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(table)


S = TypeVar("S", bound=Select[Any])


def locked(select: S, *, change: bool = True, of: Any = None, share: bool = False) -> S:
    """The same select, with its rows locked for a change and read afresh; unchanged where `change` is false.

    `share` is for what must stay as it is until the commit, and is not changed: several may hold it so, and whoever changes it waits for them.
    Lock in the order of `LOCK_ORDER`, and never for a change what is held in share already. SQLite has one writer at a time and needs no row locks. PostgreSQL reads the rows it joins to a locked
    one as they were before it waited for the lock: what a rule depends on is loaded by `selectinload`, never by `joinedload`.
    """
    if not change:
        return select
    return select.with_for_update(of=of, read=share).execution_options(populate_existing=True)


def database_url(text: str) -> str:
    """The address as SQLAlchemy wants it: `postgres://` and `postgresql://` both mean psycopg."""
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    return text
