"""What is asked about rounds: who sees which, which are open, who answers."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import inspect
from werkzeug.exceptions import NotFound

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.people.enums import Level
from pitchpit.schemes import queries
from pitchpit.schemes.models import Responder
from tests.factories import make_bare_round, make_person, make_round, make_service


@pytest.mark.parametrize(
    ("right", "sees"), [("admin", True), ("qi", True), ("leader", False), ("ig", False), (None, False)]
)
def test_a_round_being_set_up_is_there_for_those_who_set_it_up(app: Flask, right: str | None, sees: bool) -> None:
    person = make_person(rights=[right] if right else [])
    hidden, shown = make_bare_round(), make_round()
    assert [round.id for round in queries.rounds(person)] == ([shown.id, hidden.id] if sees else [shown.id])
    assert queries.round_or_404(person, shown.id) is shown
    if sees:
        assert queries.round_or_404(person, hidden.id) is hidden
    else:
        with pytest.raises(NotFound):
            queries.round_or_404(person, hidden.id)


def test_forbidden_and_absent_cost_the_same(app: Flask, statements) -> None:
    person, hidden = make_person(), make_bare_round()
    person.rights  # noqa: B018  # loaded at sign-in
    asked = []
    for number in (hidden.id, 99_999):
        with statements() as sql, pytest.raises(NotFound):
            queries.round_or_404(person, number)
        asked.append(sql)
    assert asked[0] == asked[1]


def test_open_rounds_are_those_that_take_ideas_now(app: Flask, moved_clock) -> None:
    later = make_round()
    sooner = make_round(closes_at=later.closes_at - timedelta(days=1))
    make_round(opened=False)
    announced = make_round(opens_at=clock.now() + timedelta(days=1), opened_at=clock.now())
    with transaction():
        make_round().released_at = clock.now()
    assert queries.open_rounds() == [sooner, later]
    assert queries.open_rounds(announced.opens_at) == [sooner, later, announced]
    with moved_clock(sooner.closes_at):
        assert queries.open_rounds() == [later, announced]


@pytest.mark.parametrize("count", [1, 30])
def test_lists_of_rounds_cost_the_same_however_long(app: Flask, statements, count: int) -> None:
    admin = make_person(rights=["admin"])
    with transaction():
        for number in range(count):
            make_round(opened=bool(number % 2))
    db.session.expire_all()
    admin.rights  # noqa: B018  # loaded at sign-in
    with statements() as sql:
        found = queries.rounds(admin)
        pots = [(round.scheme.name, round.pot_pence, round.ceiling_pence) for round in found]
    assert (len(pots), len(sql)) == (count, 3)
    with statements() as sql:
        queries.being_set_up()
    assert len(sql) == 1


def test_a_whole_round_is_loaded_at_once(app: Flask, statements) -> None:
    admin = make_person(rights=["admin"])
    numbers = [make_round().id, make_round().id]
    seen = []
    for number in numbers:
        admin.rights  # noqa: B018  # loaded at sign-in
        with statements() as sql:
            round = queries.round_or_404(admin, number, load=queries.WHOLE)
            names = [member.person.name for member in round.members]
            names += [responder.deputy.name for responder in round.responders]
            names += [level.words for criterion in round.criteria for level in criterion.levels]
            names += [fund.fund.name for fund in round.funds] + [
                tier.ratifier and tier.ratifier.name for tier in round.tiers
            ]
        seen.append(len(sql))
        assert inspect(round).unloaded == set()
    assert seen == [8, 8]


# Who answers


@pytest.fixture
def trust(app: Flask):
    with transaction():
        top = make_service("The trust", level=Level.TRUST)
        surgery = make_service("Surgery", level=Level.DIVISION, parent=top)
        theatres = make_service("Theatres", level=Level.DEPARTMENT, parent=surgery)
        ward = make_service("Ward 4", parent=theatres)
        medicine = make_service("Medicine", level=Level.DIVISION, parent=top)
    return {"top": top, "surgery": surgery, "ward": ward, "medicine": medicine}


def test_the_division_answers_and_everywhere_else_the_one_for_everywhere(trust, app: Flask) -> None:
    everywhere, deputy, of_surgery = make_person("Eve"), make_person("Dev"), make_person("Sue")
    round = make_round(responder=everywhere, responder_deputy=deputy)
    with transaction():
        round.responders.append(Responder(service=trust["surgery"], person=of_surgery))
    found = {where: queries.responder_for(round, service) for where, service in {**trust, "nowhere": None}.items()}
    assert found == {
        "top": (everywhere, deputy),
        "surgery": (of_surgery, None),
        "ward": (of_surgery, None),
        "medicine": (everywhere, deputy),
        "nowhere": (everywhere, deputy),
    }


def test_the_deputy_steps_up_for_somebody_who_left(trust, app: Flask) -> None:
    everywhere, deputy, of_surgery = make_person(), make_person(), make_person()
    round = make_round(responder=everywhere, responder_deputy=deputy)
    with transaction():
        round.responders.append(Responder(service=trust["surgery"], person=of_surgery))
        everywhere.left_on = of_surgery.left_on = clock.today()
    assert queries.responder_for(round, trust["ward"]) == (deputy, None)
    with transaction():
        deputy.left_on = clock.today()
    with pytest.raises(LookupError):
        queries.responder_for(round, trust["ward"])


def test_asking_who_answers_costs_one_statement(trust, app: Flask, statements) -> None:
    round = make_round()
    ward = trust["ward"]
    assert ward.path
    with statements() as sql:
        queries.responder_for(round, ward)
    assert len(sql) == 1
