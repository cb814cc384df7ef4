"""Who may set up, open, extend and close a round, and what a round lacks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from pitchpit.core import clock
from pitchpit.core.db import transaction
from pitchpit.core.rules import Kind
from pitchpit.people.enums import Right
from pitchpit.schemes import queries, rules
from pitchpit.schemes.enums import PanelRole, Part, Phase
from pitchpit.schemes.models import Round
from tests.factories import make_bare_round, make_person, make_round, person_in

YES, NOT_YOURS, NOT_NOW = Kind.YES, Kind.NOT_YOURS, Kind.NOT_NOW

#: When, counted in days from the opening: the round of make_round closes on day 35 and scoring on day 49.
MOMENTS = {"announced": -1, "open": 10, "scoring": 40, "deciding": 60}


@pytest.fixture
def round_in(app: Flask) -> Callable[[str], Round]:
    """A round in this phase (the clock is moved by the test, to `moment_of`)."""

    def made(phase: str) -> Round:
        round = make_round(opened=phase != "setting_up")
        if phase == "released":
            with transaction():
                round.released_at = round.scoring_closes_at + timedelta(days=1)
        return round

    return made


def moment_of(round: Round, phase: str) -> Any:
    days = {"setting_up": 10, "released": 60, **MOMENTS}[phase]
    return round.opens_at + timedelta(days=days)


def somebody(round: Round, who: str) -> Any:
    if who in {"admin", "qi", "leader", "ig"}:
        return make_person(rights=[Right(who)])
    if who == "stranger":
        return make_person()
    return person_in(round, PanelRole(who))


@pytest.mark.parametrize("phase", ["setting_up", "announced", "open", "scoring", "deciding", "released"])
def test_phase_follows_dates_and_acts(round_in, moved_clock, phase: str) -> None:
    round = round_in(phase)
    assert round.phase_at(moment_of(round, phase)) is Phase(phase)


@pytest.mark.parametrize(
    ("part", "answers"),
    [
        (Part.DATES, {"setting_up": YES, "open": NOT_NOW, "released": NOT_NOW}),
        (Part.POT, {"setting_up": YES, "open": YES, "released": YES}),
        (Part.TIERS, {"setting_up": YES, "open": NOT_NOW, "released": NOT_NOW}),
        (Part.QUESTIONS, {"setting_up": YES, "open": NOT_NOW, "released": NOT_NOW}),
        (Part.RUBRIC, {"setting_up": YES, "open": NOT_NOW, "released": NOT_NOW}),
        (Part.JUDGING, {"setting_up": YES, "open": NOT_NOW, "released": NOT_NOW}),
        (Part.PANEL, {"setting_up": YES, "open": YES, "released": NOT_NOW}),
        (Part.REPLIES, {"setting_up": YES, "open": YES, "released": NOT_NOW}),
    ],
)
def test_an_administrator_changes_a_part_while_it_may_change(round_in, part: Part, answers: dict[str, Kind]) -> None:
    admin = make_person(rights=["admin"])
    found = {phase: rules.can_change(admin, round_in(phase), part).kind for phase in answers}
    assert found == answers


@pytest.mark.parametrize("part", list(Part))
@pytest.mark.parametrize("who", ["qi", "leader", "ig", "chair", "secretary", "member", "stranger"])
def test_nobody_else_changes_any_part(round_in, part: Part, who: str) -> None:
    round = round_in("setting_up")
    assert rules.can_change(somebody(round, who), round, part).kind is NOT_YOURS


def test_what_is_frozen_says_why(round_in) -> None:
    admin, round = make_person(rights=["admin"]), round_in("open")
    assert rules.can_change(admin, round, Part.RUBRIC).reason == (
        "This round has opened: its rubric stays, as ideas are written and scored by it."
    )


@pytest.mark.parametrize(
    ("phase", "answer"), [("setting_up", YES), ("announced", NOT_NOW), ("open", NOT_NOW), ("released", NOT_NOW)]
)
def test_a_ready_round_opens_once(round_in, moved_clock, phase: str, answer: Kind) -> None:
    admin, round = make_person(rights=["admin"]), round_in(phase)
    with moved_clock(moment_of(round, phase)):
        assert rules.can_open(admin, round).kind is answer


@pytest.mark.parametrize("who", ["qi", "chair", "secretary", "stranger"])
def test_administrators_alone_open_a_round(round_in, who: str) -> None:
    round = round_in("setting_up")
    assert rules.can_open(somebody(round, who), round).kind is NOT_YOURS


EXTENDS = {
    "announced": YES,
    "open": YES,
    "scoring": YES,
    "setting_up": NOT_NOW,
    "deciding": NOT_NOW,
    "released": NOT_NOW,
}
CLOSES = {
    "scoring": YES,
    "setting_up": NOT_NOW,
    "announced": NOT_NOW,
    "open": NOT_NOW,
    "deciding": NOT_NOW,
    "released": NOT_NOW,
}
NEVER = dict.fromkeys(EXTENDS, NOT_YOURS)


@pytest.mark.parametrize(
    ("rule", "who", "answers"),
    [
        *((rules.can_extend, who, EXTENDS) for who in ("admin", "qi", "chair", "deputy", "secretary")),
        *((rules.can_extend, who, NEVER) for who in ("member", "leader", "ig", "stranger")),
        *((rules.can_close_scoring, who, CLOSES) for who in ("qi", "chair", "deputy", "secretary")),
        *((rules.can_close_scoring, who, NEVER) for who in ("admin", "member", "leader", "ig", "stranger")),
    ],
)
def test_who_moves_the_dates_and_when(round_in, moved_clock, rule: Any, who: str, answers: dict[str, Kind]) -> None:
    found = {}
    for phase in answers:
        round = round_in(phase)
        person = somebody(round, who)
        with moved_clock(moment_of(round, phase)):
            found[phase] = rule(person, round).kind
    assert found == answers


def test_scoring_closed_early_stays_closed(round_in, moved_clock) -> None:
    round, qi = round_in("scoring"), make_person(rights=["qi"])
    with transaction():
        round.scoring_closed_at = moment_of(round, "scoring") - timedelta(days=1)
    with moved_clock(moment_of(round, "scoring")):
        assert rules.can_close_scoring(qi, round).reason == "Scoring has closed already."
        assert rules.can_extend(qi, round).reason == "Scoring has ended, and the panel has seen the scores."


WHO = ("chair", "deputy", "secretary", "member", "stranger")


@pytest.mark.parametrize(
    ("rule", "yes"),
    [
        (rules.is_on_panel, {"chair", "deputy", "secretary", "member"}),
        (rules.is_judge, {"chair", "deputy", "member"}),
        *((lambda *asked, role=role: rules.has_role(*asked, role), {role.value}) for role in PanelRole),
        (rules.is_secretary, {"secretary"}),
        (rules.may_lead, {"chair", "deputy"}),
    ],
)
def test_who_is_who_on_the_panel(app: Flask, rule: Any, yes: set[str]) -> None:
    round = make_round()
    assert {who for who in WHO if rule(somebody(round, who), round)} == yes
    people = {who: somebody(round, who) for who in WHO}
    with transaction():
        for member in round.members:
            member.left_on = clock.today()
    assert {who for who in WHO if rule(people[who], round)} == set()


# What a round lacks


def test_a_new_round_lacks_everything_but_its_dates_and_questions(app: Flask) -> None:
    assert rules.missing(make_bare_round()) == [
        "Money in the pot",
        "At least one tier",
        "A rubric",
        "A chair for the panel",
        "A secretary for the panel",
        "4 more panel members whose scores count (4 judges for each idea)",
        "Somebody who answers ideas from everywhere",
    ]


def test_a_finished_round_lacks_nothing(app: Flask) -> None:
    assert rules.missing(make_round(opened=False)) == []


def _closing_date_passes(round: Round) -> None:
    round.opens_at -= timedelta(days=60)
    round.closes_at -= timedelta(days=60)


def _chair_leaves(round: Round) -> None:
    next(member for member in round.members if member.role is PanelRole.CHAIR).left_on = clock.today()


def _somebody_only_learns(round: Round) -> None:
    next(member for member in round.members if member.role is PanelRole.MEMBER).shadow = True


def _secretary_judges(round: Round) -> None:
    next(member for member in round.members if member.role is PanelRole.SECRETARY).role = PanelRole.MEMBER


def _responder_of_a_division(round: Round) -> None:
    from tests.factories import make_service

    round.responders[0].service = make_service()


BREAKING: list[tuple[Callable[[Round], Any], list[str]]] = [
    (_closing_date_passes, ["A closing date that has not passed"]),
    (lambda round: round.funds.clear(), ["Money in the pot"]),
    (lambda round: round.tiers.clear(), ["At least one tier"]),
    (lambda round: round.questions.pop(0), ["The three questions that every round asks"]),
    (lambda round: round.criteria.clear(), ["A rubric"]),
    (lambda round: round.criteria[2].levels.pop(), ["Words for every level of every criterion"]),
    (
        _chair_leaves,
        ["A chair for the panel", "1 more panel member whose scores count (4 judges for each idea)"],
    ),
    (_somebody_only_learns, ["1 more panel member whose scores count (4 judges for each idea)"]),
    (_secretary_judges, ["A secretary for the panel"]),
    (lambda round: setattr(round, "quorum", 6), ["2 more panel members whose scores count (a quorum of 6)"]),
    (_responder_of_a_division, ["Somebody who answers ideas from everywhere"]),
]


@pytest.mark.parametrize(("break_it", "words"), BREAKING)
def test_a_round_says_what_it_lacks_and_cannot_open(
    app: Flask, break_it: Callable[[Round], Any], words: list[str]
) -> None:
    round, admin = make_round(opened=False), make_person(rights=["admin"])
    with transaction():
        break_it(round)
    assert rules.missing(round) == words
    answer = rules.can_open(admin, round)
    assert answer.kind is NOT_NOW
    assert words[0][1:] in answer.reason
    assert [(one.id, set_up) for one, set_up in queries.being_set_up()] == [(round.id, rules.of_round(round))]
