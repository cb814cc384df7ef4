"""The pages of triage: the queue by promise, one idea, and the short form of each answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.routing import BaseConverter

from pitchpit.core.access import commits, signed_in
from pitchpit.core.addresses import number_asked
from pitchpit.core.clock import today
from pitchpit.core.forms import Form, shown_again
from pitchpit.core.rules import ensure
from pitchpit.core.words import day_in_words
from pitchpit.decisions import actions, queries, rules
from pitchpit.decisions.enums import Outcome
from pitchpit.decisions.forms import (
    ANSWERS,
    OUTCOME_WORDS,
    ConcernForm,
    LongerForm,
    ShortlistForm,
    TakeUpForm,
    return_form,
    word_of,
)
from pitchpit.panels.rules import scoring_is_over
from pitchpit.people.enums import Right
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal
from pitchpit.proposals.queries import advice_on
from pitchpit.proposals.rules import triages

bp = Blueprint("triage", __name__, url_prefix="/triage")

#: What the authors and the triager read after each answer.
DONE = {
    Outcome.APPROVED: "Approved. The authors have been told, and the project is open.",
    Outcome.SUPPORTED: "Supported. The authors have been told, and the project is open.",
    Outcome.DECLINED: "Declined. The authors have been told why.",
    Outcome.REDIRECTED: "Redirected. The authors have been told where it belongs.",
    Outcome.SHELVED: "Shelved. The authors have been told what must change.",
}


class OutcomeConverter(BaseConverter):
    """An outcome in an address: approved, supported, declined, redirected, shelved."""

    regex = "|".join(Outcome)

    def to_python(self, value: str) -> Outcome:
        return Outcome(value)

    def to_url(self, value: str) -> str:
        return Outcome(value).value


@bp.record_once
def _teach_addresses(state: Any) -> None:
    state.app.url_map.converters["outcome"] = OutcomeConverter


@bp.get("")
@signed_in
def queue() -> str:
    """What waits for an answer, the next promise first."""
    mine = "mine" in request.args
    page = queries.triage_queue(
        current_user, round_id=number_asked("round"), mine=mine, after=request.args.get("after")
    )
    return render_template("triage/queue.html", page=page, **_tabs("mine" if mine else "all"))


@bp.get("/not-sent-again")
@signed_in
def not_sent_again() -> str:
    """What came back with advice and was not sent again in time: somebody has to say what becomes of it."""
    page = queries.not_sent_again(
        current_user, round_id=number_asked("round"), mine="mine" in request.args, after=request.args.get("after")
    )
    return render_template("triage/not_sent_again.html", page=page, today=today(), **_tabs("not sent again"))


def _tabs(current: str) -> dict[str, Any]:
    """What the head of a list of triage shows."""
    return {
        "current": current,
        "sees_all": current_user.has(Right.QI),
        "lapsed": queries.how_many_not_sent_again(current_user),
        "is_over": lambda round: bool(scoring_is_over(round)),
    }


@bp.get("/<int:proposal_id>")
@signed_in
def show(proposal_id: int) -> str:
    """One idea, with what can be answered."""
    proposal = _asked(proposal_id)
    form = TakeUpForm() if proposal.state is ProposalState.RETURNED else ShortlistForm()
    return render_template("triage/show.html", **_shown(proposal), form=form)


@bp.post("/<int:proposal_id>/shortlist")
@signed_in
@commits
def shortlist(proposal_id: int) -> Any:
    proposal = _asked(proposal_id, change=True)
    actions.shortlist(proposal, actor=current_user)
    flash(f"{proposal.reference} is before the panel. Its authors have been told.", "success")
    return redirect(url_for(".queue"))


@bp.get("/<int:proposal_id>/return")
@signed_in
def returning(proposal_id: int) -> str:
    proposal = _asked(proposal_id)
    ensure(rules.can_return, current_user, proposal)
    return render_template("triage/return.html", **_shown(proposal), form=return_form(proposal))


@bp.post("/<int:proposal_id>/return")
@signed_in
@commits
def give_back(proposal_id: int) -> Any:
    proposal = _asked(proposal_id, change=True)
    form = return_form(proposal)
    ensure(rules.can_return, current_user, proposal)
    if not form.validate_on_submit():
        return shown_again("triage/return.html", form, **_shown(proposal))
    actions.return_with_advice(proposal, actor=current_user, advice=form.advice, by=form.by.data)
    flash(f"{proposal.reference} is back with its authors, with your advice.", "success")
    return redirect(url_for(".queue"))


@bp.get("/<int:proposal_id>/longer")
@signed_in
def longer(proposal_id: int) -> str:
    proposal = _asked(proposal_id)
    ensure(rules.can_give_longer, current_user, proposal)
    form = LongerForm(data={"stood": proposal.return_by_on.isoformat() if proposal.return_by_on else ""})
    return render_template("triage/longer.html", **_shown(proposal), form=form)


@bp.post("/<int:proposal_id>/longer")
@signed_in
@commits
def give_longer(proposal_id: int) -> Any:
    proposal = _asked(proposal_id, change=True)
    ensure(rules.can_give_longer, current_user, proposal)
    form = LongerForm()
    if not form.validate_on_submit():
        return shown_again("triage/longer.html", form, **_shown(proposal))
    actions.give_longer(proposal, actor=current_user, by=form.by.data, reason=form.reason.data, stood=form.stood_on)
    flash(
        f"The authors of {proposal.reference} have until {day_in_words(form.by.data)}, and have been told.", "success"
    )
    return redirect(url_for(".not_sent_again"))


@bp.post("/<int:proposal_id>/take-up")
@signed_in
@commits
def take_up(proposal_id: int) -> Any:
    """Go on with what was not sent again, as it was handed in last."""
    proposal = _asked(proposal_id, change=True)
    actions.take_up(proposal, actor=current_user)
    flash(
        f"{proposal.reference} goes on as it was handed in. Its authors have been told: answer it now, or by its new day.",
        "success",
    )
    return redirect(url_for(".show", proposal_id=proposal.id))


@bp.get("/<int:proposal_id>/<outcome:outcome>")
@signed_in
def answering(proposal_id: int, outcome: Outcome) -> str:
    proposal = _asked(proposal_id)
    ensure(_rule(outcome), current_user, proposal, *_version(outcome, proposal))
    return render_template(
        "triage/answer.html", **_shown(proposal), form=_form(outcome, proposal), outcome=outcome, words=OUTCOME_WORDS
    )


@bp.post("/<int:proposal_id>/<outcome:outcome>")
@signed_in
@commits
def answer(proposal_id: int, outcome: Outcome) -> Any:
    proposal = _asked(proposal_id, change=True, with_round=outcome is Outcome.APPROVED)
    form = _form(outcome, proposal)
    ensure(_rule(outcome), current_user, proposal, *_version(outcome, proposal))
    if not form.validate_on_submit():
        return shown_again("triage/answer.html", form, **_shown(proposal), outcome=outcome, words=OUTCOME_WORDS)
    actions.answer(proposal, word_of(form, outcome), actor=current_user)
    flash(DONE[outcome], "success")
    return redirect(url_for("proposals.show", proposal_id=proposal.id))


@bp.get("/<int:proposal_id>/concern")
@signed_in
def concern(proposal_id: int) -> str:
    proposal = _asked(proposal_id)
    ensure(rules.can_triage, current_user, proposal)
    return render_template("triage/concern.html", **_shown(proposal), form=ConcernForm())


@bp.post("/<int:proposal_id>/concern")
@signed_in
@commits
def pass_on(proposal_id: int) -> Any:
    proposal = _asked(proposal_id, change=True)
    form = ConcernForm()
    ensure(rules.can_triage, current_user, proposal)
    if not form.validate_on_submit():
        return shown_again("triage/concern.html", form, **_shown(proposal))
    actions.send_as_concern(
        proposal, actor=current_user, kind=form.kind.data, contact=form.contact.data, words=form.words.data
    )
    flash("It has been passed on. Only its authors, you and the person you named see it now.", "success")
    return redirect(url_for(".queue"))


def _asked(proposal_id: int, *, change: bool = False, with_round: bool = False) -> Proposal:
    """The idea, for who answers it; refused to others who may see it."""
    proposal = queries.to_triage_or_404(current_user, proposal_id, change=change, with_round=with_round)
    ensure(triages, current_user, proposal)
    return proposal


def _shown(proposal: Proposal) -> dict[str, Any]:
    """What every page of triage shows: the idea as handed in, and which answers are open to this person."""
    version = proposal.submitted_version
    return {
        "proposal": proposal,
        "version": version,
        "advice": advice_on(proposal),
        "may": {
            "answer": rules.can_triage(current_user, proposal),
            "shortlist": rules.can_shortlist(current_user, proposal),
            "return": rules.can_return(current_user, proposal),
            "give_longer": rules.can_give_longer(current_user, proposal),
            "take_up": rules.can_take_up(current_user, proposal),
            "approve": rules.can_approve_in_triage(current_user, proposal, version),
        },
    }


def _rule(outcome: Outcome) -> Any:
    return rules.can_approve_in_triage if outcome is Outcome.APPROVED else rules.can_triage


def _version(outcome: Outcome, proposal: Proposal) -> tuple[Any, ...]:
    return (proposal.submitted_version,) if outcome is Outcome.APPROVED else ()


def _form(outcome: Outcome, proposal: Proposal) -> Form:
    asked = proposal.submitted_version.ask_pence
    return ANSWERS[outcome](data={"amount": asked} if outcome is Outcome.APPROVED else {})
