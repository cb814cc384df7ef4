"""Who scores what: loads as even as the exclusions allow, nobody on a proposal they are tied to.

The proposals that fewest can score choose first; each takes the judges with the least to do so far. Then one proposal after another is handed
from a judge with more to one with less, through others where need be, until no handing on makes the loads more even: that is the least sum of
squared loads (an assignment without an improving path is a best one, as in any flow with convex costs). The secretary looks at the outcome
and may change it by hand before it is sent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence

Pair = tuple[int, int]


def propose(
    proposals: Sequence[int],
    judges: Sequence[int],
    per_proposal: int,
    *,
    barred: Collection[Pair] = (),
    kept: Collection[Pair] = (),
) -> set[Pair]:
    """Pairs (proposal, judge), `per_proposal` of these judges for each proposal, or as many as there are.

    `barred` pairs are never made; `kept` pairs are under way and stay, also those of people who are not among `judges`. The same input
    gives the same answer.
    """
    firm = {pair for pair in kept if pair not in barred}
    free = {proposal: [judge for judge in judges if (proposal, judge) not in barred] for proposal in proposals}
    chosen = {proposal: {judge for judge in free[proposal] if (proposal, judge) in firm} for proposal in proposals}
    load = {judge: sum(judge in judging for judging in chosen.values()) for judge in judges}
    for proposal in sorted(proposals, key=lambda proposal: (len(free[proposal]), proposal)):
        others = [judge for judge in free[proposal] if judge not in chosen[proposal]]
        wanted = max(per_proposal - len(chosen[proposal]), 0)
        for judge in sorted(others, key=lambda judge: (load[judge], judge))[:wanted]:
            chosen[proposal].add(judge)
            load[judge] += 1
    while _hand_on(chosen, free, load, firm):
        pass
    return firm | {(proposal, judge) for proposal, judging in chosen.items() for judge in judging}


def _hand_on(
    chosen: Mapping[int, set[int]], free: Mapping[int, list[int]], load: dict[int, int], firm: Collection[Pair]
) -> bool:
    """Hand proposals on along one path from a judge to another with at least two fewer; whether there was such a path."""
    given: dict[int, list[int]] = {judge: [] for judge in load}
    for proposal in sorted(chosen):
        for judge in sorted(chosen[proposal]):
            if (proposal, judge) not in firm:
                given[judge].append(proposal)
    lowest = min(load.values(), default=0)
    for start in sorted(load, key=lambda judge: (-load[judge], judge)):
        if load[start] < lowest + 2:
            return False
        path = _path(start, given, chosen, free, load)
        if path:
            for proposal, giver, taker in path:
                chosen[proposal].remove(giver)
                chosen[proposal].add(taker)
            load[start] -= 1
            load[path[0][2]] += 1
            return True
    return False


def _path(
    start: int,
    given: Mapping[int, list[int]],
    chosen: Mapping[int, set[int]],
    free: Mapping[int, list[int]],
    load: Mapping[int, int],
) -> list[tuple[int, int, int]]:
    """The shortest way from `start` to a judge with at least two fewer, from its end: (proposal, giver, taker); nothing where there is none."""
    came: dict[int, tuple[int, int] | None] = {start: None}
    line = deque([start])
    while line:
        giver = line.popleft()
        for proposal in given[giver]:
            for taker in free[proposal]:
                if taker in came or taker in chosen[proposal]:
                    continue
                came[taker] = (proposal, giver)
                if load[taker] <= load[start] - 2:
                    return _back(came, taker)
                line.append(taker)
    return []


def _back(came: Mapping[int, tuple[int, int] | None], end: int) -> list[tuple[int, int, int]]:
    steps = []
    while step := came[end]:
        proposal, giver = step
        steps.append((proposal, giver, end))
        end = giver
    return steps
