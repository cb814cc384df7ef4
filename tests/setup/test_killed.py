"""Every process killed (SIGKILL) under load, again and again: nothing that was acknowledged is lost, and nothing happened twice.

Real servers on a real port, as `pitchpit serve` starts them; people hand ideas in and enter values without a pause, and send again what
was not answered, with the same key, as anybody does.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from pitchpit.core.db import db, transaction
from pitchpit.core.jobs import Job
from pitchpit.history.models import Event
from pitchpit.measures.enums import Frequency
from pitchpit.measures.models import Observation
from pitchpit.notices.models import Notice
from pitchpit.people.actions import begin_sign_in
from pitchpit.people.models import Person
from pitchpit.projects.enums import Stage
from pitchpit.projects.models import Project
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal, Version
from tests.conftest import settle
from tests.databases import TEST_SETTINGS, World
from tests.factories import make_measure, make_person, make_project, make_round
from tests.pages import PageForm, forms_of

pytestmark = [pytest.mark.attack, pytest.mark.slow]

AUTHORS = 3
KILLS = 3
BETWEEN_KILLS = 8  # ideas and values that are acknowledged between a start and the next kill
PATIENCE = 60.0  # seconds that a person sends the same again before they give up


class Servers:
    """Two web processes and a worker on a database."""

    def __init__(self, address: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = os.environ | {
            "PYTHON_DOTENV_DISABLED": "1",
            "SECRET_KEY": str(TEST_SETTINGS["SECRET_KEY"]),
            "DATABASE_URL": address,
            "PITCHPIT_VAR": str(folder),
        }
        self.log = (folder / "log").open("a")
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        pages = ["gunicorn", "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--threads", "4"]
        for module in ([*pages, "--worker-class", "gthread", "pitchpit.wsgi:app"], ["pitchpit.cli", "worker"]):
            self.running.append(
                subprocess.Popen(
                    [sys.executable, "-m", *module],
                    env=self.environment,
                    stdout=self.log,
                    stderr=self.log,
                    start_new_session=True,
                )
            )
        for _ in range(600):
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return
            time.sleep(0.05)
        raise AssertionError("The server did not start.")

    def end(self, how: signal.Signals) -> None:
        """Each with all of its processes."""
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, how)
        for process in self.running:
            process.wait(30)
        self.running.clear()


@dataclass
class Answer:
    status: int
    location: str
    text: str
    path: str

    @property
    def request(self) -> Answer:
        return self

    @property
    def full_path(self) -> str:
        return self.path


class Browser:
    """Somebody's, which sends again what was not answered."""

    def __init__(self, app: Flask, port: int, token: str) -> None:
        secret = {"_user_id": token, "_fresh": True, "shared": False, "csrf_token": "a token for tests alone"}
        signed = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        guard = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(secret["csrf_token"])
        self.headers = {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={signed.dumps(secret)}", "X-CSRFToken": guard}
        self.port = port
        self.cut_off = 0  # after it was sent

    def get(self, path: str) -> Answer:
        return self._until_answered("GET", path, None)

    def post(self, path: str, **sent: Any) -> Answer:
        return self._until_answered("POST", path, urlencode(sent, doseq=True))

    def _until_answered(self, method: str, path: str, body: str | None) -> Answer:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self._once(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                if time.monotonic() > end:
                    raise
                self.cut_off += method == "POST" and not isinstance(error, ConnectionRefusedError)
                time.sleep(0.05)

    def _once(self, method: str, path: str, body: str | None) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
            line.request(method, path, body, self.headers | form)
            answer = line.getresponse()
            return Answer(answer.status, answer.headers.get("Location") or "", answer.read().decode(), path)
        finally:
            line.close()


def form_on(page: Answer, action: str) -> PageForm:
    return next(form for form in forms_of(page) if form.action == action and form.method == "POST")


@dataclass
class Load:
    """What people did, and what they were told."""

    enough: threading.Event = field(default_factory=threading.Event)
    handed_in: dict[int, str] = field(default_factory=dict)
    entered: dict[date, float] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        return len(self.handed_in) + len(self.entered)

    def wait_for_more(self) -> None:
        wanted, end = self.acknowledged + BETWEEN_KILLS, time.monotonic() + PATIENCE
        while self.acknowledged < wanted and not self.surprises and time.monotonic() < end:
            time.sleep(0.01)

    def expect(self, answer: Answer, *, leads_to: str) -> bool:
        """Whether it was acknowledged; anything else that is not silence is a surprise."""
        if answer.status in (302, 303) and leads_to in answer.location:
            return True
        self.surprises.append(f"{answer.path}: {answer.status} {answer.location}")
        return False

    def hand_in_ideas(self, browser: Browser, round_id: int, who: int) -> None:
        number = 0
        while not self.enough.is_set():
            number += 1
            begun = browser.post(f"/rounds/{round_id}/proposals")
            if not self.expect(begun, leads_to="/edit"):
                return
            edit = begun.location
            typed = {"title": f"Idea {number} of {who}", "costs-0-what": "Kits", "costs-0-amount": "300"}
            form = form_on(browser.get(edit), edit)
            answers = {name: "As we see it" for name in form.kinds if name[0] == "q" and name[1:].isdigit()}
            if not self.expect(browser.post(edit, **form.filled(**typed, **answers)), leads_to=edit):
                return
            check = edit.replace("/edit", "/check")
            if not self.expect(browser.post(check, **form_on(browser.get(check), check).filled()), leads_to="/receipt"):
                return
            self.handed_in[int(edit.split("/")[2])] = typed["title"]

    def enter_values(self, browser: Browser, measure_id: int) -> None:
        number = 0
        while not self.enough.is_set():
            number += 1
            on = date(2001, 1, 1) + timedelta(weeks=number)
            enter = f"/measures/{measure_id}/enter"
            typed = {"on-day": on.day, "on-month": on.month, "on-year": on.year, "value": number}
            sent = form_on(browser.get(enter), enter).filled(**typed)
            if not self.expect(browser.post(enter, **sent), leads_to=f"/measures/{measure_id}"):
                return
            self.entered[on] = float(number)


@pytest.fixture
def servers(own_database: World, tmp_path: Path) -> Iterator[Servers]:
    made = Servers(own_database.app.config["DATABASE_URL"], tmp_path)
    yield made
    made.end(signal.SIGKILL)
    made.log.close()


def signed_in(person: Person) -> str:
    return begin_sign_in(person, shared=False, device="A test")


@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(own_database: World, servers: Servers) -> None:
    app = own_database.app
    with app.app_context():
        with transaction():
            round_id = make_round().id
            project = make_project(stage=Stage.TESTING)
            owner, authors = make_person("Owner Example"), [make_person() for _ in range(AUTHORS)]
            measure_id = make_measure(project, data_owner=owner, frequency=Frequency.WEEKLY).id
            tokens = [signed_in(person) for person in [owner, *authors]]
            ids = [person.id for person in authors]
        db.session.remove()
        db.engine.dispose()
        load = Load()
        browsers = [Browser(app, servers.port, token) for token in tokens]
        doing: list[Callable[[], None]] = [lambda: load.enter_values(browsers[0], measure_id)]
        for who, browser in enumerate(browsers[1:]):
            doing.append(lambda browser=browser, who=who: load.hand_in_ideas(browser, round_id, who))
        servers.start()
        people = [threading.Thread(target=do) for do in doing]
        for person in people:
            person.start()
        for _ in range(KILLS):
            load.wait_for_more()
            servers.end(signal.SIGKILL)
            servers.start()
        load.wait_for_more()
        load.enough.set()
        for person in people:
            person.join(2 * PATIENCE)
        servers.end(signal.SIGKILL)
        settle()
        assert load.surprises == []
        assert_enough_was_tried(load, browsers)
        assert_each_is_there_once(load, ids)
        db.session.remove()
        db.engine.dispose()
    checked = subprocess.run(
        [sys.executable, "-m", "pitchpit.cli", "check"],
        env=servers.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (
        0,
        "The database, the history and the files are sound.\n",
        "",
    )


def assert_enough_was_tried(load: Load, browsers: list[Browser]) -> None:
    """Kills that cut nobody off would prove nothing."""
    assert load.acknowledged >= (KILLS + 1) * BETWEEN_KILLS
    assert min(len(load.handed_in), len(load.entered)) >= KILLS
    assert sum(browser.cut_off for browser in browsers) >= 1


def assert_each_is_there_once(load: Load, authors: list[int]) -> None:
    of_submitted = Proposal.state == ProposalState.SUBMITTED
    there = {one.id: one.title for one in db.session.scalars(select(Proposal).where(of_submitted))}
    assert there == load.handed_in
    assert len(set(there.values())) == len(there)
    made_before = select(Project.proposal_id)
    assert counted(select(Version.proposal_id).where(Version.proposal_id.not_in(made_before))) == dict.fromkeys(
        there, 1
    )
    assert counted(select(Event.subject_id).where(Event.verb == "proposal.submitted")) == dict.fromkeys(there, 1)
    told = select(Notice.subject_id).where(Notice.kind == "proposal_received", Notice.person_id.in_(authors))
    assert counted(told) == dict.fromkeys(there, 1)
    to_responder = select(Notice.subject_id).where(Notice.kind == "proposal_to_answer")
    assert counted(to_responder) == dict.fromkeys(there, 1)
    values = db.session.execute(select(Observation.period_on, Observation.value)).all()
    assert sorted(values) == sorted(load.entered.items())
    events = db.session.scalar(select(func.count()).where(Event.verb == "observation.recorded"))
    assert events in (0, len(load.entered))
    keys = db.session.scalars(select(Job.key).where(Job.key.is_not(None))).all()
    assert len(keys) == len(set(keys))


def counted(numbers: Any) -> dict[int, int]:
    """How often each number comes."""
    found: dict[int, int] = {}
    for number in db.session.scalars(numbers):
        found[number] = found.get(number, 0) + 1
    return found
