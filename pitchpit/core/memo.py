"""What is costly to work out, kept until what it was worked out from changes. Throwing any of it away is always right."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core.clock import now
from pitchpit.core.db import Model, db, insert_into, is_writing, own_transaction

log = logging.getLogger(__name__)

#: How long, in seconds, a page waits for other writers before it goes on without having its result kept.
PATIENCE = 0.5


class Memo(Model):
    """The last result of one computation about one subject, and the fingerprint of what went into it."""

    __tablename__ = "memo"

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)
    made_at: Mapped[datetime]


def remembered(kind: str, subject: object, fingerprint: str, compute: Callable[[], Any]) -> Any:
    """What `compute()` gives, in JSON's types: from memory where the fingerprint is the same, else worked out and remembered.

    `fingerprint` must change whenever an input does, and whenever a release gives the result another form. Whether it was remembered or not,
    the result is equal: a tuple is a list, a key a string. It is kept in a short transaction of its own, beside what the page is reading;
    inside a write transaction it is not kept. When it cannot be kept, the page does not notice.
    """
    kept = select(Memo.value).where(Memo.kind == kind, Memo.subject == str(subject), Memo.fingerprint == fingerprint)
    try:
        if (found := db.session.execute(kept).first()) is not None:
            return found[0]
    except ValueError:  # not JSON: somebody else wrote it
        log.warning("A remembered result could not be read", extra={"kind": kind})
    value = json.loads(json.dumps(compute(), allow_nan=False))
    if not is_writing():
        _keep(kind, str(subject), fingerprint, value)
    return value


def _keep(kind: str, subject: str, fingerprint: str, value: Any) -> None:
    new = {"fingerprint": fingerprint, "value": value, "made_at": now()}
    kept = insert_into(Memo).values(kind=kind, subject=subject, **new)
    try:
        with own_transaction(patience=PATIENCE) as connection:
            connection.execute(kept.on_conflict_do_update(index_elements=["kind", "subject"], set_=new))
    except SQLAlchemyError as error:
        log.warning("A result could not be remembered", extra={"kind": kind, "error": type(error).__name__})


def throw_away(kind: str, subject: object) -> None:
    """Forget this result, in the caller's transaction: what was redacted must not live on here."""
    db.session.execute(delete(Memo).where(Memo.kind == kind, Memo.subject == str(subject)))
