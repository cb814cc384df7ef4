"""Several people at once: one start, one ending."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Refused
from pitchpit.gates import actions
from pitchpit.gates.enums import GateOutcome
from pitchpit.gates.models import Gate
from pitchpit.gates.rules import Learned
from pitchpit.history.models import Event
from pitchpit.history.queries import verify
from pitchpit.lessons.models import Lesson
from pitchpit.people.models import Person
from pitchpit.projects.enums import Result, Stage
from pitchpit.projects.models import Project
from pitchpit.projects.queries import visible_or_404
from tests.gates.conftest import ready
from tests.projects.conftest import People

pytestmark = pytest.mark.attack


def test_a_project_started_eight_times_at_once_starts_once(
    app: Flask, people: People, at_once: Callable[..., list[Any]]
) -> None:
    project_id, person_id = ready(people).id, people.sponsor.id

    def starting() -> int:
        with transaction():
            person = db.session.get_one(Person, person_id)
            return actions.start(visible_or_404(person, project_id, change=True), actor=person).id

    results = at_once(*[starting] * 8)
    db.session.rollback()
    assert [type(one) for one in results if not isinstance(one, int)] == [Refused] * 7
    assert db.session.scalars(select(Gate.id)).all() == [one for one in results if isinstance(one, int)]
    assert sorted(db.session.scalars(select(Event.verb))) == ["gate.held", "project.moved"]
    assert verify() is None


def test_adopting_and_stopping_at_once_ends_one_way(
    app: Flask, people: People, at_once: Callable[..., list[Any]]
) -> None:
    project_id, person_id = people.project(stage="embedding").id, people.qi.id

    def ending(outcome: GateOutcome, result: Result) -> Callable[[], Stage]:
        def call() -> Stage:
            with transaction():
                person = db.session.get_one(Person, person_id)
                one = visible_or_404(person, project_id, change=True)
                learned = Learned(result, "a", "b", "c")
                return actions.hold(one, outcome, actor=person, reason="So", learned=learned).to_stage

        return call

    ways = [(GateOutcome.ADOPT, Result.WORKED), (GateOutcome.STOP, Result.DID_NOT_WORK)]
    results = at_once(*[ending(*ways[number % 2]) for number in range(8)])
    db.session.rollback()
    stages = [one for one in results if isinstance(one, Stage)]
    assert [type(one) for one in results if not isinstance(one, Stage)] == [Refused] * 7
    project = db.session.get_one(Project, project_id)
    assert [project.stage] == stages
    assert project.result is {Stage.ADOPTED: Result.WORKED, Stage.STOPPED: Result.DID_NOT_WORK}[stages[0]]
    assert len(db.session.scalars(select(Lesson)).all()) == 1
