"""Sharing out: everybody's load as even as can be, nobody on what they are tied to."""

import random

import pytest

from pitchpit.panels.assignment import propose


def loads(pairs, judges) -> list[int]:
    return sorted((sum(judge == other for _, other in pairs) for judge in judges), reverse=True)


def per_proposal(pairs, proposals) -> list[int]:
    return [sum(proposal == other for other, _ in pairs) for proposal in proposals]


@pytest.mark.parametrize(
    ("proposals", "judges", "each", "barred", "expected"),
    [
        (range(12), range(5), 3, set(), [8, 7, 7, 7, 7]),
        (range(4), range(4), 4, set(), [4, 4, 4, 4]),
        (range(6), range(3), 1, set(), [2, 2, 2]),
        (range(6), range(3), 1, {(p, 0) for p in range(5)}, [3, 2, 1]),  # judge 0 can take proposal 5 alone
        (range(3), range(2), 3, set(), [3, 3]),  # fewer judges than asked: all of them
        (range(2), range(3), 2, {(0, 0), (0, 1), (0, 2)}, [1, 1, 0]),  # nobody may take proposal 0
        (range(3), [], 2, set(), []),
        ([], range(3), 2, set(), [0, 0, 0]),
    ],
)
def test_loads_are_even(proposals, judges, each, barred, expected) -> None:
    pairs = propose(list(proposals), list(judges), each, barred=barred)
    assert loads(pairs, judges) == expected
    assert not pairs & barred


def test_work_is_handed_on_through_others_where_no_direct_exchange_helps() -> None:
    # 0 and 1 are for judges 0 and 1, 2 and 3 for 0 and 2, so a greedy first choice can leave judge 0 with two and somebody with none
    free = {0: {0, 1}, 1: {0, 1}, 2: {0, 2}, 3: {1, 2}, 4: {0, 2}, 5: {0, 1}}
    barred = {(p, j) for p in free for j in range(3) if j not in free[p]}
    assert loads(propose(list(free), [0, 1, 2], 1, barred=barred), range(3)) == [2, 2, 2]


def test_what_is_under_way_stays_and_counts() -> None:
    kept = {(0, 1), (1, 1), (2, 1)}
    pairs = propose([0, 1, 2, 3], [0, 1, 2], 1, kept=kept)
    assert kept < pairs
    assert per_proposal(pairs, range(4)) == [1, 1, 1, 1]
    assert (3, 1) not in pairs


def test_somebody_who_scores_beside_the_judges_stays_and_takes_nobodys_place() -> None:
    pairs = propose([0], [1, 2, 3], 2, kept={(0, 9)})
    assert pairs == {(0, 9), (0, 1), (0, 2)}


def test_a_kept_pair_that_is_barred_by_now_goes() -> None:
    assert propose([0], [1, 2], 1, kept={(0, 1)}, barred={(0, 1)}) == {(0, 2)}


def test_the_same_input_gives_the_same_answer() -> None:
    barred = {(p, p % 7) for p in range(40)}
    assert propose(range(40), range(7), 4, barred=barred) == propose(range(40), range(7), 4, barred=set(barred))


@pytest.mark.parametrize("seed", range(20))
def test_no_handing_on_would_make_the_loads_more_even(seed) -> None:
    """Against every way there is, for small panels."""
    import itertools

    chance = random.Random(seed)
    proposals, judges = range(4), range(4)
    barred = {(p, j) for p in proposals for j in judges if chance.random() < 0.35}
    free = [[j for j in judges if (p, j) not in barred] for p in proposals]
    ways = itertools.product(*(list(itertools.combinations(f, min(2, len(f)))) for f in free))
    best = min(sum(sum(j in way for way in chosen) ** 2 for j in judges) for chosen in ways)
    assert sum(load**2 for load in loads(propose(proposals, judges, 2, barred=barred), judges)) == best


def test_a_large_round_is_shared_out_at_once() -> None:
    import time

    chance = random.Random(1)
    barred = {(chance.randrange(400), chance.randrange(40)) for _ in range(1500)}
    began = time.perf_counter()
    pairs = propose(range(400), range(40), 4, barred=barred)
    assert time.perf_counter() - began < 1
    assert per_proposal(pairs, range(400)) == [4] * 400
    assert loads(pairs, range(40)) == [40] * 40
