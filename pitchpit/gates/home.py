"""What the home page and a project's page show of gates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pitchpit.gates import queries, rules
from pitchpit.gates.enums import GateOutcome
from pitchpit.gates.rules import Want
from pitchpit.home.ports import Todo
from pitchpit.notices.wording import path
from pitchpit.projects.enums import Role, Stage
from pitchpit.projects.models import Project
from pitchpit.projects.rules import start_by


def to_start(person: Any) -> Iterator[Todo]:
    """A line for each project that this person is setting up; for its sponsor, once all is there. One statement."""
    for one in queries.setting_up(person):
        missing = rules.things_missing(one.facts)
        url = path("gates.starting", project_id=one.project.id)
        if missing and one.role is Role.LEAD:
            yield Todo("Your projects", f"Set up {one.project.title}: {missing} missing", url, start_by(one.project))
        elif not missing and one.role is Role.SPONSOR:
            yield Todo(
                "Your sponsorships", f"Start {one.project.title}: everything is there", url, start_by(one.project)
            )


@dataclass(frozen=True)
class ToStart:
    """What a project's page says while it is being set up."""

    project: Project
    missing: list[Want]
    may_hold: bool


def before_start(person: Any, project: Project) -> ToStart | None:
    """What is missing before the start; nothing, and no statement, once it has started."""
    if project.stage is not Stage.SETTING_UP:
        return None
    missing = [want for want in rules.wanted(queries.facts_of(project)) if not want.is_there]
    return ToStart(project, missing, bool(rules.can_hold(person, project, GateOutcome.START)))


def may_review(person: Any, project: Project) -> Project | None:
    """The project, for whom a review of it is to hold. No statement."""
    return project if project.stage is not Stage.SETTING_UP and rules.ways_for(person, project) else None
