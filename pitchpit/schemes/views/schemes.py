"""Setting up: schemes, funds, and the parts of a round, each on its own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core import clock
from pitchpit.core.access import commits, needs
from pitchpit.core.forms import shown_again
from pitchpit.core.rules import ensure
from pitchpit.schemes import actions, forms, queries, rules
from pitchpit.schemes.enums import Part

bp = Blueprint("schemes", __name__, url_prefix="/admin")

#: One address for each part of a round.
PART = f"<any({', '.join(part.value for part in Part)}):part>"

SET: dict[Part, Callable[..., None]] = {
    Part.DATES: actions.set_dates,
    Part.POT: actions.set_pot,
    Part.TIERS: actions.set_tiers,
    Part.QUESTIONS: actions.set_questions,
    Part.RUBRIC: actions.set_rubric,
    Part.JUDGING: actions.set_judging,
    Part.PANEL: actions.set_panel,
    Part.REPLIES: actions.set_replies,
}


@bp.get("/schemes")
@needs("admin")
def index() -> Any:
    """Every scheme with its rounds, and every fund."""
    return render_template("schemes/index.html", schemes=queries.schemes(), funds=queries.funds(), now=clock.now())


@bp.get("/schemes/new")
@needs("admin")
def new() -> Any:
    return render_template("schemes/scheme.html", form=forms.SchemeForm(), scheme=None)


@bp.post("/schemes/new")
@needs("admin")
@commits
def make() -> Any:
    form = forms.SchemeForm()
    if not form.validate_on_submit():
        return shown_again("schemes/scheme.html", form, scheme=None)
    scheme = actions.make_scheme(actor=current_user, **form.answers)
    flash(f"{scheme.name} is there. Now make its first round.", "success")
    return redirect(url_for(".new_round", scheme_id=scheme.id))


@bp.get("/schemes/<int:scheme_id>/edit")
@needs("admin")
def edit(scheme_id: int) -> Any:
    scheme = queries.scheme_or_404(scheme_id)
    return render_template("schemes/scheme.html", form=forms.SchemeForm(scheme), scheme=scheme)


@bp.post("/schemes/<int:scheme_id>/edit")
@needs("admin")
@commits
def change(scheme_id: int) -> Any:
    scheme = queries.scheme_or_404(scheme_id, change=True)
    form = forms.SchemeForm(scheme)
    if not form.validate_on_submit():
        return shown_again("schemes/scheme.html", form, scheme=scheme)
    actions.change_scheme(scheme, actor=current_user, edit=form.edit.data, **form.answers)
    flash(f"{scheme.name} is saved.", "success")
    return redirect(url_for(".index"))


@bp.get("/funds/new")
@needs("admin")
def new_fund() -> Any:
    return render_template("schemes/fund.html", form=forms.FundForm(), fund=None)


@bp.post("/funds/new")
@needs("admin")
@commits
def make_fund() -> Any:
    form = forms.FundForm()
    if not form.validate_on_submit():
        return shown_again("schemes/fund.html", form, fund=None)
    fund = actions.make_fund(actor=current_user, **form.answers)
    flash(f"{fund.name} is there. Rounds can draw on it now.", "success")
    return redirect(url_for(".index"))


@bp.get("/funds/<int:fund_id>/edit")
@needs("admin")
def edit_fund(fund_id: int) -> Any:
    fund = queries.fund_or_404(fund_id)
    return render_template("schemes/fund.html", form=forms.FundForm(fund), fund=fund)


@bp.post("/funds/<int:fund_id>/edit")
@needs("admin")
@commits
def change_fund(fund_id: int) -> Any:
    fund = queries.fund_or_404(fund_id, change=True)
    form = forms.FundForm(fund)
    if not form.validate_on_submit():
        return shown_again("schemes/fund.html", form, fund=fund)
    actions.change_fund(fund, actor=current_user, edit=form.edit.data, **form.answers)
    flash(f"{fund.name} is saved.", "success")
    return redirect(url_for(".index"))


@bp.get("/schemes/<int:scheme_id>/rounds/new")
@needs("admin")
def new_round(scheme_id: int) -> Any:
    scheme = queries.scheme_or_404(scheme_id)
    return render_template("schemes/new_round.html", form=forms.NewRoundForm(), scheme=scheme)


@bp.post("/schemes/<int:scheme_id>/rounds/new")
@needs("admin")
@commits
def make_round(scheme_id: int) -> Any:
    scheme = queries.scheme_or_404(scheme_id)
    form = forms.NewRoundForm()
    if not form.validate_on_submit():
        return shown_again("schemes/new_round.html", form, scheme=scheme)
    round = actions.make_round(scheme, actor=current_user, **form.answers)
    flash(f"{round.title} is there. Nobody else sees it until you open it.", "success")
    return redirect(url_for(".set_up", round_id=round.id))


@bp.get("/rounds/<int:round_id>")
@needs("admin")
def set_up(round_id: int) -> Any:
    """The task list of a round: what is done, what is missing, what comes next."""
    round = queries.round_or_404(current_user, round_id, load=queries.WHOLE)
    return render_template(
        "schemes/set_up.html",
        round=round,
        now=clock.now(),
        tasks=queries.tasks(current_user, round),
        can_open=rules.can_open(current_user, round),
        history=queries.timeline(current_user, round, after=request.args.get("after")),
    )


@bp.get(f"/rounds/<int:round_id>/{PART}")
@needs("admin")
def part(round_id: int, part: str) -> Any:
    """One part of a round, to fill in."""
    round = queries.round_or_404(current_user, round_id, load=queries.WHOLE)
    ensure(rules.can_change, current_user, round, Part(part))
    form = forms.PARTS[Part(part)](round)
    return render_template("schemes/part.html", form=form, round=round, part=Part(part))


@bp.post(f"/rounds/<int:round_id>/{PART}")
@needs("admin")
@commits
def save_part(round_id: int, part: str) -> Any:
    round = queries.round_or_404(current_user, round_id, change=True, load=queries.WHOLE)
    form = forms.PARTS[Part(part)](round)
    ensure(rules.can_change, current_user, round, Part(part))
    if not form.validate_on_submit():
        return shown_again("schemes/part.html", form, round=round, part=Part(part))
    SET[Part(part)](round, actor=current_user, edit=form.edit.data, **form.answers)
    flash(f"{Part(part).words}: saved.", "success")
    return redirect(url_for(".set_up", round_id=round.id))


@bp.post("/rounds/<int:round_id>/usual-rubric")
@needs("admin")
@commits
def use_usual_rubric(round_id: int) -> Any:
    round = queries.round_or_404(current_user, round_id, change=True, load=queries.WHOLE)
    actions.use_usual_rubric(round, actor=current_user)
    flash("The usual five criteria are in. Reword them as you like.", "success")
    return redirect(url_for(".part", round_id=round.id, part=Part.RUBRIC.value))


@bp.get("/rounds/<int:round_id>/author-form")
@needs("admin")
def author_form(round_id: int) -> Any:
    """The form as authors will see it."""
    round = queries.round_or_404(current_user, round_id, load=queries.WHOLE)
    return render_template("schemes/author_form.html", round=round)


@bp.get("/rounds/<int:round_id>/scorecard")
@needs("admin")
def scorecard(round_id: int) -> Any:
    """The scorecard as judges will see it."""
    round = queries.round_or_404(current_user, round_id, load=queries.WHOLE)
    return render_template("schemes/scorecard.html", round=round, shares=queries.shares(round))


@bp.get("/rounds/<int:round_id>/open")
@needs("admin")
def check(round_id: int) -> Any:
    """What happens when the round opens, and who will see what."""
    round = queries.round_or_404(current_user, round_id, load=queries.WHOLE)
    return render_template(
        "schemes/check.html",
        form=forms.OpenForm(round),
        round=round,
        now=clock.now(),
        answer=rules.can_open(current_user, round),
        lacks=rules.lacks(rules.of_round(round)),
    )


@bp.post("/rounds/<int:round_id>/open")
@needs("admin")
@commits
def open_round(round_id: int) -> Any:
    round = queries.round_or_404(current_user, round_id, change=True, load=queries.WHOLE)
    form = forms.OpenForm(round)
    actions.open_round(round, actor=current_user, edit=form.edit.data or 0)
    flash(f"{round.title} is open: everybody can see it.", "success")
    return redirect(url_for("rounds.show", round_id=round.id))
