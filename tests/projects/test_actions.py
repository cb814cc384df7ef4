"""What people do on a project, and what follows: rows, history, notices, search."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from pitchpit.core import clock, search
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind, Refused, Stale
from pitchpit.core.text import PatientData
from pitchpit.history.queries import timeline
from pitchpit.notices.models import Notice
from pitchpit.projects import actions, queries, rules
from pitchpit.projects.enums import Result, Role, Stage, StartCheckAnswer, StartCheckKind, Track
from pitchpit.projects.models import CheckIn, Milestone, Project, RoleHolder
from pitchpit.proposals.enums import CostKind
from pitchpit.proposals.models import CostLine
from pitchpit.schemes.enums import Monitoring
from tests.factories import make_check_in, make_milestone, make_person, make_proposal
from tests.projects.conftest import People

INSIDERS = frozenset({"everyone", "team", "monitor"})


def story(project: Project, audiences: frozenset[str] = INSIDERS) -> list[str]:
    """What history tells of a project, the oldest first."""
    return [entry.sentence for entry in reversed(timeline([("project", project.id)], audiences).rows)]


def told(kind: str) -> set[int]:
    """Who has a notice of this kind."""
    return set(db.session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def refused(call: Callable[[], Any]) -> Kind:
    """How this is refused."""
    with pytest.raises(Refused) as caught, transaction():
        call()
    return caught.value.answer.kind


# Opening.


def opened(costs: list[tuple[str, int]], award_pence: int, **columns: Any) -> Project:
    """The project that an approved proposal with these costs becomes."""
    with transaction():
        proposal = make_proposal(ask_pence=0, state="draft", **columns)
        proposal.cost_lines = [
            CostLine(position=place, what=what, kind=CostKind.NON_PAY, amount_pence=pence)
            for place, (what, pence) in enumerate(costs, 1)
        ]
        db.session.flush()
        from tests.factories import ProposalState, _hand_in

        _hand_in(proposal, ProposalState.APPROVED, None, {})
        return actions.open_project(
            proposal, award_pence=award_pence, monitoring=Monitoring.STANDARD, actor=make_person("Chris Chair")
        )


def test_a_project_is_opened_with_nothing_to_type_again(people: People) -> None:
    project = opened(
        [("Kits", 300_00), ("Training", 200_00)],
        500_00,
        authors=[people.lead, people.member],
        title="Mouth care",
        service=people.lead.service,
        answers={"difference": "Everybody has their mouth cared for twice a day."},
    )
    assert (project.title, project.aim) == ("Mouth care", "Everybody has their mouth cared for twice a day.")
    assert (project.stage, project.service.name, project.started_on) == (Stage.SETTING_UP, "Stroke ward", None)
    assert [(holder.person.name, holder.role) for holder in project.roles] == [
        ("Anna Author", Role.LEAD),
        ("Mo Member", Role.MEMBER),
    ]
    assert [(line.what, line.amount_pence) for line in project.budget_lines] == [("Kits", 300_00), ("Training", 200_00)]
    assert project.next_due_on == rules.start_by(project)
    found = search.find("mouth", {"everyone"}, kinds={"project"}).rows
    assert [(hit.title, hit.outcome, hit.url) for hit in found] == [
        ("Mouth care", "Setting up", f"/projects/{project.id}")
    ]
    said = "It became a project: £500 awarded, standard monitoring"
    assert story(project, frozenset({"everyone"})) == [said]
    of_the_idea = timeline([("proposal", project.proposal_id)], {"everyone"}).rows
    assert [(entry.sentence, entry.actor) for entry in of_the_idea] == [(said, None)]


@pytest.mark.parametrize(
    ("award", "lines"),
    [(500_00, [300_00, 200_00]), (350_00, [300_00, 50_00]), (300_00, [300_00]), (100_00, [100_00]), (0, [])],
)
def test_an_award_pays_for_the_costs_in_their_order_as_far_as_it_goes(
    people: People, award: int, lines: list[int]
) -> None:
    project = opened([("Kits", 300_00), ("Training", 200_00)], award)
    assert [line.amount_pence for line in project.budget_lines] == lines
    assert sum(lines) == award


# Moving.


def test_starting_makes_the_promised_days_the_baseline_and_begins_check_ins(people: People) -> None:
    days = [clock.today() + timedelta(days=n) for n in (10, 20)]
    project = people.project(milestones=days, planned_end_on=days[1])
    assert [milestone.baseline_on for milestone in project.milestones] == [None, None]
    with transaction():
        project = queries.visible_or_404(people.qi, project.id, change=True)
        actions.move(project, Stage.TESTING, actor=people.sponsor)
    assert [milestone.baseline_on for milestone in project.milestones] == days
    assert (project.started_on, project.next_check_in_on) == (clock.today(), rules.months_after(clock.today(), 3))
    assert project.next_due_on == days[0] == rules.next_due(project)
    assert story(project) == ["It went from setting up to testing"]
    assert [hit.outcome for hit in search.find(project.title, {"everyone"}).rows] == ["Testing"]


def test_ending_takes_a_project_off_what_is_due(people: People) -> None:
    project = people.project(stage="testing", milestones=[clock.today() - timedelta(days=3)])
    with transaction():
        project = queries.visible_or_404(people.qi, project.id, change=True)
        actions.move(project, Stage.STOPPED, actor=people.sponsor, result=Result.DID_NOT_WORK)
    assert (project.ended_on, project.result, project.next_check_in_on) == (clock.today(), Result.DID_NOT_WORK, None)
    assert project.next_due_on == clock.today()
    assert [hit.outcome for hit in search.find(project.title, {"everyone"}).rows] == ["Did not work"]


# Setting up.


def changed(project: Project, actor: Any, edit: int | None = 1, **words: Any) -> None:
    with transaction():
        one = queries.visible_or_404(actor, project.id, change=True)
        said = {"aim": one.aim, "how_we_will_know": one.how_we_will_know, "planned_end_on": one.planned_end_on}
        actions.change(one, actor=actor, edit=edit, **(said | words))


def test_what_it_is_for_is_said_better(people: People) -> None:
    project = people.project()
    changed(project, people.lead, aim="Nobody waits for mouth care.", planned_end_on=date(2030, 5, 1))
    db.session.refresh(project)
    assert (project.aim, project.planned_end_on, project.edit) == (
        "Nobody waits for mouth care.",
        date(2030, 5, 1),
        2,
    )
    assert story(project) == ["Anna Author changed its aim and planned end"]
    assert [hit.title for hit in search.find("nobody waits mouth care", {"everyone"}).rows] == [project.title]


def test_an_old_form_is_told_and_the_same_words_twice_are_no_change(people: People) -> None:
    project = people.project()
    changed(project, people.lead, aim="First")
    with pytest.raises(Stale):
        changed(project, people.member, aim="Second")
    changed(project, people.lead, aim="First")
    db.session.refresh(project)
    assert (project.aim, project.edit) == ("First", 2)
    assert story(project) == ["Anna Author changed its aim"]


def test_a_number_of_a_patient_is_never_stored(people: People) -> None:
    project = people.project()
    with pytest.raises(StatementError) as caught:
        changed(project, people.lead, aim="Mrs Made-Up, 450 557 7104, waited")
    assert isinstance(caught.value.orig, PatientData)
    db.session.refresh(project)
    assert "450 557" not in project.aim


def named(project: Project, role: Role, person: Any, actor: Any, **days: Any) -> RoleHolder:
    with transaction():
        return actions.name_holder(
            queries.visible_or_404(actor, project.id, change=True), role, person, actor=actor, **days
        )


def test_a_role_passes_to_whoever_is_named_and_stays_on_record(people: People) -> None:
    project = people.project()
    named(project, Role.SPONSOR, people.stranger, people.qi)
    db.session.expire_all()
    kept = [(holder.person.name, rules.is_current(holder)) for holder in project.roles if holder.role is Role.SPONSOR]
    assert kept == [("Sandra Sponsor", False), ("Sam Stranger", True)]
    assert told("project_role") == {people.stranger.id}
    assert story(project) == [
        f"Quin Improver named Sam Stranger as sponsor, from {clock.today().day} {clock.today():%B %Y}"
    ]


def test_naming_the_same_person_twice_names_them_once(people: People) -> None:
    project = people.project()
    first = named(project, Role.SPONSOR, people.sponsor, people.qi)
    again = named(project, Role.MEMBER, people.member, people.lead)
    assert (first.id, again.id) == tuple(
        holder.id for holder in project.roles if holder.person_id in (people.sponsor.id, people.member.id)
    )[::-1]
    assert told("project_role") == set()


def test_a_team_has_many_members_and_a_role_can_begin_later(people: People) -> None:
    project = people.project()
    named(project, Role.MEMBER, people.stranger, people.lead)
    next_week = clock.today() + timedelta(days=7)
    named(project, Role.COACH, people.stranger, people.qi, from_on=next_week)
    db.session.expire_all()
    assert [holder.person.name for holder in rules.holders_of(project, Role.MEMBER)] == ["Mo Member", "Sam Stranger"]
    assert [holder.person.name for holder in rules.holders_of(project, Role.COACH)] == ["Carl Coach"]
    with clock.at(clock.now() + timedelta(days=7)):
        assert [holder.person.name for holder in rules.holders_of(project, Role.COACH)] == ["Sam Stranger"]


def test_a_role_ends_at_once_and_ends_once(people: People) -> None:
    project = people.project()
    holder = next(one for one in project.roles if one.person_id == people.member.id)
    with transaction():
        project = queries.visible_or_404(people.lead, project.id, change=True)
        actions.end_role(project, holder, actor=people.lead)
    assert not rules.holds(people.member, project, Role.MEMBER)
    assert story(project) == ["Mo Member is no longer team member"]
    assert refused(lambda: actions.end_role(project, holder, actor=people.lead)) is Kind.NOT_NOW
    sponsors = next(one for one in project.roles if one.role is Role.SPONSOR)
    assert refused(lambda: actions.end_role(project, sponsors, actor=people.lead)) is Kind.NOT_YOURS


def test_a_check_before_the_start_is_answered_and_answered_better(people: People) -> None:
    project = people.project()
    for answer, detail in ((StartCheckAnswer.NOT_NEEDED, "No new data"), (StartCheckAnswer.DONE, "DPIA 44")):
        with transaction():
            one = queries.visible_or_404(people.lead, project.id, change=True)
            actions.answer_start_check(one, StartCheckKind.DPIA, actor=people.lead, answer=answer, detail=detail)
    db.session.expire_all()
    assert [(check.kind, check.answer, check.detail) for check in project.start_checks] == [
        (StartCheckKind.DPIA, StartCheckAnswer.DONE, "DPIA 44")
    ]
    assert story(project) == [
        "Anna Author answered the data protection screening: not needed",
        "Anna Author answered the data protection screening: done",
    ]
    assert story(project, frozenset({"everyone"})) == []


@pytest.mark.parametrize(
    ("before", "to", "ahead", "then"),
    [
        ("standard", "close", 60, 1),
        ("standard", "close", 10, None),
        ("close", "standard", 10, None),
        ("light", "close", None, 1),
    ],
)
def test_watching_more_closely_brings_the_next_check_in_nearer_never_further(
    people: People, before: str, to: str, ahead: int | None, then: int | None
) -> None:
    due = clock.today() + timedelta(days=ahead) if ahead else None
    project = people.project(stage="running", monitoring=before, next_check_in_on=due)
    with transaction():
        project = queries.visible_or_404(people.qi, project.id, change=True)
        actions.watch(project, Monitoring(to), actor=people.qi, reason="Two milestones slipped", edit=1)
    assert project.next_check_in_on == (rules.months_after(clock.today(), then) if then else due)
    assert project.next_due_on == rules.next_due(project)
    assert story(project) == [f"Quin Improver changed its monitoring from {before} to {to}"]
    texts = timeline([("project", project.id)], {"everyone"}).rows[0].texts
    assert texts == ()


def test_a_lightly_watched_project_owes_no_check_in(people: People) -> None:
    project = people.project(stage="testing")
    with transaction():
        project = queries.visible_or_404(people.qi, project.id, change=True)
        actions.watch(project, Monitoring.LIGHT, actor=people.qi, reason="Small and going well")
    assert project.next_check_in_on is None
    with pytest.raises(Stale), transaction():
        actions.watch(
            queries.visible_or_404(people.qi, project.id, change=True),
            Monitoring.CLOSE,
            actor=people.qi,
            reason="Late",
            edit=1,
        )


# Milestones.


@pytest.mark.parametrize(("stage", "has_baseline"), [("setting_up", False), ("testing", True)])
def test_a_promise_after_the_start_stands_at_once(people: People, stage: str, has_baseline: bool) -> None:
    project, day = people.project(stage=stage), clock.today() + timedelta(days=1)
    with transaction():
        one = queries.visible_or_404(people.lead, project.id, change=True)
        milestone = actions.promise(one, actor=people.lead, title="Kit bought", on=day, owner=people.member)
    assert (milestone.forecast_on, milestone.baseline_on) == (day, day if has_baseline else None)
    assert milestone.owner.name == "Mo Member"
    db.session.refresh(project)
    assert project.next_due_on == day
    entry = timeline([("project", project.id)], {"everyone"}).rows[0]
    assert entry.sentence == f"Anna Author promised a milestone for {day.day} {day:%B %Y}"
    assert [(text.label, text.text) for text in entry.texts] == [("Milestone", "Kit bought")]


def test_a_moved_milestone_keeps_its_baseline_and_its_reason(people: People) -> None:
    day = clock.today() + timedelta(days=10)
    project = people.project(stage="testing", milestones=[day])
    later = day + timedelta(days=12)
    with transaction():
        one = queries.visible_or_404(people.lead, project.id, change=True)
        milestone = queries.milestone_or_404(one, project.milestones[0].id)
        actions.move_forecast(one, milestone, actor=people.lead, edit=1, to_on=later, reason="Bank holidays")
    assert (milestone.baseline_on, milestone.forecast_on, milestone.slip_days, milestone.edit) == (day, later, 12, 2)
    assert [(move.from_on, move.to_on, move.reason, move.by_id) for move in milestone.moves] == [
        (day, later, "Bank holidays", people.lead.id)
    ]
    db.session.refresh(project)
    assert project.next_due_on == later

    def stale() -> None:
        actions.move_forecast(project, milestone, actor=people.lead, edit=1, to_on=day, reason="As before")

    assert refused(stale) is Kind.NOT_NOW
    assert [move.reason for move in db.session.get_one(Milestone, milestone.id).moves] == ["Bank holidays"]


def test_a_reached_milestone_is_reached_once(people: People) -> None:
    day = clock.today() - timedelta(days=2)
    project = people.project(stage="testing", milestones=[day])
    with transaction():
        one = queries.visible_or_404(people.lead, project.id, change=True)
        milestone = queries.milestone_or_404(one, project.milestones[0].id)
        actions.reach(one, milestone, actor=people.lead, edit=1, on=day, evidence="The delivery note")
    assert (milestone.actual_on, milestone.evidence) == (day, "The delivery note")
    db.session.refresh(project)
    assert project.next_due_on == project.next_check_in_on
    again = lambda: actions.reach(project, milestone, actor=people.lead, edit=2, on=day, evidence="")  # noqa: E731  # a call to try
    assert refused(again) is Kind.NOT_NOW


# Check-ins.


def checked_in(project: Project, actor: Any, **said: Any) -> CheckIn:
    with transaction():
        return actions.check_in(queries.visible_or_404(actor, project.id, change=True), actor=actor, **said)


def test_a_check_in_tells_the_coach_and_moves_on_the_next_one(people: People) -> None:
    due = clock.today() - timedelta(days=3)
    project = people.project(stage="testing", next_check_in_on=due)
    report = checked_in(project, people.lead, what_happened="Kits are in use", due_on=due)
    db.session.refresh(project)
    assert (report.due_on, project.next_check_in_on) == (due, rules.months_after(due, 3))
    assert project.next_due_on == project.next_check_in_on
    assert (told("check_in_made"), told("check_in_help_wanted")) == ({people.coach.id}, set())
    assert story(project) == [f"Anna Author checked in for {due.day} {due:%B %Y}"]
    assert story(project, frozenset({"everyone"})) == []


def test_a_check_in_that_asks_for_help_is_urgent(people: People) -> None:
    project = people.project(stage="testing", next_check_in_on=clock.today())
    checked_in(project, people.member, what_happened="Stuck", help_wanted="A room", on_time=Track.OFF_TRACK)
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.person_id, notice.urgent, notice.title) == (
        "check_in_help_wanted",
        people.coach.id,
        True,
        f"{project.title} asks for help",
    )


def test_the_same_day_is_reported_once_and_the_second_is_told_by_whom(people: People) -> None:
    due = clock.today()
    project = people.project(stage="testing", next_check_in_on=due)
    checked_in(project, people.lead, what_happened="First", due_on=due)
    with pytest.raises(Refused, match="Anna Author has made this check-in already") as caught:
        checked_in(project, people.member, what_happened="Second", due_on=due)
    assert caught.value.answer.kind is Kind.NOT_NOW
    with pytest.raises(Refused, match="another day now"):
        checked_in(project, people.member, what_happened="Second", due_on=due + timedelta(days=1))
    assert db.session.scalars(select(CheckIn.what_happened)).all() == ["First"]


def test_an_extra_check_in_leaves_the_regular_one_wanted(people: People) -> None:
    due = clock.today() + timedelta(days=60)
    project = people.project(stage="testing", next_check_in_on=due)
    report = checked_in(project, people.lead, what_happened="Something came up")
    db.session.refresh(project)
    assert (report.due_on, project.next_check_in_on) == (clock.today(), due)


def test_nothing_has_changed_says_what_was_said_last(people: People) -> None:
    project = people.project(stage="testing", next_check_in_on=clock.today())
    with transaction():
        make_check_in(project, due_on=clock.today() - timedelta(days=90), on_cost=Track.AT_RISK)
    with transaction():
        one = queries.visible_or_404(people.lead, project.id, change=True)
        report = actions.nothing_changed(one, actor=people.lead, due_on=clock.today())
    assert (report.unchanged, report.on_time, report.on_cost, report.on_benefit) == (
        True,
        Track.ON_TRACK,
        Track.AT_RISK,
        Track.ON_TRACK,
    )


def test_an_answer_is_told_to_whoever_checked_in(people: People) -> None:
    project = people.project(stage="testing")
    with transaction():
        report = make_check_in(project, by=people.member)
    with transaction():
        one = queries.check_in_or_404(queries.visible_or_404(people.coach, project.id, change=True), report.id)
        actions.answer_check_in(one, actor=people.coach, answer="Well done. Try it on nights too.")
    db.session.refresh(report)
    assert (report.answer, report.answered_by.name) == ("Well done. Try it on nights too.", "Carl Coach")
    assert told("check_in_answered") == {people.member.id}


def test_a_form_begins_with_what_moved_since_the_last_time(people: People) -> None:
    now, today = clock.now(), clock.today()
    project = people.project(stage="testing")
    with transaction():
        make_milestone(project, title="Old", forecast_on=today, actual_on=today, reached_at=now - timedelta(days=50))
        last = make_check_in(project, made_at=now - timedelta(days=20), on_benefit=Track.OFF_TRACK)
        make_milestone(project, title="Kit bought", forecast_on=today, actual_on=today, reached_at=now)
        moved = make_milestone(project, title="Training", forecast_on=today)
    with transaction():
        one = queries.visible_or_404(people.lead, project.id, change=True)
        later = today + timedelta(days=7)
        actions.move_forecast(one, moved, actor=people.lead, edit=1, to_on=later, reason="Leave.")
        for pounds, note in ((120, "Kits"), (-20, "One went back")):
            spent = {"on": today, "amount_pence": pounds * 100, "note": note}
            actions.spend(one, one.budget_lines[0], actor=people.lead, **spent)
    begun = queries.begun(project, last)
    lines = begun["what_happened"].splitlines()
    assert [line.split("”")[0] for line in lines] == ["Reached “Kit bought", "Moved “Training", "Spent £100."]
    assert (begun["on_time"], begun["on_benefit"]) == (Track.ON_TRACK, Track.OFF_TRACK)


# Money.


def test_money_spent_and_come_back_is_summed(people: People) -> None:
    project = people.project(stage="testing", award_pence=500_00)
    for pence in (120_00, -20_00, 450_50):
        with transaction():
            one = queries.visible_or_404(people.lead, project.id, change=True)
            actions.spend(
                one, one.budget_lines[0], actor=people.lead, on=clock.today(), amount_pence=pence, note="Order 4471"
            )
    (money,) = queries.money_of(project)
    assert (money.spent_pence, money.left_pence) == (550_50, -50_50)
    day = f"{clock.today().day} {clock.today():%B %Y}"
    assert story(project) == [f"Anna Author entered {amount} spent on {day}" for amount in ("£120", "-£20", "£450.50")]
    assert story(project, frozenset({"everyone"})) == []


def test_whatever_is_done_the_day_kept_for_the_list_is_what_is_due(app: Flask, people: People) -> None:
    today = clock.today()
    project = people.project(stage="testing", milestones=[today + timedelta(days=5)], next_check_in_on=today)

    def agrees() -> None:
        db.session.expire_all()
        assert project.next_due_on == rules.next_due(project)

    agrees()
    checked_in(project, people.lead, what_happened="On time")
    agrees()
    changed(project, people.lead, planned_end_on=today + timedelta(days=2))
    agrees()
    assert project.next_due_on == today + timedelta(days=2)
