"""The acts of a round's life: opening, moving its dates, closing scoring early; and the references given in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, locked
from pitchpit.core.rules import ensure, ensure_fresh
from pitchpit.history.actions import record
from pitchpit.people.models import Person
from pitchpit.schemes import rules
from pitchpit.schemes.models import Round, Scheme


def open_round(round: Round, *, actor: Person, edit: int | None = None) -> None:
    """Open the round: from its opening day on everybody may hand in ideas, and what they were told stays as it is.

    Give `edit` where somebody checked the round on a page before.
    """
    ensure(rules.can_open, actor, round)
    ensure_fresh(round, round.edit if edit is None else edit)
    round.opened_at = clock.now()
    db.session.flush()
    detail = {"closes_at": round.closes_at, "pot_pence": round.pot_pence}
    record("round.opened", round, actor=actor, detail=detail)


def extend(
    round: Round, *, actor: Person, edit: int | None, closes_at: datetime, scoring_closes_at: datetime, reason: str
) -> None:
    """Move the closing day, the end of scoring, or both, to a later day, with a reason that everyone sees."""
    ensure(rules.can_move_dates, actor, round, closes_at, scoring_closes_at)
    ensure_fresh(round, edit)
    before = {"closes_at": round.closes_at, "scoring_closes_at": round.scoring_closes_at}
    round.closes_at, round.scoring_closes_at = closes_at, scoring_closes_at
    db.session.flush()
    record(
        "round.extended",
        round,
        actor=actor,
        detail={"closes_at": closes_at, "scoring_closes_at": scoring_closes_at, "before": before},
        texts={"reason": reason},
    )


def close_scoring(round: Round, *, actor: Person, reason: str, edit: int | None = None) -> None:
    """End scoring before its day: scorecards lock, and the panel sees the scores."""
    ensure(rules.can_close_scoring, actor, round)
    ensure_fresh(round, round.edit if edit is None else edit)
    round.scoring_closed_at = clock.now()
    db.session.flush()
    planned = {"planned_at": round.scoring_closes_at}
    record("round.scoring_closed", round, actor=actor, detail=planned, texts={"reason": reason})


def next_reference(round: Round) -> str:
    """The next reference of this round, like DD26-014: the scheme's letters, the year it opens, a number never given twice.

    Lock the round first (it comes first in the lock order). Rounds of one scheme that open in one year share their numbers, so the scheme's
    row is locked with it, until the commit.
    """
    scheme = db.session.scalars(locked(select(Scheme).where(Scheme.id == round.scheme_id))).one()
    year = clock.london(round.opens_at).year
    rounds = select(Round.opens_at, Round.last_number).where(Round.scheme_id == round.scheme_id)
    given = [number for opens_at, number in db.session.execute(rounds) if clock.london(opens_at).year == year]
    round.last_number = max(given) + 1
    db.session.flush()
    return f"{scheme.letters}{year % 100:02}-{round.last_number:03}"
