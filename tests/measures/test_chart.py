"""Charts as pictures that also speak: what is drawn, what is said, and that nothing people wrote can break out."""

import random
import time
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from pitchpit.measures.chart import (
    ICON_WORDS,
    Chart,
    Flag,
    Layout,
    assurance_icon_svg,
    chart_html,
    chart_of,
    chart_svg,
    variation_icon_svg,
)
from pitchpit.measures.chart.axes import date_ticks, nice_ticks, value_range
from pitchpit.measures.chart.draw import spread
from pitchpit.measures.chart.frame import STYLES
from pitchpit.measures.chart.svg import CHARACTER
from pitchpit.measures.spc import (
    AssuranceIcon,
    PointType,
    SeriesInputs,
    Showing,
    VariationIcon,
    XmrInputs,
    analyse,
    reading,
)

SVG = "{http://www.w3.org/2000/svg}"


def months(count, year=2024):
    return [date(year + index // 12, index % 12 + 1, 1) for index in range(count)]


def xmr(values, *, dates=None, **inputs):
    return analyse(XmrInputs(dates=dates or months(len(values)), values=values, **inputs))


def chart(values, *, unit="%", title="Falls", inputs=None, **options):
    return chart_of(xmr(values, **(inputs or {})), title=title, unit=unit, **options)


def drawn(picture, layout=Layout.WIDE):
    return ElementTree.fromstring(chart_svg(picture, layout))


def words(root):
    """The visible texts, in drawing order."""
    return [element.text for element in root.iter(f"{SVG}text")]


def count(root, kind):
    return len([element for element in root.iter() if element.get("class") == kind])


STEADY = [50, 52, 49, 51, 50, 47, 50.5, 51.5, 49, 50, 52, 48, 50, 51]


# --- what it says to those who do not see it


def test_a_chart_is_an_image_with_a_title_and_its_reading():
    picture = chart(STEADY, title="Falls a month", id_prefix="measure-7")
    root = drawn(picture)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "measure-7-wide-title measure-7-wide-desc")
    assert (title.get("id"), title.text) == ("measure-7-wide-title", "Falls a month")
    assert (description.get("id"), description.text) == (
        "measure-7-wide-desc",
        "Around a mean of 50.1%; no sign of change.",
    )


def test_both_drawings_of_a_page_have_ids_of_their_own():
    page = ElementTree.fromstring(chart_html(chart(STEADY, id_prefix="m1")))
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert ids == ["m1-wide-title", "m1-wide-desc", "m1-narrow-title", "m1-narrow-desc"]
    assert [svg.get("class") for svg in page] == ["chart-drawing chart-wide", "chart-drawing chart-narrow"]


def test_what_people_wrote_is_escaped_everywhere():
    nasty = '</title><script>alert("1")</script>&'
    picture = chart(
        STEADY,
        title=nasty,
        unit=nasty,
        steps=[Flag(months(6)[5], nasty)],
        annotations=[Flag(months(8)[7], nasty)],
        id_prefix='"><script>',
        inputs={"rebase_dates": [months(6)[5]]},
    )
    for layout in Layout:
        root = drawn(picture, layout)
        assert "script" not in {element.tag.removeprefix(SVG) for element in root.iter()}
        assert root.find(f"{SVG}title").text == nasty


def test_nothing_inline_for_a_strict_content_security_policy():
    picture = chart(STEADY, annotations=[Flag(months(3)[2], "New form")], inputs={"target": 40})
    page = chart_html(picture) + chart_svg(chart(STEADY, small=True)) + variation_icon_svg("common_cause")
    root = ElementTree.fromstring(f"<page>{page}</page>")
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert tags & {"style", "script", "foreignObject", "image", "use", "a"} == set()
    assert [name for name in attributes if name == "style" or name.startswith("on") or "href" in name] == []
    assert isinstance(page, Markup)


# --- points, lines, breaks


def test_each_kind_of_point_has_its_own_shape_and_its_meaning_in_words():
    kinds = [
        PointType.COMMON_CAUSE,
        PointType.IMPROVEMENT,
        PointType.CONCERN,
        PointType.NEUTRAL_HIGH,
        PointType.NEUTRAL_LOW,
    ]
    picture = Chart("Falls", "", months(5), [1, 2, 3, 4, 5], point_types=kinds)
    root = drawn(picture)
    titled = [(element.find(f"{SVG}title"), element) for element in list(root)]
    told = [(title.text, part.tag.removeprefix(SVG), part.get("class")) for title, part in titled if title is not None]
    assert told == [
        ("1 January 2024: 1", "circle", "chart-point"),
        ("1 February 2024: 2, improving", "path", "chart-improvement"),
        ("1 March 2024: 3, getting worse", "rect", "chart-concern"),
        ("1 April 2024: 4, higher than usual", "path", "chart-neutral"),
        ("1 May 2024: 5, lower than usual", "path", "chart-neutral"),
    ]
    assert words(root)[:4] == ["improving", "getting worse", "higher than usual", "lower than usual"]


def test_the_lines_are_named_at_their_end_and_the_last_value_at_its_point():
    root = drawn(chart(STEADY, inputs={"target": 40, "improvement_direction": "increase"}))
    assert words(root)[-5:] == ["Upper limit 55.8%", "Mean 50.1%", "Lower limit 44.3%", "Target 40%", "51%"]
    assert (count(root, "chart-mean"), count(root, "chart-limit"), count(root, "chart-target")) == (1, 2, 1)


def test_the_narrow_drawing_says_the_same_in_fewer_words():
    root = drawn(chart(STEADY, inputs={"target": 40, "improvement_direction": "increase"}), Layout.NARROW)
    assert words(root)[-5:] == ["Upper 55.8%", "Mean 50.1%", "Lower 44.3%", "Target 40%", "51%"]


def test_a_missing_value_breaks_the_line():
    root = drawn(chart([*STEADY[:5], None, *STEADY[6:]]))
    assert [len(line.get("points").split()) for line in root.iter(f"{SVG}polyline")] == [5, 8]
    assert count(root, "chart-point") == 13


def test_a_step_breaks_the_line_and_the_limits_and_carries_its_reason():
    values = [*STEADY, *[value - 20 for value in STEADY]]
    start = months(28)[14]
    root = drawn(chart(values, steps=[Flag(start, "Second car starts")], inputs={"rebase_dates": [start]}))
    assert [len(line.get("points").split()) for line in root.iter(f"{SVG}polyline")] == [14, 14]
    assert (count(root, "chart-mean"), count(root, "chart-limit"), count(root, "chart-flag")) == (2, 4, 1)
    assert "Second car starts" in words(root)
    assert "Mean 50%, limits 44% to 56%" in words(root)
    before, after = [line for line in root.iter(f"{SVG}line") if line.get("class") == "chart-mean"]
    assert float(before.get("x2")) < float(after.get("x1"))


def test_a_step_without_a_reason_still_gets_its_flag():
    root = drawn(chart([*STEADY, *STEADY], inputs={"rebase_dates": [months(28)[14]]}))
    assert [text for text in words(root) if "limits from" in text] == ["New limits from here"]


def flag_boxes(root):
    """Of each flag with words: its words and their box (left, right, top, bottom), as wide as such letters are at most."""
    boxes = []
    for element in root.iter(f"{SVG}text"):
        if element.get("paint-order") and element.text.startswith(("Step", "Note")):
            size, x, y = (float(element.get(name)) for name in ("font-size", "x", "y"))
            width = len(element.text) * size * CHARACTER
            left = x - width if element.get("text-anchor") == "end" else x
            boxes.append((element.text, left, left + width, y - 0.75 * size, y + 0.2 * size))
    return boxes


def crossings(root):
    """Words that meet other words, or that a pole runs through."""
    boxes = flag_boxes(root)
    poles = [
        [float(element.get(name)) for name in ("x1", "y1", "y2")]
        for element in root.iter()
        if element.get("class") == "chart-pole"
    ]
    crossed = [
        (words, x)
        for words, left, right, top, bottom in boxes
        for x, start, end in poles
        if left < x < right and start < bottom and top < end
    ]
    met = [
        (one[0], other[0])
        for number, one in enumerate(boxes)
        for other in boxes[:number]
        if one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]
    ]
    return crossed + met


#: Which of 36 months have a step or a note: close together, at either end, on one day, one far off.
CLOSE = ([10, 12], [10, 11, 12], [20, 26, 27], [32, 34], [31, 33, 35], [1, 2, 3], [5, 12, 33], [17, 17], [12, 20, 34])


@pytest.mark.parametrize("layout", [Layout.WIDE, Layout.NARROW])
@pytest.mark.parametrize("places", CLOSE, ids=str)
def test_the_words_of_close_flags_meet_neither_each_other_nor_a_pole(places, layout):
    dates = months(36)
    steps = [dates[place] for place in sorted(set(places))]
    flags = [Flag(day, f"Step {number}: the new way began") for number, day in enumerate(steps)]
    notes = [Flag(dates[places[0]], "Note: on the day itself")] if len(steps) < len(places) else []
    root = drawn(chart(STEADY * 2 + STEADY[:8], steps=flags, annotations=notes, inputs={"rebase_dates": steps}), layout)
    assert crossings(root) == []
    assert len(flag_boxes(root)) == len(flags) + len(notes)


def test_however_many_flags_there_are_none_is_crossed_and_each_keeps_its_pole():
    rng = random.Random(7)
    dates = months(36)
    for _ in range(40):
        places = [rng.randrange(36) for _ in range(rng.randint(1, 9))]
        notes = [Flag(dates[place], "Note " + "word " * rng.randint(1, 9)) for place in places]
        for layout in (Layout.WIDE, Layout.NARROW):
            root = drawn(chart(STEADY * 2 + STEADY[:8], annotations=notes), layout)
            assert crossings(root) == []
            assert (count(root, "chart-pole"), count(root, "chart-flag")) == (len(notes), len(notes))


def test_flags_far_outside_the_chart_are_left_to_the_page():
    flags = [Flag(date(2019, 1, 1), "Long ago"), Flag(date(2025, 3, 20), "Just now"), Flag(date(2030, 1, 1), "One day")]
    texts = words(drawn(chart(STEADY, annotations=flags)))
    assert [text for text in texts if text in {"Long ago", "Just now", "One day"}] == ["Just now"]


def test_long_words_are_cut_on_the_flag_and_whole_when_pointed_at():
    long = "The second car starts at weekends and at night in all five districts of the trust"
    root = drawn(chart(STEADY, annotations=[Flag(months(3)[2], long)]))
    (flag,) = [element for element in root.iter() if element.get("class") == "chart-flag"]
    assert flag.find(f"{SVG}title").text == f"1 March 2024: {long}"
    assert [text for text in words(root) if text.endswith("…")] == ["The second car starts at weekends and a…"]


def test_limits_that_differ_by_point_are_drawn_as_steps():
    analysis = analyse(
        SeriesInputs(kind="p", dates=months(14), numerators=[5] * 14, denominators=list(range(40, 54)), multiply=100)
    )
    root = drawn(chart_of(analysis, title="Falls", unit="%"))
    paths = [element.get("d") for element in root.iter(f"{SVG}path") if element.get("class") == "chart-limit"]
    assert [data.count("H") for data in paths] == [14]


# --- how much there is to show


@pytest.mark.parametrize(
    ("length", "lines", "limits", "points"), [(1, 0, 0, 1), (2, 0, 0, 2), (9, 0, 0, 9), (10, 1, 0, 10), (13, 1, 2, 13)]
)
def test_a_page_shows_as_much_as_the_observations_carry(length, lines, limits, points):
    root = drawn(chart([40 + index % 3 for index in range(length)]))
    assert (count(root, "chart-mean"), count(root, "chart-limit"), count(root, "chart-point")) == (
        lines,
        limits,
        points,
    )


def test_no_observation_is_a_picture_that_says_so():
    root = drawn(chart([], inputs={"target": 4}))
    assert words(root) == ["No observations yet", "The first one will show here."]
    assert root.find(f"{SVG}desc").text == "No observations yet."


def test_only_missing_values_are_no_observation():
    assert words(drawn(chart([None, None]))) == ["No observations yet", "The first one will show here."]


def test_one_observation_stands_in_the_middle_with_its_day():
    root = drawn(chart([17.4], unit="days"))
    assert words(root) == ["Days", "0", "10", "20", "30", "1 Jan", "2024", "17.4"]


def test_ten_observations_show_their_median():
    root = drawn(chart([10, 12] * 5, unit="days"))
    assert "Median 11" in words(root)


def test_what_the_page_wants_to_show_overrules_the_number():
    assert count(drawn(chart(STEADY, showing=Showing.LINE)), "chart-mean") == 0


def test_a_small_chart_has_no_words_but_its_title_and_reading():
    picture = chart([*STEADY, 70], small=True, inputs={"improvement_direction": "decrease", "target": 40})
    root = drawn(picture)
    assert words(root) == []
    assert (root.find(f"{SVG}title").text, root.find(f"{SVG}desc").text) == ("Falls", picture.reading)
    assert count(root, "chart-concern") == 2, "the marked point, and the last one larger on top of it"
    assert (count(root, "chart-mean"), count(root, "chart-limit"), count(root, "chart-target")) == (1, 2, 1)


@pytest.mark.parametrize("values", [[], [None], [3], [3, 4], [5] * 20])
def test_a_small_chart_survives_next_to_nothing(values):
    assert drawn(chart(values, small=True)).get("viewBox") == "0 0 160 48"


# --- axes


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([20, 80], (0, 80)),
        ([80, 95], (79.4, 95)),
        ([-5, 30], (-5, 30)),
        ([-80, -20], (-80, 0)),
        ([0, 0], (0, 1)),
        ([4], (0, 6)),
    ],
)
def test_the_value_axis_starts_at_zero_where_the_numbers_come_near_it(numbers, expected):
    assert value_range(numbers) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_ticks_are_round_enclose_everything_and_stay_few(seed):
    rng = random.Random(seed)
    low = rng.uniform(-1, 1) * 10 ** rng.randint(-4, 6)
    high = low + 10 ** rng.uniform(-4, 6)
    ticks = nice_ticks(low, high, at_most=6)
    step = ticks[1] - ticks[0]
    assert ticks[0] <= low + step * 1e-6
    assert ticks[-1] >= high - step * 1e-6
    assert 3 <= len(ticks) <= 6
    assert any(round(step / 10**power, 6) in (1, 2, 2.5, 5) for power in range(-8, 8))


def test_counts_of_whole_things_get_whole_ticks():
    assert nice_ticks(0, 2, at_most=6, whole=True) == [0, 1, 2]
    assert nice_ticks(0, 2, at_most=6) == [0, 0.5, 1, 1.5, 2]


def test_a_scale_that_leaves_out_zero_says_so():
    steady, falls = chart(STEADY, unit="falls per 1,000 bed days"), chart([5, 60] * 7, unit="falls")
    assert words(drawn(steady))[0] == "Falls per 1,000 bed days, scale starts at 40"
    assert words(drawn(falls))[0] == "Falls"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2024, 11, 1), date(2025, 3, 1), ["Nov 2024", "Dec", "Jan 2025", "Feb", "Mar"]),
        (date(2023, 1, 1), date(2024, 12, 1), ["Jan 2023", "Jul", "Jan 2024", "Jul"]),
        (date(2012, 4, 1), date(2022, 4, 1), ["2014", "2016", "2018", "2020", "2022"]),
        (date(2024, 1, 1), date(2024, 1, 8), ["1 Jan 2024", "3 Jan", "5 Jan", "7 Jan"]),
        (date(2024, 1, 1), date(2024, 1, 1), ["1 Jan 2024"]),
        (date(2024, 2, 10), date(2024, 3, 20), ["10 Feb 2024", "24 Feb", "9 Mar"]),
    ],
)
def test_date_ticks_begin_months_or_years_or_count_days(first, last, expected):
    assert [f"{tick.words} {tick.year}".strip() for tick in date_ticks(first, last, at_most=5)] == expected


@pytest.mark.parametrize("seed", range(10))
def test_labels_are_moved_apart_but_stay_in_order_and_inside(seed):
    rng = random.Random(seed)
    ys = sorted(rng.uniform(0, 200) for _ in range(4))
    moved = spread(ys, 18, 0, 200)
    assert all(later - earlier > 17 for earlier, later in pairwise(moved))
    assert moved[0] >= -1e-6
    assert moved[-1] <= 200 + 1e-6


# --- whatever the numbers


def random_chart(rng, layout):
    length = rng.randint(0, 40)
    scale = 10 ** rng.randint(-2, 6)
    values = [None if rng.random() < 0.1 else round(rng.gauss(5, 2) * scale, 2) for _ in range(length)]
    dates = [date(2023, 1, 1) + timedelta(days=index * rng.choice([1, 7, 30]) + index * 30) for index in range(length)]
    flags = [Flag(rng.choice(dates), "word " * rng.randint(1, 20)) for _ in range(rng.randint(0, 6))] if dates else []
    analysis = xmr(
        values,
        dates=dates,
        target=rng.choice([None, 3 * scale]),
        improvement_direction=rng.choice(["increase", "decrease", "neutral"]),
        rebase_dates=sorted(set(rng.sample(dates, min(length, rng.randint(0, 2))))),
    )
    return chart_of(
        analysis, title="Any", unit=rng.choice(["%", "£", "days", ""]), annotations=flags, small=layout is Layout.SMALL
    )


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("seed", range(10))
def test_any_series_gives_a_sound_drawing_within_its_edges(seed, layout):
    rng = random.Random(seed)
    for _ in range(5):
        root = drawn(random_chart(rng, layout), layout)
        width, height = (float(size) for size in root.get("viewBox").split()[2:])
        assert "nan" not in ElementTree.tostring(root, "unicode")
        for circle in root.iter(f"{SVG}circle"):
            assert 0 < float(circle.get("cx")) < width
            assert 0 < float(circle.get("cy")) < height
        for text in root.iter(f"{SVG}text"):
            length = len(text.text) * float(text.get("font-size")) * 0.5
            start = float(text.get("x")) - length * {"end": 1, "middle": 0.5}.get(text.get("text-anchor"), 0)
            assert start >= -8
            assert start + length <= width + 8
            assert 0 < float(text.get("y")) < height


# --- icons


def test_every_icon_has_its_words_and_a_drawing_of_its_own():
    icons = {None: variation_icon_svg(None)}
    icons |= {icon: variation_icon_svg(icon) for icon in VariationIcon}
    icons |= {icon: assurance_icon_svg(icon) for icon in AssuranceIcon}
    drawings = set()
    for icon, svg in icons.items():
        root = ElementTree.fromstring(svg)
        told = ICON_WORDS[icon or "too_early"]
        assert (root.get("role"), root.get("aria-label"), root.find(f"{SVG}title").text) == ("img", told, told)
        shapes = [(part.tag, *(part.get(name) for name in ("d", "x", "y", "cx"))) for part in root.iter()]
        drawings.add(str(shapes))
    assert len(drawings) == len(icons) == len(ICON_WORDS), "told apart without colour"


def test_too_early_is_an_icon_and_no_target_is_none():
    assert variation_icon_svg(None) == variation_icon_svg("too_early")
    assert assurance_icon_svg(None) == ""


# --- speed


def test_an_analysis_and_its_drawing_are_fast():
    rng = random.Random(1)
    values = [round(rng.gauss(90, 2), 1) for _ in range(36)]
    inputs = XmrInputs(dates=months(36), values=values, improvement_direction="increase", target=95)
    best = min(timed(lambda: chart_svg(chart_of(analyse(inputs), title="Seen", unit="%"))) for _ in range(30))
    assert best < 0.003, "under 0.001 on an idle machine"


def timed(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def test_a_drawing_stays_light():
    picture = chart([50 + index % 5 for index in range(36)])
    assert len(chart_svg(picture)) < 11_000
    assert set(STYLES) == set(Layout)
    assert picture.reading == reading(xmr(list(picture.values)), "%")
