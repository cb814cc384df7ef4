"""What people do on a project: open it, name its people, promise milestones, report, spend."""

from __future__ import annotations

from datetime import date
from typing import Any

from pitchpit.core import search
from pitchpit.core.clock import now, today
from pitchpit.core.db import db
from pitchpit.core.rules import Stale, ensure, ensure_fresh, not_now_unless
from pitchpit.history.actions import record
from pitchpit.notices.actions import notify, path
from pitchpit.people.models import Person
from pitchpit.projects import queries, rules
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
from pitchpit.proposals.content import answer_to
from pitchpit.proposals.enums import CostKind
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import AlwaysAsked, Monitoring

# --- Opening and moving ---------------------------------------------------------------------------------------------------------------


def open_project(proposal: Proposal, *, award_pence: int, monitoring: Monitoring, actor: Person | None) -> Project:
    """Turn a proposal that was said yes to into a project, with nothing to type again; called in the decision's own transaction."""
    version = proposal.submitted_version
    project = Project(
        proposal=proposal,
        service_id=proposal.service_id,
        title=version.title,
        aim=answer_to(version.content, AlwaysAsked.DIFFERENCE),
        stage=Stage.SETTING_UP,
        monitoring=monitoring,
        award_pence=award_pence,
        opened_at=now(),
    )
    project.next_due_on = rules.next_due(project)
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


def _shared_out(costs: list[dict[str, Any]], award_pence: int) -> list[tuple[dict[str, Any], int]]:
    """The cost lines that the award pays for: each in full, in their order, as far as it goes."""
    shared: list[tuple[dict[str, Any], int]] = []
    left = award_pence
    for line in costs:
        amount = min(line["amount_pence"], left)
        if amount:
            shared.append((line, amount))
        left -= amount
    return shared


def _page(project: Project) -> str:
    return path("projects.show", project_id=project.id)


def _reckon(project: Project) -> None:
    """Keep the day of what is due next: the one writer of `next_due_on`."""
    project.next_due_on = rules.next_due(project)


def _index(project: Project) -> None:
    search.index(
        "project",
        project.id,
        title=project.title,
        body="\n".join(filter(None, [project.aim, project.how_we_will_know, project.proposal.reference])),
        outcome=(project.result or project.stage).words,
        audience=[search.EVERYONE],
        url=_page(project),
    )


def move(project: Project, stage: Stage, *, actor: Person, result: Result | None = None) -> None:
    """Move a project to another stage; the one writer of `stage`. Gates call it, and they record why."""
    ensure(rules.can_move, project, stage)
    before = project.stage
    with db.session.no_autoflush:  # the database wants stage and end to agree
        project.stage = stage
        if before is Stage.SETTING_UP and stage not in ENDED:
            _start(project)
        if stage in ENDED:
            project.ended_on = today()
            project.result = result
            project.next_check_in_on = None
        _reckon(project)
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
    changed = [
        name
        for name, value in (("aim", aim), ("how_we_will_know", how_we_will_know), ("planned_end_on", planned_end_on))
        if getattr(project, name) != value
    ]
    if not changed:
        return
    ensure_fresh(project, edit)
    project.aim, project.how_we_will_know, project.planned_end_on = aim, how_we_will_know, planned_end_on
    _reckon(project)
    db.session.flush()
    said = [CHANGED[name] for name in changed]
    record("project.changed", project, actor=actor, detail={"fields": said})
    _index(project)


#: What can be said better, as history tells it.
CHANGED = {"aim": "aim", "how_we_will_know": "sign that it works", "planned_end_on": "planned end"}


def name_holder(
    project: Project, role: Role, person: Person, *, actor: Person, from_on: date | None = None
) -> RoleHolder:
    """Give somebody a role from today (or another day). A role that one person holds passes from whoever had it on that day."""
    ensure(rules.can_name, actor, project, role)
    start = from_on or today()
    open_ones = [holder for holder in project.roles if holder.role is role and not rules.has_ended(holder)]
    for holder in open_ones:
        if holder.person_id == person.id and holder.to_on is None and holder.from_on <= start:
            return holder
    for holder in open_ones:
        if role is not Role.MEMBER or holder.person_id == person.id:
            holder.to_on = max(holder.from_on, start)
    holder = RoleHolder(person_id=person.id, role=role, from_on=start)
    project.roles.append(holder)
    db.session.flush()
    record(
        "project.role_given",
        project,
        also=person,
        actor=actor,
        detail={"role": role.words.lower(), "from_on": start},
    )
    notify("project_role", to=[person], about=project, url=_page(project), title=project.title, role=role.words.lower())
    return holder


def end_role(project: Project, holder: RoleHolder, *, actor: Person) -> None:
    """Somebody has this role no more, from today on. It stays on record that they had it."""
    ensure(rules.can_name, actor, project, holder.role)
    ensure(lambda: not_now_unless(not rules.has_ended(holder), "This role has ended already."))
    holder.to_on = max(holder.from_on, today())
    db.session.flush()
    record("project.role_ended", project, also=holder.person, actor=actor, detail={"role": holder.role.words.lower()})


def answer_start_check(
    project: Project,
    kind: StartCheckKind,
    *,
    actor: Person,
    answer: StartCheckAnswer,
    detail: str,
    edit: int | None = None,
) -> None:
    """Say of one check before the start: not needed, because; or done, with its reference.

    `edit` is the number of the answer that the form was filled from, 0 for none: where somebody answered since, raises Stale. The same
    answer sent again changes nothing. Lock the project first.
    """
    ensure(rules.can_answer_start_check, actor, project)
    check = rules.start_check(project, kind)
    if check is not None and (check.answer, check.detail) == (answer, detail):
        return
    if edit is not None and edit != (check.edit if check else 0):
        raise Stale(check)
    if check is None:
        check = StartCheck(kind=kind, edit=0)
        project.start_checks.append(check)
    check.answer, check.detail = answer, detail
    check.edit += 1
    db.session.flush()
    record(
        "project.checked",
        project,
        actor=actor,
        detail={"check": kind.words.lower(), "answer": answer.words.lower()},
        texts={"detail": detail},
    )


def watch(project: Project, monitoring: Monitoring, *, actor: Person, reason: str, edit: int | None = None) -> None:
    """Watch a project more closely, or less, with a reason. `edit` is the number of the save that a form was filled from."""
    ensure(rules.can_set_monitoring, actor, project)
    before = project.monitoring
    if monitoring is before:
        return
    ensure_fresh(project, project.edit if edit is None else edit)
    project.monitoring = monitoring
    project.next_check_in_on = rules.check_in_after(monitoring, project)
    _reckon(project)
    db.session.flush()
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
    _reckon(project)
    db.session.flush()
    record(
        "milestone.promised",
        project,
        actor=actor,
        detail={"milestone_id": milestone.id, "due_on": on},
        texts={"milestone": title},
    )
    return milestone


def move_forecast(
    project: Project, milestone: Milestone, *, actor: Person, edit: int | None, to_on: date, reason: str
) -> None:
    """Say that a milestone will come on another day, and why. The baseline stays."""
    ensure(rules.can_move_milestone, actor, milestone)
    was = milestone.forecast_on
    if to_on == was:
        return
    ensure_fresh(milestone, edit)
    milestone.moves.append(ForecastMove(from_on=was, to_on=to_on, reason=reason, by_id=actor.id, moved_at=now()))
    milestone.forecast_on = to_on
    _reckon(project)
    db.session.flush()
    record(
        "milestone.moved",
        project,
        actor=actor,
        detail={"milestone_id": milestone.id, "from_on": was, "to_on": to_on},
        texts={"milestone": milestone.title, "reason": reason},
    )


def reach(project: Project, milestone: Milestone, *, actor: Person, edit: int | None, on: date, evidence: str) -> None:
    """A milestone has been reached: on which day, and what shows it."""
    ensure(rules.can_move_milestone, actor, milestone)
    ensure_fresh(milestone, edit)
    milestone.actual_on, milestone.evidence, milestone.reached_at = on, evidence, now()
    _reckon(project)
    db.session.flush()
    record(
        "milestone.reached",
        project,
        actor=actor,
        detail={"milestone_id": milestone.id, "reached_on": on, "slip_days": milestone.slip_days},
        texts={"milestone": milestone.title, "shown_by": evidence},
    )


# --- Check-ins ------------------------------------------------------------------------------------------------------------------------


def check_in(
    project: Project,
    *,
    actor: Person,
    due_on: date | None = None,
    what_happened: str = "",
    on_time: Track = Track.ON_TRACK,
    on_cost: Track = Track.ON_TRACK,
    on_benefit: Track = Track.ON_TRACK,
    help_wanted: str = "",
    unchanged: bool = False,
) -> CheckIn:
    """Report how the project goes. The coach is told, at once where help is wanted.

    `due_on` is the day that the form was for: two people who report for the same day report once, and the second is told.
    """
    ensure(rules.can_check_in, actor, project)
    report = CheckIn(
        project=project,
        due_on=_day_to_report_for(project, due_on),
        by_id=actor.id,
        made_at=now(),
        unchanged=unchanged,
        what_happened=what_happened,
        on_time=on_time,
        on_cost=on_cost,
        on_benefit=on_benefit,
        help_wanted=help_wanted,
    )
    db.session.add(report)  # before anything is read: a report is not to be left behind by a flush on the way
    _ask_for_the_next(project, report.due_on)
    db.session.flush()
    record("check_in.made", project, actor=actor, detail=_in_short(report))
    _tell_coaches(report, actor)
    return report


def _day_to_report_for(project: Project, due_on: date | None) -> date:
    """The day that a report made now is for; refused where somebody has made it, or the form was for another day."""
    wanted_on = rules.check_in_day(project)
    made = queries.check_in_for(project, due_on or wanted_on)
    ensure(lambda: not_now_unless(made is None, _made_already(made)))
    ensure(
        lambda: not_now_unless(due_on in (None, wanted_on), "The next check-in is for another day now: open it again.")
    )
    return wanted_on


def _ask_for_the_next(project: Project, made_for: date) -> None:
    """The regular report has come: the next one is due by the rhythm. An extra one changes nothing."""
    if made_for == project.next_check_in_on:
        project.next_check_in_on = rules.next_check_in(project, made_for, today())
        _reckon(project)


def _in_short(report: CheckIn) -> dict[str, Any]:
    """What history keeps of a report: none of its words."""
    return {
        "check_in_id": report.id,
        "due_on": report.due_on,
        "unchanged": report.unchanged,
        "help_wanted": bool(report.help_wanted),
    }


def _tell_coaches(report: CheckIn, actor: Person) -> None:
    project = report.project
    coaches = [person for person in people_with(project, Role.COACH) if person.id != actor.id]
    kind = "check_in_help_wanted" if report.help_wanted else "check_in_made"
    notify(kind, to=coaches, about=project, url=_check_ins(project), title=project.title)


def nothing_changed(project: Project, *, actor: Person, due_on: date | None = None) -> CheckIn:
    """Report in one tap that all is as it was: on track, or not, as the last check-in said."""
    last = queries.last_check_in(project)
    tracks = (
        {"on_time": last.on_time, "on_cost": last.on_cost, "on_benefit": last.on_benefit} if last is not None else {}
    )
    return check_in(project, actor=actor, due_on=due_on, unchanged=True, **tracks)


def _made_already(made: CheckIn | None) -> str:
    return f"{made.by.name} has made this check-in already." if made else ""


def _check_ins(project: Project) -> str:
    return path("projects.check_ins", project_id=project.id)


def answer_check_in(report: CheckIn, *, actor: Person, answer: str) -> None:
    """The coach's answer to a check-in; the person who made it is told."""
    ensure(rules.can_answer, actor, report)
    report.answer, report.answered_by_id, report.answered_at = answer, actor.id, now()
    report.edit += 1
    db.session.flush()
    project = report.project
    record("check_in.answered", project, actor=actor, detail={"check_in_id": report.id})
    notify("check_in_answered", to=[report.by], about=project, url=_check_ins(project), title=project.title)


# --- Money ----------------------------------------------------------------------------------------------------------------------------


def spend(project: Project, line: BudgetLine, *, actor: Person, on: date, amount_pence: int, note: str) -> SpendEntry:
    """Enter money spent against a budget line; negative where money came back."""
    ensure(rules.can_spend, actor, project)
    entry = SpendEntry(
        budget_line=line, spent_on=on, amount_pence=amount_pence, note=note, by_id=actor.id, entered_at=now()
    )
    db.session.add(entry)
    db.session.flush()
    record(
        "project.spent",
        project,
        actor=actor,
        detail={"budget_line_id": line.id, "amount_pence": amount_pence, "spent_on": on},
        texts={"note": note},
    )
    return entry


def people_with(project: Project, *roles: Role) -> list[Person]:
    """Who has one of these roles today."""
    return [holder.person for holder in rules.holders_of(project, *roles)]


# --- Check-ins that do not come -------------------------------------------------------------------------------------------------------


def remind_of_check_in(project: Project, *, late: bool) -> None:
    """Ask the lead, or the team where there is none, for the check-in that is due soon, or was."""
    kind = "check_in_late" if late else "check_in_due"
    team = _still_here(people_with(project, Role.LEAD)) or _still_here(people_with(project, Role.MEMBER))
    url = path("projects.checking_in", project_id=project.id)
    notify(kind, to=team, about=project, url=url, title=project.title, due_on=project.next_check_in_on)


def tell_that_missed(project: Project) -> None:
    """Tell the sponsor, or the QI team where there is none, that a check-in has not come."""
    up = _still_here(people_with(project, Role.SPONSOR)) or list(queries.improvers())
    notify(
        "check_in_missed",
        to=up,
        about=project,
        url=_check_ins(project),
        title=project.title,
        due_on=project.next_check_in_on,
    )


def _still_here(people: list[Person]) -> list[Person]:
    return [person for person in people if not person.has_left]
