"""Signing in and out, setting a password by a mailed link, and what waits for somebody whose sign-in had ended."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core import once
from pitchpit.core.access import commits, commits_itself, public, safe_next, signed_in
from pitchpit.core.db import transaction
from pitchpit.core.forms import shown_again
from pitchpit.core.text import TAKEN_OUT
from pitchpit.people import actions, demo, links, login, passwords, queries, waiting
from pitchpit.people.forms import AskForLink, ChoosePassword, SignIn

bp = Blueprint("sign_in", __name__)

PAGE = "sign_in/show.html"
WRONG = "The email address or staff number and the password do not go together. Try again, or set a new password."
TOO_MANY = "There have been too many tries. Wait a quarter of an hour, then try again."


@bp.get("/sign-in")
@public
def show() -> Any:
    """The sign-in page; whoever is signed in already goes on."""
    if current_user.is_authenticated:
        return redirect(login.where_to_go_on())
    form = SignIn(formdata=None)
    form.next.data = safe_next(request.args.get("next"))
    return render_template(PAGE, form=form, accounts=demo.accounts_here())


@bp.post("/sign-in")
@public
@commits_itself("no hashing while a lock is held")
def enter() -> Any:
    """Sign in, with as much work and the same answer whatever is wrong."""
    form = SignIn()
    if not form.validate_on_submit():
        return shown_again(PAGE, form, accounts=demo.accounts_here())
    try:
        person = login.sign_in(form.who.data, form.password.data, shared=form.shared.data)
    except login.TooManyTries:
        form.complain(TOO_MANY)
        return render_template(PAGE, form=form, accounts=demo.accounts_here()), 429
    if person is None:
        form.complain(WRONG)
        return shown_again(PAGE, form, accounts=demo.accounts_here())
    return redirect(login.where_to_go_on())


@bp.post("/sign-in/demo")
@public
@commits_itself("the sign-in opens its own transaction")
def enter_demo() -> Any:
    """Sign in as one of the demo's made-up people: in a demo database, from this machine."""
    person = demo.person_behind(request.form.get("email", ""))
    if person is None or login.sign_in_as(person) is None:
        abort(404)
    return redirect(login.where_to_go_on())


@bp.post("/sign-out")
@public
@commits
def leave() -> Any:
    """End this sign-in."""
    if current_user.is_authenticated:
        actions.end_sign_in(current_user.sign_in_id, actor=current_user)
    return _gone("You have signed out.")


@bp.post("/sign-out-everywhere")
@signed_in
@commits
def leave_everywhere() -> Any:
    """End this sign-in and every other one of this person's."""
    actions.end_all_sign_ins(current_user)
    return _gone("You have signed out everywhere.")


def _gone(words: str) -> Any:
    answer = redirect(url_for(".show"))
    login.forget(answer)
    flash(words)
    return answer


# What waits.


@bp.get("/waiting", endpoint="waiting")
@signed_in
def waiting_forms() -> Any:
    """What this person sent when their sign-in had ended."""
    forms = waiting.shown(queries.waiting_forms(current_user.id))
    return render_template("sign_in/waiting.html", forms=forms, taken_out=TAKEN_OUT)


@bp.post("/put-aside")
@public
@commits_itself("keeping a form opens its own transaction")
def put_aside() -> Any:
    """Keep a half-written form for its person: what a shared computer sends before it clears its screen."""
    going = safe_next(request.args.get("going"))
    if going:
        once.keep_waiting(going.partition("?")[0])
    return "", 204


@bp.post("/waiting/<int:form_id>/throw-away")
@signed_in
@commits
def throw_away(form_id: int) -> Any:
    """Forget one of them."""
    actions.throw_away(queries.waiting_form_or_404(current_user, form_id))
    flash("Thrown away.")
    return redirect(url_for(".waiting") if queries.waiting_forms(current_user.id) else "/")


# A password by a mailed link.


@bp.get("/password")
@public
def ask_for_link() -> Any:
    """Ask for a link to set a password."""
    return render_template("sign_in/ask_for_link.html", form=AskForLink(formdata=None))


@bp.post("/password")
@public
@commits_itself("counting tries comes before the transaction")
def send_link() -> Any:
    """Have the link mailed, if there is such an account; the answer does not say."""
    form = AskForLink()
    if not form.validate_on_submit():
        return shown_again("sign_in/ask_for_link.html", form)
    try:
        login.count_link_request(form.who.data)
    except login.TooManyTries:
        form.complain(TOO_MANY)
        return render_template("sign_in/ask_for_link.html", form=form), 429
    with transaction():
        actions.ask_for_password_link(queries.person_signing_in(form.who.data))
    return redirect(url_for(".link_sent"))


@bp.get("/password/sent")
@public
def link_sent() -> Any:
    """What happens next."""
    return render_template("sign_in/link_sent.html")


@bp.get("/password/<token>")
@public
def confirm_link(token: str) -> Any:
    """Where the link leads: nothing happens before the button is pressed, whoever follows the link."""
    return render_template("sign_in/confirm_link.html", token=token, works=links.person_behind(token) is not None)


@bp.post("/password/<token>")
@public
@commits
def use_link(token: str) -> Any:
    """Go on to choose a password; the token leaves the address."""
    links.carry(token)
    return redirect(url_for(".choose_password"))


@bp.get("/choose-password")
@public
def choose_password() -> Any:
    """Choose a new password."""
    person = links.person_behind(links.carried())
    if person is None:
        return render_template("sign_in/confirm_link.html", token=None, works=False)
    return render_template("sign_in/choose_password.html", form=ChoosePassword(person, formdata=None), person=person)


@bp.post("/choose-password")
@public
@commits_itself("no hashing while a lock is held")
def set_password() -> Any:
    """Set the password, once; every sign-in of this person ends."""
    token = links.carried()
    person = links.person_behind(token)
    if person is None:
        return render_template("sign_in/confirm_link.html", token=None, works=False), 409
    form = ChoosePassword(person)
    if not form.validate_on_submit():
        return shown_again("sign_in/choose_password.html", form, person=person)
    hashed = passwords.hashed(form.new_password.data)
    with transaction():
        is_set = actions.use_password_link(token, hashed)
    if not is_set:
        return render_template("sign_in/confirm_link.html", token=None, works=False), 409
    login.forget()
    flash("Your password is set, and you are signed out everywhere. Sign in with it.", "success")
    return redirect(url_for(".show"))
