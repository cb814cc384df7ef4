"""Who may call a route, and when what it does is saved.

Every view wears exactly one guard, right under its route: `@public`, `@signed_in`, or `@needs("admin")`. Every POST wears `@commits` under
it, and nothing else does. The guards are read off by the access table in `tests/architecture`.

    @bp.post("/<int:proposal_id>/submit")
    @signed_in
    @commits
    def submit(proposal_id): ...
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, abort, current_app, make_response, request
from flask_login import current_user
from werkzeug import Response as BaseResponse

from pitchpit.core import once
from pitchpit.core.db import transaction

View = TypeVar("View", bound=Callable[..., Any])


def _guarded(view: View, guard: str) -> View:
    view.guard = guard  # type: ignore[attr-defined]  # a mark on the function itself
    return view


def _sign_in_first() -> Any:
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # flask_login puts it there


def public(view: View) -> View:
    """Anybody, signed in or not."""
    return _guarded(view, "public")


def signed_in(view: View) -> View:
    """Whoever is signed in; what they may see of a thing is the query's business."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return _sign_in_first()
        return view(*args, **kwargs)

    return _guarded(cast(View, guarded), "signed in")


def needs(*rights: str) -> Callable[[View], View]:
    """Whoever is signed in and has one of these global rights: qi, leader, ig, admin."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return _sign_in_first()
            if not current_user.rights.intersection(rights):
                abort(403)
            return view(*args, **kwargs)

        return _guarded(cast(View, guarded), " or ".join(rights))

    return guard


class _NotSaved(Exception):  # noqa: N818  # a way out of the transaction, not an error
    def __init__(self, response: Response) -> None:
        self.response = response


def commits(view: View) -> View:
    """One write transaction around the view: saved where it answers below 400, forgotten otherwise; the same form twice is saved once."""

    @wraps(view)
    def committed(*args: Any, **kwargs: Any) -> BaseResponse:
        sending = once.sending()
        try:
            with transaction():
                if sending and (first := sending.first_answer()):
                    return first
                response = make_response(view(*args, **kwargs))
                if response.status_code >= 400:
                    raise _NotSaved(response)
                if sending:
                    sending.answered(response)
        except _NotSaved as not_saved:
            response = not_saved.response
        return response

    committed.commits = True  # type: ignore[attr-defined]  # a mark on the function itself
    return cast(View, committed)


def commits_itself(why: str) -> Callable[[View], View]:
    """A POST that opens its own short transactions, and why (sign-in: no hashing while a lock is held)."""

    def mark(view: View) -> View:
        view.commits = True  # type: ignore[attr-defined]  # as above
        view.commits_itself = why  # type: ignore[attr-defined]  # as above
        return view

    return mark


def here() -> str:
    """The page asked for, with its query, as an address on this site."""
    return request.full_path.rstrip("?")


def safe_next(address: str | None) -> str | None:
    """The address if it leads to a page of this site; None otherwise."""
    if (
        not address
        or not address.startswith("/")
        or address.startswith(("//", "/\\"))
        or any(c in address for c in "\\\r\n\t")
    ):
        return None
    return address
