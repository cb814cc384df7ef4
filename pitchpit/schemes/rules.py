"""Who may set up, open, extend and close a round, who is who on its panel, and what a round still lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pitchpit.core import clock
from pitchpit.core.money import pounds
from pitchpit.core.rules import YES, Answer, not_now, not_now_unless, only_if
from pitchpit.core.words import moment_in_words, plural
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, Service
from pitchpit.schemes.defaults import TOP_LEVEL
from pitchpit.schemes.enums import AlwaysAsked, PanelRole, Part, Phase
from pitchpit.schemes.models import PanelMember, Responder, Round, Scheme

# Who is who on a panel (read off `round.members`, which the caller loads).


def panel_member(person: Any, round: Round) -> PanelMember | None:
    """This person's seat on the panel, unless they have left it."""
    return next((m for m in round.members if m.person_id == person.id and m.left_on is None), None)


def has_role(person: Any, round: Round, *roles: PanelRole) -> bool:
    """Whether they sit on the panel as one of these."""
    member = panel_member(person, round)
    return member is not None and member.role in roles


def is_on_panel(person: Any, round: Round) -> bool:
    """Whether they sit on the panel at all, as its secretary too."""
    return panel_member(person, round) is not None


def is_judge(person: Any, round: Round) -> bool:
    """Whether they score in this round (a shadow does; the secretary never)."""
    member = panel_member(person, round)
    return member is not None and member.scores


def is_secretary(person: Any, round: Round) -> bool:
    return has_role(person, round, PanelRole.SECRETARY)


def may_lead(person: Any, round: Round) -> bool:
    """Whether they lead the panel: its chair, and its deputy for the chair."""
    return has_role(person, round, PanelRole.CHAIR, PanelRole.DEPUTY)


# Who answers.


def who_answers(
    responders: Iterable[Responder], service: Service | None, *, but: Collection[int] = ()
) -> tuple[Person, Person | None] | None:
    """Who owes the reply to an idea from this service, and their deputy; None where nobody does.

    The responder of its division (of the nearest service above it that has one), else the one for everywhere. Where that person has left the
    trust, or is one of `but` (the idea's authors: nobody answers their own), the deputy steps up.
    """
    by_service: dict[int | None, Responder] = {}
    for row in responders:
        by_service.setdefault(row.service_id, row)
    for number in [*(service.ancestor_ids if service else ()), None]:
        named = by_service.get(number)
        both = (named.person, named.deputy) if named else ()
        here = [one for one in both if one is not None and not one.has_left and one.id not in but]
        if here:
            return here[0], here[1] if len(here) > 1 else None
    return None


# What a round lacks.


@dataclass(frozen=True)
class SetUp:
    """How far a round is set up, in numbers: what `lacks` judges by. `of_round` and `queries.being_set_up` give the same."""

    opens_at: datetime
    closes_at: datetime
    judges_per_proposal: int
    quorum: int
    pot_pence: int
    tiers: int
    always_asked: int
    criteria: int
    descriptors: int
    chairs: int
    secretaries: int
    counting: int
    answering_everywhere: int


def of_round(round: Round) -> SetUp:
    """The numbers of a round whose parts are loaded."""
    seats = [member for member in round.members if member.left_on is None]
    return SetUp(
        opens_at=round.opens_at,
        closes_at=round.closes_at,
        judges_per_proposal=round.judges_per_proposal,
        quorum=round.quorum,
        pot_pence=round.pot_pence,
        tiers=len(round.tiers),
        always_asked=sum(question.always is not None for question in round.questions),
        criteria=len(round.criteria),
        descriptors=sum(len(criterion.levels) for criterion in round.criteria),
        chairs=sum(seat.role is PanelRole.CHAIR for seat in seats),
        secretaries=sum(seat.role is PanelRole.SECRETARY for seat in seats),
        counting=sum(seat.counts for seat in seats),
        answering_everywhere=sum(responder.service_id is None for responder in round.responders),
    )


@dataclass(frozen=True)
class Lack:
    """One thing that is missing, and in which part it is put right."""

    part: Part
    words: str


def lacks(set_up: SetUp) -> list[Lack]:
    """What is missing before the round can open, in the order of the parts."""
    found = [
        (set_up.closes_at <= clock.now(), Part.DATES, "A closing date that has not passed"),
        (set_up.pot_pence <= 0, Part.POT, "Money in the pot"),
        (not set_up.tiers, Part.TIERS, "At least one tier"),
        (set_up.always_asked < len(AlwaysAsked), Part.QUESTIONS, "The three questions that every round asks"),
        (not set_up.criteria, Part.RUBRIC, "A rubric"),
        (
            set_up.descriptors < set_up.criteria * (TOP_LEVEL + 1),
            Part.RUBRIC,
            "Words for every level of every criterion",
        ),
        *((wrong, Part.PANEL, words) for wrong, words in _lacks_of_panel(set_up)),
        (not set_up.answering_everywhere, Part.REPLIES, "Somebody who answers ideas from everywhere"),
    ]
    return [Lack(part, words) for wrong, part, words in found if wrong]


def _lacks_of_panel(set_up: SetUp) -> Iterable[tuple[bool, str]]:
    wanted = max(set_up.judges_per_proposal, set_up.quorum)
    short = wanted - set_up.counting
    because = (
        f"{plural(set_up.judges_per_proposal, 'judge')} for each idea"
        if set_up.judges_per_proposal >= set_up.quorum
        else f"a quorum of {set_up.quorum}"
    )
    return (
        (not set_up.chairs, "A chair for the panel"),
        (not set_up.secretaries, "A secretary for the panel"),
        (short > 0, f"{plural(short, 'more panel member')} whose scores count ({because})"),
    )


def missing(round: Round) -> list[str]:
    """What the round lacks before it can open, in plain words; nothing when it is ready."""
    return [lack.words for lack in lacks(of_round(round))]


# Who may do what.


def _administers(person: Any) -> Answer:
    return only_if(person.has(Right.ADMIN), "Only an administrator can set up schemes and rounds.")


def _in_words(things: list[str]) -> str:
    return ", ".join(thing[:1].lower() + thing[1:] for thing in things)


def can_make(person: Any) -> Answer:
    """Make and change schemes and funds, make rounds."""
    return _administers(person)


def can_change_letters(person: Any, scheme: Scheme) -> Answer:
    """The letters begin every reference, so they stay once a round has opened."""
    return _administers(person) and not_now_unless(
        not any(round.opened_at for round in scheme.rounds),
        "A round of this scheme has opened: its letters are in people's references and stay.",
    )


#: What may still be changed once the round has opened, by whoever sets it up.
_CHANGES_LATER = frozenset({Part.POT, Part.PANEL, Part.REPLIES})

_FROZEN = {
    Part.DATES: "This round has opened. A date can be moved to a later day, with a reason that everyone sees.",
    Part.TIERS: "This round has opened: its tiers stay as people were told.",
    Part.QUESTIONS: "This round has opened: its questions stay, as ideas are being written to them.",
    Part.RUBRIC: "This round has opened: its rubric stays, as ideas are written and scored by it.",
    Part.JUDGING: "This round has opened: how ideas are judged stays as people were told.",
}


def can_change(person: Any, round: Round, part: Part) -> Answer:
    """Set up or change one part of a round."""
    if not (answer := _administers(person)):
        return answer
    if round.released_at is not None and part is not Part.POT:
        return not_now("The decisions of this round are out: it stays as it was.")
    if round.opened_at is not None and part not in _CHANGES_LATER:
        return not_now(_FROZEN[part])
    return YES


def can_use_usual_rubric(person: Any, round: Round) -> Answer:
    """Take the usual criteria, where there are none yet."""
    return can_change(person, round, Part.RUBRIC) and not_now_unless(
        not round.criteria, "This round has a rubric already. Change it, or take its criteria out first."
    )


def can_set_pot(person: Any, round: Round, pot_pence: int, reason: str) -> Answer:
    """Give the round this pot: anything while setting up; once it has opened no less than people were told, and more with a reason."""
    return can_change(person, round, Part.POT) and (
        not_now_unless(
            round.opened_at is None or pot_pence >= round.pot_pence,
            f"This round has opened with {pounds(round.pot_pence)}: its pot can rise, not fall.",
        )
        and not_now_unless(
            round.opened_at is None or pot_pence == round.pot_pence or reason.strip(), "Say why the pot rises."
        )
    )


def can_promise(person: Any, round: Round, reply_working_days: int, returns_allowed: int) -> Answer:
    """Promise this reply; once the round has opened, the promise stays as people were told."""
    told = (round.reply_working_days, round.returns_allowed)
    return can_change(person, round, Part.REPLIES) and not_now_unless(
        round.opened_at is None or told == (reply_working_days, returns_allowed),
        "This round has opened: the reply stays as it was promised.",
    )


def can_open(person: Any, round: Round) -> Answer:
    """Open the round: everything is there, and it has not opened before."""
    return (
        _administers(person)
        and not_now_unless(round.opened_at is None, "This round has been opened already.")
        and not_now_unless(
            not (lacking := missing(round)), f"This round cannot open yet. It lacks: {_in_words(lacking)}."
        )
    )


def _watches_over(person: Any, round: Round) -> bool:
    return person.has(Right.QI) or person.has(Right.ADMIN) or may_lead(person, round) or is_secretary(person, round)


def can_extend(person: Any, round: Round) -> Answer:
    """Move the closing date or the end of scoring to a later day: until scoring has ended."""
    return only_if(
        _watches_over(person, round), "Only the panel's chair or secretary, QI and administrators can move its dates."
    ) and not_now_unless(
        round.phase_at(clock.now()) in {Phase.ANNOUNCED, Phase.OPEN, Phase.SCORING},
        "Scoring has ended, and the panel has seen the scores."
        if round.opened_at
        else "This round has not been opened: change its dates where it is set up.",
    )


def can_move_dates(person: Any, round: Round, closes_at: datetime, scoring_closes_at: datetime) -> Answer:
    """Move them to these: later, never earlier; the closing day only while ideas can still come in."""
    return (
        can_extend(person, round)
        and not_now_unless(
            closes_at == round.closes_at or round.closes_at > clock.now(),
            "The round has closed for ideas. Only the end of scoring can move.",
        )
        and not_now_unless(
            closes_at >= round.closes_at and scoring_closes_at >= round.scoring_closes_at,
            "People were told these days. They can move to a later day, not to an earlier one.",
        )
        and not_now_unless(
            (closes_at, scoring_closes_at) != (round.closes_at, round.scoring_closes_at), "Choose a later day."
        )
        and not_now_unless(scoring_closes_at > closes_at, "Scoring ends after the round closes: move that day too.")
    )


def can_close_scoring(person: Any, round: Round) -> Answer:
    """End scoring before its day: the chair, the deputy for the chair, the secretary, or QI."""
    return only_if(
        person.has(Right.QI) or may_lead(person, round) or is_secretary(person, round),
        "Only the panel's chair or secretary, or QI, can close scoring.",
    ) and _scoring_now(round)


def _scoring_now(round: Round) -> Answer:
    phase = round.phase_at(clock.now())
    if phase in {Phase.SETTING_UP, Phase.ANNOUNCED, Phase.OPEN}:
        return not_now(
            f"Scoring can close once the round has: it takes ideas until {moment_in_words(round.closes_at)}."
        )
    return not_now_unless(phase is Phase.SCORING, "Scoring has closed already.")
