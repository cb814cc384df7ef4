"""Access records: who was shown something private, or took a file away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, false, or_, select

from pitchpit.core.paging import Page, page
from pitchpit.history.enums import Access
from pitchpit.history.models import AccessRecord, Event
from pitchpit.history.queries.timeline import is_about, person_names


@dataclass(frozen=True)
class Seen:
    """An access record as it is read: who, how, what, when."""

    id: int
    at: datetime
    person: str
    access: Access
    about: tuple[str, int | None]


def access_records(
    *,
    person_id: int | None = None,
    about: Sequence[tuple[str, int]] | None = None,
    before: int | None = None,
    after: str | None = None,
    size: int = 50,
) -> Page[Seen]:
    """Who saw what, newest first: this person, these things (the texts beside their events among them), and before the record of this number.

    One statement.
    """
    asked = select(AccessRecord, person_names.c.name).outerjoin(
        person_names, person_names.c.id == AccessRecord.person_id
    )
    if person_id is not None:
        asked = asked.where(AccessRecord.person_id == person_id)
    if about is not None:
        events = select(Event.id).where(or_(false(), *map(is_about, about)))
        asked = asked.where(
            or_(
                and_(AccessRecord.subject_kind == "event", AccessRecord.subject_id.in_(events)),
                *(and_(AccessRecord.subject_kind == kind, AccessRecord.subject_id == number) for kind, number in about),
            )
        )
    if before is not None:
        asked = asked.where(AccessRecord.id < before)
    found = page(asked, order=[(AccessRecord.id, "desc")], after=after, size=size)
    seen = [
        Seen(one.id, one.at, name or "Somebody", one.access, (one.subject_kind, one.subject_id))
        for one, name, *_ in found.rows
    ]
    return Page(seen, found.next, found.previous)
