"""What people do with schemes, funds and rounds, what history tells of it, and the references given in a round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind, Refused, Stale
from pitchpit.history.models import Event
from pitchpit.people.models import Person
from pitchpit.schemes import actions, defaults, queries, rules
from pitchpit.schemes.enums import AlwaysAsked, Approver, Monitoring, PanelRole, QuestionKind, SchemeKind, Seat
from pitchpit.schemes.models import Round
from tests.factories import make_bare_round, make_fund, make_person, make_round, make_scheme, make_service, person_in


@pytest.fixture
def admin(app: Flask) -> Person:
    return make_person("Ada Admin", rights=["admin"])


def told(person: Person, round: Round) -> list[str]:
    """What history tells this person about the round, oldest first."""
    return [entry.sentence for entry in reversed(queries.timeline(person, round).rows)]


def verbs_since(number: int = 0) -> list[tuple[str, dict[str, Any]]]:
    return [(event.verb, event.details) for event in db.session.scalars(select(Event).order_by(Event.id))][number:]


# From nothing to an open round


def test_a_round_is_made_from_nothing_and_opened(admin: Person) -> None:
    chair, secretary, ratifier, eve, *judges = (
        make_person(name) for name in ("Cy", "Sam", "Rae", "Eve", "A", "B", "C")
    )
    now = clock.now()
    with transaction():
        scheme = actions.make_scheme(actor=admin, name="The Den", letters="DD", kind=SchemeKind.PITCH, themes=["Falls"])
        fund = actions.make_fund(actor=admin, name="Charity", owner="The charity")
        round = actions.make_round(
            scheme,
            actor=admin,
            title="Winter",
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(days=40),
            scoring_closes_at=now + timedelta(days=60),
        )
    with transaction():
        actions.use_usual_rubric(round, actor=admin)
        actions.set_pot(round, actor=admin, edit=round.edit, amounts=[(fund.id, 30_000_00)])
        actions.set_tiers(
            round,
            actor=admin,
            edit=round.edit,
            tiers=[
                {
                    "name": usual.name,
                    "up_to_pence": usual.up_to_pence,
                    "approver": usual.approver,
                    "ratifier": ratifier if usual.approver is Approver.RATIFIER else None,
                    "monitoring": usual.monitoring,
                }
                for usual in defaults.TIERS
            ],
        )
        members = [
            {"person": person, "role": role, "seat": None, "shadow": False}
            for person, role in [
                (chair, PanelRole.CHAIR),
                (secretary, PanelRole.SECRETARY),
                *((judge, PanelRole.MEMBER) for judge in judges),
            ]
        ]
        actions.set_panel(round, actor=admin, edit=round.edit, members=members)
        assert rules.missing(round) == ["Somebody who answers ideas from everywhere"]
        with pytest.raises(Refused, match="It lacks: somebody who answers ideas from everywhere"):
            actions.open_round(round, actor=admin)
        responders = [{"service_id": None, "person": eve, "deputy": None}]
        actions.set_replies(
            round, actor=admin, edit=round.edit, reply_working_days=5, returns_allowed=1, responders=responders
        )
        actions.open_round(round, actor=admin)
    assert queries.open_rounds() == [round]
    assert queries.responder_for(round, None) == (eve, None)
    assert [tier.name for tier in round.tiers] == ["Small", "Medium", "Large"]
    assert told(make_person(), round) == [
        f"Ada Admin opened the round: ideas until {clock.london(round.closes_at).day} "
        f"{clock.london(round.closes_at):%B %Y}"
    ]
    assert told(admin, round)[:3] == [
        "Ada Admin made the round",
        "Ada Admin changed its rubric",
        "Ada Admin changed its pot",
    ]


def test_nobody_but_an_administrator_makes_or_opens_anything(app: Flask) -> None:
    qi, round = make_person(rights=["qi"]), make_round(opened=False)
    attempts = [
        lambda: actions.make_scheme(actor=qi, name="X", letters="XX", kind=SchemeKind.OPEN),
        lambda: actions.make_fund(actor=qi, name="X", owner="Y"),
        lambda: actions.open_round(round, actor=qi),
        lambda: actions.set_pot(round, actor=qi, edit=round.edit, amounts=[]),
        lambda: actions.use_usual_rubric(round, actor=qi),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refused, transaction():
            attempt()
        assert refused.value.answer.kind is Kind.NOT_YOURS
    assert (verbs_since(), round.opened_at, round.pot_pence) == ([], None, 50_000_00)


# Parts


def test_history_keeps_numbers_and_words_of_before_and_after(admin: Person) -> None:
    round = make_round(opened=False)
    before = len(verbs_since())
    with transaction():
        actions.set_judging(
            round, actor=admin, edit=1, judges_per_proposal=3, quorum=4, authors_hidden=True, service_hidden=True
        )
        actions.set_judging(
            round, actor=admin, edit=2, judges_per_proposal=3, quorum=4, authors_hidden=True, service_hidden=True
        )
    was = {"judges_per_proposal": 4, "quorum": 3, "authors_hidden": True, "service_hidden": False}
    now = {"judges_per_proposal": 3, "quorum": 4, "authors_hidden": True, "service_hidden": True}
    assert verbs_since(before) == [("round.changed", {"part": "judging", "edit": 2, "before": was, "after": now})]
    assert round.edit == 3


def test_the_wording_of_questions_stands_beside_the_event(admin: Person) -> None:
    round = make_bare_round()
    wording = {which: {"label": f"About {which.value}?", "help": "", "word_limit": 100} for which in AlwaysAsked}
    other = {
        "label": "Which site?",
        "help": "",
        "kind": QuestionKind.CHOICE,
        "choices": "North\nSouth",
        "word_limit": None,
        "required": True,
        "from_pence": 0,
    }
    with transaction():
        actions.set_questions(round, actor=admin, edit=1, always=wording, others=[other, {**other, "label": "When?"}])
    with transaction():
        actions.set_questions(round, actor=admin, edit=2, always=wording, others=[{**other, "label": "When?"}])
    assert [(question.position, question.label) for question in round.questions] == [
        (1, "About problem?"),
        (2, "About change?"),
        (3, "About difference?"),
        (4, "When?"),
    ]
    latest = queries.timeline(admin, round).rows[0]
    assert [(text.label, text.text.split("\n\n")[3:]) for text in latest.texts] == [
        ("After", ["When?\nNorth\nSouth"]),
        ("Before", ["Which site?\nNorth\nSouth", "When?\nNorth\nSouth"]),
    ]


def test_a_stale_save_changes_nothing(admin: Person) -> None:
    round = make_round(opened=False)
    with transaction():
        actions.set_rubric(round, actor=admin, edit=1, criteria=[])
    with pytest.raises(Stale), transaction():
        actions.set_judging(
            round, actor=admin, edit=1, judges_per_proposal=9, quorum=9, authors_hidden=False, service_hidden=False
        )
    assert (round.judges_per_proposal, round.edit) == (4, 2)


def test_the_usual_rubric_never_replaces_one(admin: Person) -> None:
    round = make_round(opened=False)
    with pytest.raises(Refused, match="has a rubric already"), transaction():
        actions.use_usual_rubric(round, actor=admin)


@pytest.mark.parametrize("opened", [False, True])
def test_the_chair_may_change_hands(admin: Person, opened: bool) -> None:
    round = make_round(opened=opened)
    chair, deputy = person_in(round, PanelRole.CHAIR), person_in(round, PanelRole.DEPUTY)
    swap = {chair.id: PanelRole.DEPUTY, deputy.id: PanelRole.CHAIR}
    members = [
        {"person": m.person, "role": swap.get(m.person_id, m.role), "seat": m.seat, "shadow": m.shadow}
        for m in round.members
    ]
    with transaction():
        actions.set_panel(round, actor=admin, edit=round.edit, members=members)
    assert rules.has_role(deputy, round, PanelRole.CHAIR)
    assert rules.has_role(chair, round, PanelRole.DEPUTY)


def seats(round: Round, *, without: Person) -> list[dict[str, Any]]:
    return [
        {"person": m.person, "role": m.role, "seat": m.seat, "shadow": m.shadow}
        for m in round.members
        if m.person_id != without.id
    ]


def test_who_leaves_an_open_panel_keeps_a_seat_that_is_left(admin: Person) -> None:
    round = make_round(judges_per_proposal=3)
    leaver = person_in(round, PanelRole.MEMBER)
    with transaction():
        actions.set_panel(round, actor=admin, edit=1, members=seats(round, without=leaver))
    assert [m.left_on for m in round.members if m.person_id == leaver.id] == [clock.today()]
    assert not rules.is_on_panel(leaver, round)
    with transaction():
        back = seats(round, without=leaver)
        back.append({"person": leaver, "role": PanelRole.MEMBER, "seat": Seat.STAFF, "shadow": True})
        actions.set_panel(round, actor=admin, edit=2, members=back)
    assert [(m.left_on, m.shadow) for m in round.members if m.person_id == leaver.id] == [(None, True)]


def test_an_open_round_never_loses_its_secretary(admin: Person) -> None:
    round = make_round()
    secretary = person_in(round, PanelRole.SECRETARY)
    with pytest.raises(Refused, match="would lack: a secretary for the panel"), transaction():
        actions.set_panel(round, actor=admin, edit=1, members=seats(round, without=secretary))
    assert rules.is_secretary(secretary, round)


def test_the_pot_of_an_open_round_rises_with_a_reason(admin: Person) -> None:
    fund, other = make_fund(), make_fund()
    round = make_round(pot_pence=20_000_00, fund=fund)
    for amounts, reason, refusal in (
        ([(fund.id, 19_999_99)], "Less", "its pot can rise, not fall"),
        ([(fund.id, 25_000_00)], " ", "Say why the pot rises"),
    ):
        with pytest.raises(Refused, match=refusal), transaction():
            actions.set_pot(round, actor=admin, edit=1, amounts=amounts, reason=reason)
    assert round.pot_pence == 20_000_00
    with transaction():
        amounts = [(fund.id, 20_000_00), (other.id, 5_000_00)]
        actions.set_pot(round, actor=admin, edit=1, amounts=amounts, reason="A legacy came in")
    assert round.pot_pence == 25_000_00
    entry = queries.timeline(make_person(), round).rows[0]
    assert entry.sentence == "Ada Admin raised the pot from £20,000 to £25,000"
    assert [text.text for text in entry.texts] == ["A legacy came in"]


def test_the_promise_of_an_open_round_stays_and_who_keeps_it_may_change(admin: Person) -> None:
    round, new, division = make_round(), make_person("Ned"), make_service()
    rows = [
        {"service_id": None, "person": new, "deputy": None},
        {"service_id": division.id, "person": new, "deputy": None},
    ]
    with pytest.raises(Refused, match="the reply stays as it was promised"), transaction():
        actions.set_replies(round, actor=admin, edit=1, reply_working_days=9, returns_allowed=1, responders=rows)
    with transaction():
        actions.set_replies(round, actor=admin, edit=1, reply_working_days=5, returns_allowed=1, responders=rows)
    assert queries.responder_for(round, None) == (new, None)


# Dates


def test_dates_move_later_with_a_reason_everyone_reads(app: Flask) -> None:
    round = make_round()
    secretary = person_in(round, PanelRole.SECRETARY)
    later = round.closes_at + timedelta(days=7)
    with transaction():
        actions.extend(
            round,
            actor=secretary,
            edit=1,
            closes_at=later,
            scoring_closes_at=round.scoring_closes_at + timedelta(days=7),
            reason="Half term",
        )
    assert round.closes_at == later
    entry = queries.timeline(make_person(), round).rows[0]
    assert [text.text for text in entry.texts] == ["Half term"]
    assert f"{clock.london(later).day} {clock.london(later):%B %Y}" in entry.sentence


@pytest.mark.parametrize(
    ("day", "closes", "scoring", "refusal"),
    [
        (10, -1, 7, "not to an earlier one"),
        (10, 7, -1, "not to an earlier one"),
        (10, 0, 0, "Choose a later day"),
        (10, 30, 7, "Scoring ends after the round closes"),
        (36, 1, 7, "Only the end of scoring can move"),
    ],
)
def test_dates_that_cannot_be(app: Flask, moved_clock, day: int, closes: int, scoring: int, refusal: str) -> None:
    round = make_round()
    chair = person_in(round, PanelRole.CHAIR)
    with moved_clock(round.opens_at + timedelta(days=day)), pytest.raises(Refused, match=refusal), transaction():
        actions.extend(
            round,
            actor=chair,
            edit=1,
            closes_at=round.closes_at + timedelta(days=closes),
            scoring_closes_at=round.scoring_closes_at + timedelta(days=scoring),
            reason="Why not",
        )
    assert round.edit == 1


def test_scoring_closed_early_is_closed_from_then_on(app: Flask, moved_clock) -> None:
    round = make_round()
    chair, moment = person_in(round, PanelRole.CHAIR), round.closes_at + timedelta(days=2)
    with moved_clock(moment):
        with transaction():
            actions.close_scoring(round, actor=chair, reason="All are in")
        assert round.phase_at(clock.now()).value == "deciding"
    entry = queries.timeline(make_person(), round).rows[0]
    assert (entry.verb, [text.text for text in entry.texts]) == ("round.scoring_closed", ["All are in"])


# Schemes


def test_letters_and_themes_stay_once_a_round_has_opened(admin: Person) -> None:
    scheme = make_scheme(themes=["Falls", "Food"])
    same = {"name": scheme.name, "letters": scheme.letters, "kind": scheme.kind, "about": ""}
    with transaction():
        actions.change_scheme(scheme, actor=admin, edit=1, **(same | {"letters": "QQQ"}), themes=["Food", "Sleep"])
    assert [(theme.position, theme.name) for theme in scheme.themes] == [(1, "Food"), (2, "Sleep")]
    make_round(scheme=scheme)
    same["letters"] = "QQQ"
    for change, refusal in (
        ({"letters": "ZZZ", "themes": ["Food", "Sleep"]}, "its letters are in people's references"),
        ({"themes": ["Sleep"]}, "may carry the theme “Food”"),
    ):
        with pytest.raises(Refused, match=refusal), transaction():
            actions.change_scheme(scheme, actor=admin, edit=2, **(same | change))
    with transaction():
        actions.change_scheme(scheme, actor=admin, edit=2, **(same | {"themes": ["Sleep", "Food", "Pain"]}))
    assert [theme.name for theme in scheme.themes] == ["Sleep", "Food", "Pain"]
    assert verbs_since()[-1] == ("scheme.changed", {"fields": ["themes"], "edit": 3})


def test_a_fund_is_changed_with_before_and_after(admin: Person) -> None:
    fund = make_fund("Old name", owner="A")
    new = {"purpose": "", "restrictions": "", "acknowledgement": "", "spend_by_on": clock.today()}
    with transaction():
        actions.change_fund(fund, actor=admin, edit=1, name="New name", owner="A", **new)
    assert verbs_since() == [("fund.changed", {"fields": ["name", "spend_by_on"], "edit": 2})]
    assert (fund.name, fund.spend_by_on) == ("New name", clock.today())


# References


def test_references_count_on_and_are_never_given_twice(app: Flask) -> None:
    scheme = make_scheme(letters="DD")
    opens_at = clock.london_moment(clock.today().replace(year=2026, month=3, day=1), clock.END_OF_WORKING_DAY)
    dates = {
        "closes_at": opens_at + timedelta(days=40),
        "scoring_closes_at": opens_at + timedelta(days=60),
        "scheme": scheme,
    }
    first, second = (make_bare_round(opens_at=opens_at, **dates) for _ in range(2))
    next_year = make_bare_round(
        scheme=scheme,
        opens_at=opens_at + timedelta(days=365),
        closes_at=opens_at + timedelta(days=400),
        scoring_closes_at=opens_at + timedelta(days=420),
    )
    with transaction():
        given = [actions.next_reference(round) for round in (first, first, second, first, next_year)]
    assert given == ["DD26-001", "DD26-002", "DD26-003", "DD26-004", "DD27-001"]
    with transaction():
        second.last_number = 999
        assert actions.next_reference(first) == "DD26-1000"


def test_a_reference_that_was_rolled_back_was_never_given(app: Flask) -> None:
    round = make_round(scheme=make_scheme(letters="AB"))

    def fail_after() -> None:
        with transaction():
            actions.next_reference(round)
            raise RuntimeError("On purpose")

    with pytest.raises(RuntimeError, match="On purpose"):
        fail_after()
    with transaction():
        assert actions.next_reference(round).endswith("-001")


@pytest.mark.attack
def test_eight_at_once_get_eight_references(app: Flask, at_once) -> None:
    scheme = make_scheme(letters="AT")
    numbers = [make_round(scheme=scheme).id for _ in range(2)]

    def ask(number: int) -> str:
        with transaction():
            round = queries.round_or_404(someone, number, change=True)
            return actions.next_reference(round)

    someone = make_person()
    someone.rights  # noqa: B018  # loaded at sign-in
    db.session.expunge(someone)
    given = at_once(*[lambda n=n: ask(n) for n in numbers * 4])
    assert sorted(reference[-3:] for reference in given) == [f"{n:03}" for n in range(1, 9)]


@pytest.mark.attack
def test_a_round_opens_once_however_often_it_is_asked(app: Flask, at_once, admin: Person) -> None:
    number = make_round(opened=False).id
    admin.rights  # noqa: B018  # loaded at sign-in
    db.session.expunge(admin)

    def open_it() -> str:
        with transaction():
            actions.open_round(queries.round_or_404(admin, number, change=True, load=queries.WHOLE), actor=admin)
        return "opened"

    results = at_once(*[open_it] * 8)
    assert [str(result) for result in results if result != "opened"] == ["This round has been opened already."] * 7
    db.session.rollback()  # read what the others have committed
    assert [verb for verb, _ in verbs_since()] == ["round.opened"]


def test_the_usual_tiers_and_rubric_are_whole(app: Flask) -> None:
    assert [tier.monitoring for tier in defaults.TIERS] == [Monitoring.LIGHT, Monitoring.STANDARD, Monitoring.CLOSE]
    assert sum(criterion.weight for criterion in defaults.CRITERIA) == 100
    assert [len(criterion.levels) for criterion in defaults.CRITERIA] == [6] * 5
