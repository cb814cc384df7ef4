"""Signing in and out by the pages."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.people import login, passwords
from pitchpit.people.models import LoginSession, Person
from tests.factories import make_person
from tests.people.conftest import PASSWORD, words

WRONG = "The email address or staff number and the password do not go together."


def signed_in_as(client) -> str | None:
    """Whose account page this browser gets, if anybody's."""
    page = client.get("/account")
    return None if page.status_code == 302 else words(page).partition(" Email address ")[0].rpartition("Name ")[2]


@pytest.mark.parametrize("who", ["ann@trust.example", " ANN@Trust.Example ", "N123"])
def test_signing_in_by_email_or_staff_number(client, ann, typed_sign_in, who):
    answer = typed_sign_in(client, who)
    assert (answer.status_code, answer.location) == (302, "/")
    assert signed_in_as(client) == "Ann Example"


def test_the_cookie_and_the_row_do_not_give_each_other_away(client, ann, typed_sign_in):
    typed_sign_in(client)
    with client.session_transaction() as session:
        token = session["_user_id"]
    row = db.session.scalars(select(LoginSession)).one()
    assert len(token) >= 43
    assert row.token_digest != token
    assert (row.person_id, row.shared, row.ended_at) == (ann.id, False, None)


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(client, ann, typed_sign_in):
    wrong = typed_sign_in(client, password="seven even teapots")
    unknown = typed_sign_in(client, who="nobody@trust.example")
    assert wrong.status_code == unknown.status_code == 422
    assert words(wrong).replace("ann@", "nobody@") == words(unknown)
    assert WRONG in words(wrong)
    assert signed_in_as(client) is None


def test_an_unknown_account_costs_the_same_work(client, ann, typed_sign_in, monkeypatch):
    verified = []
    real = passwords._hasher.verify
    monkeypatch.setattr(
        passwords, "_hasher", type("Counting", (), {"verify": lambda _s, *a: verified.append(a[0][:30]) or real(*a)})()
    )
    typed_sign_in(client, password="seven even teapots")
    typed_sign_in(client, who="nobody@trust.example")
    assert verified == [verified[0]] * 2


def test_nobody_signs_in_with_no_password_set(client, typed_sign_in):
    make_person(email="new@trust.example")
    assert typed_sign_in(client, "new@trust.example", "").status_code == 422
    assert typed_sign_in(client, "new@trust.example", "anything at all").status_code == 422
    assert signed_in_as(client) is None


def test_who_has_left_cannot_sign_in(client, typed_sign_in):
    make_person(email="gone@trust.example", password=PASSWORD, left_on=clock.today())
    assert WRONG in words(typed_sign_in(client, "gone@trust.example"))
    assert signed_in_as(client) is None


def test_who_leaves_while_signed_in_is_out(ann, sign_in):
    client = sign_in(ann)
    with transaction():
        db.session.get(Person, ann.id).left_on = clock.today()
    assert signed_in_as(client) is None


def test_what_was_typed_comes_back_but_the_password(client, ann, typed_sign_in):
    page = typed_sign_in(client, "ann@trust.example", "a secret guess").text
    assert 'value="ann@trust.example"' in page
    assert "a secret guess" not in page


def test_signing_in_goes_on_where_one_was_going(client, ann, typed_sign_in):
    asked = client.get("/inbox?after=x")
    assert asked.location == "/sign-in?next=/inbox?after%3Dx"
    assert 'name="next" value="/inbox?after=x"' in client.get(asked.location).text
    assert typed_sign_in(client, next="/inbox?after=x").location == "/inbox?after=x"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_signing_in_never_leads_to_another_site(client, ann, typed_sign_in, elsewhere):
    assert "evil" not in client.get("/sign-in", query_string={"next": elsewhere}).text
    assert typed_sign_in(client, next=elsewhere).location == "/"


def test_a_fresh_session_at_sign_in(client, ann, typed_sign_in):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = client.get("/sign-in").headers.getlist("Set-Cookie")
    typed_sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "a token for tests alone"
    assert client.get("/account").status_code == 200
    assert before != []


def test_signing_in_as_another_ends_the_first_sign_in(client, ann, typed_sign_in):
    make_person("Bob Example", email="bob@trust.example", password=PASSWORD)
    typed_sign_in(client)
    typed_sign_in(client, "bob@trust.example")
    assert signed_in_as(client) == "Bob Example"
    ended = db.session.execute(
        select(LoginSession.person_id, LoginSession.ended_at.is_not(None)).order_by(LoginSession.id)
    )
    assert [bool(over) for _, over in ended] == [True, False]


def test_signing_out_ends_the_sign_in_everywhere_it_was_copied_to(client, ann, typed_sign_in, app):
    typed_sign_in(client)
    with client.session_transaction() as session:
        copied = dict(session)
    assert client.post("/sign-out").location == "/sign-in"
    assert signed_in_as(client) is None
    with client.session_transaction() as session:
        session.update(copied)
    assert signed_in_as(client) is None


def test_signing_out_everywhere(ann, sign_in):
    here, there = sign_in(ann), sign_in(ann)
    others = sign_in(make_person("Bob Example"))
    assert here.post("/sign-out-everywhere").location == "/sign-in"
    assert [signed_in_as(client) for client in (here, there, others)] == [None, None, "Bob Example"]


def test_signing_out_twice_does_no_harm(client):
    assert client.post("/sign-out").location == "/sign-in"


def test_signing_out_needs_the_token(ann, sign_in):
    client = sign_in(ann)
    assert client.post("/sign-out", csrf=False).status_code == 400
    assert signed_in_as(client) == "Ann Example"


@pytest.mark.parametrize(
    ("shared", "after", "is_in"),
    [
        (False, timedelta(minutes=119), True),
        (False, timedelta(minutes=121), False),
        (True, timedelta(minutes=9), True),
        (True, timedelta(minutes=11), False),
    ],
)
def test_a_sign_in_ends_when_nothing_is_done(ann, sign_in, shared, after, is_in):
    client = sign_in(ann, shared=shared)
    with clock.at(clock.now() + after):
        assert (signed_in_as(client) == "Ann Example") is is_in


@pytest.mark.parametrize(
    ("shared", "step", "lasts"), [(False, timedelta(minutes=60), 11), (True, timedelta(minutes=6), 9)]
)
def test_a_sign_in_in_use_ends_at_its_absolute_limit(ann, sign_in, shared, step, lasts):
    client, begun = sign_in(ann, shared=shared), clock.now()
    seen = 0
    for turn in range(1, 20):
        with clock.at(begun + turn * step):
            if signed_in_as(client) is None:
                break
            seen = turn
    assert seen == lasts


def test_when_a_sign_in_was_seen_is_written_once_a_minute(ann, sign_in, statements):
    client, begun = sign_in(ann), db.session.scalars(select(LoginSession.seen_at)).one()
    for seconds, written in ((30, begun), (61, begun + timedelta(seconds=61)), (90, begun + timedelta(seconds=61))):
        with clock.at(begun + timedelta(seconds=seconds)):
            client.get("/account")
        assert db.session.scalars(select(LoginSession.seen_at)).one() == written


def test_who_is_signed_in_costs_one_statement(ann, sign_in, statements):
    client = sign_in(ann)
    with statements() as sql:
        client.get("/sign-in")
    assert len(sql) == 2  # the person; whether something waits for them


def test_too_many_tries_at_one_account(client, ann, typed_sign_in):
    for _ in range(login.TRIES_AN_ACCOUNT):
        assert typed_sign_in(client, password="a wrong one").status_code == 422
    right = typed_sign_in(client)
    assert (right.status_code, "too many tries" in words(right)) == (429, True)
    make_person(email="bob@trust.example", password=PASSWORD)
    assert typed_sign_in(client, "bob@trust.example").status_code == 302
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert typed_sign_in(client).status_code == 302


def test_too_many_tries_from_one_address(client, ann, typed_sign_in, monkeypatch):
    monkeypatch.setattr(login, "TRIES_AN_ADDRESS", 3)
    answers = [typed_sign_in(client, f"guess{n}@trust.example").status_code for n in range(4)]
    assert answers == [422, 422, 422, 429]
    elsewhere = client.post(
        "/sign-in",
        data={"who": "ann@trust.example", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "198.51.100.7"},
    )
    assert elsewhere.status_code == 302


def test_an_old_hash_is_made_anew(client, ann, typed_sign_in):
    from argon2 import PasswordHasher

    with transaction():
        old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        db.session.get(Person, ann.id).password_hash = old
    typed_sign_in(client)
    kept = db.session.get(Person, ann.id).password_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right(kept, PASSWORD)


def test_a_password_changed_while_the_old_one_is_checked_lets_nobody_in(client, ann, typed_sign_in, monkeypatch):
    real = passwords.is_right

    def meanwhile(kept, password):
        answer = real(kept, password)
        with transaction():
            db.session.get(Person, ann.id).password_hash = "another"
        return answer

    monkeypatch.setattr(passwords, "is_right", meanwhile)
    assert WRONG in words(typed_sign_in(client))
    assert signed_in_as(client) is None


def test_eight_people_sign_in_at_once(app, at_once, typed_sign_in):
    with transaction():
        for number in range(8):
            make_person(email=f"p{number}@trust.example", password=PASSWORD)
    from tests.conftest import Client

    clients = [Client(app) for _ in range(8)]
    answers = at_once(
        *(
            lambda c=client, n=number: typed_sign_in(c, f"p{n}@trust.example").status_code
            for number, client in enumerate(clients)
        )
    )
    assert answers == [302] * 8
    assert len(set(db.session.scalars(select(LoginSession.person_id)))) == 8


def test_at_most_two_hashes_at_once(app, at_once, monkeypatch):
    import threading
    import time

    now, most, lock = [0], [0], threading.Lock()

    class Slow:
        def verify(self, *_):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.02)
            with lock:
                now[0] -= 1
            return True

    monkeypatch.setattr(passwords, "_hasher", Slow())
    at_once(*[lambda: passwords.is_right("kept", "typed")] * 6)
    assert most == [2]
