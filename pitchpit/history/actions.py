"""Writing history: recording what somebody did, redacting a text beside it, and noting who saw what is private.

`record` only collects on the session. As the transaction is about to be saved, and after everything else in it, the collected events are
chained and inserted at once, so that the chain's lock is taken last and held for a moment. What is rolled back is forgotten, a savepoint's
events with the savepoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import event, func, insert, or_, select
from sqlalchemy.orm import Session, SessionTransaction

from pitchpit.core import clock
from pitchpit.core.about import itself, named
from pitchpit.core.db import db, is_writing, own_transaction
from pitchpit.core.rules import ensure
from pitchpit.core.text import PatientData, nhs_number_in
from pitchpit.history import chain, rules
from pitchpit.history.enums import ADMIN, IG, Access
from pitchpit.history.models import AccessRecord, Event, EventText
from pitchpit.history.ports import Verb, heard, verbs

VERBS = (
    Verb(
        "history.redacted",
        "{actor} redacted “{field}” from event {event}",
        audience=frozenset({IG, ADMIN}),
        texts={"reason": frozenset({IG})},
    ),
)

#: On PostgreSQL the chain's lock, held from the last write of a transaction to its end; on SQLite a writer is alone anyway.
CHAIN_LOCK = 0x50_17_C4_A1

_PENDING = "history.pending"
_MARKS = "history.marks"


@dataclass(frozen=True)
class _Pending:
    """An event that waits for its transaction to be saved. Things without a number yet get one by then."""

    at: datetime
    actor: Any
    verb: str
    about: Any
    also: Any
    detail: str
    texts: dict[str, str]


def record(
    verb: str,
    about: Any,
    *,
    actor: Any,
    detail: Mapping[str, Any] | None = None,
    texts: Mapping[str, str | None] | None = None,
    also: Any = None,
) -> None:
    """Tell history that `actor` (None: the system) did `verb` to `about`.

    `about` and `also` are a row of a table or (kind, id). `detail` holds ids, field names, numbers, states and dates, at least those that
    the verb's sentence names; `texts` what people wrote, by field: it stands beside the event and can be redacted. Empty texts are left out.
    Raises ValueError for an unknown verb or a detail that is missing or could be personal, PatientData for an NHS number.
    """
    if not is_writing():
        raise RuntimeError("History is written in a write transaction: use core.db.transaction() or @commits.")
    words = {field: text for field, text in (texts or {}).items() if text}
    _check(verb, detail or {}, words, {named(thing)[0] for thing in (itself(about), itself(also)) if thing is not None})
    waiting = _Pending(clock.now(), itself(actor), verb, itself(about), itself(also), chain.detail_from(detail), words)
    if not db.session().in_transaction():
        db.session.begin()  # so that there is something to roll back, even where nothing else happens
    db.session.info.setdefault(_PENDING, []).append(waiting)
    for name, act in heard:
        if name == verb:
            act(itself(about), actor=itself(actor), detail=detail or {})


def _check(verb: str, detail: Mapping[str, Any], texts: Mapping[str, str], kinds: set[str]) -> None:
    known = verbs.by_name().get(verb)
    if known is None:
        raise ValueError(f"History knows no verb “{verb}”: hang it on the port history.verbs.")
    if missing := known.wants - detail.keys():
        raise ValueError(f"{verb} is told with {', '.join(sorted(missing))}: put it in the detail.")
    if known.wants_a_person and "person" not in kinds:
        raise ValueError(f"{verb} names a person: give it as `also`.")
    for text in texts.values():
        if found := nhs_number_in(text):
            raise PatientData(found)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    """Chain and insert what was collected, after everything else of this transaction."""
    waiting = session.info.get(_PENDING)
    if not waiting or session.in_nested_transaction():
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))
    last = session.execute(select(Event.id, Event.hash).order_by(Event.id.desc()).limit(1)).one_or_none()
    events, texts = _chained(waiting, *(last or (0, chain.GENESIS)))
    waiting.clear()
    session.execute(insert(Event), events)
    if texts:
        session.execute(insert(EventText), texts)


def _chained(waiting: list[_Pending], head: int, prev_hash: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of the events and of their texts, each event linked to the one before."""
    events: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for number, one in enumerate(waiting, head + 1):
        salts = {field: chain.new_salt() for field in one.texts}
        digests = {field: chain.digest(salts[field], text) for field, text in one.texts.items()}
        row = {"id": number, **_row(one), "digests": chain.canonical(digests), "prev_hash": prev_hash}
        prev_hash = row["hash"] = chain.link(prev_hash, SimpleNamespace(**row))
        events.append(row)
        texts += (
            {"event_id": number, "field": field, "salt": salts[field], "text": text}
            for field, text in one.texts.items()
        )
    return events, texts


def _row(one: _Pending) -> dict[str, Any]:
    """What was recorded, by column."""
    subject_kind, subject_id = named(one.about)
    also_kind, also_id = (None, None) if one.also is None else named(one.also)
    return {
        "at": one.at,
        "actor_id": getattr(one.actor, "id", one.actor),
        "verb": one.verb,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "also_kind": also_kind,
        "also_id": also_id,
        "detail": one.detail,
    }


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_PENDING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget_savepoint(session: Session, transaction: SessionTransaction) -> None:
    while not transaction.nested and transaction.parent is not None:
        transaction = transaction.parent  # a flush that failed takes the savepoint around it along
    mark = session.info.get(_MARKS, {}).get(transaction)
    if mark is not None:
        del session.info.get(_PENDING, [])[mark:]


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_PENDING, None)
        session.info.pop(_MARKS, None)


def redact(what: Any, *, actor: Any, reason: str) -> int:
    """Take a text out of history for good: a marker stays, and an event that says who redacted what and why.

    `what` is an `EventText`, or a row or (kind, id): then every text of every event about it. Returns how many were redacted.
    """
    ensure(rules.can_redact, actor, reason)
    texts = [what] if isinstance(what, EventText) else _texts_about(*named(what))
    going = [text for text in texts if text.redacted_at is None]
    for text in going:
        text.text, text.salt, text.redacted_at = chain.MARKER, "", clock.now()
        about = db.session.get_one(Event, text.event_id)
        record(
            "history.redacted",
            (about.subject_kind, about.subject_id),
            actor=actor,
            detail={"event": text.event_id, "field": text.field},
            texts={"reason": reason},
        )
    return len(going)


def _texts_about(kind: str, number: int) -> list[EventText]:
    about = or_(
        (Event.subject_kind == kind) & (Event.subject_id == number),
        (Event.also_kind == kind) & (Event.also_id == number),
    )
    of_them = (
        select(EventText).join(Event, Event.id == EventText.event_id).where(about, Event.verb != "history.redacted")
    )
    return list(db.session.scalars(of_them.order_by(EventText.event_id, EventText.field)))


def note_access(actor: Any, access: Access, about: Any) -> int:
    """Keep on record that `actor` sees this, before they do: what cannot be noted is not shown. The number of the access record.

    `about` is a row, (kind, id), or the kind alone for a list as a whole. One short transaction of its own, beside what the page reads:
    the third thing that a GET may write. Raises RuntimeError in a write transaction, which could be undone after all was seen.
    """
    kind, number = (about, None) if isinstance(about, str) else named(itself(about))
    noted = insert(AccessRecord).values(
        at=clock.now(),
        person_id=getattr(actor, "id", actor),
        access=access,
        subject_kind=kind,
        subject_id=number,
    )
    with own_transaction() as connection:
        return connection.execute(noted.returning(AccessRecord.id)).scalar_one()
