"""The worker's part, against a real mail server."""

import logging
import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, transaction
from pitchpit.notices import mailer, post
from pitchpit.notices.actions import choose, mark_read, notify, withdraw
from pitchpit.notices.enums import Way
from pitchpit.notices.mailer import Letter, Undeliverable
from pitchpit.notices.models import Notice
from tests.notices.conftest import IDEA

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
FOOTER = "To change how you are told: https://ideas.trust.example/inbox/choices\n"
LETTER = Letter("ann@ward.example.test", "A title", "Some text", "notice-1")


def tell(*kinds, to=(1,)):
    with clock.at(MONDAY), transaction():
        for kind in kinds:
            notify(kind, to=to, about=IDEA, reference="DD26-014", reason="Mr Smith says it is too dear")


def work(moment):
    """What a worker does at this moment: looks for what is due, and does it."""
    with clock.at(moment):
        assert jobs.tick() == 0
        while jobs.work_once():
            pass


def mailed():
    return [notice.mailed_at for notice in db.session.scalars(select(Notice).order_by(Notice.id))]


def test_mail_holds_a_title_and_a_link_and_no_more(app, postbox):
    tell("idea_answered")
    work(MONDAY)
    (message,) = postbox.received
    assert postbox.to == ["ann@ward.example.test"]
    assert message["To"] == "ann@ward.example.test"
    assert message["From"] == "Pitchpit <ideas@trust.example>"
    assert message["Subject"] == "Your idea DD26-014 has an answer"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == MONDAY
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == f"https://ideas.trust.example/ideas/7\n\n{FOOTER}"
    assert mailed() == [MONDAY]


def test_what_was_withdrawn_before_its_mail_went_is_not_mailed(app, postbox):
    """The reader may no longer know of it. Nor does it hold up the mail of what stays."""
    tell("idea_answered", to=(1, 2))
    with transaction():
        withdraw(IDEA, but=[2])
    work(MONDAY)
    assert postbox.to == ["bob@ward.example.test"]
    assert mailed() == [MONDAY]


def test_sending_twice_can_be_told_by_the_message_id(app, postbox):
    """Killed between sending and writing it down: the job is done again."""
    tell("idea_answered")
    (notice,) = db.session.scalars(select(Notice))
    number = notice.id
    post.mail_notice(number)
    with transaction():
        db.session.get_one(Notice, number).mailed_at = None
    post.mail_notice(number)
    post.mail_notice(number)
    assert [message["Message-ID"] for message in postbox.received] == [f"<notice-{number}@trust.example>"] * 2


def test_digest_tells_everything_in_one_mail_on_the_next_working_day(app, postbox):
    tell("idea_received", "plain")
    work(TUESDAY - timedelta(minutes=1))
    assert postbox.received == []
    work(TUESDAY)
    work(TUESDAY + timedelta(hours=3))
    (message,) = postbox.received
    assert message["Subject"] == "2 things to read in Pitchpit"
    assert message["Message-ID"] == "<digest-1-2026-11-24@trust.example>"
    assert message.get_content().replace("\r\n", "\n") == (
        "We have your idea DD26-014\nhttps://ideas.trust.example/ideas/7\n\n"
        f"Something happened\nhttps://ideas.trust.example/inbox\n\n{FOOTER}"
    )
    assert mailed() == [TUESDAY, TUESDAY]


def test_digest_of_one_notice_has_its_title(app, postbox):
    tell("plain")
    work(TUESDAY)
    assert [message["Subject"] for message in postbox.received] == ["Something happened"]


def test_digest_is_each_persons_own(app, postbox):
    tell("plain", to=[1, 2])
    work(TUESDAY)
    assert sorted(postbox.to) == ["ann@ward.example.test", "bob@ward.example.test"]
    assert [message["To"] for message in postbox.received] == postbox.to


def test_what_came_after_the_digest_is_in_the_next_one(app, postbox):
    tell("plain")
    work(TUESDAY)
    with clock.at(TUESDAY + timedelta(hours=1)), transaction():
        notify("idea_received", to=[1], about=IDEA, reference="DD26-014")
    work(TUESDAY + timedelta(hours=2))
    assert len(postbox.received) == 1
    work(TUESDAY + timedelta(days=1))
    assert [message["Subject"] for message in postbox.received] == ["Something happened", "We have your idea DD26-014"]


def test_what_was_read_is_not_mailed(app, postbox):
    tell("idea_answered", "plain")
    with transaction():
        for notice in db.session.scalars(select(Notice)):
            mark_read(notice)
    work(TUESDAY)
    assert (postbox.received, mailed()) == ([], [None, None])


def test_person_who_wants_no_mail_by_now_gets_none(app, postbox):
    tell("idea_answered", "plain")
    with transaction():
        choose(1, Way.INBOX_ONLY, quiet_hours=True)
    work(TUESDAY)
    assert postbox.received == []


@pytest.mark.parametrize("person", [3, 99])
def test_leavers_and_unknown_people_get_no_mail(app, postbox, person):
    tell("idea_answered", "plain", to=[person])
    work(TUESDAY)
    assert postbox.received == []


@pytest.mark.parametrize(
    "answers", [{"answer_to_recipient": "550 No such person"}, {"answer_to_text": "554 Not this text"}]
)
def test_mail_refused_for_good_is_not_tried_again(app, postbox, caplog, answers):
    vars(postbox).update(answers)
    tell("idea_answered")
    work(MONDAY)
    vars(postbox).update(answer_to_recipient="250 OK", answer_to_text="250 OK")
    work(MONDAY + timedelta(days=1))
    assert (postbox.received, mailed()) == ([], [None])
    assert "will not take the mail notice-" in caplog.text
    assert "ann@ward" not in caplog.text


@pytest.mark.parametrize("answers", [{"answer_to_recipient": "450 Later"}, {"answer_to_text": "451 Later"}])
def test_mail_refused_for_now_is_tried_again(app, postbox, answers):
    vars(postbox).update(answers)
    tell("idea_answered")
    work(MONDAY)
    assert (postbox.received, mailed()) == ([], [None])
    vars(postbox).update(answer_to_recipient="250 OK", answer_to_text="250 OK")
    work(MONDAY + timedelta(hours=1))
    assert len(postbox.received) == 1
    assert mailed() == [MONDAY + timedelta(hours=1)]


def test_mail_server_that_is_away_is_waited_for(app, postbox):
    port = app.config["MAIL_PORT"]
    app.config["MAIL_PORT"] = 1
    tell("idea_answered")
    work(MONDAY)
    assert mailed() == [None]
    app.config["MAIL_PORT"] = port
    work(MONDAY + timedelta(hours=1))
    assert len(postbox.received) == 1


def test_address_that_is_none_is_refused_for_good(app, postbox):
    tell("idea_answered", to=[4])
    work(MONDAY)
    assert (postbox.received, mailed()) == ([], [None])


@pytest.mark.parametrize("evil", ["A title\r\nBcc: evil@example.test", "A title\nBcc: evil@example.test\n\nText"])
def test_subject_cannot_add_a_header(app, postbox, evil):
    mailer.send(Letter("ann@ward.example.test", evil, "Some text", "notice-1"))
    (message,) = postbox.received
    assert sorted(message.keys()) == sorted(
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "Content-Type",
            "Content-Transfer-Encoding",
            "MIME-Version",
        ]
    )
    assert (message["Subject"], postbox.to) == (" ".join(evil.split()), ["ann@ward.example.test"])


@pytest.mark.parametrize(
    "evil", ["ann@ward.example.test\r\nBcc: evil@example.test", "ann@ward.example.test, evil@example.test", "", "@"]
)
def test_address_cannot_add_a_recipient(app, postbox, evil):
    with pytest.raises(Undeliverable):
        mailer.send(Letter(evil, "A title", "Some text", "notice-1"))
    assert postbox.received == []


def test_letters_of_every_language_arrive(app, postbox):
    mailer.send(Letter("ann@ward.example.test", "Ġwann’s idea – 10 €", "Ħeles ✓\n", "notice-1"))
    (message,) = postbox.received
    assert (message["Subject"], message.get_content()) == ("Ġwann’s idea – 10 €", "Ħeles ✓\r\n")


def test_wrong_sign_in_at_the_mail_server_is_an_error(app, postbox):
    app.config.update(MAIL_USERNAME="pitchpit", MAIL_PASSWORD="wrong")
    with pytest.raises(smtplib.SMTPException):
        mailer.send(LETTER)


@pytest.mark.parametrize(("environment", "links"), [("development", "https://x.example/1"), ("production", "")])
def test_without_a_mail_server_the_log_has_a_line_without_anybodys_words(app, caplog, environment, links):
    app.config.update(MAIL="log", PITCHPIT_ENV=environment)
    with caplog.at_level(logging.INFO, "pitchpit"):
        mailer.send(Letter("ann@ward.example.test", "A title", "Some text", "notice-1", ["https://x.example/1"]))
    assert [record.getMessage() for record in caplog.records] == [
        f"No mail server is set: the mail notice-1 ends here. {links}"
    ]


def test_mail_off_sends_nothing(app, postbox, caplog):
    app.config["MAIL"] = "off"
    mailer.send(LETTER)
    assert (postbox.received, caplog.records) == ([], [])
