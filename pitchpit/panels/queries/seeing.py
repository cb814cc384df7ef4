"""Who may see what of a panel's business: every query starts from here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Exists, Integer, Select, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload, selectinload

from pitchpit.core.db import SOMEBODY, db, locked, put_together_once
from pitchpit.panels import scoring
from pitchpit.panels.enums import Handling
from pitchpit.panels.models import Assignment, Conflict, Scorecard
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Author, Proposal
from pitchpit.schemes.models import Criterion, PanelMember, Round

#: A panel's business: what was shortlisted, and what became of it.
JUDGED = (
    ProposalState.SHORTLISTED,
    ProposalState.APPROVED,
    ProposalState.SUPPORTED,
    ProposalState.DECLINED,
    ProposalState.REDIRECTED,
    ProposalState.SHELVED,
)

#: A round's criteria with the words of their levels, in one statement.
RUBRIC = selectinload(Round.criteria).joinedload(Criterion.levels)

#: What a ranking is worked out with besides the scores: the criteria and the pot.
FOR_RANKING = (selectinload(Round.criteria), selectinload(Round.funds))


#: They stand for a round and a proposal in a statement that is put together once, as `core.db.SOMEBODY` for a person.
THE_ROUND, THE_PROPOSAL = bindparam("round_id", type_=Integer()), bindparam("proposal_id", type_=Integer())


def member_of(person: Any) -> ColumnElement[bool]:
    """Rounds on whose panel this person sits now."""
    seat = aliased(PanelMember)
    return exists().where(seat.round_id == Round.id, seat.person_id == person.id, seat.left_on.is_(None))


Key = InstrumentedAttribute[int] | int  # a column or a number


def wrote(person_id: Key, proposal_id: Key = Proposal.id) -> Exists:
    """Has been an author of the proposal, also one who has left its team or joined it after it was shortlisted."""
    author = aliased(Author)  # an alias here and below: the same table may stand in the query around
    return exists().where(author.proposal_id == proposal_id, author.person_id == person_id)


def tied(person_id: Key, proposal_id: Key = Proposal.id, *, by: Collection[Handling]) -> Exists:
    tie = aliased(Conflict)
    return exists().where(tie.proposal_id == proposal_id, tie.person_id == person_id, tie.handling.in_(by))


def not_excluded(person: Any) -> ColumnElement[bool]:
    """Proposals that no conflict keeps this person away from; an author always is."""
    return ~tied(person.id, by=[Handling.EXCLUDED]) & ~wrote(person.id)


def untied(person: Any) -> ColumnElement[bool]:
    """Proposals with nothing of this person's in the way: no conflict that excludes them, none that waits for a word."""
    return not_excluded(person) & ~waits(person)


def waits(person: Any) -> ColumnElement[bool]:
    """Whether a tie of this person to the proposal is still to be decided about."""
    return tied(person.id, by=[Handling.UNDECIDED])


def free_of_ties() -> ColumnElement[bool]:
    """Scorecards whose judge nothing keeps from the proposal, whichever came first."""
    standing = tied(Scorecard.person_id, Scorecard.proposal_id, by=[Handling.EXCLUDED, Handling.UNDECIDED])
    return ~standing & ~wrote(Scorecard.person_id, Scorecard.proposal_id)


def _before_the_panel() -> ColumnElement[bool]:
    """Shortlisted now, or once: what triage decided by itself was never before the panel."""
    assigned, scored = aliased(Assignment), aliased(Scorecard)
    return (
        (Proposal.state == ProposalState.SHORTLISTED)
        | exists().where(assigned.proposal_id == Proposal.id)
        | exists().where(scored.proposal_id == Proposal.id)
    )


def business() -> tuple[ColumnElement[bool], ...]:
    """What is, or was, before the panel, and is no concern."""
    return Proposal.state.in_(JUDGED), Proposal.concern_at.is_(None), _before_the_panel()


def sits_on_a_panel(person_id: Any) -> ColumnElement[bool]:
    """In SQL, whether "Judging" is of any use to this person: a seat on the panel of an opened round."""
    return (
        exists()
        .where(PanelMember.person_id == person_id, PanelMember.left_on.is_(None))
        .where(Round.id == PanelMember.round_id, Round.opened_at.is_not(None))
    )


def rounds_of(person: Any) -> Sequence[Round]:
    """The opened rounds on whose panel this person sits, the one that closes last first. Two statements."""
    mine = (
        select(Round)
        .where(member_of(person), Round.opened_at.is_not(None))
        .options(joinedload(Round.scheme), selectinload(Round.members))
    )
    return db.session.scalars(mine.order_by(Round.scoring_closes_at.desc(), Round.id)).all()


def round_or_404(person: Any, round_id: int, *, change: bool = False, load: Iterable[Any] = ()) -> Round:
    """The round with its panel, if this person is on it; locked for a change. `load` brings more of its parts."""
    found = db.session.scalars(_one_round(change, tuple(load)), {"person_id": person.id, "round_id": round_id})
    return found.unique().one_or_none() or abort(404)


@put_together_once
def _one_round(change: bool, load: tuple[Any, ...]) -> Select[Round]:
    asked = Round.id == THE_ROUND
    mine = select(Round).where(asked, member_of(SOMEBODY), Round.opened_at.is_not(None))
    panel = selectinload(Round.members).joinedload(PanelMember.person)
    return locked(mine.options(panel, joinedload(Round.scheme), *load), change=change, of=Round)


def proposal_or_404(person: Any, proposal_id: int, *, change: bool = False, load: Iterable[Any] = ()) -> Proposal:
    """The proposal as this member may judge it: before the panel of a round of theirs, no conflict excluding them; locked for a change.

    `load` brings more of its round's parts.
    """
    values = {"person_id": person.id, "proposal_id": proposal_id}
    found = db.session.scalars(_one_proposal(change, tuple(load)), values)
    return found.unique().one_or_none() or abort(404)


def to_score_or_404(person: Any, proposal_id: int, *, load: Iterable[Any] = ()) -> Proposal:
    """The same for a scorecard on it that changes: scoring neither closes nor moves until the commit, so that no card lands after the closing."""
    db.session.execute(_round_held(), {"proposal_id": proposal_id})
    return proposal_or_404(person, proposal_id, change=True, load=load)


@put_together_once
def _round_held() -> Select[int]:
    of_it = select(Round.id).join(Proposal, Proposal.round_id == Round.id).where(Proposal.id == THE_PROPOSAL)
    return locked(of_it, of=Round, share=True)


@put_together_once
def _one_proposal(change: bool, load: tuple[Any, ...]) -> Select[Proposal]:
    asked = Proposal.id == THE_PROPOSAL
    mine = (
        select(Proposal)
        .join(Proposal.round)
        .where(asked, *business(), member_of(SOMEBODY), not_excluded(SOMEBODY))
        .options(
            contains_eager(Proposal.round).options(selectinload(Round.members), *load),
            joinedload(Proposal.current_version),
        )
    )
    return locked(mine, change=change, of=Proposal)


def conflicts_on(proposal: Proposal) -> Sequence[Conflict]:
    """Every tie noted on this proposal."""
    return db.session.scalars(_conflicts_on(), {"proposal_id": proposal.id}).all()


@put_together_once
def _conflicts_on() -> Select[Conflict]:
    return select(Conflict).where(Conflict.proposal_id == THE_PROPOSAL).order_by(Conflict.id)


def judged_by(person: Any, proposal: Proposal, *, change: bool = False) -> tuple[bool, Scorecard | None]:
    """Whether this proposal is in their pile, and their scorecard on it with its scores, locked for a change. One statement."""
    values = {"person_id": person.id, "proposal_id": proposal.id}
    if change:
        return bool(db.session.scalar(_assigned(), values)), scorecard_of(person, proposal, change=True)
    _, is_assigned, scorecard = db.session.execute(_judged_by(), values).unique().one()
    return bool(is_assigned), scorecard


@put_together_once
def _assigned() -> Select[bool]:
    return select(_is_assigned(SOMEBODY.id, THE_PROPOSAL))


@put_together_once
def _judged_by() -> Select[int, bool, Scorecard]:
    asked = THE_PROPOSAL
    return (
        select(Proposal.id, _is_assigned(SOMEBODY.id, asked), Scorecard)
        .outerjoin(Scorecard, (Scorecard.proposal_id == Proposal.id) & (Scorecard.person_id == SOMEBODY.id))
        .where(Proposal.id == asked)
        .options(joinedload(Scorecard.scores))
    )


def _is_assigned(person_id: Any, proposal_id: Any) -> Exists:
    return exists().where(
        Assignment.proposal_id == proposal_id, Assignment.person_id == person_id, Assignment.ended_at.is_(None)
    )


def scorecard_of(person: Any, proposal: Proposal, *, change: bool = False) -> Scorecard | None:
    """Their scorecard on it, with its scores."""
    return db.session.scalars(_scorecard(change), {"person_id": person.id, "proposal_id": proposal.id}).one_or_none()


@put_together_once
def _scorecard(change: bool) -> Select[Scorecard]:
    mine = select(Scorecard).where(Scorecard.proposal_id == THE_PROPOSAL, Scorecard.person_id == SOMEBODY.id)
    return locked(mine.options(selectinload(Scorecard.scores)), change=change)


def my_scorecard_or_404(person: Any, proposal: Proposal, *, change: bool = False) -> Scorecard:
    return scorecard_of(person, proposal, change=change) or abort(404)


def total_of(scorecard: Scorecard, round: Round) -> float | None:
    """What this scorecard comes to as it stands, 0 to 100; None below 60 % of the weight."""
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    given = {score.criterion_id: score.level for score in scorecard.scores if score.criterion_id in weights}
    return scoring.total(given, weights)
