"""Telling people: into the inbox, and to the mail as each has chosen."""

import contextlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.text import PatientData
from pitchpit.notices import queries
from pitchpit.notices.actions import choose, mark_all_read, mark_read, notify, redact, withdraw
from pitchpit.notices.enums import Way
from pitchpit.notices.models import Notice
from tests.notices.conftest import IDEA

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
TUESDAY_SEVEN = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def answered(*to, **more):
    return notify("idea_answered", to=to, about=IDEA, reference="DD26-014", reason="Too dear", **more)


def received(*to):
    return notify("idea_received", to=to, about=IDEA, reference="DD26-014")


def notices():
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def test_notify_writes_one_notice_a_person(app):
    class Ann:
        id = 1

    with clock.at(MONDAY), transaction():
        answered(2, Ann(), 1)
    first, second = notices()
    assert (first.person_id, second.person_id) == (1, 2)
    assert (first.kind, first.subject_kind, first.subject_id, first.url) == ("idea_answered", "idea", 7, "/ideas/7")
    assert (first.title, first.body) == ("Your idea DD26-014 has an answer", "Too dear")
    assert (first.urgent, first.way, first.created_at) == (True, Way.AT_ONCE, MONDAY)
    assert (first.read_at, first.mailed_at) == (None, None)


def test_urgent_notice_is_queued_at_once(app, queued):
    with clock.at(MONDAY), transaction():
        (notice,) = answered(1)
    assert queued() == [("notices.mail", f"notice-{notice.id}", MONDAY, {"notice_id": notice.id})]


def test_urgent_notice_of_the_night_waits_for_the_morning(app, queued):
    with clock.at(MONDAY_NIGHT), transaction():
        choose(2, Way.DIGEST, quiet_hours=False)
        answered(1, 2)
    assert [when for _, _, when, _ in queued()] == [TUESDAY_SEVEN, MONDAY_NIGHT]


def test_other_notices_wait_for_the_digest(app, queued):
    with clock.at(MONDAY), transaction():
        received(1)
    assert queued() == []
    assert queries.people_to_digest() == [1]


def test_person_who_chose_it_is_mailed_everything_at_once(app, queued):
    with transaction():
        choose(1, Way.AT_ONCE, quiet_hours=True)
    with clock.at(MONDAY), transaction():
        (notice,) = received(1)
    assert [key for _, key, _, _ in queued()] == [f"notice-{notice.id}"]
    assert queries.people_to_digest() == []


def test_person_who_wants_no_mail_gets_none(app, queued):
    with transaction():
        choose(1, Way.INBOX_ONLY, quiet_hours=True)
        answered(1)
        received(1)
    assert (queued(), queries.people_to_digest(), len(notices())) == ([], [], 2)


def test_mail_off_leaves_notices_in_the_inbox(app, queued):
    app.config["MAIL"] = "off"
    with transaction():
        answered(1)
        received(1)
    assert (queued(), queries.people_to_digest(), len(notices())) == ([], [], 2)


def test_notice_is_forgotten_with_its_transaction(app, queued):
    with contextlib.suppress(ZeroDivisionError), transaction():
        answered(1)
        raise ZeroDivisionError
    assert (notices(), queued()) == ([], [])


def test_notify_needs_a_write_transaction(app):
    with pytest.raises(RuntimeError, match="People are told in the transaction"):
        answered(1)


@pytest.mark.parametrize("url", ["https://evil.example.test/", "//evil.example.test", "javascript:alert(1)"])
def test_notice_leads_to_this_site_alone(app, url):
    with transaction(), pytest.raises(ValueError, match="A notice leads to a page of this site"):
        answered(1, url=url)


def test_link_of_the_caller_wins(app):
    with transaction():
        answered(1, url="/ideas/7/decision")
    assert [notice.url for notice in notices()] == ["/ideas/7/decision"]


def test_nhs_number_in_a_notice_is_stopped(app):
    with pytest.raises(StatementError) as stopped, transaction():
        notify("idea_received", to=[1], about=IDEA, reference="401 023 2137")
    assert isinstance(stopped.value.orig, PatientData)


def test_reading_is_written_once(app):
    with transaction():
        answered(1)
    for moment in (MONDAY, MONDAY_NIGHT):
        with clock.at(moment), transaction():
            mark_read(notices()[0])
    assert [notice.read_at for notice in notices()] == [MONDAY]


def test_marking_all_leaves_what_came_in_since_and_other_peoples(app):
    with transaction():
        (shown,) = answered(1)
        answered(1, 2)
    with clock.at(MONDAY), transaction():
        assert mark_all_read(1, shown.id) == 1
    assert [(notice.person_id, notice.read_at) for notice in notices()] == [(1, MONDAY), (1, None), (2, None)]


def test_choice_is_changed_in_place(app):
    assert (queries.choice(1).way, queries.choice(1).quiet_hours) == (Way.DIGEST, True)
    for way, quiet in ((Way.AT_ONCE, False), (Way.INBOX_ONLY, True)):
        with transaction():
            choose(1, way, quiet_hours=quiet)
        assert (queries.choice(1).way, queries.choice(1).quiet_hours) == (way, quiet)


def test_withdrawing_leaves_the_notices_of_those_who_may_still_know(app):
    with transaction():
        answered(1, 2, 3)
        notify("plain", to=[2], about=("idea", 8))
    with transaction():
        assert withdraw(IDEA, but=[1]) == 2
    assert [(notice.person_id, notice.title) for notice in notices()] == [
        (1, "Your idea DD26-014 has an answer"),
        (2, "Something happened"),
    ]


def test_redacting_leaves_a_marker_in_every_notice_about_it(app):
    with transaction():
        answered(1, 2)
        notify("plain", to=[1], about=("idea", 8))
    with transaction():
        assert redact(IDEA) == 2
    assert [(notice.title, notice.body) for notice in notices()] == [
        ("[redacted]", "[redacted]"),
        ("[redacted]", "[redacted]"),
        ("Something happened", ""),
    ]
