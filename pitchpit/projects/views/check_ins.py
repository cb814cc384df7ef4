"""A project's check-ins: what was reported, reporting, answering."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core.access import commits, signed_in
from pitchpit.core.forms import shown_again
from pitchpit.core.rules import ensure
from pitchpit.core.words import day_in_words
from pitchpit.projects import actions, queries, rules
from pitchpit.projects.forms import AnswerForm, CheckInForm, NothingChanged
from pitchpit.projects.models import Project
from pitchpit.projects.views.project import bp


@bp.get("/projects/<int:project_id>/check-ins")
@signed_in
def check_ins(project_id: int) -> str:
    """What was reported and answered, the last first."""
    project = queries.visible_or_404(current_user, project_id)
    ensure(rules.can_read_reports, current_user, project)
    found = queries.check_ins_of(project, after=request.args.get("after"))
    return render_template(
        "projects/check_ins.html",
        shown=queries.shown(current_user, project, "Check-ins"),
        project=project,
        page=found,
        nothing_new=rules.says_nothing_new(found.rows) and not found.previous,
        can_answer=lambda report: rules.can_answer(current_user, report),
    )


@bp.get("/projects/<int:project_id>/check-in")
@signed_in
def checking_in(project_id: int) -> str:
    """The form, begun with what moved since the last time."""
    project = queries.visible_or_404(current_user, project_id)
    ensure(rules.can_check_in, current_user, project)
    last = queries.last_check_in(project)
    form = CheckInForm(data=queries.begun(project, last))
    return render_template("projects/check_in.html", form=form, project=project, last=last)


@bp.post("/projects/<int:project_id>/check-in")
@signed_in
@commits
def check_in(project_id: int) -> Any:
    """Report."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    ensure(rules.can_check_in, current_user, project)
    form = CheckInForm()
    if not form.validate_on_submit():
        last = queries.last_check_in(project)
        return shown_again("projects/check_in.html", form, project=project, last=last)
    report = actions.check_in(project, actor=current_user, due_on=form.for_day, **form.report)
    return _thanks(project, asks=bool(report.help_wanted))


@bp.post("/projects/<int:project_id>/check-in/unchanged")
@signed_in
@commits
def unchanged(project_id: int) -> Any:
    """Report in one tap that nothing has changed."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    actions.nothing_changed(project, actor=current_user, due_on=NothingChanged().for_day)
    return _thanks(project)


def _thanks(project: Project, *, asks: bool = False) -> Any:
    told = " Your coach has been told that you ask for help." if asks else ""
    then = f" The next one is due on {day_in_words(project.next_check_in_on)}." if project.next_check_in_on else ""
    flash(f"Thank you: you have checked in.{told}{then}", "success")
    return redirect(url_for(".show", project_id=project.id))


@bp.get("/projects/<int:project_id>/check-ins/<int:check_in_id>/answer")
@signed_in
def answering(project_id: int, check_in_id: int) -> str:
    project = queries.visible_or_404(current_user, project_id)
    report = queries.check_in_or_404(project, check_in_id)
    ensure(rules.can_answer, current_user, report)
    return render_template("projects/answer.html", form=AnswerForm(), project=project, report=report)


@bp.post("/projects/<int:project_id>/check-ins/<int:check_in_id>/answer")
@signed_in
@commits
def answer(project_id: int, check_in_id: int) -> Any:
    """Answer what was reported."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    report = queries.check_in_or_404(project, check_in_id)
    ensure(rules.can_answer, current_user, report)
    form = AnswerForm()
    if not form.validate_on_submit():
        return shown_again("projects/answer.html", form, project=project, report=report)
    actions.answer_check_in(report, actor=current_user, answer=form.answer.data)
    flash(f"Sent. {report.by.name} has been told.", "success")
    return redirect(url_for(".check_ins", project_id=project.id))
