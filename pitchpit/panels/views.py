"""The pages of judging: my rounds, my pile, the scorecard, conflicts, sharing out, the ranking, meetings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from pitchpit.core.access import commits, signed_in
from pitchpit.core.clock import today
from pitchpit.core.forms import Form, shown_again
from pitchpit.core.rules import ensure
from pitchpit.core.words import moment_in_words, plural, time_in_words
from pitchpit.history.actions import note_access
from pitchpit.history.enums import Access
from pitchpit.panels import actions, pages, queries, rules
from pitchpit.panels.enums import Handling
from pitchpit.panels.forms import AssignForm, ConflictForm, HandlingForm, MeetingForm, ScorecardForm
from pitchpit.panels.models import Conflict, Scorecard
from pitchpit.panels.scoring import in_points
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Round

bp = Blueprint("panels", __name__, url_prefix="/judging")


# My rounds, my pile.


@bp.get("")
@signed_in
def rounds() -> str:
    """The rounds on whose panel this person sits."""
    return render_template("panels/rounds.html", rounds=pages.my_rounds(current_user))


@bp.get("/rounds/<int:round_id>")
@signed_in
def pile(round_id: int) -> str:
    round = queries.round_or_404(current_user, round_id)
    return render_template("panels/pile.html", page=pages.of_round(current_user, round, "pile"), pile=_pile(round))


def _pile(round: Round) -> queries.Pile:
    return queries.pile(current_user, round)


@bp.get("/rounds/<int:round_id>/print")
@signed_in
def print_pile(round_id: int) -> str:
    """The whole pile on paper: every proposal this member may read, with boxes for its scores. That it leaves us is kept on record."""
    round = queries.round_or_404(current_user, round_id, load=[queries.RUBRIC])
    note_access(current_user, Access.EXPORTED, round)
    page, proposals = pages.of_round(current_user, round, "pile"), queries.pile_to_print(current_user, round)
    return render_template("panels/print.html", page=page, proposals=proposals, today=today())


@bp.get("/rounds/<int:round_id>/next")
@signed_in
def next_one(round_id: int) -> Response:
    """Straight to the next scorecard; to the pile where nothing is left."""
    round = queries.round_or_404(current_user, round_id)
    left = _pile(round).to_do
    if left:
        return redirect(url_for(".scorecard", proposal_id=left[0].proposal_id))
    return redirect(url_for(".pile", round_id=round.id))


# The scorecard.


@bp.get("/<int:proposal_id>")
@signed_in
def scorecard(proposal_id: int) -> str:
    """The proposal with this member's scorecard beside it: to fill in, submitted, or waiting for the chair's word on a conflict."""
    proposal = queries.proposal_or_404(current_user, proposal_id, load=[queries.RUBRIC])
    page = pages.of_scorecard(current_user, proposal)
    return render_template("panels/scorecard.html", page=page, form=ScorecardForm.of(proposal.round, page.scorecard))


@bp.post("/<int:proposal_id>")
@signed_in
@commits
def save(proposal_id: int) -> Any:
    """Keep the scores, or submit them; what cannot be submitted yet comes back as typed."""
    proposal, form = _sent(proposal_id)
    then = request.form.get("then", "")
    complete = form.validate_on_submit() and not form.point_out_long() and (then not in SUBMITS or form.is_complete())
    if not complete:
        page = pages.of_scorecard(current_user, proposal)
        return shown_again("panels/scorecard.html", form, page=page)
    kept = _keep(proposal, form)
    if then in SUBMITS:
        return _submit(kept, then)
    flash(f"Saved at {time_in_words(kept.saved_at)}. It counts once you submit it.", "success")
    return redirect(url_for(".scorecard", proposal_id=proposal.id))


#: The buttons that hand the scores in: and stay in the pile, or go on with the next.
SUBMITS = ("submit", "next")


@bp.post("/<int:proposal_id>/autosave")
@signed_in
@commits
def autosave(proposal_id: int) -> Any:
    """The same as a page's script sends it every few seconds: when it was saved, and the edit number to go on from."""
    proposal, form = _sent(proposal_id)
    if not form.validate_on_submit():
        return {"problems": [problem["text"] for problem in form.errors_for_summary()]}, 422
    kept = _keep(proposal, form)
    return {
        "saved_at": time_in_words(kept.saved_at),
        "edit": kept.edit,
        "problems": [],
        "too_long": form.point_out_long(),
    }


def _sent(proposal_id: int) -> tuple[Proposal, ScorecardForm]:
    """The proposal, locked for scoring, and the scorecard that was sent."""
    proposal = queries.to_score_or_404(current_user, proposal_id, load=[queries.RUBRIC])
    return proposal, ScorecardForm.of(proposal.round, None)


def _keep(proposal: Proposal, form: ScorecardForm) -> Scorecard:
    return actions.save_scorecard(
        proposal, form.given, actor=current_user, notes=form["notes"].data or "", edit=form.edit.data
    )


def _submit(kept: Scorecard, then: str) -> Any:
    """Hand it in, say what it came to, and go where the button said."""
    total = actions.submit_scorecard(kept, actor=current_user)
    proposal, round = kept.proposal, kept.proposal.round
    until = moment_in_words(round.scoring_ends_at())
    flash(f"{proposal.reference} submitted: {in_points(total)} of 100. You can reopen it until {until}.", "success")
    following = _pile(round).after(proposal.id) if then == "next" else None
    if following:
        return redirect(url_for(".scorecard", proposal_id=following.proposal_id))
    return redirect(url_for(".pile", round_id=round.id))


@bp.post("/<int:proposal_id>/reopen")
@signed_in
@commits
def reopen(proposal_id: int) -> Response:
    proposal = queries.to_score_or_404(current_user, proposal_id)
    mine = queries.my_scorecard_or_404(current_user, proposal, change=True)
    actions.reopen_scorecard(mine, actor=current_user)
    flash("Your scorecard is open again. It does not count until you submit it.", "success")
    return redirect(url_for(".scorecard", proposal_id=proposal.id))


@bp.get("/<int:proposal_id>/scorecards")
@signed_in
def scorecards(proposal_id: int) -> str:
    """Everybody's scorecards on a proposal, once scoring has closed."""
    proposal = queries.proposal_or_404(current_user, proposal_id, load=[queries.RUBRIC])
    ensure(rules.can_see_ranking, current_user, proposal.round)
    ensure(rules.can_read, current_user, proposal, queries.conflicts_on(proposal))
    return render_template("panels/scorecards.html", page=pages.of_scorecards(proposal))


# Conflicts.


@bp.get("/<int:proposal_id>/conflict")
@signed_in
def declaring(proposal_id: int) -> str:
    proposal = queries.proposal_or_404(current_user, proposal_id)
    ensure(rules.can_declare_conflict, current_user, proposal)
    return render_template(
        "panels/declare.html", form=ConflictForm(), read=queries.blinded(proposal), round=proposal.round
    )


@bp.post("/<int:proposal_id>/conflict")
@signed_in
@commits
def declare_conflict(proposal_id: int) -> Any:
    proposal = queries.proposal_or_404(current_user, proposal_id, change=True)
    ensure(rules.can_declare_conflict, current_user, proposal)
    form = ConflictForm()
    if not form.validate_on_submit():
        return shown_again("panels/declare.html", form, read=queries.blinded(proposal), round=proposal.round)
    conflict = actions.declare_conflict(proposal, actor=current_user, type=form.type.data, note=form.note.data or "")
    flash(f"Thank you. {DECLARED[conflict.handling].format(proposal.reference)}", "success")
    return redirect(url_for(".pile", round_id=proposal.round_id))


#: What somebody who declared a conflict is told, by how it is handled now; who says the same again may have had an answer.
DECLARED = {
    Handling.EXCLUDED: "{} has left your pile: you will not score it.",
    Handling.UNDECIDED: "The chair decides whether you may score {}.",
    Handling.MAY_TAKE_PART: "You have said this before, and it stands decided: you may take part in {}.",
}


@bp.get("/rounds/<int:round_id>/conflicts")
@signed_in
def conflicts(round_id: int) -> str:
    """The register, for those who keep the papers."""
    round = queries.round_or_404(current_user, round_id)
    ensure(rules.can_see_conflicts, current_user, round)
    return render_template(
        "panels/conflicts.html",
        page=pages.of_round(current_user, round, "conflicts"),
        ties=queries.conflict_register(round, current_user),
    )


@bp.get("/conflicts/<int:conflict_id>")
@signed_in
def handling(conflict_id: int) -> str:
    conflict = queries.conflict_or_404(current_user, conflict_id)
    _may_handle(conflict)
    decided = conflict.handling is not Handling.UNDECIDED
    form = HandlingForm(data={"handling": conflict.handling if decided else None, "reason": conflict.reason})
    return render_template("panels/handle.html", form=form, page=pages.of_conflict(conflict))


@bp.post("/conflicts/<int:conflict_id>")
@signed_in
@commits
def handle_conflict(conflict_id: int) -> Any:
    conflict = queries.conflict_or_404(current_user, conflict_id, change=True)
    _may_handle(conflict)
    form = HandlingForm()
    if not form.validate_on_submit():
        return shown_again("panels/handle.html", form, page=pages.of_conflict(conflict))
    actions.handle_conflict(conflict, actor=current_user, handling=form.handling.data, reason=form.reason.data)
    flash(f"Decided: {conflict.person.name}, {conflict.proposal.reference}.", "success")
    return redirect(url_for(".conflicts", round_id=conflict.proposal.round_id))


def _may_handle(conflict: Conflict) -> None:
    ensure(rules.can_handle_conflict, current_user, conflict, queries.conflicts_on(conflict.proposal))


# Sharing out.


@bp.get("/rounds/<int:round_id>/assign")
@signed_in
def assigning(round_id: int) -> str:
    """Who could score what, evenly: to look at, to change, to confirm once."""
    round = queries.round_or_404(current_user, round_id)
    ensure(rules.keeps_the_papers, current_user, round)
    sharing = pages.of_sharing(current_user, round)
    return render_template("panels/assign.html", page=sharing, form=_assign_form(sharing))


@bp.post("/rounds/<int:round_id>/assign")
@signed_in
@commits
def assign(round_id: int) -> Any:
    round = queries.round_or_404(current_user, round_id, change=True)
    ensure(rules.can_assign, current_user, round)
    sharing = pages.of_sharing(current_user, round)
    form = _assign_form(sharing)
    if not form.validate_on_submit():
        return shown_again("panels/assign.html", form, page=sharing)
    new = actions.assign(round, form.pairs, actor=current_user, edit=form.edit.data)
    flash(f"Shared out: {plural(new, 'new assignment')}. Whoever has something new to score has been told.", "success")
    return redirect(url_for(".assigning", round_id=round.id))


def _assign_form(sharing: pages.Sharing) -> AssignForm:
    proposals = [(row.proposal_id, f"{row.reference} {row.title}") for row in sharing.rows]
    judges = [(judge.person_id, f"{judge.name} (shadow)" if judge.shadow else judge.name) for judge in sharing.judges]
    return AssignForm.of(proposals, judges, sharing.excluded, sharing.standing, sharing.proposed)


# The ranking, and the meeting.

#: So many lines of the ranking stand on one page.
LINES = 50


@bp.get("/rounds/<int:round_id>/ranking")
@signed_in
def ranking(round_id: int) -> str:
    """A page of the ranking, from the line that the address names; with `whole`, all of it, for printing."""
    round = queries.round_or_404(current_user, round_id, load=queries.FOR_RANKING)
    ensure(rules.can_see_ranking, current_user, round)
    start, size = (0, None) if request.args.get("whole") else (request.args.get("start", 0, type=int), LINES)
    return render_template(
        "panels/ranking.html",
        page=pages.of_round(current_user, round, "ranking"),
        ranking=queries.ranking(round, current_user, start=start, size=size),
        size=LINES,
    )


@bp.get("/rounds/<int:round_id>/meeting")
@signed_in
def meeting(round_id: int) -> str:
    """The meetings held, and the form to record one, for those who keep the papers."""
    round = queries.round_or_404(current_user, round_id)
    told = pages.of_meeting(current_user, round)
    form = MeetingForm.of(told.panel, told.proposals) if told.may_record else None
    return render_template("panels/meeting.html", page=told, form=form, today=today())


@bp.post("/rounds/<int:round_id>/meeting")
@signed_in
@commits
def record_meeting(round_id: int) -> Any:
    round = queries.round_or_404(current_user, round_id, change=True)
    ensure(rules.can_record_meeting, current_user, round)
    told = pages.of_meeting(current_user, round)
    form = MeetingForm.of(told.panel, told.proposals)
    if not (form.validate_on_submit() and form.says_who_was_there()):
        return shown_again("panels/meeting.html", form, page=told, today=today())
    recorded = actions.record_meeting(
        round,
        actor=current_user,
        held_on=form.held_on.data,
        attendance=form.attendance,
        items=form.items,
        notes=form["notes"].data or "",
    )
    flash("The meeting is recorded.", "success")
    return redirect(url_for(".minutes", meeting_id=recorded.id))


@bp.get("/meetings/<int:meeting_id>")
@signed_in
def minutes(meeting_id: int) -> str:
    return render_template("panels/minutes.html", minutes=queries.minutes_or_404(current_user, meeting_id), form=Form())
