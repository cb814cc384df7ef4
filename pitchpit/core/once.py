"""A form is saved once: its one-time key, and the text that waits for the person it belongs to.

Every form carries a key, signed, naming the person it was shown to. The same key with the same body gets the first answer again (a
double click, back and send again); with another body it is a new save, judged by its edit number. Success alone uses a key up.

A form that arrives when its person is not signed in any more (the sign-in ended while they typed, or somebody else has signed in on that
browser) is kept for that person alone and offered after their next sign-in. Nobody is there to be asked about an NHS number in it, so the
number alone is taken out, visibly, and the rest is kept. Whatever a form may carry (MAX_FORM_MEMORY_SIZE) is kept whole; of one person
the last forms are kept, as many as `MOST_FORMS` and `MOST_CHARACTERS` allow.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Request, Response, current_app, redirect, request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Index, Table, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException

from pitchpit.core import clock
from pitchpit.core.db import Model, Row, db, insert_into, transaction
from pitchpit.core.text import FreeText, nhs_number_in, without_nhs_numbers

FIELD = "form_key"
KEPT = timedelta(hours=48)

#: How many forms wait for one person, and how much text in all: the last one always, the oldest go first.
MOST_FORMS = 20
MOST_CHARACTERS = 6_000_000

#: Under this number of PostgreSQL's, with the person's, forms of one person are put in one after the other.
WAITING_LOCK = 7_701

#: Fields that are about the form, not about what was typed.
FURNITURE = frozenset({FIELD, "csrf_token"})


class FormKey(Row, Model):
    """A form that was saved, and where its first answer led."""

    __table_args__ = (
        UniqueConstraint("key", "route", "person_id", "body_digest"),
        Index(None, "created_at"),
    )
    key: Mapped[str]
    route: Mapped[str]
    person_id: Mapped[int]  # no foreign key: core knows no feature; 0 is nobody
    body_digest: Mapped[str]
    location: Mapped[str | None]
    status: Mapped[int | None]
    created_at: Mapped[datetime]


class WaitingForm(Row, Model):
    """What somebody sent when they were not signed in any more: theirs alone to see and to send."""

    __table_args__ = (Index(None, "person_id"),)
    person_id: Mapped[int]
    path: Mapped[str]
    fields: Mapped[str] = mapped_column(FreeText)  # JSON: [[name, value], ...], as typed but for NHS numbers
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Key:
    """A form's key, its signature checked: whom the form was shown to (0: nobody signed in) and the number used once."""

    person_id: int
    nonce: str

    @classmethod
    def of(cls, sent: Request) -> Key | None:
        try:
            person_id, nonce = _serializer().loads(sent.form.get(FIELD, ""))
        except (BadSignature, ValueError, TypeError):
            return None
        return cls(int(person_id), str(nonce))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="form-key")


def fresh_form_key() -> str:
    """A new key for a form about to be shown to whoever is signed in."""
    return _serializer().dumps([_person_id(), secrets.token_urlsafe(12)])


def _person_id() -> int:
    return current_user.id if current_user and current_user.is_authenticated else 0


def _body_digest() -> str:
    """What was typed, files included, as one short word."""
    digest = hashlib.sha256(request.path.encode())
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in FURNITURE)
    digest.update(json.dumps(typed).encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda item: (item[0], item[1].filename or "")):
        digest.update(f"{name}\0{file.filename}\0".encode())
        while chunk := file.stream.read(1 << 20):
            digest.update(chunk)
        file.stream.seek(0)
    return digest.hexdigest()


class Sending:
    """One form being sent: `first_answer()` inside the transaction, then `answered(response)`."""

    def __init__(self, key: Key) -> None:
        self._number: int | None = None  # of the row that holds the claim
        self.values: dict[str, Any] = {
            "key": key.nonce,
            "route": request.endpoint,
            "person_id": key.person_id,
            "body_digest": _body_digest(),
        }

    def _same(self) -> Any:
        return [getattr(FormKey, name) == value for name, value in self.values.items()]

    def first_answer(self) -> BaseResponse | None:
        """Claim the key; the first answer if this very form was saved before (a twin still being saved is waited for).

        None for what a page's script saved, too: its answer led nowhere, and saving the same again is the same answer again.
        """
        keys = FormKey.__table__
        claim = insert_into(keys).on_conflict_do_nothing().returning(keys.c.id)
        self._number = db.session.execute(claim, {**self.values, "created_at": clock.now()}).scalar()
        if self._number is not None:
            return None
        self._number, location = db.session.execute(select(FormKey.id, FormKey.location).where(*self._same())).one()
        return redirect(location) if location else None

    def answered(self, response: Response) -> None:
        """Remember where the answer led, in the same transaction as the save."""
        location = response.location or (None if response.is_json else request.path)
        claimed = update(cast(Table, FormKey.__table__)).where(FormKey.id == self._number)
        db.session.execute(claimed.values(location=location, status=response.status_code))


class AnotherPersons(Exception):  # noqa: N818  # an answer, not an error
    """The form was shown to somebody else than who is signed in now: it is kept for them and never runs."""


def sending() -> Sending | None:
    """The form being sent, if it carries a key. Raises AnotherPersons."""
    key, person_id = Key.of(request), _person_id()
    if key and person_id and key.person_id not in (0, person_id):
        raise AnotherPersons
    return Sending(key) if key and key.person_id == person_id else None


def keep_waiting(path: str = "") -> int | None:
    """Keep what was just sent for the person whose form it is, if that can be told and it is not who is signed in. Their number, or None.

    `path` is where it was going, where that is not here. Its own short transaction; call it outside any other.
    """
    path = path or request.path
    key = Key.of(request)
    if key is None or key.person_id == 0 or request.files or any("password" in name for name in request.form):
        return None  # a password is never kept
    if not _takes_forms(path):
        return None
    typed = [
        [without_nhs_numbers(name), without_nhs_numbers(value)]
        for name, value in request.form.items(multi=True)
        if name != "csrf_token"
    ]
    this_form = _json([FIELD, without_nhs_numbers(request.form[FIELD])])
    with transaction():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(select(func.pg_advisory_xact_lock(WAITING_LOCK, key.person_id)))
        db.session.execute(  # sent again, or saved by itself: the last one counts
            delete(WaitingForm).where(
                WaitingForm.person_id == key.person_id,
                WaitingForm.path == path,
                WaitingForm.fields.contains(this_form, autoescape=True),
            )
        )
        db.session.add(WaitingForm(person_id=key.person_id, path=path, fields=_json(typed), created_at=clock.now()))
        db.session.flush()
        _drop_oldest(key.person_id)
    return key.person_id


def _takes_forms(path: str) -> bool:
    """Whether a form can be sent to this address of ours, and the address itself may be kept."""
    try:
        current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return False
    return "\0" not in path and nhs_number_in(path) is None


def _json(value: Any) -> str:
    """As typed, letter for letter, so that the column sees what a person would."""
    return json.dumps(value, ensure_ascii=False)


def _drop_oldest(person_id: int) -> None:
    """Keep this person's last forms, as many as there is room for; the very last one always."""
    waiting = select(WaitingForm.id, func.length(WaitingForm.fields)).where(WaitingForm.person_id == person_id)
    room, gone = MOST_CHARACTERS, []
    for number, (form_id, length) in enumerate(db.session.execute(waiting.order_by(WaitingForm.id.desc()))):
        room -= length
        if number and (number >= MOST_FORMS or room < 0):
            gone.append(form_id)
    db.session.execute(delete(WaitingForm).where(WaitingForm.id.in_(gone)))


def forget_old() -> None:
    """Drop keys and waiting forms older than their 48 hours (waiting forms: 14 days). Called by the worker, in a transaction."""
    db.session.execute(delete(FormKey).where(FormKey.created_at < clock.now() - KEPT))
    db.session.execute(delete(WaitingForm).where(WaitingForm.created_at < clock.now() - timedelta(days=14)))
