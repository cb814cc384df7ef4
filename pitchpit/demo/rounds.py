"""The schemes, funds and rounds of the story, and who sits on which panel."""

from __future__ import annotations

from dataclasses import dataclass

from pitchpit.schemes.enums import Approver, Monitoring, PanelRole, SchemeKind, Seat

SAFETY, WAITING, STAFF, GREEN = "Safer care", "Less waiting", "Better working days", "Kinder to the planet"
HOME, KINDNESS = "Home sooner", "Comfort and kindness"


@dataclass(frozen=True)
class MadeScheme:
    key: str
    name: str
    letters: str
    kind: SchemeKind
    about: str
    themes: tuple[str, ...]


SCHEMES = (
    MadeScheme(
        "den",
        "Dragons' Den",
        "DD",
        SchemeKind.PITCH,
        "Twice a year: money, a sponsor and a coach for ideas from people who do the work.",
        (SAFETY, WAITING, STAFF, GREEN, HOME),
    ),
    MadeScheme(
        "bright",
        "Bright Ideas",
        "BI",
        SchemeKind.OPEN,
        "Open all year round by turns: small and middling ideas, answered within five working days.",
        (SAFETY, WAITING, STAFF, GREEN, HOME, KINDNESS),
    ),
    MadeScheme(
        "kindness",
        "Kindness Fund",
        "KF",
        SchemeKind.PITCH,
        "The charity's own small round for what makes a stay kinder.",
        (KINDNESS, STAFF),
    ),
)


@dataclass(frozen=True)
class MadeFund:
    key: str
    name: str
    owner: str
    purpose: str
    restrictions: str
    acknowledgement: str


FUNDS = (
    MadeFund(
        "improvement",
        "Improvement budget",
        "Director of operations",
        "To try out what could make care better.",
        "Spent within the financial year unless agreed otherwise.",
        "",
    ),
    MadeFund(
        "charity",
        "Marlbrook and Dale Charity",
        "The charity's trustees",
        "For the comfort and care of patients and the wellbeing of staff.",
        "Beyond what the health service must provide; not for what was bought already.",
        "A line of thanks on what is bought.",
    ),
)


@dataclass(frozen=True)
class MadeTier:
    name: str
    up_to: int  # pounds
    approver: Approver
    monitoring: Monitoring


USUAL_TIERS = (
    MadeTier("Small", 2_000, Approver.TRIAGER, Monitoring.LIGHT),
    MadeTier("Medium", 10_000, Approver.CHAIR, Monitoring.STANDARD),
    MadeTier("Large", 25_000, Approver.RATIFIER, Monitoring.CLOSE),
)

KIND_TIERS = (
    MadeTier("Small", 500, Approver.TRIAGER, Monitoring.LIGHT),
    MadeTier("Medium", 3_000, Approver.CHAIR, Monitoring.LIGHT),
    MadeTier("Large", 8_000, Approver.RATIFIER, Monitoring.STANDARD),
)


@dataclass(frozen=True)
class Place:
    """A place on a panel, and how strictly this person scores (levels above or below the rest)."""

    person: str
    role: PanelRole
    seat: Seat | None
    shadow: bool = False
    strictness: float = 0.0


R = PanelRole
PANEL = (
    Place("chair", R.CHAIR, Seat.EXECUTIVE, strictness=-0.2),
    Place("deputy", R.DEPUTY, Seat.STAFF, strictness=0.1),
    Place("secretary", R.SECRETARY, None),
    Place("judge", R.MEMBER, Seat.CLINICAL, strictness=0.0),
    Place("money", R.MEMBER, Seat.FINANCE, strictness=-0.6),
    Place("patient", R.MEMBER, Seat.PATIENT, strictness=0.5),
    Place("anaesthetist", R.MEMBER, Seat.CLINICAL, strictness=-0.3),
    Place("porter", R.MEMBER, Seat.STAFF, strictness=0.3),
    Place("shadow", R.MEMBER, Seat.QI, shadow=True),
)
KIND_PANEL = (
    Place("chair", R.CHAIR, Seat.EXECUTIVE, strictness=-0.1),
    Place("deputy", R.DEPUTY, Seat.STAFF),
    Place("secretary", R.SECRETARY, None),
    Place("trustee", R.MEMBER, Seat.FUNDER, strictness=0.2),
    Place("patient", R.MEMBER, Seat.PATIENT, strictness=0.4),
    Place("judge", R.MEMBER, Seat.CLINICAL, strictness=-0.2),
)


@dataclass(frozen=True)
class MadeRound:
    """A round by its days, in working days before the story is told (negative: to come, in calendar days after it).

    It closes, and scoring ends, on the Sunday evening that follows the day named. `assigned`, `met`, `held`, `ratified`, `released` are None
    where that is still to come.
    """

    key: str
    scheme: str
    title: str  # {season} and {year} are filled in
    made: int
    opens: int
    closes: int
    scoring_closes: int
    pot: tuple[tuple[str, int], ...]
    tiers: tuple[MadeTier, ...] = USUAL_TIERS
    panel: tuple[Place, ...] = PANEL
    judges: int = 4
    returns: int = 1
    assigned: int | None = None
    met: int | None = None
    held: int | None = None
    ratified: int | None = None
    released: int | None = None


FIRST = MadeRound(
    "first",
    "den",
    "Dragons' Den, {season} {year}",
    *(400, 393, 362, 348),
    pot=(("charity", 45_000), ("improvement", 25_000)),
    assigned=354,
    met=343,
    held=342,
    ratified=340,
    released=338,
)
SECOND = MadeRound(
    "second",
    "den",
    "Dragons' Den, {season} {year}",
    *(226, 219, 188, 175),
    pot=(("charity", 40_000), ("improvement", 22_000)),
    assigned=181,
    met=170,
    held=169,
    ratified=167,
    released=163,
)
KIND = MadeRound(
    "kind",
    "kindness",
    "Kindness Fund, {season} {year}",
    *(76, 70, 40, 22),
    pot=(("charity", 15_000),),
    tiers=KIND_TIERS,
    panel=KIND_PANEL,
    judges=4,
    assigned=32,
    met=8,
    held=6,
)
SCORING = MadeRound(
    "scoring",
    "den",
    "Dragons' Den, {season} {year}",
    *(60, 52, 18, -4),
    pot=(("charity", 45_000), ("improvement", 20_000)),
    judges=5,
    assigned=11,
)
OPEN = MadeRound(
    "open",
    "bright",
    "Bright Ideas, {season} {year}",
    *(34, 27, -18, -32),
    pot=(("improvement", 30_000),),
)
ROUNDS = (FIRST, SECOND, KIND, SCORING, OPEN)

#: The round that the admin is setting up: dates and a pot are there, the rest is missing.
NEXT = MadeRound("next", "den", "Dragons' Den, {season} {year}", *(6, -40, -90, -105), pot=(("charity", 40_000),))

#: Beside the three questions that every round asks.
TRIED = "Has it been tried elsewhere, and what came of it?"
TRIED_HELP = (
    "For example: a ward in another trust did this for a year and halved its falls. Leave it empty if you do not know."
)
