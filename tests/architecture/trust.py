"""The trust of `world.py` with everybody at a computer of their own, and the address of each route for each thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from pitchpit.core.db import db, is_writing, transaction
from pitchpit.decisions.enums import Outcome
from pitchpit.people.actions import begin_sign_in
from pitchpit.people.models import Person
from tests.architecture import world
from tests.architecture.access import SIGNED_OUT, Rule
from tests.conftest import Client
from tests.databases import World


@dataclass
class Trust:
    """The world of `world.py` with everybody at a computer of their own."""

    database: World
    stage: world.Stage
    clients: dict[str, FlaskClient]
    tokens: dict[str, str]

    @property
    def app(self) -> Flask:
        return self.database.app

    def address(self, rule: Rule) -> str:
        return address_of(self.app, self.stage, rule.endpoint, rule.thing)

    def sit_down(self, person: str) -> None:
        """Their browser as it was at the beginning."""
        with self.clients[person].session_transaction() as session:
            session.clear()
            if person in self.tokens:
                session.update({"_user_id": self.tokens[person], "_fresh": True, "shared": False})

    def go_back(self, person: str) -> None:
        """Everything as it was before this person did something."""
        self.database.restore()
        self.sit_down(person)

    def somebody_who_may(self, rule: Rule) -> str:
        """Whoever gets most of what is asked for."""
        return min(self.clients, key=lambda person: (rule.answer_for(person), person == SIGNED_OUT))

    def send(self, rule: Rule, person: str, body: dict[str, Any]) -> Any:
        client = self.clients[person]
        if rule.method == "GET":
            return client.get(self.address(rule))
        return client.post(self.address(rule), data=body)


@pytest.fixture(scope="module")
def trust(own_database: World) -> Iterator[Trust]:
    app = own_database.app
    with app.app_context():
        stage = world.build()
        stage.things |= {"another's sign-in": 1, "measure": stage.things["measure of the project under way"]}
        stage.things["author's notice"] = stage.things["notice"]
        with transaction():
            tokens = {
                title: begin_sign_in(db.session.get_one(Person, number), shared=False, device="A test")
                for title, number in stage.people.items()
            }
        db.session.rollback()
        own_database.keep()
        trust = Trust(own_database, stage, {name: Client(app) for name in [SIGNED_OUT, *tokens]}, tokens)
        for name in trust.clients:
            trust.sit_down(name)
        yield trust


#: What the other parts of an address are, for a thing of this name.
PARTS = {
    "author_id": "its co-author",
    "milestone_id": "milestone of the {}",
    "check_in_id": "check-in",
    "gate_id": "gate",
}
HOLDERS = {"people.end_holding": "its holder", "projects.end_role": "team member of the {}"}
WORDS = {
    "kind": "dpia",
    "way": "change",
    "part": "dates",
    "outcome": Outcome.DECLINED,
    "token": "x",
    "form_id": 1,
    "field": "note",
}


def address_of(app: Flask, stage: world.Stage, endpoint: str, thing: str) -> str:
    """The address of this endpoint for this thing."""
    [arguments] = {frozenset(rule.arguments) for rule in app.url_map.iter_rules(endpoint)}
    values = {name: _value(stage, endpoint, name, thing) for name in arguments}
    return app.url_map.bind("localhost").build(endpoint, values)


def _value(stage: world.Stage, endpoint: str, name: str, thing: str) -> Any:
    if name in WORDS:
        return WORDS[name]
    part = HOLDERS[endpoint] if name == "holder_id" else PARTS.get(name, thing)
    return stage.things[part.format(thing)]


#: What is answered in place of a save that was undone: everything was written, and would have been kept.
SAVED = 299


class Undone(Exception):  # noqa: N818  # a way out, not an error
    """Everything was written; now it is not."""


@contextmanager
def nothing_is_kept(app: Flask) -> Iterator[None]:
    """Inside, every save is undone at the last moment, when the database has taken all of it."""

    def undo(_connection: Any) -> None:
        if is_writing():
            raise Undone

    handlers = app.error_handler_spec[None][None]
    handlers[Undone] = lambda _error: ("Saved", SAVED)
    event.listen(db.engine, "commit", undo)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", undo)
        del handlers[Undone]
