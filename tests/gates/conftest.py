"""The same people as for projects, and a project with all that its start asks for."""

from datetime import timedelta
from typing import Any

from pitchpit.core import clock
from pitchpit.core.db import transaction
from pitchpit.measures.enums import MeasureKind
from pitchpit.projects.models import Project
from tests.factories import make_measure, make_observations, make_start_checks
from tests.projects.conftest import People, people

__all__ = ["people", "ready"]


def ready(people: People, *, monitoring: str = "standard", observations: int = 12, **columns: Any) -> Project:
    """A project in set-up that lacks nothing."""
    days = [clock.today() + timedelta(days=30 * number) for number in (1, 2, 3)]
    said = {"planned_end_on": days[2], "milestones": days, "how_we_will_know": "We count"} | columns
    project = people.project(monitoring=monitoring, **said)
    with transaction():
        make_start_checks(project)
        make_observations(make_measure(project, "Falls"), [4.0, 6.0] * (observations // 2))
        if monitoring == "close":
            make_measure(project, "Staff hours", kind=MeasureKind.BALANCING)
    return project
