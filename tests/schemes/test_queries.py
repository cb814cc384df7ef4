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
from pitchpit.schemes.enums import Phase
from pitchpit.schemes.models import Responder
from tests.factories import make_bare_round, make_fund, make_person, make_round, make_scheme, make_service


@pytest.mark.parametrize(
    ("right", "sees"), [("admin", True), ("qi", True), ("leader", False), ("ig", False), (None, False)]
)
def test_a_round_being_set_up_is_there_for_those_who_set_it_up(app: Flask, right: str | None, sees: bool) -> None:
    person = make_person(rights=[right] if right else [])
    hidden, shown = make_bare_round(), make_round()
    assert set(db.session.scalars(queries.visible_to(person))) == ({shown, hidden} if sees else {shown})
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
    with transaction():
        scheme, fund, people = make_scheme(), make_fund(), [make_person() for _ in range(7)]
        for number in range(3 * count):
            chair, deputy, secretary, *members = people[:5]
            round = make_round(
                scheme=scheme,
                fund=fund,
                chair=chair,
                deputy=deputy,
                secretary=secretary,
                members=members,
                ratifier=people[5],
                responder=people[5],
                responder_deputy=people[6],
                opened=number % 3 > 0,
            )
            round.released_at = clock.now() if number % 3 == 2 else None
    db.session.expire_all()
    with statements() as sql:
        shown = [(r.scheme.name, r.pot_pence, r.ceiling_pence) for rs in queries.rounds_by_phase().values() for r in rs]
    assert (len(shown), len(sql)) == (count, 2)
    with statements() as sql:
        decided = [(r.scheme.name, r.pot_pence) for r in queries.decided_rounds().rows]
    assert (len(decided), len(sql)) == (min(count, 20), 2)
    with statements() as sql:
        assert len(queries.being_set_up()) == count
    assert len(sql) == 1


def test_rounds_stand_under_their_phase_in_the_order_that_matters(app: Flask, moved_clock) -> None:
    last = make_round()
    first = make_round(closes_at=last.closes_at - timedelta(days=1))
    coming = make_round(
        opens_at=clock.now() + timedelta(days=1), closes_at=last.closes_at + timedelta(days=1), opened_at=clock.now()
    )
    make_round(opened=False)
    out = make_round()
    with transaction():
        out.released_at = clock.now()
    found = queries.rounds_by_phase()
    assert found == {Phase.OPEN: [first, last], Phase.ANNOUNCED: [coming], Phase.SCORING: [], Phase.DECIDING: []}
    assert queries.decided_rounds().rows == [out]
    with moved_clock(last.closes_at):
        assert {phase: len(rounds) for phase, rounds in queries.rounds_by_phase().items()} == {
            Phase.OPEN: 1,
            Phase.ANNOUNCED: 0,
            Phase.SCORING: 2,
            Phase.DECIDING: 0,
        }


def test_a_whole_round_is_loaded_at_once(app: Flask, statements) -> None:
    admin = make_person(rights=["admin"])
    seen = []
    for number in [make_round().id, make_round().id]:
        admin.rights  # noqa: B018  # loaded at sign-in
        with statements() as sql:
            round = queries.round_or_404(admin, number, load=queries.WHOLE)
            names = [member.person.name for member in round.members]
            names += [responder.deputy.name for responder in round.responders]
            names += [level.words for criterion in round.criteria for level in criterion.levels]
            names += [fund.fund.name for fund in round.funds]
            names += [tier.ratifier.name for tier in round.tiers if tier.ratifier]
        seen.append(len(sql))
        assert inspect(round).unloaded == set()
    assert seen == [6, 6]


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
