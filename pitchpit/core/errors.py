"""What a person reads when something cannot be done: never a stack trace, always what to do next."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, StatementError
from werkzeug.exceptions import HTTPException

from pitchpit.core import once
from pitchpit.core.db import db
from pitchpit.core.requests import read_away
from pitchpit.core.rules import Refused, Stale
from pitchpit.core.templating import render_plainly
from pitchpit.core.text import PatientData

log = logging.getLogger(__name__)

PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})


def init_app(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(CSRFError, _form_from_another_sign_in)
    app.register_error_handler(once.AnotherPersons, _form_from_another_sign_in)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(PatientData, _patient_data)
    app.register_error_handler(StatementError, _statement)
    app.register_error_handler(Exception, _broken)


def _page(status: int, **words: Any) -> tuple[str, int]:
    if status in (500, 503):
        return _last_resort(status), status
    return render_template(f"errors/{status if status in PAGES else 400}.html", **words), status


def _last_resort(status: int) -> str:
    """A page that asks neither the database nor who is signed in; only what was merely read is tried again by itself."""
    return render_plainly(f"errors/{status}.html", retry=request.method == "GET", request_id=g.get("request_id"))


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if error.code == 413:
        read_away(request)
    page = _page(error.code)
    if error.code == 405:
        return Response(page[0], 405, headers={"Allow": ", ".join(error.valid_methods or [])})  # type: ignore[attr-defined]  # a 405 has them
    return page


def _refused(refused: Refused) -> tuple[str, int]:
    status = refused.answer.kind.value
    if status == 403:
        return _page(403, reason=refused.reason)
    return _not_now(refused.reason, form=g.get("form"), thing=refused.thing if isinstance(refused, Stale) else None)


def _not_now(reason: str, *, form: Any = None, thing: Any = None) -> tuple[str, int]:
    """The reason, and the form again as typed; where somebody saved first, what is saved now beside it."""
    allowed = current_app.url_map.bind("").allowed_methods(request.path)
    return _page(409, reason=reason, form=form, thing=thing, allowed=allowed)


def _form_from_another_sign_in(_error: Exception) -> Any:
    """The form was shown under a sign-in that has ended: keep what was typed for its person, and say how to go on."""
    owner = once.keep_waiting()
    if owner is None:
        return _page(400)
    if current_user.is_authenticated and current_user.id == owner:
        return redirect(url_for("sign_in.waiting"))
    if not current_user.is_authenticated:
        flash("Your sign-in had ended. What you typed is kept: sign in to go on.", "warning")
        return redirect(url_for("sign_in.show"))
    return _not_now("This page was opened under another sign-in. What was typed on it is kept for that person alone.")


def _patient_data(_error: PatientData) -> tuple[str, int]:
    return _not_now("Something you wrote looks like an NHS number. Take it out and send again.", form=g.get("form"))


def _statement(error: StatementError) -> tuple[str, int]:
    if isinstance(error.orig, PatientData):
        return _patient_data(error.orig)
    if isinstance(error, OperationalError | InterfaceError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    ):
        log.error("The database did not answer", extra={"error": type(error.orig).__name__})
        return _last_resort(503), 503
    return _broken(error)


def _broken(error: Exception) -> tuple[str, int]:
    log.exception("The request ended in an error", extra={"endpoint": request.endpoint})
    db.session.rollback()
    return _last_resort(500), 500
