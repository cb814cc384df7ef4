"""Generated series: realistic noise around published means, the same each time for the same seed. Knows no database.

Published results are mostly two figures, before and after. What lies between is made here, so that the mean of a part is the published
figure (to the last decimal shown) while its points vary as such points do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from random import Random

from pitchpit.measures.spc import XmrInputs, analyse_xmr
from pitchpit.measures.spc.xmr import SpecialCause

#: Points farther out than this many spreads are drawn in.
FARTHEST = 2.0

#: How many series are drawn, at most, until one shows no signal that nobody published.
TRIES = 60


@dataclass(frozen=True)
class Part:
    """A part of a series: its mean, how many values it has, and how far it drifts from the first to the last."""

    mean: float
    number: int
    drift: float = 0.0


def around(
    parts: Sequence[Part], *, spread: float, seed: str, decimals: int = 1, low: float = 0.0, high: float | None = None
) -> list[float]:
    """Values that vary by `spread` around the mean of their part, rounded to `decimals`, within `low` and `high`.

    Each part's own mean is the one asked for, as near as so many rounded values allow. Parts of one level without drift look, by the rules
    of the charts, as if nothing but chance were at work; parts that differ do so each for itself.
    """
    tick = 10**-decimals
    bounds = (round(low / tick), None if high is None else round(high / tick))
    ticks = _drawn(
        [Part(round(part.mean * part.number / tick), part.number, part.drift / tick) for part in parts],
        spread / tick,
        bounds,
        seed,
    )
    return [round(value * tick, decimals) for value in ticks]


def counted(parts: Sequence[Part], *, out_of: int, spread: float, seed: str) -> list[int]:
    """Numerators out of the same denominator, which come to each part's percentage together; `spread` is in percentage points."""
    each = out_of / 100
    totals = [Part(round(part.mean * each * part.number), part.number, part.drift * each) for part in parts]
    return _drawn(totals, spread * each, (0, out_of), seed)


Bounds = tuple[int, int | None]


def _drawn(parts: Sequence[Part], spread: float, bounds: Bounds, seed: str) -> list[int]:
    """Whole numbers; `mean` of each part is here what its values come to together."""
    means = [part.mean / part.number for part in parts if part.number]
    one_level = bool(means) and max(means) - min(means) < spread
    drawn: list[list[int]] = []
    for attempt in range(TRIES):
        random = Random(f"{seed}/{attempt}")  # noqa: S311  # noise for a picture, no secret
        drawn = [_part(random, part, spread, bounds) for part in parts]
        looked_at = [[*chain(*drawn)]] if one_level else drawn
        if any(part.drift for part in parts) or all(is_quiet(values) for values in looked_at):
            break
    return [*chain(*drawn)]


def _part(random: Random, part: Part, spread: float, bounds: Bounds) -> list[int]:
    values = []
    for place in range(part.number):
        noise = max(-FARTHEST, min(FARTHEST, random.gauss(0, 1))) * spread
        slope = part.drift * (place / (part.number - 1) - 0.5) if part.number > 1 else 0.0
        values.append(_within(round(part.mean / part.number + slope + noise), bounds))
    return _come_to(round(part.mean), values, random, bounds)


def _within(value: int, bounds: Bounds) -> int:
    low, high = bounds
    return max(low, value if high is None else min(high, value))


def _come_to(total: int, values: list[int], random: Random, bounds: Bounds) -> list[int]:
    """Move single values by one until they come to the total, as far as the bounds let them."""
    places = list(range(len(values)))
    while missing := total - sum(values):
        step = 1 if missing > 0 else -1
        movable = [place for place in places if _within(values[place] + step, bounds) != values[place]]
        if not movable:
            break
        for place in random.sample(movable, min(len(movable), abs(missing))):
            values[place] += step
    return values


def is_quiet(values: Sequence[float]) -> bool:
    """Whether the rules of the charts find nothing but ordinary variation in it."""
    days = [date(2000, 1, 3) + timedelta(days=number) for number in range(len(values))]
    causes = analyse_xmr(XmrInputs(dates=days, values=list(values))).special_cause
    return all(cause is SpecialCause.COMMON_CAUSE for cause in causes)
