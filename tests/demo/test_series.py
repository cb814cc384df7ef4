"""Generated series have the published means and show no signal that nobody published."""

from statistics import mean

import pytest

from pitchpit.demo.series import Part, around, counted, is_quiet


@pytest.mark.parametrize(("level", "decimals"), [(52, 0), (17.4, 1), (5.89, 2), (38.8, 1)])
@pytest.mark.parametrize("number", [1, 5, 26, 60])
def test_a_part_has_the_mean_that_was_published(level: float, decimals: int, number: int) -> None:
    values = around([Part(level, number)], spread=level / 15, seed="s", decimals=decimals)
    assert len(values) == number
    assert abs(mean(values) - level) <= 0.5 * 10**-decimals / number + 1e-9
    assert values == [round(value, decimals) for value in values]


def test_the_same_seed_gives_the_same_series_and_another_one_another() -> None:
    parts = [Part(20, 12), Part(30, 12)]
    assert around(parts, spread=2, seed="a") == around(parts, spread=2, seed="a")
    assert around(parts, spread=2, seed="a") != around(parts, spread=2, seed="b")


def test_parts_of_one_level_look_like_chance_together() -> None:
    values = around([Part(22.8, 26), Part(23.2, 26)], spread=1.3, seed="reminders")
    assert is_quiet(values)
    assert [round(mean(values[:26]), 1), round(mean(values[26:]), 1)] == [22.8, 23.2]


def test_parts_that_differ_look_like_chance_each_for_itself() -> None:
    values = around([Part(52, 26), Part(18, 40)], spread=4, seed="car", decimals=0)
    assert [is_quiet(values[:26]), is_quiet(values[26:]), is_quiet(values)] == [True, True, False]


def test_a_drift_falls_and_keeps_its_mean() -> None:
    values = around([Part(6, 20, drift=-3)], spread=0.1, seed="drift", decimals=2)
    assert round(mean(values), 2) == 6
    assert mean(values[:5]) > 6.8
    assert mean(values[-5:]) < 5.2


def test_values_stay_within_bounds() -> None:
    values = around([Part(98, 40)], spread=5, seed="high", decimals=0, high=100)
    assert max(values) <= 100
    assert mean(values) == 98
    assert min(around([Part(0.5, 40)], spread=2, seed="low", decimals=0)) == 0


def test_numerators_come_to_the_percentage_together() -> None:
    numerators = counted([Part(45, 20)], out_of=20, spread=6, seed="letters")
    assert sum(numerators) == 180
    assert all(0 <= number <= 20 for number in numerators)


def test_nothing_is_made_of_nothing() -> None:
    assert around([], spread=1, seed="s") == []
    assert around([Part(5, 0)], spread=1, seed="s") == []
    assert counted([Part(5, 0)], out_of=10, spread=1, seed="s") == []
