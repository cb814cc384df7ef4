"""What the floors above tell the home page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pitchpit.core.ports import Port


@dataclass(frozen=True)
class Todo:
    """One line of "What needs me now": a verb and a link ("Score 4 proposals", by a day).

    `role` is the heading it stands under ("Judging", "Triage", "Your projects", "Your ideas", "Sign-offs").
    """

    role: str
    text: str
    url: str
    due_on: date | None = None


#: Each source is asked with the person and answers with lines, most urgent first, in at most one statement.
todo: Port[Callable[[Any], Iterable[Todo]]] = Port("home.todo")


def for_those_who_stand(name: str, source: Callable[[Any], Iterable[Todo]]) -> Callable[[Any], Iterable[Todo]]:
    """The same source, asked only about people who stand so (`people.ports.stands`): the others cost no statement."""
    return lambda person: source(person) if person.may_stand(name) else ()
