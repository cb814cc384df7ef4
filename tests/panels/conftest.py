"""A panel that scores, and the people who stand to it in every way."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pitchpit.people.models import Person
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import Round
from tests.factories import make_assignment, make_judging_round, make_person, make_proposal, person_in


@dataclass
class Panel:
    """A round with its people, and one shortlisted proposal in the judge's pile."""

    round: Round
    chair: Person
    deputy: Person
    secretary: Person
    judge: Person
    other: Person
    author: Person
    proposal: Proposal


def panel_of(**columns: object) -> Panel:
    judge, other, author = make_person("Jude Score"), make_person("Olu Other"), make_person("Priya Shah")
    round = make_judging_round(
        **{
            "members": [judge, other],
            "chair": make_person("Cora Chair"),
            "deputy": make_person("Dev Deputy"),
            "secretary": make_person("Sam Secretary"),
            **columns,
        }
    )
    proposal = make_proposal(round=round, state="shortlisted", authors=[author], title="A scanner on each ward")
    make_assignment(proposal, judge)
    return Panel(
        round,
        person_in(round, PanelRole.CHAIR),
        person_in(round, PanelRole.DEPUTY),
        person_in(round, PanelRole.SECRETARY),
        judge,
        other,
        author,
        proposal,
    )


@pytest.fixture
def panel(app) -> Panel:
    return panel_of()


@pytest.fixture
def judged(app) -> Panel:
    """The same, a day after scoring closed."""
    return panel_of(scoring=False)
