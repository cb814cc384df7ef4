"""Who may hold which review at which stage, where it leads, and what a start asks for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind
from pitchpit.gates import queries, rules
from pitchpit.gates.enums import GateOutcome
from pitchpit.gates.rules import Facts
from pitchpit.measures.enums import MeasureKind
from pitchpit.projects.enums import ENDED, MOVES, Role, Stage, StartCheckKind
from pitchpit.projects.models import Project
from pitchpit.schemes.enums import Monitoring
from tests.factories import make_measure, make_milestone, make_observations, make_person, make_project
from tests.gates.conftest import ready
from tests.projects.conftest import People
from tests.projects.test_rules import EVERYBODY, NOT_NOW, NOT_YOURS, YES

G, S = GateOutcome, Stage

#: Which outcome there is at which stage, and where it leads.
LEADS: dict[Stage, dict[GateOutcome, set[Stage]]] = {
    S.SETTING_UP: {G.START: {S.TESTING}, G.NOT_START: {S.NOT_STARTED}},
    S.RUNNING: {G.CONTINUE: {S.RUNNING}, G.CHANGE: {S.RUNNING}, G.STOP: {S.STOPPED}, G.CLOSE: {S.DONE}},
    S.TESTING: {G.CONTINUE: {S.TESTING, S.EMBEDDING}, G.CHANGE: {S.TESTING}, G.STOP: {S.STOPPED}},
    S.EMBEDDING: {G.CONTINUE: {S.EMBEDDING}, G.CHANGE: {S.EMBEDDING}, G.STOP: {S.STOPPED}, G.ADOPT: {S.ADOPTED}},
}


@pytest.mark.parametrize("stage", list(Stage))
def test_who_holds_which_review_at_which_stage(people: People, stage: Stage) -> None:
    project = people.project(stage=stage)
    for outcome in GateOutcome:
        answers = {who: rules.can_hold(people[who], project, outcome).kind for who in EVERYBODY}
        then = YES if outcome in LEADS.get(stage, {}) else NOT_NOW
        assert answers == {who: then if who in {"sponsor", "qi"} else NOT_YOURS for who in EVERYBODY}, outcome


@pytest.mark.parametrize("stage", list(Stage))
def test_each_review_leads_where_the_project_can_go(people: People, stage: Stage) -> None:
    project = people.project(stage=stage)
    for outcome in GateOutcome:
        leads = {to for to in Stage if (way := rules.way_of(outcome, project, to)) and way.to is to}
        assert leads == LEADS.get(stage, {}).get(outcome, set())
        assert leads <= MOVES[stage] | {stage}
        assert (outcome in rules.ENDING) <= (leads <= ENDED)


@pytest.mark.parametrize("role", [Role.LEAD, Role.MEMBER, Role.COACH])
def test_nobody_of_the_team_nor_its_coach_reviews_their_own_project_whatever_else_they_are(
    people: People, role: Role
) -> None:
    with transaction():
        both = make_person(rights=["qi"])
        taken = {Role.LEAD: {"lead": both}, Role.MEMBER: {"members": [both]}, Role.COACH: {"coach": both}}[role]
        project = make_project(stage="testing", sponsor=both, **taken)
    assert rules.can_hold(both, project, G.STOP).kind is NOT_YOURS
    assert rules.ways_for(both, project) == []


def test_the_lead_of_a_light_project_closes_it_and_nothing_else(people: People) -> None:
    light = people.project(stage="running", monitoring="light")
    assert [way.outcome for way in rules.ways_for(people.lead, light)] == [G.CLOSE]
    assert rules.ways_for(people.member, light) == []
    watched = people.project(stage="running", monitoring="close")
    assert rules.ways_for(people.lead, watched) == []


def test_every_way_has_an_address_of_its_own_at_its_stage() -> None:
    for ways in rules.WAYS.values():
        names = [way.name for way in ways]
        assert sorted(names) == sorted(set(names))


# The start.

#: All that a close start asks for.
ALL = Facts(
    monitoring=Monitoring.CLOSE,
    roles=frozenset({Role.LEAD, Role.SPONSOR, Role.COACH}),
    has_end=True,
    says_how=True,
    milestones=3,
    measures=frozenset(MeasureKind),
    checks=frozenset(StartCheckKind),
    short_baseline=False,
)
NOTHING = Facts(Monitoring.CLOSE, frozenset(), False, False, 0, frozenset(), frozenset(), False)
CHECKS = [
    "the quality impact check",
    "the equality and inequalities check",
    "the data protection screening",
    "the audit, improvement or research check",
]


@pytest.mark.parametrize(
    ("monitoring", "missing"),
    [
        (Monitoring.LIGHT, ["a lead", "the date when it should end", "how you will know that it worked"]),
        (
            Monitoring.STANDARD,
            ["a lead", "a sponsor", "the date when it should end", "3 milestones", "an outcome measure", *CHECKS],
        ),
        (
            Monitoring.CLOSE,
            [
                "a lead",
                "a sponsor",
                "a coach",
                "the date when it should end",
                "3 milestones",
                "an outcome measure",
                "a balancing measure",
                *CHECKS,
            ],
        ),
    ],
)
def test_a_start_asks_for_what_its_monitoring_wants(monitoring: Monitoring, missing: list[str]) -> None:
    assert rules.missing_to_start(replace(NOTHING, monitoring=monitoring)) == missing
    assert rules.missing_to_start(replace(ALL, monitoring=monitoring)) == []
    assert rules.things_missing(replace(NOTHING, monitoring=monitoring)) == f"{len(missing)} things"
    assert rules.things_missing(replace(ALL, monitoring=monitoring)) == ""


@pytest.mark.parametrize(
    ("there", "words"), [(0, "3 milestones"), (1, "2 more milestones"), (2, "1 more milestone"), (3, None), (9, None)]
)
def test_missing_milestones_are_counted(there: int, words: str | None) -> None:
    assert rules.missing_to_start(replace(ALL, milestones=there)) == ([words] if words else [])


def _in_set_up(people: People) -> Project:
    return ready(people, monitoring="close")


@pytest.mark.parametrize(
    ("take_away", "missing"),
    [
        (lambda p: None, []),
        (lambda p: setattr(p, "planned_end_on", None), ["the date when it should end"]),
        (lambda p: setattr(p.roles[2], "to_on", clock.today()), ["a sponsor"]),
        (lambda p: setattr(p.roles[3], "from_on", clock.today() + timedelta(days=1)), ["a coach"]),
        (lambda p: db.session.delete(p.milestones[0]), ["1 more milestone"]),
        (lambda p: db.session.delete(p.start_checks[2]), ["the data protection screening"]),
    ],
)
def test_what_is_there_is_read_from_the_project(
    people: People, take_away: Callable[[Project], None], missing: list[str]
) -> None:
    project = _in_set_up(people)
    with transaction():
        take_away(db.session.get_one(Project, project.id))
    facts = queries.facts_of(project)
    assert rules.missing_to_start(facts) == missing
    assert (rules.can_start(people.sponsor, project, facts).kind is Kind.YES) is (missing == [])


@pytest.mark.parametrize(("observations", "is_short"), [(0, True), (10, True), (12, False), (20, False)])
def test_a_baseline_is_short_below_twelve_observations(people: People, observations: int, is_short: bool) -> None:
    project = ready(people, observations=observations)
    assert rules.needs_explaining(queries.facts_of(project)) is is_short
    light = ready(people, monitoring="light", observations=observations)
    assert rules.needs_explaining(queries.facts_of(light)) is False


def test_the_baseline_of_every_outcome_measure_counts_and_of_no_other(people: People) -> None:
    project = ready(people)
    with transaction():
        make_measure(project, "Forms filled in", kind=MeasureKind.PROCESS)
    assert rules.needs_explaining(queries.facts_of(project)) is False
    with transaction():
        make_observations(make_measure(project, "Length of stay"), [1.0] * 11)
    assert rules.needs_explaining(queries.facts_of(project)) is True


def test_what_one_project_has_is_not_told_of_another(people: People) -> None:
    ready(people)
    with transaction():
        bare = make_project()
        make_milestone(bare)
    assert rules.missing_to_start(queries.facts_of(bare)) == [
        "a sponsor",
        "the date when it should end",
        "2 more milestones",
        "an outcome measure",
        *CHECKS,
    ]
