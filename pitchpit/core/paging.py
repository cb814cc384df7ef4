"""Pages of a long list, by key: page 200 costs what page 1 costs, and a row that comes in between shifts nothing."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, or_, select, tuple_
from sqlalchemy.types import TypeDecorator, TypeEngine

from pitchpit.core.db import db

T = TypeVar("T")
Direction = Literal["asc", "desc"]

#: The longest cursor anybody gets from us is far shorter.
LONGEST_CURSOR = 2000


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of one page; `next` and `previous` are the cursors for its neighbours, None where there is none."""

    rows: Sequence[T]
    next: str | None = None
    previous: str | None = None

    def __bool__(self) -> bool:
        return bool(self.rows)


def page(
    select_: Select[Any], *, order: Sequence[tuple[Any, Direction]], after: str | None = None, size: int = 50
) -> Page[Any]:
    """The page of `select_` that the cursor `after` asks for, in one statement; the first one for no cursor, or one that we did not make.

    `order` ends with a column that makes it unique (the id). Where all its columns are NOT NULL and go the same way, an index on them serves
    every page. Empty values come last. A cursor shows the values it was made from: never order by what the person may not see.
    A select of one thing gives the things, of several columns gives rows.
    """
    keys = [_Key(column, direction) for column, direction in order]
    backwards, values = _read(after, keys)
    turned = [key.turned() for key in keys] if backwards else keys
    asked = select_.order_by(None).order_by(*(part for key in turned for part in key.order_by()))
    asked = asked.add_columns(*(key.column.label(f"page_key_{number}") for number, key in enumerate(keys)))
    if values is not None:
        asked = asked.where(_beyond(turned, values))
    found = db.session.execute(asked.limit(size + 1)).all()
    more = len(found) > size
    found = found[:size]
    if backwards:
        found = found[::-1]

    def cursor(row: Any, back: bool) -> str:
        return _cursor(row[-len(keys) :], backwards=back)

    return Page(
        rows=[row[0] for row in found] if len(select_.column_descriptions) == 1 else found,
        next=cursor(found[-1], False) if found and (backwards or more) else None,
        previous=cursor(found[0], True) if found and (more if backwards else values is not None) else None,
    )


def capped_count(select_: Select[Any], cap: int = 100) -> str:
    """How many rows there are, as a person reads it: "37", or "100+" without counting on. One statement.

    `select_` has neither DISTINCT nor GROUP BY.
    """
    rows: Select[Any] = (
        select_.order_by(None)
        .with_only_columns(literal_column("1").label("one"), maintain_column_froms=True)
        .limit(cap + 1)
    )
    number = db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    return f"{cap}+" if number > cap else str(number)


class _Key:
    """One column of an order, and the way it goes."""

    def __init__(self, column: Any, direction: Direction) -> None:
        if direction not in ("asc", "desc"):
            raise ValueError(f"An order goes asc or desc, not {direction!r}.")
        self.column: ColumnElement[Any] = getattr(column, "expression", column)
        self.direction: Direction = direction
        self.empties_first = False

    def turned(self) -> _Key:
        """The same, the other way round."""
        other = _Key(self.column, "asc" if self.direction == "desc" else "desc")
        other.empties_first = not self.empties_first
        return other

    @property
    def nullable(self) -> bool:
        return getattr(self.column, "nullable", True) is not False

    def order_by(self) -> list[ColumnElement[Any]]:
        column = self.column.asc() if self.direction == "asc" else self.column.desc()
        if not self.nullable:
            return [column]
        empty = self.column.is_(None)
        return [empty.desc() if self.empties_first else empty.asc(), column]

    def bound(self, value: Any) -> Any:
        return literal(value, self.column.type)

    def beyond(self, value: Any) -> ColumnElement[bool] | None:
        """What comes strictly after `value`; None where nothing does."""
        if value is None:
            return self.column.is_not(None) if self.empties_first else None
        further = self.column > self.bound(value) if self.direction == "asc" else self.column < self.bound(value)
        return or_(further, self.column.is_(None)) if self.nullable and not self.empties_first else further

    def equal(self, value: Any) -> ColumnElement[bool]:
        return self.column.is_(None) if value is None else self.column == self.bound(value)


def _beyond(keys: Sequence[_Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that come after the one with these values."""
    if not any(key.nullable for key in keys) and len({key.direction for key in keys}) == 1:
        columns = tuple_(*(key.column for key in keys))
        bounds = tuple_(*(key.bound(value) for key, value in zip(keys, values, strict=True)))
        return columns > bounds if keys[0].direction == "asc" else columns < bounds
    ways = []
    for number, key in enumerate(keys):
        if (further := key.beyond(values[number])) is not None:
            same = [other.equal(value) for other, value in zip(keys[:number], values, strict=False)]
            ways.append(and_(*same, further))
    first = keys[0]
    if first.nullable or values[0] is None:
        return or_(*ways)
    # Said once more by itself, so that an index on the first column serves.
    near = (
        first.column >= first.bound(values[0]) if first.direction == "asc" else first.column <= first.bound(values[0])
    )
    return and_(near, or_(*ways))


def _cursor(values: Sequence[Any], *, backwards: bool) -> str:
    text = json.dumps(["<" if backwards else ">", *(_plain(value) for value in values)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _read(cursor: str | None, keys: Sequence[_Key]) -> tuple[bool, list[Any] | None]:
    """Whether the cursor goes backwards, and its values; no values for no cursor or a bad one."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return False, None
    try:
        text = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        way, *values = json.loads(text)
        if way not in ("<", ">") or len(values) != len(keys):
            return False, None
        return way == "<", [_checked(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return False, None


def _python_type(of: TypeEngine[Any]) -> type:
    return of.impl_instance.python_type if isinstance(of, TypeDecorator) else of.python_type


def _checked(value: Any, key: _Key) -> Any:
    """The value as its column has it. Raises ValueError or TypeError where it cannot be one."""
    if value is None:
        if not key.nullable:
            raise ValueError("Never empty")
        return None
    kind = _python_type(key.column.type)
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, datetime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("No time zone")
        return moment.astimezone(UTC)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if issubclass(kind, bool):
        if not isinstance(value, bool):
            raise TypeError("Not a yes or no")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else kind):
        raise TypeError("Another type")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError("Too large")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Not a number")
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("Not text")
    return value
