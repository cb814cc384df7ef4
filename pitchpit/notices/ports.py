"""The port `notices.address`: people say where mail reaches somebody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from pitchpit.core.ports import Port


@dataclass(frozen=True)
class Address:
    """Where mail reaches a person, and whether it should: a leaver is not active."""

    email: str
    name: str
    active: bool


#: Each source is asked with person ids, in one statement, and answers for those it knows.
address: Port[Callable[[Collection[int]], Mapping[int, Address]]] = Port("notices.address")


def addresses(person_ids: Collection[int]) -> dict[int, Address]:
    """The addresses of these people, as far as known."""
    known: dict[int, Address] = {}
    for source in address:
        known.update(source(person_ids))
    return known
