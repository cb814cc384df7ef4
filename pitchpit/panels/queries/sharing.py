"""Who scores what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from pitchpit.core.db import db, locked
from pitchpit.panels import assignment
from pitchpit.panels.enums import ScorecardState
from pitchpit.panels.models import Assignment, Scorecard
from pitchpit.panels.queries.seeing import not_excluded
from pitchpit.panels.told import SharedOut
from pitchpit.people.models import Person
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Author, Proposal
from pitchpit.schemes.models import Round


def shortlisted(round: Round, person: Any = None) -> Sequence[Proposal]:
    """What the panel judges now, with its authors, in the order of references; not what this person is excluded from. Two statements."""
    judged = select(Proposal).where(
        Proposal.round_id == round.id, Proposal.state == ProposalState.SHORTLISTED, Proposal.concern_at.is_(None)
    )
    if person is not None:
        judged = judged.where(not_excluded(person))
    return db.session.scalars(
        judged.options(
            joinedload(Proposal.current_version),
            selectinload(Proposal.authors).joinedload(Author.person).joinedload(Person.service),
        ).order_by(Proposal.reference)
    ).all()


def proposed(
    round: Round,
    proposals: Sequence[Proposal],
    *,
    barred: Collection[tuple[int, int]],
    kept: Collection[tuple[int, int]],
) -> set[tuple[int, int]]:
    """Who could score what: (proposal, person), even loads among those whose scores count."""
    judges = [member.person_id for member in round.members if member.counts]
    return assignment.propose(
        [proposal.id for proposal in proposals], judges, round.judges_per_proposal, barred=barred, kept=kept
    )


def assignments_of(round: Round, *, change: bool = False) -> Sequence[Assignment]:
    """Every assignment of the round, ended ones too; locked for a change."""
    asked = select(Assignment).join(Assignment.proposal).where(Proposal.round_id == round.id).order_by(Assignment.id)
    return db.session.scalars(locked(asked, change=change, of=Assignment)).all()


@dataclass(frozen=True)
class Share:
    """An assignment that stands, and whether it is done."""

    proposal_id: int
    person_id: int
    submitted: bool


def shares(round: Round) -> list[Share]:
    """Every assignment that stands in this round. One statement."""
    done = (Scorecard.state == ScorecardState.SUBMITTED) & Scorecard.withdrawn_at.is_(None)
    rows = db.session.execute(
        select(Assignment.proposal_id, Assignment.person_id, func.coalesce(done, False))
        .join(Proposal, Proposal.id == Assignment.proposal_id)
        .outerjoin(
            Scorecard, (Scorecard.proposal_id == Assignment.proposal_id) & (Scorecard.person_id == Assignment.person_id)
        )
        .where(Proposal.round_id == round.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    )
    return [Share(proposal_id, person_id, bool(submitted)) for proposal_id, person_id, submitted in rows]


def assigned_pairs(round: Round) -> set[tuple[int, int]]:
    """(proposal, person) of every assignment that stands in this round."""
    return {(share.proposal_id, share.person_id) for share in shares(round)}


def shared_out(round: Round, person: Any) -> SharedOut:
    """Who scores what as it stands, but for what this person is excluded from. One statement."""
    rows = db.session.execute(
        select(Assignment.proposal_id, Assignment.person_id)
        .join(Proposal, Proposal.id == Assignment.proposal_id)
        .where(Proposal.round_id == round.id, Assignment.ended_at.is_(None), not_excluded(person))
        .where(Proposal.state == ProposalState.SHORTLISTED, Proposal.concern_at.is_(None))
    )
    return SharedOut.of((proposal_id, person_id) for proposal_id, person_id in rows)
