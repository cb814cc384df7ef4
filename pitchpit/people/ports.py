"""What the floors above tell of persons: how they stand to something, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from pitchpit.core.ports import Port


@dataclass(frozen=True)
class Stand:
    """A way to stand to something above: "panel", "project". `clause(person_id)` says in SQL whether somebody stands so at all.

    It is asked in the sign-in's own statement, so it must be one EXISTS on an index.
    """

    name: str
    clause: Callable[[Any], ColumnElement[bool]]


#: Seventh port: most people stand to little, and what they do not stand to then costs their pages no statement.
stands: Port[Stand] = Port("people.stands")


@dataclass(frozen=True)
class Holding:
    """Something that a person holds and somebody else must take on when they leave: "coaches", "Mouth care"."""

    person_id: int
    kind: str
    what: str


#: What these persons hold on a floor, in a fixed number of statements: asked of many at once when a staff list is read in.
holdings: Port[Callable[[Collection[int]], Iterable[Holding]]] = Port("people.holdings")
