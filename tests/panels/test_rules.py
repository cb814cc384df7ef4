"""Who may do what on a panel, and when: state x who x answer."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from pitchpit.core import clock
from pitchpit.core.rules import Kind
from pitchpit.panels import rules
from pitchpit.panels.enums import ConflictType, Handling, ScorecardState, Tie
from pitchpit.people.enums import Right
from pitchpit.people.models import Person
from pitchpit.proposals.enums import ProposalState
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import Criterion, PanelMember, Round

YES, NOT_YOURS, NOT_NOW = Kind.YES, Kind.NOT_YOURS, Kind.NOT_NOW
CHAIR, DEPUTY, SECRETARY, MEMBER, SHADOW, LEFT, STRANGER = range(1, 8)
EVERYBODY = (CHAIR, DEPUTY, SECRETARY, MEMBER, SHADOW, LEFT, STRANGER)
NOW = clock.now()

PHASES = {
    "setting_up": {"opened_at": None},
    "announced": {"opens_at": NOW + timedelta(days=1), "closes_at": NOW + timedelta(days=2)},
    "open": {"opens_at": NOW - timedelta(days=1), "closes_at": NOW + timedelta(days=2)},
    "scoring": {"opens_at": NOW - timedelta(days=2), "closes_at": NOW - timedelta(days=1)},
    "closed_early": {
        "opens_at": NOW - timedelta(days=3),
        "closes_at": NOW - timedelta(days=2),
        "scoring_closed_at": NOW - timedelta(days=1),
    },
    "deciding": {
        "opens_at": NOW - timedelta(days=3),
        "closes_at": NOW - timedelta(days=2),
        "scoring_closes_at": NOW - timedelta(days=1),
    },
    "released": {
        "opens_at": NOW - timedelta(days=3),
        "closes_at": NOW - timedelta(days=2),
        "scoring_closes_at": NOW - timedelta(days=1),
        "released_at": NOW - timedelta(hours=1),
    },
}


def person(number: int) -> SimpleNamespace:
    """With every right there is: none of them helps on a panel."""
    return SimpleNamespace(id=number, rights=frozenset(Right), has=lambda right: True)


def a_round(phase: str = "scoring") -> Round:
    dates = {
        "opened_at": NOW - timedelta(days=5),
        "scoring_closes_at": NOW + timedelta(days=5),
        "scoring_closed_at": None,
        "released_at": None,
        **PHASES[phase],
    }
    round = Round(**dates)
    round.members = [
        PanelMember(person_id=CHAIR, person=Person(id=CHAIR), role=PanelRole.CHAIR, shadow=False),
        PanelMember(person_id=DEPUTY, person=Person(id=DEPUTY), role=PanelRole.DEPUTY, shadow=False),
        PanelMember(person_id=SECRETARY, person=Person(id=SECRETARY), role=PanelRole.SECRETARY, shadow=False),
        PanelMember(person_id=MEMBER, person=Person(id=MEMBER), role=PanelRole.MEMBER, shadow=False),
        PanelMember(person_id=SHADOW, person=Person(id=SHADOW), role=PanelRole.MEMBER, shadow=True),
        PanelMember(person_id=LEFT, person=Person(id=LEFT), role=PanelRole.MEMBER, shadow=False, left_on=clock.today()),
    ]
    round.criteria = [
        Criterion(id=1, name="Need", weight=50, may_skip=False),
        Criterion(id=2, name="Plan", weight=50, may_skip=True),
    ]
    return round


def a_proposal(round: Round, state: ProposalState = ProposalState.SHORTLISTED) -> SimpleNamespace:
    return SimpleNamespace(round=round, state=state)


def a_tie(who: int, handling: Handling, round: Round | None = None, **more) -> SimpleNamespace:
    about = {"tie": Tie.DECLARED, "type": ConflictType.INDIRECT, **more}
    return SimpleNamespace(
        person_id=who, person=person(who), handling=handling, proposal=a_proposal(round or a_round()), **about
    )


def kinds(rule, *args, **kwargs) -> list[Kind]:
    """What the rule answers to everybody, in the order of EVERYBODY."""
    return [rule(person(who), *args, **kwargs).kind for who in EVERYBODY]


def test_who_is_on_the_panel() -> None:
    round = a_round()
    assert [bool(rules.is_on_panel(person(who), round)) for who in EVERYBODY] == [True] * 5 + [False] * 2
    assert [rules.is_judge(person(who), round) for who in EVERYBODY] == [True, True, False, True, True, False, False]
    assert [rules.has_role(person(who), round, PanelRole.CHAIR, PanelRole.DEPUTY) for who in EVERYBODY] == [
        True,
        True,
    ] + [False] * 5
    assert [bool(rules.keeps_the_papers(person(who), round)) for who in EVERYBODY] == [True] * 3 + [False] * 4


SCORING = {
    "announced": YES,
    "open": YES,
    "scoring": YES,
    "closed_early": NOT_NOW,
    "deciding": NOT_NOW,
    "released": NOT_NOW,
}


@pytest.mark.parametrize("phase", PHASES)
def test_scoring_goes_on_until_it_closes(phase) -> None:
    proposal = a_proposal(a_round(phase))
    now = SCORING.get(phase, NOT_NOW)
    assert kinds(rules.can_score, proposal, [], assigned=True) == [now, now, NOT_YOURS, now, now, NOT_YOURS, NOT_YOURS]
    assert kinds(rules.can_score, proposal, [], assigned=False) == [NOT_YOURS] * 7


@pytest.mark.parametrize("state", ProposalState)
def test_only_what_is_shortlisted_is_scored(state) -> None:
    answer = rules.can_score(person(MEMBER), a_proposal(a_round(), state), [], assigned=True)
    assert answer.kind is (YES if state is ProposalState.SHORTLISTED else NOT_NOW)


@pytest.mark.parametrize(
    ("handlings", "answer"),
    [
        ([], YES),
        ([Handling.MAY_TAKE_PART], YES),
        ([Handling.UNDECIDED], NOT_NOW),
        ([Handling.EXCLUDED], NOT_YOURS),
        ([Handling.MAY_TAKE_PART, Handling.UNDECIDED], NOT_NOW),
        ([Handling.MAY_TAKE_PART, Handling.EXCLUDED], NOT_YOURS),
        ([Handling.UNDECIDED, Handling.EXCLUDED], NOT_YOURS),
    ],
)
def test_a_tie_keeps_from_scoring_and_from_reading(handlings, answer) -> None:
    proposal = a_proposal(a_round())
    ties = [a_tie(MEMBER, handling) for handling in handlings]
    assert rules.can_score(person(MEMBER), proposal, ties, assigned=True).kind is answer
    assert rules.can_read(person(MEMBER), proposal, ties).kind is answer
    assert rules.can_score(person(SHADOW), proposal, ties, assigned=True).kind is YES


@pytest.mark.parametrize(
    ("tie", "type", "handling"),
    [
        (Tie.AUTHOR, ConflictType.PROFESSIONAL, Handling.EXCLUDED),
        (Tie.LINE_MANAGER, ConflictType.PROFESSIONAL, Handling.EXCLUDED),
        (Tie.SAME_SERVICE, ConflictType.INDIRECT, Handling.UNDECIDED),
        (Tie.DECLARED, ConflictType.FINANCIAL, Handling.EXCLUDED),
        (Tie.DECLARED, ConflictType.PROFESSIONAL, Handling.UNDECIDED),
        (Tie.DECLARED, ConflictType.PERSONAL, Handling.UNDECIDED),
        (Tie.DECLARED, ConflictType.INDIRECT, Handling.UNDECIDED),
    ],
)
def test_what_the_rule_itself_says_about_a_tie(tie, type, handling) -> None:
    assert rules.handling_for(tie, type) is handling
    answer = rules.can_handle_conflict(person(CHAIR), one := a_tie(MEMBER, handling, tie=tie, type=type), [one])
    assert answer.kind is (NOT_NOW if handling is Handling.EXCLUDED else YES)


def test_a_chair_who_has_left_the_trust_leads_no_more() -> None:
    round = a_round()
    assert rules.leader_on(round, []).person_id == CHAIR
    round.members[0].person.left_on = clock.today()
    assert rules.leader_on(round, []).person_id == DEPUTY


@pytest.mark.parametrize(
    ("about", "others", "decides"),
    [
        (MEMBER, [], CHAIR),
        (CHAIR, [], DEPUTY),
        (DEPUTY, [], CHAIR),
        (MEMBER, [a_tie(CHAIR, Handling.EXCLUDED)], DEPUTY),
        (MEMBER, [a_tie(CHAIR, Handling.UNDECIDED)], DEPUTY),
        (MEMBER, [a_tie(CHAIR, Handling.MAY_TAKE_PART)], CHAIR),
        (CHAIR, [a_tie(DEPUTY, Handling.EXCLUDED)], None),
        (MEMBER, [a_tie(CHAIR, Handling.EXCLUDED), a_tie(DEPUTY, Handling.UNDECIDED)], None),
    ],
)
def test_the_chair_decides_and_for_the_chair_the_deputy(about, others, decides) -> None:
    one = a_tie(about, Handling.UNDECIDED)
    expected = [YES if who == decides else NOT_YOURS for who in EVERYBODY]
    assert kinds(rules.can_handle_conflict, one, [one, *others]) == expected


def test_nobody_decides_once_the_decisions_are_out() -> None:
    one = a_tie(MEMBER, Handling.UNDECIDED, a_round("released"))
    assert rules.can_handle_conflict(person(CHAIR), one, [one]).kind is NOT_NOW


@pytest.mark.parametrize("phase", PHASES)
def test_a_conflict_is_declared_until_the_decisions_are_out(phase) -> None:
    now = NOT_NOW if phase == "released" else YES
    assert kinds(rules.can_declare_conflict, a_proposal(a_round(phase))) == [now] * 5 + [NOT_YOURS] * 2


@pytest.mark.parametrize("phase", PHASES)
def test_who_shares_out_sees_the_register_and_records(phase) -> None:
    round = a_round(phase)
    sharing = SCORING.get(phase, NOT_NOW)
    assert kinds(rules.can_assign, round) == [sharing] * 3 + [NOT_YOURS] * 4
    assert kinds(rules.can_see_conflicts, round) == [YES] * 3 + [NOT_YOURS] * 4
    recording = NOT_NOW if phase == "released" else YES
    assert kinds(rules.can_record_meeting, round) == [recording] * 3 + [NOT_YOURS] * 4


@pytest.mark.parametrize("phase", PHASES)
def test_the_ranking_is_sealed_until_scoring_closes(phase) -> None:
    now = YES if phase in ("closed_early", "deciding", "released") else NOT_NOW
    assert kinds(rules.can_see_ranking, a_round(phase)) == [now] * 5 + [NOT_YOURS] * 2


def a_scorecard(state=ScorecardState.DRAFT, levels=((1, 3, False), (2, 4, False)), withdrawn_at=None, round=None):
    return SimpleNamespace(
        person_id=MEMBER,
        state=state,
        withdrawn_at=withdrawn_at,
        proposal=a_proposal(round or a_round()),
        scores=[SimpleNamespace(criterion_id=c, level=level, cannot_judge=cannot) for c, level, cannot in levels],
    )


@pytest.mark.parametrize(
    ("scorecard", "who", "answer", "reason"),
    [
        (a_scorecard(), MEMBER, YES, ""),
        (a_scorecard(), CHAIR, NOT_YOURS, "This is somebody else's scorecard."),
        (a_scorecard(ScorecardState.SUBMITTED), MEMBER, NOT_NOW, "You have submitted this scorecard already."),
        (a_scorecard(withdrawn_at=NOW), MEMBER, NOT_NOW, "This scorecard was withdrawn because of a conflict."),
        (a_scorecard(levels=[(1, 3, False)]), MEMBER, NOT_NOW, "Still to score: Plan."),
        (a_scorecard(levels=[]), MEMBER, NOT_NOW, "Still to score: Need, Plan."),
        (a_scorecard(levels=[(1, 3, False), (2, None, True)]), MEMBER, NOT_NOW, rules.TOO_LITTLE),
    ],
)
def test_a_scorecard_is_submitted_once_it_is_whole(scorecard, who, answer, reason) -> None:
    said = rules.can_submit_scorecard(person(who), scorecard, a_round())
    assert (said.kind, said.reason) == (answer, reason)


@pytest.mark.parametrize(
    ("scorecard", "who", "answer"),
    [
        (a_scorecard(ScorecardState.SUBMITTED), MEMBER, YES),
        (a_scorecard(ScorecardState.SUBMITTED), CHAIR, NOT_YOURS),
        (a_scorecard(), MEMBER, NOT_NOW),
        (a_scorecard(ScorecardState.SUBMITTED, withdrawn_at=NOW), MEMBER, NOT_NOW),
        (a_scorecard(ScorecardState.SUBMITTED, round=a_round("deciding")), MEMBER, NOT_NOW),
        (a_scorecard(ScorecardState.SUBMITTED, round=a_round("closed_early")), MEMBER, NOT_NOW),
    ],
)
def test_a_scorecard_is_reopened_by_its_judge_until_scoring_closes(scorecard, who, answer) -> None:
    assert rules.can_reopen(person(who), scorecard).kind is answer
