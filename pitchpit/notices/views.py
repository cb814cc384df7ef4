"""The inbox, and how one is told."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core.access import commits, signed_in
from pitchpit.core.forms import shown_again
from pitchpit.notices import actions, queries
from pitchpit.notices.enums import Way
from pitchpit.notices.forms import ChoicesForm

bp = Blueprint("notices", __name__, url_prefix="/inbox")


@bp.get("")
@signed_in
def inbox() -> Any:
    """What this person was told, newest first."""
    page = queries.inbox(current_user.id, request.args.get("after"))
    return render_template("notices/inbox.html", page=page, unread=queries.unread_in_words(current_user.unread))


@bp.post("/<int:notice_id>/open")
@signed_in
@commits
def open_notice(notice_id: int) -> Any:
    """Mark it as read and go where it leads."""
    notice = queries.own_or_404(current_user.id, notice_id, change=True)
    actions.mark_read(notice)
    return redirect(notice.url or url_for(".inbox"))


@bp.post("/<int:notice_id>/read")
@signed_in
@commits
def read(notice_id: int) -> Any:
    """Mark it as read and stay here."""
    actions.mark_read(queries.own_or_404(current_user.id, notice_id, change=True))
    return redirect(url_for(".inbox"))


@bp.post("/<int:upto>/read-all")
@signed_in
@commits
def read_all(upto: int) -> Any:
    """Mark everything up to the newest one shown as read."""
    number = actions.mark_all_read(current_user.id, upto)
    flash("All read." if number else "There was nothing new to read.", "success")
    return redirect(url_for(".inbox"))


@bp.get("/choices")
@signed_in
def choices() -> Any:
    """How this person is told, to be changed."""
    chosen = queries.choice(current_user.id)
    form = ChoicesForm(data={"way": chosen.way, "hours": "day" if chosen.quiet_hours else "any"})
    return render_template("notices/choices.html", form=form)


@bp.post("/choices")
@signed_in
@commits
def choose() -> Any:
    """Save it."""
    form = ChoicesForm()
    if not form.validate_on_submit():
        return shown_again("notices/choices.html", form)
    actions.choose(current_user.id, Way(form.way.data), quiet_hours=form.hours.data == "day")
    flash("Saved. This is how you are told from now on.", "success")
    return redirect(url_for(".inbox"))
