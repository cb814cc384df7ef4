"""One's own account: where one is signed in, and one's password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user

from pitchpit.core.access import commits, commits_itself, signed_in
from pitchpit.people import actions, login, queries
from pitchpit.people.forms import ChangePassword

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
@signed_in
def show() -> Any:
    """Where this person is signed in, and their password to change."""
    return _page(ChangePassword(current_user, formdata=None))


def _page(form: ChangePassword, status: int = 200) -> Any:
    return render_template("account/show.html", form=form, sign_ins=queries.sign_ins_of(current_user)), status


@bp.post("/sign-ins/<int:sign_in_id>/end")
@signed_in
@commits
def end_sign_in(sign_in_id: int) -> Any:
    """End one of one's own sign-ins."""
    actions.end_sign_in(sign_in_id, actor=current_user)
    flash("That sign-in has ended.")
    return redirect(url_for(".show"))


@bp.post("/password")
@signed_in
@commits_itself("no hashing while a lock is held")
def change_password() -> Any:
    """Change one's password; every other sign-in ends."""
    form = ChangePassword(current_user)
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        is_changed = login.change_password(form.current_password.data, form.new_password.data)
    except login.TooManyTries:
        form.complain("There have been too many tries. Wait a quarter of an hour, then try again.")
        return _page(form, 429)
    if not is_changed:
        form.complain("This is not your current password", "current_password")
        return _page(form, 422)
    flash("Your password has changed. Every other sign-in of yours has ended.", "success")
    return redirect(url_for(".show"))
