"""The demo's one-press accounts: in a demo database, from the machine itself, and nowhere else."""

import pytest

from pitchpit.core import clock, settings
from pitchpit.core.db import transaction
from pitchpit.people import demo, queries
from tests.factories import make_person
from tests.people.conftest import PASSWORD, words


@pytest.fixture
def told(app):
    """A demo database with two of its people."""
    with transaction():
        settings.put(settings.DEMO, clock.now().isoformat())
        make_person("Nina Nurse", email="nurse@demo.example", password=PASSWORD)
        make_person("Sam Somebody", email="sam@demo.example")


def test_each_account_is_offered_with_what_to_try(told, client):
    page = client.get("/sign-in")
    assert [account.email in page.text and account.tries in words(page) for account in demo.ACCOUNTS] == [True] * 10
    assert queries.is_demo()
    assert queries.demo_loaded_at() <= clock.now()


def test_one_press_signs_in(told, client):
    assert client.post("/sign-in/demo", data={"email": "nurse@demo.example"}).location == "/"
    assert "Nina Nurse" in words(client.get("/account"))


def test_they_also_work_by_typing(told, client, typed_sign_in):
    assert typed_sign_in(client, "nurse@demo.example").location == "/"


@pytest.mark.parametrize("email", ["sam@demo.example", "", "nobody@demo.example"])
def test_only_those_that_are_offered(told, client, email):
    assert client.post("/sign-in/demo", data={"email": email}).status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"base_url": "http://demo.trust.example"},
    ],
)
def test_not_from_another_machine(told, client, elsewhere):
    assert "Go in as" not in client.get("/sign-in", **elsewhere).text
    assert client.post("/sign-in/demo", data={"email": "nurse@demo.example"}, **elsewhere).status_code in (400, 404)
    assert client.get("/account").status_code == 302


def test_not_outside_a_demo(app, client):
    make_person(email="nurse@demo.example")
    assert "Go in as" not in client.get("/sign-in").text
    assert client.post("/sign-in/demo", data={"email": "nurse@demo.example"}).status_code == 404
    assert not queries.is_demo()
