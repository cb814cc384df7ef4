"""The home page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from pitchpit.core.access import signed_in
from pitchpit.home import queries

bp = Blueprint("home", __name__)


@bp.get("/")
@signed_in
def show() -> Any:
    """What needs this person now; below, what the other features have to say."""
    return render_template("home/show.html", roles=queries.needs_now(current_user))
