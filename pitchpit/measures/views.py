"""The pages of measures: one with its chart, what it is, and entering values one by one or many at a time."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from pitchpit.core.access import commits, commits_itself, signed_in
from pitchpit.core.export import csv_response, file_response
from pitchpit.core.forms import shown_again
from pitchpit.core.rules import ensure
from pitchpit.core.words import plural
from pitchpit.history.actions import note_access
from pitchpit.history.enums import Access
from pitchpit.measures import actions, queries, rules
from pitchpit.measures.chart import chart_svg
from pitchpit.measures.forms import (
    AnnotationForm,
    DefinitionForm,
    EnterOne,
    EnterPasted,
    NewMeasure,
    PasteBox,
    StepForm,
)
from pitchpit.measures.models import Measure
from pitchpit.projects.queries import visible_or_404

bp = Blueprint("measures", __name__)

#: How many periods the table of a measure's page begins with.
PERIODS_SHOWN = 24


def _about(measure: Measure, **shown: Any) -> dict[str, Any]:
    """What the pages for entering show: the measure, and its values and periods in words."""
    words = {"words_of": partial(queries.words_of, measure), "period_of": partial(queries.period_of, measure)}
    return {"measure": measure, **words, **shown}


@bp.get("/measures")
@signed_in
def mine() -> str:
    """The measures whose numbers I keep: what is due, and what comes next."""
    return render_template("measures/mine.html", kept=queries.kept_by(current_user))


@bp.get("/measures/<int:measure_id>")
@signed_in
def show(measure_id: int) -> str:
    """One measure: its chart and what it says, its numbers, its definition, and every change to them."""
    measure = queries.measure_or_404(current_user, measure_id)
    reading = queries.reading_of(measure, steps=request.args.get("limits") != "before")
    periods = queries.periods_of(reading)
    return render_template(
        "measures/show.html",
        measure=measure,
        reading=reading,
        periods=periods if request.args.get("periods") == "all" else periods[:PERIODS_SHOWN],
        count=len(periods),
        corrections=queries.corrections_of(measure),
        wanted=queries.wanted_after(reading),
        rules=rules,
    )


@bp.get("/measures/<int:measure_id>.csv")
@signed_in
def as_csv(measure_id: int) -> Response:
    measure = queries.measure_or_404(current_user, measure_id)
    note_access(current_user, Access.EXPORTED, measure)
    return csv_response(queries.as_table(queries.reading_of(measure)), f"measure-{measure.id}.csv")


@bp.get("/measures/<int:measure_id>.svg")
@signed_in
def as_svg(measure_id: int) -> Response:
    measure = queries.measure_or_404(current_user, measure_id)
    note_access(current_user, Access.EXPORTED, measure)
    return file_response(chart_svg(queries.reading_of(measure).chart), f"measure-{measure.id}.svg", "image/svg+xml")


# What it is.


@bp.get("/projects/<int:project_id>/measures/new")
@signed_in
def new(project_id: int) -> str:
    project = visible_or_404(current_user, project_id)
    ensure(rules.can_add_measure, current_user, project)
    return render_template("measures/new.html", form=NewMeasure(), project=project)


@bp.post("/projects/<int:project_id>/measures/new")
@signed_in
@commits
def add(project_id: int) -> Any:
    project = visible_or_404(current_user, project_id, change=True)
    ensure(rules.can_add_measure, current_user, project)
    form = NewMeasure()
    if not form.validate_on_submit():
        return shown_again("measures/new.html", form, project=project)
    measure = actions.add_measure(project, actions.Definition(**form.answers), actor=current_user)
    flash("The measure is there. Enter its first value, or paste all there are.", "success")
    return redirect(url_for(".show", measure_id=measure.id))


@bp.get("/measures/<int:measure_id>/edit")
@signed_in
def edit(measure_id: int) -> str:
    measure = queries.measure_or_404(current_user, measure_id)
    ensure(rules.can_change_measure, current_user, measure)
    return render_template("measures/edit.html", form=DefinitionForm(obj=measure), measure=measure)


@bp.post("/measures/<int:measure_id>/edit")
@signed_in
@commits
def change(measure_id: int) -> Any:
    measure = queries.measure_or_404(current_user, measure_id, change=True)
    ensure(rules.can_change_measure, current_user, measure)
    form = DefinitionForm()
    if not form.validate_on_submit():
        return shown_again("measures/edit.html", form, measure=measure)
    actions.change_measure(measure, actions.Definition(**form.answers), actor=current_user, edit=form.edit.data)
    flash("The definition is saved.", "success")
    return redirect(url_for(".show", measure_id=measure.id))


# One value.


@bp.get("/measures/<int:measure_id>/enter")
@signed_in
def enter(measure_id: int) -> str:
    """For the period in the address (to correct its value), or the one that is wanted next."""
    measure = queries.measure_or_404(current_user, measure_id)
    ensure(rules.can_enter, current_user, measure)
    on = _day_in_address() or queries.wanted_to_enter(measure)
    old = queries.standing_at(measure, on)
    return render_template("measures/enter.html", form=EnterOne(measure, on, old), **_about(measure, old=old))


@bp.post("/measures/<int:measure_id>/enter")
@signed_in
@commits
def entered(measure_id: int) -> Any:
    measure = queries.measure_or_404(current_user, measure_id, change=True)
    ensure(rules.can_enter, current_user, measure)
    form = EnterOne(measure)
    if not form.validate_on_submit() or not form.agrees_with(queries.plan_of(measure, form.values)):
        old = queries.standing_at(measure, form.on.data)
        return shown_again("measures/enter.html", form, **_about(measure, old=old))
    actions.enter(measure, form.values, actor=current_user, reason=form.reason.data or "")
    return _told(measure, f"{queries.said(measure, form.values[0].value)} is entered.")


def _day_in_address() -> date | None:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


def _told(measure: Measure, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for(".show", measure_id=measure.id))


# Many values.


@bp.get("/measures/<int:measure_id>/paste")
@signed_in
def paste(measure_id: int) -> str:
    measure = queries.measure_or_404(current_user, measure_id)
    ensure(rules.can_enter, current_user, measure)
    return render_template("measures/paste.html", form=PasteBox(measure), **_about(measure))


@bp.post("/measures/<int:measure_id>/paste")
@signed_in
@commits_itself("nothing is written: the lines are read and shown, before any lock is held")
def check_pasted(measure_id: int) -> Any:
    """What each line was understood as, and what entering them would do."""
    measure = queries.measure_or_404(current_user, measure_id)
    ensure(rules.can_enter, current_user, measure)
    form = PasteBox(measure)
    if not form.validate_on_submit():
        return shown_again("measures/paste.html", form, **_about(measure))
    plan = queries.plan_of(measure, form.lines.values)
    sending = EnterPasted(measure, formdata=None, data={"lines": form.lines.data, "seen": plan.seen})
    sending.say(plan)
    return render_template("measures/paste.html", form=form, **_about(measure, plan=plan, sending=sending))


@bp.post("/measures/<int:measure_id>/paste/enter")
@signed_in
@commits
def enter_pasted(measure_id: int) -> Any:
    measure = queries.measure_or_404(current_user, measure_id, change=True)
    ensure(rules.can_enter, current_user, measure)
    form = EnterPasted(measure)
    right = form.validate_on_submit()
    if form.lines.errors:
        return shown_again("measures/paste.html", form.box, **_about(measure))
    plan = queries.plan_of(measure, form.values)
    if not (right and form.agrees_with(plan)):
        form.say(plan)
        return shown_again("measures/paste.html", form.box, **_about(measure, plan=plan, sending=form))
    done = actions.enter(measure, form.values, actor=current_user, reason=form.reason.data or "")
    return _told(measure, _in_words(done))


def _in_words(done: actions.Entered) -> str:
    """3 values are entered, 1 corrected; 2 stood there already."""
    said = [f"{plural(done.new, 'value')} entered"] if done.new else []
    said += [f"{plural(done.corrected, 'value')} corrected"] if done.corrected else []
    said += [f"{plural(done.same, 'value')} stood there already"] if done.same else []
    return f"{', '.join(said)}."


# On the chart.


@bp.get("/measures/<int:measure_id>/step")
@signed_in
def step(measure_id: int) -> str:
    measure = queries.measure_or_404(current_user, measure_id)
    ensure(rules.can_agree_step, current_user, measure)
    return render_template("measures/step.html", form=StepForm(measure), measure=measure)


@bp.post("/measures/<int:measure_id>/step")
@signed_in
@commits
def agree_step(measure_id: int) -> Any:
    measure = queries.measure_or_404(current_user, measure_id, change=True)
    ensure(rules.can_agree_step, current_user, measure)
    form = StepForm(measure)
    if not form.validate_on_submit():
        return shown_again("measures/step.html", form, measure=measure)
    actions.agree_step(measure, actor=current_user, on=form.on.data, reason=form.reason.data)
    return _told(measure, "The limits start afresh from there. The old ones stay to be seen.")


@bp.get("/measures/<int:measure_id>/annotate")
@signed_in
def annotate(measure_id: int) -> str:
    measure = queries.measure_or_404(current_user, measure_id)
    ensure(rules.can_annotate, current_user, measure)
    return render_template("measures/annotate.html", form=AnnotationForm(), measure=measure)


@bp.post("/measures/<int:measure_id>/annotate")
@signed_in
@commits
def annotated(measure_id: int) -> Any:
    measure = queries.measure_or_404(current_user, measure_id, change=True)
    ensure(rules.can_annotate, current_user, measure)
    form = AnnotationForm()
    if not form.validate_on_submit():
        return shown_again("measures/annotate.html", form, measure=measure)
    actions.annotate(measure, actor=current_user, on=form.on.data, words=form.words.data)
    return _told(measure, "It stands on the chart.")
