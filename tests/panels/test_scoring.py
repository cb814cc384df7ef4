"""The figures of scoring, against cases worked by hand."""

import pytest

from pitchpit.panels import scoring

#: Three criteria: weights 50, 30, 20.
WEIGHTS = {1: 50, 2: 30, 3: 20}


@pytest.mark.parametrize(
    ("levels", "total"),
    [
        ({1: 5, 2: 5, 3: 5}, 100.0),
        ({1: 0, 2: 0, 3: 0}, 0.0),
        ({1: 4, 2: 3, 3: 1}, 62.0),  # (200 + 90 + 20) / 500
        ({1: 4, 2: None, 3: 1}, 100 * 220 / 350),  # over the 70 % scored
        ({1: 3, 2: None, 3: None}, None),  # 50 % scored
        ({1: None, 2: 5, 3: 5}, None),
        ({1: 3}, None),  # a criterion without a row is one that was not judged
        ({}, None),
    ],
)
def test_a_total_is_the_weighted_mean_of_what_was_scored(levels, total) -> None:
    assert scoring.total(levels, WEIGHTS) == pytest.approx(total)


def test_exactly_sixty_percent_of_the_weight_is_enough() -> None:
    assert scoring.total({1: 2, 2: None}, {1: 60, 2: 40}) == 40.0
    assert scoring.total({1: 2, 2: None}, {1: 59, 2: 41}) is None


@pytest.mark.parametrize(("total", "points"), [(62.5, 63), (63.5, 64), (0.0, 0), (62.4999, 62), (100.0, 100)])
def test_points_are_whole_and_a_half_goes_up(total, points) -> None:
    assert scoring.in_points(total) == points


def test_a_level_of_a_criterion_without_a_weight_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        scoring.total({9: 3}, WEIGHTS)


@pytest.mark.parametrize(
    ("totals", "score", "spread"),
    [([], None, None), ([70.0], 70.0, None), ([60.0, 80.0], 70.0, 200**0.5), ([50.0, 50.0, 50.0], 50.0, 0.0)],
)
def test_raw_is_the_mean_and_spread_the_sample_deviation(totals, score, spread) -> None:
    assert scoring.raw(totals) == scoring.Raw(score, pytest.approx(spread), len(totals))


def test_equal_scores_share_the_better_rank_and_no_score_has_none() -> None:
    assert scoring.ranks([80.0, 70.0, 70.0, None, 60.0]) == [1, 2, 2, None, 4]


@pytest.mark.parametrize(
    ("asks", "money", "funds"),
    [
        ([300, 300, 300], 700, 2),
        ([300, 500, 100], 700, 1),  # the first that does not fit ends it, even where a later one would
        ([800], 700, 0),
        ([300, 400], 700, 2),
        ([0, 0], 0, 2),
        ([], 700, 0),
    ],
)
def test_the_plain_cut_off_ends_at_the_first_ask_that_does_not_fit(asks, money, funds) -> None:
    assert scoring.funded(asks, money) == funds
