"""What the floors above ask of the statement that loads whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable
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
