"""The front page of an admin's pages, and their blueprint."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from pitchpit.core.access import needs
from pitchpit.core.paging import Page
from pitchpit.history.enums import ADMIN
from pitchpit.history.queries import timeline

bp = Blueprint("people", __name__, url_prefix="/admin")


@bp.get("")
@needs("admin")
def admin() -> Any:
    """What an admin looks after."""
    return render_template("people/admin.html")


def told_of(kind: str, number: int) -> Page[Any]:
    """What history tells an admin of this, for the timeline. Two statements."""
    told = timeline([(kind, number)], {ADMIN}, after=request.args.get("after"))
    lines = [
        {
            "text": entry.sentence,
            "detail": "\n".join(f"{text.label}: {text.text}" for text in entry.texts),
            "at": entry.at,
        }
        for entry in told.rows
    ]
    return Page(lines, told.next, told.previous)
