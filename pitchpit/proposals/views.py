"""The pages of ideas: mine, one of them, writing it, handing it in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from pitchpit.core.access import commits, signed_in
from pitchpit.core.forms import Form, shown_again
from pitchpit.core.rules import Stale, ensure
from pitchpit.core.words import time_in_words
from pitchpit.history.queries import timeline
from pitchpit.proposals import actions, content, queries, rules
from pitchpit.proposals.forms import AddAuthor, DraftForm, HandIn
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.queries import open_rounds, responder_for, round_or_404

bp = Blueprint("proposals", __name__)


@bp.get("/ideas")
@signed_in
def mine() -> str:
    """Everything this person is an author of, and where new ideas are wanted."""
    found = queries.mine(current_user, after=request.args.get("after"))
    return render_template("proposals/mine.html", page=found, rounds=open_rounds(), next_step=rules.next_step)


# One idea.


@bp.get("/proposals/<int:proposal_id>")
@signed_in
def show(proposal_id: int) -> str:
    proposal = queries.visible_or_404(current_user, proposal_id)
    return render_template("proposals/show.html", shown=queries.shown(current_user, proposal))


@bp.get("/proposals/<int:proposal_id>/history")
@signed_in
def history(proposal_id: int) -> str:
    """What happened to it, as far as this person may know."""
    proposal = queries.visible_or_404(current_user, proposal_id)
    audiences = queries.audiences(current_user, proposal)
    entries = timeline([("proposal", proposal.id)], audiences, after=request.args.get("after"))
    return render_template(
        "proposals/history.html", entries=entries, shown=queries.shown(current_user, proposal, "History")
    )


# Writing.


@bp.post("/rounds/<int:round_id>/proposals")
@signed_in
@commits
def begin(round_id: int) -> Response:
    proposal = actions.begin(round_or_404(current_user, round_id), actor=current_user)
    return redirect(url_for(".edit", proposal_id=proposal.id))


@bp.get("/proposals/<int:proposal_id>/edit")
@signed_in
def edit(proposal_id: int) -> str:
    proposal = queries.visible_or_404(current_user, proposal_id, load=queries.WRITING)
    ensure(rules.can_edit, current_user, proposal)
    return render_template("proposals/edit.html", form=DraftForm.of(proposal), **_writing(proposal))


@bp.post("/proposals/<int:proposal_id>/edit")
@signed_in
@commits
def save(proposal_id: int) -> Any:
    """Keep what was typed. A figure that was not understood is pointed out on the same page, everything else is kept; a text that is too
    long is kept and pointed out."""
    proposal, form = _sent(proposal_id)
    if not form.validate_on_submit():
        return shown_again("proposals/edit.html", form, **_writing(proposal))
    actions.save(proposal, form.typed, edit=form.edit.data, actor=current_user)
    if form.point_out():
        form.go_on_from(proposal.edit)
        return render_template("proposals/edit.html", form=form, **_writing(proposal))
    if request.form.get("then") == "check":
        return redirect(url_for(".check", proposal_id=proposal.id))
    flash(
        f"Saved at {time_in_words(proposal.saved_at)}. Nobody but its authors sees it until you hand it in.", "success"
    )
    return redirect(url_for(".edit", proposal_id=proposal.id))


@bp.post("/proposals/<int:proposal_id>/autosave")
@signed_in
@commits
def autosave(proposal_id: int) -> Any:
    """The same as a page's script sends it every few seconds: when it was saved, and the edit number to go on from."""
    proposal, form = _sent(proposal_id)
    if not form.validate_on_submit():
        return {"problems": [problem["text"] for problem in form.errors_for_summary()]}, 422
    actions.save(proposal, form.typed, edit=form.edit.data, actor=current_user)
    return {
        "saved_at": time_in_words(proposal.saved_at),
        "edit": proposal.edit,
        "problems": form.point_out_figures(),
        "too_long": form.point_out_long(),
    }


def _writing(proposal: Proposal) -> dict[str, Any]:
    """What the page of the form shows beside it: the idea, what was advised on it, whether what is folded away is wanted."""
    return {
        "proposal": proposal,
        "advice": queries.advice_for_authors(proposal),
        "pays_after_wanted": any(one.field == "pays_after" for one in content.missing(proposal)),
    }


def _sent(proposal_id: int) -> tuple[Proposal, DraftForm]:
    """The idea, locked, and the form that was sent, from one of its authors while it can be written."""
    proposal = queries.visible_or_404(current_user, proposal_id, change=True, load=queries.WRITING)
    ensure(rules.can_edit, current_user, proposal)
    return proposal, DraftForm.of(proposal)


# Handing in.


@bp.get("/proposals/<int:proposal_id>/check")
@signed_in
def check(proposal_id: int) -> str:
    """What will be seen and by whom, who answers and by when, what is still missing, what others have tried."""
    proposal = queries.visible_or_404(current_user, proposal_id, load=queries.WRITING)
    ensure(rules.can_edit, current_user, proposal)
    return _check_page(proposal)


def _check_page(proposal: Proposal, *, stale: str = "") -> str:
    responder, _deputy = responder_for(proposal.round, proposal.service, but=rules.author_ids(proposal))
    return render_template(
        "proposals/check.html",
        form=HandIn(formdata=None, data={"edit": proposal.edit}),
        stale=stale,
        proposal=proposal,
        content=content.copy_of(proposal),
        missing=content.missing(proposal),
        in_time=rules.in_time(proposal),
        responder=responder,
        due_on=actions.promised_on(proposal.round),
        resembling=queries.resembling(current_user, proposal),
    )


@bp.post("/proposals/<int:proposal_id>/check")
@signed_in
@commits
def submit(proposal_id: int) -> Any:
    """Hand it in as it was checked; the check page again where it was saved since, or the form does not say what was checked."""
    proposal = queries.to_submit_or_404(current_user, proposal_id)
    try:
        actions.submit(proposal, edit=HandIn().edit.data, actor=current_user)
    except Stale as stale:
        return _check_page(proposal, stale=stale.reason), 409
    return redirect(url_for(".receipt", proposal_id=proposal.id))


@bp.get("/proposals/<int:proposal_id>/receipt")
@signed_in
def receipt(proposal_id: int) -> str:
    """Its reference, who answers by when, and what happens next: for its authors, to keep or print."""
    proposal = queries.visible_or_404(current_user, proposal_id)
    ensure(rules.can_have_receipt, current_user, proposal)
    return render_template("proposals/receipt.html", proposal=proposal)


# Taking back.


@bp.get("/proposals/<int:proposal_id>/withdraw")
@signed_in
def withdrawing(proposal_id: int) -> str:
    """Who will see what once it is withdrawn."""
    proposal = queries.visible_or_404(current_user, proposal_id)
    ensure(rules.can_withdraw, current_user, proposal)
    return render_template("proposals/withdraw.html", form=Form(), proposal=proposal)


@bp.post("/proposals/<int:proposal_id>/withdraw")
@signed_in
@commits
def withdraw(proposal_id: int) -> Response:
    proposal = queries.visible_or_404(current_user, proposal_id, change=True)
    told = " Whoever was to answer it has been told." if actions.withdraw(proposal, actor=current_user) else ""
    flash(f"You have withdrawn this idea.{told}", "success")
    return redirect(url_for(".show", proposal_id=proposal.id))


@bp.get("/proposals/<int:proposal_id>/delete")
@signed_in
def deleting(proposal_id: int) -> str:
    proposal = queries.visible_or_404(current_user, proposal_id)
    ensure(rules.can_delete, current_user, proposal)
    return render_template("proposals/delete.html", form=Form(), proposal=proposal)


@bp.post("/proposals/<int:proposal_id>/delete")
@signed_in
@commits
def delete(proposal_id: int) -> Response:
    proposal = queries.visible_or_404(current_user, proposal_id, change=True, load=queries.WRITING)
    actions.delete(proposal, actor=current_user)
    flash("The draft is gone.", "success")
    return redirect(url_for(".mine"))


# The team.


@bp.get("/proposals/<int:proposal_id>/team")
@signed_in
def team(proposal_id: int) -> str:
    proposal = queries.visible_or_404(current_user, proposal_id)
    ensure(rules.can_change_team, current_user, proposal)
    return render_template("proposals/team.html", form=AddAuthor(), proposal=proposal)


@bp.post("/proposals/<int:proposal_id>/team")
@signed_in
@commits
def add_author(proposal_id: int) -> Any:
    proposal = queries.visible_or_404(current_user, proposal_id, change=True)
    ensure(rules.can_change_team, current_user, proposal)
    form = AddAuthor()
    if not form.validate_on_submit():
        return shown_again("proposals/team.html", form, proposal=proposal)
    actions.add_author(proposal, form.person.data, actor=current_user)
    flash(f"{form.person.data.name} writes this with you now, and has been told.", "success")
    return redirect(url_for(".team", proposal_id=proposal.id))


@bp.post("/proposals/<int:proposal_id>/team/<int:author_id>/off")
@signed_in
@commits
def take_off(proposal_id: int, author_id: int) -> Response:
    proposal = queries.visible_or_404(current_user, proposal_id, change=True)
    author = queries.author_or_404(proposal, author_id)
    actions.take_off(proposal, author, actor=current_user)
    if author.person_id == current_user.id:
        flash("You have left the team of this idea.", "success")
        return redirect(url_for(".mine"))
    flash(f"{author.person.name} is no longer on the team.", "success")
    return redirect(url_for(".team", proposal_id=proposal.id))
