"""Every route as every kind of person: each gets what `access.py` says, and reads nothing that is not theirs to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from pitchpit.core.db import db
from tests.architecture import access, world
from tests.architecture.access import SIGNED_OUT, Rule
from tests.architecture.bodies import body_for
from tests.architecture.trust import Trust

pytestmark = pytest.mark.access

RULES = access.rules()

#: The GETs that write an access record for whoever gets an answer, and write it for nobody else.
KEPT_ON_RECORD = {
    "people.show a person",
    "panels.print_pile round being scored",
    "panels.print_pile round of another panel",
    "measures.as_csv measure",
    "measures.as_svg measure",
    "governance.event event with a text",
    "governance.redacting event with a text",
    "governance.access_records_csv -",
}


def test_the_table_names_every_route(bare_app: Flask) -> None:
    routes = {
        (method, rule.endpoint)
        for rule in bare_app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(rule.method, rule.endpoint) for rule in RULES} == routes


def test_the_table_names_people_and_things_that_are_there() -> None:
    people = {person for rule in RULES for person, _ in rule.named}
    assert people <= set(world.PEOPLE) | {SIGNED_OUT}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.method}-{rule}".replace(" ", "-"))
def test_each_gets_what_the_table_says_and_reads_nothing_else(rule: Rule, trust: Trust) -> None:
    body = body_for(trust, rule) if rule.method == "POST" else {}
    got, read = {}, set()
    with _statements_that_write() as written:
        for person in sorted(
            trust.clients, key=rule.answer_for, reverse=True
        ):  # the refused first: they change nothing
            answer = trust.send(rule, person, body)
            got[person] = answer.status_code
            read |= {(person, secret) for secret in _secrets_in(answer) if person not in trust.stage.may_read(secret)}
            if rule.method == "POST" and answer.status_code < 400:
                trust.go_back(person)
    assert got == {person: rule.answer_for(person) for person in trust.clients}
    assert read == set()
    if rule.method == "GET":
        shown_to = [person for person, status in got.items() if status == 200 and str(rule) in KEPT_ON_RECORD]
        assert [statement.split(" (")[0] for statement in written] == ["INSERT INTO access_record"] * len(shown_to)


def _secrets_in(answer: Any) -> set[str]:
    text = answer.text.lower()
    return {secret for secret in world.SECRETS if re.search(rf"{secret}(?![a-z])", text)}


@contextmanager
def _statements_that_write() -> Iterator[list[str]]:
    """What is written meanwhile, but for the two things that any request may write: when a sign-in was seen, and a memo."""
    seen: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if re.match(r"(?!UPDATE login_session SET seen_at=|INSERT INTO memo )(INSERT|UPDATE|DELETE)", statement):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", look)
