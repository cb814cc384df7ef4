"""The figures of scoring: a scorecard's total, a proposal's raw score, the order of a ranking.

Rules: `docs/domain.md`, Scoring. A total is the weighted mean of the criteria scored, as a percentage of the maximum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, fsum, sqrt
from statistics import fmean

#: The highest level of a criterion.
TOP = 5

#: A scorecard counts from this share of the weight scored; the rest may be "I cannot judge this".
ENOUGH = 0.6

#: Judges differ widely where the sample SD of their totals reaches this: three quarters of a level on every criterion.
WIDE = 15.0


def total(levels: Mapping[int, int | None], weights: Mapping[int, int]) -> float | None:
    """A scorecard's total, 0 to 100.

    `levels` gives a level of 0 to 5 by criterion, None where it was not judged; `weights` every criterion's weight, above 0.
    None where less than 60 % of the weight was scored. Raises KeyError for a level of a criterion that has no weight.
    """
    scored = {criterion: level for criterion, level in levels.items() if level is not None}
    weight = sum(weights[criterion] for criterion in scored)
    if not weight or weight < ENOUGH * sum(weights.values()):
        return None
    return 100 * sum(weights[criterion] * level for criterion, level in scored.items()) / (TOP * weight)


def in_points(total: float) -> int:
    """A total, or a spread, as people read it: whole points, a half up. `scorecard.js` says the same while somebody scores."""
    return floor(total + 0.5)


@dataclass(frozen=True)
class Raw:
    """What the counted totals of one proposal say: their mean (0 to 100), their sample SD (None below two), how many."""

    score: float | None
    spread: float | None
    judges: int


def raw(totals: Sequence[float]) -> Raw:
    """The raw score: the mean of the submitted totals; None without one."""
    if not totals:
        return Raw(None, None, 0)
    middle = fmean(totals)
    spread = sqrt(fsum((total - middle) ** 2 for total in totals) / (len(totals) - 1)) if len(totals) > 1 else None
    return Raw(middle, spread, len(totals))


def ranks(scores: Sequence[float | None]) -> list[int | None]:
    """The rank of each score, the highest first; equal scores share the better rank, and no score has no rank."""
    first: dict[float, int] = {}
    for place, score in enumerate(sorted((score for score in scores if score is not None), reverse=True), 1):
        first.setdefault(score, place)
    return [None if score is None else first[score] for score in scores]


def funded(asks: Sequence[int], money: int) -> int:
    """How many from the top the plain cut-off funds: down the ranking until the first ask that the money left does not cover.

    `asks` in ranking order and `money`, both whole pence.
    """
    for number, ask in enumerate(asks):
        if ask > money:
            return number
        money -= ask
    return len(asks)
