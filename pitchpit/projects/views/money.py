"""A project's money: the budget, and what was spent."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core.access import commits, signed_in
from pitchpit.core.forms import shown_again
from pitchpit.core.money import pounds
from pitchpit.core.rules import ensure, not_now_unless
from pitchpit.projects import actions, queries, rules
from pitchpit.projects.forms import SpendForm
from pitchpit.projects.models import Project
from pitchpit.projects.queries import Money
from pitchpit.projects.views.project import bp


@bp.get("/projects/<int:project_id>/money")
@signed_in
def money(project_id: int) -> str:
    """The budget line by line against what was spent, and every entry."""
    project = queries.visible_or_404(current_user, project_id)
    ensure(rules.can_read_reports, current_user, project)
    lines = queries.money_of(project)
    return render_template("projects/money.html", form=SpendForm(lines, formdata=None), **_page(project, lines))


def _page(project: Project, lines: list[Money]) -> dict[str, Any]:
    return {
        "shown": queries.shown(current_user, project, "Money"),
        "project": project,
        "lines": lines,
        "spent_pence": sum(line.spent_pence for line in lines),
        "entries": queries.spend_of(project, after=request.args.get("after")),
    }


@bp.post("/projects/<int:project_id>/money")
@signed_in
@commits
def spend(project_id: int) -> Any:
    """Enter money spent, or come back."""
    project = queries.visible_or_404(current_user, project_id, change=True)
    ensure(rules.can_spend, current_user, project)
    lines = queries.money_of(project)
    form = SpendForm(lines)
    ensure(lambda: not_now_unless(lines, "This project has no budget to spend from."))
    if not form.validate_on_submit():
        return shown_again("projects/money.html", form, **_page(project, lines))
    actions.spend(
        project,
        form.line,
        actor=current_user,
        on=form.spent_on.data,
        amount_pence=form.amount_pence,
        note=form.note.data or "",
    )
    flash(
        f"Entered: {pounds(abs(form.amount_pence))} {'spent on' if form.amount_pence > 0 else 'back for'} “{form.line.what}”.",
        "success",
    )
    return redirect(url_for(".money", project_id=project.id))
