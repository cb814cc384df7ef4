"""The picture of milestones: every one drawn once, in the right place, with its words."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from pitchpit.projects.schedule import Bar, picture, reading

TODAY = date(2026, 11, 23)


def bar(
    title: str = "Kit", *, baseline: int | None = 0, forecast: int = 0, actual: int | None = None, slip: str = ""
) -> Bar:
    days = [TODAY + timedelta(days=n) if n is not None else None for n in (baseline, forecast, actual)]
    return Bar(title, days[0], days[1], days[2], slip)


def drawings(bars: list[Bar]) -> list[ElementTree.Element]:
    """The two drawings, as trees: what is no XML raises."""
    return list(ElementTree.fromstring(f"<div>{picture(bars, TODAY, id_prefix='p')}</div>"))


def texts(drawing: ElementTree.Element) -> list[str]:
    return ["".join(one.itertext()) for one in drawing.iter("text")]


def test_no_milestone_is_no_picture() -> None:
    assert picture([], TODAY, id_prefix="p") == ""
    assert reading([], TODAY) == ""


@pytest.mark.parametrize("layout", [0, 1])
def test_each_milestone_has_its_marks_and_its_words(layout: int) -> None:
    bars = [
        bar("Promised & kept", baseline=-20, forecast=-20, actual=-20),
        bar("Late <now>", baseline=-5, forecast=20),
        bar("Early", baseline=60, forecast=50),
        bar("Before the start", baseline=None, forecast=80),
    ]
    drawing = drawings(bars)[layout]
    said = texts(drawing)
    assert [title for title in said if title in {one.title for one in bars}] == [one.title for one in bars]
    assert [words for words in said if "day" in words and words != "Today"] == ["25 days late", "10 days early"]
    assert said.count("Today") == 1
    assert len(list(drawing.iter("polygon"))) == 3  # a promise each, but for the one that has not started
    assert len(list(drawing.iter("circle"))) == 4
    filled = [one.get("fill") != "#ffffff" for one in drawing.iter("circle")]
    assert filled == [True, False, False, False]


def test_later_lies_further_right_and_everything_inside() -> None:
    bars = [bar(str(n), baseline=n * 40 - 100, forecast=n * 40 - 60) for n in range(6)]
    for drawing in drawings(bars):
        width = float(drawing.get("viewBox", "").split()[2])
        places = [float(one.get("cx", "")) for one in drawing.iter("circle")]
        assert places == sorted(places)
        assert all(0 <= place <= width for place in places)


@pytest.mark.parametrize("spread", [0, 1, 400, 4000])
def test_any_spread_of_days_can_be_drawn(spread: int) -> None:
    for drawing in drawings([bar(forecast=0), bar(forecast=spread)]):
        months = [words for words in texts(drawing) if re.fullmatch(r"[A-Z][a-z]{2}( \d{4})?", words)]
        assert len(months) <= 8


def test_a_long_title_is_cut_and_its_drawing_says_all_to_those_who_cannot_see_it() -> None:
    wide, narrow = drawings([bar("Everybody on the ward " * 8)])
    assert max(len(words) for words in texts(wide)) <= 29
    assert max(len(words) for words in texts(narrow)) <= 43
    assert (wide.get("role"), wide.get("aria-labelledby")) == ("img", "p-wide-title p-wide-reading")
    assert reading([bar("Everybody on the ward " * 8)], TODAY) in [one.text for one in wide.iter("desc")]


@pytest.mark.parametrize(
    ("bars", "says"),
    [
        ([bar(actual=0)], "1 of 1 milestone reached."),
        (
            [
                bar(actual=0),
                bar("Training", forecast=12, slip="12 days later than promised"),
                bar("Audit", forecast=40),
            ],
            "1 of 3 milestones reached. The next, “Training”, is expected on 5 December 2026, 12 days later than promised.",
        ),
        (
            [bar("Training", forecast=-3)],
            "0 of 1 milestone reached. The next, “Training”, was expected on 20 November 2026.",
        ),
    ],
)
def test_a_sentence_reads_the_picture(bars: list[Bar], says: str) -> None:
    assert reading(bars, TODAY) == says
