"""A form that arrives after the sign-in has ended, and then another person on the same browser."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from pitchpit.core import clock, once
from pitchpit.core.db import db, transaction
from pitchpit.core.once import WaitingForm
from pitchpit.core.text import TAKEN_OUT, PatientData, nhs_number_in
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, Service
from tests.factories import make_person, make_service
from tests.people.conftest import PASSWORD, words


@pytest.fixture
def admin(app) -> Person:
    return make_person("Ada Example", email="ada@trust.example", password=PASSWORD, rights=[Right.ADMIN])


def fields_of(page: str, action: str) -> dict[str, str]:
    """What the form that goes to `action` would send as it stands."""
    form = re.search(rf'<form[^>]*action="{re.escape(html.escape(action))}"[^>]*>(.*?)</form>', page, re.DOTALL)[1]
    hidden = re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form)
    kept = re.findall(r'<textarea name="([^"]+)" hidden>\n?(.*?)</textarea>', form, re.DOTALL)
    return {name: html.unescape(value) for name, value in [*hidden, *kept]}


def type_a_new_service(client, name: str = "Ward of <odd> things", at="/admin/services/add") -> dict[str, str]:
    """Open the form and type, as somebody does before their sign-in ends."""
    fields = fields_of(client.get(at).text, at)
    return fields | {"name": name, "level": "ward", "parent_id": ""}


def later(minutes: int = 180):
    return clock.at(clock.now() + timedelta(minutes=minutes))


def send(client, path: str, data: dict[str, str], **more):
    """Send with the token that was on the page, as a browser does."""
    return client.post(path, data=data, csrf=False, **more)


def test_what_was_typed_is_kept_and_sent_after_the_next_sign_in(admin, sign_in, typed_sign_in):
    client = sign_in(admin)
    typed = type_a_new_service(client)
    with later():
        kept = send(client, "/admin/services/add", typed)
        assert (kept.status_code, kept.location) == (303, "/sign-in")
        assert "What you typed is kept: sign in to go on." in words(client.get("/sign-in"))
        assert typed_sign_in(client, "ada@trust.example").location == "/waiting"
        page = client.get("/waiting")
        assert "Ward of <odd> things" in words(page)
        [number] = db.session.scalars(select(WaitingForm.id))
        again = f"/admin/services/add?waiting={number}"
        answer = send(client, again, fields_of(page.text, again))
        assert answer.location.startswith("/admin/services/")
        assert words(client.get(answer.location)).startswith("Ward of <odd> things is in the tree.")
        assert db.session.scalars(select(Service.name)).all() == ["Ward of <odd> things"]
        assert (
            words(client.get("/waiting")) == "What you typed is kept Nothing of yours is waiting. Go to the home page"
        )


def test_pressed_twice_it_waits_once_and_is_done_once(admin, sign_in, typed_sign_in):
    client = sign_in(admin)
    typed = type_a_new_service(client)
    with later():
        send(client, "/admin/services/add", typed)
        send(client, "/admin/services/add", typed | {"name": "Ward 5"})
        typed_sign_in(client, "ada@trust.example")
        [form] = db.session.scalars(select(WaitingForm))
        again = f"/admin/services/add?waiting={form.id}"
        fields = fields_of(client.get("/waiting").text, again)
        first, second = send(client, again, fields), send(client, again, fields)
        assert first.location == second.location
        assert db.session.scalars(select(Service.name)).all() == ["Ward 5"]


def test_the_next_person_on_that_browser_sees_and_hears_nothing(admin, sign_in, typed_sign_in):
    make_person("Bob Example", email="bob@trust.example", password=PASSWORD, rights=[Right.ADMIN])
    client = sign_in(admin, shared=True)
    typed = type_a_new_service(client, "Adas secret ward")
    with later(15):
        send(client, "/admin/services/add", typed)
        assert typed_sign_in(client, "bob@trust.example", shared="yes").location == "/"
        pages = [client.get(path).text for path in ("/", "/waiting", "/admin/services", "/account", "/inbox")]
        assert [
            path for path in pages if "secret" in path or "is kept" in path.replace("What you typed is kept", "")
        ] == []
        assert "Nothing of yours is waiting." in words(client.get("/waiting"))
        [number] = db.session.scalars(select(WaitingForm.id))
        assert client.post(f"/waiting/{number}/throw-away").status_code == 404
        client.post(f"/admin/services/add?waiting={number}", data={"name": "Bobs", "level": "ward"})
        assert db.session.scalars(select(WaitingForm.id)).all() == [number]


def test_a_page_left_open_by_somebody_else_is_kept_for_them_alone(admin, sign_in, typed_sign_in):
    make_person("Bob Example", email="bob@trust.example", password=PASSWORD, rights=[Right.ADMIN])
    client = sign_in(admin)
    typed = type_a_new_service(client, "Adas secret ward")
    typed_sign_in(client, "bob@trust.example")
    refused = send(client, "/admin/services/add", typed)
    assert refused.status_code == 409
    assert "secret" not in refused.text
    assert "kept for that person alone" in words(refused)
    assert db.session.scalars(select(Service.name)).all() == []
    typed_sign_in(client, "ada@trust.example")
    assert "Adas secret ward" in words(client.get("/waiting"))


def test_sent_from_an_old_page_after_signing_in_again_it_is_offered(admin, sign_in, typed_sign_in):
    client = sign_in(admin)
    typed = type_a_new_service(client)
    typed_sign_in(client, "ada@trust.example")
    assert send(client, "/admin/services/add", typed).location == "/waiting"


def test_throwing_it_away(admin, sign_in, typed_sign_in):
    client = sign_in(admin)
    typed = type_a_new_service(client)
    with later():
        send(client, "/admin/services/add", typed)
        typed_sign_in(client, "ada@trust.example")
        [number] = db.session.scalars(select(WaitingForm.id))
        assert client.post(f"/waiting/{number}/throw-away").location == "/"
        assert db.session.scalars(select(WaitingForm.id)).all() == []
        assert client.post(f"/waiting/{number}/throw-away").status_code == 404


def test_a_refused_form_goes_on_waiting(admin, sign_in, typed_sign_in):
    client = sign_in(admin)
    typed = type_a_new_service(client, name="")
    with later():
        send(client, "/admin/services/add", typed)
        typed_sign_in(client, "ada@trust.example")
        [number] = db.session.scalars(select(WaitingForm.id))
        again = f"/admin/services/add?waiting={number}"
        assert send(client, again, fields_of(client.get("/waiting").text, again)).status_code == 422
        assert db.session.scalars(select(WaitingForm.id)).all() == [number]


def test_a_password_is_never_kept(admin, sign_in):
    client = sign_in(admin)
    fields = fields_of(client.get("/account").text, "/account/password")
    typed = fields | {"current_password": PASSWORD, "new_password": "eleven blue giraffes"}
    with later():
        send(client, "/account/password", typed)
        assert db.session.scalars(select(WaitingForm.id)).all() == []


def test_what_saves_itself_hears_that_the_sign_in_has_ended(admin, sign_in):
    client = sign_in(admin)
    typed = type_a_new_service(client)
    with later():
        answer = send(client, "/admin/services/add", typed, headers={"Accept": "application/json"})
    assert (answer.status_code, "what you typed is kept" in answer.json["error"]) == (401, True)
    assert db.session.scalars(select(WaitingForm.person_id)).all() == [admin.id]


def test_after_a_shared_sign_in_not_even_the_address_stays(admin, sign_in):
    service = make_service()
    own, shared = sign_in(admin), sign_in(admin, shared=True)
    with later():
        assert own.get(f"/admin/services/{service.id}").location == f"/sign-in?next=/admin/services/{service.id}"
        assert shared.get(f"/admin/services/{service.id}").location == "/sign-in"


def test_signing_out_of_a_shared_computer_clears_what_its_pages_kept(admin, sign_in):
    assert sign_in(admin, shared=True).post("/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in sign_in(admin).post("/sign-out").headers


def test_half_written_on_a_shared_computer_it_is_put_aside_for_its_person(admin, sign_in, typed_sign_in):
    client = sign_in(admin, shared=True)
    typed = type_a_new_service(client, "Half a ward")
    assert 'data-clear-after="600"' in client.get("/account").text
    assert "data-clear-after" not in sign_in(admin).get("/account").text
    assert send(client, "/put-aside?going=/admin/services/add", typed).status_code == 204
    assert "Name Half a ward Level ward" in words(client.get("/waiting"))
    assert db.session.scalars(select(Service.name)).all() == []


@pytest.mark.parametrize("going", ["", "https://evil.example/", "//evil.example"])
def test_nothing_is_put_aside_for_another_site(admin, sign_in, going):
    client = sign_in(admin, shared=True)
    send(client, f"/put-aside?going={going}", type_a_new_service(client))
    assert db.session.scalars(select(WaitingForm.id)).all() == []


def test_nothing_is_put_aside_without_a_key_of_ours(admin, sign_in):
    client = sign_in(admin, shared=True)
    client.post("/put-aside?going=/admin/services/add", data={"name": "x", "form_key": "forged"})
    assert db.session.scalars(select(WaitingForm.id)).all() == []


# What must not be kept, and how much may be.

NUMBER = "450 557 7104"


def type_with_number(client) -> dict[str, str]:
    """The round's every field may hold one: here the name, with words around it, twice and with a narrow blank."""
    return type_a_new_service(client, f"Bed 4 {NUMBER} fell\nand 450\u2009557\u20097104 too") | {NUMBER: "by name"}


def test_an_nhs_number_is_taken_out_visibly_and_the_rest_is_kept(admin, sign_in, typed_sign_in):
    client = sign_in(admin)
    typed = type_with_number(client)
    with later():
        send(client, "/admin/services/add", typed)
        [kept] = db.session.scalars(select(WaitingForm.fields))
        assert (nhs_number_in(kept), "4505577104" in re.sub(r"\D", "", kept)) == (None, False)
        typed_sign_in(client, "ada@trust.example")
        page = client.get("/waiting")
        said = "where it says “[NHS number taken out]” you had typed what looks like a patient's NHS number."
        assert said in words(page)
        assert "Bed 4 [NHS number taken out] fell and [NHS number taken out] too" in words(page)
        again = f"/admin/services/add?waiting={db.session.scalar(select(WaitingForm.id))}"
        send(client, again, fields_of(page.text, again))
        kept_name = "Bed 4 [NHS number taken out] fell and [NHS number taken out] too"
        assert db.session.scalars(select(Service.name)).all() == [kept_name]


def test_a_form_put_aside_passes_the_same_stop(admin, sign_in):
    client = sign_in(admin, shared=True)
    send(client, "/put-aside?going=/admin/services/add", type_with_number(client))
    [kept] = db.session.scalars(select(WaitingForm.fields))
    assert (nhs_number_in(kept), TAKEN_OUT in kept) == (None, True)
    assert "you had typed what looks like a patient's NHS number" in words(client.get("/waiting"))


def test_the_column_itself_refuses_a_number(admin):
    fields = f'[["name", "{NUMBER}"]]'
    with pytest.raises(StatementError) as refused, transaction():
        db.session.add(WaitingForm(person_id=admin.id, path="/", fields=fields, created_at=clock.now()))
    assert isinstance(refused.value.orig, PatientData)


@pytest.mark.parametrize(
    "going", ["/nothing/of/ours", "/ideas", "/password/4505577104", "/password/a%00b", "/admin/services/%EF%BF%BD"]
)
def test_nothing_is_put_aside_for_an_address_that_takes_no_form_or_may_not_be_kept(admin, sign_in, going):
    client = sign_in(admin, shared=True)
    assert send(client, f"/put-aside?going={going}", type_a_new_service(client)).status_code == 204
    assert db.session.scalars(select(WaitingForm.id)).all() == []


def test_the_last_twenty_are_kept(admin, sign_in):
    client = sign_in(admin, shared=True)
    for number in range(23):
        send(client, "/put-aside?going=/admin/services/add", type_a_new_service(client, f"Ward {number}."))
    page = words(client.get("/waiting"))
    assert [number for number in range(23) if f"Ward {number}." in page] == list(range(3, 23))
    assert db.session.scalar(select(func.count()).select_from(WaitingForm)) == 20


def test_a_long_text_is_kept_whole_and_makes_older_ones_go(admin, sign_in, monkeypatch):
    monkeypatch.setattr(once, "MOST_CHARACTERS", 300_000)
    client = sign_in(admin, shared=True)
    for letter in "abc":
        send(client, "/put-aside?going=/admin/services/add", type_a_new_service(client, letter * 225_000))
    page = client.get("/waiting")
    assert "c" * 2_000 + " … (223,000 more characters kept as well)" in words(page)
    [number] = db.session.scalars(select(WaitingForm.id))
    fields = fields_of(page.text, f"/admin/services/add?waiting={number}")
    assert fields["name"] == "c" * 225_000


@pytest.mark.attack
def test_eight_forms_at_once_leave_no_more_than_may_be_kept(admin, sign_in, at_once, monkeypatch):
    monkeypatch.setattr(once, "MOST_FORMS", 3)
    clients = [sign_in(admin, shared=True) for _ in range(8)]
    forms = [type_a_new_service(client, "Ward") for client in clients]
    address = "/put-aside?going=/admin/services/add"
    both = zip(clients, forms, strict=True)
    answers = at_once(*[lambda client=client, form=form: send(client, address, form) for client, form in both])
    assert [answer.status_code for answer in answers] == [204] * 8
    assert db.session.scalar(select(func.count()).select_from(WaitingForm)) == 3
