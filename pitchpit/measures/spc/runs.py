"""Runs around a centre line, judged by Anhøj's rules.

Source: Anhøj & Olesen, "Run charts revisited" (PLoS ONE 2014; 9(11): e113825), as qicharts2 applies them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pitchpit.measures.spc.inputs import ROUNDING


@dataclass(frozen=True, slots=True)
class RunSegment:
    """One stretch of a chart around one centre line; start and end are indexes, both included.

    centre: in the plotted unit; None without a value. n_obs: rows not excluded, missing ones too.
    n_useful: points with a value, not excluded and not on the centre.
    longest_run, longest_run_max, crossings, crossings_min: None without a useful point.
    """

    start_index: int
    end_index: int
    centre: float | None
    n_obs: int
    n_useful: int
    longest_run: int | None
    longest_run_max: int | None
    crossings: int | None
    crossings_min: int | None
    runs_signal: bool


def judge_runs(rows: Sequence[float | None], centre: float | None, *, start: int, end: int) -> RunSegment:
    """Anhøj's two rules on one segment: a run too long, or crossings too few. Equal is no signal.

    rows: the segment's points that are not excluded, in the plotted unit, None where missing.
    """
    sides = useful_sides(rows, centre)
    if not sides:
        return RunSegment(start, end, centre, len(rows), 0, None, None, None, None, runs_signal=False)
    runs = run_lengths(sides)
    longest, longest_max = max(runs), longest_run_allowed(len(sides))
    crossings, crossings_min = len(runs) - 1, crossings_needed(len(sides))
    return RunSegment(
        start_index=start,
        end_index=end,
        centre=centre,
        n_obs=len(rows),
        n_useful=len(sides),
        longest_run=longest,
        longest_run_max=longest_max,
        crossings=crossings,
        crossings_min=crossings_min,
        runs_signal=longest > longest_max or crossings < crossings_min,
    )


def useful_sides(rows: Sequence[float | None], centre: float | None) -> list[bool]:
    """Above or not, for each useful point; a missing one, or one on the centre, is skipped: a run goes on across it."""
    if centre is None:
        return []
    slack = ROUNDING * max((abs(row) for row in rows if row is not None), default=0.0)
    return [row > centre for row in rows if row is not None and abs(row - centre) > slack]


def run_lengths(sides: Sequence[bool]) -> list[int]:
    lengths: list[int] = []
    for index, side in enumerate(sides):
        if index and side == sides[index - 1]:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths


def longest_run_allowed(n_useful: int) -> int:
    """The longest run that chance explains: round(log2 n) + 3."""
    return round(math.log2(n_useful)) + 3


@lru_cache(maxsize=512)
def crossings_needed(n_useful: int) -> int:
    """The least k at which a binomial of n - 1 trials with p = 0.5 has cumulative probability 0.05 or more."""
    trials = n_useful - 1
    ways = enough = 1
    needed = 0
    while 20 * enough < 2**trials:
        ways = ways * (trials - needed) // (needed + 1)
        needed += 1
        enough += ways
    return needed
