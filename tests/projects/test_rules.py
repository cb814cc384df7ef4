"""Who may do what on a project at each stage, what it owes, and the rhythm of its reports."""

from datetime import date, timedelta

import pytest

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind, Refused
from pitchpit.projects import actions, rules
from pitchpit.projects.enums import ENDED, MOVES, UNDER_WAY, Role, Stage
from pitchpit.projects.models import CheckIn, ForecastMove, Milestone, Project
from pitchpit.schemes.enums import Monitoring
from tests.factories import make_check_in, make_milestone
from tests.projects.conftest import People

EVERYBODY = (
    "lead",
    "member",
    "former",
    "sponsor",
    "coach",
    "contact",
    "qi",
    "leader",
    "admin",
    "stranger",
)
TEAM = {"lead", "member"}
CARERS = TEAM | {"sponsor", "coach", "qi"}
READERS = CARERS | {"contact", "leader"}
YES, NOT_NOW, NOT_YOURS = Kind.YES, Kind.NOT_NOW, Kind.NOT_YOURS
RUNNING = {Stage.RUNNING, Stage.TESTING, Stage.EMBEDDING}

#: Whose it is, and at which stages it can be done.
ALLOWED = {
    rules.can_read_reports: (READERS, set(Stage)),
    rules.can_change: (CARERS, set(UNDER_WAY)),
    rules.can_spend: (CARERS, set(Stage) - {Stage.NOT_STARTED}),
    rules.can_answer_start_check: (CARERS, {Stage.SETTING_UP}),
    rules.can_check_in: (TEAM, RUNNING),
    rules.can_set_monitoring: ({"qi"}, set(UNDER_WAY)),
}


@pytest.mark.parametrize("stage", list(Stage))
def test_what_each_may_do_at_each_stage(people: People, stage: Stage) -> None:
    project = people.project(stage=stage)
    for rule, (theirs, stages) in ALLOWED.items():
        answers = {who: rule(people[who], project).kind for who in EVERYBODY}
        then = YES if stage in stages else NOT_NOW
        assert answers == {who: then if who in theirs else NOT_YOURS for who in EVERYBODY}, rule.__name__


@pytest.mark.parametrize("stage", list(Stage))
def test_the_lead_names_the_team_and_the_qi_team_everybody(people: People, stage: Stage) -> None:
    project = people.project(stage=stage)
    named = {who: set(rules.roles_to_name(people[who], project)) for who in EVERYBODY}
    nobody: dict[str, set[Role]] = {who: set() for who in EVERYBODY}
    assert named == (nobody | {"lead": {Role.MEMBER}, "qi": set(Role)} if stage in UNDER_WAY else nobody)


@pytest.mark.parametrize("monitoring", list(Monitoring))
def test_light_projects_make_no_check_ins(people: People, monitoring: Monitoring) -> None:
    project = people.project(stage="running" if monitoring == "light" else "testing", monitoring=monitoring)
    assert rules.can_check_in(people.lead, project).kind is (NOT_NOW if monitoring == "light" else YES)
    assert (project.next_check_in_on is None) is (monitoring == "light")


def test_a_check_in_is_answered_once_by_the_coach_or_the_qi_team_never_by_whoever_made_it(people: People) -> None:
    project = people.project(stage="testing", coach=people.coach)
    with transaction():
        report, answered = (
            make_check_in(project, by=people.lead),
            make_check_in(
                project,
                by=people.lead,
                due_on=clock.today() - timedelta(days=90),
                answer="Well done",
                answered_at=clock.now(),
            ),
        )
        own = make_check_in(project, by=people.qi, due_on=clock.today() - timedelta(days=180))
    may = {who: rules.can_answer(people[who], report).kind for who in EVERYBODY}
    assert may == {who: YES if who in {"coach", "qi"} else NOT_YOURS for who in EVERYBODY}
    assert rules.can_answer(people.coach, answered).kind is NOT_NOW
    assert rules.can_answer(people.qi, own).kind is NOT_YOURS


class Undone(Exception):  # noqa: N818  # a way back, not an error
    """The end of a trial."""


def tried(project: Project, to: Stage, people: People) -> Stage | Kind:
    """The stage that this move leads to, or the refusal's kind; undone again."""
    reached: Stage | Kind = YES
    try:
        with transaction():
            one = db.session.get_one(Project, project.id)
            actions.move(one, to, actor=people.qi)
            db.session.flush()
            reached = db.session.get_one(Project, project.id, populate_existing=True).stage
            raise Undone
    except Refused as refused:
        return refused.answer.kind
    except Undone:
        return reached


@pytest.mark.parametrize("stage", list(Stage))
def test_every_move_there_is_and_no_other(people: People, stage: Stage) -> None:
    project = people.project(stage=stage)
    answers = {to: tried(project, to, people) for to in Stage}
    assert answers == {to: to if to in MOVES[stage] else NOT_NOW for to in Stage}
    assert not (ENDED & UNDER_WAY)
    assert set(Stage) == ENDED | UNDER_WAY


# What is due.


def test_what_a_project_owes_is_told_the_earliest_first(people: People) -> None:
    today = clock.today()
    project = people.project(
        stage="testing",
        milestones=[today - timedelta(days=5), today + timedelta(days=10)],
        next_check_in_on=today - timedelta(days=2),
        planned_end_on=today + timedelta(days=100),
    )
    with transaction():
        make_milestone(project, forecast_on=today - timedelta(days=50), actual_on=today - timedelta(days=50))
    owed = [(due.what, (due.on - today).days, due.is_late) for due in rules.due_of(project, project.milestones)]
    assert owed == [
        ("“Milestone 1”", -5, True),
        ("Check-in", -2, True),
        ("“Milestone 2”", 10, False),
        ("Planned end", 100, False),
    ]
    assert rules.next_due(project) == today - timedelta(days=5)
    assert [due.what for due in rules.due_of(project, project.milestones, reports=False)] == [
        "“Milestone 1”",
        "“Milestone 2”",
        "Planned end",
    ]


def test_a_project_being_set_up_owes_its_start_and_an_ended_one_nothing(people: People) -> None:
    project = people.project(opened_at=clock.london_moment(date(2026, 1, 31), clock.END_OF_WORKING_DAY))
    assert [(due.what, due.on) for due in rules.due_of(project, project.milestones)] == [("Start", date(2026, 7, 31))]
    ended = people.project(stage="stopped", milestones=[clock.today() - timedelta(days=5)])
    assert rules.due_of(ended, ended.milestones) == []
    assert rules.next_due(ended) == clock.today()


@pytest.mark.parametrize(
    ("baseline", "forecast", "actual", "words"),
    [
        (None, 10, None, ""),
        (10, 10, None, "as promised"),
        (10, 11, None, "1 day later than promised"),
        (10, 22, None, "12 days later than promised"),
        (10, 8, None, "2 days earlier than promised"),
        (10, 30, 10, "on the promised day"),
        (10, 30, 13, "3 days late"),
        (10, 30, 9, "1 day early"),
    ],
)
def test_a_slip_is_told_in_words(baseline: int | None, forecast: int, actual: int | None, words: str) -> None:
    days = [date(2026, 3, 1) + timedelta(days=n) if n is not None else None for n in (baseline, forecast, actual)]
    milestone = Milestone(title="Kit bought", baseline_on=days[0], forecast_on=days[1], actual_on=days[2])
    assert rules.slip_in_words(milestone) == words


def test_what_moved_is_said_in_lines_for_a_check_in() -> None:
    days = (date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 12))
    milestone = Milestone(title="Kit bought", baseline_on=days[0], forecast_on=days[1], actual_on=days[2])
    move = ForecastMove(milestone=milestone, from_on=days[0], to_on=days[1], reason="The supplier is late.")
    assert rules.said_of_reached(milestone) == "Reached “Kit bought” on Wed 12 March 2025, 9 days late."
    assert (
        rules.said_of_move(move)
        == "Moved “Kit bought” from Mon 3 March 2025 to Mon 10 March 2025: The supplier is late."
    )


# The rhythm.


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int, then: date) -> None:
    assert rules.months_after(day, months) == then


@pytest.mark.parametrize(
    ("monitoring", "due", "made", "following"),
    [
        ("standard", date(2026, 3, 1), date(2026, 2, 20), date(2026, 6, 1)),
        ("standard", date(2026, 3, 1), date(2026, 3, 1), date(2026, 6, 1)),
        ("standard", date(2026, 3, 1), date(2026, 7, 5), date(2026, 9, 1)),
        ("close", date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 28)),
        ("close", date(2026, 1, 31), date(2026, 4, 30), date(2026, 5, 31)),
        ("light", date(2026, 3, 1), date(2026, 3, 1), None),
    ],
)
def test_the_next_check_in_lies_ahead_in_the_same_rhythm(
    monitoring: str, due: date, made: date, following: date | None
) -> None:
    assert rules.next_check_in(Project(monitoring=Monitoring(monitoring)), due, made) == following


@pytest.mark.parametrize(
    ("monitoring", "days_ahead", "is_extra"),
    [("standard", 32, True), ("standard", 31, False), ("close", 15, True), ("close", 14, False), ("close", -40, False)],
)
def test_a_check_in_long_before_its_day_is_an_extra_one(monitoring: str, days_ahead: int, is_extra: bool) -> None:
    due_on = clock.today() + timedelta(days=days_ahead)
    project = Project(monitoring=Monitoring(monitoring), next_check_in_on=due_on)
    assert rules.check_in_day(project) == (clock.today() if is_extra else due_on)


@pytest.mark.parametrize(
    ("unchanged", "warns"),
    [
        ([True, True, True], True),
        ([True, True, False], False),
        ([True, True], False),
        ([False, True, True, True], False),
    ],
)
def test_three_running_that_say_nothing_has_changed_are_a_warning(unchanged: list[bool], warns: bool) -> None:
    assert rules.says_nothing_new([CheckIn(unchanged=one) for one in unchanged]) is warns
