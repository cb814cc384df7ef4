"""What everyone reads about rounds, and the acts of those who watch over one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core.access import commits, signed_in
from pitchpit.core.forms import shown_again
from pitchpit.core.rules import ensure
from pitchpit.schemes import actions, forms, queries, rules

bp = Blueprint("rounds", __name__, url_prefix="/rounds")


@bp.get("")
@signed_in
def index() -> Any:
    """What is open now, what is coming, what is being judged, what was decided."""
    decided = queries.decided_rounds(after=request.args.get("after"))
    return render_template("rounds/index.html", groups=queries.rounds_by_phase(), decided=decided)


@bp.get("/<int:round_id>")
@signed_in
def show(round_id: int) -> Any:
    """What a round asks, until when, for how much, judged how and by whom, and who answers."""
    round = queries.round_or_404(current_user, round_id, load=queries.WHOLE)
    return render_template(
        "rounds/show.html",
        round=round,
        page=queries.round_page(current_user, round),
        history=queries.timeline(current_user, round, after=request.args.get("after")),
    )


@bp.get("/<int:round_id>/extend")
@signed_in
def new_dates(round_id: int) -> Any:
    round = queries.round_or_404(current_user, round_id, load=queries.WITH_MEMBERS)
    ensure(rules.can_extend, current_user, round)
    return render_template("rounds/extend.html", form=forms.ExtendForm(round), round=round)


@bp.post("/<int:round_id>/extend")
@signed_in
@commits
def extend(round_id: int) -> Any:
    round = queries.round_or_404(current_user, round_id, change=True, load=queries.WITH_MEMBERS)
    form = forms.ExtendForm(round)
    ensure(rules.can_extend, current_user, round)
    if not form.validate_on_submit():
        return shown_again("rounds/extend.html", form, round=round)
    actions.extend(round, actor=current_user, edit=form.edit.data, **form.answers)
    flash("The dates have moved. Everyone can see why.", "success")
    return redirect(url_for(".show", round_id=round.id))


@bp.get("/<int:round_id>/close-scoring")
@signed_in
def end_of_scoring(round_id: int) -> Any:
    round = queries.round_or_404(current_user, round_id, load=queries.WITH_MEMBERS)
    ensure(rules.can_close_scoring, current_user, round)
    return render_template("rounds/close_scoring.html", form=forms.CloseScoringForm(round), round=round)


@bp.post("/<int:round_id>/close-scoring")
@signed_in
@commits
def close_scoring(round_id: int) -> Any:
    round = queries.round_or_404(current_user, round_id, change=True, load=queries.WITH_MEMBERS)
    form = forms.CloseScoringForm(round)
    ensure(rules.can_close_scoring, current_user, round)
    if not form.validate_on_submit():
        return shown_again("rounds/close_scoring.html", form, round=round)
    actions.close_scoring(round, actor=current_user, reason=form.reason.data, edit=form.edit.data or 0)
    flash("Scoring is closed. The panel sees the scores now.", "success")
    return redirect(url_for(".show", round_id=round.id))
