"""What the pages of projects show. Every colleague may read a project; its reports and its money are for those close to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from pitchpit.core.clock import today
from pitchpit.core.db import SOMEBODY, TODAY, db, locked, put_together_once
from pitchpit.core.paging import Page, capped_count, page
from pitchpit.core.templating import url_if_any
from pitchpit.history.enums import ADMIN, EVERYONE, IG, MONITOR
from pitchpit.history.enums import TEAM as TEAM_WORD
from pitchpit.history.queries import Entry, timeline
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, PersonRight
from pitchpit.people.ports import Holding
from pitchpit.projects import rules
from pitchpit.projects.enums import TEAM, Role
from pitchpit.projects.models import (
    BudgetLine,
    CheckIn,
    ForecastMove,
    Milestone,
    Project,
    Promised,
    RoleHolder,
    SpendEntry,
)
from pitchpit.projects.rules import Due

# Who may see what.


def visible_to(person: Any) -> Select[Project]:
    """The projects that this person may read: all of them. (A project is public among staff from the day it opens.)"""
    return select(Project)


def visible_or_404(person: Any, project_id: int, *, change: bool = False) -> Project:
    """The project with its proposal, service and roles, in one statement; for a change its row is locked, and then its roles are read.

    (PostgreSQL reads the joined rows of a locked select as they were before it waited for the lock.)
    """
    with_roles = selectinload(Project.roles) if change else joinedload(Project.roles)
    asked = (
        visible_to(person)
        .where(Project.id == project_id)
        .options(
            joinedload(Project.proposal, innerjoin=True),
            joinedload(Project.service),
            with_roles.joinedload(RoleHolder.person, innerjoin=True),
        )
    )
    found: Project | None = db.session.scalars(locked(asked, change=change, of=Project)).unique().one_or_none()
    return found or abort(404)


def audiences(person: Any, project: Project) -> set[str]:
    """How this person stands to the project, in history's words."""
    words = {EVERYONE}
    if rules.holds(person, project, *Role):
        words.add(TEAM_WORD)
    if rules.sees_all(person) or rules.watches(person, project):
        words.add(MONITOR)
    if person.has(Right.ADMIN):
        words.add(ADMIN)
    if person.has(Right.IG):
        words.add(IG)
    return words


def held_now(day: Any = None) -> tuple[ColumnElement[bool], ...]:
    """A role that somebody has today; on `day` in a statement that is put together once."""
    day = today() if day is None else day
    return RoleHolder.from_on <= day, or_(RoleHolder.to_on.is_(None), RoleHolder.to_on > day)


def _has_role(person: Any, *roles: Role) -> ColumnElement[bool]:
    """Projects on which this person has one of these roles (any role, for none) today."""
    held = select(RoleHolder.project_id).where(RoleHolder.person_id == person.id, *held_now())
    return Project.id.in_(held.where(RoleHolder.role.in_(roles)) if roles else held)


# Lists.


@dataclass(frozen=True, slots=True)
class Ahead(Promised):
    """A milestone that is not reached yet, as a list needs it: fifty projects have hundreds."""

    id: int
    title: str
    baseline_on: date | None
    forecast_on: date
    actual_on: None = None


@dataclass(frozen=True)
class Listed:
    """A project on the list, as far as its reader may know: money and check-ins are None where they may not."""

    project: Project
    people: Sequence[tuple[Role, int, str]]  # each role of today with its person's number and name
    next_milestone: Ahead | None
    late: list[Due]
    spent_pence: int | None
    help_wanted: bool

    def named(self, role: Role) -> str:
        """Who has this role, by name."""
        return ", ".join(name for held, _, name in self.people if held == role)


def listed(person: Any, *, show: str = "under-way", after: str | None = None, size: int = 50) -> Page[Listed]:
    """Projects under way, ended, or this person's own. Four statements.

    Who watches over all of them sees those with something late first, then by what is due next; everybody else the newest first.
    """
    asked = visible_to(person).where(*_shown(person, show)).options(joinedload(Project.service))
    found = page(asked, order=_order(person, show), after=after, size=size)
    ids = [project.id for project in found.rows]
    people, ahead, known = _people_on(ids), _ahead_of(ids), _known(ids)
    rows = [_listed(person, one, people[one.id], ahead[one.id], *known.get(one.id, (0, False))) for one in found.rows]
    return Page(rows, found.next, found.previous)


def _people_on(project_ids: Collection[int]) -> dict[int, list[tuple[Role, int, str]]]:
    """Who has which role today, by project: (role, number, name). One statement."""
    asked = (
        select(RoleHolder.project_id, RoleHolder.role, RoleHolder.person_id, Person.name)
        .join(RoleHolder.person)
        .where(RoleHolder.project_id.in_(project_ids), *held_now())
    )
    people: dict[int, list[tuple[Role, int, str]]] = {number: [] for number in project_ids}
    for project_id, role, person_id, name in db.session.execute(asked.order_by(RoleHolder.id)):
        people[project_id].append((role, person_id, name))
    return people


def _ahead_of(project_ids: Collection[int]) -> dict[int, list[Ahead]]:
    """The milestones that are not reached yet, by project. One statement."""
    asked = select(
        Milestone.project_id, Milestone.id, Milestone.title, Milestone.baseline_on, Milestone.forecast_on
    ).where(Milestone.project_id.in_(project_ids), Milestone.actual_on.is_(None))
    ahead: dict[int, list[Ahead]] = {number: [] for number in project_ids}
    for project_id, number, title, baseline_on, forecast_on in db.session.execute(asked.order_by(Milestone.id)):
        ahead[project_id].append(Ahead(number, title, baseline_on, forecast_on))
    return ahead


def _shown(person: Any, show: str) -> list[ColumnElement[bool]]:
    if show == "ended":
        return [Project.ended_on.is_not(None)]
    return [Project.ended_on.is_(None), *([_has_role(person)] if show == "mine" else [])]


def _order(person: Any, show: str) -> list[Any]:
    if show == "under-way" and rules.sees_all(person):
        return [(Project.next_due_on, "asc"), (Project.id, "asc")]
    return [(Project.id, "desc")]


def _known(project_ids: Collection[int]) -> dict[int, tuple[int, bool]]:
    """What was spent on each project, and whether its team waits for help; one statement."""
    waits = select(CheckIn.id).where(
        CheckIn.project_id == Project.id, CheckIn.help_wanted != "", CheckIn.answered_at.is_(None)
    )
    rows = db.session.execute(
        select(Project.id, _spent(), waits.exists()).where(Project.id.in_(project_ids)).order_by(Project.id)
    )
    return {project_id: (int(spent), bool(waiting)) for project_id, spent, waiting in rows}


def _spent() -> Any:
    """What was spent on the project of the statement around it."""
    return (
        select(func.coalesce(func.sum(SpendEntry.amount_pence), 0))
        .join(SpendEntry.budget_line)
        .where(BudgetLine.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )


def _listed(
    person: Any,
    project: Project,
    people: Sequence[tuple[Role, int, str]],
    ahead: Sequence[Ahead],
    spent_pence: int,
    help_wanted: bool,
) -> Listed:
    close = rules.reads_reports(person, any(number == person.id for _, number, _ in people))
    return Listed(
        project=project,
        people=people,
        next_milestone=rules.next_milestone(ahead),
        late=[due for due in rules.due_of(project, ahead, reports=close) if due.is_late],
        spent_pence=spent_pence if close else None,
        help_wanted=close and help_wanted,
    )


def how_many() -> tuple[str, str]:
    """How many projects are under way, and how many of them have something late; "100+" at the most. Two statements."""
    under_way = select(Project.id).where(Project.ended_on.is_(None))
    return capped_count(under_way), capped_count(under_way.where(Project.next_due_on < today()))


# One project.


@dataclass(frozen=True)
class Shown:
    """A project as every one of its pages shows it: what it is, its tabs, and what this person may do."""

    project: Project
    tabs: list[tuple[str, str, bool]]
    reads_reports: bool
    may: dict[str, bool]

    def people(self, *roles: Role) -> list[RoleHolder]:
        """Who has one of these roles today."""
        return rules.holders_of(self.project, *roles)


def shown(person: Any, project: Project, tab: str = "Overview") -> Shown:
    """The project as this person sees it, on this tab. No statement."""
    reads = bool(rules.can_read_reports(person, project))
    return Shown(
        project=project,
        tabs=_tabs(project, tab, reads),
        reads_reports=reads,
        may={
            "change": bool(rules.can_change(person, project)),
            "check_in": bool(rules.can_check_in(person, project)),
            "spend": bool(rules.can_spend(person, project)),
            "name": bool(rules.roles_to_name(person, project)),
            "answer_checks": bool(rules.can_answer_start_check(person, project)),
            "set_monitoring": bool(rules.can_set_monitoring(person, project)),
        },
    )


def _tabs(project: Project, current: str, reads_reports: bool) -> list[tuple[str, str, bool]]:
    """The parts of a project as links. Reviews stand on a floor above: they are there where the application has them."""
    close = [("Check-ins", "projects.check_ins"), ("Money", "projects.money")] if reads_reports else []
    parts = [
        ("Overview", "projects.show"),
        ("Milestones", "projects.milestones"),
        *close,
        ("Reviews", "gates.index"),
        ("Set-up", "projects.set_up"),
        ("History", "projects.history"),
    ]
    addresses = [(words, url_if_any(endpoint, project_id=project.id)) for words, endpoint in parts]
    return [(words, url, words == current) for words, url in addresses if url]


@dataclass(frozen=True)
class Overview:
    """What the first page of a project says beside its charts."""

    milestones: Sequence[Milestone]
    next_milestone: Milestone | None
    late: list[Due]
    spent_pence: int | None
    asked: CheckIn | None  # the last call for help that has no answer yet


def overview(person: Any, project: Project) -> Overview:
    """Two statements; what this person may not read is None."""
    milestones = milestones_of(project)
    reads = bool(rules.can_read_reports(person, project))
    spent, asked = _money_and_help(project) if reads else (None, None)
    return Overview(
        milestones=milestones,
        next_milestone=rules.next_milestone(milestones),
        late=[due for due in rules.due_of(project, project.milestones, reports=reads) if due.is_late],
        spent_pence=spent,
        asked=asked,
    )


def _money_and_help(project: Project) -> tuple[int, CheckIn | None]:
    """What was spent, and the last call for help without an answer; one statement."""
    last = (
        select(func.max(CheckIn.id))
        .where(CheckIn.project_id == project.id, CheckIn.help_wanted != "", CheckIn.answered_at.is_(None))
        .scalar_subquery()
    )
    asked = aliased(CheckIn)
    found = db.session.execute(
        select(_spent(), asked)
        .select_from(Project)
        .outerjoin(asked, asked.id == last)
        .options(joinedload(asked.by))
        .where(Project.id == project.id)
    ).one()
    return int(found[0]), found[1]


def of_proposal(proposal_id: int) -> Project | None:
    """The project that this proposal became."""
    return db.session.scalars(select(Project).where(Project.proposal_id == proposal_id)).one_or_none()


def told(person: Any, project: Project, *, after: str | None = None) -> Page[Entry]:
    """The project's story, as far as this person may know it. Two statements."""
    return timeline([("project", project.id)], audiences(person, project), after=after)


def told_before(project: Project) -> list[Entry]:
    """What everybody may know of the idea that it was before. Two statements."""
    before = timeline([("proposal", project.proposal_id)], {EVERYONE})
    return [entry for entry in before.rows if entry.about != ("project", project.id)]


# Milestones.


def milestones_of(project: Project, *, moves: bool = False) -> Sequence[Milestone]:
    """Its milestones in the order of their days; one statement, two with their moves."""
    asked = select(Milestone).where(Milestone.project_id == project.id).options(joinedload(Milestone.owner))
    if moves:
        asked = asked.options(selectinload(Milestone.moves).joinedload(ForecastMove.by, innerjoin=True))
    asked = asked.order_by(func.coalesce(Milestone.actual_on, Milestone.forecast_on), Milestone.id)
    found = db.session.scalars(asked.execution_options(populate_existing=True)).all()
    set_committed_value(project, "milestones", list(found))
    return found


def milestone_or_404(project: Project, milestone_id: int) -> Milestone:
    """One of this project's milestones; lock the project first."""
    asked = select(Milestone).where(Milestone.id == milestone_id, Milestone.project_id == project.id)
    asked = asked.options(joinedload(Milestone.owner)).execution_options(populate_existing=True)
    return db.session.scalar(asked) or abort(404)


# Check-ins.


def check_ins_of(project: Project, *, after: str | None = None, size: int = 20) -> Page[CheckIn]:
    """The project's check-ins, the last first. One statement."""
    asked = (
        select(CheckIn)
        .where(CheckIn.project_id == project.id)
        .options(joinedload(CheckIn.by, innerjoin=True), joinedload(CheckIn.answered_by))
    )
    return page(asked, order=[(CheckIn.due_on, "desc"), (CheckIn.id, "desc")], after=after, size=size)


def last_check_in(project: Project) -> CheckIn | None:
    """What was reported last."""
    asked = select(CheckIn).where(CheckIn.project_id == project.id).options(joinedload(CheckIn.by))
    return db.session.scalars(asked.order_by(CheckIn.made_at.desc(), CheckIn.id.desc()).limit(1)).one_or_none()


def check_in_for(project: Project, due_on: date) -> CheckIn | None:
    """What was reported for this day."""
    asked = select(CheckIn).where(CheckIn.project_id == project.id, CheckIn.due_on == due_on)
    return db.session.scalars(asked.options(joinedload(CheckIn.by))).one_or_none()


def check_in_or_404(project: Project, check_in_id: int) -> CheckIn:
    """One of this project's check-ins; lock the project first."""
    asked = select(CheckIn).where(CheckIn.id == check_in_id, CheckIn.project_id == project.id)
    asked = asked.options(joinedload(CheckIn.by)).execution_options(populate_existing=True)
    return db.session.scalar(asked) or abort(404)


def moved_since(project: Project, since: datetime) -> list[str]:
    """Milestones reached and moved and money spent since then, each in a line that its check-in can begin with. Three statements."""
    reached = db.session.scalars(
        select(Milestone)
        .where(Milestone.project_id == project.id, Milestone.reached_at > since)
        .order_by(Milestone.reached_at, Milestone.id)
    )
    moves = db.session.scalars(
        select(ForecastMove)
        .join(ForecastMove.milestone)
        .where(Milestone.project_id == project.id, ForecastMove.moved_at > since)
        .options(joinedload(ForecastMove.milestone))
        .order_by(ForecastMove.id)
    )
    spent = db.session.execute(
        select(func.coalesce(func.sum(SpendEntry.amount_pence), 0), func.count())
        .join(SpendEntry.budget_line)
        .where(BudgetLine.project_id == project.id, SpendEntry.entered_at > since)
    ).one()
    lines = [rules.said_of_reached(one) for one in reached] + [rules.said_of_move(one) for one in moves]
    return [*lines, rules.said_of_spend(int(spent[0]))] if spent[1] else lines


def begun(project: Project, last: CheckIn | None) -> dict[str, Any]:
    """What a check-in's form begins with: what moved since the last one, and how things stood then. Three statements."""
    since = last.made_at if last else project.opened_at
    tracks = {name: getattr(last, name) for name in ("on_time", "on_cost", "on_benefit")} if last else {}
    return {
        "due_on": rules.check_in_day(project).isoformat(),
        "what_happened": "\n".join(moved_since(project, since)),
        **tracks,
    }


# Money.


@dataclass(frozen=True)
class Money:
    """A budget line and what was spent against it, whole pence."""

    line: BudgetLine
    spent_pence: int

    @property
    def left_pence(self) -> int:
        return self.line.amount_pence - self.spent_pence


def money_of(project: Project) -> list[Money]:
    """Each budget line with its spend; one statement."""
    rows = db.session.execute(
        select(BudgetLine, func.coalesce(func.sum(SpendEntry.amount_pence), 0))
        .outerjoin(SpendEntry, SpendEntry.budget_line_id == BudgetLine.id)
        .where(BudgetLine.project_id == project.id)
        .group_by(BudgetLine.id)
        .order_by(BudgetLine.position, BudgetLine.id)
    )
    return [Money(line, int(spent)) for line, spent in rows]


def spend_of(project: Project, *, after: str | None = None, size: int = 50) -> Page[SpendEntry]:
    """Spend entries, the last first. One statement."""
    asked = (
        select(SpendEntry)
        .join(SpendEntry.budget_line)
        .where(BudgetLine.project_id == project.id)
        .options(joinedload(SpendEntry.by, innerjoin=True), joinedload(SpendEntry.budget_line, innerjoin=True))
    )
    return page(asked, order=[(SpendEntry.spent_on, "desc"), (SpendEntry.id, "desc")], after=after, size=size)


# What needs somebody now.


@dataclass(frozen=True)
class Waiting:
    """A check-in that somebody owes (none made yet), or whose answer they owe."""

    project: Project
    to_answer: CheckIn | None


def waiting_for(person: Any, by: date) -> list[Waiting]:
    """Check-ins due by this day on projects on whose team this person is; on those they coach, what was reported and has no answer.

    One statement. "Nothing has changed" needs no answer.
    """
    rows = db.session.execute(_waiting_for(), {"person_id": person.id, "today": today(), "by": by})
    return [Waiting(project, check_in) for project, check_in in rows]


@put_together_once
def _waiting_for() -> Select[Project, CheckIn]:
    unanswered = and_(
        CheckIn.project_id == Project.id,
        RoleHolder.role == Role.COACH,
        CheckIn.answered_at.is_(None),
        CheckIn.unchanged.is_(False),
        CheckIn.by_id != SOMEBODY.id,
    )
    owed = and_(RoleHolder.role.in_(TEAM), Project.next_check_in_on <= bindparam("by", type_=Date()))
    return (
        select(Project, CheckIn)
        .join(RoleHolder, RoleHolder.project_id == Project.id)
        .outerjoin(CheckIn, unanswered)
        .where(RoleHolder.person_id == SOMEBODY.id, *held_now(TODAY), Project.ended_on.is_(None))
        .where(or_(owed, CheckIn.id.is_not(None)))
        .order_by(Project.next_check_in_on, Project.id, CheckIn.id)
    )


def to_remind_of(by: date) -> Sequence[Project]:
    """Projects under way whose check-in is due by this day, those of leads, sponsors and coaches included. Two statements."""
    asked = (
        select(Project)
        .where(Project.ended_on.is_(None), Project.next_due_on <= by, Project.next_check_in_on <= by)
        .options(selectinload(Project.roles).joinedload(RoleHolder.person, innerjoin=True))
    )
    return db.session.scalars(asked.order_by(Project.id)).all()


def roles_held(person_ids: Collection[int]) -> Iterator[Holding]:
    """The roles that these persons have on projects under way, from today or later. One statement."""
    asked = (
        select(RoleHolder.person_id, RoleHolder.role, Project.title)
        .join(RoleHolder.project)
        .where(
            RoleHolder.person_id.in_(person_ids),
            or_(RoleHolder.to_on.is_(None), RoleHolder.to_on > today()),
            Project.ended_on.is_(None),
        )
    )
    for person_id, role, title in db.session.execute(asked.order_by(Project.title, RoleHolder.id)):
        yield Holding(person_id, f"is {role.words.lower()} of", title)


def to_remind(project_id: int) -> Project | None:
    """A project under way with its roles, locked: whoever checks in at this moment comes before or after the reminder."""
    asked = (
        select(Project)
        .where(Project.id == project_id, Project.ended_on.is_(None))
        .options(selectinload(Project.roles).joinedload(RoleHolder.person, innerjoin=True))
    )
    return db.session.scalars(locked(asked, of=Project)).one_or_none()


def improvers() -> Sequence[Person]:
    """The QI team. One statement."""
    asked = (
        select(Person)
        .join(Person.right_rows)
        .where(PersonRight.right == Right.QI, or_(Person.left_on.is_(None), Person.left_on > today()))
    )
    return db.session.scalars(asked.order_by(Person.id)).all()


def has_a_role(person_id: Any) -> ColumnElement[bool]:
    """In SQL, whether this person has, or had, a role on any project."""
    return exists().where(RoleHolder.person_id == person_id)
