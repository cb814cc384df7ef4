"""One measure, one period, one current observation: eight people at once, and clicks sent twice."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from pitchpit.core.db import db
from pitchpit.history.models import Event
from pitchpit.history.queries import verify
from pitchpit.measures import queries
from pitchpit.measures.models import Observation
from tests.factories import make_observations
from tests.measures.conftest import NOW, Ward
from tests.measures.test_views import hidden, july

pytestmark = [pytest.mark.attack, pytest.mark.usefixtures("in_august")]

AtOnce = Callable[..., list[Any]]
TEAM = ("lead", "member", "sponsor", "coach", "owner", "qi", "lead", "owner")


def sending(client: Any, path: str, data: dict[str, str]) -> Callable[[], int]:
    return lambda: client.post(path, data=data).status_code


def current(ward: Ward) -> list[tuple]:
    db.session.rollback()
    rows = db.session.scalars(select(Observation).order_by(Observation.id)).all()
    return [(one.value, one.replaced_at is None) for one in rows]


def test_eight_people_entering_the_same_period_leave_one_value(ward, sign_in, at_once):
    path = f"/measures/{ward.measure.id}/enter"
    calls = [sending(sign_in(ward[name]), path, july(value=str(number))) for number, name in enumerate(TEAM)]
    answers = at_once(*calls)
    assert sorted(answers) == [302] + [422] * 7
    assert current(ward) == [(answers.index(302), True)]
    assert verify() is None


def test_eight_people_correcting_the_same_value_correct_it_once(ward, sign_in, at_once):
    (old,) = make_observations(ward.measure, [100], first=NOW.date().replace(month=7, day=1))
    path, seen = f"/measures/{ward.measure.id}/enter", {"seen": str(old.id), "reason": "Recounted"}
    calls = [sending(sign_in(ward[name]), path, july(value=str(n)) | seen) for n, name in enumerate(TEAM)]
    answers = at_once(*calls)
    assert sorted(answers) == [302] + [422] * 7
    assert current(ward) == [(100, False), (answers.index(302), True)]
    assert len(queries.corrections_of(ward.measure)) == 1


def test_eight_pastes_at_once_leave_one_value_a_period(ward, sign_in, at_once):
    path = f"/measures/{ward.measure.id}/paste/enter"
    calls = [
        sending(sign_in(ward[name]), path, {"lines": "\n".join(f"2025-{month:02},{n}" for month in range(1, 13))})
        for n, name in enumerate(TEAM)
    ]
    answers = at_once(*calls)
    assert sorted(answers) == [302] + [422] * 7
    assert current(ward) == [(answers.index(302), True)] * 12


def test_one_click_sent_eight_times_enters_once(ward, sign_in, at_once):
    client = sign_in(ward["owner"])
    path = f"/measures/{ward.measure.id}/enter"
    key = hidden(client.get(path), "form_key")
    assert at_once(*[sending(client, path, july(value="7", form_key=key))] * 8) == [302] * 8
    assert current(ward) == [(7, True)]
    assert db.session.scalars(select(Event.verb)).all() == ["measure.entered"]


def test_two_who_agree_to_the_same_step_agree_once(ward, sign_in, at_once):
    make_observations(ward.measure, [7, 8], first=NOW.date().replace(month=6, day=1))
    path = f"/measures/{ward.measure.id}/step"
    calls = [sending(sign_in(ward[name]), path, july(reason="Huddles")) for name in ("coach", "qi") * 4]
    assert sorted(at_once(*calls)) == [302] + [409] * 7
