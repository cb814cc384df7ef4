"""A project's reviews: those held, the start, and holding one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_login import current_user

from pitchpit.core.access import commits, signed_in
from pitchpit.core.forms import shown_again
from pitchpit.core.rules import ensure
from pitchpit.gates import actions, queries, rules
from pitchpit.gates.enums import GateOutcome
from pitchpit.gates.forms import HoldForm, StartForm
from pitchpit.gates.rules import Facts, Way
from pitchpit.measures.chart import chart_html
from pitchpit.projects.models import Project
from pitchpit.projects.queries import shown, visible_or_404

bp = Blueprint("gates", __name__)


@bp.get("/projects/<int:project_id>/gates")
@signed_in
def index(project_id: int) -> str:
    """The reviews held, the last one first."""
    project = visible_or_404(current_user, project_id)
    return render_template(
        "gates/index.html",
        shown=shown(current_user, project, "Reviews"),
        gates=queries.gates_of(project),
        ways=rules.ways_for(current_user, project),
        may_start=bool(rules.can_hold(current_user, project, GateOutcome.START)),
    )


@bp.get("/projects/<int:project_id>/gates/<int:gate_id>")
@signed_in
def show(project_id: int, gate_id: int) -> str:
    """One review, with the evidence as it was then."""
    project = visible_or_404(current_user, project_id)
    gate = queries.gate_or_404(project, gate_id)
    return render_template(
        "gates/show.html",
        shown=shown(current_user, project, "Reviews"),
        gate=gate,
        evidence=queries.evidence_then(gate),
        readings=queries.readings_then(gate),
        chart_html=chart_html,
    )


# The start.


@bp.get("/projects/<int:project_id>/start")
@signed_in
def starting(project_id: int) -> str:
    """What its monitoring asks for, what of it is there, and the start itself."""
    project = visible_or_404(current_user, project_id)
    facts = queries.facts_of(project)
    form = StartForm(short=rules.needs_explaining(facts), formdata=None)
    return render_template("gates/start.html", form=form, **_start_page(project, facts))


def _start_page(project: Project, facts: Facts) -> dict[str, Any]:
    return {
        "project": project,
        "wanted": rules.wanted(facts),
        "answer": rules.can_start(current_user, project, facts),
        "may_hold": bool(rules.can_hold(current_user, project, GateOutcome.START)),
        "shown": shown(current_user, project, "Reviews"),
    }


@bp.post("/projects/<int:project_id>/start")
@signed_in
@commits
def start(project_id: int) -> Any:
    """Let it start."""
    project = visible_or_404(current_user, project_id, change=True)
    ensure(rules.can_hold, current_user, project, GateOutcome.START)
    facts = queries.facts_of(project)
    form = StartForm(short=rules.needs_explaining(facts))
    if not form.validate_on_submit():
        return shown_again("gates/start.html", form, **_start_page(project, facts))
    actions.start(project, actor=current_user, reason=form.reason.data or "", **form.explained)
    flash(
        "The project has started. The dates promised so far stand from now on, and its people have been told.",
        "success",
    )
    return redirect(url_for("projects.show", project_id=project.id))


# A review.


@bp.get("/projects/<int:project_id>/gate")
@signed_in
def choosing(project_id: int) -> str:
    """What this person can decide now."""
    project = visible_or_404(current_user, project_id)
    ways = _ways(project)
    return render_template("gates/choose.html", project=project, ways=ways)


@bp.get("/projects/<int:project_id>/gate/<way>")
@signed_in
def holding(project_id: int, way: str) -> str:
    project = visible_or_404(current_user, project_id)
    chosen = _chosen(project, way)
    return render_template("gates/hold.html", form=HoldForm(chosen), project=project, way=chosen)


@bp.post("/projects/<int:project_id>/gate/<way>")
@signed_in
@commits
def hold(project_id: int, way: str) -> Any:
    """Hold it: the project goes on, changes or ends, and the evidence is kept as it is now."""
    project = visible_or_404(current_user, project_id, change=True)
    chosen = _chosen(project, way)
    form = HoldForm(chosen)
    if not form.validate_on_submit():
        return shown_again("gates/hold.html", form, project=project, way=chosen)
    gate = actions.hold(
        project, chosen.outcome, to=chosen.to, actor=current_user, reason=form.reason.data, learned=form.learned
    )
    flash("The review is held and kept with its evidence. The project's people have been told.", "success")
    return redirect(url_for(".show", project_id=project.id, gate_id=gate.id))


def _ways(project: Project) -> list[Way]:
    """What this person may decide about the project now; refused where that is nothing."""
    ways = rules.ways_for(current_user, project)
    if not ways:
        ensure(rules.can_hold, current_user, project, GateOutcome.STOP)
    return ways


def _chosen(project: Project, name: str) -> Way:
    """The way that the address names; refused where it is not this person's, or not now."""
    way = rules.way_called(name, project.stage) or abort(404)
    ensure(rules.can_hold, current_user, project, way.outcome, way.to)
    return rules.way_of(way.outcome, project, way.to) or abort(404)
