"""What people do on a project: open it, name its people, promise milestones, report, spend."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from pitchpit.core import search
from pitchpit.core.clock import now, today
from pitchpit.core.db import db
from pitchpit.core.rules import ensure, ensure_fresh, not_now_unless
from pitchpit.history.actions import record
from pitchpit.notices.actions import notify
from pitchpit.people.models import Person
from pitchpit.projects import rules
from pitchpit.projects.enums import ENDED, Result, Role, Stage, StartCheckAnswer, StartCheckKind, Track
from pitchpit.projects.models import (
    BudgetLine,
    CheckIn,
    ForecastMove,
    Milestone,
    Project,
    RoleHolder,
    SpendEntry,
    StartCheck,
)
from pitchpit.proposals.enums import CostKind
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import AlwaysAsked, Monitoring

# --- Opening and moving ---------------------------------------------------------------------------------------------------------------


def open_project(proposal: Proposal, *, award_pence: int, monitoring: Monitoring, actor: Person | None) -> Project:
    """Turn a proposal that was said yes to into a project, with nothing to type again; called in the decision's own transaction."""
    version = proposal.current_version
    assert version is not None, "only what was handed in is decided"
    project = Project(
        proposal=proposal,
        service_id=proposal.service_id,
        title=version.title,
        aim=_aim(version.content),
        stage=Stage.SETTING_UP,
        monitoring=monitoring,
        award_pence=award_pence,
        opened_at=now(),
    )
    project.roles = [
        RoleHolder(person_id=author.person_id, role=Role.LEAD if number == 0 else Role.MEMBER, from_on=today())
        for number, author in enumerate(author for author in proposal.authors if author.left_at is None)
    ]
    project.budget_lines = [
        BudgetLine(
            position=position,
            what=line["what"],
            kind=CostKind(line["kind"]),
            recurring=line["recurring"],
            amount_pence=amount,
        )
        for position, (line, amount) in enumerate(_shared_out(version.content["costs"], award_pence), 1)
    ]
    db.session.add(project)
    db.session.flush()
    record(
        "project.opened",
        project,
        also=proposal,
        actor=actor,
        detail={"award_pence": award_pence, "monitoring": monitoring.value},
    )
    _index(project)
    return project


def _aim(content: dict[str, Any]) -> str:
    """The one sentence on what changes for patients or staff."""
    return next(
        (answer["text"] for answer in content["answers"] if answer.get("always") == AlwaysAsked.DIFFERENCE.value), ""
    )


def _shared_out(costs: list[dict[str, Any]], award_pence: int) -> list[tuple[dict[str, Any], int]]:
    """The cost lines with the award shared over them in their order: in full as far as it goes."""
    shared, left = [], award_pence
    for line in costs:
        amount = min(line["amount_pence"], left)
        if amount or not award_pence:
            shared.append((line, amount))
        left -= amount
    return shared


def _index(project: Project) -> None:
    search.index(
        "project",
        project.id,
        title=project.title,
        body=project.aim,
        outcome=project.result.value if project.result else project.stage.value,
        audience=["everyone"],
        url=url_for("projects.show", project_id=project.id),
    )


def move(project: Project, stage: Stage, *, actor: Person, result: Result | None = None) -> None:
    """Move a project to another stage; the one writer of `stage`. Gates call it, and they record why."""
    ensure(rules.can_move, project, stage)
    before = project.stage
    project.stage = stage
    project.edit += 1
    if before is Stage.SETTING_UP and stage not in ENDED:
        _start(project)
    if stage in ENDED:
        project.ended_on = today()
        project.result = result
        project.next_check_in_on = None
    db.session.flush()
    record("project.moved", project, actor=actor, detail={"from": before.value, "to": stage.value})
    _index(project)


def _start(project: Project) -> None:
    """The promised dates become the baseline, and check-ins begin."""
    project.started_on = today()
    project.next_check_in_on = rules.first_check_in(project, today())
    for milestone in project.milestones:
        milestone.baseline_on = milestone.forecast_on


# --- Setting up -----------------------------------------------------------------------------------------------------------------------


def change(
    project: Project, *, actor: Person, edit: int | None, aim: str, how_we_will_know: str, planned_end_on: date | None
) -> None:
    """Say better what the project is for, how we will know, and when it should end."""
    ensure(rules.can_change, actor, project)
    ensure_fresh(project, edit)
    changed = [
        name
        for name, value in (("aim", aim), ("how_we_will_know", how_we_will_know), ("planned_end_on", planned_end_on))
        if getattr(project, name) != value
    ]
    project.aim, project.how_we_will_know, project.planned_end_on = aim, how_we_will_know, planned_end_on
    record("project.changed", project, actor=actor, detail={"fields": changed})
    _index(project)


def name_holder(
    project: Project, role: Role, person: Person, *, actor: Person, from_on: date | None = None
) -> RoleHolder:
    """Give somebody a role from today (or a later day). A role that one person holds passes from whoever had it, the day before."""
    ensure(rules.can_name, actor, project, role)
    start = from_on or today()
    for holder in project.roles:
        if holder.role is role and holder.to_on is None and (role is not Role.MEMBER or holder.person_id == person.id):
            if holder.person_id == person.id:
                return holder
            holder.to_on = max(holder.from_on, start)
    holder = RoleHolder(person_id=person.id, role=role, from_on=start)
    project.roles.append(holder)
    db.session.flush()
    record(
        "project.role_given",
        project,
        actor=actor,
        detail={"role": role.value, "person_id": person.id, "from_on": start.isoformat()},
    )
    notify(
        "project_role",
        to=[person],
        about=project,
        url=url_for("projects.show", project_id=project.id),
        title=project.title,
        role=role.value,
    )
    return holder


def end_role(project: Project, holder: RoleHolder, *, actor: Person) -> None:
    """Somebody's role ends today. It stays on record."""
    ensure(rules.can_name, actor, project, holder.role)
    ensure(lambda: not_now_unless(holder.to_on is None, "This role has ended already."))
    holder.to_on = today()
    record(
        "project.role_ended", project, actor=actor, detail={"role": holder.role.value, "person_id": holder.person_id}
    )


def answer_start_check(
    project: Project, kind: StartCheckKind, *, actor: Person, answer: StartCheckAnswer, detail: str
) -> None:
    """Say of one check before the start: not needed, because; or done, with its reference."""
    ensure(rules.can_change, actor, project)
    ensure(
        lambda: not_now_unless(project.stage is Stage.SETTING_UP, "The project has started: its checks are on record.")
    )
    check = next((check for check in project.start_checks if check.kind is kind), None)
    if check is None:
        check = StartCheck(kind=kind)
        project.start_checks.append(check)
    check.answer, check.detail = answer, detail
    record("project.checked", project, actor=actor, detail={"kind": kind.value, "answer": answer.value})


def watch(project: Project, monitoring: Monitoring, *, actor: Person, reason: str) -> None:
    """Watch a project more closely, or less; with a reason."""
    ensure(rules.can_set_monitoring, actor, project)
    before = project.monitoring
    project.monitoring = monitoring
    if project.started_on is not None:
        project.next_check_in_on = project.next_check_in_on or rules.first_check_in(project, today())
    if monitoring not in rules.CADENCE_MONTHS:
        project.next_check_in_on = None
    record(
        "project.monitoring",
        project,
        actor=actor,
        detail={"from": before.value, "to": monitoring.value},
        texts={"reason": reason},
    )


# --- Milestones -----------------------------------------------------------------------------------------------------------------------


def promise(project: Project, *, actor: Person, title: str, on: date, owner: Person | None) -> Milestone:
    """Promise a milestone. After the start its first forecast is its baseline at once."""
    ensure(rules.can_change, actor, project)
    milestone = Milestone(
        title=title,
        forecast_on=on,
        baseline_on=on if project.started_on is not None else None,
        owner_id=owner.id if owner else None,
    )
    project.milestones.append(milestone)
    db.session.flush()
    record(
        "milestone.promised",
        project,
        actor=actor,
        detail={"milestone_id": milestone.id, "on": on.isoformat()},
        texts={"title": title},
    )
    return milestone


def move_forecast(
    project: Project, milestone: Milestone, *, actor: Person, edit: int | None, to_on: date, reason: str
) -> None:
    """Say that a milestone will come at another date, and why. The baseline stays."""
    ensure(rules.can_change, actor, project)
    ensure(lambda: not_now_unless(milestone.actual_on is None, "This milestone has been reached."))
    ensure_fresh(milestone, edit)
    if to_on == milestone.forecast_on:
        return
    milestone.moves.append(
        ForecastMove(from_on=milestone.forecast_on, to_on=to_on, reason=reason, by_id=actor.id, moved_at=now())
    )
    record(
        "milestone.moved",
        project,
        actor=actor,
        detail={"milestone_id": milestone.id, "from": milestone.forecast_on.isoformat(), "to": to_on.isoformat()},
        texts={"title": milestone.title, "reason": reason},
    )
    milestone.forecast_on = to_on


def reach(project: Project, milestone: Milestone, *, actor: Person, edit: int | None, on: date, evidence: str) -> None:
    """A milestone has been reached: on which day, and what shows it."""
    ensure(rules.can_change, actor, project)
    ensure(lambda: not_now_unless(milestone.actual_on is None, "This milestone has been reached."))
    ensure_fresh(milestone, edit)
    milestone.actual_on, milestone.evidence = on, evidence
    record(
        "milestone.reached",
        project,
        actor=actor,
        detail={"milestone_id": milestone.id, "on": on.isoformat(), "slip_days": milestone.slip_days},
        texts={"title": milestone.title},
    )


# --- Check-ins ------------------------------------------------------------------------------------------------------------------------


def check_in(
    project: Project,
    *,
    actor: Person,
    what_happened: str = "",
    on_time: Track = Track.ON_TRACK,
    on_cost: Track = Track.ON_TRACK,
    on_benefit: Track = Track.ON_TRACK,
    help_wanted: str = "",
    unchanged: bool = False,
) -> CheckIn:
    """Report how the project goes. The coach is told, at once where help is wanted."""
    ensure(rules.can_check_in, actor, project)
    due_on = project.next_check_in_on or today()
    report = CheckIn(
        project=project,
        due_on=due_on,
        by_id=actor.id,
        made_at=now(),
        unchanged=unchanged,
        what_happened=what_happened,
        on_time=on_time,
        on_cost=on_cost,
        on_benefit=on_benefit,
        help_wanted=help_wanted,
    )
    project.next_check_in_on = rules.next_check_in(project, due_on, today())
    project.edit += 1
    db.session.add(report)
    db.session.flush()
    record(
        "check_in.made",
        project,
        actor=actor,
        detail={
            "check_in_id": report.id,
            "due_on": due_on.isoformat(),
            "unchanged": unchanged,
            "help_wanted": bool(help_wanted),
        },
    )
    coaches = [holder.person for holder in project.roles if holder.role is Role.COACH and rules.is_current(holder)]
    kind = "check_in_help_wanted" if help_wanted else "check_in_made"
    notify(kind, to=coaches, about=project, url=url_for("projects.show", project_id=project.id), title=project.title)
    return report


def answer_check_in(report: CheckIn, *, actor: Person, answer: str) -> None:
    """The coach's answer to a check-in; the person who made it is told."""
    ensure(rules.can_answer, actor, report)
    report.answer, report.answered_by_id, report.answered_at = answer, actor.id, now()
    report.edit += 1
    record("check_in.answered", report.project, actor=actor, detail={"check_in_id": report.id})
    project = report.project
    notify(
        "check_in_answered",
        to=[report.by],
        about=project,
        url=url_for("projects.show", project_id=project.id),
        title=project.title,
    )


# --- Money ----------------------------------------------------------------------------------------------------------------------------


def spend(project: Project, line: BudgetLine, *, actor: Person, on: date, amount_pence: int, note: str) -> SpendEntry:
    """Enter money spent against a budget line; negative where money came back."""
    ensure(rules.can_change, actor, project)
    entry = SpendEntry(
        budget_line=line, spent_on=on, amount_pence=amount_pence, note=note, by_id=actor.id, entered_at=now()
    )
    db.session.add(entry)
    db.session.flush()
    record(
        "project.spent",
        project,
        actor=actor,
        detail={"budget_line_id": line.id, "amount_pence": amount_pence, "on": on.isoformat()},
    )
    return entry


def people_with(project: Project, *roles: Role) -> list[Person]:
    """Who has one of these roles today."""
    return [holder.person for holder in project.roles if holder.role in roles and rules.is_current(holder)]
