"""What the pages of measures show, and what it costs to show it."""

from datetime import UTC, date, datetime

import pytest

from pitchpit.core.db import db, transaction
from pitchpit.measures import actions, home, queries
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.spc import Showing
from pitchpit.measures.values import Value
from pitchpit.projects.enums import Stage
from pitchpit.projects.queries import visible_or_404
from tests.factories import make_measure, make_observations, make_person, make_project

pytestmark = pytest.mark.usefixtures("in_august")

STABLE = [7, 8, 6, 7, 9, 7, 6, 8, 7, 7, 8, 6, 7, 8, 7]


def reading_of(measure):
    return queries.reading_of(queries.measure_or_404(None, measure.id))


# The chart, by the number of observations.


def test_twelve_observations_are_too_early_and_the_thirteenth_gives_the_chart_and_its_icon(ward):
    make_observations(ward.measure, STABLE[:12], first=date(2025, 7, 1))
    early = reading_of(ward.measure)
    assert (early.showing, early.variation, early.assurance) == (Showing.RUN, "too_early", None)
    assert early.icon_words == ["Too early to say: icons come with 13 observations."]
    assert [early.chart.centre_word, early.chart.point_types, [s.centre for s in early.chart.stretches]] == [
        "Median",
        (),
        [7],
    ]
    assert {(period.limits, period.says) for period in queries.periods_of(early)} == {(None, "")}
    with transaction():
        measure = queries.measure_or_404(ward["owner"], ward.measure.id, change=True)
        actions.enter(measure, [Value(date(2026, 7, 1), 1.0)], actor=ward["owner"])
    now = reading_of(ward.measure)
    assert (now.showing, now.variation, now.assurance) == (Showing.XMR, "improvement_low", None)
    assert now.icon_words == ["Improving: lower than usual, and lower is better."]
    assert (now.chart.centre_word, len(now.chart.point_types)) == ("Mean", 13)
    newest = queries.periods_of(now)[0]
    assert (newest.words, newest.says, newest.meaning) == ("July 2026", "Below the lower limit", "improving")
    assert round(newest.limits.mean, 2) == 6.69


@pytest.mark.parametrize(
    ("count", "showing"),
    [(0, "nothing"), (1, "line"), (2, "line"), (9, "line"), (10, "run"), (12, "run"), (13, "xmr"), (15, "xmr")],
)
def test_how_much_is_shown_goes_by_the_observations_not_the_periods(ward, count, showing):
    with_gaps = [one for value in STABLE[:count] for one in (value, None)]
    make_observations(ward.measure, with_gaps, first=date(2022, 1, 1))
    reading = reading_of(ward.measure)
    assert (reading.showing.value, reading.missing) == (showing, max(count - 1, 0))
    assert len(queries.periods_of(reading)) == max(2 * count - 1, 0)


def test_a_missing_period_has_its_row_and_its_gap(ward):
    make_observations(ward.measure, [7, None, 9], first=date(2026, 5, 1))
    periods = queries.periods_of(reading_of(ward.measure))
    assert [(one.words, one.observation and one.observation.value) for one in periods] == [
        ("July 2026", 9),
        ("June 2026", None),
        ("May 2026", 7),
    ]


def test_a_step_change_starts_the_limits_afresh_and_the_old_ones_stay_to_be_seen(ward):
    make_observations(ward.measure, [*STABLE, 3, 2, 3, 4, 3, 2], first=date(2024, 10, 1))
    measure = queries.measure_or_404(None, ward.measure.id)
    with transaction():
        measure = queries.measure_or_404(None, ward.measure.id, change=True)
        actions.agree_step(measure, actor=ward["coach"], on=date(2026, 1, 1), reason="Huddles")
    after = reading_of(ward.measure)
    before = queries.reading_of(queries.measure_or_404(None, ward.measure.id), steps=False)
    assert [round(one.mean, 1) for one in after.analysis.segments] == [7.2, 2.8]
    assert [round(one.mean, 1) for one in before.analysis.segments] == [6.0]
    assert [flag.words for flag in after.chart.steps] == ["Huddles"]
    assert before.chart.steps == []


@pytest.mark.parametrize(
    ("columns", "value", "words"),
    [
        ({"unit": "%", "decimals": 1}, Value(date(2026, 7, 1), 35.04, 7, 20), "35% (7 of 20)"),
        ({"unit": "£", "decimals": 0}, Value(date(2026, 7, 1), -1200.4), "−£1,200"),
        ({"unit": "days", "decimals": 2}, Value(date(2026, 7, 1), 3.456), "3.46 days"),
        ({}, Value(date(2026, 7, 1), 12), "12"),
    ],
)
def test_a_value_is_said_with_its_unit(build_ward, columns, value, words):
    assert queries.words_of(build_ward(**columns).measure, value) == words


# What it costs.


@pytest.mark.parametrize("count", [1, 30])
def test_a_projects_charts_cost_four_statements_however_many(ward, statements, count):
    with transaction():
        for number in range(count):
            measure = make_measure(ward.project, f"Measure {number}")
            make_observations(measure, STABLE, by=ward["owner"])
    db.session.expire_all()
    project = visible_or_404(ward["lead"], ward.project.id)
    with statements() as sql:
        readings = queries.readings_of(project)
        assert [len(reading.observations) for reading in readings] == [0] + [15] * count
    assert len(sql) == 4


@pytest.mark.parametrize("count", [1, 30])
def test_what_is_due_costs_one_statement_however_much(ward, statements, count):
    with transaction():
        for _ in range(count):
            project = make_project()
            make_observations(make_measure(project, data_owner=ward["owner"]), [1, 2], first=date(2026, 3, 1))
    owner = ward["owner"]
    with statements() as sql:
        assert len([line.text for line in home.to_enter(owner)]) == count
    assert len(sql) == 1


def test_outcomes_come_first_and_the_first_is_large(ward):
    with transaction():
        make_measure(ward.project, "Huddles", kind=MeasureKind.PROCESS)
        make_measure(ward.project, "Harm", kind=MeasureKind.OUTCOME)
    project = visible_or_404(ward["lead"], ward.project.id)
    pane = home.charts(ward["lead"], project)
    assert pane["large"].measure.name == "Falls"
    assert [reading.measure.name for reading in pane["others"]] == ["Harm", "Huddles"]
    assert [bool(home.charts(ward[who], project)["may_add"]) for who in ("lead", "owner", "stranger")] == [
        True,
        False,
        False,
    ]


# What is wanted.


def due(person) -> list[tuple]:
    return [(line.role, line.text, line.url, line.due_on) for line in home.to_enter(person)]


def test_the_data_owner_is_asked_for_the_period_after_the_last(ward):
    make_observations(ward.measure, [7, None, 9], first=date(2026, 4, 1))
    wanted = [("Your measures", "Enter July’s falls for Safer nights", "/measures/1/enter", date(2026, 8, 14))]
    assert due(ward["owner"]) == wanted
    assert [due(ward[name]) for name in ("lead", "coach", "qi", "stranger")] == [[]] * 4
    make_observations(ward.measure, [9], first=date(2026, 7, 1))
    assert due(ward["owner"]) == []
    (kept,) = queries.kept_by(ward["owner"])
    assert (kept.words, kept.is_due, kept.last_in_words) == ("August 2026", False, "9 for July 2026")


def test_without_a_data_owner_the_lead_is_asked(build_ward):
    ward = build_ward(data_owner=None, created_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))  # 1 July in London
    assert [text for _, text, _, _ in due(ward["lead"])] == ["Enter July’s falls for Safer nights"]
    assert [due(ward[name]) for name in ("member", "former", "owner")] == [[]] * 3


@pytest.mark.parametrize("stage", [Stage.ADOPTED, Stage.STOPPED, Stage.DONE, Stage.NOT_STARTED])
def test_nobody_is_asked_once_the_project_has_ended(build_ward, stage):
    ward = build_ward(stage)
    make_observations(ward.measure, [7], first=date(2026, 4, 1))
    assert (due(ward["owner"]), queries.kept_by(ward["owner"])) == ([], [])


@pytest.mark.parametrize(
    ("name", "frequency", "last", "words"),
    [
        ("Falls", Frequency.WEEKLY, date(2026, 7, 20), "Enter the week of 27 July’s falls for Safer nights"),
        ("Falls", Frequency.DAILY, date(2026, 8, 3), "Enter 4 August’s falls for Safer nights"),
        ("Falls", Frequency.QUARTERLY, date(2025, 7, 1), "Enter October to December 2025’s falls for Safer nights"),
        ("MRSA cases", Frequency.MONTHLY, date(2026, 6, 1), "Enter July’s MRSA cases for Safer nights"),
        ("A stay in days", Frequency.MONTHLY, date(2026, 6, 1), "Enter July’s a stay in days for Safer nights"),
    ],
)
def test_what_is_wanted_in_words(build_ward, name, frequency, last, words):
    ward = build_ward(name=name, frequency=frequency)
    make_observations(ward.measure, [1], first=last)
    assert [text for _, text, _, _ in due(ward["owner"])] == [words]


# To keep.


def test_the_numbers_as_rows_for_a_file(build_ward):
    ward = build_ward(unit="=cmd()", direction=Direction.DECREASE)
    with transaction():
        make_observations(ward.measure, [*STABLE[:12], None, 1], first=date(2025, 6, 1), by=make_person("@Ann"))
    heads, *rows = queries.as_table(reading_of(ward.measure))
    assert heads[:3] == ("Period starts", "Period", "Value")
    assert rows[-2] == ("2026-06-01", "June 2026", "", "", "", "", *rows[-2][6:9], "Missing", "", "")
    assert (rows[-1][:4], rows[-1][9:]) == (
        ("2026-07-01", "July 2026", 1, "=cmd()"),
        ("Below the lower limit: improving", "@Ann", "2026-08-05 10:30"),
    )
