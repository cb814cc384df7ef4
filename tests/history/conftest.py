"""Verbs, people and a row of no feature, for tests of history alone."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from pitchpit.core.db import db, transaction
from pitchpit.history import enums, ports
from pitchpit.history.ports import Verb
from pitchpit.people.models import Person

VERBS = (
    Verb(
        "idea.submitted",
        "{actor} handed in version {version}",
        audience=frozenset({enums.EVERYONE}),
        names_actor=False,
        unnamed="Handed in as version {version}",
        named_to=enums.INSIDERS | {enums.AUTHORS},
    ),
    Verb(
        "idea.declined",
        "{actor} declined it",
        audience=frozenset({enums.EVERYONE}),
        texts={"feedback": frozenset({enums.AUTHORS})},
    ),
    Verb("idea.scored", "{actor} scored it", audience=frozenset({enums.PANEL})),
    Verb("idea.funded", "Given {amount_pence} until {ends_on}: {parts}", audience=frozenset({enums.EVERYONE})),
    Verb("person.renamed", "{actor} gave {person} another name", audience=frozenset({enums.ADMIN})),
    Verb("work.opened", "{actor} made {person} its lead", audience=frozenset({enums.EVERYONE})),
)

IDEA = ("idea", 7)


class Somebody:
    """As much of a person as an actor needs to be."""

    def __init__(self, number: int, *rights: str) -> None:
        self.id = number
        self.rights = frozenset(rights)


ANN, BOB, IG = Somebody(1), Somebody(2), Somebody(3, "ig")


@pytest.fixture(autouse=True)
def _verbs(request: pytest.FixtureRequest) -> Iterator[None]:
    """The application is shared by tests: what is hung on its port is taken off again."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    hung = ports.verbs.of(app)
    before = list(hung)
    for verb in VERBS:
        ports.verbs.add(app, verb)
    yield
    hung[:] = before
    app.extensions.pop("pitchpit.history.verbs", None)


@pytest.fixture
def people(app: Flask) -> None:
    """Ann, Bob and the information governance lead, by name."""
    with transaction():
        for number, name in ((1, "Ann Example"), (2, "Bob Example"), (3, "Ida Example")):
            db.session.add(Person(id=number, name=name, email=f"{number}@example.test"))


@pytest.fixture
def raw(app: Flask) -> Callable[[str], None]:
    """Run SQL as somebody at the database itself would, in a transaction of its own."""

    def run(*sql: str) -> None:
        with transaction():
            for statement in sql:
                db.session.connection().exec_driver_sql(statement)

    return run
