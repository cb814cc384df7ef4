"""The demo story: a made-up trust with a year and a half of ideas, panels and projects, told up to today by the real actions."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import flask_migrate
from flask import current_app

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.people import demo
from pitchpit.people.queries import anybody, is_demo


@dataclass(frozen=True)
class Account:
    """Somebody made up whom one can sign in as, and what one can try as them."""

    email: str
    can: str


#: Who can sign in; nobody else in the story has a password.
ACCOUNTS = tuple(Account(account.email, account.tries) for account in demo.ACCOUNTS)


def load(again: bool) -> str:
    """Tell the story up to now into an empty database, all of it or nothing; the sentences to print.

    With `again`, a database that holds the story is emptied first. Raises ValueError where the database holds anything else.
    """
    if anybody() and not is_demo():
        raise ValueError(
            "This database holds real people: the demo story needs a database of its own. Set DATABASE_URL to an empty one."
        )
    if anybody() and not again:
        raise ValueError("The demo story is here already. To tell it anew, up to today, run `pitchpit demo --again`.")
    if anybody():
        _empty()
    from pitchpit.demo.governing import the_aftermath
    from pitchpit.demo.story import tell  # only now: it needs everything, and this module only the list of accounts
    from pitchpit.people.passwords import hashed

    password_hash = hashed(current_app.config["DEMO_PASSWORD"])
    with _no_mail(), transaction():
        tell(told_at := clock.now(), password_hash)
    with _no_mail():
        the_aftermath(told_at)
    return "The demo story is told. Everybody and everything in it is made up."


def _empty() -> None:
    """Take everything down and build it up empty: history cannot be deleted row by row, and that is as it should be."""
    db.session.rollback()  # what was read so far would hold the tables that are to go
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()


@contextmanager
def _no_mail() -> Iterator[None]:
    """Nothing of the story is mailed, whatever this installation does otherwise."""
    before = current_app.config["MAIL"]
    current_app.config["MAIL"] = "off"
    try:
        yield
    finally:
        current_app.config["MAIL"] = before
