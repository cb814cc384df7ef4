"""The inbox in the browser: each their own, told, opened, read and chosen."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.notices import queries
from pitchpit.notices.actions import choose, notify
from pitchpit.notices.enums import Way
from pitchpit.notices.models import Notice
from tests.factories import make_person
from tests.notices.conftest import IDEA

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def ann(app):
    return make_person("Ann Example")


@pytest.fixture
def bob(app):
    return make_person("Bob Example")


def tell(person, kind="idea_answered", reason="Too <dear>"):
    with clock.at(MONDAY), transaction():
        (notice,) = notify(kind, to=[person], about=IDEA, reference="DD26-014", reason=reason)
    return notice.id


def read_at():
    return [notice.read_at for notice in db.session.scalars(select(Notice).order_by(Notice.id))]


def words(html):
    """The page's main part as a person reads it."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)).strip()


def test_inbox_tells_what_was_written_and_when(sign_in, ann, bob):
    tell(ann)
    tell(bob, reason="A secret of Bob's")
    page = sign_in(ann).get("/inbox")
    assert words(page.text).startswith(
        "Inbox You have 1 unread. Newest first. Change how you are told Mark all as read"
    )
    assert re.search(
        r"New Your idea DD26-014 has an answer .*? 23 November at 09:30 Too &lt;dear&gt; Open", words(page.text)
    )
    assert "secret" not in page.text


def test_empty_inbox_says_what_will_be_there(sign_in, ann, bob):
    tell(bob)
    page = sign_in(ann).get("/inbox")
    assert "Nothing here yet. When something happens to an idea" in words(page.text)
    assert "DD26-014" not in page.text


def test_opening_marks_as_read_and_leads_there(sign_in, ann):
    number = tell(ann)
    with clock.at(MONDAY):
        answer = sign_in(ann).post(f"/inbox/{number}/open")
    assert (answer.status_code, answer.location) == (302, "/ideas/7")
    assert read_at() == [MONDAY]


def test_notice_without_a_link_is_marked_as_read_in_place(sign_in, ann):
    number = tell(ann, "plain")
    with clock.at(MONDAY):
        answer = sign_in(ann).post(f"/inbox/{number}/read")
    assert (answer.status_code, answer.location) == (302, "/inbox")
    assert read_at() == [MONDAY]


def test_read_notices_are_links(sign_in, ann):
    number = tell(ann)
    client = sign_in(ann)
    client.post(f"/inbox/{number}/read")
    page = client.get("/inbox")
    assert '<a href="/ideas/7">Open' in page.text
    assert words(page.text).startswith("Inbox What you were told, newest first. You have read it all.")
    assert "<form" not in page.text[page.text.index("<main") :]


@pytest.mark.parametrize("what", ["open", "read"])
def test_notice_of_somebody_else_is_not_there(sign_in, ann, bob, what):
    number = tell(bob, reason="A secret of Bob's")
    client = sign_in(ann)
    theirs, none = client.post(f"/inbox/{number}/{what}"), client.post(f"/inbox/9999/{what}")
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert words(theirs.text) == words(none.text)
    assert read_at() == [None]


def test_all_are_read_up_to_the_newest_one_shown(sign_in, ann, bob):
    shown = tell(ann)
    tell(bob)
    tell(ann)
    client = sign_in(ann)
    with clock.at(MONDAY):
        client.post(f"/inbox/{shown}/read-all")
    assert read_at() == [MONDAY, None, None]
    assert "All read." in client.get("/inbox").text


def test_choices_show_what_was_chosen_and_save(sign_in, ann):
    client = sign_in(ann)
    assert chosen(client) == ["digest", "day"]
    answer = client.post("/inbox/choices", data={"way": "at_once", "hours": "any"})
    assert (answer.status_code, answer.location) == (302, "/inbox")
    kept = queries.choice(ann.id)
    assert (kept.way, kept.quiet_hours) == (Way.AT_ONCE, False)
    assert chosen(client) == ["at_once", "any"]
    assert queries.choice(ann.id + 1).way is Way.DIGEST


def chosen(client):
    return [
        re.search(r'value="([^"]*)"', control)[1]
        for control in re.findall(r"<input[^>]*radio[^>]*>", client.get("/inbox/choices").text)
        if re.search(r"\bchecked\b", control)
    ]


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"hours": "day"}, "Choose how we should email you"),
        ({"way": "pigeon", "hours": "day"}, "Choose how we should email you"),
        ({"way": "digest"}, "Choose when an email may come"),
    ],
)
def test_choices_that_are_not_made_are_asked_for(sign_in, ann, sent, complaint):
    with transaction():
        choose(ann.id, Way.INBOX_ONLY, quiet_hours=False)
    answer = sign_in(ann).post("/inbox/choices", data=sent)
    assert answer.status_code == 422
    assert complaint in words(answer.text)
    assert queries.choice(ann.id).way is Way.INBOX_ONLY


@pytest.mark.parametrize("count", [1, 30])
def test_inbox_costs_the_same_however_long(sign_in, ann, statements, count):
    for _ in range(count):
        tell(ann)
    client = sign_in(ann)
    client.get("/inbox")
    with statements() as sql:
        page = client.get("/inbox")
    assert page.text.count("has an answer</h2>") == count
    assert sum("FROM notice" in statement for statement in sql) <= 3
    assert len(sql) <= 8, sql


def test_inbox_goes_on_by_key(sign_in, ann):
    with transaction():
        for _ in range(60):
            notify("plain", to=[ann], about=IDEA)
    client = sign_in(ann)
    first = client.get("/inbox").text
    assert first.count("Something happened</h2>") == 50
    further = re.search(r'href="([^"]*after=[^"]*)"', first)[1]
    assert client.get(further.replace("&amp;", "&")).text.count("Something happened</h2>") == 10


def test_inbox_needs_a_sign_in(client, ann):
    number = tell(ann)
    for answer in (client.get("/inbox"), client.post(f"/inbox/{number}/open"), client.get("/inbox/choices")):
        assert "DD26-014" not in answer.text
    assert read_at() == [None]
