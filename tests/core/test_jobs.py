"""Work for later: queued with its cause, done at least once, by one worker at a time, and given up in the end."""

import contextlib
import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, is_writing, transaction
from pitchpit.core.jobs import Job, enqueue, enqueue_new, heartbeat, last_seen, numbers, prune, tick, work_once
from pitchpit.core.ports import Port
from pitchpit.core.throttle import Throttle, hit

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def done(app, monkeypatch):
    """What the handler "note" was called with, on ports of this test's own."""
    monkeypatch.setattr(jobs, "handlers", Port("test.handlers." + str(id(monkeypatch))))
    monkeypatch.setattr(jobs, "ticks", Port("test.ticks." + str(id(monkeypatch))))
    calls = []
    jobs.handlers.add(app, ("note", lambda **payload: calls.append(payload)))
    return calls


def queue(*args, **kwargs):
    with transaction():
        enqueue(*args, **kwargs)


def the_job():
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def test_a_job_is_done_once_with_its_payload(done):
    queue("note", proposal_id=7, words=["a", "é"])
    assert numbers() == {"waiting": 1, "given_up": 0}
    assert (work_once(), work_once()) == (1, 0)
    assert done == [{"proposal_id": 7, "words": ["a", "é"]}]
    assert the_job().done_at is not None
    assert numbers() == {"waiting": 0, "given_up": 0}


def test_a_job_is_queued_only_with_what_causes_it(done):
    with contextlib.suppress(ZeroDivisionError), transaction():
        enqueue("note")
        raise ZeroDivisionError
    with pytest.raises(RuntimeError):
        enqueue("note")
    assert (work_once(), done) == (0, [])


def test_the_same_key_is_one_job_even_after_it_is_done(done):
    queue("note", key="milestone-42-due-2026-12-01", number=1)
    queue("note", key="milestone-42-due-2026-12-01", number=2)
    work_once()
    queue("note", key="milestone-42-due-2026-12-01", number=3)
    queue("note", number=4)
    queue("note", number=4)
    work_once()
    assert done == [{"number": 1}, {"number": 4}, {"number": 4}]


def test_the_same_key_from_eight_at_once_is_one_job(done, at_once):
    assert at_once(*[lambda: queue("note", key="one")] * 8) == [None] * 8
    assert db.session.scalar(select(func.count(Job.id))) == 1


def test_what_is_due_is_queued_once_however_often_it_is_looked_for(done, statements):
    enqueue_new("note", {"b": {"number": 2}, "a": {"number": 1}})
    work_once()
    enqueue_new("note", {"b": {"number": 2}, "c": {"number": 3}})
    work_once()
    assert done == [{"number": 1}, {"number": 2}, {"number": 3}]
    with statements() as sql:
        enqueue_new("note", {"a": {"number": 1}})
        enqueue_new("note", {})
    assert [one.split()[0] for one in sql] == ["SELECT"]


def test_a_job_waits_for_its_time_and_the_oldest_goes_first(done):
    with clock.at(NOON):
        queue("note", run_at=NOON + timedelta(hours=1), number=2)
        queue("note", number=1)
        assert work_once() == 1
    with clock.at(NOON + timedelta(hours=1)):
        assert work_once() == 1
    assert done == [{"number": 1}, {"number": 2}]


def test_no_more_than_the_limit_is_done_in_one_go(done):
    for number in range(5):
        queue("note", number=number)
    assert [work_once(2), work_once(2), work_once(2)] == [2, 2, 1]
    assert [call["number"] for call in done] == [0, 1, 2, 3, 4]


def test_a_handler_runs_outside_any_transaction_and_opens_its_own(done, app):
    seen = []

    def handler():
        seen.append(is_writing())
        with transaction():
            enqueue("note", from_handler=True)

    jobs.handlers.add(app, ("open", handler))
    queue("open")
    work_once()
    assert seen == [False]
    assert done == [{"from_handler": True}]


def test_what_was_cut_off_in_the_middle_is_done_again_after_its_lease(done, app):
    class PulledPlug(BaseException):
        pass

    def handler():
        done.append("begun")
        if len(done) == 1:
            raise PulledPlug

    jobs.handlers.add(app, ("heavy", handler))
    with clock.at(NOON):
        queue("heavy")
        with pytest.raises(PulledPlug):
            work_once()
        assert work_once() == 0
    with clock.at(NOON + jobs.LEASE - timedelta(seconds=1)):
        assert work_once() == 0
    with clock.at(NOON + jobs.LEASE + timedelta(seconds=1)):
        assert work_once() == 1
    assert done == ["begun", "begun"]
    assert (the_job().attempts, the_job().lease_until, the_job().done_at is None) == (2, None, False)


def test_what_kills_every_worker_is_given_up(done, app, caplog):
    def handler():
        raise SystemExit

    jobs.handlers.add(app, ("deadly", handler))
    queue("deadly")
    moment = clock.now()
    for _ in range(jobs.MOST_ATTEMPTS):
        with clock.at(moment), pytest.raises(SystemExit):
            work_once()
        moment += jobs.LEASE + timedelta(seconds=1)
    with clock.at(moment):
        assert (work_once(), work_once()) == (1, 0)
    assert numbers() == {"waiting": 0, "given_up": 1}
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == [
        "A job was given up: its worker never came to the end of it"
    ]


def test_a_failure_is_tried_again_later_and_given_up_in_the_end_without_its_words(done, app, caplog):
    def handler(name):
        raise ValueError(f"about {name}")

    jobs.handlers.add(app, ("fails", handler))
    caplog.set_level(logging.INFO, logger="pitchpit")
    moment = NOON
    with clock.at(moment):
        queue("fails", name="Jo Patient")
    waited = []
    for _ in range(jobs.MOST_ATTEMPTS):
        with clock.at(moment):
            assert work_once() == 1
            job = the_job()
            waited.append(job.run_at - moment)
            moment = job.run_at
    assert tuple(waited) == (*jobs.WAITS, timedelta(0))
    assert (numbers(), work_once()) == ({"waiting": 0, "given_up": 1}, 0)
    assert the_job().last_error.startswith("ValueError at ")
    assert [record.levelname for record in caplog.records if record.name == "pitchpit.core.jobs"] == ["WARNING"] * 5 + [
        "ERROR"
    ]
    assert "Jo Patient" not in the_job().last_error + "".join(
        record.getMessage() + str(getattr(record, "error", "")) for record in caplog.records
    )


def test_a_kind_that_nobody_handles_is_a_failure(done):
    queue("unheard-of")
    assert work_once(1) == 1
    assert the_job().last_error.startswith("LookupError at jobs.py:")


def test_a_failed_handler_leaves_nothing_half_done(done, app):
    def handler():
        with transaction():
            enqueue("note", half=True)
            raise ValueError

    jobs.handlers.add(app, ("halves", handler))
    queue("halves")
    assert (work_once(), done) == (1, [])


def test_a_result_that_comes_after_the_lease_ran_out_does_not_count(done, app):
    moments = iter([NOON + jobs.LEASE * 2])

    def handler():
        done.append("begun")
        for moment in moments:  # the first time: so slow that another worker takes it over and ends it
            with clock.at(moment):
                work_once()
            raise ValueError("too late")

    jobs.handlers.add(app, ("slow", handler))
    with clock.at(NOON):
        queue("slow")
        work_once()
    assert done == ["begun", "begun"]
    assert (the_job().attempts, the_job().last_error, the_job().done_at) == (2, None, NOON + jobs.LEASE * 2)


@pytest.mark.attack
def test_eight_workers_at_once_do_each_job_exactly_once(done, at_once):
    with transaction():
        for number in range(60):
            enqueue("note", number=number)

    def work():
        total = 0
        while got := work_once(3):
            total += got
        return total

    assert sum(at_once(*[work] * 8)) >= 60
    assert sorted(call["number"] for call in done) == list(range(60))
    assert numbers() == {"waiting": 0, "given_up": 0}


def test_every_tick_is_called_though_one_fails(done, app, caplog):
    def broken():
        raise ValueError("private words")

    jobs.ticks.add(app, broken)
    jobs.ticks.add(app, lambda: queue("note", key="due"))
    assert (tick(), tick(), work_once()) == (1, 1, 1)
    assert done == [{}]


def test_a_heartbeat_is_the_last_one(app):
    assert last_seen("worker") is None
    for moment in (NOON, NOON + timedelta(minutes=1)):
        with clock.at(moment):
            heartbeat("worker")
    db.session.rollback()
    assert last_seen("worker") == NOON + timedelta(minutes=1)


def test_old_things_go_and_keys_stay_longer(done):
    with clock.at(NOON):
        queue("note", number=1)
        queue("note", key="once", number=2)
        hit("somebody", 3, 60)
        work_once()
        queue("note", run_at=NOON + timedelta(days=900), number=3)
        prune()
        assert db.session.scalar(select(func.count(Job.id))) == 3
    with clock.at(NOON + timedelta(days=15)):
        prune()
        assert db.session.scalars(select(Job.key).order_by(Job.id)).all() == ["once", None]
        assert db.session.scalar(select(func.count()).select_from(Throttle)) == 0
    with clock.at(NOON + timedelta(days=401)):
        prune()
        assert [job.payload for job in db.session.scalars(select(Job))] == [{"number": 3}]


def test_the_worker_works_beats_ticks_and_stops_when_it_is_told(done, app):
    stop = threading.Event()
    jobs.ticks.add(app, lambda: queue("note", key="from a tick"))
    jobs.handlers.add(app, ("stop", stop.set))
    queue("note", number=1)
    queue("stop", run_at=clock.now() + timedelta(seconds=0.3))
    jobs.worker_loop(stop, pause=0.05)
    assert done == [{"number": 1}, {}]
    assert last_seen("worker") is not None


def test_the_worker_outlives_a_database_that_fails(done, app, monkeypatch, caplog):
    stop = threading.Event()
    tries = []

    def failing(stop):
        tries.append(stop)
        if len(tries) == 3:
            stop.set()
        raise OSError("gone")

    monkeypatch.setattr(jobs, "work_once", failing)
    jobs.worker_loop(stop, pause=0.01)
    assert len(tries) == 3
    assert [record.message for record in caplog.records] == ["The worker could not go on; it tries again"] * 3
