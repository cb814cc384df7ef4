"""Holding gates: a decision on a project, kept with a frozen copy of the evidence it was taken on."""

from __future__ import annotations

from datetime import date
from typing import Any

from pitchpit.core.clock import now, today
from pitchpit.core.db import db
from pitchpit.core.rules import ensure, not_now_unless
from pitchpit.gates import queries, rules
from pitchpit.gates.enums import GateOutcome
from pitchpit.gates.models import Gate
from pitchpit.gates.rules import Learned, Way
from pitchpit.history.actions import record
from pitchpit.lessons.actions import write as write_lesson
from pitchpit.lessons.models import Lesson
from pitchpit.measures.queries import Reading, readings_of
from pitchpit.notices.actions import notify, path
from pitchpit.people.models import Person
from pitchpit.projects.actions import move, people_with
from pitchpit.projects.enums import Result, Role, Stage
from pitchpit.projects.models import Project
from pitchpit.projects.queries import money_of


def start(
    project: Project, *, actor: Person, reason: str = "", short_baseline: str = "", enough_on: date | None = None
) -> Gate:
    """Let a project start: its promised dates become the baseline. A short baseline needs a reason and the date when there will be enough."""
    facts = queries.facts_of(project)
    ensure(rules.can_start, actor, project, facts)
    explained = bool(short_baseline.strip()) and enough_on is not None
    ensure(
        lambda: not_now_unless(
            explained or not rules.needs_explaining(facts),
            f"An outcome measure has fewer than {rules.BASELINE} observations: say why it may start, and when there will be enough.",
        )
    )
    way = rules.way_of(GateOutcome.START, project)
    assert way is not None, "the rule has asked for the stage"
    extra = {"short_baseline": short_baseline, "enough_on": _day(enough_on)} if explained else {}
    return _hold(project, way, actor=actor, reason=reason, extra=extra)


def hold(
    project: Project,
    outcome: GateOutcome,
    *,
    actor: Person,
    reason: str,
    to: Stage | None = None,
    learned: Learned | None = None,
) -> Gate:
    """Hold a review: continue (to this stage), change, adopt, stop, close or not start. What ends a project needs its result and a lesson."""
    ensure(rules.can_hold, actor, project, outcome, to)
    way = rules.way_of(outcome, project, to)
    assert way is not None, "the rule has asked for the stage"
    ensure(lambda: not_now_unless(outcome is not GateOutcome.START, "A start has its own page."))
    ensure(lambda: not_now_unless(learned is not None or not way.ends, "An ending needs its result and a lesson."))
    if not way.ends or learned is None:
        return _hold(project, way, actor=actor, reason=reason)
    ensure(
        lambda: not_now_unless(
            learned.result in rules.RESULTS[outcome], f"“{learned.result.words}” is no result of this review."
        )
    )
    return _hold(
        project, way, actor=actor, reason=reason, result=learned.result, lesson=_lesson(project, actor, learned)
    )


def _lesson(project: Project, actor: Person, learned: Learned) -> Lesson:
    return write_lesson(
        project,
        actor=actor,
        expected=learned.expected,
        happened=learned.happened,
        differently=learned.differently,
        title=project.title,
        url=path("projects.show", project_id=project.id),
        outcome=learned.result.words,
    )


def _hold(
    project: Project,
    way: Way,
    *,
    actor: Person,
    reason: str,
    lesson: Lesson | None = None,
    result: Result | None = None,
    extra: dict[str, Any] | None = None,
) -> Gate:
    """Keep the gate with its evidence, say it in history, move the project where it leads, and tell the project's people."""
    gate = _kept(project, way, actor=actor, reason=reason, lesson=lesson, extra=extra or {})
    record(
        "gate.held",
        project,
        actor=actor,
        detail={"gate_id": gate.id, "outcome": way.outcome.value, "result": result.value if result else None},
        texts={"reason": reason, "short_baseline": gate.evidence.get("short_baseline")},
    )
    if way.to is not project.stage:
        move(project, way.to, actor=actor, result=result)
    _tell(gate, actor)
    return gate


def _kept(
    project: Project, way: Way, *, actor: Person, reason: str, lesson: Lesson | None, extra: dict[str, Any]
) -> Gate:
    """The gate as a row, its evidence frozen as it is now."""
    gate = Gate(
        project=project,
        outcome=way.outcome,
        held_on=today(),
        from_stage=project.stage,
        to_stage=way.to,
        by_id=actor.id,
        decided_at=now(),
        reason=reason,
        lesson=lesson,
        evidence=evidence(project) | extra,
    )
    db.session.add(gate)
    db.session.flush()
    return gate


def _tell(gate: Gate, actor: Person) -> None:
    project = gate.project
    people = people_with(project, Role.LEAD, Role.MEMBER, Role.SPONSOR, Role.COACH)
    notify(
        "gate_held",
        to=[person for person in people if person.id != actor.id],
        about=project,
        url=path("gates.show", project_id=project.id, gate_id=gate.id),
        title=project.title,
    )


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
        "decimals": reading.measure.decimals,
        "direction": reading.measure.direction.value,
        "frequency": reading.measure.frequency.value,
        "target": reading.measure.target,
        "screen_outliers": reading.measure.screen_outliers,
        "steps": [[step.starts_on.isoformat(), step.reason] for step in reading.measure.steps],
        "annotations": [[note.noted_on.isoformat(), note.words] for note in reading.measure.annotations],
        "observations": [[day.isoformat(), value] for day, value in zip(analysis.dates, analysis.values, strict=True)],
        "reading": reading.chart.reading,
        "variation": None if reading.showing.is_too_early else _word(analysis.variation_icon),
        "assurance": None if reading.showing.is_too_early else _word(analysis.assurance_icon),
    }


def _word(icon: Any) -> str | None:
    return icon.value if icon else None
