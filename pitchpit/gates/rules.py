"""What a gate asks for, where it leads, and who may hold it: the sponsor or the QI team, never the team or the coach alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.core.words import plural
from pitchpit.gates.enums import GateOutcome
from pitchpit.measures.enums import MeasureKind
from pitchpit.people.enums import Right
from pitchpit.projects.enums import TEAM, UNDER_WAY, Result, Role, Stage, StartCheckKind
from pitchpit.projects.models import Project
from pitchpit.projects.rules import holds
from pitchpit.schemes.enums import Monitoring

#: Observations wanted before the start; fewer starts with a reason and the date when there will be enough.
BASELINE = 12

#: Milestones that standard and close monitoring ask for.
MILESTONES = 3

# Where a gate leads.


@dataclass(frozen=True)
class Way:
    """One thing that a review can decide at a stage, and the stage that follows."""

    outcome: GateOutcome
    to: Stage
    words: str
    means: str

    @property
    def name(self) -> str:
        """How an address says it."""
        word = self.outcome.value.replace("_", "-")
        return f"{word}-{self.to.value}" if self.outcome is GateOutcome.CONTINUE else word

    @property
    def ends(self) -> bool:
        """Whether it ends the project with a result and a lesson."""
        return self.outcome in ENDING


#: These end a project, with a result and a lesson.
ENDING = frozenset({GateOutcome.ADOPT, GateOutcome.STOP, GateOutcome.CLOSE})

_STOP = Way(GateOutcome.STOP, Stage.STOPPED, "Stop it", "It ends here. Stopping what does not work is good work.")

#: What a review can decide, by the project's stage. (A start has its own page, and leads to `stage_after_start`.)
WAYS: dict[Stage, tuple[Way, ...]] = {
    Stage.SETTING_UP: (
        Way(GateOutcome.NOT_START, Stage.NOT_STARTED, "Do not start it", "It lapsed, or nobody is left to do it."),
    ),
    Stage.TESTING: (
        Way(GateOutcome.CONTINUE, Stage.EMBEDDING, "Continue: embed it", "It works. Make it the usual way of working."),
        Way(GateOutcome.CONTINUE, Stage.TESTING, "Continue: test on", "Too early to tell, or not there yet."),
        Way(GateOutcome.CHANGE, Stage.TESTING, "Change it", "Go on, but differently: say how."),
        _STOP,
    ),
    Stage.EMBEDDING: (
        Way(GateOutcome.ADOPT, Stage.ADOPTED, "Adopt it", "This is how we work now. The project is done."),
        Way(GateOutcome.CONTINUE, Stage.EMBEDDING, "Continue: embed on", "It is not yet the usual way of working."),
        Way(GateOutcome.CHANGE, Stage.EMBEDDING, "Change it", "Go on, but differently: say how."),
        _STOP,
    ),
    Stage.RUNNING: (
        Way(GateOutcome.CLOSE, Stage.DONE, "Close it", "The work is done: its result, and what was learned."),
        Way(GateOutcome.CONTINUE, Stage.RUNNING, "Continue", "The work goes on as it is."),
        Way(GateOutcome.CHANGE, Stage.RUNNING, "Change it", "Go on, but differently: say how."),
        _STOP,
    ),
}

#: Results that make sense at each ending.
RESULTS: dict[GateOutcome, tuple[Result, ...]] = {
    GateOutcome.ADOPT: (Result.WORKED, Result.WORKED_IN_PART, Result.NOT_MEASURED),
    GateOutcome.STOP: (Result.WORKED_IN_PART, Result.DID_NOT_WORK, Result.STOPPED_EARLY, Result.NOT_MEASURED),
    GateOutcome.CLOSE: tuple(Result),
}


def way_of(outcome: GateOutcome, project: Project, to: Stage | None = None) -> Way | None:
    """What this outcome means at the project's stage: the first way of it, or the one to this stage; None where it makes no sense now."""
    if outcome is GateOutcome.START and project.stage is Stage.SETTING_UP:
        return Way(
            GateOutcome.START, stage_after_start(project), "Start it", "The dates promised so far stand from now on."
        )
    ways = (way for way in WAYS.get(project.stage, ()) if way.outcome is outcome and to in (None, way.to))
    return next(ways, None)


def stage_after_start(project: Project) -> Stage:
    return Stage.RUNNING if project.monitoring is Monitoring.LIGHT else Stage.TESTING


@dataclass(frozen=True)
class Learned:
    """What an ending says: the result, and the lesson."""

    result: Result
    expected: str
    happened: str
    differently: str


# Who may hold it.


def can_hold(person: Any, project: Project, outcome: GateOutcome, to: Stage | None = None) -> Answer:
    """A sponsor or a QI person who is neither on the team nor its coach; a light project's closing report is its lead's too."""
    independent = not holds(person, project, *TEAM, Role.COACH) and (
        person.has(Right.QI) or holds(person, project, Role.SPONSOR)
    )
    closes_own = (
        outcome is GateOutcome.CLOSE and project.monitoring is Monitoring.LIGHT and holds(person, project, Role.LEAD)
    )
    return only_if(
        independent or closes_own,
        "A review is held by the sponsor or the QI team, never by the project's own team or its coach.",
    ) and not_now_unless(way_of(outcome, project, to) is not None, _no_sense(project))


def _no_sense(project: Project) -> str:
    if project.stage not in UNDER_WAY:
        return "This project has ended."
    return f"This project is {project.stage.words.lower()} now: this review makes no sense at this stage."


def ways_for(person: Any, project: Project) -> list[Way]:
    """What this person may decide about the project now, its start apart."""
    return [way for way in WAYS.get(project.stage, ()) if can_hold(person, project, way.outcome, way.to)]


# The start.


@dataclass(frozen=True)
class Facts:
    """What is there of what a start asks for."""

    monitoring: Monitoring
    roles: frozenset[Role]
    has_end: bool
    says_how: bool
    milestones: int
    measures: frozenset[MeasureKind]
    checks: frozenset[StartCheckKind]
    short_baseline: bool  # an outcome measure has fewer observations than wanted


@dataclass(frozen=True)
class Want:
    """Something that a start asks for: in words, whether it is there, and which part of the project's pages holds it."""

    words: str
    is_there: bool
    part: str


def wanted(facts: Facts) -> list[Want]:
    """What the project's monitoring asks for before the start, in the order in which a team does it."""
    return list(_wanted(facts))


def _wanted(facts: Facts) -> Iterator[Want]:
    light = facts.monitoring is Monitoring.LIGHT
    for role in ROLES_WANTED[facts.monitoring]:
        yield Want(f"a {role.words.lower()}", role in facts.roles, "roles")
    yield Want("the date when it should end", facts.has_end, "aim")
    if light:
        yield Want("how you will know that it worked", facts.says_how, "aim")
        return
    yield Want(_milestones(MILESTONES - facts.milestones), facts.milestones >= MILESTONES, "milestones")
    yield Want("an outcome measure", MeasureKind.OUTCOME in facts.measures, "measures")
    if facts.monitoring is Monitoring.CLOSE:
        yield Want("a balancing measure", MeasureKind.BALANCING in facts.measures, "measures")
    for kind in StartCheckKind:
        yield Want(f"the {_lower(kind.words)}", kind in facts.checks, kind.value)


def _milestones(lacking: int) -> str:
    if lacking <= 0:
        return f"{MILESTONES} milestones"
    more = "" if lacking == MILESTONES else "more "
    return f"{lacking} {more}{'milestone' if lacking == 1 else 'milestones'}"


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


ROLES_WANTED: dict[Monitoring, tuple[Role, ...]] = {
    Monitoring.LIGHT: (Role.LEAD,),
    Monitoring.STANDARD: (Role.LEAD, Role.SPONSOR),
    Monitoring.CLOSE: (Role.LEAD, Role.SPONSOR, Role.COACH),
}


def missing_to_start(facts: Facts) -> list[str]:
    """What is asked for and not there yet, in plain words; a short baseline is not among it (see `needs_explaining`)."""
    return [want.words for want in wanted(facts) if not want.is_there]


def needs_explaining(facts: Facts) -> bool:
    """Whether it starts only with a reason and a date, because an outcome measure has too few observations."""
    return facts.monitoring is not Monitoring.LIGHT and facts.short_baseline


def can_start(person: Any, project: Project, facts: Facts) -> Answer:
    missing = missing_to_start(facts)
    return can_hold(person, project, GateOutcome.START) and not_now_unless(
        not missing, f"Before it starts it needs {', '.join(missing)}."
    )


def things_missing(facts: Facts) -> str:
    """3 things, 1 thing; nothing for nothing."""
    missing = missing_to_start(facts)
    return plural(len(missing), "thing") if missing else ""


def way_called(name: str, stage: Stage) -> Way | None:
    """The way of this name: of this stage where it has one (several stages call one alike), else of another; None for no name of a way."""
    here = WAYS.get(stage, ())
    return next((way for way in (*here, *every_way()) if way.name == name), None)


def every_way() -> list[Way]:
    """Everything that a review can decide at some stage."""
    return [way for ways in WAYS.values() for way in ways]
