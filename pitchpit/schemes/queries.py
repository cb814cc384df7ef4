"""What pages of schemes and rounds show, and what the floors above ask about a round."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from pitchpit.core import clock
from pitchpit.core.db import db, locked
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, Service
from pitchpit.schemes import rules
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import (
    Criterion,
    Fund,
    LevelDescriptor,
    PanelMember,
    Question,
    Responder,
    Round,
    RoundFund,
    Scheme,
    Tier,
)

#: Everything a round is made of, each part in one statement.
WHOLE = (
    selectinload(Round.funds).joinedload(RoundFund.fund),
    selectinload(Round.tiers).joinedload(Tier.ratifier),
    selectinload(Round.questions),
    selectinload(Round.criteria).selectinload(Criterion.levels),
    selectinload(Round.members).joinedload(PanelMember.person),
    selectinload(Round.responders).options(
        joinedload(Responder.person), joinedload(Responder.deputy), joinedload(Responder.service)
    ),
)


def visible_to(person: Person) -> Select[tuple[Round]]:
    """The rounds this person may see: what has opened or is announced; being set up, admins and QI alone."""
    sees_all = person.has(Right.ADMIN) or person.has(Right.QI)
    return select(Round).where(true() if sees_all else Round.opened_at.is_not(None))


def round_or_404(person: Person, id: int, *, change: bool = False, load: Collection[Any] = ()) -> Round:
    """The round, if this person may see it; locked where `change`. `load=WHOLE` brings all its parts. First in the lock order."""
    asked = visible_to(person).where(Round.id == id).options(joinedload(Round.scheme, innerjoin=True), *load)
    return db.session.scalar(locked(asked, change=change, of=Round)) or abort(404)


def _open_at(moment: datetime) -> ColumnElement[bool]:
    return and_(
        Round.opened_at <= moment, Round.opens_at <= moment, Round.closes_at > moment, Round.released_at.is_(None)
    )


def open_rounds(at: datetime | None = None) -> list[Round]:
    """The rounds that take ideas at this moment (now), the one that closes first in front, with their schemes. One statement."""
    asked = select(Round).where(_open_at(at or clock.now())).options(joinedload(Round.scheme, innerjoin=True))
    return list(db.session.scalars(asked.order_by(Round.closes_at, Round.id)))


def responder_for(round: Round, service: Service | None) -> tuple[Person, Person | None]:
    """Who owes the reply to an idea from this service, and their deputy.

    The responder of its division (of the nearest service above it that has one), else the one for everywhere. Where that person has left the
    trust, the deputy steps up. One statement. Raises LookupError for a round without responders, which cannot open.
    """
    of_round = (
        select(Responder)
        .where(Responder.round_id == round.id)
        .options(joinedload(Responder.person), joinedload(Responder.deputy))
        .order_by(Responder.id)
    )
    by_service: dict[int | None, Responder] = {}
    for row in db.session.scalars(of_round):
        by_service.setdefault(row.service_id, row)
    for number in [*(service.ancestor_ids if service else ()), None]:
        here = [person for person in _both(by_service.get(number)) if person and _works_here(person)]
        if here:
            return here[0], here[1] if len(here) > 1 else None
    raise LookupError(f"Round {round.id} names nobody who answers.")


def _both(row: Responder | None) -> tuple[Person | None, ...]:
    return (row.person, row.deputy) if row else ()


def _works_here(person: Person) -> bool:
    return person.left_on is None or person.left_on > clock.today()


def _number_of(table: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(table).where(table.round_id == Round.id, *conditions).scalar_subquery()


def being_set_up() -> list[tuple[Round, rules.SetUp]]:
    """The rounds that have not opened yet, each with how far it is set up; the first to open in front. One statement."""
    here = PanelMember.left_on.is_(None)
    scores = PanelMember.role != PanelRole.SECRETARY
    pot = select(func.coalesce(func.sum(RoundFund.amount_pence), 0)).where(RoundFund.round_id == Round.id)
    descriptors = (
        select(func.count())
        .select_from(LevelDescriptor)
        .join(Criterion, Criterion.id == LevelDescriptor.criterion_id)
        .where(Criterion.round_id == Round.id)
    )
    counted = {
        "pot_pence": pot.scalar_subquery(),
        "tiers": _number_of(Tier),
        "always_asked": _number_of(Question, Question.always.is_not(None)),
        "criteria": _number_of(Criterion),
        "descriptors": descriptors.scalar_subquery(),
        "chairs": _number_of(PanelMember, here, PanelMember.role == PanelRole.CHAIR),
        "secretaries": _number_of(PanelMember, here, PanelMember.role == PanelRole.SECRETARY),
        "counting": _number_of(PanelMember, here, scores, PanelMember.shadow.is_(False)),
        "answering_everywhere": _number_of(Responder, Responder.service_id.is_(None)),
    }
    asked = (
        select(Round, *(column.label(name) for name, column in counted.items()))
        .where(Round.opened_at.is_(None))
        .order_by(Round.opens_at, Round.id)
    )
    return [
        (
            row.Round,
            rules.SetUp(
                opens_at=row.Round.opens_at,
                closes_at=row.Round.closes_at,
                judges_per_proposal=row.Round.judges_per_proposal,
                quorum=row.Round.quorum,
                **{name: int(getattr(row, name)) for name in counted},
            ),
        )
        for row in db.session.execute(asked)
    ]


def rounds(person: Person) -> list[Round]:
    """Every round this person may see, with its scheme, pot and tiers; the one that opens last in front. Three statements."""
    asked = visible_to(person).options(
        joinedload(Round.scheme, innerjoin=True), selectinload(Round.funds), selectinload(Round.tiers)
    )
    return list(db.session.scalars(asked.order_by(Round.opens_at.desc(), Round.id.desc())))


def schemes() -> list[Scheme]:
    """Every scheme with its rounds, by name. Two statements."""
    return list(
        db.session.scalars(select(Scheme).options(selectinload(Scheme.rounds)).order_by(Scheme.name, Scheme.id))
    )


def scheme_or_404(id: int, *, change: bool = False) -> Scheme:
    """The scheme with its themes and rounds."""
    asked = select(Scheme).where(Scheme.id == id).options(selectinload(Scheme.themes), selectinload(Scheme.rounds))
    return db.session.scalar(locked(asked, change=change, of=Scheme)) or abort(404)


def funds() -> list[Fund]:
    """Every fund, by name."""
    return list(db.session.scalars(select(Fund).order_by(Fund.name, Fund.id)))


def fund_or_404(id: int, *, change: bool = False) -> Fund:
    return db.session.scalar(locked(select(Fund).where(Fund.id == id), change=change)) or abort(404)


def divisions(level: str) -> list[Service]:
    """The services that are divisions (the level named in settings) and not closed, by name."""
    open_now = or_(Service.closed_on.is_(None), Service.closed_on > clock.today())
    return list(
        db.session.scalars(select(Service).where(Service.level == level, open_now).order_by(Service.name, Service.id))
    )
