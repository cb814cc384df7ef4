"""Giving the word: triage's answers, the panel's held decisions, ratification, and the release of a whole round.

Everything that writes a decision is here. A triage decision is released as it is taken; a panel's is held, replaceable and unseen, until the
chair releases the round: then each decision is frozen, moves its proposal, opens its project and tells its authors, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pitchpit.core.clock import now, today
from pitchpit.core.db import db
from pitchpit.core.rules import Answer, Stale, ensure, not_now_unless
from pitchpit.core.words import day_in_words
from pitchpit.decisions import queries, rules
from pitchpit.decisions.enums import OPENS_PROJECT, ConcernKind, Outcome, RatifierAnswer, Taken
from pitchpit.decisions.models import Concern, Condition, Decision, Feedback, Ratification
from pitchpit.decisions.word import Word
from pitchpit.history.actions import record
from pitchpit.notices.actions import notify, path, withdraw
from pitchpit.panels import queries as panels
from pitchpit.panels.actions import detect_conflicts
from pitchpit.panels.models import Conflict
from pitchpit.panels.queries.meetings import in_the_room
from pitchpit.panels.rules import leader_on
from pitchpit.people.models import Person
from pitchpit.projects.actions import open_project
from pitchpit.proposals.actions import move, promise
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Advice, Proposal
from pitchpit.proposals.rules import authors_now
from pitchpit.schemes.models import Round

MOVES_TO = {
    Outcome.APPROVED: ProposalState.APPROVED,
    Outcome.SUPPORTED: ProposalState.SUPPORTED,
    Outcome.DECLINED: ProposalState.DECLINED,
    Outcome.REDIRECTED: ProposalState.REDIRECTED,
    Outcome.SHELVED: ProposalState.SHELVED,
}


def _authors(proposal: Proposal) -> list[Person]:
    return [author.person for author in authors_now(proposal)]


# --- Triage ---------------------------------------------------------------------------------------------------------------------------


def shortlist(proposal: Proposal, *, actor: Person) -> None:
    """Put it before the panel; the authors are told, and the panel's ties to it are noted."""
    ensure(rules.can_shortlist, actor, proposal)
    move(proposal, ProposalState.SHORTLISTED, actor=actor, verb="proposal.shortlisted")
    detect_conflicts(proposal)
    notify(
        "proposal_shortlisted", to=_authors(proposal), about=proposal, url=_page(proposal), reference=proposal.reference
    )


def return_with_advice(proposal: Proposal, *, actor: Person, advice: Mapping[int | None, str], by: date) -> None:
    """Send it back to its authors with advice, on single answers or on the whole (None), until a day.

    Whoever advises takes no part in judging it: the panel finds the tie as the idea is shortlisted, before anybody can score.
    """
    ensure(rules.can_return, actor, proposal)
    given = {question: text for question, text in advice.items() if text.strip()}
    for question_id, text in given.items():
        db.session.add(
            Advice(
                proposal_id=proposal.id,
                version_id=proposal.current_version_id,
                question_id=question_id,
                by_id=actor.id,
                given_at=now(),
                text=text,
            )
        )
    move(
        proposal,
        ProposalState.RETURNED,
        actor=actor,
        verb="proposal.returned",
        detail={"return_by_on": by, "advice": len(given)},
        return_by_on=by,
    )
    notify(
        "proposal_returned",
        to=_authors(proposal),
        about=proposal,
        url=_page(proposal),
        reference=proposal.reference,
        by=by,
    )


def give_longer(proposal: Proposal, *, actor: Person, by: date, reason: str, stood: date | None = None) -> None:
    """Let the authors of what was sent back send it again until a later day, with a reason that they read.

    `stood` is the day that the form was shown with; where another stands by now, it is refused.
    """
    ensure(rules.can_give_longer, actor, proposal)
    ensure(lambda: not_now_unless(stood in (None, proposal.return_by_on), _longer_already(proposal)))
    ensure(rules.is_later, by, proposal)
    proposal.return_by_on = by
    db.session.flush()
    record("proposal.given_longer", proposal, actor=actor, detail={"return_by_on": by}, texts={"reason": reason})
    notify(
        "proposal_longer",
        to=_authors(proposal),
        about=proposal,
        url=_page(proposal),
        reference=proposal.reference,
        by=by,
    )


def _longer_already(proposal: Proposal) -> str:
    until = proposal.return_by_on
    return f"Somebody else has given its authors until {day_in_words(until)} meanwhile." if until else ""


def take_up(proposal: Proposal, *, actor: Person) -> None:
    """Go on with what was not sent again, as it was handed in last: it waits for an answer once more, by a new promise.

    What its authors wrote since is kept for them.
    """
    ensure(rules.can_take_up, actor, proposal)
    promise(proposal)
    move(
        proposal,
        ProposalState.SUBMITTED,
        actor=actor,
        verb="proposal.taken_up",
        detail={"due_on": proposal.due_on},
    )
    _tell("proposal_taken_up", proposal, _authors(proposal))
    _tell("proposal_to_answer", proposal, [one for one in [proposal.responder] if one and one.id != actor.id])


def _tell(kind: str, proposal: Proposal, people: list[Person]) -> None:
    """A notice that says which idea and by when it is answered."""
    notify(
        kind,
        to=people,
        about=proposal,
        url=_page(proposal),
        reference=proposal.reference,
        due_on=proposal.due_on,
    )


def answer(proposal: Proposal, word: Word, *, actor: Person) -> Decision:
    """Triage's own word: approve (where the tier lets the triager), support, redirect, shelve or decline. Out as it is taken."""
    if word.outcome is Outcome.APPROVED:
        version = proposal.submitted_version
        ensure(rules.can_approve_in_triage, actor, proposal, version)
        ensure(
            rules.award_fits,
            word.amount_pence,
            version,
            proposal.round,
            queries.awarded_pence(proposal.round, but=proposal),
        )
    else:
        ensure(rules.can_triage, actor, proposal)
    decision = _decide(proposal, word, Taken.TRIAGE, actor)
    _release(decision, actor=actor)
    return decision


def send_as_concern(proposal: Proposal, *, actor: Person, kind: ConcernKind, contact: Person, words: str) -> Concern:
    """What was handed in is no idea but a concern: it goes to a named contact now, its authors are told privately, nobody else sees it again.

    Nor does anybody else keep a notice of it, or get mail about it.
    """
    ensure(rules.can_triage, actor, proposal)
    concern = Concern(proposal=proposal, kind=kind, contact_id=contact.id, words=words, by_id=actor.id, sent_at=now())
    db.session.add(concern)
    proposal.concern_at = now()
    move(proposal, ProposalState.REDIRECTED, actor=actor, verb="proposal.concern", detail={"kind": kind.value})
    withdraw(proposal, but=[*_authors(proposal), actor, contact])
    notify("concern_sent", to=[contact], about=proposal, url=_page(proposal))
    notify("concern_told", to=_authors(proposal), about=proposal, url=_page(proposal))
    return concern


# --- The panel's decision -------------------------------------------------------------------------------------------------------------


def hold(proposal: Proposal, word: Word, *, actor: Person, edit: int | None = None) -> Decision:
    """Hold the panel's decision: it counts against the pot, and is seen by the chair, the secretary and unexcluded members alone.

    An earlier one on the same proposal is replaced, and stays in history. `edit` is the number of the decision that the form was filled
    from, 0 for none: where another was held or ratified since, raises Stale. Lock the round before the proposal.
    """
    conflicts = panels.conflicts_on(proposal)
    ensure(rules.can_hold, actor, proposal, conflicts)
    meeting = queries.meeting_on(proposal)
    ensure(rules.has_quorum, queries.present_for(proposal, meeting, conflicts), proposal.round)
    if word.outcome is Outcome.APPROVED:
        ensure(_fits, proposal, word.amount_pence, actor)
    earlier = _replaced(proposal, edit)
    decision = _decide(proposal, word, Taken.PANEL, actor)
    decision.edit = earlier.edit + 1 if earlier else 1
    decision.meeting_id = meeting.id if meeting else None
    db.session.flush()
    detail = {
        "decision_id": decision.id,
        "outcome": word.outcome.value,
        "amount_pence": word.amount_pence,
        "replaces": earlier.id if earlier else None,
    }
    record("decision.held", proposal, actor=actor, detail=detail)
    if rules.needs_ratification(decision, proposal.submitted_version):
        url = path("decisions.ratify", decision_id=decision.id)
        notify("decision_to_ratify", to=[proposal.submitted_version.tier.ratifier], about=proposal, url=url)
    return decision


def _fits(proposal: Proposal, amount_pence: int, actor: Person) -> Answer:
    """Whether this award fits; how much is left is told to whom no tie keeps from any of what is held."""
    others = queries.awarded_pence(proposal.round, but=proposal)
    seen = queries.awarded_pence(proposal.round, but=proposal, seen_by=actor)
    return rules.award_fits(amount_pence, proposal.submitted_version, proposal.round, others, knows_all=others == seen)


def _replaced(proposal: Proposal, edit: int | None) -> Decision | None:
    """The decision that was held until now, which stands no more; None where there was none."""
    earlier = queries.current_decision(proposal)
    if edit is not None and edit != (earlier.edit if earlier else 0):
        raise Stale(earlier)
    if earlier is not None:
        earlier.replaced_at = now()
        db.session.flush()
    return earlier


def ratify(
    decision: Decision, *, actor: Person, answer: RatifierAnswer, on: date, minute_reference: str, reason: str = ""
) -> None:
    """The ratifier's word on a held approval: yes, no, or back to the panel."""
    proposal = decision.proposal
    ensure(rules.can_ratify, actor, decision, proposal.submitted_version)
    decision.ratifications.append(
        Ratification(by_id=actor.id, answer=answer, answered_on=on, minute_reference=minute_reference, reason=reason)
    )
    decision.edit += 1
    db.session.flush()
    record(
        "decision.ratified",
        proposal,
        actor=actor,
        detail={"decision_id": decision.id, "answer": answer.value, "on": on},
        texts={"minute_reference": minute_reference, "reason": reason},
    )
    leader = leader_on(proposal.round, panels.conflicts_on(proposal))
    to = [leader.person] if leader else []
    notify("decision_ratified", to=to, about=proposal, url=path("decisions.held", round_id=proposal.round_id))


def release(round: Round, *, actor: Person, seen: Mapping[int, int] | None = None) -> list[Decision]:
    """Let everything that is held in the round out, together: proposals move, projects open, authors are told. Lock the round first.

    `seen` is what somebody checked: the edit of each decision by proposal. Where something of it changed since, it is refused.
    """
    ensure(rules.can_release, actor, round)
    decisions = list(queries.held_decisions(round, change=True))
    if seen is not None:
        ensure(rules.is_as_seen, queries.changed_since(seen, queries.held_in(round, actor)))
    ensure(rules.is_ready, queries.undecided(round), rules.unratified(decisions))
    totals, conflicts = panels.counted_totals(round), panels.conflicts_in(round)
    for decision in decisions:
        number = decision.proposal_id
        _release(decision, actor=actor, how=_how(decision, totals.get(number, ()), conflicts.get(number, ())))
    round.released_at = now()
    db.session.flush()
    record("round.released", round, actor=actor, detail={"decisions": len(decisions)})
    return decisions


# --- Both -----------------------------------------------------------------------------------------------------------------------------


def _decide(proposal: Proposal, word: Word, taken: Taken, actor: Person) -> Decision:
    decision = Decision(
        proposal=proposal,
        outcome=word.outcome,
        taken=taken,
        amount_pence=word.amount_pence if word.outcome is Outcome.APPROVED else 0,
        rationale=word.rationale,
        condition_to_change=word.until,
        redirected_to=word.redirected_to,
        by_id=actor.id,
        taken_at=now(),
        released_at=now() if taken is Taken.TRIAGE else None,
        conditions=[Condition(words=words, due_on=due) for words, due in word.conditions],
        feedback=[
            Feedback(criterion_id=criterion, words=words) for criterion, words in word.feedback.items() if words.strip()
        ],
    )
    if taken is Taken.TRIAGE:
        decision.how = {"taken": taken.value, "tier": proposal.submitted_version.tier.name}
    db.session.add(decision)
    db.session.flush()
    return decision


def _release(decision: Decision, *, actor: Person, how: dict[str, Any] | None = None) -> None:
    """Out: the decision is frozen, the proposal moves, its project opens, its authors are told."""
    proposal = decision.proposal
    if decision.released_at is None:
        decision.how = how
        decision.released_at = now()
        db.session.flush()
    move(
        proposal,
        MOVES_TO[decision.outcome],
        actor=actor,
        verb="decision.released",
        detail={"decision_id": decision.id, "outcome": decision.outcome.value, "amount_pence": decision.amount_pence},
        texts={"rationale": decision.rationale},
    )
    if decision.outcome in OPENS_PROJECT:
        open_project(
            proposal,
            award_pence=decision.amount_pence,
            monitoring=proposal.submitted_version.tier.monitoring,
            actor=actor,
        )
    notify(
        "decision_released", to=_authors(proposal), about=proposal, url=_page(proposal), reference=proposal.reference
    )


def _how(decision: Decision, totals: Sequence[Any], conflicts: Sequence[Conflict]) -> dict[str, Any]:
    """How a panel's decision was taken, for everybody: who sat (seats, no names), how many scored, the criteria, the conflicts, the pot."""
    round, meeting = decision.proposal.round, decision.meeting
    members = {member.person_id: member for member in round.members}
    present = in_the_room(meeting, decision.proposal_id, conflicts, members) if meeting else []
    return {
        "taken": decision.taken.value,
        "meeting_on": meeting.held_on.isoformat() if meeting else None,
        "seats": sorted(member.seat.words for member in present if member.seat),
        "present": len(present),
        "scored": len(totals),
        "criteria": [{"name": criterion.name, "weight": criterion.weight} for criterion in round.criteria],
        "conflicts": len({conflict.person_id for conflict in conflicts}),
        "pot_pence": round.pot_pence,
        "ratified_on": decision.ratifications[-1].answered_on.isoformat() if decision.ratifications else None,
        "released_on": today().isoformat(),
    }


def _page(proposal: Proposal) -> str:
    return path("proposals.show", proposal_id=proposal.id)
