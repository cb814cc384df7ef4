"""Work for later: queued in the transaction that causes it, done by a worker after the commit, at least once.

A worker may be killed at any moment. It claims a job for a while (the lease); a job whose lease has run out without a result is done
again, so a handler can be called twice for one job and says the same thing twice at worst.

    handlers.add(app, ("notices.send", send))       enqueue("notices.send", notice_id=7)
    ticks.add(app, remind_of_late_check_ins)        called once a minute; finds out by itself what is due
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from flask import Flask, current_app
from sqlalchemy import JSON, Index, and_, delete, func, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core import once
from pitchpit.core.clock import now
from pitchpit.core.db import Model, Row, db, insert_into, is_writing, own_transaction, transaction
from pitchpit.core.ports import Port
from pitchpit.core.throttle import Throttle

log = logging.getLogger(__name__)

#: A handler: called with the job's payload, outside any transaction; opens its own short ones.
Handler = Callable[..., Any]

handlers: Port[tuple[str, Handler]] = Port("core.handlers")

#: What looks for due things, once a minute: outside any transaction, safe to run twice at once (jobs have keys).
ticks: Port[Callable[[], Any]] = Port("core.ticks")

#: How long a claimed job belongs to its worker. A handler must be done in half of it.
LEASE = timedelta(minutes=2)

#: How long to wait after each failed try; after the last one the job is given up.
WAITS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
MOST_ATTEMPTS = len(WAITS) + 1

#: Jobs that are done are kept this long; those with a key longer, because the key is what stops a second reminder.
KEPT = timedelta(days=14)
KEPT_WITH_KEY = timedelta(days=400)

HEARTBEAT_EVERY = 20.0
TICK_EVERY = 60.0
PRUNE_EVERY = 3600.0

_WAITING = text("done_at IS NULL AND given_up_at IS NULL")


class Job(Row, Model):
    """One thing to do. Waiting until `done_at` or `given_up_at` is set; claimed while `lease_until` lies ahead."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_waiting", "run_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),)

    kind: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    #: What went wrong last: the sort of error and where, never its words, which could be somebody's.
    last_error: Mapped[str | None]


class Heartbeat(Model):
    """When something that should be running was last seen."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def enqueue(kind: str, *, key: str | None = None, run_at: datetime | None = None, **payload: Any) -> None:
    """Have this done, at once or from `run_at` on, if the caller's transaction is saved. The same key twice is one job."""
    if not is_writing():
        raise RuntimeError("A job is queued in the transaction of what causes it.")
    queued = insert_into(Job).values(kind=kind, key=key, payload=payload, run_at=run_at or now(), attempts=0)
    db.session.execute(queued.on_conflict_do_nothing(index_elements=["key"]))


def enqueue_new(kind: str, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """Queue these jobs, the payload of each by its key, but for those that were queued before. For a tick: looking takes no lock."""
    known = set(db.session.scalars(select(Job.key).where(Job.key.in_(wanted)))) if wanted else set()
    db.session.rollback()
    if new := sorted(wanted.keys() - known):
        with transaction():
            for key in new:
                enqueue(kind, key=key, **wanted[key])


def work_once(limit: int = 20, stop: Event | None = None) -> int:
    """Do at most `limit` due jobs, one after the other, and say how many were tried. Call it outside any transaction."""
    for number in range(limit):
        if (stop and stop.is_set()) or not _is_one_due():
            return number
        if (job := _claim()) is None:
            return number
        _try(job)
    return limit


def _due() -> list[Any]:
    free = or_(Job.lease_until.is_(None), Job.lease_until < now())
    return [Job.done_at.is_(None), Job.given_up_at.is_(None), Job.run_at <= now(), free]


def _is_one_due() -> bool:
    """Look before claiming: looking takes no lock."""
    found = db.session.scalar(select(Job.id).where(*_due()).limit(1)) is not None
    db.session.rollback()
    return found


def _claim() -> Any:
    """Take the job that has waited longest, in one statement; None if another worker was quicker."""
    free = select(Job.id).where(*_due()).order_by(Job.run_at, Job.id).limit(1)
    if db.engine.dialect.name == "postgresql":
        free = free.with_for_update(skip_locked=True)
    claim = (
        update(Job)
        .where(Job.id == free.scalar_subquery())
        .values(lease_until=now() + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    )
    with own_transaction() as connection:
        return connection.execute(claim).one_or_none()


def _try(job: Any) -> None:
    started = time.monotonic()
    about = {"job": job.id, "kind": job.kind, "attempt": job.attempts}
    if job.attempts > MOST_ATTEMPTS:  # its worker died each time
        log.error("A job was given up: its worker never came to the end of it", extra=about)
        _record(job, given_up_at=now())
        return
    try:
        handler = dict(handlers).get(job.kind)
        if handler is None:
            raise LookupError("No handler")
        handler(**job.payload)
    except Exception as error:
        db.session.remove()
        where = _where(error)
        last = job.attempts >= MOST_ATTEMPTS
        said = "A job was given up" if last else "A job failed and will be tried again"
        log.log(logging.ERROR if last else logging.WARNING, said, extra={**about, "error": where}, exc_info=last)
        what_now = {"given_up_at": now()} if last else {"run_at": now() + WAITS[job.attempts - 1]}
        _record(job, last_error=where, **what_now)
    else:
        db.session.remove()
        _record(job, done_at=now())
        log.info("A job was done", extra={**about, "ms": round((time.monotonic() - started) * 1000)})


def _record(job: Any, **values: Any) -> None:
    """Write down how it ended, unless the lease ran out and another worker has it now."""
    ended = update(Job).where(Job.id == job.id, Job.attempts == job.attempts, Job.done_at.is_(None))
    with own_transaction() as connection:
        connection.execute(ended.values(lease_until=None, **values))


def _where(error: BaseException) -> str:
    """The sort of error and the last place of ours that it went through."""
    place, at = "", error.__traceback__
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        if "pitchpit" in file.parts or not place:
            place = f"{file.name}:{at.tb_lineno}"
        at = at.tb_next
    return f"{type(error).__name__} at {place}"


def tick() -> int:
    """Let every port look for what is due now; one that fails does not stop the others. How many failed."""
    failed = 0
    for look in ticks:
        try:
            look()
        except Exception:
            failed += 1
            log.exception("Looking for what is due failed", extra={"tick": f"{look.__module__}.{look.__qualname__}"})
        finally:
            db.session.remove()
    return failed


def heartbeat(name: str) -> None:
    """Note that this is running."""
    seen = insert_into(Heartbeat).values(name=name, at=now())
    with own_transaction() as connection:
        connection.execute(seen.on_conflict_do_update(index_elements=["name"], set_={"at": seen.excluded.at}))


def last_seen(name: str) -> datetime | None:
    """When this was last known to run."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def numbers() -> dict[str, int]:
    """How many jobs are waiting and how many were given up. One statement."""
    open_ = and_(Job.done_at.is_(None), Job.given_up_at.is_(None))
    counted = select(func.count().filter(open_), func.count().filter(Job.given_up_at.is_not(None)))
    waiting, given_up = db.session.execute(counted.where(Job.done_at.is_(None))).one()
    return {"waiting": waiting, "given_up": given_up}


def prune() -> None:
    """Drop what is done with: old jobs, form keys, windows of the throttle."""
    with transaction():
        for kept, with_key in ((KEPT, Job.key.is_(None)), (KEPT_WITH_KEY, Job.key.is_not(None))):
            old = or_(Job.done_at < now() - kept, Job.given_up_at < now() - KEPT_WITH_KEY)
            db.session.execute(delete(Job).where(with_key, old))
        db.session.execute(delete(Throttle).where(Throttle.over < int(now().timestamp())))
        once.forget_old()
    _keep_statistics()


def _keep_statistics() -> None:
    """How many rows have what, by which SQLite chooses its indexes: it looks only when asked, at so many rows; PostgreSQL does so by itself."""
    if db.engine.dialect.name == "sqlite":
        with own_transaction(patience=5) as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=1000")
            connection.exec_driver_sql("ANALYZE")


def work_until_stopped() -> None:
    """The worker's whole life: work until this process is asked to end, and end between two jobs."""
    stop = Event()
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, lambda *_: stop.set())
    worker_loop(stop)


def worker_loop(stop: Event, *, pause: float = 1.0) -> None:
    """Work until `stop` is set: jobs as they fall due, the ticks every minute, a heartbeat, an hourly clearing up.

    A database that vanishes is logged and waited for.
    """
    turns = [
        _Turn(HEARTBEAT_EVERY, lambda: heartbeat("worker")),
        _Turn(TICK_EVERY, tick),
        _Turn(PRUNE_EVERY, prune),
    ]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the loop outlives any one context
    while not stop.is_set():
        done = 0
        with app.app_context():
            try:
                for turn in turns:
                    turn.take_if_due()
                done = work_once(stop=stop)
            except Exception:
                log.exception("The worker could not go on; it tries again")
                stop.wait(pause * 4)
        if not done:
            stop.wait(pause)


class _Turn:
    """Something that is done every so many seconds."""

    def __init__(self, every: float, do: Callable[[], Any]) -> None:
        self.every, self.do, self.next = every, do, 0.0

    def take_if_due(self) -> None:
        if time.monotonic() >= self.next:
            self.next = time.monotonic() + self.every
            self.do()
