"""Signing in and out, and setting a password. Hashes are made before any of this: no action here is slow."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update

from pitchpit.core import clock
from pitchpit.core.db import db, locked
from pitchpit.core.jobs import enqueue
from pitchpit.core.once import WaitingForm
from pitchpit.history.actions import record
from pitchpit.people.models import LoginSession, PasswordLink, Person

LINK_LIVES = timedelta(hours=1)


def digest_of(token: str) -> str:
    """What is kept of a token: enough to know it again, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_sign_in(person: Person, *, shared: bool, device: str) -> str:
    """Sign this person in: the token that their browser will show. Whether they are who they say was asked before."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        LoginSession(
            token_digest=digest_of(token),
            person_id=person.id,
            shared=shared,
            device=device[:200],
            created_at=now,
            seen_at=now,
        )
    )
    db.session.flush()
    return token


def end_sign_in(sign_in_id: int, *, actor: Person) -> None:
    """End one of the actor's own sign-ins, wherever it is; somebody else's is left alone."""
    _end(LoginSession.person_id == actor.id, LoginSession.id == sign_in_id)


def end_all_sign_ins(person: Person, *, but: int | None = None) -> None:
    """Sign this person out everywhere, or everywhere but here."""
    _end(LoginSession.person_id == person.id, LoginSession.id != (but or 0))


def _end(*which: ColumnElement[bool]) -> None:
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.ended_at.is_(None), *which)
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def set_password(person: Person, hashed: str, *, actor: Person, keep: int | None = None) -> None:
    """Give the person this password, end their other sign-ins and any link still on its way."""
    person.password_hash = hashed
    end_all_sign_ins(person, but=keep)
    db.session.execute(
        update(PasswordLink)
        .where(PasswordLink.person_id == person.id, PasswordLink.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    record("person.password_set", person, actor=actor, also=person)
    db.session.flush()


def ask_for_password_link(person: Person | None) -> None:
    """Have a link to set a password mailed; for nobody, do as much work and send nothing."""
    enqueue("people.password_link", person_id=person.id if person else 0)


def make_password_link(person_id: int) -> tuple[Person, str] | None:
    """A fresh link for the person, and its token; None for nobody and for somebody who has left."""
    person = db.session.get(Person, person_id)
    if person is None or person.has_left:
        return None
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        PasswordLink(token_digest=digest_of(token), person_id=person.id, created_at=now, expires_at=now + LINK_LIVES)
    )
    db.session.flush()
    return person, token


def use_password_link(token: str, hashed: str) -> bool:
    """Set the password that the link's person chose, once; false where the link does not work any more."""
    this_link = select(PasswordLink).where(PasswordLink.token_digest == digest_of(token))
    owner = this_link.with_only_columns(PasswordLink.person_id).scalar_subquery()
    person = db.session.scalar(locked(select(Person).where(Person.id == owner)))  # two links of one person take turns
    link = db.session.scalar(locked(this_link))
    if person is None or link is None or not link.works_at(clock.now()):
        return False
    set_password(person, hashed, actor=person)
    return True


def throw_away(form: WaitingForm) -> None:
    """Forget a form that waited, and what else came of pressing its button twice."""
    db.session.execute(
        delete(WaitingForm).where(
            WaitingForm.person_id == form.person_id, WaitingForm.path == form.path, WaitingForm.fields == form.fields
        )
    )
