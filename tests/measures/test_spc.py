"""The SPC engine: the reference cases, the odd cases, and a slow second reading of the rule book."""

import json
import math
import random
import time
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from pitchpit.measures.spc import (
    Direction,
    InputError,
    SeriesInputs,
    Showing,
    XmrInputs,
    analyse,
    crossings_needed,
    number,
    reading,
    uk_date,
    what_to_show,
)

CASES = [json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "cases").glob("*.json"))]
XMR_CASES = [case for case in CASES if case["kind"] == "xmr"]
SERIES_CASES = [case for case in CASES if case["kind"] != "xmr"]
XMR_FIELDS = ("special_cause", "point_type", "variation_icon", "assurance_icon")
START = date(2024, 1, 1)


def days(count):
    return [START + timedelta(days=index) for index in range(count)]


def xmr(values, **inputs):
    return analyse(XmrInputs(dates=days(len(values)), values=values, **inputs))


def series(kind, values=None, *, numerators=None, denominators=None, **inputs):
    length = len(values if values is not None else numerators)
    return analyse(
        SeriesInputs(
            kind=kind, dates=days(length), values=values, numerators=numerators, denominators=denominators, **inputs
        )
    )


def inputs_of(case):
    """The inputs of a reference case, its dates as dates."""
    given = {
        name: [date.fromisoformat(text) for text in value] if name in ("dates", "rebase_dates") else value
        for name, value in case["inputs"].items()
    }
    return XmrInputs(**given) if case["kind"] == "xmr" else SeriesInputs(kind=case["kind"], **given)


def exactly(numbers):
    """Numbers to 1e-9 relative; everything else as it is."""
    return [n if n is None or isinstance(n, bool | str) else pytest.approx(n, rel=1e-9, abs=0) for n in numbers]


def as_dict(thing):
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}


def same_segments(segments, expected):
    assert [as_dict(segment) for segment in segments] == [
        dict(zip(wanted, exactly(wanted.values()), strict=True)) for wanted in expected
    ]


# --- the reference cases


def test_all_reference_cases_are_here():
    assert [(case["id"][:3], case["kind"]) for case in CASES] == [
        *[(f"s{number:02}", "xmr") for number in range(1, 13)],
        *[("s20", "run"), ("s21", "run"), ("s22", "u"), ("s23", "p"), ("s24", "g"), ("s25", "t"), ("s26", "c")],
        ("s27", "run"),
    ]


@pytest.mark.parametrize("case", XMR_CASES, ids=lambda case: case["id"])
def test_xmr_agrees_with_the_reference(case):
    analysis, expected = analyse(inputs_of(case)), case["expected"]
    same_segments(analysis.segments, expected["segments"])
    given = {field: expected[field] for field in XMR_FIELDS if field in expected}
    ours = {field: getattr(analysis, field) for field in given}
    assert {field: list(got) if isinstance(got, tuple) else got for field, got in ours.items()} == given
    flags = {rule: list(flags) for rule, flags in as_dict(analysis.rule_flags).items()}
    assert flags == expected["rule_flags"]
    assert analysis.warnings == ()


@pytest.mark.parametrize("case", SERIES_CASES, ids=lambda case: case["id"])
def test_other_kinds_agree_with_the_reference(case):
    analysis, expected = analyse(inputs_of(case)), case["expected"]
    same_segments(analysis.segments, expected["segments"])
    for field in ("plotted", "lower_limit", "upper_limit", "outside"):
        if field in expected:
            assert list(getattr(analysis, field)) == exactly(expected[field])
    assert analysis.warnings == ()


# --- the rule book read a second time: slow, exact, window by window


def slow_labels(values, shift_n, trend_n, *, screen):
    """Flags and labels of one segment, in exact fractions, by looking at every window."""
    exact = [None if value is None else Fraction(str(value)) for value in values]
    known = [value for value in exact if value is not None]
    mean = sum(known) / len(known) if known else None
    ranges = [abs(b - a) for a, b in pairwise(exact) if a is not None and b is not None]
    average = sum(ranges) / len(ranges) if ranges else None
    if ranges and screen:
        kept = [size for size in ranges if size < Fraction("3.267") * average]
        average = sum(kept) / len(kept) if kept else average
    reach = None if average is None else Fraction("2.66") * average
    size = len(exact)

    def is_outside(i):
        return reach is not None and exact[i] is not None and abs(exact[i] - mean) > reach

    def is_near(i):
        return reach is not None and abs(exact[i] - mean) > reach * Fraction(2, 3) and not is_outside(i)

    def windows(length):
        return [range(i, i + length) for i in range(size - length + 1) if None not in exact[i : i + length]]

    outside = [is_outside(i) for i in range(size)]
    shift, trend, near = [False] * size, [None] * size, [False] * size
    for window in windows(shift_n):
        if all(exact[i] > mean for i in window) or all(exact[i] < mean for i in window):
            for i in window:
                shift[i] = True
    for window in windows(trend_n):
        steps = [exact[i + 1] - exact[i] for i in window[:-1]]
        for sign in (1, -1):
            if all(sign * step > 0 for step in steps):
                for i in window:
                    trend[i] = "increasing" if sign > 0 else "decreasing"
    for window in windows(3):
        one_side = all(exact[i] > mean for i in window) or all(exact[i] < mean for i in window)
        if one_side and sum(is_near(i) for i in window) >= 2:
            for i in window:
                near[i] = near[i] or is_near(i)

    def label(i):
        if exact[i] is None:
            return None
        if outside[i]:
            return "above_upper_limit" if exact[i] > mean else "below_lower_limit"
        if trend[i]:
            return f"trend_{trend[i]}"
        high = "high" if exact[i] > mean else "low"
        return f"two_of_three_{high}" if near[i] else f"shift_{high}" if shift[i] else "common_cause"

    return mean, reach, [label(i) for i in range(size)]


def random_series(rng):
    """Values with one decimal that drift, jump, repeat and go missing, so that every rule is met."""
    level, drift, values = rng.uniform(-20, 60), rng.choice([0, 0, 0.6, -0.8]), []
    spread = rng.choice([0.3, 1, 5])
    for index in range(rng.randint(0, 45)):
        if rng.random() < 0.04:
            level += rng.choice([-3, 3]) * spread
        value = round(level + drift * index + rng.gauss(0, spread), 1)
        values.append(None if rng.random() < 0.05 else value)
    return values


@pytest.mark.parametrize("seed", range(12))
def test_rules_agree_with_a_slow_second_reading_of_the_rule_book(seed):
    rng = random.Random(seed)
    for _ in range(25):
        values, shift_n, trend_n = random_series(rng), rng.choice([6, 7, 8]), rng.choice([5, 6, 7])
        screen = rng.random() < 0.7
        analysis = xmr(values, shift_n=shift_n, trend_n=trend_n, screen_outliers=screen)
        mean, reach, labels = slow_labels(values, shift_n, trend_n, screen=screen)
        assert list(analysis.special_cause) == labels
        if analysis.segments:
            assert analysis.segments[0].mean == (None if mean is None else pytest.approx(float(mean), rel=1e-9))
            upper = None if reach is None else pytest.approx(float(mean + reach), rel=1e-9, abs=1e-9)
            assert analysis.segments[0].upper_limit == upper


def test_the_random_series_meet_every_rule():
    rng = random.Random(0)
    met = {cause for _ in range(400) for cause in xmr(random_series(rng), trend_n=5).special_cause}
    assert len(met) == 10, "nine labels and missing"


# --- what must hold whatever the numbers


@pytest.mark.parametrize("seed", range(6))
def test_a_segment_is_judged_as_if_it_stood_alone(seed):
    rng = random.Random(100 + seed)
    parts = [random_series(rng) for _ in range(3)]
    values = [*parts[0], *parts[1], *parts[2]]
    dates = days(len(values))
    starts = [len(parts[0]), len(parts[0]) + len(parts[1])]
    whole = xmr(values, rebase_dates=[dates[start] for start in starts if start < len(dates)])
    alone = [xmr(part) for part in parts]
    assert list(whole.special_cause) == [cause for analysis in alone for cause in analysis.special_cause]
    assert [segment.mean for segment in whole.segments] == [each.segments[0].mean for each in alone if each.segments]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("factor", "offset"), [(0.1, 0), (1000, 0), (1, 37.3), (3, -250), (1 / 60, 0)])
def test_another_unit_gives_the_same_labels_and_moves_the_lines(seed, factor, offset):
    values = random_series(random.Random(200 + seed))
    changed = [None if value is None else value * factor + offset for value in values]
    before, after = xmr(values), xmr(changed)
    assert after.special_cause == before.special_cause
    for was, now in zip(before.segments, after.segments, strict=True):
        for line in ("mean", "lower_limit", "upper_limit"):
            moved = None if getattr(was, line) is None else getattr(was, line) * factor + offset
            assert getattr(now, line) == (None if moved is None else pytest.approx(moved, rel=1e-9, abs=1e-9))


@pytest.mark.parametrize("seed", range(6))
def test_upside_down_an_improvement_is_a_concern(seed):
    values = random_series(random.Random(300 + seed))
    up = xmr(values, improvement_direction="increase")
    down = xmr([None if value is None else -value for value in values], improvement_direction="decrease")
    assert up.point_type == down.point_type


@pytest.mark.parametrize("seed", range(4))
def test_the_order_in_which_points_are_given_does_not_matter(seed):
    rng = random.Random(400 + seed)
    values = random_series(rng)
    rows = list(zip(days(len(values)), values, strict=True))
    rng.shuffle(rows)
    shuffled = analyse(XmrInputs(dates=[day for day, _ in rows], values=[value for _, value in rows]))
    assert shuffled == xmr(values)


def test_fixed_limits_do_not_move_with_later_points():
    base = [50, 52, 49, 51, 50, 53, 48, 50, 51, 49, 52, 50]
    fixed = xmr([*base, 90, 91, 95], fix_after_n_points=12)
    alone = xmr(base)
    lines = ("mean", "mean_moving_range", "lower_limit", "upper_limit")
    assert [getattr(fixed.segments[0], line) for line in lines] == [getattr(alone.segments[0], line) for line in lines]
    assert fixed.special_cause[-3:] == ("above_upper_limit",) * 3
    assert fixed.warnings == ()


# --- strictness at the edges


def test_a_point_on_a_limit_is_inside():
    values = [10, 12] * 6
    mean, reach = 11, 2.66 * 2
    judged = xmr([*values, mean + reach], fix_after_n_points=12)
    assert judged.special_cause[-1] == "common_cause"
    assert xmr([*values, mean + reach + 1e-9], fix_after_n_points=12).special_cause[-1] == "above_upper_limit"


def test_a_point_on_the_mean_ends_a_shift_though_the_mean_has_no_exact_float():
    values = [0.1, 0.5, 0.3] * 2 + [0.7] * 3 + [0.3] + [0.7] * 4 + [-0.1] * 7
    analysis = xmr(values)
    assert analysis.segments[0].mean == pytest.approx(0.3)
    assert analysis.rule_flags.shift == (False,) * 14 + (True,) * 7


NOISE = [-20, 20] * 6


def test_an_equal_neighbour_ends_a_trend_and_each_trend_keeps_its_own_direction():
    up, down = [1, 2, 3, 4, 5, 6, 7], [7, 6, 5, 4, 3, 2, 1]
    analysis = xmr([*NOISE, *up, *down])
    assert analysis.rule_flags.trend == (False,) * 12 + (True,) * 14
    assert analysis.special_cause[12:] == ("trend_increasing",) * 7 + ("trend_decreasing",) * 7


def test_a_peak_belongs_to_the_later_trend():
    analysis = xmr([*NOISE, 1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
    assert analysis.special_cause[12:] == ("trend_increasing",) * 6 + ("trend_decreasing",) * 7


def test_a_missing_value_ends_a_trend_without_stopping_the_analysis():
    analysis = xmr([1, 2, 3, 4, None, 5, 6, 7, 8])
    assert analysis.rule_flags.trend == (False,) * 4 + (None,) + (False,) * 4


# --- odd series


def test_a_constant_series_has_its_limits_on_the_mean_and_no_signal():
    analysis = xmr([33.3] * 15, target=30, improvement_direction="increase")
    (segment,) = analysis.segments
    assert (segment.mean, segment.mean_moving_range) == (pytest.approx(33.3), 0)
    assert segment.lower_limit == segment.upper_limit == segment.mean
    assert set(analysis.special_cause) == {"common_cause"}
    assert analysis.assurance_icon == "pass"
    assert analysis.warnings == ("All values from 1 January 2024 are the same, so the limits lie on the mean.",)
    assert reading(analysis, "%") == (
        "Around a mean of 33.3%; every value is the same; as things are, the target of 30% will be met."
    )


def test_a_lone_spike_in_a_constant_series_collapses_the_limits_and_says_so():
    analysis = xmr([0] * 9 + [5] + [0] * 9)
    assert set(analysis.special_cause) == {"above_upper_limit", "below_lower_limit"}
    assert analysis.warnings == (
        "Nearly all values from 1 January 2024 are the same, so the limits collapse onto the mean and say nothing. "
        "A run chart suits these data better, or a G or T chart if they count rare events.",
    )
    assert reading(analysis) == "Around a mean of 0.3; too many values are the same for limits to mean much."


def test_a_rebase_on_no_point_changes_nothing_and_says_so():
    values = [10, 12] * 8
    analysis = xmr(values, rebase_dates=[date(2030, 3, 1), START])
    assert analysis.segments == xmr(values).segments
    assert analysis.warnings == ("No point is dated 1 March 2030, so the limits are not recalculated there.",)


def test_a_missing_last_value_leaves_the_icon_to_the_last_value_there_is():
    values = [50, 51] * 7 + [90, None]
    assert xmr(values, improvement_direction="decrease").variation_icon == "concern_high"


def test_a_missing_point_can_carry_a_rebase():
    values = [10, 12] * 7 + [None] + [20, 22] * 7
    analysis = xmr(values, rebase_dates=[days(15)[14]])
    assert [(segment.start_index, segment.mean) for segment in analysis.segments] == [(0, 11), (14, 21)]


def test_no_point_at_all():
    analysis = xmr([])
    assert (analysis.segments, analysis.special_cause, analysis.rule_flags.trend) == ((), (), ())
    assert (analysis.variation_icon, analysis.assurance_icon, analysis.n_observations) == (None, None, 0)
    assert reading(analysis) == "No observations yet."


def test_only_missing_values():
    analysis = xmr([None, None], target=3, improvement_direction="increase")
    assert (analysis.segments[0].mean, analysis.special_cause) == (None, (None, None))
    assert (analysis.variation_icon, analysis.assurance_icon) == (None, None)
    assert analysis.warnings == (
        "The points that set the limits from 1 January 2024 have no value, so there is no mean and no limit.",
    )


def test_one_point_has_a_mean_and_no_limits():
    analysis = xmr([4.5], target=4, improvement_direction="increase")
    (segment,) = analysis.segments
    assert (segment.mean, segment.lower_limit, segment.upper_limit) == (4.5, None, None)
    assert (analysis.variation_icon, analysis.assurance_icon) == ("common_cause", None)
    assert analysis.warnings == (
        "From 1 January 2024 no two neighbouring points have values: there is a mean, but no limits.",
    )


def test_two_points_have_limits_from_one_range():
    (segment,) = xmr([4, 6]).segments
    assert (segment.lower_limit, segment.upper_limit) == (pytest.approx(5 - 5.32), pytest.approx(5 + 5.32))
    assert segment.trial_limits is True


def test_limits_fixed_on_too_few_points_say_so():
    assert xmr([1, 2] * 10, fix_after_n_points=5).warnings == (
        "The limits from 1 January 2024 are fixed on 5 points; 12 or more are wanted.",
    )


@pytest.mark.parametrize(
    ("target", "increase", "decrease"),
    [(100, "fail", "pass"), (0, "pass", "fail"), (11, "hit_or_miss", "hit_or_miss"), (None, None, None)],
)
def test_assurance_is_the_target_against_the_last_limits(target, increase, decrease):
    values = [500, 510] * 7 + [10, 12] * 7
    icons = [
        xmr(values, rebase_dates=[days(28)[14]], target=target, improvement_direction=direction).assurance_icon
        for direction in ("increase", "decrease", "neutral")
    ]
    assert icons == [increase, decrease, None]


# --- input that is refused


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"values": [1, 2]}, "values", "has 2 items, but there are 3 dates"),
        ({"values": [1, "2", 3]}, "values[1]", 'must be a number, not "2"'),
        ({"values": [1, True, 3]}, "values[1]", "must be a number, not true"),
        ({"values": [1, math.nan, 3]}, "values[1]", "must be a finite number"),
        ({"values": [1, 2, math.inf]}, "values[2]", "must be a finite number"),
        ({"values": [1, 2, 1e200]}, "values[2]", "is too large a number"),
        ({"values": [10**400, 2, 1]}, "values[0]", "is too large a number"),
        ({"dates": [START, START, days(2)[1]]}, "dates[1]", "2024-01-01 comes twice; each date has one value"),
        ({"dates": ["2024-01-01", *days(3)[1:]]}, "dates[0]", "must be a date, not '2024-01-01'"),
        ({"improvement_direction": "up"}, "improvement_direction", 'must be increase, decrease or neutral, not "up"'),
        ({"target": "95"}, "target", 'must be a number, not "95"'),
        ({"shift_n": 1}, "shift_n", "must be a whole number of 2 or more, not 1"),
        ({"trend_n": 6.5}, "trend_n", "must be a whole number of 2 or more, not 6.5"),
        ({"fix_after_n_points": 0}, "fix_after_n_points", "must be a whole number of 1 or more, not 0"),
        ({"screen_outliers": "yes"}, "screen_outliers", 'must be true or false, not "yes"'),
    ],
)
def test_xmr_inputs_that_cannot_be_analysed_are_refused(change, field, message):
    with pytest.raises(InputError) as refusal:
        XmrInputs(**{"dates": days(3), "values": [1, 2, 3], **change})
    assert (refusal.value.field, refusal.value.message) == (field, message)


@pytest.mark.parametrize(
    ("kind", "given", "field", "message"),
    [
        ("x", {"values": [1]}, "kind", 'must be xmr, run, p, u, c, g or t, not "x"'),
        ("xmr", {"values": [1]}, "kind", "xmr has inputs of its own"),
        ("run", {}, "values", "is missing"),
        ("p", {"values": [1]}, "numerators", "is missing; a P chart needs numerators and denominators"),
        ("c", {"numerators": [1], "denominators": [2]}, "numerators", "a C chart needs values, not numerators and denominators"),
        ("u", {"numerators": [1]}, "denominators", "is missing; numerators and denominators come together"),
        ("u", {"numerators": [1], "denominators": [1], "values": [1]}, "values", "give either values, or numerators with denominators, not both"),
        ("p", {"numerators": [3], "denominators": [2]}, "numerators[0]", "3 is more than its denominator 2"),
        ("u", {"numerators": [3], "denominators": [0]}, "denominators[0]", "is 0 while its numerator is 3"),
        ("u", {"numerators": [-3], "denominators": [5]}, "numerators[0]", "must be 0 or more (-3)"),
        ("u", {"numerators": [3], "denominators": [1e-300]}, "denominators[0]", "is too small a number (1e-300)"),
        ("c", {"values": [-1]}, "values[0]", "must be 0 or more (-1)"),
        ("t", {"values": [0]}, "values[0]", "must be above 0 on a T chart (0)"),
        ("run", {"values": [1], "multiply": 0}, "multiply", "must be above 0"),
        ("run", {"values": [1], "exclude_points": [2]}, "exclude_points[0]", "must be at most 1, not 2"),
        ("run", {"values": [1], "baseline_n_points": 0}, "baseline_n_points", "must be a whole number of 1 or more, not 0"),
    ],
)  # fmt: skip
def test_series_inputs_that_cannot_be_analysed_are_refused(kind, given, field, message):
    with pytest.raises(InputError) as refusal:
        SeriesInputs(kind=kind, dates=[START], **given)
    assert (refusal.value.field, refusal.value.message) == (field, message)


# --- run charts and the other kinds


def slow_crossings_needed(useful):
    cumulative = 0.0
    for k in range(useful):
        cumulative += math.comb(useful - 1, k) / 2 ** (useful - 1)
        if cumulative >= 0.05:
            return k
    return 0


def test_crossings_needed_is_the_binomial_quantile():
    assert [crossings_needed(n) for n in range(1, 120)] == [slow_crossings_needed(n) for n in range(1, 120)]


def test_a_run_goes_on_across_the_median_and_missing_points():
    (segment,) = series("run", [1, 9, 9, 5, None, 9, 5, 1, 1, 1]).segments
    assert (segment.centre, segment.n_obs, segment.n_useful) == (5, 10, 7)
    assert (segment.longest_run, segment.crossings) == (3, 2)


def test_excluded_points_leave_the_median_and_the_runs_alone():
    without = series("run", [1, 2, 3, 4, 5]).segments[0]
    excluded = series("run", [1, 2, 1000, 3, 4, 5], exclude_points=[3])
    assert (excluded.segments[0].centre, excluded.segments[0].n_obs) == (without.centre, without.n_obs)
    assert excluded.plotted == (1, 2, 1000, 3, 4, 5)


def test_a_constant_run_chart_has_no_useful_point_and_no_signal():
    (segment,) = series("run", [4] * 12).segments
    assert as_dict(segment) == {
        "start_index": 0,
        "end_index": 11,
        "centre": 4,
        "n_obs": 12,
        "n_useful": 0,
        "longest_run": None,
        "longest_run_max": None,
        "crossings": None,
        "crossings_min": None,
        "runs_signal": False,
    }


def test_multiply_scales_the_lines_and_leaves_the_judgement():
    counts = {"numerators": [3, 5, 2, 30, 4, 6], "denominators": [100, 90, 110, 105, 95, 100]}
    plain, percent = series("p", **counts), series("p", **counts, multiply=100)
    assert percent.plotted == tuple(pytest.approx(value * 100) for value in plain.plotted)
    assert percent.upper_limit == tuple(pytest.approx(value * 100) for value in plain.upper_limit)
    assert percent.outside == plain.outside == (False, False, False, True, False, False)


def test_p_limits_stay_between_nothing_and_all():
    analysis = series("p", numerators=[5, 5, 4], denominators=[5, 5, 5])
    assert (analysis.upper_limit, analysis.outside) == ((1.0,) * 3, (False,) * 3)


def test_nothing_out_of_nothing_is_missing_and_said():
    analysis = series("p", numerators=[1, 0, None, 3], denominators=[5, 0, 0, 5])
    assert analysis.plotted == (0.2, None, None, 0.6)
    assert analysis.outside == (False, None, None, False)
    assert analysis.warnings == (
        "On 2 January 2024 nothing was counted out of nothing: the point is taken as missing.",
    )


@pytest.mark.parametrize("kind", ["run", "c", "g", "t"])
@pytest.mark.parametrize("values", [[], [None], [None, 3], [3], [3, None]])
def test_other_kinds_survive_next_to_nothing(kind, values):
    analysis = series(kind, values)
    assert analysis.plotted == tuple(values)
    assert [segment.centre for segment in analysis.segments] == (
        [] if not values else [pytest.approx(3) if 3 in values else None]
    )
    assert analysis.n_observations == values.count(3)


# --- the reading


def test_reading_tells_a_step_after_a_date_and_the_shift_that_followed():
    before = [52, 50, 54, 51, 53, 52, 50, 54, 53, 51, 52, 53, 51]
    after = [33, 35, 34, 36, 30, 37, 27, 28, 29, 28, 27, 28, 29, 27, 28]
    analysis = xmr([*before, *after], rebase_dates=[days(14)[13]], improvement_direction="decrease")
    assert reading(analysis, "%") == (
        "Fell from a mean of 52% to 30% after 14 January 2024; the last 9 points are below the mean: improving."
    )


def test_reading_never_says_because():
    rng = random.Random(7)
    sentences = {
        reading(xmr(random_series(rng), target=rng.choice([None, 30]), improvement_direction=direction), "days")
        for direction in Direction
        for _ in range(150)
    }
    assert not [sentence for sentence in sentences if "because" in sentence or "None" in sentence]
    assert {sentence[-1] for sentence in sentences} == {"."}


@pytest.mark.parametrize(
    ("tail", "direction", "clause"),
    [
        ([50] * 2, "increase", "no sign of change"),
        ([70], "increase", "the last point is above the upper limit: improving"),
        ([70], "decrease", "the last point is above the upper limit: getting worse"),
        ([30], "neutral", "the last point is below the lower limit: a change, neither better nor worse in itself"),
        ([70, 50], "decrease", "there were signs of change, but the last point shows none"),
        ([48, 48.5, 49, 49.5, 50, 50.5, 51], "increase", "the last 7 points rise one after the other: improving"),
        ([51, 55, 55.2], "decrease", "two of the last three points are close to the upper limit: getting worse"),
    ],
)
def test_reading_names_the_latest_signal(tail, direction, clause):
    values = [50, 52, 49, 51, 50, 47, 50.5, 51.5, 49, 50, 52, 48, *tail]
    analysis = xmr(values, improvement_direction=direction)
    assert reading(analysis, showing=Showing.XMR).split("; ", 1)[1] == f"{clause}."


def test_reading_says_when_it_is_too_early():
    assert reading(xmr([41.5]), "%") == "One observation so far, 41.5%: too early to say."
    assert reading(xmr([41, 44, 31]), "%") == "3 observations so far, the last 31%: too early to say."
    assert reading(xmr([10, 12] * 5 + [11]), "days") == (
        "Around a median of 11 days, the last value 11 days; 2 more observations are needed before limits can be "
        "drawn: too early to say."
    )


def test_reading_of_a_young_step_says_the_limits_may_move():
    analysis = xmr([10, 12] * 7 + [4, 5, 4], rebase_dates=[days(15)[14]])
    assert reading(analysis, "falls") == (
        "Fell from a mean of 11 to 4.3 falls after 15 January 2024; no sign of change since; only 3 points since, so "
        "the limits may still move."
    )


def test_reading_of_a_run_chart():
    analysis = series("run", [9, 8, 9, 8, 9, 8, 9, 9, 2, 1, 2, 1, 2, 1, 2, 1, 5])
    assert reading(analysis, "days") == (
        "Around a median of 5 days; 8 points in a row lie on one side of the median: something has changed."
    )


# --- what to show, numbers, speed


def test_what_to_show_by_number_of_observations():
    assert [what_to_show(n) for n in (0, 1, 9, 10, 12, 13, 400)] == [
        "nothing", "line", "line", "run", "run", "xmr", "xmr",
    ]  # fmt: skip
    assert [showing for showing in Showing if not showing.is_too_early] == [Showing.XMR]


@pytest.mark.parametrize(
    ("value", "unit", "like", "text"),
    [
        (52.4, "%", [20, 80], "52%"),
        (-3.25, "£", [-3.25, 4], "−£3.2"),
        (1985843.3, "", [1800000, 2000000], "1,985,843"),
        (0.031, "days", [0.02, 0.05], "0.031 days"),
        (-0.001, "", [0, 50], "0"),
        (4, "days", None, "4 days"),
        (0, "", None, "0"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, unit, like, text):
    assert number(value, unit, like=like) == text


def test_dates_are_written_the_uk_way():
    assert uk_date(date(2025, 3, 3)) == "3 March 2025"


def test_an_analysis_of_36_points_is_fast():
    case = next(case for case in XMR_CASES if case["id"].startswith("s05"))
    given = inputs_of(case)
    best = min(timed(lambda: analyse(given)) for _ in range(20))
    assert best < 0.002, "a tenth of this on an idle machine"


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
