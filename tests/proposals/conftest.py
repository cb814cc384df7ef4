"""One idea and everybody who stands to it in some way."""

from dataclasses import dataclass

import pytest
from flask import Flask

from pitchpit.core.db import transaction
from pitchpit.people.models import Person
from pitchpit.schemes.models import Round
from tests.factories import make_person, make_round, make_service


@dataclass
class People:
    """Who can stand to an idea in this round, and how."""

    author: Person
    coauthor: Person
    former: Person  # was an author, and left
    responder: Person
    deputy: Person
    qi: Person
    judge: Person
    leader: Person
    admin: Person
    stranger: Person
    round: Round

    def __getitem__(self, who: str) -> Person:
        return getattr(self, who)


@pytest.fixture
def people(app: Flask) -> People:
    with transaction():
        ward = make_service("Stroke ward")
        judge, responder, deputy = make_person("Judy Judge"), make_person("Rita Responder"), make_person("Dev Deputy")
        return People(
            author=make_person("Anna Author", service=ward, job_title="Staff nurse"),
            coauthor=make_person("Colin Coauthor", service=ward),
            former=make_person("Fran Former", service=ward),
            responder=responder,
            deputy=deputy,
            qi=make_person("Quin Improver", rights=["qi"]),
            judge=judge,
            leader=make_person("Lee Leader", rights=["leader"]),
            admin=make_person("Ada Admin", rights=["admin"]),
            stranger=make_person("Sam Stranger", service=ward),
            round=make_round(
                title="Spring round", members=[judge, make_person()], responder=responder, responder_deputy=deputy
            ),
        )
