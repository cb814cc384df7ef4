"""A project with its history, and somebody with the `ig` right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.history.actions import record
from pitchpit.history.models import Event, EventText
from pitchpit.people.enums import Right
from pitchpit.people.models import Person
from pitchpit.projects.models import Project
from tests.factories import make_measure, make_person, make_project, make_proposal

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass
class Told:
    """Who is here, the project, and the numbers of its events by verb."""

    ida: Person
    ann: Person
    bob: Person
    project: Project
    events: dict[str, int]

    @property
    def reference(self) -> str:
        return self.project.proposal.reference or ""


@pytest.fixture
def told(app: Flask) -> Told:
    """Ann entered money on Monday with a note; Bob declared a conflict with one, which the panel alone reads; on Tuesday Ann promised a step."""
    ida = make_person("Ida Example", email="ida@trust.example", rights=[Right.IG])
    ann = make_person("Ann Example", email="ann@trust.example")
    bob = make_person("Bob Example", email="bob@trust.example")
    project = make_project(proposal=make_proposal(state="approved", authors=[ann]), lead=ann)
    make_measure(project, "Falls")
    with clock.at(MONDAY), transaction():
        spent = {"amount_pence": 10_00, "spent_on": clock.today()}
        record("project.spent", project, actor=ann, detail=spent, texts={"note": "For Mr Smith of bed 7"})
        declared = {"type": "personal", "handling": "excluded"}
        record(
            "conflict.declared",
            project.proposal,
            actor=bob,
            detail=declared,
            texts={"note": "Ann is my zqsister"},
            also=bob,
        )
        record("project.opened", project, actor=None, detail={"award_pence": 1, "monitoring": "light"})
    with clock.at(TUESDAY), transaction():
        record(
            "milestone.promised", project, actor=ann, detail={"due_on": clock.today()}, texts={"milestone": "Step 1"}
        )
    events = {verb: number for number, verb in db.session.query(Event.id, Event.verb)}
    db.session.rollback()
    return Told(ida, ann, bob, project, events)


def texts() -> dict[tuple[int, str], str]:
    """Every text of history as it stands."""
    db.session.rollback()
    return {(one.event_id, one.field): one.text for one in db.session.query(EventText)}
