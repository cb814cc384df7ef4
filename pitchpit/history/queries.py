"""Reading history: a thing's timeline, the head of the chain, and whether the chain is whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, column, false, or_, select, table

from pitchpit.core.db import db
from pitchpit.core.money import pounds
from pitchpit.core.paging import Page, page
from pitchpit.core.words import date_in_full
from pitchpit.history import chain
from pitchpit.history.models import Event, EventText
from pitchpit.history.ports import Verb, verbs

#: People are a floor above, so their model cannot be imported here. A timeline without names would be no use to anybody, and a port for two
#: columns would cost a statement a page: so history reads these two columns by name. An anonymised person's events lose the name with it.
_person = table("person", column("id"), column("name"))


@dataclass(frozen=True)
class Shown:
    """A text beside an event that this reader may see."""

    label: str
    text: str
    redacted: bool


@dataclass(frozen=True)
class Entry:
    """One line of a timeline: when, what in a sentence, who (None where this reader may not know), what was written."""

    id: int
    at: datetime
    verb: str
    sentence: str
    actor: str | None
    actor_id: int | None
    about: tuple[str, int]
    texts: tuple[Shown, ...]


def timeline(
    subjects: Sequence[tuple[str, int]], audiences: Iterable[str], *, after: str | None = None, size: int = 50
) -> Page[Entry]:
    """What happened to these subjects, newest first, as far as somebody with these audience words may know. Two statements."""
    words = frozenset(audiences)
    known = {name: verb for name, verb in verbs.by_name().items() if verb.is_for(words)}
    found = page(_events(subjects, known), order=[(Event.id, "desc")], after=after, size=size)
    texts = _texts([row.Event.id for row in found.rows])
    entries = [_entry(row, known[row.Event.verb], words, texts[row.Event.id]) for row in found.rows]
    return Page(entries, found.next, found.previous)


#: Whom {person} means: whoever is named as `also`, or else the person that the event is about.
_PERSON_MEANT = case((Event.also_kind == "person", Event.also_id), (Event.subject_kind == "person", Event.subject_id))


def _events(subjects: Sequence[tuple[str, int]], known: Collection[str]) -> Select[Any]:
    doer, other = _person.alias("doer"), _person.alias("other")
    return (
        select(Event, doer.c.name.label("actor"), other.c.name.label("person"))
        .outerjoin(doer, doer.c.id == Event.actor_id)
        .outerjoin(other, other.c.id == _PERSON_MEANT)
        .where(or_(false(), *map(_about, subjects)), Event.verb.in_(sorted(known)))
    )


def _about(subject: tuple[str, int]) -> ColumnElement[bool]:
    kind, number = subject
    return or_(
        and_(Event.subject_kind == kind, Event.subject_id == number),
        and_(Event.also_kind == kind, Event.also_id == number),
    )


def _texts(events: Sequence[int]) -> dict[int, list[EventText]]:
    beside = db.session.scalars(
        select(EventText).where(EventText.event_id.in_(events)).order_by(EventText.event_id, EventText.field)
    )
    by_event: dict[int, list[EventText]] = defaultdict(list)
    for text in beside:
        by_event[text.event_id].append(text)
    return by_event


def _entry(row: Any, verb: Verb, audiences: frozenset[str], texts: Iterable[EventText]) -> Entry:
    one: Event = row.Event
    named = verb.names_actor_to(audiences)
    return Entry(
        one.id,
        one.at,
        one.verb,
        _sentence(row, verb, named),
        _name(one, row.actor) if named else None,
        one.actor_id if named else None,
        (one.subject_kind, one.subject_id),
        tuple(
            Shown(text.field.replace("_", " ").capitalize(), text.text, text.redacted_at is not None)
            for text in texts
            if verb.shows_text_to(text.field, audiences)
        ),
    )


def _name(one: Event, name: str | None) -> str:
    return "Pitchpit" if one.actor_id is None else name or "Somebody"


def _sentence(row: Any, verb: Verb, named: bool) -> str:
    words = {key: in_words(key, value) for key, value in row.Event.details.items()}
    template = verb.sentence if named or not verb.unnamed else verb.unnamed
    said = template.format_map({**words, "actor": _name(row.Event, row.actor), "person": row.person or "somebody"})
    return said[:1].upper() + said[1:]


def in_words(key: str, value: Any) -> str:
    """A field of an event's detail as it is read: £300, 23 November 2026, shortlisted, title and theme."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        parts = [in_words(key, part) for part in value]
        return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
    if key.endswith("_pence"):
        return pounds(value)
    if key.endswith("_on"):
        return date_in_full(date.fromisoformat(value))
    if key.endswith("_at"):
        return date_in_full(datetime.fromisoformat(value))
    return str(value).replace("_", " ")


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
