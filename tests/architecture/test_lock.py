"""How long a form holds the write lock: under 100 ms of work, and nothing slow on purpose inside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from pitchpit.core.db import db, is_writing
from pitchpit.people import passwords
from tests.architecture.access import Rule, first_of_each
from tests.architecture.bodies import body_for, form_for
from tests.architecture.trust import SAVED, Trust, nothing_is_kept
from tests.factories import make_person
from tests.pages import form_to

pytestmark = pytest.mark.slow

#: Seconds of this thread's own work: what else the machine does, and waiting for the lock itself, does not count.
LONGEST = 0.1

#: The least of so many tries: a first one fills caches.
TRIES = 3

#: Saved at most by those who may: the rest of the table's forms are refused as they stand.
SAVES = [
    rule for rule in first_of_each("POST") if min(status for _, status in [*rule.named, ("", rule.others or 999)]) < 400
]


@contextmanager
def locks_held(app: Flask) -> Iterator[list[float]]:
    """How long each write transaction works, from its BEGIN to its end."""
    held: list[float] = []
    begun: dict[int, float] = {}

    def begin(connection: Any) -> None:
        if is_writing():
            begun[id(connection)] = time.thread_time()

    def end(connection: Any) -> None:
        if (since := begun.pop(id(connection), None)) is not None:
            held.append(time.thread_time() - since)

    hooks = (("begin", begin), ("commit", end), ("rollback", end))
    for name, hook in hooks:
        event.listen(db.engine, name, hook)
    try:
        yield held
    finally:
        for name, hook in hooks:
            event.remove(db.engine, name, hook)


@pytest.mark.parametrize("rule", SAVES, ids=lambda rule: rule.endpoint)
def test_a_save_holds_the_lock_for_less_than_a_tenth_of_a_second(rule: Rule, trust: Trust) -> None:
    person, address, body = trust.somebody_who_may(rule), trust.address(rule), body_for(trust, rule)
    longest = []
    for _ in range(TRIES):
        trust.sit_down(person)
        with locks_held(trust.app) as held, nothing_is_kept(trust.app):
            answer = trust.clients[person].post(address, data=body)
        assert answer.status_code in {SAVED, 200, 204, 302}
        longest.append(max(held, default=0.0))
    trust.sit_down(person)
    assert min(longest) < LONGEST


@pytest.mark.parametrize("endpoint", ["proposals.save", "proposals.autosave", "panels.autosave", "projects.check_in"])
def test_a_very_long_text_does_not_hold_it_longer(endpoint: str, trust: Trust) -> None:
    rule = next(rule for rule in SAVES if rule.endpoint == endpoint)
    person, address = trust.somebody_who_may(rule), trust.address(rule)
    body = body_for(trust, rule)
    form = form_for(trust, rule)
    assert form is not None
    long = next(name for name, kind in form.kinds.items() if kind == "textarea")
    body[long] = "450 55x " * 28_000
    longest = []
    for _ in range(TRIES):
        with locks_held(trust.app) as held, nothing_is_kept(trust.app):
            trust.clients[person].post(address, data=body)
        longest.append(max(held))
    trust.sit_down(person)
    assert min(longest) < LONGEST


def test_no_password_is_hashed_while_the_lock_is_held(
    app: Flask, sign_in: Callable[..., FlaskClient], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = "four quiet violet lamps", "eleven blue giraffes here"
    ada = make_person("Ada Example", email="ada@trust.example", password=old)
    hashed_at: list[bool] = []
    hasher = passwords._hasher

    class Watched:
        def __getattr__(self, name: str) -> Any:
            if name in {"hash", "verify"}:
                hashed_at.append(is_writing())
            return getattr(hasher, name)

    monkeypatch.setattr(passwords, "_hasher", Watched())
    with locks_held(app) as held:
        sent = form_to(client.get("/sign-in"), "/sign-in").filled(who="ada@trust.example", password=old)
        assert client.post("/sign-in", data=sent).status_code == 302
        address = "/account/password"
        typed = {"current_password": old, "new_password": new}
        signed_in = sign_in(ada)
        sent = form_to(signed_in.get("/account"), address).filled(**typed)
        assert signed_in.post(address, data=sent).status_code == 302
    assert hashed_at == [False] * 3
    assert max(held) < LONGEST
