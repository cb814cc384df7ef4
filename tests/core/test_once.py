"""A form is saved once, whatever a finger, a network or the next person at the keyboard does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, transaction
from pitchpit.core.once import FormKey, WaitingForm
from pitchpit.history.models import Event
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, Service
from tests.factories import make_person, make_service
from tests.pages import form_to, words
from tests.people.conftest import PASSWORD

SignIn = Callable[..., FlaskClient]
ADD = "/admin/services/add"


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person("Ada Example", email="ada@trust.example", password=PASSWORD, rights=[Right.ADMIN])


@pytest.fixture
def bob(app: Flask) -> Person:
    return make_person("Bob Example", email="bob@trust.example", password=PASSWORD, rights=[Right.ADMIN])


def form_at(client: FlaskClient, at: str) -> dict[str, Any]:
    """What this page's form sends. The test's client adds the token against forged requests, of whichever sign-in it has."""
    sent = form_to(client.get(at), at).filled()
    del sent["csrf_token"]
    return sent


def typed(client: FlaskClient, name: str = "Stroke ward") -> dict[str, Any]:
    """The form for a new service, filled in."""
    return form_at(client, ADD) | {"name": name, "level": "ward"}


def names() -> list[str]:
    return list(db.session.scalars(select(Service.name).order_by(Service.id)))


def count(of: type) -> int:
    return db.session.scalar(select(func.count()).select_from(of)) or 0


def enter(client: FlaskClient, person: Person) -> Any:
    return client.post("/sign-in", data={"who": person.email, "password": PASSWORD})


# The same form twice.


def test_a_double_click_saves_once_and_both_get_the_first_answer(ada: Person, sign_in: SignIn) -> None:
    client = sign_in(ada)
    sent = typed(client)
    first, second = client.post(ADD, data=sent), client.post(ADD, data=sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location
    assert (names(), count(FormKey)) == (["Stroke ward"], 1)


@pytest.mark.attack
def test_eight_clicks_at_once_save_once_and_all_get_the_first_answer(
    ada: Person, sign_in: SignIn, at_once: Callable[..., list[Any]]
) -> None:
    clients = [sign_in(ada) for _ in range(8)]
    sent = typed(clients[0])
    events = count(Event)
    answers = at_once(*[lambda client=client: client.post(ADD, data=sent) for client in clients])
    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    assert (names(), count(FormKey), count(Event) - events) == (["Stroke ward"], 1, 1)


@pytest.mark.attack
def test_eight_different_texts_under_one_key_at_once_are_one_save_and_seven_refusals(
    ada: Person, sign_in: SignIn, at_once: Callable[..., list[Any]]
) -> None:
    service = make_service("Ward")
    at = f"/admin/services/{service.id}"
    clients = [sign_in(ada) for _ in range(8)]
    sent = form_at(clients[0], at)
    answers = at_once(
        *[
            lambda client=client, number=number: client.post(at, data=sent | {"name": f"Ward {number}"})
            for number, client in enumerate(clients)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [302] + [409] * 7
    [saved] = [number for number, answer in enumerate(answers) if answer.status_code == 302]
    assert names() == [f"Ward {saved}"]
    for number, answer in enumerate(answers):
        if number != saved:
            assert (f"Ward {saved}" in words(answer), f'value="Ward {number}"' in answer.text) == (True, True)


def test_back_and_send_again_with_another_text_is_a_new_save(ada: Person, sign_in: SignIn) -> None:
    client = sign_in(ada)
    sent = typed(client)
    client.post(ADD, data=sent)
    client.post(ADD, data=sent | {"name": "Cardiac ward"})
    assert names() == ["Stroke ward", "Cardiac ward"]


def test_back_and_send_again_with_an_old_edit_number_is_shown_both_texts(ada: Person, sign_in: SignIn) -> None:
    service = make_service("Ward")
    at = f"/admin/services/{service.id}"
    client = sign_in(ada)
    sent = form_at(client, at)
    assert client.post(at, data=sent | {"name": "Ward one"}).location == at
    refused = client.post(at, data=sent | {"name": "Ward two"})
    assert (refused.status_code, names()) == (409, ["Ward one"])
    assert ("Ward one" in words(refused), 'value="Ward two"' in refused.text) == (True, True)
    assert client.post(at, data=form_to(refused, at).filled()).location == at
    assert names() == ["Ward two"]


def test_the_first_of_two_texts_sent_again_still_gets_its_answer_and_changes_nothing(
    ada: Person, sign_in: SignIn
) -> None:
    service = make_service("Ward")
    at = f"/admin/services/{service.id}"
    client = sign_in(ada)
    first = form_at(client, at) | {"name": "Ward one"}
    client.post(at, data=first)
    client.post(at, data=form_at(client, at) | {"name": "Ward two"})
    assert client.post(at, data=first).location == at
    assert names() == ["Ward two"]


def test_a_refused_form_leaves_its_key_unused(ada: Person, sign_in: SignIn) -> None:
    client = sign_in(ada)
    sent = typed(client, name="")
    refused = client.post(ADD, data=sent)
    assert (refused.status_code, "Enter a name" in words(refused), count(FormKey)) == (422, True, 0)
    assert client.post(ADD, data=sent).status_code == 422
    again = form_to(refused, ADD).filled(name="Stroke ward")
    assert again["form_key"] == sent["form_key"]
    answers = [client.post(ADD, data=again) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert (names(), count(FormKey)) == (["Stroke ward"], 1)


def test_a_key_belongs_to_one_address(ada: Person, sign_in: SignIn) -> None:
    client = sign_in(ada)
    key = typed(client)["form_key"]
    one, two = make_service("Ward one"), make_service("Ward two")
    for service in (one, two):
        at = f"/admin/services/{service.id}"
        sent = form_at(client, at) | {"name": "Renamed", "form_key": key}
        assert client.post(at, data=sent).location == at
    assert names() == ["Renamed", "Renamed"]


def test_a_key_that_was_tampered_with_is_no_key(ada: Person, sign_in: SignIn) -> None:
    client = sign_in(ada)
    sent = typed(client)
    for _ in range(2):
        client.post(ADD, data=sent | {"form_key": sent["form_key"][:-3] + "abc"})
    assert (names(), count(FormKey)) == (["Stroke ward", "Stroke ward"], 0)


# Forgetting keys.


def test_a_key_is_good_for_48_hours_and_then_forgotten_by_the_worker(ada: Person, sign_in: SignIn) -> None:
    sent = typed(sign_in(ada))
    sign_in(ada).post(ADD, data=sent)
    with clock.at(clock.now() + timedelta(hours=47, minutes=59)):
        jobs.prune()
        sign_in(ada).post(ADD, data=sent)
        assert (names(), count(FormKey)) == (["Stroke ward"], 1)
    with clock.at(clock.now() + timedelta(hours=48, minutes=1)):
        jobs.prune()
        assert count(FormKey) == 0


def test_what_waits_is_forgotten_after_a_fortnight(app: Flask, ada: Person) -> None:
    with transaction():
        db.session.add(WaitingForm(person_id=ada.id, path=ADD, fields="[]", created_at=clock.now()))
    with clock.at(clock.now() + timedelta(days=13)):
        jobs.prune()
        assert count(WaitingForm) == 1
    with clock.at(clock.now() + timedelta(days=15)):
        jobs.prune()
        assert count(WaitingForm) == 0


# Another person's form.


def test_another_persons_form_never_runs_and_waits_for_them(ada: Person, bob: Person, sign_in: SignIn) -> None:
    """Whatever token it comes with, the form's own key says whose it is."""
    sent = typed(sign_in(ada), name="Adas secret ward")
    other = sign_in(bob)
    refused = other.post(ADD, data=sent)
    assert (refused.status_code, "secret" in refused.text) == (409, False)
    assert "kept for that person alone" in words(refused)
    assert "secret" not in other.get("/waiting").text
    assert (names(), count(FormKey)) == ([], 0)
    waiting = sign_in(ada).get("/waiting")
    assert "Adas secret ward" in words(waiting)


def test_an_nhs_number_is_taken_out_of_a_form_that_waits(ada: Person, bob: Person, sign_in: SignIn) -> None:
    """Nobody is there to be told: the rest of the text is kept."""
    sign_in(bob).post(ADD, data=typed(sign_in(ada), name="Bay 4, 450 557 7104, stroke"))
    (kept,) = db.session.scalars(select(WaitingForm.fields))
    assert "4505577104" not in kept.replace(" ", "")
    waiting = sign_in(ada).get("/waiting")
    assert "Bay 4, [NHS number taken out], stroke" in words(waiting)


def test_another_persons_form_already_saved_gives_nothing_away(ada: Person, bob: Person, sign_in: SignIn) -> None:
    """Not even where its first answer led."""
    mine = sign_in(ada)
    sent = typed(mine, name="Adas secret ward")
    led_to = mine.post(ADD, data=sent).location
    refused = sign_in(bob).post(ADD, data=sent)
    assert (refused.status_code, refused.location, led_to in refused.text) == (409, None, False)
    assert names() == ["Adas secret ward"]


def test_typing_while_the_sign_in_ends_costs_one_more_sign_in(ada: Person, sign_in: SignIn) -> None:
    client = sign_in(ada)
    sent = typed(client)
    with clock.at(clock.now() + timedelta(hours=3)):
        assert client.post(ADD, data=sent, csrf=False).location == "/sign-in"
        assert "What you typed is kept: sign in to go on." in words(client.get("/sign-in"))
        assert enter(client, ada).location == "/waiting"
        waiting = client.get("/waiting")
        assert "Stroke ward" in words(waiting)
        [number] = db.session.scalars(select(WaitingForm.id))
        again = form_to(waiting, f"{ADD}?waiting={number}")
        assert again.filled()["form_key"] == sent["form_key"]
        done = client.post(again.action, data=again.filled())
        assert words(client.get(done.location)).startswith("Stroke ward is in the tree.")
        assert (names(), count(WaitingForm)) == (["Stroke ward"], 0)
        assert client.post(ADD, data=sent).location == done.location
        assert names() == ["Stroke ward"]


# Forged, or too old.


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_without_its_token_a_form_is_kept_for_who_typed_it(ada: Person, sign_in: SignIn, token: str | None) -> None:
    client = sign_in(ada)
    sent = typed(client) | ({} if token is None else {"csrf_token": token})
    kept = client.post(ADD, data=sent, csrf=False)
    assert (kept.location, names()) == ("/waiting", [])
    assert "Stroke ward" in words(client.get("/waiting"))


def test_without_token_and_key_nothing_is_done_and_the_way_back_to_the_text_is_told(
    ada: Person, sign_in: SignIn
) -> None:
    refused = sign_in(ada).post(ADD, data={"name": "Stroke ward", "level": "ward"}, csrf=False)
    assert (refused.status_code, names(), count(WaitingForm)) == (400, [], 0)
    assert "back button: what you typed is usually still there" in words(refused)
