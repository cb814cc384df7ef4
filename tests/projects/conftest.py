"""Everybody who can stand to a project in some way."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from pitchpit.core import clock
from pitchpit.core.db import transaction
from pitchpit.people.models import Person
from pitchpit.projects.enums import Role
from pitchpit.projects.models import Project, RoleHolder
from tests.factories import make_person, make_project, make_service


@dataclass
class People:
    """Who can stand to a project, and how; and a project on which they do."""

    lead: Person
    member: Person
    former: Person  # was on the team, until today
    sponsor: Person
    coach: Person
    contact: Person
    qi: Person
    leader: Person
    admin: Person
    stranger: Person

    def __getitem__(self, who: str) -> Person:
        return getattr(self, who)

    def project(self, **columns: Any) -> Project:
        """A project with all of them on it."""
        with transaction():
            project = make_project(
                **{"lead": self.lead, "members": [self.member], "sponsor": self.sponsor, "coach": self.coach, **columns}
            )
            since = project.roles[0].from_on
            project.roles += [
                RoleHolder(person=self.former, role=Role.MEMBER, from_on=since, to_on=clock.today()),
                RoleHolder(person=self.contact, role=Role.FINANCE, from_on=since),
            ]
        return project


@pytest.fixture
def people(app: Flask) -> People:
    with transaction():
        ward = make_service("Stroke ward")
        return People(
            lead=make_person("Anna Author", service=ward, job_title="Staff nurse"),
            member=make_person("Mo Member", service=ward),
            former=make_person("Fran Former"),
            sponsor=make_person("Sandra Sponsor"),
            coach=make_person("Carl Coach"),
            contact=make_person("Fin Contact"),
            qi=make_person("Quin Improver", rights=["qi"]),
            leader=make_person("Lee Leader", rights=["leader"]),
            admin=make_person("Ada Admin", rights=["admin"]),
            stranger=make_person("Sam Stranger", service=ward),
        )
