"""Who may do what on a project, what is due of it, and how often it reports. The caller loads its roles and milestones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pitchpit.core.clock import london, today
from pitchpit.core.money import pounds
from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.core.words import day_in_words, plural
from pitchpit.people.enums import Right
from pitchpit.projects.enums import MOVES, TEAM, UNDER_WAY, Role, Stage, StartCheckKind
from pitchpit.projects.models import CheckIn, ForecastMove, Milestone, Project, RoleHolder, StartCheck
from pitchpit.schemes.enums import Monitoring

#: How often a project reports, by its monitoring: months between check-ins. Light projects write one closing report instead.
CADENCE_MONTHS = {Monitoring.STANDARD: 3, Monitoring.CLOSE: 1}

#: A check-in made more than so many days before its day is an extra one: the regular one is still wanted.
EARLY_DAYS = {Monitoring.STANDARD: 31, Monitoring.CLOSE: 14}

#: From an award to its start, at the most: the usual word of funds.
START_WITHIN_MONTHS = 6

#: So many check-ins in a row that say "nothing has changed" are a warning.
UNCHANGED_WARNS = 3

#: Whom a project's page names at its head.
HEADER_ROLES = (Role.LEAD, Role.SPONSOR, Role.COACH)

# Who is who.


def holds(person: Any, project: Project, *roles: Role) -> bool:
    """Whether this person has one of these roles on the project today."""
    return any(
        holder.person_id == person.id and holder.role in roles and is_current(holder) for holder in project.roles
    )


def is_current(holder: RoleHolder) -> bool:
    """Whether somebody has this role today: from its first day until the first day without it."""
    return holder.from_on <= today() and not has_ended(holder)


def has_ended(holder: RoleHolder) -> bool:
    return holder.to_on is not None and holder.to_on <= today()


def holders_of(project: Project, *roles: Role) -> list[RoleHolder]:
    """Who has one of these roles today."""
    return [holder for holder in project.roles if holder.role in roles and is_current(holder)]


def is_team(person: Any, project: Project) -> Answer:
    return only_if(holds(person, project, *TEAM), "The project's team does this.")


def watches(person: Any, project: Project) -> Answer:
    """The QI team, and the project's own coach and sponsor."""
    return only_if(
        person.has(Right.QI) or holds(person, project, Role.COACH, Role.SPONSOR),
        "The project's team, its coach, its sponsor or the QI team does this.",
    )


def sees_all(person: Any) -> bool:
    """Who reads every project's reports and money: the QI team and leaders."""
    return bool(person.has(Right.QI) or person.has(Right.LEADER))


def reads_reports(person: Any, has_a_role: bool) -> bool:
    """Whether somebody reads a project's check-ins and money, who has a role on it or not."""
    return has_a_role or sees_all(person)


def can_read_reports(person: Any, project: Project) -> Answer:
    """Check-ins and money: the team, coach, sponsor, contacts, the QI team and leaders."""
    return only_if(
        reads_reports(person, holds(person, project, *Role)),
        "Check-ins and money are for the project's own people, the QI team and leaders.",
    )


def can_read_checks(person: Any, project: Project) -> Answer:
    """What was answered to the checks before the start, and why: who reads its reports, and information governance. As history tells it."""
    return only_if(
        person.has(Right.IG) or can_read_reports(person, project),
        "What the checks say is for the project's own people, the QI team, leaders and information governance.",
    )


# Who may do what.


def is_under_way(project: Project) -> Answer:
    return not_now_unless(project.stage in UNDER_WAY, "This project has ended.")


def can_change(person: Any, project: Project) -> Answer:
    """The team and those who watch over it change milestones and words, while it goes on."""
    return (is_team(person, project) or watches(person, project)) and is_under_way(project)


def can_spend(person: Any, project: Project) -> Answer:
    """The same enter spend, also after the end: bills come late."""
    return (is_team(person, project) or watches(person, project)) and not_now_unless(
        project.stage is not Stage.NOT_STARTED, "This project never started, so nothing was spent."
    )


def can_name(person: Any, project: Project, role: Role) -> Answer:
    """The lead names the team; the QI team names everybody."""
    named_by_lead = role is Role.MEMBER and holds(person, project, Role.LEAD)
    return only_if(person.has(Right.QI) or named_by_lead, "The QI team names who has this role.") and is_under_way(
        project
    )


def roles_to_name(person: Any, project: Project) -> list[Role]:
    """The roles that this person may give."""
    return [role for role in Role if can_name(person, project, role)]


def can_set_monitoring(person: Any, project: Project) -> Answer:
    return only_if(person.has(Right.QI), "The QI team sets how closely a project is watched.") and is_under_way(project)


def can_answer_start_check(person: Any, project: Project) -> Answer:
    return can_change(person, project) and not_now_unless(
        project.stage is Stage.SETTING_UP, "The project has started: its checks are on record."
    )


def start_check(project: Project, kind: StartCheckKind) -> StartCheck | None:
    """What was answered to this check; None for nothing yet."""
    return next((check for check in project.start_checks if check.kind is kind), None)


def can_move_milestone(person: Any, milestone: Milestone) -> Answer:
    """Move its forecast, or say that it is reached: until it is."""
    return can_change(person, milestone.project) and not_now_unless(
        milestone.actual_on is None, "This milestone has been reached already."
    )


def can_check_in(person: Any, project: Project) -> Answer:
    return (
        is_team(person, project)
        and is_under_way(project)
        and not_now_unless(
            project.monitoring in CADENCE_MONTHS, "Light projects write one closing report and no check-ins."
        )
        and not_now_unless(project.stage is not Stage.SETTING_UP, "Check-ins begin once the project has started.")
    )


def can_answer(person: Any, check_in: CheckIn) -> Answer:
    """The coach answers, or the QI team for the coach; once, and nobody their own."""
    return only_if(
        (person.has(Right.QI) or holds(person, check_in.project, Role.COACH)) and check_in.by_id != person.id,
        "The coach answers check-ins.",
    ) and not_now_unless(check_in.answered_at is None, "This check-in has its answer already.")


def can_move(project: Project, stage: Stage) -> Answer:
    return not_now_unless(
        stage in MOVES[project.stage],
        f"This project is {project.stage.words.lower()} now: it cannot become {stage.words.lower()}.",
    )


# What is due.


@dataclass(frozen=True)
class Due:
    """Something a project owes on a day; once the day is over, it is late."""

    what: str
    on: date

    @property
    def is_late(self) -> bool:
        return self.on < today()


def due_of(project: Project, milestones: Iterable[Any], *, reports: bool = True) -> list[Due]:
    """What a project owes, the earliest first: its start, these milestones where they are not reached, the next check-in, its end."""
    return sorted(_due_of(project, milestones, reports), key=lambda due: due.on)


def _due_of(project: Project, milestones: Iterable[Any], reports: bool) -> Iterator[Due]:
    if project.stage not in UNDER_WAY:
        return
    if project.stage is Stage.SETTING_UP:
        yield Due("Start", start_by(project))
    elif project.planned_end_on is not None:
        yield Due("Planned end", project.planned_end_on)
    if reports and project.next_check_in_on is not None:
        yield Due("Check-in", project.next_check_in_on)
    for milestone in milestones:
        if milestone.actual_on is None:
            yield Due(f"“{milestone.title}”", milestone.forecast_on)


def next_due(project: Project) -> date:
    """The earliest day on which something of it is due, in the past where it is late; for an ended project, the day it ended."""
    return min((due.on for due in _due_of(project, project.milestones, True)), default=project.ended_on or date.max)


def start_by(project: Project) -> date:
    """The day by which a project that is being set up should have started."""
    return months_after(london(project.opened_at).date(), START_WITHIN_MONTHS)


def next_milestone(milestones: Iterable[Any]) -> Any:
    """The milestone that is expected next."""
    waiting: list[Any] = [milestone for milestone in milestones if milestone.actual_on is None]
    return min(waiting, key=lambda milestone: (milestone.forecast_on, milestone.id), default=None)


def is_late(milestone: Milestone) -> bool:
    return milestone.actual_on is None and milestone.forecast_on < today()


def slip_in_words(milestone: Any) -> str:
    """How far a milestone is from the day promised at the start, in words; nothing before the start, when no day is promised yet."""
    if milestone.baseline_on is None:
        return ""
    days = milestone.slip_days
    if milestone.actual_on is not None:
        return f"{plural(abs(days), 'day')} {'late' if days > 0 else 'early'}" if days else "on the promised day"
    return f"{plural(abs(days), 'day')} {'later' if days > 0 else 'earlier'} than promised" if days else "as promised"


def said_of_reached(milestone: Milestone) -> str:
    """A line for a check-in: what was reached."""
    on, slip = day_in_words(milestone.actual_on) if milestone.actual_on else "", slip_in_words(milestone)
    return f"Reached “{milestone.title}” on {on}{f', {slip}' if slip else ''}."


def said_of_move(move: ForecastMove) -> str:
    """A line for a check-in: what was moved, and why."""
    days = f"from {day_in_words(move.from_on)} to {day_in_words(move.to_on)}"
    return f"Moved “{move.milestone.title}” {days}: {move.reason}"


def said_of_spend(pence: int) -> str:
    """A line for a check-in: what was spent, or came back, altogether."""
    return f"Spent {pounds(pence)}." if pence >= 0 else f"{pounds(-pence)} came back."


# The rhythm of check-ins.


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def first_check_in(project: Project, started_on: date) -> date | None:
    """When the first check-in is due: one cadence after the start; None for light projects."""
    months = CADENCE_MONTHS.get(project.monitoring)
    return months_after(started_on, months) if months else None


def check_in_day(project: Project) -> date:
    """The day that a check-in made today is for: the next one due, or today itself where that is still far off (an extra one)."""
    due_on = project.next_check_in_on
    if due_on is None:
        return today()
    early = timedelta(days=EARLY_DAYS.get(project.monitoring, 0))
    return due_on if today() >= due_on - early else today()


def next_check_in(project: Project, due_on: date, made_on: date) -> date | None:
    """The check-in after the one that was due on `due_on`: the next of the rhythm that lies ahead; missed ones are not asked for again."""
    months = CADENCE_MONTHS.get(project.monitoring)
    if not months:
        return None
    ahead, number = due_on, 0
    while ahead <= max(made_on, due_on):
        number += 1
        ahead = months_after(due_on, months * number)
    return ahead


def check_in_after(monitoring: Monitoring, project: Project) -> date | None:
    """When the next check-in is due once the project is watched this closely: never later than it was due before."""
    months = CADENCE_MONTHS.get(monitoring)
    if not months or project.started_on is None:
        return None
    afresh = months_after(today(), months)
    return min(project.next_check_in_on or afresh, afresh)


def says_nothing_new(check_ins: Sequence[CheckIn]) -> bool:
    """Whether the last check-ins (the newest first) all said that nothing has changed, often enough to be a warning."""
    last = check_ins[:UNCHANGED_WARNS]
    return len(last) == UNCHANGED_WARNS and all(one.unchanged for one in last)
