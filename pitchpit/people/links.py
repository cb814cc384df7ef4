"""The way of a password link: mailed by the worker, carried in the browser's session from its address to the form."""

from __future__ import annotations

from flask import render_template, session

from pitchpit.core import clock
from pitchpit.core.db import transaction
from pitchpit.core.words import time_in_words
from pitchpit.notices import mailer
from pitchpit.people import actions, queries
from pitchpit.people.actions.signing_in import LINK_LIVES, digest_of
from pitchpit.people.models import Person

_CARRIED = "password_link"


def carry(token: str) -> None:
    """Keep the token while its person chooses a password."""
    session[_CARRIED] = token[:200]


def carried() -> str:
    """The token that is kept, if any."""
    return session.get(_CARRIED, "")


def person_behind(token: str) -> Person | None:
    """Whose link this is, while it works."""
    link = queries.link_by(digest_of(token)) if token else None
    return link.person if link and link.works_at(clock.now()) else None


def mail_link(person_id: int) -> None:
    """Make a link and mail it: what the worker does. The token is nowhere but in the mail, not even in the queue."""
    with transaction():
        made = actions.make_password_link(person_id)
        if made is None:
            return
        person, token = made
        name, email, until = person.name, person.email, clock.now() + LINK_LIVES
    address = mailer.address_of(f"/password/{token}")
    text = render_template("people/password_link.txt", name=name, address=address, until=time_in_words(until))
    letter = mailer.Letter(
        to=email,
        subject="Set your password for Pitchpit",
        text=text,
        name=f"password-{digest_of(token)[:16]}",
        links=[address],
    )
    mailer.send(letter)
