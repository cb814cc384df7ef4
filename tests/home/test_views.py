"""The home page and the frame: what needs me now, and only what I can use."""

import re
from datetime import timedelta

import pytest

from pitchpit.core import clock, settings
from pitchpit.core.db import db, transaction
from pitchpit.core.ports import nav
from pitchpit.home import ports
from pitchpit.home.ports import Todo
from pitchpit.notices.enums import Way
from pitchpit.notices.models import Notice
from pitchpit.people.enums import Right
from tests.factories import make_person
from tests.people.conftest import words


@pytest.fixture
def todo(app):
    """Hang lines on the port, taken off again after the test; nothing else hangs there meanwhile."""
    hung = ports.todo.of(app)
    before = list(hung)
    hung.clear()
    yield lambda *lines: ports.todo.add(app, lambda _person: lines)
    hung[:] = before


def navigation(page) -> list[tuple[str, str]]:
    bar = re.search(r'<nav class="pp-nav".*?</nav>', page.text, re.DOTALL)[0]
    return re.findall(r'<a class="pp-nav__link" href="([^"]+)"(?: aria-current="true")?>([^<]+)</a>', bar)


def current(page) -> list[str]:
    return re.findall(r'<a class="pp-nav__link" href="[^"]+" aria-current="true">([^<]+)</a>', page.text)


def test_signed_out_one_is_asked_to_sign_in(client):
    assert client.get("/").location == "/sign-in"


def test_what_needs_me_stands_by_role_most_urgent_first(todo, sign_in):
    today = clock.today()
    todo(
        Todo("Triage", "Answer the idea about trolleys", "/a", today + timedelta(days=2)),
        Todo("Your projects", "Check in on Mouth care", "/b", today - timedelta(days=2)),
        Todo("Triage", "Answer the idea about bleeps", "/c", today + timedelta(days=1)),
    )
    todo(Todo("Triage", "Look through what is shelved", "/d"))
    page = sign_in(make_person()).get("/")
    assert re.findall(r'<h2 [^>]*id="role-\d+">([^<]+)</h2>', page.text) == ["Your projects", "Triage"]
    assert re.findall(r'<a href="(/[abcd])">', page.text) == ["/b", "/c", "/a", "/d"]
    shown = words(page)
    assert "Check in on Mouth care" in shown
    assert "2 days late" in shown
    assert "tomorrow" in shown


def test_for_somebody_with_nothing(todo, sign_in):
    assert words(sign_in(make_person()).get("/")).startswith("Nothing needs you now")


def test_the_navigation_shows_what_this_person_can_use(sign_in):
    nurse, admin = sign_in(make_person()), sign_in(make_person(rights=[Right.ADMIN]))
    assert ("/admin", "Admin") not in navigation(nurse.get("/"))
    assert navigation(admin.get("/"))[0] == ("/", "Home")
    assert navigation(admin.get("/"))[-1] == ("/admin", "Admin")
    assert current(admin.get("/")) == ["Home"]
    assert current(admin.get("/admin/people")) == ["Admin"]
    assert current(admin.get("/account")) == []


def test_signed_out_there_is_no_navigation(client):
    assert "pp-nav" not in client.get("/sign-in").text


def test_unread_notices_are_counted(sign_in):
    person, other = make_person(), make_person()
    with transaction():
        for to in (person, person, other):
            db.session.add(
                Notice(
                    person_id=to.id,
                    kind="a",
                    subject_kind="idea",
                    subject_id=1,
                    title="Something",
                    body="",
                    urgent=False,
                    way=Way.INBOX_ONLY,
                    created_at=clock.now(),
                )
            )
    assert 'Inbox <span class="pp-count">2<span' in sign_in(person).get("/account").text
    assert "pp-count" not in sign_in(make_person()).get("/account").text


def test_the_frame_costs_one_statement(app, sign_in, statements):
    client = sign_in(make_person(rights=[Right.ADMIN]))
    hung = nav.of(app)
    before, hung[:] = list(hung), [item for item in hung if item.label in ("Home", "Admin")]
    try:
        with statements() as sql:
            client.get("/admin")
    finally:
        hung[:] = before
    assert len(sql) == 1  # who is signed in, how they stand, how much they have not read


def test_the_home_page_stays_within_ten_statements(sign_in, statements):
    client = sign_in(make_person(rights=list(Right)))
    with statements() as sql:
        client.get("/")
    assert len(sql) <= 10


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (13, "A demonstration: everybody and everything here is made up."),
        (15, "To bring it up to today, run pitchpit demo --again."),
    ],
)
def test_a_demo_says_so_and_after_a_fortnight_how_to_renew_it(sign_in, age, said):
    with transaction():
        settings.put(settings.DEMO, (clock.now() - timedelta(days=age)).isoformat())
    page = sign_in(make_person()).get("/").text
    banner = re.search(r'<div class="pp-demo".*?</div></div>', page, re.DOTALL)[0]
    assert said in re.sub("<[^>]+>", "", banner)


def test_the_sign_in_page_of_a_demo_says_so_too(client):
    with transaction():
        settings.put(settings.DEMO, clock.now().isoformat())
    assert "everybody and everything here is made up" in client.get("/sign-in").text


def test_no_demo_no_banner(client, sign_in):
    assert "pp-demo" not in sign_in(make_person()).get("/").text
    assert "pp-demo" not in client.get("/sign-in").text
