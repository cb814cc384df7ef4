"""What is written through the real pages with real form keys: an idea handed in, a scorecard submitted, a value recorded."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench import data
from bench.drive import Asked, Browser

#: The periods after those that have values: the first ten months of 2026.
MONTHS = range(1, 11)


@dataclass(frozen=True)
class Write:
    """A kind of writing: its name, the forms still to send (each by the next of the eight people), and how many rows it has made so far."""

    name: str
    forms: Callable[[dict[int, Browser], int], Iterator[Asked]]
    count: str


def _ideas(browsers: dict[int, Browser], size: int) -> Iterator[Asked]:
    for place in itertools.count():
        path = f"/proposals/{data.first_draft(size) + place}/check"
        yield browsers[data.WRITERS[place % len(data.WRITERS)]].form(path, path)


def _scorecards(browsers: dict[int, Browser], size: int) -> Iterator[Asked]:
    criteria = [2 * 5 + n for n in range(5)]
    levels = {f"level_{criterion}": "3" for criterion in criteria}
    for number in itertools.count(data.IN_A_ROUND + 1):
        for writer in data.WRITERS:
            path = f"/judging/{number}"
            yield browsers[writer].form(path, path, **levels, then="submit")


def _values(browsers: dict[int, Browser], size: int) -> Iterator[Asked]:
    """Round the projects of the eight, so that two of them seldom write about the same one."""
    for month, turn, project in itertools.product(MONTHS, range(data.MEASURES), range(1, 9)):
        path = f"/measures/{project * data.EVERY_PROJECT * data.MEASURES + turn}/enter"
        day = {"on-day": "1", "on-month": str(month), "on-year": "2026"}
        yield browsers[data.WRITERS[project % len(data.WRITERS)]].form(path, path, value=str(20 + month), **day)


WRITES = (
    Write("hand in an idea", _ideas, "SELECT count(*) FROM proposal WHERE state <> 'draft'"),
    Write("submit a scorecard", _scorecards, "SELECT count(*) FROM scorecard WHERE state = 'submitted'"),
    Write("record a value", _values, "SELECT count(*) FROM observation"),
)


def sign_ins(port: int, size: int) -> list[Asked]:
    """The eight signing in by password, each in a browser of their own."""
    return [
        Browser(port).form("/sign-in", "/sign-in", who=f"p{writer}@bench.example", password=data.PASSWORD)
        for writer in data.WRITERS
    ]


def taken(forms: Iterator[Asked], number: int) -> Callable[[int], Asked]:
    """The next so many forms, fetched now, so that only the sending is timed."""
    fetched: list[Any] = list(itertools.islice(forms, number))
    return lambda place: fetched[place]
