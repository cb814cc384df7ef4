"""A project with its people and a measure, for the tests of measures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from pitchpit.core import clock
from pitchpit.core.db import transaction
from pitchpit.measures.models import Measure
from pitchpit.people.models import Person
from pitchpit.projects.enums import Role, Stage
from pitchpit.projects.models import Project, RoleHolder
from tests.factories import make_measure, make_person, make_project

#: A Wednesday in August: July is the last month that has ended.
NOW = datetime(2026, 8, 5, 9, 30, tzinfo=UTC)


@dataclass
class Ward:
    """Who is who, and what they measure."""

    project: Project
    measure: Measure
    people: dict[str, Person]

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


@pytest.fixture
def build_ward(app: Flask) -> Callable[..., Ward]:
    """`build_ward(stage=..., **columns of the measure)`."""

    def build(stage: Stage = Stage.TESTING, **columns: Any) -> Ward:
        with transaction():
            people = {
                name: make_person(f"{name.capitalize()} Example")
                for name in ("lead", "member", "sponsor", "coach", "owner", "former", "stranger")
            }
            people |= {right: make_person(rights=[right]) for right in ("qi", "leader", "admin")}
            team = {role: people[role] for role in ("lead", "sponsor", "coach")}
            project = make_project(stage=stage, title="Safer nights", members=[people["member"]], **team)
            today = clock.today()  # the first day without the role
            project.roles.append(
                RoleHolder(person=people["former"], role=Role.LEAD, from_on=today - timedelta(days=9), to_on=today)
            )
            measure = make_measure(project, **{"name": "Falls", "data_owner": people["owner"], **columns})
        return Ward(project, measure, people)

    return build


@pytest.fixture
def ward(build_ward: Callable[..., Ward]) -> Ward:
    return build_ward()


@pytest.fixture
def in_august(moved_clock: Callable[[datetime], Any]) -> Any:
    """It is Wednesday 5 August 2026, in the test, its requests and its pages."""
    with moved_clock(NOW):
        yield NOW
