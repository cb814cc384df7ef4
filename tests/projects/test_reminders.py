"""A check-in that does not come: one word before, one after, then the next person up; each once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, transaction
from pitchpit.notices.models import Notice
from pitchpit.projects import actions, queries, reminders
from tests.projects.conftest import People


def told() -> list[tuple[str, int]]:
    """Kinds and people of the notices so far, in their order."""
    db.session.rollback()
    return [(one.kind, one.person_id) for one in db.session.scalars(select(Notice).order_by(Notice.id))]


def a_day_of_ticks(days: int) -> None:
    """The worker's minute, several times, so many days from now."""
    with clock.at(clock.now() + timedelta(days=days)):
        for _ in range(3):
            reminders.tick()
            jobs.work_once()
            db.session.remove()


def test_each_word_is_said_once_and_to_the_right_person(people: People) -> None:
    people.project(stage="testing", next_check_in_on=clock.today() + timedelta(days=10))
    lead, sponsor = people.lead.id, people.sponsor.id
    said = {}
    for days in (0, 6, 7, 8, 10, 11, 12, 13, 16, 17, 18, 40):
        before = len(told())
        a_day_of_ticks(days)
        if new := told()[before:]:
            said[days] = new
    assert said == {7: [("check_in_due", lead)], 12: [("check_in_late", lead)], 17: [("check_in_missed", sponsor)]}


def test_without_a_sponsor_the_qi_team_is_told_and_without_a_lead_the_team(people: People) -> None:
    project = people.project(stage="testing", sponsor=None, next_check_in_on=clock.today() - timedelta(days=8))
    member, qi = people.member.id, people.qi.id
    with transaction():
        one = queries.visible_or_404(people.qi, project.id, change=True)
        actions.end_role(one, one.roles[0], actor=people.qi)
    a_day_of_ticks(0)
    assert sorted(told()) == [("check_in_late", member), ("check_in_missed", qi)]


def test_who_has_left_is_not_reminded(people: People) -> None:
    people.project(stage="testing", next_check_in_on=clock.today())
    member = people.member.id
    with transaction():
        people.lead.left_on = clock.today() - timedelta(days=1)
    a_day_of_ticks(0)
    assert told() == [("check_in_due", member)]


@pytest.mark.parametrize("stage", ["setting_up", "stopped"])
def test_only_projects_under_way_with_a_check_in_are_asked(people: People, stage: str) -> None:
    people.project(stage=stage)
    a_day_of_ticks(200)
    assert told() == []


def test_a_check_in_made_between_looking_and_telling_silences_the_reminder(people: People) -> None:
    project = people.project(stage="testing", next_check_in_on=clock.today())
    reminders.tick()
    with transaction():
        actions.check_in(queries.visible_or_404(people.lead, project.id, change=True), actor=people.lead)
    jobs.work_once()
    assert [kind for kind, _ in told()] == ["check_in_made"]
