"""Who keeps a project's measures, in every stage of it."""

import pytest

from pitchpit.core.db import transaction
from pitchpit.core.rules import Kind
from pitchpit.measures import rules
from pitchpit.measures.enums import Frequency
from pitchpit.projects.enums import ENDED, Stage
from tests.factories import make_observations

YES, NOT_NOW, NOT_YOURS = Kind.YES, Kind.NOT_NOW, Kind.NOT_YOURS
TEAM = {"lead", "member", "sponsor", "coach", "qi"}
EVERYBODY = ("lead", "member", "sponsor", "coach", "qi", "owner", "former", "leader", "admin", "stranger")


def answers(rule, people, thing) -> dict:
    return {name: rule(people[name], thing).kind for name in EVERYBODY}


def only(yes, kind=YES) -> dict:
    return {name: kind if name in yes else NOT_YOURS for name in EVERYBODY}


@pytest.mark.parametrize("stage", list(Stage))
def test_what_each_may_do_in_each_stage(build_ward, stage):
    ward = build_ward(stage)
    theirs = NOT_NOW if stage in ENDED else YES
    assert answers(rules.can_add_measure, ward, ward.project) == only(TEAM, theirs)
    assert answers(rules.can_change_measure, ward, ward.measure) == only(TEAM, theirs)
    assert answers(rules.can_enter, ward, ward.measure) == only(TEAM | {"owner"})
    assert answers(rules.can_annotate, ward, ward.measure) == only(TEAM | {"owner"})
    assert answers(rules.can_agree_step, ward, ward.measure) == only({"coach", "qi"})


def test_without_a_data_owner_the_team_enters(build_ward):
    ward = build_ward(data_owner=None)
    assert answers(rules.can_enter, ward, ward.measure) == only(TEAM)


@pytest.mark.parametrize(
    ("frequency", "per", "has_values", "answer"),
    [
        (Frequency.MONTHLY, 100, True, YES),
        (Frequency.WEEKLY, 100, False, YES),
        (Frequency.MONTHLY, 1000, False, YES),
        (Frequency.WEEKLY, 100, True, NOT_NOW),
        (Frequency.MONTHLY, 1000, True, NOT_NOW),
    ],
)
def test_what_values_were_counted_by_stays(ward, frequency, per, has_values, answer):
    assert rules.can_change_periods(ward.measure, frequency, per, has_values=has_values).kind is answer


def test_where_limits_may_start_afresh(ward):
    with transaction():
        known = [one.period_on for one in make_observations(ward.measure, [1, None, 3])]
    first, third = known
    assert rules.can_start_afresh(ward.measure, third, known).kind is YES
    assert rules.can_start_afresh(ward.measure, first, known).reason.startswith("The limits begin with the first")
    assert rules.can_start_afresh(ward.measure, first.replace(month=2), known).reason.startswith("There is no value")
    assert rules.can_start_afresh(ward.measure, first, []).kind is NOT_NOW
