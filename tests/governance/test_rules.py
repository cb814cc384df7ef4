"""Who redacts what."""

from types import SimpleNamespace

import pytest

from pitchpit.core.rules import Kind
from pitchpit.governance import rules
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, PersonRight
from tests.governance.conftest import MONDAY


@pytest.mark.parametrize(
    ("right", "redacted_at", "answer"),
    [
        (Right.IG, None, Kind.YES),
        (Right.IG, MONDAY, Kind.NOT_NOW),
        (Right.ADMIN, None, Kind.NOT_YOURS),
        (Right.QI, None, Kind.NOT_YOURS),
        (Right.LEADER, MONDAY, Kind.NOT_YOURS),
        (None, None, Kind.NOT_YOURS),
    ],
)
def test_information_governance_redacts_a_text_once(right, redacted_at, answer):
    person = Person(right_rows=[PersonRight(right=right)] if right else [])
    assert rules.can_redact(person, SimpleNamespace(redacted_at=redacted_at)).kind is answer
