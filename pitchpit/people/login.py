"""Who is signed in on this request: the cookie's token, its row, the limits of its kind, and what happens where there is none."""

from __future__ import annotations

import ipaddress
import logging
import re
from typing import Any, cast

from flask import Flask, Response, current_app, flash, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as BaseResponse

from pitchpit.core import clock, once
from pitchpit.core.access import here, safe_next
from pitchpit.core.db import is_writing, own_transaction, transaction
from pitchpit.core.health import from_this_machine
from pitchpit.core.throttle import hit
from pitchpit.people import actions, passwords, queries
from pitchpit.people.actions.signing_in import digest_of
from pitchpit.people.models import LoginSession, Person

log = logging.getLogger(__name__)

#: How often one account and one address may try in a quarter of an hour. A whole hospital may share an address.
TRIES_AN_ACCOUNT = 20
TRIES_AN_ADDRESS = 300
QUARTER_OF_AN_HOUR = 15 * 60

#: When a sign-in was last seen is written down at most this often.
SEEN_EVERY = 60.0

#: The session's note that the sign-in before this page was on a shared computer.
SHARED = "shared"

login_manager = LoginManager()
login_manager.session_protection = None  # a ward's computers change address; the row in the database is what counts


class TooManyTries(Exception):  # noqa: N818  # an answer, not an error
    """This account or this address has tried too often."""


def init_app(app: Flask) -> None:
    """Let every request know who is signed in."""
    login_manager.init_app(app)
    app.after_request(_forget_what_was_sent)


@login_manager.user_loader
def _person_of(token: str) -> Person | None:
    """The person of this sign-in, while it lasts. One statement; another, apart, once a minute."""
    found = queries.sign_in_by(digest_of(token))
    if found is None:
        return None
    sign_in, g.demo_loaded_at = found.row, found.demo_loaded_at
    if not _lasts(sign_in):
        return None
    person = sign_in.person
    person.sign_in_id, person.sign_in_token = sign_in.id, token  # type: ignore[misc]  # this instance's alone
    person.sign_in_shared = sign_in.shared  # type: ignore[misc]  # as above
    person.stands, person.unread = found.stands, found.unread  # type: ignore[misc]  # as above
    _note_seen(sign_in)
    return person


def _lasts(sign_in: LoginSession) -> bool:
    config, now = current_app.config, clock.now()
    kind = ("SHARED_IDLE", "SHARED_ABSOLUTE") if sign_in.shared else ("SIGN_IN_IDLE", "SIGN_IN_ABSOLUTE")
    idle, absolute = (config[name] for name in kind)
    return (
        sign_in.ended_at is None
        and now - sign_in.seen_at < idle
        and now - sign_in.created_at < absolute
        and not sign_in.person.has_left
    )


def _note_seen(sign_in: LoginSession) -> None:
    """Write down that it was seen; where other writers are in the way, the next request will."""
    if is_writing() or (clock.now() - sign_in.seen_at).total_seconds() < SEEN_EVERY:
        return
    seen = update(LoginSession).where(LoginSession.id == sign_in.id, LoginSession.seen_at == sign_in.seen_at)
    try:
        with own_transaction(patience=0.2) as connection:
            connection.execute(seen.values(seen_at=clock.now()))
    except OperationalError:
        log.info("A sign-in was seen and not written down: the database was busy")


# Signing in and out.


def sign_in(who: str, password: str, *, shared: bool) -> Person | None:
    """Sign in whoever has this email or staff number and this password; None where that is nobody.

    An unknown account costs the same work and gets the same answer as a wrong password. Raises TooManyTries.
    """
    _count_try(f"sign-in:{who.strip().lower()}", TRIES_AN_ACCOUNT)
    person = queries.person_signing_in(who)
    kept = person.password_hash if person and not person.has_left else None
    if not passwords.is_right(kept, password) or person is None or kept is None:
        log.info("A sign-in was refused")
        return None
    anew = passwords.hashed(password) if passwords.is_outdated(kept) else None
    return _begin(person.id, shared=shared, kept=kept, anew=anew)


def sign_in_as(person: Person) -> Person | None:
    """Sign this person in without a password: for the made-up people of the demo, from this machine."""
    return _begin(person.id, shared=False, kept=person.password_hash)


def _count_try(account: str, limit: int) -> None:
    counts = (hit(account, limit, QUARTER_OF_AN_HOUR), hit(f"from:{address()}", TRIES_AN_ADDRESS, QUARTER_OF_AN_HOUR))
    if not all(counts):
        raise TooManyTries


def change_password(current: str, new: str) -> bool:
    """Change the password of whoever is signed in; false where they do not know the current one. Ends their other sign-ins.

    Raises TooManyTries: a computer left open is no place to guess.
    """
    _count_try(f"password:{current_user.id}", TRIES_AN_ACCOUNT)
    kept, here = current_user.password_hash, current_user.sign_in_id
    if not passwords.is_right(kept, current):
        return False
    hashed = passwords.hashed(new)
    with transaction():
        person = queries.locked_person(current_user.id)
        if person is None or person.password_hash != kept:
            return False
        actions.set_password(person, hashed, actor=person, keep=here)
    return True


def count_link_request(who: str) -> None:
    """Count somebody asking for a password link. Raises TooManyTries."""
    _count_try(f"link:{who.strip().lower()}", 3)


def _begin(person_id: int, *, shared: bool, kept: str | None, anew: str | None = None) -> Person | None:
    """Begin the sign-in, unless the password was changed or the person left while the hash was being worked out."""
    before = current_user.sign_in_id if current_user.is_authenticated else None
    owner = current_user.id if before else None
    with transaction():
        person = queries.locked_person(person_id)
        if person is None or person.has_left or person.password_hash != kept:
            return None
        if anew:
            person.password_hash = anew
        if before and (last := queries.locked_person(cast(int, owner))):
            actions.end_sign_in(before, actor=last)
        token = actions.begin_sign_in(person, shared=shared, device=device())
    session.clear()  # nothing of whoever was here before
    person.sign_in_token = token  # type: ignore[misc]  # this instance's alone
    login_user(person)
    session[SHARED] = shared
    log.info("Somebody signed in", extra={"person": person.id, "shared": shared})
    return person


def forget(response: BaseResponse | None = None) -> None:
    """Take the sign-in out of this browser; on a shared computer also what its pages kept there."""
    was_shared = session.get(SHARED)
    logout_user()
    session.clear()
    if was_shared and response is not None:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'


def where_to_go_on() -> str:
    """Where a sign-in leads: to what waits for this person, to where they were going, or home."""
    if queries.waiting_forms(current_user.id):
        return url_for("sign_in.waiting")
    return safe_next(request.form.get("next") or request.args.get("next")) or "/"


@login_manager.unauthorized_handler
def _ask_to_sign_in() -> Any:
    """Keep what was typed for its person, and ask to sign in. After a shared sign-in, not a word about where it was."""
    was_shared = bool(session.get(SHARED))
    if session.pop("_user_id", None) is not None:
        session.clear()
    if request.method in ("GET", "HEAD"):
        going = None if was_shared or here() == "/" else here()
        return redirect(url_for("sign_in.show", next=going))
    kept = once.keep_waiting()
    if request.accept_mimetypes.best == "application/json":
        return {"error": "Your sign-in has ended. Sign in to go on: what you typed is kept."}, 401
    flash(
        "Your sign-in had ended. What you typed is kept: sign in to go on."
        if kept
        else "Your sign-in had ended. Sign in, then do it again.",
        "warning",
    )
    return redirect(url_for("sign_in.show"), 303)


def _forget_what_was_sent(response: Response) -> Response:
    """A form that had waited and has now been saved waits no more."""
    number = request.args.get("waiting", type=int)
    if request.method != "POST" or number is None or response.status_code >= 400 or not current_user.is_authenticated:
        return response
    person_id = current_user.id
    with transaction():
        for form in queries.waiting_forms(person_id):
            if form.id == number and form.path == request.path:
                actions.throw_away(form)
    return response


# Where a request comes from.


def address() -> str:
    """The address asked from; of IPv6 the part that one line has."""
    try:
        ip = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def is_this_machine() -> bool:
    """Whether somebody sits at the machine itself, and asks for it by a local name."""
    host = re.sub(r":\d+$", "", request.host)
    return from_this_machine() and host in {"localhost", "127.0.0.1", "[::1]"}


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)


def device() -> str:
    """The browser in words a person knows it by: Chrome on Windows."""
    agent = request.headers.get("User-Agent", "")
    browser = next((words for sign, words in _BROWSERS if sign in agent), "A browser")
    system = next((words for sign, words in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser
