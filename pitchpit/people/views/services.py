"""An admin's pages about the service tree."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core import clock
from pitchpit.core.access import commits, needs
from pitchpit.core.addresses import number_asked
from pitchpit.core.forms import shown_again
from pitchpit.people import actions, queries
from pitchpit.people.forms import AddService, CloseService, MoveService, NameManager, ServiceDetails
from pitchpit.people.models import Service
from pitchpit.people.views.admin import bp, told_of


def _above(service_id: int | None, *, change: bool = False) -> Service | None:
    """The service that stands above another; locked where that one is new, so that it is not moved meanwhile."""
    return queries.service_or_404(service_id, change=change) if service_id else None


@bp.get("/services")
@needs("admin")
def services() -> Any:
    """The whole tree."""
    closed = request.args.get("closed") == "yes"
    return render_template("people/services.html", tree=queries.tree(closed=closed), closed=closed, today=clock.today())


@bp.get("/services/add")
@needs("admin")
def add_service() -> Any:
    """Add a service."""
    below = number_asked("below")
    return render_template("people/add_service.html", form=AddService(formdata=None, data={"parent_id": below}))


@bp.post("/services/add")
@needs("admin")
@commits
def save_new_service() -> Any:
    """Save the new service."""
    form = AddService()
    if not form.validate_on_submit():
        return shown_again("people/add_service.html", form)
    above = _above(form.parent_id.data, change=True)
    service = actions.add_service(form.name.data, form.level.data, above, actor=current_user)
    flash(f"{service.name} is in the tree.", "success")
    return redirect(url_for(".service", service_id=service.id))


@bp.get("/services/<int:service_id>")
@needs("admin")
def service(service_id: int) -> Any:
    """One service: its name, its place, its manager, its end, history."""
    return _page(queries.service_or_404(service_id))


def _page(service: Service, status: int = 200, **forms: Any) -> Any:
    filled = {"edit": service.edit}
    shown = {
        "details": ServiceDetails(formdata=None, obj=service),
        "move": MoveService(formdata=None, data=filled | {"parent_id": service.parent_id}),
        "manager": NameManager(formdata=None, data=filled | {"manager": service.manager}),
        "close": CloseService(formdata=None, data=filled),
    } | forms
    return render_template("people/service.html", service=service, told=told_of("service", service.id), **shown), status


@bp.post("/services/<int:service_id>")
@needs("admin")
@commits
def save_service(service_id: int) -> Any:
    """Save its name and level."""
    service = queries.service_or_404(service_id, change=True)
    form = ServiceDetails()
    if not form.validate_on_submit():
        return _page(service, 422, details=form)
    actions.change_service(service, form.name.data, form.level.data, edit=form.edit.data, actor=current_user)
    return _saved(service, "Saved.")


@bp.post("/services/<int:service_id>/move")
@needs("admin")
@commits
def move_service(service_id: int) -> Any:
    """Hang it somewhere else, with all below it."""
    service = queries.tree_locked(service_id)
    form = MoveService()
    if not form.validate_on_submit():
        return _page(service, 422, move=form)
    actions.move_service(service, _above(form.parent_id.data), edit=form.edit.data, actor=current_user)
    return _saved(service, f"{service.name} and all below it have moved.")


@bp.post("/services/<int:service_id>/manager")
@needs("admin")
@commits
def save_manager(service_id: int) -> Any:
    """Say who manages it."""
    service = queries.service_or_404(service_id, change=True)
    form = NameManager()
    if not form.validate_on_submit():
        return _page(service, 422, manager=form)
    actions.name_manager(service, form.manager.data, edit=form.edit.data, actor=current_user)
    return _saved(service, f"{form.manager.data.name if form.manager.data else 'Nobody'} manages {service.name} now.")


@bp.post("/services/<int:service_id>/close")
@needs("admin")
@commits
def close_service(service_id: int) -> Any:
    """Close it, and say what takes its place."""
    service = queries.service_or_404(service_id, change=True)
    form = CloseService()
    if not form.validate_on_submit():
        return _page(service, 422, close=form)
    replaced_by = _above(form.replaced_by_id.data)
    actions.close_service(service, form.closed_on.data, replaced_by, edit=form.edit.data, actor=current_user)
    return _saved(service, f"{service.name} closes. What it did keeps its name.")


def _saved(service: Service, words: str) -> Any:
    flash(words, "success")
    return redirect(url_for(".service", service_id=service.id))
