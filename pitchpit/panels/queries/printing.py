"""What a judge takes along on paper."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from pitchpit.core.db import db
from pitchpit.panels.queries.piles import pile
from pitchpit.panels.queries.reading import Blinded, all_blinded
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Round


def pile_to_print(person: Any, round: Round) -> list[Blinded]:
    """What is in this member's pile and in nobody's way, in their own order, as they may read it. Five statements."""
    wanted = [row.proposal_id for row in pile(person, round).rows if row.standing != "waiting"]
    found = db.session.scalars(
        select(Proposal)
        .where(Proposal.id.in_(wanted))
        .options(joinedload(Proposal.current_version), joinedload(Proposal.round))
    ).all()
    return all_blinded(sorted(found, key=lambda proposal: wanted.index(proposal.id)))
