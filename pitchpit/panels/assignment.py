"""Who scores what: even loads, nobody on a proposal they are excluded from.

The proposals that fewest can score choose first; each takes the judges with the least to do so far. The secretary looks at the outcome and
may change it by hand before it is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence


def propose(
    proposals: Sequence[int],
    judges: Sequence[int],
    per_proposal: int,
    *,
    barred: Collection[tuple[int, int]] = (),
    kept: Collection[tuple[int, int]] = (),
) -> set[tuple[int, int]]:
    """Pairs (proposal, judge), `per_proposal` judges for each proposal, or as many as there are.

    `barred` pairs are never made; `kept` pairs are under way and stay. The same input gives the same answer.
    """
    pairs = {pair for pair in kept if pair not in barred}
    load = {judge: sum(1 for _, other in pairs if other == judge) for judge in judges}
    free = {proposal: [judge for judge in judges if (proposal, judge) not in barred] for proposal in proposals}
    for proposal in sorted(proposals, key=lambda proposal: (len(free[proposal]), proposal)):
        chosen = {judge for other, judge in pairs if other == proposal}
        for judge in sorted(free[proposal], key=lambda judge: (load[judge], judge)):
            if len(chosen) >= per_proposal:
                break
            if judge not in chosen:
                chosen.add(judge)
                load[judge] += 1
                pairs.add((proposal, judge))
    return pairs
