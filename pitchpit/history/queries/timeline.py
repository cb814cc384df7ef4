"""A thing's timeline: what happened to it, to each only what they may know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, column, false, or_, select, table

from pitchpit.core.db import db
from pitchpit.core.money import pounds
from pitchpit.core.paging import Page, page
from pitchpit.core.words import date_in_full
from pitchpit.history.models import Event, EventText
from pitchpit.history.ports import Verb, verbs

#: People are a floor above, so their model cannot be imported here. A timeline without names would be no use to anybody, and a port for two
#: columns would cost a statement a page: so history reads these two columns by name. An anonymised person's events lose the name with it.
person_names = table("person", column("id"), column("name"))


@dataclass(frozen=True)
class Shown:
    """A text beside an event that this reader may see."""

    label: str
    text: str
    redacted: bool


def label_of(field: str) -> str:
    """The name of a text as it is read: Minute reference."""
    return field.replace("_", " ").capitalize()


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
    texts = texts_beside([row.Event.id for row in found.rows])
    entries = [entry_of(row, known[row.Event.verb], words, texts[row.Event.id]) for row in found.rows]
    return Page(entries, found.next, found.previous)


#: Whom {person} means: whoever is named as `also`, or else the person that the event is about.
_PERSON_MEANT = case((Event.also_kind == "person", Event.also_id), (Event.subject_kind == "person", Event.subject_id))


def _events(subjects: Sequence[tuple[str, int]], known: Collection[str]) -> Select[Any]:
    return named_events().where(or_(false(), *map(is_about, subjects)), Event.verb.in_(sorted(known)))


def named_events() -> Select[Any]:
    """Events with the names that their sentences need."""
    doer, other = person_names.alias("doer"), person_names.alias("other")
    return (
        select(Event, doer.c.name.label("actor"), other.c.name.label("person"))
        .outerjoin(doer, doer.c.id == Event.actor_id)
        .outerjoin(other, other.c.id == _PERSON_MEANT)
    )


def is_about(subject: tuple[str, int]) -> ColumnElement[bool]:
    kind, number = subject
    return or_(
        and_(Event.subject_kind == kind, Event.subject_id == number),
        and_(Event.also_kind == kind, Event.also_id == number),
    )


def texts_beside(events: Sequence[int]) -> dict[int, list[EventText]]:
    beside = db.session.scalars(
        select(EventText).where(EventText.event_id.in_(events)).order_by(EventText.event_id, EventText.field)
    )
    by_event: dict[int, list[EventText]] = defaultdict(list)
    for text in beside:
        by_event[text.event_id].append(text)
    return by_event


def entry_of(row: Any, verb: Verb, audiences: frozenset[str], texts: Iterable[EventText]) -> Entry:
    one: Event = row.Event
    named = verb.names_actor_to(audiences)
    return Entry(
        one.id,
        one.at,
        one.verb,
        sentence_of(row, verb, named),
        name_of(one, row.actor) if named else None,
        one.actor_id if named else None,
        (one.subject_kind, one.subject_id),
        tuple(
            Shown(label_of(text.field), text.text, text.redacted_at is not None)
            for text in texts
            if verb.shows_text_to(text.field, audiences)
        ),
    )


def name_of(one: Event, name: str | None) -> str:
    return "Pitchpit" if one.actor_id is None else name or "Somebody"


def sentence_of(row: Any, verb: Verb, named: bool) -> str:
    words = {key: in_words(key, value) for key, value in row.Event.details.items()}
    template = verb.sentence if named or not verb.unnamed else verb.unnamed
    said = template.format_map({**words, "actor": name_of(row.Event, row.actor), "person": row.person or "somebody"})
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
