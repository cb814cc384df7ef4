"""Builders: plain functions that write rows directly and give them back.

Each may be called on its own or inside `transaction()`; several rows that belong together are quicker in one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import wraps
from typing import Any, TypeVar

from pitchpit.core import clock
from pitchpit.core.db import db, is_writing, transaction
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.models import Measure, Observation
from pitchpit.measures.periods import next_period, period_start
from pitchpit.panels.enums import ALWAYS_EXCLUDED, Attendance, ConflictType, Handling, ScorecardState, Tie
from pitchpit.panels.models import (
    Assignment,
    Conflict,
    Meeting,
    MeetingAttendance,
    MeetingItem,
    Score,
    Scorecard,
)
from pitchpit.people import passwords
from pitchpit.people.enums import Level, PostKind, Right
from pitchpit.people.models import Person, PersonRight, Post, PostHolder, Service
from pitchpit.projects import rules as project_rules
from pitchpit.projects.enums import ENDED, Result, Role, Stage, StartCheckAnswer, StartCheckKind, Track
from pitchpit.projects.models import BudgetLine, CheckIn, Milestone, Project, RoleHolder, StartCheck
from pitchpit.proposals import content
from pitchpit.proposals.enums import CostKind, ProposalState
from pitchpit.proposals.models import Answer, Author, CostLine, Proposal, Version
from pitchpit.schemes import defaults
from pitchpit.schemes.enums import Approver, Monitoring, PanelRole, SchemeKind, Seat
from pitchpit.schemes.models import (
    Criterion,
    Fund,
    LevelDescriptor,
    PanelMember,
    Question,
    Responder,
    Round,
    RoundFund,
    Scheme,
    Theme,
    Tier,
)

T = TypeVar("T")

_counter = itertools.count(1)


def _next() -> int:
    """A number no other row of this test process has."""
    return next(_counter)


def builder(build: Callable[..., T]) -> Callable[..., T]:
    """A builder: opens a transaction of its own where none is open."""

    @wraps(build)
    def built(*args: Any, **kwargs: Any) -> T:
        if is_writing():
            return build(*args, **kwargs)
        with transaction():
            return build(*args, **kwargs)

    return built


def _saved(row: T) -> T:
    db.session.add(row)
    db.session.flush()
    return row


# People


@builder
def make_service(
    name: str = "", *, level: Level = Level.WARD, parent: Service | None = None, **columns: Any
) -> Service:
    """A service under `parent`."""
    service = _saved(Service(name=name or f"Ward {_next()}", level=level, parent=parent, path="", **columns))
    service.path = f"{parent.path if parent else '/'}{service.id}/"
    db.session.flush()
    return service


@builder
def make_person(
    name: str = "",
    *,
    rights: Iterable[Right | str] = (),
    service: Service | None = None,
    password: str = "",
    **columns: Any,
) -> Person:
    """A made-up person, with these global rights; they can sign in by typing where a password is given."""
    number = _next()
    person = Person(
        **{"name": name or f"Person {number}", "email": f"person{number}@trust.example", "service": service, **columns}
    )
    person.password_hash = passwords.hashed(password) if password else None
    person.right_rows = [PersonRight(right=Right(right)) for right in rights]
    return _saved(person)


@builder
def make_post(
    kind: PostKind = PostKind.FINANCE, *, service: Service | None = None, holder: Person | None = None
) -> Post:
    """A post that signs off, held since yesterday by `holder` where one is given."""
    held = [PostHolder(person=holder, from_on=clock.today() - timedelta(days=1))] if holder else []
    return _saved(Post(kind=kind, service=service, holders=held))


# Schemes


def letters_from(number: int) -> str:
    """Two to four capital letters, different for every number."""
    letters = ""
    while number or len(letters) < 2:
        number, digit = divmod(number, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


@builder
def make_scheme(
    name: str = "", *, kind: SchemeKind = SchemeKind.PITCH, themes: Iterable[str] = (), **columns: Any
) -> Scheme:
    """A scheme with these themes."""
    number = _next()
    scheme = Scheme(
        **{"name": name or f"Scheme {number}", "letters": letters_from(number), "kind": kind, "about": "", **columns}
    )
    scheme.themes = [Theme(position=position, name=theme) for position, theme in enumerate(themes, 1)]
    return _saved(scheme)


@builder
def make_fund(name: str = "", **columns: Any) -> Fund:
    """A fund."""
    return _saved(Fund(**{"name": name or f"Fund {_next()}", "owner": "The trust's charity", **columns}))


@builder
def make_bare_round(*, scheme: Scheme | None = None, **columns: Any) -> Round:
    """A round that somebody has just made: dates and the three questions, nothing else."""
    now = clock.now().replace(second=0, microsecond=0)  # as a form would give it
    round = Round(
        **{
            "scheme": scheme or make_scheme(),
            "title": f"Round {_next()}",
            "opens_at": now - timedelta(days=7),
            "closes_at": now + timedelta(days=28),
            "scoring_closes_at": now + timedelta(days=42),
            **columns,
        }
    )
    round.questions = [
        Question(
            position=position,
            always=usual.always,
            label=usual.label,
            help=usual.help,
            kind=usual.kind,
            word_limit=usual.word_limit,
        )
        for position, usual in enumerate(defaults.QUESTIONS, 1)
    ]
    return _saved(round)


@builder
def make_round(
    *,
    opened: bool = True,
    pot_pence: int = 50_000_00,
    fund: Fund | None = None,
    ratifier: Person | None = None,
    chair: Person | None = None,
    deputy: Person | None = None,
    secretary: Person | None = None,
    members: Iterable[Person] | None = None,
    shadows: Iterable[Person] = (),
    responder: Person | None = None,
    responder_deputy: Person | None = None,
    **columns: Any,
) -> Round:
    """A round with everything it needs to open; opened a week ago (closing in 4 weeks, scoring in 6) unless said otherwise.

    People who are not given are made: chair, deputy, secretary, two members, a ratifier for the highest tier, a responder with a deputy.
    The tiers end at £2,000 (triager), £10,000 (chair) and £25,000 (ratifier).
    """
    round = make_bare_round(**columns)
    if opened:
        round.opened_at = columns.get("opened_at", round.opens_at)
    round.funds = [RoundFund(fund=fund or make_fund(), amount_pence=pot_pence)]
    round.tiers = [
        Tier(
            name=usual.name,
            up_to_pence=usual.up_to_pence,
            approver=usual.approver,
            ratifier=(ratifier or make_person()) if usual.approver is Approver.RATIFIER else None,
            monitoring=usual.monitoring,
        )
        for usual in defaults.TIERS
    ]
    round.criteria = usual_criteria()
    others = [make_person(), make_person()] if members is None else list(members)
    round.members = [
        PanelMember(person=chair or make_person(), role=PanelRole.CHAIR, seat=Seat.EXECUTIVE),
        PanelMember(person=deputy or make_person(), role=PanelRole.DEPUTY, seat=Seat.CLINICAL),
        PanelMember(person=secretary or make_person(), role=PanelRole.SECRETARY),
        *(PanelMember(person=person, role=PanelRole.MEMBER, seat=Seat.STAFF) for person in others),
        *(PanelMember(person=person, role=PanelRole.MEMBER, seat=Seat.STAFF, shadow=True) for person in shadows),
    ]
    round.responders = [Responder(person=responder or make_person(), deputy=responder_deputy or make_person())]
    return _saved(round)


def usual_criteria() -> list[Criterion]:
    """The usual rubric as rows: five criteria, each with its six descriptors."""
    return [
        Criterion(
            position=position,
            name=usual.name,
            guidance=usual.guidance,
            weight=usual.weight,
            may_skip=usual.may_skip,
            levels=[LevelDescriptor(level=level, words=words) for level, words in enumerate(usual.levels)],
        )
        for position, usual in enumerate(defaults.CRITERIA, 1)
    ]


def person_in(round: Round, role: PanelRole) -> Person:
    """Who has this role on the panel (the first member, for members)."""
    return next(member.person for member in round.members if member.role is role and not member.shadow)


# Proposals


@builder
def make_proposal(
    *,
    round: Round | None = None,
    authors: Iterable[Person] | None = None,
    state: ProposalState | str = ProposalState.SUBMITTED,
    title: str = "",
    ask_pence: int = 300_00,
    answers: Mapping[str, str] | None = None,
    responder: Person | None = None,
    service: Service | None = None,
    **columns: Any,
) -> Proposal:
    """A proposal in this state, with everything answered that its round asks; handed in (as version 1) unless it is a draft.

    `answers` is by one of the three questions ("problem", "change", "difference"). The author's service is its own unless said otherwise.
    Search and history know nothing of it: it was written past the actions.
    """
    number, state, now = _next(), ProposalState(state), clock.now()
    round = round or make_round()
    team = list(authors) if authors is not None else [make_person()]
    home = service or next((person.service for person in team if person.service), None)
    proposal = Proposal(
        **{
            "round": round,
            "service": home,
            "title": title or f"Idea {number}",
            "pays_after": "Our ward's own budget",
            "begun_at": now,
            "saved_at": now,
            "state_since": now,
            **{name: value for name, value in columns.items() if name not in _HANDED_IN},
        }
    )
    proposal.authors = [Author(person=person, joined_at=now) for person in team]
    said = answers or {}
    proposal.answers = [
        Answer(
            question=question, text=said.get(question.always or "", f"What proposal {number} says of {question.label}")
        )
        for question in round.questions
    ]
    if ask_pence:
        proposal.cost_lines = [
            CostLine(position=1, what="What it takes", kind=CostKind.NON_PAY, amount_pence=ask_pence)
        ]
    _saved(proposal)
    if state is not ProposalState.DRAFT:
        _hand_in(proposal, state, responder, {name: columns[name] for name in _HANDED_IN if name in columns})
    return proposal


#: What only a proposal that was handed in has.
_HANDED_IN = ("reference", "submitted_at", "due_on", "replied_at", "return_by_on")


def _hand_in(proposal: Proposal, state: ProposalState, responder: Person | None, columns: dict[str, Any]) -> None:
    round, now = proposal.round, clock.now()
    tier = round.tier_for(proposal.ask_pence)
    version = _saved(
        Version(
            proposal_id=proposal.id,
            number=1,
            made_at=columns.get("submitted_at", now),
            made_by_id=proposal.authors[0].person_id,
            tier_id=tier.id if tier else None,
            title=proposal.title,
            ask_pence=proposal.ask_pence,
            content=content.copy_of(proposal),
        )
    )
    round.last_number += 1
    year = clock.london(round.opens_at).year % 100
    handed_in = {
        "reference": f"{round.scheme.letters}{year:02}-{round.last_number:03}",
        "submitted_at": now,
        "responder_id": responder.id if responder else round.responders[0].person_id,
        "due_on": clock.promised_by(now, round.reply_working_days),
        "current_version_id": version.id,
        "state": state,
        **({"return_by_on": clock.today() + timedelta(days=14)} if state is ProposalState.RETURNED else {}),
        **({} if state in WAITING else {"replied_at": now}),
        **columns,
    }
    with db.session.no_autoflush:  # the database wants all of it at once
        for name, value in handed_in.items():
            setattr(proposal, name, value)
        db.session.flush()
    db.session.refresh(proposal, ["current_version", "responder"])


#: In these nobody has answered yet, or need not any more.
WAITING = frozenset({ProposalState.SUBMITTED, ProposalState.WITHDRAWN, ProposalState.MERGED})


# Projects


@builder
def make_project(
    *,
    stage: Stage | str = Stage.SETTING_UP,
    monitoring: Monitoring | str = Monitoring.STANDARD,
    lead: Person | None = None,
    members: Iterable[Person] = (),
    sponsor: Person | None = None,
    coach: Person | None = None,
    award_pence: int = 4_000_00,
    proposal: Proposal | None = None,
    title: str = "",
    milestones: Iterable[date] = (),
    **columns: Any,
) -> Project:
    """A project in this stage: its proposal approved (under £2,000 and more alike), a lead, one budget line over the whole award.

    Under way it started 30 days ago, and its check-in (none for a light one) is due by its rhythm; ended, it ended today and worked.
    `milestones` are days: forecast, and baseline once started. Search and history know nothing of it: it was written past the actions.
    """
    stage, monitoring, number, today = Stage(stage), Monitoring(monitoring), _next(), clock.today()
    head = lead or make_person()
    idea = proposal or make_proposal(
        authors=[head], state=ProposalState.APPROVED if award_pence else ProposalState.SUPPORTED, ask_pence=award_pence
    )
    started = stage not in (Stage.SETTING_UP, Stage.NOT_STARTED)
    started_on = columns.pop("started_on", today - timedelta(days=30) if started else None)
    project = Project(
        **{
            "proposal": idea,
            "service_id": idea.service_id,
            "title": title or f"Project {number}",
            "aim": f"What project {number} changes for patients",
            "stage": stage,
            "monitoring": monitoring,
            "award_pence": award_pence,
            "opened_at": clock.now() - timedelta(days=60),
            "started_on": started_on,
            **({"ended_on": today, "result": Result.WORKED} if stage in ENDED else {}),
            **columns,
        }
    )
    if stage is Stage.NOT_STARTED:
        project.result = None
    if started and stage not in ENDED and "next_check_in_on" not in columns:
        project.next_check_in_on = project_rules.first_check_in(project, started_on)
    named = {Role.LEAD: [head], Role.MEMBER: members, Role.SPONSOR: [sponsor], Role.COACH: [coach]}
    project.roles = [
        RoleHolder(person=person, role=role, from_on=today - timedelta(days=60))
        for role, people in named.items()
        for person in people
        if person is not None
    ]
    if award_pence:
        project.budget_lines = [
            BudgetLine(position=1, what="What it takes", kind=CostKind.NON_PAY, amount_pence=award_pence)
        ]
    project.milestones = [
        Milestone(title=f"Milestone {place}", forecast_on=day, baseline_on=day if started else None)
        for place, day in enumerate(milestones, 1)
    ]
    project.next_due_on = columns.get("next_due_on") or project_rules.next_due(project)
    return _saved(project)


@builder
def make_milestone(project: Project, *, forecast_on: date | None = None, title: str = "", **columns: Any) -> Milestone:
    """A milestone of this project, expected in 30 days; promised for that day where the project has started."""
    day = forecast_on or clock.today() + timedelta(days=30)
    baseline = {"baseline_on": day} if project.started_on else {}
    milestone = Milestone(**{"title": title or f"Milestone {_next()}", "forecast_on": day, **baseline, **columns})
    project.milestones.append(milestone)
    project.next_due_on = project_rules.next_due(project)
    return _saved(milestone)


@builder
def make_check_in(
    project: Project, *, by: Person | None = None, due_on: date | None = None, what_happened: str = "", **columns: Any
) -> CheckIn:
    """A check-in that says all is on track, made just now for this day (today)."""
    check_in = CheckIn(
        **{
            "project": project,
            "by": by or project.roles[0].person,
            "due_on": due_on or clock.today(),
            "made_at": clock.now(),
            "what_happened": what_happened or f"What happened, {_next()}",
            "on_time": Track.ON_TRACK,
            "on_cost": Track.ON_TRACK,
            "on_benefit": Track.ON_TRACK,
            **columns,
        }
    )
    return _saved(check_in)


@builder
def make_start_checks(project: Project) -> None:
    """Every check before the start, answered."""
    project.start_checks = [
        StartCheck(kind=kind, answer=StartCheckAnswer.NOT_NEEDED, detail="It changes nothing of this sort")
        for kind in StartCheckKind
    ]
    db.session.flush()


def person_on(project: Project, role: Role) -> Person:
    """Who has this role on the project."""
    return next(holder.person for holder in project.roles if holder.role is role)


# Measures


@builder
def make_measure(project: Project, name: str = "", **columns: Any) -> Measure:
    """A monthly outcome measure of this project, lower being better."""
    measure = Measure(
        **{
            "project": project,
            "name": name or f"Measure {_next()}",
            "kind": MeasureKind.OUTCOME,
            "unit": "",
            "direction": Direction.DECREASE,
            "frequency": Frequency.MONTHLY,
            "created_at": clock.now(),
            **columns,
        }
    )
    return _saved(measure)


@builder
def make_observations(
    measure: Measure, values: Iterable[float | None], *, first: date = date(2024, 1, 1), by: Person | None = None
) -> list[Observation]:
    """These values for the measure's periods from the one of `first` on; None leaves a gap."""
    by, start, rows = by or make_person(), period_start(first, measure.frequency), []
    for value in values:
        if value is not None:
            rows.append(
                Observation(measure=measure, period_on=start, value=value, by=by, entered_at=clock.now(), reason="")
            )
        start = next_period(start, measure.frequency)
    db.session.add_all(rows)
    db.session.flush()
    return rows


# Panels


@builder
def make_judging_round(*, scoring: bool = True, **columns: Any) -> Round:
    """A round that closed a week ago: being scored for a week yet or, without `scoring`, closed for scoring since yesterday."""
    now = clock.now()
    ends = now + timedelta(days=7) if scoring else now - timedelta(days=1)
    dates = {
        "opens_at": now - timedelta(days=42),
        "closes_at": now - timedelta(days=7),
        "scoring_closes_at": ends,
    }
    return make_round(**{**dates, **columns})


@builder
def make_assignment(proposal: Proposal, person: Person, **columns: Any) -> Assignment:
    """This member is asked to score this proposal."""
    return _saved(
        Assignment(**{"proposal_id": proposal.id, "person_id": person.id, "assigned_at": clock.now(), **columns})
    )


@builder
def make_scorecard(
    proposal: Proposal,
    person: Person,
    levels: int | Iterable[int | None] = 3,
    *,
    submitted: bool = True,
    comments: Iterable[str] = (),
    notes: str = "",
    **columns: Any,
) -> Scorecard:
    """A scorecard on its current version: one level for every criterion, or one each in their order (None: "I cannot judge this")."""
    now, criteria = clock.now(), proposal.round.criteria
    given = [levels] * len(criteria) if isinstance(levels, int) else list(levels)
    said = [*comments, *([""] * len(criteria))]
    scorecard = Scorecard(
        **{
            "proposal_id": proposal.id,
            "version_id": proposal.current_version_id,
            "person_id": person.id,
            "state": ScorecardState.SUBMITTED if submitted else ScorecardState.DRAFT,
            "submitted_at": now if submitted else None,
            "saved_at": now,
            "notes": notes,
            **columns,
        }
    )
    scorecard.scores = [
        Score(criterion_id=criterion.id, level=level, cannot_judge=level is None, comment=comment)
        for criterion, level, comment in zip(criteria, given, said, strict=False)
    ]
    return _saved(scorecard)


@builder
def make_conflict(
    proposal: Proposal,
    person: Person,
    handling: Handling | None = None,
    *,
    tie: Tie = Tie.DECLARED,
    type: ConflictType = ConflictType.INDIRECT,
    **columns: Any,
) -> Conflict:
    """A tie of this member, handled as said; unless said, as the rule has it."""
    always = tie in ALWAYS_EXCLUDED or type is ConflictType.FINANCIAL
    handled = handling or (Handling.EXCLUDED if always else Handling.UNDECIDED)
    now = clock.now()
    return _saved(
        Conflict(
            **{
                "proposal_id": proposal.id,
                "person_id": person.id,
                "tie": tie,
                "type": type,
                "noted_at": now,
                "handling": handled,
                "decided_at": None if handled is Handling.UNDECIDED else now,
                **columns,
            }
        )
    )


@builder
def make_meeting(
    round: Round, *, items: Iterable[Proposal] = (), present: Iterable[Person] | None = None, notes: str = ""
) -> Meeting:
    """A panel meeting of today, recorded by the secretary, about these proposals (each with `notes`); everybody present unless said."""
    there = [member.person for member in round.members] if present is None else present
    recorder = person_in(round, PanelRole.SECRETARY)
    meeting = Meeting(round_id=round.id, held_on=clock.today(), recorded_by_id=recorder.id, recorded_at=clock.now())
    meeting.attendances = [MeetingAttendance(person_id=person.id, attendance=Attendance.PRESENT) for person in there]
    _saved(meeting)
    for proposal in items:
        make_meeting_item(meeting, proposal, notes=notes)
    return meeting


@builder
def make_meeting_item(meeting: Meeting, proposal: Proposal, **columns: Any) -> MeetingItem:
    """One more proposal that the meeting discussed."""
    item = MeetingItem(proposal_id=proposal.id, position=len(meeting.items) + 1, **columns)
    meeting.items.append(item)
    return _saved(item)
