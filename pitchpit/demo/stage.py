"""What every part of the story stands on: the days, the script, and who and what is known by which key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from pitchpit.core.db import db
from pitchpit.demo.days import Calendar, moment
from pitchpit.demo.script import Scene, Script
from pitchpit.people.models import Person, Service
from pitchpit.projects.models import Project
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Round

T = TypeVar("T")


@dataclass
class Stage:
    """Keys lead to the numbers of rows: each scene loads what it needs afresh."""

    calendar: Calendar
    script: Script
    people: dict[str, int] = field(default_factory=dict)
    services: dict[str, int] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    proposals: dict[str, int] = field(default_factory=dict)

    def person(self, key: str) -> Person:
        return db.session.get_one(Person, self.people[key])

    def service(self, name: str) -> Service:
        return db.session.get_one(Service, self.services[name])

    def round(self, key: str) -> Round:
        return db.session.get_one(Round, self.rounds[key])

    def proposal(self, key: str) -> Proposal:
        return db.session.get_one(Proposal, self.proposals[key])

    def project(self, key: str) -> Project:
        """The project that the idea of this key became."""
        return db.session.query(Project).filter_by(proposal_id=self.proposals[key]).one()

    def on(self, working_days_back: int, hour: int, minute: int, scene: Scene) -> None:
        """Play a scene so many working days before the story is told; what lies ahead is not told."""
        if working_days_back >= 1:
            self.on_day(self.calendar.back(working_days_back), hour, minute, scene)

    def on_day(self, day: date, hour: int, minute: int, scene: Scene) -> None:
        """Play a scene on that day, which is a working day; what lies ahead is not told."""
        if self.calendar.is_told(day):
            self.script.at(moment(day, hour, minute), scene)


def minute_of(key: str) -> int:
    """A minute past the hour that is this key's own, so that not everything happens on the dot."""
    return sum(key.encode()) % 55


Told = Callable[[], None]
