"""The worker's part: it looks, sends outside any transaction, and writes down what went out.

Killed between sending and writing down, it sends again; the letter then has the same Message-ID, so that twice can be told.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import current_app

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, transaction
from pitchpit.notices import mailer, queries, timing
from pitchpit.notices.enums import Way
from pitchpit.notices.mailer import Letter, Undeliverable, address_of
from pitchpit.notices.models import Notice
from pitchpit.notices.ports import Address, addresses
from pitchpit.notices.wording import path

log = logging.getLogger(__name__)


def mail_notice(notice_id: int) -> None:
    """Send one notice by itself, unless it was read by now or its person has left or wants no mail."""
    notice = queries.to_mail(notice_id)
    if notice is None or not (reader := _reader(notice.person_id)):
        return
    link = _link(notice)
    _send(Letter(reader.email, notice.title, f"{link}\n\n{_footer()}", f"notice-{notice.id}", [link]), [notice.id])


def tick() -> None:
    """Once each working day, from 08:00 on, have the digests sent."""
    day = timing.digest_day(clock.now(), current_app.config["CLOSED_DAYS"])
    if day is not None:
        jobs.enqueue_new("notices.digests", {f"digests-{day}": {"day": day.isoformat()}})


def queue_digests(day: str) -> None:
    """Queue a digest for everybody for whom something waits, each a job of its own: one that fails stops no other."""
    with transaction():
        for person_id in queries.people_to_digest():
            jobs.enqueue("notices.digest", key=f"digest-{person_id}-{day}", person_id=person_id, day=day)


def mail_digest(person_id: int, day: str) -> None:
    """Send one person, in one mail, what they have not read; nothing where there is nothing."""
    notices = queries.to_digest(person_id)
    if not notices or not (reader := _reader(person_id)):
        return
    links = [_link(notice) for notice in notices]
    said = [f"{notice.title}\n{link}" for notice, link in zip(notices, links, strict=True)]
    text = "\n\n".join([*said, _footer()])
    _send(
        Letter(reader.email, _subject(notices), text, f"digest-{person_id}-{day}", links), [one.id for one in notices]
    )


def _reader(person_id: int) -> Address | None:
    """Where mail reaches this person, if it should."""
    if queries.choice(person_id).way is Way.INBOX_ONLY:
        return None
    reader = addresses([person_id]).get(person_id)
    return reader if reader and reader.active and reader.email else None


def _subject(notices: Sequence[Notice]) -> str:
    return notices[0].title if len(notices) == 1 else f"{len(notices)} things to read in Pitchpit"


def _link(notice: Notice) -> str:
    return address_of(notice.url or path("notices.inbox"))


def _footer() -> str:
    return f"To change how you are told: {address_of(path('notices.choices'))}"


def _send(letter: Letter, notice_ids: Sequence[int]) -> None:
    db.session.rollback()  # nothing is held while the mail server takes its time
    try:
        mailer.send(letter)
    except Undeliverable:
        log.warning("The mail server will not take the mail %s: it stays in the inbox alone", letter.name)
        return
    with transaction():
        for notice_id in notice_ids:
            if notice := db.session.get(Notice, notice_id):  # it may have been withdrawn while the letter went
                notice.mailed_at = clock.now()
