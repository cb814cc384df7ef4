"""Holding reviews: what follows, what is kept, and that it can never be changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from pitchpit.core import clock, search
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind, Refused
from pitchpit.gates import actions, queries, rules
from pitchpit.gates.enums import GateOutcome
from pitchpit.gates.models import Gate
from pitchpit.gates.rules import Learned
from pitchpit.history.queries import timeline
from pitchpit.lessons.models import Lesson
from pitchpit.notices.models import Notice
from pitchpit.projects.actions import move_forecast
from pitchpit.projects.enums import Result, Stage
from pitchpit.projects.models import Project, SpendEntry
from pitchpit.projects.queries import milestone_or_404, visible_or_404
from tests.factories import make_measure, make_observations
from tests.gates.conftest import ready
from tests.projects.conftest import People

LEARNED = Learned(Result.WORKED, "Half the falls", "A third fewer", "Ask the night staff first")


def held(project: Project, actor: Any, outcome: GateOutcome, **said: Any) -> Gate:
    with transaction():
        one = visible_or_404(actor, project.id, change=True)
        return actions.hold(one, outcome, actor=actor, **({"reason": "So"} | said))


def started(project: Project, actor: Any, **said: Any) -> Gate:
    with transaction():
        return actions.start(visible_or_404(actor, project.id, change=True), actor=actor, **said)


def test_a_project_starts_with_its_promises_standing(people: People) -> None:
    project = ready(people)
    gate = started(project, people.sponsor, reason="Two hours a week are released")
    db.session.refresh(project)
    assert (project.stage, project.started_on) == (Stage.TESTING, clock.today())
    assert (gate.outcome, gate.from_stage, gate.to_stage) == (GateOutcome.START, Stage.SETTING_UP, Stage.TESTING)
    assert [one.baseline_on for one in project.milestones] == [one.forecast_on for one in project.milestones]
    told = set(db.session.scalars(select(Notice.person_id).where(Notice.kind == "gate_held")))
    assert told == {people.lead.id, people.member.id, people.coach.id}
    story = [entry.sentence for entry in timeline([("project", project.id)], {"everyone"}).rows]
    assert story == ["It went from setting up to testing", "Sandra Sponsor held a review: start"]


def test_a_light_project_starts_running(people: People) -> None:
    project = ready(people, monitoring="light", observations=0)
    started(project, people.qi)
    db.session.refresh(project)
    assert (project.stage, project.next_check_in_on) == (Stage.RUNNING, None)


def test_a_start_without_what_it_asks_for_says_what_is_missing(people: People) -> None:
    project = ready(people, planned_end_on=None)
    with pytest.raises(Refused, match="Before it starts it needs the date when it should end") as caught:
        started(project, people.sponsor)
    assert caught.value.answer.kind is Kind.NOT_NOW
    assert db.session.scalars(select(Gate)).all() == []


def test_a_short_baseline_starts_only_with_a_reason_and_a_day(people: People) -> None:
    project = ready(people, observations=8)
    day = clock.today() + timedelta(days=120)
    for said in ({}, {"short_baseline": "New ward"}, {"enough_on": day}, {"short_baseline": " ", "enough_on": day}):
        with pytest.raises(Refused, match="fewer than 12 observations"):
            started(project, people.sponsor, **said)
    gate = started(project, people.sponsor, short_baseline="The ward is new", enough_on=day)
    then = queries.evidence_then(gate)
    assert (then.short_baseline, then.enough_on) == ("The ward is new", day)


def test_an_enough_baseline_keeps_no_excuse(people: People) -> None:
    gate = started(ready(people), people.sponsor)
    assert "short_baseline" not in gate.evidence


@pytest.mark.parametrize(
    ("stage", "outcome", "to", "after"),
    [
        ("testing", GateOutcome.CONTINUE, None, Stage.EMBEDDING),
        ("testing", GateOutcome.CONTINUE, Stage.TESTING, Stage.TESTING),
        ("testing", GateOutcome.CHANGE, None, Stage.TESTING),
        ("embedding", GateOutcome.CONTINUE, None, Stage.EMBEDDING),
        ("setting_up", GateOutcome.NOT_START, None, Stage.NOT_STARTED),
    ],
)
def test_a_review_that_ends_nothing_needs_no_lesson(
    people: People, stage: str, outcome: GateOutcome, to: Stage | None, after: Stage
) -> None:
    project = people.project(stage=stage)
    gate = held(project, people.qi, outcome, to=to, reason="As we said")
    db.session.refresh(project)
    assert (project.stage, project.result, gate.lesson, gate.reason) == (after, None, None, "As we said")
    assert db.session.scalars(select(Lesson)).all() == []


@pytest.mark.parametrize(
    ("stage", "outcome", "after"),
    [
        ("embedding", GateOutcome.ADOPT, Stage.ADOPTED),
        ("testing", GateOutcome.STOP, Stage.STOPPED),
        ("embedding", GateOutcome.STOP, Stage.STOPPED),
        ("running", GateOutcome.STOP, Stage.STOPPED),
        ("running", GateOutcome.CLOSE, Stage.DONE),
    ],
)
def test_an_ending_needs_its_result_and_a_lesson(
    people: People, stage: str, outcome: GateOutcome, after: Stage
) -> None:
    project = people.project(stage=stage, title="Night falls")
    with pytest.raises(Refused, match="An ending needs its result and a lesson"):
        held(project, people.sponsor, outcome)
    learned = Learned(Result.WORKED_IN_PART, "Half the falls", "A third fewer", "Ask the night staff first")
    gate = held(project, people.sponsor, outcome, learned=learned)
    db.session.refresh(project)
    assert (project.stage, project.result, project.ended_on) == (after, Result.WORKED_IN_PART, clock.today())
    lesson = db.session.scalars(select(Lesson)).one()
    assert (gate.lesson_id, lesson.differently) == (lesson.id, "Ask the night staff first")
    found = search.find("night staff", {"everyone"}, kinds={"lesson"}).rows
    assert [(hit.title, hit.outcome, hit.url) for hit in found] == [
        ("What we learned: Night falls", "Worked in part", f"/projects/{project.id}")
    ]


@pytest.mark.parametrize("outcome", sorted(rules.RESULTS))
def test_each_ending_takes_the_results_that_make_sense(people: People, outcome: GateOutcome) -> None:
    stage = {GateOutcome.ADOPT: "embedding", GateOutcome.STOP: "testing", GateOutcome.CLOSE: "running"}[outcome]
    for result in Result:
        project = people.project(stage=stage)
        learned = Learned(result, "a", "b", "c")
        if result in rules.RESULTS[outcome]:
            assert held(project, people.qi, outcome, learned=learned).project.result is result
        else:
            with pytest.raises(Refused, match="is no result of this review"):
                held(project, people.qi, outcome, learned=learned)


def test_who_is_on_the_team_holds_no_review(people: People) -> None:
    project = people.project(stage="testing")
    for who in ("lead", "member", "coach", "leader", "stranger"):
        with pytest.raises(Refused) as caught:
            held(project, people[who], GateOutcome.STOP, learned=LEARNED)
        assert caught.value.answer.kind is Kind.NOT_YOURS
    assert db.session.scalars(select(Gate)).all() == []


# The evidence.


def test_the_evidence_is_what_was_known_and_stays_so(people: People) -> None:
    today = clock.today()
    project = people.project(stage="testing", milestones=[today + timedelta(days=5)], award_pence=500_00)
    with transaction():
        measure = make_measure(project, "Falls", target=3.0, unit="falls")
        make_observations(measure, [float(n % 5) for n in range(14)])
        project.budget_lines[0].entries.append(
            SpendEntry(spent_on=today, amount_pence=120_00, by=people.lead, entered_at=clock.now())
        )
    gate = held(project, people.qi, GateOutcome.CHANGE, reason="Other kit")
    before = queries.readings_then(gate)
    with transaction():
        one = visible_or_404(people.lead, project.id, change=True)
        milestone = milestone_or_404(one, project.milestones[0].id)
        move_forecast(one, milestone, actor=people.lead, edit=1, to_on=today + timedelta(days=50), reason="Late")
        make_observations(measure, [99.0] * 5, first=date(2025, 3, 1))
    db.session.expire_all()
    then = queries.evidence_then(gate)
    assert [(one.title, one.baseline_on, one.forecast_on, one.actual_on) for one in then.milestones] == [
        ("Milestone 1", today + timedelta(days=5), today + timedelta(days=5), None)
    ]
    assert then.money == [{"what": "What it takes", "budget_pence": 500_00, "spent_pence": 120_00}]
    (reading,) = queries.readings_then(gate)
    assert (reading.measure.name, len(reading.observations)) == ("Falls", 14)
    assert reading.chart.reading == before[0].chart.reading == gate.evidence["measures"][0]["reading"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gate SET reason = 'Another'",
        "UPDATE gate SET evidence = '{}'",
        "UPDATE gate SET outcome = 'adopt'",
        "UPDATE gate SET by_id = by_id, held_on = '2020-01-01'",
        "UPDATE gate SET redacted_at = '2026-11-23 09:00:00+00:00', outcome = 'adopt'",
        "DELETE FROM gate",
    ],
)
def test_a_gate_is_never_changed_never_deleted(people: People, statement: str) -> None:
    project = people.project(stage="testing")
    held(project, people.qi, GateOutcome.CHANGE, reason="Other kit")
    with pytest.raises(DBAPIError, match="A gate is never changed, never deleted"), transaction():
        db.session.execute(text(statement))
    assert db.session.execute(text("SELECT reason, outcome FROM gate")).all() == [("Other kit", "change")]


def test_a_gate_is_redacted_once(people: People) -> None:
    held(people.project(stage="testing"), people.qi, GateOutcome.CHANGE, reason="Mrs Made-Up said")
    redaction = text("UPDATE gate SET redacted_at = '2026-11-23 09:00:00+00:00', reason = '[redacted]'")
    with transaction():
        db.session.execute(redaction)
    with pytest.raises(DBAPIError, match="A gate is never changed"), transaction():
        db.session.execute(redaction)
    assert db.session.execute(text("SELECT reason FROM gate")).scalars().all() == ["[redacted]"]


def test_every_stage_after_a_gate_can_be_explained_from_history(app: Flask, people: People) -> None:
    project = ready(people)
    started(project, people.sponsor)
    held(project, people.qi, GateOutcome.CONTINUE)
    held(project, people.sponsor, GateOutcome.ADOPT, learned=LEARNED)
    told = [entry.sentence for entry in reversed(timeline([("project", project.id)], {"everyone"}).rows)]
    assert [line for line in told if line.startswith("It went")] == [
        "It went from setting up to testing",
        "It went from testing to embedding",
        "It went from embedding to adopted",
    ]
    assert [line for line in told if "review" in line or "learned" in line] == [
        "Sandra Sponsor held a review: start",
        "Quin Improver held a review: continue",
        "Sandra Sponsor wrote down what was learned",
        "Sandra Sponsor held a review: adopt",
    ]
