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
from pitchpit.proposals.enums import ProposalState
from pitchpit.schemes.enums import Monitoring
from tests.factories import make_measure, make_person, make_proposal

#: A Wednesday in August: July is the last month that has ended.
NOW = datetime(2026, 8, 5, 9, 30, tzinfo=UTC)

ENDED = {Stage.ADOPTED, Stage.STOPPED, Stage.DONE, Stage.NOT_STARTED}


def project_of(title: str, roles: dict[Role, Person], stage: Stage = Stage.TESTING) -> Project:
    """A project in this stage with these people, who have had their roles for a month."""
    from pitchpit.core.db import db

    proposal = make_proposal(state=ProposalState.APPROVED)
    project = Project(
        proposal=proposal,
        title=title,
        aim="Fewer falls at night",
        stage=stage,
        monitoring=Monitoring.STANDARD,
        award_pence=0,
        opened_at=clock.now(),
        ended_on=clock.today() if stage in ENDED else None,
    )
    began = clock.today() - timedelta(days=30)
    project.roles = [RoleHolder(person=person, role=role, from_on=began) for role, person in roles.items()]
    db.session.add(project)
    db.session.flush()
    return project


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
            roles = {Role.LEAD: "lead", Role.MEMBER: "member", Role.SPONSOR: "sponsor", Role.COACH: "coach"}
            project = project_of("Safer nights", {role: people[name] for role, name in roles.items()}, stage)
            yesterday = clock.today() - timedelta(days=1)
            project.roles.append(
                RoleHolder(person=people["former"], role=Role.LEAD, from_on=yesterday, to_on=yesterday)
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
