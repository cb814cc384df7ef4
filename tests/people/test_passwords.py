"""Passwords: what a new one must be, the mailed link, changing it in one's account."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, transaction
from pitchpit.notices import mailer
from pitchpit.people import actions, passwords
from pitchpit.people.models import LoginSession, PasswordLink, Person
from tests.conftest import Client
from tests.factories import make_person
from tests.people.conftest import PASSWORD, words

NEW = "eleven blue giraffes"


@pytest.mark.parametrize(
    "password",
    [
        "short words",
        "password1234!",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaa",
        "abcabcabcabc",
        "123456789012",
        "210987654321",
        "abcdefghijkl",
        "Liverpool2026!",
        "ann.example1",
        "example-2026",
        "welcome-back-1",
    ],
)
def test_what_would_be_tried_first_is_refused(password):
    assert passwords.why_not(password, email="ann.example@trust.example", name="Ann Example") is not None


@pytest.mark.parametrize("password", [NEW, "Zürich-Quelle-77", "пять синих жирафов", "x" * 3 + " tq 9 owls " * 20])
def test_a_long_odd_one_will_do(password):
    assert passwords.why_not(password, email="ann.example@trust.example", name="Ann Example") is None


@pytest.fixture
def post(app, monkeypatch):
    """The letters that leave."""
    letters: list[mailer.Letter] = []
    monkeypatch.setattr(mailer, "send", letters.append)
    return letters


def link_in(letters) -> str:
    return re.search(r"https?://\S+?(/password/\S+)", letters[-1].text)[1]


def ask(client, who: str, post) -> str:
    client.post("/password", data={"who": who})
    jobs.work_once()
    return link_in(post) if post else ""


def choose(client, link: str, password: str = NEW):
    client.post(link)
    return client.post("/choose-password", data={"new_password": password})


def test_a_link_sets_a_password_once(client, ann, post, typed_sign_in, sign_in):
    elsewhere = sign_in(ann)
    link = ask(client, "ann@trust.example", post)
    assert [(letter.to, letter.subject) for letter in post] == [("ann@trust.example", "Set your password for Pitchpit")]
    assert words(client.get(link)).startswith("Set your password The link is yours and it works.")
    assert typed_sign_in(Client(client.application)).status_code == 302  # looking changed nothing
    assert choose(client, link).location == "/sign-in"
    assert elsewhere.get("/account").status_code == 302
    assert typed_sign_in(client).status_code == 422
    assert typed_sign_in(client, password=NEW).status_code == 302
    assert "does not work any more" in words(Client(client.application).get(link))
    assert choose(Client(client.application), link, "twelve red elephants").status_code == 409
    assert typed_sign_in(client, password=NEW).status_code == 302


def test_a_link_works_for_an_hour(client, ann, post):
    link = ask(client, "ann@trust.example", post)
    with clock.at(clock.now() + timedelta(minutes=59)):
        assert "it works" in words(client.get(link))
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert "does not work any more" in words(client.get(link))
        assert choose(client, link).status_code == 409


def test_setting_a_password_ends_other_links(client, ann, post):
    first, second = ask(client, "ann@trust.example", post), ask(client, "N123", post)
    choose(client, second)
    assert "does not work any more" in words(client.get(first))


def test_two_at_once_with_one_link_set_one_password(client, ann, post, at_once, app):
    link = ask(client, "ann@trust.example", post)
    token = link.rpartition("/")[2]

    def use(hashed):
        with transaction():
            return actions.use_password_link(token, hashed)

    answers = at_once(*[lambda n=n: use(f"hash {n}") for n in range(8)])
    assert sorted(answers) == [False] * 7 + [True]
    assert db.session.scalar(select(Person.password_hash)) == f"hash {answers.index(True)}"


def test_asking_does_not_say_whether_there_is_an_account(client, ann, post):
    known = client.post("/password", data={"who": "ann@trust.example"})
    unknown = client.post("/password", data={"who": "nobody@trust.example"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location) == (302, "/password/sent")
    assert db.session.scalars(select(jobs.Job.kind)).all() == ["people.password_link"] * 2
    jobs.work_once()
    assert [letter.to for letter in post] == ["ann@trust.example"]


def test_who_has_left_gets_no_link(client, post):
    make_person(email="gone@trust.example", left_on=clock.today())
    client.post("/password", data={"who": "gone@trust.example"})
    jobs.work_once()
    assert post == []


def test_asking_again_and_again_is_stopped(client, ann):
    answers = [client.post("/password", data={"who": "ann@trust.example"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_the_link_is_kept_nowhere(client, ann, post):
    token = ask(client, "ann@trust.example", post).rpartition("/")[2]
    assert token not in str(db.session.scalars(select(jobs.Job.payload)).all())
    assert token not in db.session.scalars(select(PasswordLink.token_digest)).all()


def test_a_weak_choice_comes_back_with_its_reason(client, ann, post):
    link = ask(client, "ann@trust.example", post)
    page = choose(client, link, "too short")
    assert page.status_code == 422
    assert "Use at least 12 characters." in words(page)
    assert "too short" not in page.text
    assert choose(client, link).location == "/sign-in"


def test_changing_it_ends_every_other_sign_in(ann, sign_in, typed_sign_in, client):
    here, there = sign_in(ann), sign_in(ann)
    answer = here.post("/account/password", data={"current_password": PASSWORD, "new_password": NEW})
    assert answer.location == "/account"
    assert [one.get("/account").status_code for one in (here, there)] == [200, 302]
    assert typed_sign_in(client, password=NEW).status_code == 302


def test_changing_it_needs_the_current_one(ann, sign_in, typed_sign_in, client):
    page = sign_in(ann).post("/account/password", data={"current_password": "a guess", "new_password": NEW})
    assert page.status_code == 422
    assert "This is not your current password" in words(page)
    assert typed_sign_in(client).status_code == 302


def test_my_sign_ins_are_listed_and_can_be_ended(ann, sign_in):
    here, there = sign_in(ann), sign_in(ann, shared=True)
    stranger = sign_in(make_person("Bob Example"))
    page = words(here.get("/account"))
    assert page.count("A test") == 3  # two places, and one named again on its button
    assert "Shared computer" in page
    numbers = db.session.scalars(select(LoginSession.id).order_by(LoginSession.id)).all()
    assert here.post(f"/account/sign-ins/{numbers[1]}/end").location == "/account"
    assert here.post(f"/account/sign-ins/{numbers[2]}/end").location == "/account"
    assert [one.get("/account").status_code for one in (here, there, stranger)] == [200, 302, 200]
