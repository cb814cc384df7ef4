"""What the story is written in: ideas and what became of them, projects and what happened to them. Plain values, no database.

People are named by their keys in `people.CAST`. Days are working days; months are counted from a project's start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pitchpit.decisions.enums import ConcernKind, Outcome
from pitchpit.gates.enums import GateOutcome
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.projects.enums import Result, Track
from pitchpit.proposals.content import Cost
from pitchpit.proposals.enums import CostKind
from pitchpit.schemes.enums import Monitoring


def buy(what: str, pounds: int, *, recurring: bool = False) -> Cost:
    """Something to buy."""
    return Cost(what, pounds * 100, CostKind.NON_PAY, recurring)


def equipment(what: str, pounds: int) -> Cost:
    return Cost(what, pounds * 100, CostKind.EQUIPMENT)


def time_of(what: str, pounds: int, *, recurring: bool = False) -> Cost:
    """Somebody's time."""
    return Cost(what, pounds * 100, CostKind.PAY, recurring)


# What becomes of an idea.


@dataclass(frozen=True)
class Ruling:
    """An outcome with its reason."""

    outcome: Outcome
    rationale: str
    pounds: int = 0
    until: str = ""
    redirected_to: str = ""
    conditions: tuple[tuple[str, int], ...] = ()  # what, and by how many working days from then
    feedback: Mapping[str, str] = field(default_factory=dict)  # by criterion


@dataclass(frozen=True)
class Reply:
    """Triage answers it by itself, `after` working days."""

    ruling: Ruling
    after: int = 3


@dataclass(frozen=True)
class Return:
    """It comes back with advice on one answer (problem, change, difference); perhaps it is sent again with another one."""

    advice: str
    about: str = "change"
    general: str = ""
    after: int = 3
    days: int = 10
    again: str = ""
    again_after: int = 4


@dataclass(frozen=True)
class Shortlist:
    """It goes before the panel, which scores it around `merit` (0 to 5) and rules; None while it does not yet."""

    merit: float
    ruling: Ruling | None = None
    after: int = 3
    ratified: bool = True


@dataclass(frozen=True)
class Concern:
    """It is no idea: it goes to a named contact on the same day."""

    kind: ConcernKind
    contact: str
    words: str


@dataclass(frozen=True)
class Withdraw:
    """Its authors take it back."""

    after: int


Step = Reply | Return | Shortlist | Concern | Withdraw


@dataclass(frozen=True)
class Idea:
    """An idea handed in `on` working days after its round opened (before the story is told, in a round that is open); None: still a draft."""

    key: str
    by: str
    title: str
    problem: str
    change: str
    difference: str
    theme: str = ""
    costs: tuple[Cost, ...] = ()
    with_: tuple[str, ...] = ()
    hours: int | None = None
    pays_after: str = ""
    tried: str = ""
    on: int | None = None
    begun: int = 2  # working days before it was handed in; for a draft before the story is told
    steps: tuple[Step, ...] = ()
    work: Work | None = None


# What becomes of a project.


@dataclass(frozen=True)
class Stretch:
    """A stretch of a series: its published or generated mean, for so many periods (None: until the end)."""

    mean: float
    periods: int | None = None
    drift: float = 0.0


@dataclass(frozen=True)
class NewLimits:
    """Limits start afresh at a stretch of the series after the start, and why."""

    stretch: int
    reason: str


@dataclass(frozen=True)
class Line:
    """A measure and its series: `before` the start of the project, and `after` it."""

    name: str
    kind: MeasureKind
    unit: str
    better: Direction
    frequency: Frequency
    definition: str
    before: Stretch
    after: tuple[Stretch, ...]
    spread: float
    decimals: int = 1
    target: float | None = None
    out_of: int | None = None
    owner: str = "analyst"
    steps: tuple[NewLimits, ...] = ()
    notes: tuple[tuple[float, str], ...] = ()
    left_out: tuple[int, ...] = ()  # periods after the start whose data were bad
    behind: int = 0  # periods that are still to be entered
    published: bool = True  # whether its level before and after is


@dataclass(frozen=True)
class Move:
    """A milestone's forecast moves: when, to when (months from the start), and why."""

    at: float
    to: float
    reason: str


@dataclass(frozen=True)
class Promise:
    """A milestone: promised for, reached at (months from the start)."""

    title: str
    on: float
    reached: float | None = None
    evidence: str = ""
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True)
class Report:
    """A check-in."""

    what: str
    time: Track = Track.ON_TRACK
    cost: Track = Track.ON_TRACK
    benefit: Track = Track.ON_TRACK
    help: str = ""
    answer: str = ""
    late: int = 0


@dataclass(frozen=True)
class Spend:
    """Money spent on a line of the budget (0 is the first)."""

    month: float
    line: int
    pounds: float
    note: str


@dataclass(frozen=True)
class Review:
    """A gate after the start; an ending says what was learned."""

    month: float
    outcome: GateOutcome
    reason: str
    result: Result | None = None
    expected: str = ""
    happened: str = ""
    differently: str = ""
    by: str = "sponsor"


@dataclass(frozen=True)
class Watch:
    """QI watches a project more closely, or less, from before its start."""

    monitoring: Monitoring
    reason: str


@dataclass(frozen=True)
class Work:
    """What became of the project. `start_ago` is months and days before the story is told; None while it is being set up.

    `reports` are by the number of the check-in (1 is the first); the others say something ordinary. Check-ins from `silent_from` on have not
    been made. Months of a project that has not started count from the day it was opened.
    """

    source: str
    months: int
    start_ago: tuple[int, int] | None
    coach: str | None = "coach"
    sponsor: str | None = "sponsor"
    how_we_will_know: str = ""
    reason: str = ""
    milestones: tuple[Promise, ...] = ()
    measures: tuple[Line, ...] = ()
    reports: Mapping[int, Report] = field(default_factory=dict)
    silent_from: int = 999
    spends: tuple[Spend, ...] = ()
    reviews: tuple[Review, ...] = ()
    watch: Watch | None = None
