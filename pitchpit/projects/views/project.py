"""All projects, one of them, and its history."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_login import current_user

from pitchpit.core.access import signed_in
from pitchpit.projects import queries, rules
from pitchpit.projects.enums import MONITORING

bp = Blueprint("projects", __name__)

#: What the list can show, and what that is called.
SHOWS = {"under-way": "Under way", "mine": "Mine", "ended": "Ended"}


@bp.get("/projects")
@signed_in
def index() -> str:
    """Projects under way, my own, or those that have ended."""
    asked = request.args.get("show", "under-way")
    show = asked if asked in SHOWS else "under-way"
    sees_all = rules.sees_all(current_user)
    return render_template(
        "projects/index.html",
        page=queries.listed(current_user, show=show, after=request.args.get("after")),
        show=show,
        shows=SHOWS,
        sees_all=sees_all,
        monitoring=MONITORING,
        slip=rules.slip_in_words,
        how_many=queries.how_many() if sees_all and show == "under-way" else None,
    )


@bp.get("/projects/<int:project_id>")
@signed_in
def show(project_id: int) -> str:
    """What it is for, how it goes, what is asked for."""
    project = queries.visible_or_404(current_user, project_id)
    return render_template(
        "projects/show.html",
        shown=queries.shown(current_user, project),
        overview=queries.overview(current_user, project),
        header_roles=rules.HEADER_ROLES,
        slip=rules.slip_in_words,
    )


@bp.get("/projects/<int:project_id>/history")
@signed_in
def history(project_id: int) -> str:
    """What happened to it, and to the idea it was, as far as this person may know."""
    project = queries.visible_or_404(current_user, project_id)
    entries = queries.told(current_user, project, after=request.args.get("after"))
    return render_template(
        "projects/history.html",
        shown=queries.shown(current_user, project, "History"),
        entries=entries,
        before=[] if entries.next else queries.told_before(project),
    )
