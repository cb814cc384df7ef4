"""What a gate asks for, and who may hold it: the sponsor or the QI team, never the lead, the team or the coach alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.gates.enums import GateOutcome
from pitchpit.measures.enums import MeasureKind
from pitchpit.people.enums import Right
from pitchpit.projects.enums import Role, Stage, StartCheckKind
from pitchpit.projects.models import Project
from pitchpit.projects.rules import holds, is_current
from pitchpit.schemes.enums import Monitoring

#: Observations wanted before the start; fewer starts with a reason and the date when there will be enough.
BASELINE = 12

#: Milestones that standard and close monitoring ask for.
MILESTONES = 3

#: Where a gate may lead from each stage.
NEXT: dict[tuple[GateOutcome, Stage], Stage] = {
    (GateOutcome.CONTINUE, Stage.TESTING): Stage.EMBEDDING,
    (GateOutcome.ADOPT, Stage.EMBEDDING): Stage.ADOPTED,
    (GateOutcome.STOP, Stage.TESTING): Stage.STOPPED,
    (GateOutcome.STOP, Stage.EMBEDDING): Stage.STOPPED,
    (GateOutcome.STOP, Stage.RUNNING): Stage.STOPPED,
    (GateOutcome.CLOSE, Stage.RUNNING): Stage.DONE,
    (GateOutcome.NOT_START, Stage.SETTING_UP): Stage.NOT_STARTED,
}

#: These end a project, with a result and a lesson.
ENDING = frozenset({GateOutcome.ADOPT, GateOutcome.STOP, GateOutcome.CLOSE})


@dataclass(frozen=True)
class Measured:
    """What the start gate needs to know of a measure: its kind, how many observations it has, whether its data owner is named."""

    kind: MeasureKind
    observations: int
    has_owner: bool


def stage_after(outcome: GateOutcome, project: Project) -> Stage | None:
    """Where this outcome leads from the project's stage: another stage, or the same one; None where it makes no sense now."""
    if outcome is GateOutcome.START and project.stage is Stage.SETTING_UP:
        return Stage.RUNNING if project.monitoring is Monitoring.LIGHT else Stage.TESTING
    if outcome is GateOutcome.CHANGE and project.stage in {Stage.RUNNING, Stage.TESTING, Stage.EMBEDDING}:
        return project.stage
    return NEXT.get((outcome, project.stage))


def can_hold(person: Any, project: Project, outcome: GateOutcome) -> Answer:
    """A sponsor or a QI person who is not on the team; a light project's closing report is its lead's too."""
    independent = not holds(person, project, Role.LEAD, Role.MEMBER) and (
        person.has(Right.QI) or holds(person, project, Role.SPONSOR)
    )
    closes_own = outcome is GateOutcome.CLOSE and holds(person, project, Role.LEAD)
    return only_if(
        independent or closes_own, "A review is held by the sponsor or the QI team, never by the project's own team."
    ) and not_now_unless(
        stage_after(outcome, project) is not None, "This review makes no sense at the project's stage."
    )


def missing_to_start(project: Project, measures: Collection[Measured]) -> list[str]:
    """What the project's monitoring asks for and is not there yet, in plain words; a short baseline is not among it (see below)."""
    missing = [f"a {role}" for role in _roles_wanted(project) if not _has(project, Role(role))]
    if project.planned_end_on is None:
        missing.append("the date when it should end")
    if project.monitoring is Monitoring.LIGHT:
        return missing + (["how you will know that it worked"] if not project.how_we_will_know.strip() else [])
    if (short := MILESTONES - len(project.milestones)) > 0:
        missing.append(f"{short} more milestone{'s' if short > 1 else ''}")
    if not any(measure.kind is MeasureKind.OUTCOME for measure in measures):
        missing.append("an outcome measure")
    if project.monitoring is Monitoring.CLOSE and not any(
        measure.kind is MeasureKind.BALANCING for measure in measures
    ):
        missing.append("a balancing measure")
    answered = {check.kind for check in project.start_checks}
    return missing + [f"the {CHECK_NAMES[kind]}" for kind in StartCheckKind if kind not in answered]


CHECK_NAMES = {
    StartCheckKind.QUALITY_IMPACT: "quality impact check",
    StartCheckKind.EQUALITY: "equality and inequalities check",
    StartCheckKind.DPIA: "data protection screening",
    StartCheckKind.GOVERNANCE: "audit, QI or research check",
}


def _roles_wanted(project: Project) -> tuple[str, ...]:
    return {
        Monitoring.LIGHT: ("lead",),
        Monitoring.STANDARD: ("lead", "sponsor"),
        Monitoring.CLOSE: ("lead", "sponsor", "coach"),
    }[project.monitoring]


def _has(project: Project, role: Role) -> bool:
    return any(holder.role is role and is_current(holder) for holder in project.roles)


def baseline_is_short(project: Project, measures: Collection[Measured]) -> bool:
    """Whether an outcome measure has fewer observations than wanted: it starts only with a reason and a date."""
    return project.monitoring is not Monitoring.LIGHT and any(
        measure.kind is MeasureKind.OUTCOME and measure.observations < BASELINE for measure in measures
    )


def can_start(person: Any, project: Project, measures: Collection[Measured]) -> Answer:
    missing = missing_to_start(project, measures)
    return can_hold(person, project, GateOutcome.START) and not_now_unless(
        not missing, f"Before it starts it needs {', '.join(missing)}."
    )
