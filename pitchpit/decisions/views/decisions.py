"""The pages of decisions: what the panel holds, ratifying, releasing a round, and what everybody reads afterwards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core.access import commits, signed_in
from pitchpit.core.addresses import number_asked
from pitchpit.core.clock import today
from pitchpit.core.forms import shown_again
from pitchpit.core.rules import ensure
from pitchpit.core.words import plural
from pitchpit.decisions import actions, queries, rules
from pitchpit.decisions.forms import RatifyForm, ReleaseForm, hold_form, word_of
from pitchpit.decisions.models import Decision
from pitchpit.panels import queries as panels
from pitchpit.panels.rules import can_see_ranking
from pitchpit.proposals.models import Proposal
from pitchpit.proposals.queries import shown, visible_or_404
from pitchpit.schemes.models import Round

bp = Blueprint("decisions", __name__)


# What the panel holds.


@bp.get("/judging/rounds/<int:round_id>/decisions")
@signed_in
def held(round_id: int) -> str:
    """Every shortlisted idea with the decision held on it, the pot beside it: for the panel alone, once scoring has closed, each without what
    excludes them."""
    round = panels.round_or_404(current_user, round_id)
    ensure(can_see_ranking, current_user, round)
    return render_template(
        "decisions/held.html",
        round=round,
        titles=panels.Titles(round),
        held=queries.held_in(round, current_user),
        awarded_pence=queries.awarded_pence(round, seen_by=current_user),
        may_release=rules.can_release(current_user, round),
        needs_ratification=rules.needs_ratification,
        is_ratified=rules.is_ratified,
    )


@bp.get("/judging/<int:proposal_id>/decision")
@signed_in
def deciding(proposal_id: int) -> str:
    proposal = panels.proposal_or_404(current_user, proposal_id)
    ensure(rules.can_hold, current_user, proposal, panels.conflicts_on(proposal))
    form = hold_form(proposal.round, queries.current_decision(proposal))
    return render_template("decisions/hold.html", form=form, **_deciding(proposal))


@bp.post("/judging/<int:proposal_id>/decision")
@signed_in
@commits
def hold(proposal_id: int) -> Any:
    queries.lock_round_of(proposal_id)
    proposal = panels.proposal_or_404(current_user, proposal_id, change=True)
    form = hold_form(proposal.round)
    ensure(rules.can_hold, current_user, proposal, panels.conflicts_on(proposal))
    if not form.validate_on_submit():
        return shown_again("decisions/hold.html", form, **_deciding(proposal))
    actions.hold(proposal, word_of(form, form.outcome.data), actor=current_user, edit=form.edit.data)
    flash(
        f"The decision on {proposal.reference} is held. Nobody outside the panel sees it until you release the round.",
        "success",
    )
    return redirect(url_for(".held", round_id=proposal.round_id))


def _deciding(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "version": proposal.submitted_version,
        "title": panels.blinded(proposal).title,
        "left_pence": proposal.round.pot_pence
        - queries.awarded_pence(proposal.round, but=proposal, seen_by=current_user),
    }


# Ratifying.


@bp.get("/ratify/<int:decision_id>")
@signed_in
def ratify(decision_id: int) -> str:
    decision = queries.to_ratify_or_404(current_user, decision_id)
    return render_template("decisions/ratify.html", form=RatifyForm(data={"on": today()}), **_ratifying(decision))


@bp.post("/ratify/<int:decision_id>")
@signed_in
@commits
def give_ratification(decision_id: int) -> Any:
    decision = queries.to_ratify_or_404(current_user, decision_id, change=True)
    form = RatifyForm()
    if not form.validate_on_submit():
        return shown_again("decisions/ratify.html", form, **_ratifying(decision))
    actions.ratify(
        decision,
        actor=current_user,
        answer=form.answer.data,
        on=form.on.data,
        minute_reference=form.minute_reference.data,
        reason=form.reason.data or "",
    )
    flash("Your answer is with the panel's chair.", "success")
    return redirect(url_for("home.show"))


def _ratifying(decision: Decision) -> dict[str, Any]:
    version = decision.proposal.submitted_version
    return {
        "decision": decision,
        "proposal": decision.proposal,
        "version": version,
        "may": rules.can_ratify(current_user, decision, version),
    }


# Releasing.


@bp.get("/judging/rounds/<int:round_id>/release")
@signed_in
def releasing(round_id: int) -> str:
    """The check page: exactly what goes out, and to whom."""
    round = panels.round_or_404(current_user, round_id)
    ensure(rules.can_release, current_user, round)
    return _check_page(round, queries.held_in(round, current_user))


def _check_page(round: Round, held: Sequence[queries.Held], changed: Collection[int] = ()) -> str:
    """What goes out as it stands now, with a form that says what was shown; `changed` are marked."""
    return render_template(
        "decisions/release.html",
        round=round,
        held=held,
        titles=panels.Titles(round),
        form=ReleaseForm.of(queries.edits_of(held)),
        ready=queries.readiness(round),
        changed=changed,
        gone=len(set(changed) - queries.edits_of(held).keys()),
    )


@bp.post("/judging/rounds/<int:round_id>/release")
@signed_in
@commits
def release(round_id: int) -> Any:
    """Let out what was checked; where it changed in between, the check page again with what changed."""
    round = panels.round_or_404(current_user, round_id, change=True)
    ensure(rules.can_release, current_user, round)
    seen, held = ReleaseForm().edits, queries.held_in(round, current_user)
    if changed := queries.changed_since(seen, held):
        return _check_page(round, held, changed), 409
    decisions = actions.release(round, actor=current_user, seen=seen)
    flash(
        f"{plural(len(decisions), 'decision')} released. The authors have been told, and the projects are open.",
        "success",
    )
    return redirect(url_for("rounds.show", round_id=round.id))


# What everybody reads.


@bp.get("/decisions")
@signed_in
def published() -> str:
    """Every decision that is out, the last one first."""
    page = queries.published(round_id=number_asked("round"), after=request.args.get("after"))
    return render_template("decisions/published.html", page=page)


@bp.get("/proposals/<int:proposal_id>/decision")
@signed_in
def show(proposal_id: int) -> str:
    """The decision on an idea: the outcome, the reason, how it was taken."""
    proposal = visible_or_404(current_user, proposal_id)
    decision = queries.released_decision(proposal.id) or abort(404)
    page = shown(current_user, proposal, "Decision")
    return render_template("decisions/show.html", decision=decision, shown=page, proposal=proposal)
