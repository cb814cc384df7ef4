"""Keeping measures: what is written, what is told, what is refused."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind, Refused, Stale
from pitchpit.core.text import PatientData
from pitchpit.history.models import Event, EventText
from pitchpit.measures import actions, queries
from pitchpit.measures.actions import Definition, Entered
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.models import Measure, Observation, StepChange
from pitchpit.measures.values import Value
from pitchpit.notices.models import Notice
from tests.factories import make_observations

pytestmark = pytest.mark.usefixtures("in_august")

FALLS = Definition(
    name="Falls per 1,000 bed days",
    kind=MeasureKind.OUTCOME,
    unit="falls",
    decimals=1,
    direction=Direction.DECREASE,
    target=5.0,
    frequency=Frequency.MONTHLY,
    definition="Every reported fall",
    source="Incident reports",
    data_owner=None,
    per=1000,
)


def events() -> list[tuple]:
    rows = db.session.execute(select(Event.verb, Event.subject_kind, Event.detail).order_by(Event.id))
    return [tuple(row) for row in rows]


def texts() -> dict[str, str]:
    return dict(db.session.execute(select(EventText.field, EventText.text)).all())


def rows(measure: Measure) -> list[tuple]:
    found = db.session.scalars(select(Observation).where(Observation.measure_id == measure.id).order_by(Observation.id))
    return [(one.period_on, one.value, one.replaced_at is None, one.by_id, one.reason) for one in found]


def refused(action, *args, **kwargs) -> tuple[Kind, str]:
    with pytest.raises(Refused) as no, transaction():
        action(*args, **kwargs)
    return no.value.answer.kind, no.value.reason


# What it is.


def test_a_measure_is_added_told_and_its_data_owner_hears_of_it(ward):
    with transaction():
        measure = actions.add_measure(ward.project, replace(FALLS, data_owner=ward["owner"]), actor=ward["lead"])
    columns = {name: getattr(measure, name) for name in vars(FALLS) if name != "data_owner"}
    assert columns == {name: value for name, value in vars(FALLS).items() if name != "data_owner"}
    assert (measure.project_id, measure.data_owner_id) == (ward.project.id, ward["owner"].id)
    assert events() == [("measure.added", "project", f'{{"kind":"outcome","measure_id":{measure.id}}}')]
    assert texts() == {"name": "Falls per 1,000 bed days"}
    told = [(one.person_id, one.title, one.url) for one in db.session.scalars(select(Notice))]
    assert told == [(ward["owner"].id, "The numbers of a measure are yours to keep", f"/measures/{measure.id}")]


def test_only_the_team_adds_and_changes(ward):
    assert refused(actions.add_measure, ward.project, FALLS, actor=ward["owner"])[0] is Kind.NOT_YOURS
    assert refused(actions.change_measure, ward.measure, FALLS, actor=ward["owner"], edit=1)[0] is Kind.NOT_YOURS
    assert events() == []


def test_a_change_says_what_changed_and_a_stale_one_is_refused(ward):
    with transaction():
        same = replace(
            FALLS, name="Falls", unit="", target=None, definition="", source="", data_owner=ward["owner"], per=100
        )
        actions.change_measure(ward.measure, replace(same, target=4.0), actor=ward["lead"], edit=1)
    assert [(verb, detail) for verb, _, detail in events()] == [
        ("measure.changed", f'{{"fields":["target"],"measure_id":{ward.measure.id}}}')
    ]
    with pytest.raises(Stale), transaction():
        actions.change_measure(ward.measure, FALLS, actor=ward["coach"], edit=1)
    assert db.session.get_one(Measure, ward.measure.id).name == "Falls"


def test_periods_stay_once_there_are_values(ward):
    make_observations(ward.measure, [1])
    weekly = replace(FALLS, frequency=Frequency.WEEKLY, per=100)
    kind, reason = refused(actions.change_measure, ward.measure, weekly, actor=ward["lead"], edit=1)
    assert (kind, reason[:24]) == (Kind.NOT_NOW, "This measure has values,")


# Entering.


def test_values_are_entered_each_in_its_period(ward):
    owner = ward["owner"]
    values = [Value(date(2026, 7, 19), -3.5), Value(date(2026, 6, 1), 35.0, 7, 20)]
    with transaction():
        assert actions.enter(ward.measure, values, actor=owner) == Entered(new=2, corrected=0, same=0)
    assert rows(ward.measure) == [
        (date(2026, 7, 1), -3.5, True, owner.id, ""),
        (date(2026, 6, 1), 35.0, True, owner.id, ""),
    ]
    assert events() == [("measure.entered", "project", f'{{"corrected":0,"measure_id":{ward.measure.id},"new":2}}')]


def test_a_correction_keeps_what_it_replaces_and_says_why(ward):
    lead, old = ward["lead"], make_observations(ward.measure, [7, 8], first=date(2026, 6, 1), by=ward["owner"])
    values = [Value(date(2026, 6, 1), 7), Value(date(2026, 7, 2), 9)]
    assert refused(actions.enter, ward.measure, values, actor=lead) == (
        Kind.NOT_NOW,
        "Say why the values that stand are corrected.",
    )
    assert refused(actions.enter, ward.measure, values, actor=lead, reason="  ")[0] is Kind.NOT_NOW
    with transaction():
        done = actions.enter(ward.measure, values, actor=lead, reason="Counted twice")
    assert done == Entered(new=0, corrected=1, same=1)
    assert rows(ward.measure) == [
        (date(2026, 6, 1), 7, True, ward["owner"].id, ""),
        (date(2026, 7, 1), 8, False, ward["owner"].id, ""),
        (date(2026, 7, 1), 9, True, lead.id, "Counted twice"),
    ]
    assert texts() == {"name": "Falls", "reason": "Counted twice"}
    (kept,) = queries.corrections_of(ward.measure)
    assert (kept.words, kept.old.id, kept.new.value, kept.new.reason) == ("July 2026", old[1].id, 9, "Counted twice")


def test_what_stands_already_is_entered_again_without_a_trace(ward):
    make_observations(ward.measure, [7], first=date(2026, 7, 1))
    with transaction():
        assert actions.enter(ward.measure, [Value(date(2026, 7, 1), 7)], actor=ward["owner"]) == Entered(0, 0, 1)
    assert (len(rows(ward.measure)), events()) == (1, [])


@pytest.mark.parametrize(
    "values",
    [
        [Value(date(2026, 8, 6), 1)],
        [Value(date(1999, 12, 31), 1)],
        [Value(date(2026, 7, 1), float("nan"))],
        [Value(date(2026, 7, 1), float("inf"))],
        [Value(date(2026, 7, 1), 1e13)],
        [Value(date(2026, 7, 1), 1, 1, 0)],
        [Value(date(2026, 7, 1), 1), Value(date(2026, 7, 30), 2)],
        [Value(date(2026, 6, 1), 1), Value(date(2026, 8, 6), 1)],
    ],
)
def test_all_or_nothing_is_entered(ward, values):
    assert refused(actions.enter, ward.measure, values, actor=ward["owner"])[0] is Kind.NOT_NOW
    assert (rows(ward.measure), events()) == ([], [])


def test_who_may_not_enter_enters_nothing(ward):
    for name in ("former", "leader", "admin", "stranger"):
        assert refused(actions.enter, ward.measure, [Value(date(2026, 7, 1), 1)], actor=ward[name])[0] is Kind.NOT_YOURS
    assert rows(ward.measure) == []


def test_a_patients_number_stops_a_correction_whole(ward):
    make_observations(ward.measure, [7], first=date(2026, 7, 1))
    with pytest.raises(StatementError) as stopped, transaction():
        actions.enter(ward.measure, [Value(date(2026, 7, 1), 8)], actor=ward["owner"], reason="Was 450 557 7104 twice")
    assert isinstance(stopped.value.orig, PatientData)
    assert [(value, current) for _, value, current, _, _ in rows(ward.measure)] == [(7, True)]


@pytest.mark.parametrize(
    "columns", [{"value": 2e12}, {"value": float("nan")}, {"denominator": 0.0, "numerator": 1.0}, {"numerator": 1.0}]
)
def test_the_database_refuses_what_is_no_value(ward, columns):
    row = Observation(
        **{"measure_id": ward.measure.id, "period_on": date(2026, 7, 1), "value": 1.0, "by_id": ward["owner"].id}
        | {"entered_at": ward.measure.created_at, "reason": ""}
        | columns
    )
    with pytest.raises(IntegrityError), transaction():
        db.session.add(row)


def test_the_database_keeps_one_current_value_a_period(ward):
    make_observations(ward.measure, [7], first=date(2026, 7, 1))
    with pytest.raises(IntegrityError):
        make_observations(ward.measure, [8], first=date(2026, 7, 1))


# On the chart.


def test_limits_start_afresh_with_the_coachs_agreement(ward):
    make_observations(ward.measure, [7, 8, 4], first=date(2026, 5, 1))
    assert refused(actions.agree_step, ward.measure, actor=ward["lead"], on=date(2026, 7, 1), reason="x")[0] is (
        Kind.NOT_YOURS
    )
    with transaction():
        actions.agree_step(ward.measure, actor=ward["coach"], on=date(2026, 7, 20), reason="Huddles")
    steps = db.session.execute(select(StepChange.starts_on, StepChange.reason, StepChange.agreed_by_id)).all()
    assert [tuple(step) for step in steps] == [(date(2026, 7, 1), "Huddles", ward["coach"].id)]
    assert events() == [("measure.step", "project", f'{{"measure_id":{ward.measure.id},"starts_on":"2026-07-01"}}')]
    again = refused(actions.agree_step, ward.measure, actor=ward["qi"], on=date(2026, 7, 1), reason="x")
    assert again == (Kind.NOT_NOW, "The limits start afresh there already.")


def test_a_note_is_put_on_the_chart_by_whoever_enters(ward):
    with transaction():
        actions.annotate(ward.measure, actor=ward["owner"], on=date(2026, 7, 6), words="Second ward joins")
    (flag,) = queries.reading_of(queries.measure_or_404(ward["owner"], ward.measure.id)).chart.annotations
    assert (flag.on, flag.words) == (date(2026, 7, 6), "Second ward joins")
    assert events() == [("measure.annotated", "project", f'{{"measure_id":{ward.measure.id},"noted_on":"2026-07-06"}}')]
    assert refused(actions.annotate, ward.measure, actor=ward["stranger"], on=date(2026, 7, 6), words="x")[0] is (
        Kind.NOT_YOURS
    )
