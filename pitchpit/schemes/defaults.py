"""What a round is offered to begin with: dates, tiers, the three questions, a usual rubric. Every word may be changed while setting up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pitchpit.core import clock
from pitchpit.schemes.enums import AlwaysAsked, Approver, Monitoring, QuestionKind

#: Highest score of a criterion; 0 is the lowest.
TOP_LEVEL = 5

#: Fewer judges than this and one person's view decides.
FEWEST_JUDGES = 3

#: Between making a round and its opening.
NOTICE = timedelta(weeks=1)
OPEN_FOR = timedelta(weeks=7)
SCORING_FOR = timedelta(weeks=2)


def sunday_evening(day: date) -> datetime:
    """23:59 in London on the first Sunday that is `day` or follows it."""
    return clock.end_of(day + timedelta(days=6 - day.weekday()))


@dataclass(frozen=True)
class UsualTier:
    name: str
    up_to_pence: int
    approver: Approver
    monitoring: Monitoring


TIERS = (
    UsualTier("Small", 2_000_00, Approver.TRIAGER, Monitoring.LIGHT),
    UsualTier("Medium", 10_000_00, Approver.CHAIR, Monitoring.STANDARD),
    UsualTier("Large", 25_000_00, Approver.RATIFIER, Monitoring.CLOSE),
)


@dataclass(frozen=True)
class UsualQuestion:
    always: AlwaysAsked
    label: str
    help: str
    kind: QuestionKind
    word_limit: int


QUESTIONS = (
    UsualQuestion(
        AlwaysAsked.PROBLEM,
        "What gets in the way?",
        "For example: we walk to another floor for every bladder scanner, so patients wait and we lose half an hour a shift.",
        QuestionKind.LONG,
        300,
    ),
    UsualQuestion(
        AlwaysAsked.CHANGE,
        "What would you change?",
        "For example: keep one scanner on our ward, and train six of us to use it.",
        QuestionKind.LONG,
        300,
    ),
    UsualQuestion(
        AlwaysAsked.DIFFERENCE,
        "In one sentence, without abbreviations: what changes for patients or staff?",
        "For example: nobody on our ward waits more than ten minutes for a bladder scan.",
        QuestionKind.SHORT,
        40,
    ),
)


@dataclass(frozen=True)
class UsualCriterion:
    name: str
    guidance: str
    weight: int
    may_skip: bool
    levels: tuple[str, str, str, str, str, str]


CRITERIA = (
    UsualCriterion(
        "Need",
        "Is this a real problem, and how do we know?",
        20,
        False,
        (
            "No problem is described",
            "A problem is named, with nothing to show that it is there",
            "Some signs of a problem, from one or two people",
            "A clear problem that several people or some figures bear out",
            "A serious problem, well shown by figures or by what patients and staff say",
            "A serious problem, shown beyond doubt, that has to be dealt with now",
        ),
    ),
    UsualCriterion(
        "Difference it makes",
        "What would be better for patients, families or staff, and for how many?",
        30,
        False,
        (
            "Nobody would be better off",
            "Hard to see who would be better off",
            "A small gain for a few",
            "A clear gain for a few, or a small one for many",
            "A clear gain for many",
            "A great gain for many, or one that changes lives",
        ),
    ),
    UsualCriterion(
        "Can it be done",
        "Do the steps, the people and the time add up?",
        20,
        True,
        (
            "It cannot be done here",
            "No plan, and large obstacles in view",
            "A rough plan with gaps that matter",
            "A workable plan; some questions are open",
            "A sound plan, with the people it needs on board",
            "Ready to start tomorrow",
        ),
    ),
    UsualCriterion(
        "Worth the money",
        "Is the cost right for what it brings, running costs included?",
        15,
        True,
        (
            "The cost is far above what it could bring",
            "The cost is unclear, or looks too high",
            "Some of the cost is explained",
            "A fair price, reasonably explained",
            "Good value; costs are explained and running costs thought of",
            "Outstanding value, or it pays for itself",
        ),
    ),
    UsualCriterion(
        "Lasts and spreads",
        "Will it go on when the award ends, and could others take it up?",
        15,
        True,
        (
            "It ends with the money",
            "Nobody has thought about afterwards",
            "A hope that somebody carries on",
            "Somebody has agreed to carry on",
            "It becomes part of everyday work, and one other service could take it up",
            "It becomes part of everyday work, and many services could take it up",
        ),
    ),
)
