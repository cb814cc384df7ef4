"""What pages of schemes and rounds show, and what the floors above ask about a round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, current_app, url_for
from sqlalchemy import ColumnElement, Select, Text, and_, exists, func, literal, or_, select, true, type_coerce, union
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from pitchpit.core import clock
from pitchpit.core.db import db, locked
from pitchpit.core.money import pounds
from pitchpit.core.paging import Page, page
from pitchpit.core.rules import Answer
from pitchpit.core.words import moment_in_words, plural
from pitchpit.history import queries as history
from pitchpit.history.enums import ADMIN, CHAIR, EVERYONE, MONITOR, PANEL, TRIAGE
from pitchpit.history.queries import Entry
from pitchpit.home.ports import Todo
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, Service
from pitchpit.people.ports import Holding
from pitchpit.schemes import rules
from pitchpit.schemes.enums import PanelRole, Part, Phase
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

WITH_MEMBERS = (selectinload(Round.members).joinedload(PanelMember.person, innerjoin=True),)

#: Everything a round is made of, in five statements beside the round's own.
WHOLE = (
    joinedload(Round.funds).joinedload(RoundFund.fund),
    selectinload(Round.tiers).joinedload(Tier.ratifier),
    selectinload(Round.questions),
    selectinload(Round.criteria).joinedload(Criterion.levels),
    selectinload(Round.responders).options(
        joinedload(Responder.person), joinedload(Responder.deputy), joinedload(Responder.service)
    ),
    *WITH_MEMBERS,
)


def visible_to(person: Person) -> Select[Any]:
    """The rounds this person may see: what has opened or is announced; being set up, admins and QI alone."""
    sees_all = person.has(Right.ADMIN) or person.has(Right.QI)
    return select(Round).where(true() if sees_all else Round.opened_at.is_not(None))


def round_or_404(person: Person, id: int, *, change: bool = False, load: Collection[Any] = ()) -> Round:
    """The round, if this person may see it; locked where `change`. `load=WHOLE` brings all its parts. First in the lock order."""
    asked = visible_to(person).where(Round.id == id).options(joinedload(Round.scheme, innerjoin=True), *load)
    return db.session.scalars(locked(asked, change=change, of=Round)).unique().one_or_none() or abort(404)


def _open_at(moment: datetime) -> ColumnElement[bool]:
    return and_(
        Round.opened_at <= moment, Round.opens_at <= moment, Round.closes_at > moment, Round.released_at.is_(None)
    )


def open_rounds(at: datetime | None = None) -> list[Round]:
    """The rounds that take ideas at this moment (now), the one that closes first in front, with their schemes. One statement."""
    asked = select(Round).where(_open_at(at or clock.now())).options(joinedload(Round.scheme, innerjoin=True))
    return list(db.session.scalars(asked.order_by(Round.closes_at, Round.id)))


def responder_for(round: Round, service: Service | None, *, but: Collection[int] = ()) -> tuple[Person, Person | None]:
    """Who owes the reply to an idea from this service, and their deputy. One statement; the round knows its responders from then on.

    `but` are its authors, by number: nobody answers their own idea. Where the list names nobody else, it is they, and the QI team answers.
    Raises LookupError where nobody does, as in a round that cannot open.
    """
    of_round = (
        select(Responder)
        .where(Responder.round_id == round.id)
        .options(joinedload(Responder.person), joinedload(Responder.deputy))
        .order_by(Responder.id)
    )
    named = list(db.session.scalars(of_round))
    set_committed_value(round, "responders", named)
    answering = rules.who_answers(named, service, but=but) or rules.who_answers(named, service)
    if answering is None:
        raise LookupError(f"Round {round.id} names nobody who answers.")
    return answering


#: What somebody is to a round that goes on, and how one says that they are.
STANDS = {
    PanelRole.MEMBER.value: "judges for",
    PanelRole.CHAIR.value: "chairs the panel of",
    PanelRole.DEPUTY.value: "is deputy chair of the panel of",
    PanelRole.SECRETARY.value: "is secretary of the panel of",
    "responder": "answers ideas of",
    "deputy responder": "answers ideas, as deputy, of",
    "ratifier": "ratifies awards of",
}


def panels_and_replies(person_ids: Collection[int]) -> Iterator[Holding]:
    """What these persons are to rounds whose decisions are not out: panel, responders, ratifiers. One statement."""
    stands = union(
        select(PanelMember.person_id, type_coerce(PanelMember.role, Text).label("stand"), PanelMember.round_id).where(
            PanelMember.left_on.is_(None)
        ),
        select(Responder.person_id, literal("responder"), Responder.round_id),
        select(Responder.deputy_id, literal("deputy responder"), Responder.round_id),
        select(Tier.ratifier_id, literal("ratifier"), Tier.round_id),
    ).subquery()
    asked = (
        select(stands.c.person_id, stands.c.stand, Round.title)
        .join(Round, Round.id == stands.c.round_id)
        .where(stands.c.person_id.in_(person_ids), Round.released_at.is_(None))
        .order_by(Round.title, stands.c.stand)
    )
    for person_id, stand, title in db.session.execute(asked):
        yield Holding(person_id, STANDS[stand], title)


def audiences(person: Person, round: Round) -> set[str]:
    """How this person stands to the round, in history's words. Reads `round.members`."""
    words = {EVERYONE}
    if person.has(Right.ADMIN):
        words.add(ADMIN)
    if person.has(Right.QI):
        words |= {TRIAGE, MONITOR}
    if rules.is_on_panel(person, round):
        words.add(PANEL)
    if rules.may_lead(person, round) or rules.is_secretary(person, round):
        words.add(CHAIR)
    return words


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


def needs_now(person: Person) -> list[Todo]:
    """For whoever sets rounds up: those that still lack something, or wait to be opened. One statement."""
    if not person.has(Right.ADMIN):
        return []
    return [_finish(round, len(rules.lacks(set_up))) for round, set_up in being_set_up()]


#: What a first round stands on, in the order in which it is made: whether it is there, what to do, and where.
_FIRST_STEPS = (
    (Service, "Add the trust’s divisions and wards, or bring in a staff list", "people.services"),
    (Fund, "Make the first fund: where the money of a pot comes from", "schemes.new_fund"),
    (Scheme, "Make the first scheme: a standing way of asking for ideas", "schemes.new"),
    (Round, "Set up the first round", "schemes.index"),
)


def first_steps(person: Any) -> list[Todo]:
    """For an admin of a new installation: what has to be there before anybody can hand in an idea. One statement."""
    if not person.has(Right.ADMIN):
        return []
    there = db.session.execute(select(*(exists().where(thing.id.is_not(None)) for thing, _, _ in _FIRST_STEPS))).one()
    return [
        Todo("Setting up", words, url_for(endpoint))
        for (_, words, endpoint), is_there in zip(_FIRST_STEPS, there, strict=True)
        if not is_there
    ]


def _finish(round: Round, missing: int) -> Todo:
    if missing:
        text = f"Finish setting up {round.title}: {plural(missing, 'thing')} missing"
    else:
        text = f"Open {round.title}: it is ready"
    url = url_for("schemes.set_up", round_id=round.id)
    return Todo("Setting up", text, url, clock.london(round.opens_at).date())


#: In what order the page of rounds shows them, and by which date within.
_GROUPS: dict[Phase, Any] = {
    Phase.OPEN: lambda round: (round.closes_at, round.id),
    Phase.ANNOUNCED: lambda round: (round.opens_at, round.id),
    Phase.SCORING: lambda round: (round.scoring_ends_at(), round.id),
    Phase.DECIDING: lambda round: (round.scoring_ends_at(), round.id),
}


def rounds_by_phase() -> dict[Phase, list[Round]]:
    """What is open, coming, being scored and being decided, each with scheme, pot and tiers. Two statements."""
    asked = (
        select(Round)
        .where(Round.opened_at.is_not(None), Round.released_at.is_(None))
        .options(joinedload(Round.scheme, innerjoin=True), joinedload(Round.funds), selectinload(Round.tiers))
    )
    found, now = db.session.scalars(asked).unique().all(), clock.now()
    return {
        phase: sorted((round for round in found if round.phase_at(now) is phase), key=order)
        for phase, order in _GROUPS.items()
    }


def decided_rounds(*, after: str | None = None) -> Page[Round]:
    """The rounds whose decisions are out, the latest first. Two statements."""
    asked = (
        select(Round)
        .where(Round.released_at.is_not(None))
        .options(joinedload(Round.scheme, innerjoin=True), selectinload(Round.funds))
    )
    return page(asked, order=[(Round.released_at, "desc"), (Round.id, "desc")], after=after, size=20)


@dataclass(frozen=True)
class Task:
    """One part of a round on its task list: what it holds so far, what it lacks, and whether it may be changed."""

    part: Part
    holds: str
    lacks: list[str]
    can_change: Answer


def tasks(person: Person, round: Round) -> list[Task]:
    """The task list of a round whose parts are loaded."""
    lacks = rules.lacks(rules.of_round(round))
    return [
        Task(
            part,
            HOLDS[part](round),
            [lack.words for lack in lacks if lack.part is part],
            rules.can_change(person, round, part),
        )
        for part in Part
    ]


def _people_on(round: Round) -> str:
    here = [member for member in round.members if member.left_on is None]
    counting = sum(member.counts for member in here)
    return f"{plural(len(here), 'person', 'people')}, {counting} whose scores count" if here else "Nobody yet"


def _asked(round: Round) -> str:
    further = sum(not question.always for question in round.questions)
    return "The three questions every round asks" + (f", and {further} more" if further else "")


#: Each part in one line, for the task list and the check page.
HOLDS: dict[Part, Callable[[Round], str]] = {
    Part.DATES: lambda round: (
        f"Opens {moment_in_words(round.opens_at)}, closes {moment_in_words(round.closes_at)}, "
        f"scoring ends {moment_in_words(round.scoring_closes_at)}"
    ),
    Part.POT: lambda round: (
        f"{pounds(round.pot_pence)} from {plural(len(round.funds), 'fund')}" if round.funds else "No money yet"
    ),
    Part.TIERS: lambda round: (
        f"{plural(len(round.tiers), 'tier')}, up to {pounds(round.ceiling_pence)}" if round.tiers else "No tiers yet"
    ),
    Part.QUESTIONS: _asked,
    Part.RUBRIC: lambda round: (
        plural(len(round.criteria), "criterion", "criteria") if round.criteria else "Nothing yet"
    ),
    Part.JUDGING: lambda round: (
        f"{plural(round.judges_per_proposal, 'judge')} for each idea, a quorum of {round.quorum}, "
        f"authors {'hidden' if round.authors_hidden else 'shown'}, "
        f"service {'hidden' if round.service_hidden else 'shown'}"
    ),
    Part.PANEL: _people_on,
    Part.REPLIES: lambda round: (
        f"A first reply within {plural(round.reply_working_days, 'working day')}, from "
        + (plural(len(round.responders), "person", "people") if round.responders else "nobody yet")
    ),
}


@dataclass(frozen=True)
class RoundPage:
    """What everyone reads about a round beside the round itself."""

    phase: Phase
    shares: list[tuple[Criterion, int]]
    seats: list[str]
    judges: int
    answers: Person | None
    deputy: Person | None
    reply_by_on: date
    can_extend: Answer
    can_close_scoring: Answer
    can_set_up: bool


def round_page(person: Person, round: Round) -> RoundPage:
    """What the page of a round shows this person; its parts are loaded."""
    now = clock.now()
    counting = [member for member in round.members if member.counts]
    answering = rules.who_answers(round.responders, person.service) or (None, None)
    return RoundPage(
        phase=round.phase_at(now),
        shares=shares(round),
        seats=sorted({member.seat.words for member in counting if member.seat}),
        judges=len(counting),
        answers=answering[0],
        deputy=answering[1],
        reply_by_on=clock.promised_by(
            max(now, round.opens_at), round.reply_working_days, current_app.config["CLOSED_DAYS"]
        ),
        can_extend=rules.can_extend(person, round),
        can_close_scoring=rules.can_close_scoring(person, round),
        can_set_up=person.has(Right.ADMIN),
    )


def shares(round: Round) -> list[tuple[Criterion, int]]:
    """Each criterion with its weight as a percentage of all, rounded half up."""
    of = sum(criterion.weight for criterion in round.criteria)
    return [(criterion, (200 * criterion.weight + of) // (2 * of)) for criterion in round.criteria]


def timeline(person: Person, round: Round, *, after: str | None = None) -> Page[Entry]:
    """What happened to the round, as far as this person may know, newest first. Two statements; `round.members` is loaded."""
    return history.timeline([("round", round.id)], audiences(person, round), after=after)


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


def is_taken(column: Any, value: Any, by_other_than: Any = None) -> bool:
    """Whether another row has this value in a column that is unique."""
    table = column.class_
    taken = select(table.id).where(column == value, table.id != (by_other_than.id if by_other_than else 0))
    return db.session.scalar(taken.limit(1)) is not None
