"""Who may do what with an idea, in every state."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Answer, Kind, Refused
from pitchpit.proposals import actions, rules
from pitchpit.proposals.enums import MOVES, ProposalState
from pitchpit.proposals.models import Author, Proposal
from tests.factories import make_proposal
from tests.proposals.conftest import People

STATES = list(ProposalState)
AUTHORS = ("author", "coauthor")
OTHERS = ("former", "responder", "deputy", "qi", "judge", "leader", "admin", "stranger")

DRAFT, RETURNED = ProposalState.DRAFT, ProposalState.RETURNED
YES, NOT_NOW, NOT_YOURS = Kind.YES, Kind.NOT_NOW, Kind.NOT_YOURS

#: The states in which an author may; in all others not now. Nobody else may ever.
ALLOWED = {
    rules.can_edit: {"draft", "returned"},
    rules.can_submit: {"draft", "returned"},
    rules.can_withdraw: {"submitted", "returned", "shortlisted", "shelved"},
    rules.can_change_team: {"draft", "submitted", "returned", "shortlisted", "shelved"},
    rules.can_take_off: {"draft", "submitted", "returned", "shortlisted", "shelved"},
    rules.can_have_receipt: set(ProposalState) - {"draft"},
    rules.can_delete: set(),  # two authors: see below
}


def proposal_in(state: ProposalState, people: People, **columns: object) -> Proposal:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author, people.coauthor], state=state, **columns)
        former = Author(person=people.former, joined_at=clock.now(), left_at=clock.now())
        proposal.authors.append(former)
    return proposal


@pytest.mark.parametrize("state", STATES)
def test_what_each_may_do_in_each_state(people: People, state: ProposalState) -> None:
    proposal = proposal_in(state, people)
    for rule, allowed in ALLOWED.items():
        answers = {who: rule(people[who], proposal).kind for who in (*AUTHORS, *OTHERS)}
        theirs = YES if state in allowed else NOT_NOW
        assert answers == dict.fromkeys(AUTHORS, theirs) | dict.fromkeys(OTHERS, NOT_YOURS), rule.__name__


class Undone(Exception):  # noqa: N818  # a way back, not an error
    """The end of a trial."""


def tried(proposal: Proposal, to: ProposalState, people: People) -> ProposalState | Kind:
    """The state that this move leads to, or the refusal's kind; undone again."""
    reached: ProposalState | Kind = YES
    try:
        with transaction():
            by = clock.today() if to is RETURNED else None
            actions.move(proposal, to, actor=people.qi, verb="proposal.withdrawn", return_by_on=by)
            reached = db.session.get_one(Proposal, proposal.id, populate_existing=True).state
            raise Undone
    except Refused as refused:
        return refused.answer.kind
    except Undone:
        return reached


@pytest.mark.parametrize("state", [state for state in STATES if state is not DRAFT])
def test_every_move_there_is_and_no_other(people: People, state: ProposalState) -> None:
    proposal = proposal_in(state, people)
    answers = {to: tried(proposal, to, people) for to in STATES}
    assert answers == {to: to if to in MOVES[state] else NOT_NOW for to in STATES}


def test_a_draft_moves_nowhere_but_by_handing_it_in(people: People) -> None:
    proposal = proposal_in(DRAFT, people)
    answers = {to: tried(proposal, to, people) for to in STATES if to is not ProposalState.SUBMITTED}
    assert answers == dict.fromkeys(answers, NOT_NOW)
    with pytest.raises(IntegrityError):  # a submitted one without version and reference is refused by the database
        tried(proposal, ProposalState.SUBMITTED, people)


def test_a_draft_is_deleted_by_its_only_author(people: People) -> None:
    with transaction():
        alone = make_proposal(round=people.round, authors=[people.author], state=DRAFT)
        handed_in = make_proposal(round=people.round, authors=[people.author])
    assert rules.can_delete(people.author, alone).kind is YES
    assert rules.can_delete(people.qi, alone).kind is NOT_YOURS
    together = proposal_in(DRAFT, people)
    assert rules.can_delete(people.author, together) == Answer(
        NOT_NOW, "Others are writing this with you: leave it to them instead."
    )
    assert rules.can_delete(people.author, handed_in) == Answer(
        NOT_NOW, "It has been handed in and stays: you can withdraw it."
    )


def test_the_last_author_cannot_leave(people: People) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author])
    assert rules.can_take_off(people.author, proposal) == Answer(
        NOT_NOW, "An idea needs an author: add somebody else first."
    )


def test_a_draft_can_be_written_after_the_round_closed_but_not_handed_in(people: People) -> None:
    proposal = proposal_in(DRAFT, people)
    with clock.at(people.round.closes_at):
        assert rules.can_edit(people.author, proposal)
        answer = rules.can_submit(people.author, proposal)
    assert answer.kind is NOT_NOW
    assert answer.reason.startswith("Spring round closed on ")
    assert answer.reason.endswith("Your text is kept as a draft.")
    with clock.at(people.round.closes_at - timedelta(seconds=1)):
        assert rules.can_submit(people.author, proposal)


def test_a_returned_idea_can_be_sent_again_to_the_end_of_its_day_even_after_the_round_closed(people: People) -> None:
    until = (people.round.closes_at + timedelta(days=3)).date()
    proposal = proposal_in(RETURNED, people, return_by_on=until)
    with clock.at(clock.end_of(until)):
        assert rules.can_submit(people.author, proposal)
    with clock.at(clock.end_of(until) + timedelta(minutes=1)):
        answer = rules.can_submit(people.author, proposal)
    assert answer == Answer(
        NOT_NOW, f"The last day to send this again was {until.day} {until:%B %Y}. Your text is kept."
    )


def test_a_draft_begins_only_in_an_open_round(people: People) -> None:
    round = people.round
    moments = [round.opens_at - timedelta(seconds=1), round.opens_at, round.closes_at]
    answers = []
    for moment in moments:
        with clock.at(moment):
            answers.append(rules.can_begin(people.stranger, round).kind)
    assert answers == [NOT_NOW, YES, NOT_NOW]


@pytest.mark.parametrize("state", STATES)
def test_who_reads_the_names(people: People, state: ProposalState) -> None:
    proposal = proposal_in(state, people)
    hidden = state in {"declined", "redirected", "withdrawn"}
    insiders = {"author", "coauthor", "responder", "deputy", "qi"}
    everybody = {*AUTHORS, *OTHERS}
    reads = {who for who in everybody if rules.may_see_names(people[who], proposal)}
    assert reads == (insiders if hidden else everybody)


def test_names_are_shown_where_the_authors_agree(people: People) -> None:
    proposal = proposal_in(ProposalState.DECLINED, people, named_when_declined=True)
    assert rules.may_see_names(people.stranger, proposal)


def test_nobody_triages_their_own(people: People) -> None:
    with transaction():
        own = make_proposal(round=people.round, authors=[people.qi], responder=people.qi)
        other = make_proposal(round=people.round, authors=[people.author])
    assert not rules.is_triager(people.qi, own)
    triagers = {who for who in (*AUTHORS, *OTHERS) if rules.is_triager(people[who], other)}
    assert triagers == {"qi", "responder", "deputy"}


@pytest.mark.parametrize(
    ("state", "words", "on"),
    [
        ("draft", "Hand it in by", "closes"),
        ("submitted", "Rita Responder answers by", "due"),
        ("returned", "Send it again by", "return"),
        ("shortlisted", "The panel scores it until", "scoring"),
        ("approved", None, None),
        ("withdrawn", None, None),
    ],
)
def test_what_happens_next(app: Flask, people: People, state: str, words: str | None, on: str | None) -> None:
    proposal = proposal_in(ProposalState(state), people)
    days = {
        "closes": clock.london(people.round.closes_at).date(),
        "due": proposal.due_on,
        "return": proposal.return_by_on,
        "scoring": clock.london(people.round.scoring_closes_at).date(),
    }
    step = rules.next_step(proposal)
    assert (step.words, step.on) == (words, days[on]) if step and on else (words is None and step is None)
