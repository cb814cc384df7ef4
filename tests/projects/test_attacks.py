"""Several people at once: one check-in for a day, no move lost or overwritten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Refused, Stale
from pitchpit.history.queries import verify
from pitchpit.people.models import Person
from pitchpit.projects import actions, queries
from pitchpit.projects.enums import Role, StartCheckAnswer, StartCheckKind
from pitchpit.projects.models import CheckIn, Milestone, Project, StartCheck
from pitchpit.projects.rules import months_after
from tests.factories import make_person, make_project

pytestmark = pytest.mark.attack

AtOnce = Callable[..., list[Any]]


def test_eight_check_ins_for_the_same_day_are_one(app: Flask, at_once: AtOnce) -> None:
    due = clock.today()
    with transaction():
        team = [make_person() for _ in range(8)]
        project = make_project(stage="testing", lead=team[0], members=team[1:], next_check_in_on=due)
    project_id = project.id

    def reporting(person_id: int) -> Callable[[], str]:
        def call() -> str:
            with transaction():
                person = db.session.get_one(Person, person_id)
                one = queries.visible_or_404(person, project_id, change=True)
                return actions.check_in(one, actor=person, due_on=due, what_happened=f"By {person_id}").what_happened

        return call

    results = at_once(*[reporting(person.id) for person in team])
    db.session.rollback()
    made = [one for one in results if isinstance(one, str)]
    assert [type(one) for one in results if not isinstance(one, str)] == [Refused] * 7
    assert db.session.scalars(select(CheckIn.what_happened)).all() == made
    assert db.session.get_one(Project, project_id).next_check_in_on == months_after(due, 3)
    assert verify() is None


def test_of_eight_who_move_the_same_milestone_seven_are_told(app: Flask, at_once: AtOnce) -> None:
    today = clock.today()
    with transaction():
        lead = make_person()
        project = make_project(stage="testing", lead=lead, milestones=[today])
    ids = project.id, lead.id, project.milestones[0].id

    def moving(days: int) -> Callable[[], int]:
        def call() -> int:
            project_id, person_id, milestone_id = ids
            with transaction():
                person = db.session.get_one(Person, person_id)
                one = queries.visible_or_404(person, project_id, change=True)
                milestone = queries.milestone_or_404(one, milestone_id)
                to_on = today + timedelta(days=days)
                actions.move_forecast(one, milestone, actor=person, edit=1, to_on=to_on, reason=f"{days} days")
                return days

        return call

    results = at_once(*[moving(number) for number in range(1, 9)])
    db.session.rollback()
    moved = [one for one in results if isinstance(one, int)]
    assert [type(one) for one in results if not isinstance(one, int)] == [Stale] * 7
    milestone = db.session.get_one(Milestone, ids[2])
    assert [(move.from_on, move.to_on) for move in milestone.moves] == [(today, today + timedelta(days=moved[0]))]
    assert (milestone.forecast_on, milestone.edit) == (today + timedelta(days=moved[0]), 2)
    assert db.session.get_one(Project, ids[0]).next_due_on == milestone.forecast_on


def test_of_eight_sponsors_named_at_once_one_has_the_role(app: Flask, at_once: AtOnce) -> None:
    with transaction():
        qi = make_person(rights=["qi"])
        candidates = [make_person() for _ in range(8)]
        project = make_project(stage="testing")
    project_id, qi_id = project.id, qi.id

    def naming(person_id: int) -> Callable[[], int]:
        def call() -> int:
            with transaction():
                actor, person = db.session.get_one(Person, qi_id), db.session.get_one(Person, person_id)
                one = queries.visible_or_404(actor, project_id, change=True)
                return actions.name_holder(one, Role.SPONSOR, person, actor=actor).person_id

        return call

    results = at_once(*[naming(person.id) for person in candidates])
    db.session.rollback()
    assert sorted(results) == [person.id for person in candidates]
    project = queries.visible_or_404(qi, project_id)
    sponsors = [holder for holder in project.roles if holder.role is Role.SPONSOR]
    assert (len(sponsors), sum(holder.to_on is None for holder in sponsors)) == (8, 1)


def test_of_eight_who_answer_the_same_check_seven_are_told(app: Flask, at_once: AtOnce) -> None:
    with transaction():
        team = [make_person() for _ in range(8)]
        project = make_project(lead=team[0], members=team[1:])
    project_id = project.id

    def answering(person_id: int) -> Callable[[], str]:
        def call() -> str:
            said = {"answer": StartCheckAnswer.DONE, "detail": f"By {person_id}", "edit": 0}
            with transaction():
                person = db.session.get_one(Person, person_id)
                one = queries.visible_or_404(person, project_id, change=True)
                actions.answer_start_check(one, StartCheckKind.EQUALITY, actor=person, **said)
                return said["detail"]

        return call

    results = at_once(*[answering(person.id) for person in team])
    db.session.rollback()
    kept = [one for one in results if isinstance(one, str)]
    assert [type(one) for one in results if not isinstance(one, str)] == [Stale] * 7
    assert [(check.detail, check.edit) for check in db.session.scalars(select(StartCheck))] == [(kept[0], 1)]
    assert verify() is None
