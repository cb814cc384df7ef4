"""Who is who on a proposal, who may do what with it now, and who may read whose name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pitchpit.core import clock
from pitchpit.core.rules import Answer, in_state, not_now_unless, only_if
from pitchpit.people.enums import Right
from pitchpit.proposals.content import missing
from pitchpit.proposals.enums import EDITABLE, MOVES, OPEN, UNNAMED, ProposalState
from pitchpit.proposals.models import Author, Proposal
from pitchpit.schemes.models import Round

S = ProposalState

# Who is who (read off what the caller has loaded: `authors`, and for the deputy `round.responders`).


def authors_now(proposal: Proposal) -> list[Author]:
    """Its team: the authors who have not left it."""
    return [author for author in proposal.authors if author.left_at is None]


def author_ids(proposal: Proposal) -> set[int]:
    """The numbers of its team."""
    return {author.person_id for author in authors_now(proposal)}


def is_author(person: Any, proposal: Proposal) -> bool:
    return any(author.person_id == person.id for author in authors_now(proposal))


def is_responder(person: Any, proposal: Proposal) -> bool:
    """Whether this person owes the reply, by name or as the deputy of who does."""
    if proposal.responder_id is None:
        return False
    return person.id == proposal.responder_id or person.id in deputies_of(proposal)


def deputies_of(proposal: Proposal) -> set[int]:
    """The numbers of those who answer for its responder."""
    return {
        row.deputy_id
        for row in proposal.round.responders
        if row.person_id == proposal.responder_id and row.deputy_id is not None
    }


def triages(person: Any, proposal: Proposal) -> Answer:
    """The QI team triages every idea; who owes the reply, and their deputy, this one."""
    return only_if(
        person.has(Right.QI) or is_responder(person, proposal),
        "The QI team answers ideas, and whoever owes the reply to this one.",
    )


def is_triager(person: Any, proposal: Proposal) -> Answer:
    """Whoever triages it; nobody their own idea."""
    return triages(person, proposal) and only_if(
        not is_author(person, proposal), "Somebody else answers your own idea."
    )


def may_see_names(person: Any, proposal: Proposal) -> bool:
    """Whether this person may read the authors' names and ward: not of an idea published without them.

    A concern is never published: whoever may see it at all has to know whom to speak to.
    """
    if proposal.state not in UNNAMED or proposal.named_when_declined or proposal.concern_at is not None:
        return True
    return is_author(person, proposal) or person.has(Right.QI) or is_responder(person, proposal)


# Who may do what.


def _its_author(person: Any, proposal: Proposal) -> Answer:
    return only_if(is_author(person, proposal), "Only its authors can do this.")


def _now(proposal: Proposal) -> str:
    return f"This idea is {proposal.state.words.lower()} now."


def can_begin(person: Any, round: Round) -> Answer:
    """Begin a draft: anybody signed in, while the round is open."""
    return not_now_unless(round.is_open_at(clock.now()), _not_open(round))


def _not_open(round: Round) -> str:
    if round.opened_at is None or clock.now() < round.opens_at:
        return f"{round.title} opens on {_moment(round.opens_at)}."
    return f"{round.title} closed on {_moment(round.closes_at)}."


def _moment(moment: Any) -> str:
    there = clock.london(moment)
    return f"{there.day} {there:%B %Y} at {there:%H:%M}"


def can_edit(person: Any, proposal: Proposal) -> Answer:
    """Change the text: its authors, while it is a draft or has come back. A passed deadline does not stop the saving, only the handing in."""
    return _its_author(person, proposal) and in_state(
        proposal, *EDITABLE, reason=f"{_now(proposal)} Its text stays as it was handed in."
    )


def in_time(proposal: Proposal) -> Answer:
    """Whether it can still be handed in by its dates: a draft while the round is open, a returned one until its return date."""
    if proposal.state is S.RETURNED:
        until = proposal.return_by_on
        return not_now_unless(
            until is None or clock.today() <= until,
            f"The last day to send this again was {until.day} {until:%B %Y}. Your text is kept." if until else "",
        )
    return not_now_unless(
        proposal.round.is_open_at(clock.now()), f"{_not_open(proposal.round)} Your text is kept as a draft."
    )


def can_submit(person: Any, proposal: Proposal) -> Answer:
    """Hand it in: its authors, in time, with everything answered that the round asks."""
    return (
        _its_author(person, proposal)
        and in_state(proposal, *EDITABLE, reason=f"{_now(proposal)} It has been handed in already.")
        and in_time(proposal)
        and not_now_unless(not (lacking := missing(proposal)), _lacks([one.words for one in lacking]))
    )


def _lacks(words: list[str]) -> str:
    return f"Before you can hand it in: {'; '.join(word[:1].lower() + word[1:] for word in words)}."


def can_have_receipt(person: Any, proposal: Proposal) -> Answer:
    """Keep the receipt: its authors, once it was handed in."""
    return _its_author(person, proposal) and not_now_unless(
        proposal.reference is not None, "There is a receipt once this is handed in."
    )


def can_withdraw(person: Any, proposal: Proposal) -> Answer:
    """Take it back: its authors, until something was decided."""
    return _its_author(person, proposal) and not_now_unless(
        S.WITHDRAWN in MOVES[proposal.state], _no_way_back(proposal)
    )


def _no_way_back(proposal: Proposal) -> str:
    if proposal.state is S.DRAFT:
        return "This was never handed in: delete the draft instead."
    return _now(proposal)


def can_delete(person: Any, proposal: Proposal) -> Answer:
    """Delete a draft that was never handed in: its author, as long as nobody else writes it too."""
    return (
        _its_author(person, proposal)
        and in_state(proposal, S.DRAFT, reason="It has been handed in and stays: you can withdraw it.")
        and not_now_unless(
            len(authors_now(proposal)) == 1, "Others are writing this with you: leave it to them instead."
        )
    )


def can_change_team(person: Any, proposal: Proposal) -> Answer:
    """Add authors, or take one off: any of its authors (they are equal), until something was decided."""
    return _its_author(person, proposal) and in_state(proposal, S.DRAFT, *OPEN, reason=_now(proposal))


def can_add(person: Any, proposal: Proposal, other: Any) -> Answer:
    """Add this person: not somebody who judges in the round. As an author they could not judge the idea any more, whether they asked for it or not."""
    judges = any(member.person_id == other.id and member.left_on is None for member in proposal.round.members)
    return can_change_team(person, proposal) and not_now_unless(
        not judges,
        f"{other.name} sits on the panel of this round, and could not judge an idea of their own. If they write this with you, "
        "they begin it and add you.",
    )


def can_take_off(person: Any, proposal: Proposal) -> Answer:
    """Leave the team, or take somebody off it: somebody has to stay."""
    return can_change_team(person, proposal) and not_now_unless(
        len(authors_now(proposal)) > 1, "An idea needs an author: add somebody else first."
    )


# What happens next.


@dataclass(frozen=True)
class Next:
    """What happens next, by when and by whom; the date stands apart so that a page can count it down."""

    words: str
    on: date | None = None
    promised: bool = True


def next_step(proposal: Proposal) -> Next | None:
    """What happens next to a proposal, in plain words. Reads `round` and `responder`."""
    round = proposal.round
    if proposal.state is S.DRAFT:
        closed = clock.now() >= round.closes_at
        return Next("The round has closed" if closed else "Hand it in by", _day(round.closes_at), promised=not closed)
    if proposal.state is S.SUBMITTED:
        who = _who_answers(proposal)
        if proposal.replied_at:
            return Next(f"{who} has written to you and decides what happens next")
        return Next(f"{who} answers by", proposal.due_on)
    if proposal.state is S.RETURNED:
        return _next_of_returned(proposal)
    if proposal.state is S.SHORTLISTED:
        scoring_ends = round.scoring_ends_at()
        if clock.now() < scoring_ends:
            return Next("The panel scores it until", _day(scoring_ends), promised=False)
        return Next("The panel decides, and tells everybody at once")
    return None


def _who_answers(proposal: Proposal) -> str:
    return proposal.responder.name if proposal.responder else "The improvement team"


def _next_of_returned(proposal: Proposal) -> Next:
    until = proposal.return_by_on
    if until is not None and until < clock.today():
        return Next(f"The day to send it again has passed: {_who_answers(proposal)} decides what happens next")
    return Next("Send it again by", until)


def _day(moment: Any) -> date:
    return clock.london(moment).date()
