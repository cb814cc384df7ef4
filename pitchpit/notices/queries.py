"""Reading inboxes and choices."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import abort
from sqlalchemy import ScalarSelect, Select, func, literal_column, select

from pitchpit.core.db import db, locked
from pitchpit.core.paging import Page, page
from pitchpit.notices.enums import Way
from pitchpit.notices.models import WAITING, Notice, NoticeChoice


def inbox(person_id: int, after: str | None = None, *, size: int = 50) -> Page[Notice]:
    """This person's notices, newest first. One statement."""
    return page(
        select(Notice).where(Notice.person_id == person_id), order=[(Notice.id, "desc")], after=after, size=size
    )


#: Nobody counts further than this what they have not read.
MOST_UNREAD = 100


def number_unread(person_id: Any) -> ScalarSelect[int]:
    """In SQL, how many notices somebody has not read, counted one further than MOST_UNREAD and no more. `person_id` is a column."""
    unread: Select[Any] = select(literal_column("1").label("one")).where(
        Notice.person_id == person_id, Notice.read_at.is_(None)
    )
    counted = unread.correlate(person_id.table).limit(MOST_UNREAD + 1).subquery()
    return select(func.count()).select_from(counted).scalar_subquery()


def unread_in_words(number: int) -> str:
    """As it is written beside "Inbox": "3", "100+", nothing for none."""
    return f"{MOST_UNREAD}+" if number > MOST_UNREAD else str(number or "")


def own_or_404(person_id: int, notice_id: int, *, change: bool = False) -> Notice:
    """A notice of this person's own; one of somebody else's is not there."""
    mine = select(Notice).where(Notice.id == notice_id, Notice.person_id == person_id)
    return db.session.scalar(locked(mine, change=change)) or abort(404)


def unread_upto(person_id: int, upto: int) -> list[Notice]:
    """What this person has not read, up to this notice, locked for a change."""
    unread = select(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None), Notice.id <= upto)
    return list(db.session.scalars(locked(unread.order_by(Notice.id))))


def about(kind: str, number: int) -> list[Notice]:
    """Every notice about this, locked for a change."""
    of_it = select(Notice).where(Notice.subject_kind == kind, Notice.subject_id == number)
    return list(db.session.scalars(locked(of_it.order_by(Notice.id))))


def choice(person_id: int) -> NoticeChoice:
    """How this person wants to be told."""
    return choices([person_id])[person_id]


def choices(person_ids: Collection[int]) -> dict[int, NoticeChoice]:
    """How each of these people wants to be told; who never chose: one mail a day, and quiet hours. One statement."""
    made = db.session.scalars(select(NoticeChoice).where(NoticeChoice.person_id.in_(person_ids))).all()
    by_person = {one.person_id: one for one in made}
    return {
        person: by_person.get(person) or NoticeChoice(person_id=person, way=Way.DIGEST, quiet_hours=True)
        for person in person_ids
    }


def to_mail(notice_id: int) -> Notice | None:
    """This notice, unless it was mailed or read by now."""
    unseen = Notice.mailed_at.is_(None), Notice.read_at.is_(None)
    return db.session.scalar(select(Notice).where(Notice.id == notice_id, *unseen))


def to_digest(person_id: int) -> list[Notice]:
    """What a digest tells this person: neither mailed nor read so far, oldest first."""
    waiting = select(Notice).where(Notice.person_id == person_id, WAITING)
    return list(db.session.scalars(waiting.order_by(Notice.id)))


def people_to_digest() -> list[int]:
    """Everybody for whom something waits."""
    return list(db.session.scalars(select(Notice.person_id).where(WAITING).distinct().order_by(Notice.person_id)))
