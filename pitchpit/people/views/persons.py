"""An admin's pages about persons: the list, one person, rights, leaving, a password link."""

from __future__ import annotations

from typing import Any

from flask import Response, after_this_request, flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core.access import commits, needs
from pitchpit.core.forms import shown_again
from pitchpit.history.actions import note_access
from pitchpit.history.enums import Access
from pitchpit.people import actions, queries
from pitchpit.people.enums import Right
from pitchpit.people.forms import FindPeople, Leaving, PersonDetails, Rights
from pitchpit.people.models import Person
from pitchpit.people.views.admin import bp, told_of


@bp.get("/people")
@needs("admin")
def index() -> Any:
    """Everybody, by name."""
    form = FindPeople(request.args)
    service = queries.service_or_404(form.service.data) if form.service.data else None
    page = queries.people_page(text=form.q.data or "", service=service, after=request.args.get("after"))
    return render_template("people/index.html", page=page, find=form)


@bp.get("/people/add")
@needs("admin")
def add() -> Any:
    """Give somebody an account."""
    return render_template("people/add.html", form=PersonDetails(formdata=None))


@bp.post("/people/add")
@needs("admin")
@commits
def save_new() -> Any:
    """Save the new account and mail its person a link."""
    form = PersonDetails()
    if not form.validate_on_submit():
        return shown_again("people/add.html", form)
    person = actions.add_person(form.details, actor=current_user)
    actions.send_password_link(person, actor=current_user)
    flash(f"{person.name} has an account, and a link to set a password is on its way to {person.email}.", "success")
    return redirect(url_for(".show", person_id=person.id))


@bp.get("/people/<int:person_id>")
@needs("admin")
def show(person_id: int) -> Any:
    """One person: details, rights, leaving, what they hold, history. Kept on record, as is whoever opens it by sending a wrong form."""
    return _page(queries.person_or_404(person_id))


def _page(person: Person, status: int = 200, **forms: Any) -> Any:
    admin_id, seen = current_user.id, ("person", person.id)

    @after_this_request  # what was sent wrong has been forgotten by then, and its transaction with it
    def keep_on_record(answer: Response) -> Response:
        note_access(admin_id, Access.VIEWED, seen)
        return answer

    shown = {
        "details": PersonDetails(person, formdata=None),
        "rights": Rights(formdata=None, data={"rights": [r for r in Right if person.has(r)], "edit": person.edit}),
        "leaving": Leaving(formdata=None, obj=person),
    } | forms
    held = queries.held_by([person.id])[person.id]
    return render_template(
        "people/show.html", person=person, held=held, told=told_of("person", person.id), **shown
    ), status


@bp.post("/people/<int:person_id>")
@needs("admin")
@commits
def save(person_id: int) -> Any:
    """Save the details."""
    person = queries.person_or_404(person_id, change=True)
    form = PersonDetails(person)
    if not form.validate_on_submit():
        return _page(person, 422, details=form)
    actions.change_person(person, form.details, edit=form.edit.data, actor=current_user)
    flash(f"Saved. {person.name}’s details are as below.", "success")
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/people/<int:person_id>/rights")
@needs("admin")
@commits
def save_rights(person_id: int) -> Any:
    """Give and take rights until they are those that were ticked."""
    person = queries.person_or_404(person_id, change=True)
    form = Rights()
    if not form.validate_on_submit():
        return _page(person, 422, rights=form)
    actions.set_rights(person, form.rights.data or [], edit=form.edit.data, actor=current_user)
    flash(f"Saved. {person.name}’s rights are as below.", "success")
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/people/<int:person_id>/leaving")
@needs("admin")
@commits
def save_leaving(person_id: int) -> Any:
    """Note the day somebody leaves."""
    person = queries.person_or_404(person_id, change=True)
    form = Leaving()
    if not form.validate_on_submit():
        return _page(person, 422, leaving=form)
    actions.person_leaves(person, form.left_on.data, edit=form.edit.data, actor=current_user)
    flash(f"Saved. {'From that day they cannot sign in.' if person.left_on else f'{person.name} stays.'}", "success")
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/people/<int:person_id>/password-link")
@needs("admin")
@commits
def send_link(person_id: int) -> Any:
    """Have a link to set a password mailed."""
    person = queries.person_or_404(person_id, change=True)
    actions.send_password_link(person, actor=current_user)
    flash(f"A link to set a password is on its way to {person.email}. It works for an hour.", "success")
    return redirect(url_for(".show", person_id=person_id))
