"""What people do with ideas: begin, write, hand in, share, take back. `move` is the only writer of a proposal's state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy.orm.attributes import set_committed_value

from pitchpit.core import clock, search
from pitchpit.core.db import db
from pitchpit.core.rules import Refused, Stale, ensure, ensure_fresh, not_now
from pitchpit.history.actions import record
from pitchpit.notices.actions import notify, path
from pitchpit.people.models import Person
from pitchpit.proposals import content, queries, rules
from pitchpit.proposals.content import Typed
from pitchpit.proposals.enums import MOVES, REPLIES, ProposalState
from pitchpit.proposals.models import Answer, Author, CostLine, Proposal, Version
from pitchpit.schemes.actions import next_reference
from pitchpit.schemes.models import Round
from pitchpit.schemes.queries import responder_for

# Writing.


def begin(round: Round, *, actor: Person) -> Proposal:
    """Open a draft in this round that only its author sees."""
    ensure(rules.can_begin, actor, round)
    at = clock.now()
    proposal = Proposal(round=round, service_id=actor.service_id, title="", begun_at=at, saved_at=at, state_since=at)
    db.session.add(proposal)
    db.session.add(Author(proposal=proposal, person_id=actor.id, joined_at=at))
    db.session.flush()
    record("proposal.begun", proposal, actor=actor)
    return proposal


def save(proposal: Proposal, typed: Typed, *, edit: int | None, actor: Person) -> None:
    """Keep what was typed, however unfinished. Raises Stale where another text was saved since the form was shown.

    The same text sent again (an answer that was lost on the way, a second tab) is no conflict and changes nothing.
    """
    ensure(rules.can_edit, actor, proposal)
    if typed == content.typed_of(proposal):
        return
    ensure_fresh(proposal, edit)
    proposal.title, proposal.hours, proposal.pays_after = typed.title, typed.hours, typed.pays_after
    proposal.theme_id = typed.theme_id
    _write_answers(proposal, typed.answers)
    _write_costs(proposal, typed.costs)
    proposal.saved_at = clock.now()
    db.session.flush()


def _write_answers(proposal: Proposal, texts: Mapping[int, str]) -> None:
    asked = {question.id for question in proposal.round.questions}
    kept = {answer.question_id: answer for answer in proposal.answers}
    for number in asked & (texts.keys() | kept.keys()):
        text = texts.get(number, "")
        if number in kept:
            kept[number].text = text
        elif text:
            proposal.answers.append(Answer(question_id=number, text=text))


def _write_costs(proposal: Proposal, costs: Collection[content.Cost]) -> None:
    proposal.cost_lines[:] = [
        CostLine(
            position=position,
            what=cost.what,
            kind=cost.kind,
            recurring=cost.recurring,
            vat_included=cost.vat_included,
            amount_pence=cost.amount_pence,
        )
        for position, cost in enumerate(costs, 1)
    ]


# Handing in.


def submit(proposal: Proposal, *, actor: Person, edit: int | None) -> Version:
    """Hand it in: freeze the text as a new version, name who answers, and start the reply promise.

    `edit` is the number of the text that was checked: Stale for another one, and for none. Load it by `queries.to_submit_or_404`, which locks what
    references are counted by.
    """
    ensure(rules.can_submit, actor, proposal)
    if edit != proposal.edit:
        raise Stale(proposal, "This idea was saved again after you checked it. Read it once more, then hand it in.")
    version = _freeze(proposal, actor)
    first = proposal.reference is None
    with db.session.no_autoflush:  # a reference without a state that has one is refused by the database
        if proposal.reference is None:
            proposal.reference = next_reference(proposal.round)
            proposal.submitted_at = version.made_at
        proposal.current_version_id = version.id
        set_committed_value(proposal, "current_version", version)
        promise(proposal)
        move(
            proposal,
            ProposalState.SUBMITTED,
            actor=actor,
            verb="proposal.submitted" if first else "proposal.resubmitted",
            detail={"version": version.number, "due_on": proposal.due_on},
        )
    _tell_of(proposal)
    return version


def _freeze(proposal: Proposal, actor: Person) -> Version:
    ask_pence = proposal.ask_pence
    tier = proposal.round.tier_for(ask_pence)
    before = proposal.current_version.number if proposal.current_version else 0
    version = Version(
        proposal_id=proposal.id,
        number=before + 1,
        made_at=clock.now(),
        made_by_id=actor.id,
        tier_id=tier.id if tier else None,
        title=proposal.title.strip(),
        ask_pence=ask_pence,
        content=content.copy_of(proposal),
    )
    db.session.add(version)
    db.session.flush()
    return version


def promise(proposal: Proposal) -> None:
    """Name who answers, and by which day: a new promise."""
    responder, _deputy = responder_for(proposal.round, proposal.service, but=rules.author_ids(proposal))
    proposal.responder = responder
    proposal.responder_id = responder.id
    proposal.due_on = promised_on(proposal.round)
    proposal.replied_at = None


def promised_on(round: Round) -> date:
    """The day by which an idea handed in now is answered."""
    return clock.promised_by(clock.now(), round.reply_working_days, current_app.config["CLOSED_DAYS"])


def _tell_of(proposal: Proposal) -> None:
    url = path("proposals.show", proposal_id=proposal.id)
    notify(
        "proposal_received",
        to=_people(proposal),
        about=proposal,
        url=url,
        reference=proposal.reference,
        responder=proposal.responder.name if proposal.responder else "",
        due_on=proposal.due_on,
    )
    notify(
        "proposal_to_answer",
        to=[proposal.responder] if proposal.responder else [],
        about=proposal,
        url=url,
        reference=proposal.reference,
        due_on=proposal.due_on,
    )


def _people(proposal: Proposal) -> list[Person]:
    return [author.person for author in rules.authors_now(proposal)]


# Moving.


def move(
    proposal: Proposal,
    to: ProposalState,
    *,
    actor: Person,
    verb: str,
    detail: Mapping[str, Any] | None = None,
    texts: Mapping[str, str | None] | None = None,
    return_by_on: date | None = None,
) -> None:
    """Give a proposal another state, tell history, and let search show it to whom it may. The only writer of `state`.

    Returning one needs `return_by_on`, the last day to send it again, and uses up one of the round's returns. What answers a submission
    meets its reply promise. Raises Refused (409) for a move that is not in MOVES, ValueError for a return without its day.
    """
    if to not in MOVES[proposal.state]:
        raise Refused(not_now(f"This idea is {proposal.state.words.lower()} now: it cannot become {to.words.lower()}."))
    if (to is ProposalState.RETURNED) != (return_by_on is not None):
        raise ValueError("A return, and nothing else, has a day to send it again by.")
    was = proposal.state
    with db.session.no_autoflush:  # the database wants state and dates to agree
        proposal.state = to
        proposal.state_since = clock.now()
        proposal.return_by_on = return_by_on
        if to is ProposalState.RETURNED:
            proposal.returns_used += 1
        if was is ProposalState.SUBMITTED and to in REPLIES:
            mark_replied(proposal)
        db.session.flush()
    record(verb, proposal, actor=actor, detail=detail, texts=texts)
    refresh_search(proposal)


def mark_replied(proposal: Proposal) -> None:
    """The reply promise of the latest submission is met, if it was not before."""
    proposal.replied_at = proposal.replied_at or clock.now()


def refresh_search(proposal: Proposal) -> None:
    """Let search find it as it stands now, by whom it may; a draft and a concern by nobody."""
    version, audience = proposal.current_version, queries.search_audience(proposal)
    if not audience or version is None:
        search.forget("proposal", proposal.id)
        return
    search.index(
        "proposal",
        proposal.id,
        title=version.title,
        body=f"{content.searchable(version.content)}\n{proposal.reference}",
        outcome=proposal.state.words,
        audience=audience,
        url=path("proposals.show", proposal_id=proposal.id),
    )


def readdress(round: Round) -> None:
    """Let search find what is not decided in this round by those who answer for it now, and no longer by who did. Three statements."""
    queries.lock_undecided(round)
    search.readdress("proposal", queries.search_keys(round))


def withdraw(proposal: Proposal, *, actor: Person) -> bool:
    """Take an idea back; whoever owes the reply is told that it is not needed any more. Whether somebody owed one."""
    ensure(rules.can_withdraw, actor, proposal)
    waits = proposal.state is ProposalState.SUBMITTED and proposal.replied_at is None
    responders = [proposal.responder] if waits and proposal.responder else []
    move(proposal, ProposalState.WITHDRAWN, actor=actor, verb="proposal.withdrawn")
    notify(
        "proposal_withdrawn",
        to=responders,
        about=proposal,
        url=path("proposals.show", proposal_id=proposal.id),
        reference=proposal.reference,
    )
    return bool(responders)


def delete(proposal: Proposal, *, actor: Person) -> None:
    """Throw away a draft that was never handed in."""
    ensure(rules.can_delete, actor, proposal)
    record("proposal.deleted", ("proposal", proposal.id), actor=actor)
    for author in proposal.authors:
        db.session.delete(author)
    db.session.flush()
    db.session.delete(proposal)
    db.session.flush()


# The team.


def add_author(proposal: Proposal, person: Person, *, actor: Person) -> None:
    """Let somebody write it too: an author like the others."""
    ensure(rules.can_add, actor, proposal, person)
    known = next((author for author in proposal.authors if author.person_id == person.id), None)
    if known is None:
        proposal.authors.append(Author(person=person, joined_at=clock.now()))
    elif known.left_at is None:
        return
    else:
        known.left_at, known.joined_at = None, clock.now()
    db.session.flush()
    record("proposal.author_joined", proposal, actor=actor, also=person)
    refresh_search(proposal)
    notify("proposal_joined", to=[person], about=proposal, url=path("proposals.show", proposal_id=proposal.id))


def take_off(proposal: Proposal, author: Author, *, actor: Person) -> None:
    """Leave the team, or take somebody off it."""
    ensure(rules.can_take_off, actor, proposal)
    if author.left_at is not None:
        return
    author.left_at = clock.now()
    db.session.flush()
    record("proposal.author_left", proposal, actor=actor, also=author.person)
    refresh_search(proposal)
