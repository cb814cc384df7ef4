"""Ports: named lists that a lower floor declares and an upper one adds to, so that imports go downward only.

# in a lower floor's ports.py             # in an upper floor's register(app)
todo = Port[TodoSource]("home.todo")      todo.add(app, my_todo)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Flask, current_app

T = TypeVar("T")


class Port(Generic[T]):
    """A named list, one for each application, filled while the application is put together."""

    def __init__(self, name: str) -> None:
        self.name = name

    def add(self, app: Flask, thing: T) -> None:
        """Hang `thing` on this port of `app`."""
        self.of(app).append(thing)

    def of(self, app: Flask) -> list[T]:
        """Everything on this port of `app`, in the order it was added."""
        return app.extensions.setdefault("pitchpit.ports", {}).setdefault(self.name, [])

    def __iter__(self) -> Iterator[T]:
        return iter(self.of(current_app))


@dataclass(frozen=True)
class Pane:
    """A part of a page that a floor above fills.

    `place` is where ("proposal.main", "proposal.side", "project.main", "home"...), `order` its turn there, `load(person, thing)` what its
    template gets as `pane` (None: nothing to show), `statements` how many SQL statements that costs at the most.
    """

    place: str
    order: int
    name: str
    template: str
    load: Callable[[Any, Any], Any]
    statements: int


panes: Port[Pane] = Port("core.panes")


def panes_for(place: str, person: Any, thing: Any) -> list[tuple[Pane, Any]]:
    """The panes of this place that have something to show this person, each with what its template shows."""
    here = sorted((pane for pane in panes if pane.place == place), key=lambda pane: (pane.order, pane.name))
    loaded = ((pane, pane.load(person, thing)) for pane in here)
    return [(pane, shown) for pane, shown in loaded if shown is not None]


@dataclass(frozen=True)
class NavItem:
    """A word in the navigation: shown where `wanted(person)` says so. `endpoint` is where it leads."""

    order: int
    label: str
    endpoint: str
    wanted: Callable[[Any], bool]


#: Sixth port: the header shows only what this person can use, and the layout knows no feature.
nav: Port[NavItem] = Port("core.nav")
