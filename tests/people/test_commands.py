"""Making an admin at the command line: how the first one comes in."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.history.models import Event
from pitchpit.people import commands
from pitchpit.people.enums import Right
from pitchpit.people.models import Person
from tests.factories import make_person


@pytest.fixture
def run(app):
    def ran(*words: str):
        return CliRunner().invoke(commands.group(lambda command: command), ["admin", *words])

    return ran


def everybody() -> list[tuple[str, str, set[Right]]]:
    db.session.rollback()
    return [(one.name, one.email, set(one.rights)) for one in db.session.scalars(select(Person).order_by(Person.id))]


def test_the_first_admin_comes_in_by_the_link_that_is_printed(app, run, client):
    told = run("Ada@Trust.example", "--name", "Ada Example").output.splitlines()
    assert told[0] == "ada@trust.example is an admin. This link sets a password, once, within 60 minutes:"
    assert everybody() == [("Ada Example", "ada@trust.example", {Right.ADMIN})]
    assert db.session.scalars(select(Event.verb).order_by(Event.id)).all() == [
        "person.added",
        "person.right_given",
        "person.link_sent",
    ]
    link = re.fullmatch(re.escape(app.config["PUBLIC_URL"]) + r"(/password/\S+)", told[1])[1]
    assert "Set your password" in client.get(link, follow_redirects=True).text


def test_somebody_who_is_here_becomes_one(run):
    make_person("Bob Example", email="bob@trust.example", rights=[Right.QI])
    assert run("bob@trust.example").exit_code == 0
    assert run("bob@trust.example", "--name", "Another Name").exit_code == 0
    assert everybody() == [("Bob Example", "bob@trust.example", {Right.QI, Right.ADMIN})]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ada"], "“ada” is not an email address, like name@trust.example."),
        (["ada@trust.example"], "Nobody here has this email address: give their name too, with --name"),
        (["ada@trust.example", "--name", "450 557 7104"], "this holds what looks like a patient’s NHS number"),
        (["gone@trust.example"], "look whether they have left."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_written(run, words, sentence):
    gone = make_person("Gone Example", email="gone@trust.example")
    with transaction():
        db.session.merge(gone).left_on = clock.today()
    answer = run(*words)
    assert sentence in answer.output
    assert answer.exit_code == 1
    assert everybody() == [("Gone Example", "gone@trust.example", set())]
