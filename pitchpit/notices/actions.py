"""Telling people: notices written in the transaction of what they are about, mail queued in it and sent after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from pitchpit.core import clock, jobs
from pitchpit.core.about import named
from pitchpit.core.access import safe_next
from pitchpit.core.db import db, is_writing
from pitchpit.notices import queries, timing
from pitchpit.notices.enums import Way
from pitchpit.notices.models import Notice, NoticeChoice
from pitchpit.notices.wording import path, words_of

__all__ = ["choose", "mark_all_read", "mark_read", "notify", "path", "redact", "withdraw"]

REDACTED = "[redacted]"


def notify(kind: str, *, to: Iterable[Any], about: Any, url: str | None = None, **words: Any) -> list[Notice]:
    """Put a notice of this kind into the inbox of each of these people, once each, and queue the mail that each has chosen.

    `to` are people or their ids; `about` is a row or (kind, id); `words` are what the wording in `templates/notices/<kind>.txt` asks for.
    The link is the wording's own unless `url` gives one: a path on this site. Raises ValueError for a kind without a wording.
    The notices are on the session, and written with its next flush, all at once: only then they have their numbers.
    """
    if not is_writing():
        raise RuntimeError(
            "People are told in the transaction of what they are told: use core.db.transaction() or @commits."
        )
    if getattr(about, "id", True) is None:
        db.session.flush()  # what was only just made gets its number
    said = words_of(kind, about, words)
    link = url or said.url
    if link and safe_next(link) is None:
        raise ValueError(f"A notice leads to a page of this site, not to “{link}”.")
    people = sorted({getattr(person, "id", person) for person in to})
    subject_kind, subject_id = named(about)
    notices = [
        Notice(
            person_id=person,
            kind=kind,
            subject_kind=subject_kind,
            subject_id=subject_id,
            title=said.title,
            body=said.body,
            url=link,
            urgent=said.urgent,
            created_at=clock.now(),
        )
        for person in people
    ]
    db.session.add_all(notices)
    return notices


_TO_QUEUE = "notices.to_queue"


@event.listens_for(Session, "before_flush")
def _settle_ways(session: Session, _context: Any, _instances: Any) -> None:
    """How each new notice goes by mail: one look at what people chose for all that were written since the last flush, and one INSERT."""
    session.info.pop(_TO_QUEUE, None)  # of a flush that failed, whose notices are not there
    new = [notice for notice in session.new if isinstance(notice, Notice) and notice.way is None]
    if not new:
        return
    choices = queries.choices(sorted({notice.person_id for notice in new}))
    mail = current_app.config["MAIL"] != "off"
    for notice in new:
        notice.way = timing.way_for(choices[notice.person_id].way, urgent=notice.urgent, mail=mail)
    session.info[_TO_QUEUE] = [(notice, choices[notice.person_id].quiet_hours) for notice in new]


@event.listens_for(Session, "after_flush")
def _queue_mails(session: Session, _context: Any) -> None:
    """They have their numbers now, which the jobs of their mails are named by."""
    for notice, quiet_hours in session.info.pop(_TO_QUEUE, ()):
        _queue_mail(notice, quiet_hours=quiet_hours)


def _queue_mail(notice: Notice, *, quiet_hours: bool) -> None:
    """Queue what goes at once. What waits for the digest is found by `post.tick`: a job for each person and day, with its key, would make
    two transactions that tell the same people wait for each other, crosswise at worst.
    """
    if notice.way is Way.AT_ONCE:
        when = timing.at_once(notice.created_at, quiet_hours=quiet_hours)
        jobs.enqueue("notices.mail", key=f"notice-{notice.id}", run_at=when, notice_id=notice.id)


def mark_read(notice: Notice) -> None:
    """The person has seen it; what was seen is not mailed any more."""
    notice.read_at = notice.read_at or clock.now()


def mark_all_read(person_id: int, upto: int) -> int:
    """Everything in this inbox up to the notice `upto` has been seen: what came in since the page was shown has not. How many."""
    unread = queries.unread_upto(person_id, upto)
    for notice in unread:
        mark_read(notice)
    return len(unread)


def choose(person_id: int, way: Way, *, quiet_hours: bool) -> NoticeChoice:
    """From now on this person is told this way: also of what this transaction says next."""
    chosen = db.session.merge(NoticeChoice(person_id=person_id, way=way, quiet_hours=quiet_hours))
    db.session.flush()
    return chosen


def withdraw(about: Any, *, but: Iterable[Any]) -> int:
    """Take every notice about this out of all inboxes but those of these people (or ids), and with it its mail that has not gone. How many.

    For what others may no longer know of: a link that leads nowhere would tell them that there was something.
    """
    staying = {getattr(person, "id", person) for person in but}
    gone = [notice for notice in queries.about(*named(about)) if notice.person_id not in staying]
    for notice in gone:
        db.session.delete(notice)
    db.session.flush()
    return len(gone)


def redact(about: Any, *, holding: str = "") -> int:
    """Take the words out of every notice about this (of those alone that hold these words), because they had to go; a marker stays.

    The caller records it. How many.
    """
    gone = [notice for notice in queries.about(*named(about)) if _holds(notice, holding)]
    for notice in gone:
        notice.title = notice.body = REDACTED
    return len(gone)


def _holds(notice: Notice, words: str) -> bool:
    """Whether it says this, however its lines are broken."""
    said = " ".join(words.split())
    return any(said in " ".join(text.split()) for text in (notice.title, notice.body))
