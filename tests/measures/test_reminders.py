"""A value that does not come: whoever keeps the measure is reminded of it, once, after its day."""

from datetime import date, time, timedelta

from sqlalchemy import select

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, transaction
from pitchpit.measures import queries, reminders
from pitchpit.measures.enums import Frequency
from pitchpit.measures.models import Measure
from pitchpit.notices.models import Notice
from tests.factories import make_measure, make_observations, make_person, make_project

JANUARY = date(2026, 1, 1)
#: January's value is wanted by 14 February.
ON_ITS_DAY, LATE = date(2026, 2, 14), date(2026, 2, 15)


def at(day: date):
    return clock.at(clock.london_moment(day, time(9, 0)))


def work(day: date) -> None:
    """The worker's minutes of a day."""
    with at(day):
        for _ in range(3):
            reminders.tick()
            while jobs.work_once():
                pass
            db.session.rollback()


def told() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(one.kind, one.person_id) for one in db.session.scalars(select(Notice).order_by(Notice.id))]


def kept_by(owner=None, *, lead=None, until: str = "testing", **columns):
    """A monthly measure with a value for December, since when nothing came."""
    with at(JANUARY), transaction():
        project = make_project(stage=until, lead=lead or make_person(), title="Quiet bays")
        measure = make_measure(project, data_owner=owner, **columns)
        make_observations(measure, [5.0], first=date(2025, 12, 1))
    return measure


def test_a_data_owner_is_reminded_once_of_each_value_that_is_late(app) -> None:
    owner = make_person()
    owner_id, measure_id = owner.id, kept_by(owner).id
    work(ON_ITS_DAY)
    assert told() == []
    for day in (LATE, LATE, LATE + timedelta(days=1), LATE + timedelta(days=20)):
        work(day)
        assert told() == [("measure_late", owner_id)]
    notice = db.session.scalars(select(Notice)).one()
    assert notice.title == "Quiet bays: a value for January 2026 was wanted by Sat 14 February"
    assert notice.url == f"/measures/{measure_id}/enter"
    with at(LATE + timedelta(days=21)), transaction():
        make_observations(db.session.get_one(Measure, measure_id), [4.0], first=JANUARY)
    work(date(2026, 3, 14))
    assert len(told()) == 1
    work(date(2026, 3, 15))
    assert told() == [("measure_late", owner_id)] * 2


def test_without_a_data_owner_or_with_one_who_left_the_lead_is_reminded(app) -> None:
    lead, gone = make_person(), make_person(left_on=JANUARY)
    kept_by(lead=lead)
    kept_by(gone, lead=lead)
    lead_id = lead.id
    work(LATE)
    assert told() == [("measure_late", lead_id)] * 2


def test_nobody_is_reminded_of_an_ended_project_or_of_what_came_meanwhile(app) -> None:
    owner = make_person()
    kept_by(owner, until="stopped")
    measure = kept_by(owner)
    with at(LATE):
        reminders.look()
        with transaction():
            make_observations(db.session.merge(measure), [4.0], first=JANUARY)
        while jobs.work_once():
            pass
    assert told() == []


def test_looking_is_one_statement_however_many_measures(app, statements) -> None:
    owner = make_person()
    with at(JANUARY), transaction():
        project = make_project(stage="testing")
        for _ in range(30):
            make_measure(project, data_owner=owner, frequency=Frequency.QUARTERLY)
    with at(date(2026, 4, 29)), statements() as sql:
        late = queries.late_values(clock.today())
    assert (len(sql), [start for _, start in late]) == (1, [JANUARY] * 30)
