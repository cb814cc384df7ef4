"""The texts beside events, for whoever may redact them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import abort
from sqlalchemy import exists, false, or_, select

from pitchpit.core import clock
from pitchpit.core.db import db, locked
from pitchpit.core.paging import Page, page
from pitchpit.history.models import Event, EventText
from pitchpit.history.ports import verbs
from pitchpit.history.queries.timeline import (
    Entry,
    entry_of,
    is_about,
    label_of,
    name_of,
    named_events,
    sentence_of,
    texts_beside,
)


@dataclass(frozen=True)
class Beside:
    """A text beside an event, for whoever may redact it: to be read, veiled from this reader, or redacted already."""

    field: str
    text: str
    redacted_at: datetime | None
    veiled: bool

    @property
    def label(self) -> str:
        return label_of(self.field)

    @property
    def is_read(self) -> bool:
        """Whether this reader is shown what somebody wrote."""
        return not self.veiled and self.redacted_at is None


@dataclass(frozen=True)
class Told:
    """An event with texts beside it, for whoever may redact them. Where it is nothing for this reader, no sentence and no actor."""

    id: int
    at: datetime
    sentence: str | None
    actor: str | None
    about: tuple[str, int]
    texts: tuple[Beside, ...]

    def text_or_404(self, field: str) -> Beside:
        """One of its texts."""
        return next((text for text in self.texts if text.field == field), None) or abort(404)


def told_with_texts(
    audiences: Iterable[str],
    *,
    about: Sequence[tuple[str, int]] | None = None,
    person_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
    after: str | None = None,
    size: int = 50,
) -> Page[Told]:
    """The events with a text beside them, newest first: about these things, done by or about this person, from day to day. Two statements.

    What somebody with these audience words may not read is there without its sentence, so that its text can be redacted unread; but not
    where a person is asked for, since that alone would say who did it or whom it is about.
    """
    words = frozenset(audiences)
    asked = named_events().where(exists().where(EventText.event_id == Event.id))
    if about is not None:
        asked = asked.where(or_(false(), *map(is_about, about)))
    if person_id is not None:
        read = [name for name, verb in verbs.by_name().items() if verb.is_for(words) and verb.names_actor_to(words)]
        asked = asked.where(or_(Event.actor_id == person_id, is_about(("person", person_id))), Event.verb.in_(read))
    if since is not None:
        asked = asked.where(Event.at >= clock.london_moment(since, time()))
    if until is not None:
        asked = asked.where(Event.at < clock.london_moment(until + timedelta(days=1), time()))
    found = page(asked, order=[(Event.at, "desc"), (Event.id, "desc")], after=after, size=size)
    beside = texts_beside([row.Event.id for row in found.rows])
    return Page([_told(row, words, beside[row.Event.id]) for row in found.rows], found.next, found.previous)


def told_or_404(event_id: int, audiences: Iterable[str]) -> Told:
    """One of them. Two statements."""
    row = db.session.execute(named_events().where(Event.id == event_id)).one_or_none()
    texts = texts_beside([event_id])[event_id]
    return _told(row, frozenset(audiences), texts) if row and texts else abort(404)


def text_or_404(event_id: int, field: str, *, change: bool = False) -> EventText:
    """A text beside an event; for a change its row is locked, so that of two who redact it the second hears of the first."""
    asked = select(EventText).where(EventText.event_id == event_id, EventText.field == field)
    return db.session.scalar(locked(asked, change=change)) or abort(404)


def redactions_of(told: Told, audiences: Iterable[str]) -> dict[str, Entry]:
    """Who redacted the texts of this event, by field. Two statements, and only where something was."""
    if not any(text.redacted_at for text in told.texts):
        return {}
    verb = verbs.by_name()["history.redacted"]
    rows = db.session.execute(named_events().where(is_about(told.about), Event.verb == verb.name)).all()
    of_it = {row.Event.details["field"]: row for row in rows if row.Event.details["event"] == told.id}
    beside = texts_beside([row.Event.id for row in of_it.values()])
    return {field: entry_of(row, verb, frozenset(audiences), beside[row.Event.id]) for field, row in of_it.items()}


def _told(row: Any, audiences: frozenset[str], texts: Iterable[EventText]) -> Told:
    one: Event = row.Event
    verb = verbs.by_name().get(one.verb)
    is_for = verb is not None and verb.is_for(audiences)
    named = verb is not None and is_for and verb.names_actor_to(audiences)
    return Told(
        one.id,
        one.at,
        sentence_of(row, verb, named) if verb and is_for else None,
        name_of(one, row.actor) if named else None,
        (one.subject_kind, one.subject_id),
        tuple(
            _beside(text, readable=bool(verb and is_for and verb.shows_text_to(text.field, audiences)))
            for text in texts
        ),
    )


def _beside(text: EventText, *, readable: bool) -> Beside:
    return Beside(text.field, text.text if readable else "", text.redacted_at, not readable)
