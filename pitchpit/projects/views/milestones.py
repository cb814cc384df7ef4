"""A project's milestones: promised, moved, reached."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from pitchpit.core.access import commits, signed_in
from pitchpit.core.clock import today
from pitchpit.core.forms import shown_again
from pitchpit.core.rules import ensure
from pitchpit.core.words import day_in_words
from pitchpit.projects import actions, queries, rules, schedule
from pitchpit.projects.forms import MilestoneForm, MoveForm, ReachForm
from pitchpit.projects.models import Milestone, Project
from pitchpit.projects.views.project import bp


@bp.get("/projects/<int:project_id>/milestones")
@signed_in
def milestones(project_id: int) -> str:
    """The picture, and its table."""
    project = queries.visible_or_404(current_user, project_id)
    found = queries.milestones_of(project, moves=True)
    bars = [
        schedule.Bar(one.title, one.baseline_on, one.forecast_on, one.actual_on, rules.slip_in_words(one))
        for one in found
    ]
    return render_template(
        "projects/milestones.html",
        shown=queries.shown(current_user, project, "Milestones"),
        milestones=found,
        picture=schedule.picture(bars, today(), id_prefix="milestones"),
        reading=schedule.reading(bars, today()),
        slip=rules.slip_in_words,
        is_late=rules.is_late,
    )


@bp.get("/projects/<int:project_id>/milestones/new")
@signed_in
def promising(project_id: int) -> str:
    project = queries.visible_or_404(current_user, project_id)
    ensure(rules.can_change, current_user, project)
    return render_template("projects/milestone.html", form=MilestoneForm(), project=project)


@bp.post("/projects/<int:project_id>/milestones/new")
@signed_in
@commits
def promise(project_id: int) -> Any:
    """Promise a milestone."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    ensure(rules.can_change, current_user, project)
    form = MilestoneForm()
    if not form.validate_on_submit():
        return shown_again("projects/milestone.html", form, project=project)
    actions.promise(project, actor=current_user, title=form.title.data, on=form.on.data, owner=form.owner.data)
    flash(f"Promised for {day_in_words(form.on.data)}.", "success")
    return redirect(url_for(".milestones", project_id=project.id))


@bp.get("/projects/<int:project_id>/milestones/<int:milestone_id>/move")
@signed_in
def moving(project_id: int, milestone_id: int) -> str:
    project, milestone = _one(project_id, milestone_id)
    form = MoveForm(milestone, data={"edit": milestone.edit, "forecast_on": milestone.forecast_on})
    return render_template("projects/move.html", form=form, project=project, milestone=milestone)


@bp.post("/projects/<int:project_id>/milestones/<int:milestone_id>/move")
@signed_in
@commits
def move(project_id: int, milestone_id: int) -> Any:
    """It comes on another day, and why."""
    project, milestone = _one(project_id, milestone_id, change=True)
    form = MoveForm(milestone)
    if not form.validate_on_submit():
        return shown_again("projects/move.html", form, project=project, milestone=milestone)
    actions.move_forecast(
        project,
        milestone,
        actor=current_user,
        edit=form.edit.data,
        to_on=form.forecast_on.data,
        reason=form.reason.data,
    )
    flash(f"“{milestone.title}” is expected on {day_in_words(milestone.forecast_on)} now.", "success")
    return redirect(url_for(".milestones", project_id=project.id))


@bp.get("/projects/<int:project_id>/milestones/<int:milestone_id>/reach")
@signed_in
def reaching(project_id: int, milestone_id: int) -> str:
    project, milestone = _one(project_id, milestone_id)
    form = ReachForm(data={"edit": milestone.edit, "actual_on": today()})
    return render_template("projects/reach.html", form=form, project=project, milestone=milestone)


@bp.post("/projects/<int:project_id>/milestones/<int:milestone_id>/reach")
@signed_in
@commits
def reach(project_id: int, milestone_id: int) -> Any:
    """It has been reached."""
    project, milestone = _one(project_id, milestone_id, change=True)
    form = ReachForm()
    if not form.validate_on_submit():
        return shown_again("projects/reach.html", form, project=project, milestone=milestone)
    actions.reach(
        project,
        milestone,
        actor=current_user,
        edit=form.edit.data,
        on=form.actual_on.data,
        evidence=form.evidence.data or "",
    )
    flash(f"“{milestone.title}” is reached. Well done.", "success")
    return redirect(url_for(".milestones", project_id=project.id))


def _one(project_id: int, milestone_id: int, *, change: bool = False) -> tuple[Project, Milestone]:
    """The project, locked for a change, and one of its milestones that can still be moved or reached."""
    project = queries.visible_or_404(current_user, project_id, change=change)
    milestone = queries.milestone_or_404(project, milestone_id)
    ensure(rules.can_move_milestone, current_user, milestone)
    return project, milestone
