"""Holding gates: a decision on a project, kept with a frozen copy of the evidence it was taken on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pitchpit.core.clock import now, today
from pitchpit.core.db import db
from pitchpit.core.rules import ensure, not_now_unless
from pitchpit.gates import queries, rules
from pitchpit.gates.enums import GateOutcome
from pitchpit.gates.models import Gate
from pitchpit.history.actions import record
from pitchpit.lessons.actions import write as write_lesson
from pitchpit.lessons.models import Lesson
from pitchpit.measures.queries import Reading, readings_of
from pitchpit.notices.actions import notify, path
from pitchpit.people.models import Person
from pitchpit.projects.actions import move, people_with
from pitchpit.projects.enums import Result, Role
from pitchpit.projects.models import Project
from pitchpit.projects.queries import money_of


@dataclass(frozen=True)
class Learned:
    """What an ending says: the result, and the lesson."""

    result: Result
    expected: str
    happened: str
    differently: str


def start(
    project: Project, *, actor: Person, reason: str, short_baseline: str = "", enough_on: date | None = None
) -> Gate:
    """Let a project start: its promised dates become the baseline. A short baseline needs a reason and the date when there will be enough."""
    measures = queries.measured(project)
    ensure(rules.can_start, actor, project, measures)
    explained = bool(short_baseline.strip()) and enough_on is not None
    ensure(
        lambda: not_now_unless(
            explained or not rules.baseline_is_short(project, measures),
            f"An outcome measure has fewer than {rules.BASELINE} observations: say why it may start, and when there will be enough.",
        )
    )
    extra = (
        {"short_baseline": short_baseline, "enough_on": enough_on.isoformat() if enough_on else None}
        if explained
        else {}
    )
    return _hold(project, GateOutcome.START, actor=actor, reason=reason, extra=extra)


def hold(project: Project, outcome: GateOutcome, *, actor: Person, reason: str, learned: Learned | None = None) -> Gate:
    """Hold a review: continue, change, adopt, stop, close or not start. What ends a project needs its result and a lesson."""
    ensure(rules.can_hold, actor, project, outcome)
    ending = outcome in rules.ENDING
    ensure(lambda: not_now_unless(learned is not None or not ending, "An ending needs its result and a lesson."))
    lesson = None
    if learned is not None and ending:
        lesson = write_lesson(
            project, actor=actor, expected=learned.expected, happened=learned.happened, differently=learned.differently
        )
    return _hold(
        project,
        outcome,
        actor=actor,
        reason=reason,
        lesson=lesson,
        result=learned.result if learned and ending else None,
    )


def _hold(
    project: Project,
    outcome: GateOutcome,
    *,
    actor: Person,
    reason: str,
    lesson: Lesson | None = None,
    result: Result | None = None,
    extra: dict[str, Any] | None = None,
) -> Gate:
    before = project.stage
    after = rules.stage_after(outcome, project)
    assert after is not None, "the rules let only what leads somewhere"
    gate = Gate(
        project=project,
        outcome=outcome,
        held_on=today(),
        from_stage=before,
        to_stage=after,
        by_id=actor.id,
        decided_at=now(),
        reason=reason,
        lesson=lesson,
        evidence=evidence(project) | (extra or {}),
    )
    db.session.add(gate)
    db.session.flush()
    record(
        "gate.held",
        project,
        actor=actor,
        detail={"gate_id": gate.id, "outcome": outcome.value, "result": result.value if result else None},
        texts={"reason": reason},
    )
    if after is not before:
        move(project, after, actor=actor, result=result)
    team = people_with(project, Role.LEAD, Role.MEMBER, Role.SPONSOR, Role.COACH)
    notify(
        "gate_held",
        to=[p for p in team if p.id != actor.id],
        about=project,
        url=path("projects.show", project_id=project.id),
        title=project.title,
    )
    return gate


def evidence(project: Project) -> dict[str, Any]:
    """What is known of the project now, as plain values: milestones, money, measures. It is copied, so that it stays as it was."""
    return {
        "stage": project.stage.value,
        "monitoring": project.monitoring.value,
        "milestones": [
            {
                "title": milestone.title,
                "baseline_on": _day(milestone.baseline_on),
                "forecast_on": _day(milestone.forecast_on),
                "actual_on": _day(milestone.actual_on),
            }
            for milestone in project.milestones
        ],
        "money": [
            {"what": money.line.what, "budget_pence": money.line.amount_pence, "spent_pence": money.spent_pence}
            for money in money_of(project)
        ],
        "measures": [_measure(reading) for reading in readings_of(project)],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _measure(reading: Reading) -> dict[str, Any]:
    analysis = reading.analysis
    return {
        "name": reading.measure.name,
        "kind": reading.measure.kind.value,
        "unit": reading.measure.unit,
        "target": reading.measure.target,
        "observations": [[day.isoformat(), value] for day, value in zip(analysis.dates, analysis.values, strict=True)],
        "reading": reading.chart.reading,
        "variation": None if reading.showing.is_too_early else _word(analysis.variation_icon),
        "assurance": None if reading.showing.is_too_early else _word(analysis.assurance_icon),
    }


def _word(icon: Any) -> str | None:
    return icon.value if icon else None
