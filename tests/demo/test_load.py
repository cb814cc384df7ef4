"""The story told as a whole: everything is in it, by the real actions, on working days, quickly, again and again."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import click
import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pitchpit import cli
from pitchpit.checking import problems
from pitchpit.core import clock, settings
from pitchpit.core.db import db, transaction
from pitchpit.core.jobs import Job
from pitchpit.demo import ACCOUNTS, cases, load, people
from pitchpit.history.models import AccessRecord, Event, EventText
from pitchpit.home.queries import needs_now
from pitchpit.lessons.models import Lesson
from pitchpit.measures.models import Annotation, Measure, StepChange
from pitchpit.measures.queries import readings_of
from pitchpit.notices.enums import Way
from pitchpit.notices.models import Notice
from pitchpit.panels.models import Conflict, Scorecard
from pitchpit.people import passwords
from pitchpit.people.models import Person
from pitchpit.people.queries import is_demo, person_signing_in
from pitchpit.projects.models import CheckIn, ForecastMove, Project, SpendEntry
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Round
from tests.factories import make_person
from tests.pages import words

SignIn = Callable[..., FlaskClient]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

STATES = {
    "draft": 5,
    "submitted": 7,
    "returned": 2,
    "shortlisted": 13,
    "approved": 19,
    "supported": 3,
    "declined": 4,
    "redirected": 4,
    "shelved": 2,
    "withdrawn": 2,
}

STAGES = {
    ("setting_up", None): 4,
    ("running", None): 2,
    ("testing", None): 2,
    ("embedding", None): 3,
    ("adopted", "worked"): 3,
    ("adopted", "worked_in_part"): 2,
    ("stopped", "did_not_work"): 2,
    ("done", "worked"): 2,
    ("done", "not_measured"): 1,
    ("not_started", None): 1,
}

PHASES = ["released", "released", "deciding", "scoring", "open", "setting_up"]

#: The day it is told on may be any of these.
SPECIAL = (
    datetime(2028, 2, 29, 9, 0, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 59, tzinfo=UTC),  # Easter Sunday, a minute before the clocks go forward
    datetime(2026, 12, 25, 10, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # in the hour that comes twice
)


def _words(*columns: object) -> Counter[object]:
    """How often each combination of these columns is there."""
    rows = db.session.execute(select(*columns))  # type: ignore[call-overload]
    return Counter(tuple(str(cell) if cell is not None else None for cell in row) for row in rows)


def _everything_is_there() -> None:
    assert {state: number for (state,), number in _words(Proposal.state).items()} == STATES
    assert _words(Project.stage, Project.result) == STAGES
    assert set(_words(Project.monitoring)) == {("light",), ("standard",), ("close",)}
    rounds = db.session.scalars(select(Round).order_by(Round.id))
    assert [round.phase_at(clock.now()).value for round in rounds] == PHASES
    assert db.session.scalar(select(func.count()).where(Proposal.concern_at.is_not(None))) == 2
    assert [row.__name__ for row in _NOT_EMPTY if not db.session.scalar(select(func.count()).select_from(row))] == []


_NOT_EMPTY = (AccessRecord, CheckIn, ForecastMove, SpendEntry, StepChange, Annotation, Lesson, Conflict, Scorecard)


def _one_slip_is_taken_out_and_one_waits() -> None:
    assert db.session.scalar(select(func.count()).where(EventText.redacted_at.is_not(None))) == 2
    assert db.session.scalar(select(func.count()).where(EventText.text.contains("sick leave"))) == 2
    assert db.session.scalar(select(func.count()).where(Person.site.contains("sick leave"))) == 0


def _history_is_whole() -> None:
    assert list(problems()) == []
    days = {clock.london(moment).date() for moment in db.session.scalars(select(Event.at))}
    assert [day for day in sorted(days) if not clock.is_working_day(day)] == []
    assert max(days) < clock.today()
    moments = list(db.session.scalars(select(Event.at).order_by(Event.id)))
    assert moments == sorted(moments)


def _everybody_has_something_to_do() -> None:
    with current_app.test_request_context():
        idle = [account.email for account in ACCOUNTS if not needs_now(person_signing_in(account.email))]
    assert idle == []


def _only_the_ten_sign_in() -> None:
    with_password = select(Person.email).where(Person.password_hash.is_not(None)).order_by(Person.email)
    assert list(db.session.scalars(with_password)) == sorted(account.email for account in ACCOUNTS)
    assert db.session.scalar(select(func.count(Person.id))) == people.NUMBER
    nurse = person_signing_in("nurse@demo.example")
    assert nurse is not None
    assert passwords.is_right(nurse.password_hash, "pitchpit-demo")


def _nothing_is_mailed() -> None:
    assert set(_words(Notice.way)) == {(Way.INBOX_ONLY.value,)}
    assert list(db.session.scalars(select(Job.kind))) == []


def test_the_story_is_all_there(app: Flask, statements: Callable[[], AbstractContextManager[list[str]]]) -> None:
    begun = time.process_time()
    with statements() as sql:
        told = load(again=False)
    assert time.process_time() - begun < 20
    assert len(sql) < 15_000
    assert told == "The demo story is told. Everybody and everything in it is made up."
    assert is_demo()
    _everything_is_there()
    _history_is_whole()
    _one_slip_is_taken_out_and_one_waits()
    _everybody_has_something_to_do()
    _only_the_ten_sign_in()
    _nothing_is_mailed()
    assert app.config["MAIL"] == "log"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("told_at", SPECIAL, ids=lambda moment: moment.isoformat())
def test_it_can_be_told_on_any_day(app: Flask, told_at: datetime) -> None:
    with clock.at(told_at):
        load(again=False)
        _everything_is_there()
        _history_is_whole()
        _everybody_has_something_to_do()


@pytest.mark.only_on("sqlite")
def test_its_charts_say_what_was_published(app: Flask) -> None:
    load(again=False)
    titles = [case.title for case in cases.FIRST + cases.SECOND]
    projects = db.session.scalars(select(Project).where(Project.title.in_(titles)).order_by(Project.id)).all()
    assert len(projects) == len(titles)
    assert len(projects) >= 12
    readings = {reading.measure.name: reading for project in projects for reading in readings_of(project)}

    def means(name: str) -> list[float]:
        return [round(segment.mean, 1) for segment in readings[name].analysis.segments if segment.mean is not None]

    assert means("Mental health calls taken to the emergency department") == [52.0, 18.0]
    assert means("Mean stay of care-home residents") == [17.4, 13.4]
    assert means("Seen within fifteen minutes") == [31.0, 48.0, 63.0]
    assert means("Appointments missed without notice") == [11.1, 8.4]
    assert means("Appointments missed, north") == [20.7, 24.7]
    assert means("Good days") == [55.0, 75.0]
    unchanged = ("Appointments missed, all clinics", "Deaths in hospital among patients with sepsis")
    causes = {cause for name in unchanged for cause in readings[name].analysis.special_cause}
    assert {str(cause) for cause in causes} == {"common_cause"}


@pytest.mark.only_on("sqlite")
def test_every_chart_says_beside_it_that_its_points_are_generated(app: Flask, sign_in: SignIn) -> None:
    load(again=False)
    qi = sign_in(person_signing_in("qi@demo.example"))
    measures = list(db.session.scalars(select(Measure)))
    assert len(measures) > 30
    said = "generated for this demonstration"
    assert [one.name for one in measures if one.source.count(said) != 1] == []
    projects = {one.project_id for one in measures}
    assert [number for number in projects if said not in words(qi.get(f"/projects/{number}"))] == []
    shown = words(qi.get(f"/measures/{measures[0].id}"))
    assert f"Where the numbers come from: {measures[0].source}" in shown


def test_it_is_told_again_on_request_alone(app: Flask) -> None:
    load(again=False)
    first = db.session.scalar(select(func.max(Event.id)))
    with pytest.raises(ValueError, match="here already"):
        load(again=False)
    with transaction():
        make_person("Somebody added while looking around")
    with clock.at(clock.now()):
        load(again=True)
    assert db.session.scalar(select(func.count(Person.id))) == people.NUMBER
    assert db.session.scalar(select(func.max(Event.id))) == first
    _everything_is_there()
    _history_is_whole()


def test_an_interrupted_telling_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_stage: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pitchpit.demo.working.the_projects", stop)
        with pytest.raises(KeyboardInterrupt):
            load(again=False)
    assert db.session.scalar(select(func.count(Person.id))) == 0
    assert not is_demo()
    assert app.config["MAIL"] == "log"


@pytest.mark.parametrize("again", [False, True])
def test_real_people_are_never_thrown_away(app: Flask, again: bool) -> None:
    with transaction():
        person = make_person("Somebody real")
    with pytest.raises(ValueError, match="holds real people"):
        load(again=again)
    assert list(db.session.scalars(select(Person.id))) == [person.id]


def test_production_refuses_to_start_on_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction():
        settings.put(settings.DEMO, clock.now().isoformat())
    cli._refuse_demo_in_production(app)  # a laptop may
    monkeypatch.setitem(app.config, "PITCHPIT_ENV", "production")
    with pytest.raises(click.ClickException, match="holds the demo story"):
        cli._refuse_demo_in_production(app)
