"""Setting a project up: what it is for, who is on it, its checks, how closely it is watched."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_login import current_user

from pitchpit.core.access import commits, signed_in
from pitchpit.core.forms import shown_again
from pitchpit.core.rules import ensure
from pitchpit.projects import actions, queries, rules
from pitchpit.projects.enums import MONITORING, Role, StartCheckKind
from pitchpit.projects.forms import AimForm, CheckForm, MonitoringForm, RoleForm
from pitchpit.projects.models import Project
from pitchpit.projects.views.project import bp


@bp.get("/projects/<int:project_id>/set-up")
@signed_in
def set_up(project_id: int) -> str:
    """All of it on one page, each with its way to change it."""
    project = queries.visible_or_404(current_user, project_id)
    return render_template("projects/set_up.html", **_page(project))


def _page(project: Project) -> dict[str, Any]:
    return {
        "shown": queries.shown(current_user, project, "Set-up"),
        "project": project,
        "roles": sorted(project.roles, key=lambda holder: (list(Role).index(holder.role), holder.id)),
        "checks": {check.kind: check for check in project.start_checks},
        "reads_checks": bool(rules.can_read_checks(current_user, project)),
        "kinds": list(StartCheckKind),
        "monitoring": MONITORING,
        "has_ended": rules.has_ended,
        "past": [holder for holder in project.roles if rules.has_ended(holder)],
        "can_name": lambda holder: rules.can_name(current_user, project, holder.role),
    }


@bp.get("/projects/<int:project_id>/set-up/aim")
@signed_in
def aim(project_id: int) -> str:
    project = queries.visible_or_404(current_user, project_id)
    ensure(rules.can_change, current_user, project)
    return render_template("projects/aim.html", form=AimForm(obj=project), project=project)


@bp.post("/projects/<int:project_id>/set-up/aim")
@signed_in
@commits
def change(project_id: int) -> Any:
    """Save what it is for, how we will know, when it should end."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    ensure(rules.can_change, current_user, project)
    form = AimForm()
    if not form.validate_on_submit():
        return shown_again("projects/aim.html", form, project=project)
    actions.change(
        project,
        actor=current_user,
        edit=form.edit.data,
        aim=form.aim.data,
        how_we_will_know=form.how_we_will_know.data or "",
        planned_end_on=form.planned_end_on.data,
    )
    flash("Saved. Every colleague who opens the project reads it so.", "success")
    return redirect(url_for(".set_up", project_id=project.id))


@bp.get("/projects/<int:project_id>/set-up/roles")
@signed_in
def naming(project_id: int) -> str:
    project = queries.visible_or_404(current_user, project_id)
    return render_template("projects/role.html", form=_role_form(project, fresh=True), project=project)


@bp.post("/projects/<int:project_id>/set-up/roles")
@signed_in
@commits
def name(project_id: int) -> Any:
    """Give somebody a role."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    form = _role_form(project)
    if not form.validate_on_submit():
        return shown_again("projects/role.html", form, project=project)
    holder = actions.name_holder(
        project, form.role.data, form.person.data, actor=current_user, from_on=form.from_on.data
    )
    flash(f"{form.person.data.name} is named as {holder.role.words.lower()}, and has been told.", "success")
    return redirect(url_for(".set_up", project_id=project.id))


def _role_form(project: Project, *, fresh: bool = False) -> RoleForm:
    """The form with the roles that this person may give; refused where there is none."""
    roles = rules.roles_to_name(current_user, project)
    if not roles:
        ensure(rules.can_name, current_user, project, None)
    return RoleForm(roles, formdata=None) if fresh else RoleForm(roles)


@bp.post("/projects/<int:project_id>/roles/<int:holder_id>/end")
@signed_in
@commits
def end_role(project_id: int, holder_id: int) -> Any:
    """Somebody has this role no more."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    holder = next((one for one in project.roles if one.id == holder_id), None) or abort(404)
    actions.end_role(project, holder, actor=current_user)
    flash(f"{holder.person.name} is no longer {holder.role.words.lower()}. That they were stays on record.", "success")
    return redirect(url_for(".set_up", project_id=project.id))


@bp.get("/projects/<int:project_id>/set-up/checks/<kind>")
@signed_in
def check(project_id: int, kind: str) -> str:
    project = queries.visible_or_404(current_user, project_id)
    ensure(rules.can_answer_start_check, current_user, project)
    asked = _kind(kind)
    answered = rules.start_check(project, asked)
    form = CheckForm(obj=answered) if answered else CheckForm(data={"edit": 0})
    return render_template("projects/check.html", form=form, project=project, kind=asked)


@bp.post("/projects/<int:project_id>/set-up/checks/<kind>")
@signed_in
@commits
def answer_check(project_id: int, kind: str) -> Any:
    """Say of one check: not needed, because; or done, with its reference."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    ensure(rules.can_answer_start_check, current_user, project)
    form, asked = CheckForm(), _kind(kind)
    if not form.validate_on_submit():
        return shown_again("projects/check.html", form, project=project, kind=asked)
    actions.answer_start_check(
        project,
        asked,
        actor=current_user,
        answer=form.answer.data,
        detail=form.detail.data,
        edit=form.edit.data or 0,
    )
    flash(f"{asked.words}: kept.", "success")
    return redirect(url_for(".set_up", project_id=project.id))


def _kind(word: str) -> StartCheckKind:
    """The check that the address names: quality-impact."""
    return next((kind for kind in StartCheckKind if kind.value.replace("_", "-") == word), None) or abort(404)


@bp.get("/projects/<int:project_id>/set-up/monitoring")
@signed_in
def monitoring(project_id: int) -> str:
    project = queries.visible_or_404(current_user, project_id)
    ensure(rules.can_set_monitoring, current_user, project)
    return render_template("projects/monitoring.html", form=MonitoringForm(obj=project), project=project)


@bp.post("/projects/<int:project_id>/set-up/monitoring")
@signed_in
@commits
def watch(project_id: int) -> Any:
    """Watch it more closely, or less."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    ensure(rules.can_set_monitoring, current_user, project)
    form = MonitoringForm()
    if not form.validate_on_submit():
        return shown_again("projects/monitoring.html", form, project=project)
    actions.watch(project, form.monitoring.data, actor=current_user, reason=form.reason.data, edit=form.edit.data)
    flash("Kept, with your reason.", "success")
    return redirect(url_for(".set_up", project_id=project.id))
