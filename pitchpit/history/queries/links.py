"""The chain as it stands: its head, and whether it is whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pitchpit.core.db import db
from pitchpit.history import chain
from pitchpit.history.models import Event, EventText


@dataclass(frozen=True)
class Head:
    """The last event: written down elsewhere (the hourly log line), it shows later whether a tail was cut off."""

    id: int
    hash: str


def head() -> Head:
    """The head of the chain; number 0 before anything happened."""
    last = db.session.execute(select(Event.id, Event.hash).order_by(Event.id.desc()).limit(1)).one_or_none()
    return Head(*last) if last else Head(0, chain.GENESIS)


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold, and what is wrong with it."""

    event_id: int
    what: str

    def __str__(self) -> str:
        return f"History is broken at event {self.event_id}: {self.what}."


def verify(upto: Head | None = None) -> Broken | None:
    """The first broken link of the chain, or None where it is whole. Reads in bites, whatever its length.

    Given a head that was written down earlier, also that the chain still holds it (or its tail was cut off, or its past rewritten).
    """
    number, prev_hash = 0, chain.GENESIS
    unexplained: set[tuple[int, str]] = set()  # texts marked as redacted, until the event that says who did it
    for one, texts in _links():
        if wrong := _wrong(one, texts, number + 1, prev_hash):
            return Broken(number + 1, wrong)
        number, prev_hash = one.id, one.hash
        unexplained |= {(one.id, text.field) for text in texts if text.redacted_at}
        if one.verb == "history.redacted":
            redacted = json.loads(one.detail)
            unexplained.discard((redacted["event"], redacted["field"]))
        if upto and number == upto.id and prev_hash != upto.hash:
            return Broken(number, "it is another than the one written down before")
    if upto and number < upto.id:
        return Broken(number + 1, f"it is gone, and so is all after it up to event {upto.id}")
    if unexplained:
        number, field = min(unexplained)
        return Broken(number, f"its text “{field}” is marked as redacted, and nobody redacted it")
    return None


def _links(bite: int = 1000) -> Iterator[tuple[Any, list[Any]]]:
    """Every event in turn with its texts, as plain rows, so that a long chain does not fill the session."""
    events, texts = Event.__table__, EventText.__table__
    last = 0
    while found := db.session.execute(select(events).where(events.c.id > last).order_by(events.c.id).limit(bite)).all():
        beside = defaultdict(list)
        between = texts.c.event_id.between(last + 1, found[-1].id)
        for text in db.session.execute(select(texts).where(between)):
            beside[text.event_id].append(text)
        last = found[-1].id
        for one in found:
            yield one, beside[one.id]


def _wrong(one: Any, texts: list[Any], number: int, prev_hash: str) -> str | None:
    if one.id != number:
        return "it is gone"
    if one.prev_hash != prev_hash:
        return "it does not follow the event before it"
    if one.hash != chain.link(prev_hash, one):
        return "what it says was changed"
    digests = json.loads(one.digests)
    if digests.keys() != {text.field for text in texts}:
        return "the texts beside it are not those it was written with"
    for text in texts:
        if text.redacted_at is None and chain.digest(text.salt, text.text) != digests[text.field]:
            return f"its text “{text.field}” was changed"
        if text.redacted_at is not None and (text.text, text.salt) != (chain.MARKER, ""):
            return f"its text “{text.field}” was redacted and changed"
    return None
