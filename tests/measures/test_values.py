"""Reading what people type and paste: every way a date and a number are written, and what is said of the others."""

import itertools
import time
from datetime import date, timedelta

import pytest

from pitchpit.measures.enums import Frequency
from pitchpit.measures.periods import due_on, next_period, period_in_words, period_start, periods_between, whose
from pitchpit.measures.values import (
    LARGEST,
    NotRead,
    Reader,
    Value,
    day_from,
    is_possible,
    number_from,
    rate,
    read_lines,
)

DAILY, WEEKLY, MONTHLY, QUARTERLY = Frequency
TODAY = date(2026, 8, 5)
MONTHS = Reader(MONTHLY, "", 100, TODAY)


def said(read, *args) -> str:
    with pytest.raises(NotRead) as refused:
        read(*args)
    return str(refused.value)


# Periods.


@pytest.mark.parametrize(
    ("frequency", "start", "after", "due", "words", "possessive"),
    [
        (DAILY, date(2026, 8, 5), date(2026, 8, 6), date(2026, 8, 6), "5 August 2026", "5 August’s"),
        (WEEKLY, date(2026, 8, 3), date(2026, 8, 10), date(2026, 8, 13), "week of 3 August 2026", "the week of 3 August’s"),
        (MONTHLY, date(2026, 8, 1), date(2026, 9, 1), date(2026, 9, 14), "August 2026", "August’s"),
        (QUARTERLY, date(2026, 7, 1), date(2026, 10, 1), date(2026, 10, 28), "July to September 2026", "July to September’s"),
    ],
)  # fmt: skip
def test_a_day_lies_in_its_period(frequency, start, after, due, words, possessive):
    assert period_start(TODAY, frequency) == start
    assert next_period(start, frequency) == after
    assert due_on(start, frequency) == due
    assert period_in_words(start, frequency) == words
    assert whose(start, frequency, TODAY) == possessive
    assert whose(start, frequency, date(2027, 1, 9)) == f"{'the ' if frequency is WEEKLY else ''}{words}’s"


@pytest.mark.parametrize("frequency", list(Frequency))
def test_periods_follow_one_another_without_a_gap_for_ten_years(frequency):
    periods = periods_between(period_start(date(2019, 12, 30), frequency), date(2030, 1, 1), frequency)
    assert periods == sorted(set(periods))
    for this, following in itertools.pairwise(periods):
        assert period_start(this, frequency) == this
        assert period_start(following - timedelta(days=1), frequency) == this


# Days and numbers.


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01 00:00:00", date(2026, 3, 1)),
        ("2026-3-1", date(2026, 3, 1)),
        ("01/03/2026", date(2026, 3, 1)),
        ("1.3.2026", date(2026, 3, 1)),
        ("31-12-2025", date(2025, 12, 31)),
        ("1 March 2026", date(2026, 3, 1)),
        ("1st Mar 2026", date(2026, 3, 1)),
        ("22-Sept-2025", date(2025, 9, 22)),
        ("Mar 2026", date(2026, 3, 1)),
        ("MARCH 2026", date(2026, 3, 1)),
        ("2026-03", date(2026, 3, 1)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_a_day_is_read_in_the_ways_it_is_written(text, day):
    assert day_from(text, MONTHLY) == day


@pytest.mark.parametrize(
    ("text", "frequency", "sentence"),
    [
        ("29/02/2026", MONTHLY, "There is no day 29/2/2026"),
        ("2026-13-01", MONTHLY, "There is no day 1/13/2026"),
        ("03/25/2026", MONTHLY, "There is no month 25: write the day first, like 25/03/2026"),
        ("01/03/26", MONTHLY, "Write the year of “01/03/26” in four figures"),
        ("Mar-26", MONTHLY, "Write the year of “Mar-26” in four figures"),
        ("Mar 2026", WEEKLY, "Say which day of March 2026: there is a value for each week"),
        ("2026-03", DAILY, "Say which day of March 2026: there is a value for each day"),
        ("Marzo 2026", MONTHLY, "“Marzo 2026” is not a date: write it like 2026-03-01, 01/03/2026, 1 March 2026 or Mar 2026"),
        ("46082", MONTHLY, "“46082” is not a date: write it like 2026-03-01, 01/03/2026, 1 March 2026 or Mar 2026"),
        ("", MONTHLY, "“” is not a date: write it like 2026-03-01, 01/03/2026, 1 March 2026 or Mar 2026"),
        ("٠١/٠٣/٢٠٢٦", MONTHLY, "“٠١/٠٣/٢٠٢٦” is not a date: write it like 2026-03-01, 01/03/2026, 1 March 2026 or Mar 2026"),
    ],
)  # fmt: skip
def test_what_is_no_day_says_what_to_do(text, frequency, sentence):
    assert said(day_from, text, frequency) == sentence


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("12", "", 12),
        ("-3.5", "", -3.5),
        ("−3.5", "", -3.5),
        ("+4.", "", 4),
        (".5", "", 0.5),
        ("1,234.5", "", 1234.5),
        ("1,234,567", "", 1234567),
        ("52%", "%", 52),
        ("52 %", "%", 52),
        ("-£1,200", "£", -1200),
        ("1000000000000", "", LARGEST),
        ("-0", "", 0),
    ],
)
def test_a_number_is_read_in_the_ways_it_is_written(text, unit, number):
    assert number_from(text, unit) == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("nan", "“nan” is not a number: write it in figures, like 12 or 3.5"),
        ("inf", "“inf” is not a number: write it in figures, like 12 or 3.5"),
        ("-Infinity", "“-Infinity” is not a number: write it in figures, like 12 or 3.5"),
        ("1e400", "“1e400” is not a number: write it in figures, like 12 or 3.5"),
        ("1_000", "“1_000” is not a number: write it in figures, like 12 or 3.5"),
        ("٣", "“٣” is not a number: write it in figures, like 12 or 3.5"),
        ("52%", "“52%” is not a number: write it in figures, like 12 or 3.5"),
        ("=1+1", "“=1+1” is not a number: write it in figures, like 12 or 3.5"),
        ("12,5", "Write “12,5” with a point, like 12.5"),
        ("1000000000001", "Numbers go up to 1,000,000,000,000 here: use a larger unit"),
        ("9" * 30, "Numbers go up to 1,000,000,000,000 here: use a larger unit"),
        ("9" * 400, f"“{'9' * 29}…” is not a number: write it in figures, like 12 or 3.5"),
    ],
)
def test_what_is_no_number_says_what_to_do(text, sentence):
    assert said(number_from, text) == sentence


def test_a_count_out_of_a_total_is_shown_per_so_many():
    assert [rate(7, 20, 100), rate(3, 1500, 1000), rate(0, 5, 100), rate(90, 20, 1)] == [35, 2, 0, 4.5]
    assert said(rate, 1, 0, 100) == "The total must be more than 0"
    assert said(rate, 1, -5, 100) == "The total must be more than 0"
    assert said(rate, LARGEST, 0.001, 100) == "Numbers go up to 1,000,000,000,000 here: use a larger unit"


@pytest.mark.parametrize(
    ("value", "possible"),
    [
        (Value(TODAY, 1.0), True),
        (Value(TODAY, -1e12), True),
        (Value(TODAY, 2e12), False),
        (Value(TODAY, float("nan")), False),
        (Value(TODAY, float("inf")), False),
        (Value(TODAY + timedelta(days=1), 1.0), False),
        (Value(date(1999, 12, 31), 1.0), False),
        (Value(TODAY, 35.0, 7, 20), True),
        (Value(TODAY, 35.0, 7, None), False),
        (Value(TODAY, 35.0, 7, 0), False),
        (Value(TODAY, 35.0, float("nan"), 3), False),
    ],
)
def test_what_can_be_a_value(value, possible):
    assert is_possible(value, TODAY) is possible


# Lines.


def read(text: str, reader: Reader = MONTHS) -> list[tuple]:
    return [(line.number, line.value or line.problem or line.note) for line in read_lines(text, reader)]


@pytest.mark.parametrize("separator", [",", ", ", ";", " ; ", "\t"])
def test_lines_are_read_with_any_separator(separator):
    text = f"Month{separator}Value\n2026-03-01{separator}12.5\n\nApr 2026{separator}7{separator}20\n"
    assert read(text) == [
        (1, "The heading, passed over"),
        (2, Value(date(2026, 3, 1), 12.5)),
        (4, Value(date(2026, 4, 1), 35, 7, 20)),
    ]


def test_lines_come_from_a_spreadsheet_with_thousands_quotes_and_empty_cells():
    text = '01/03/2026\t1,234\t\t\r\n"1 April 2026","1,300"\r\n01/05/2026\t\r\n01/06/2026'
    assert read(text) == [
        (1, Value(date(2026, 3, 1), 1234)),
        (2, Value(date(2026, 4, 1), 1300)),
        (3, "No value, left out"),
        (4, "No value, left out"),
    ]


def test_every_line_that_cannot_be_read_says_why():
    text = (
        "2026-03-01, 1\n15/03/2026, 2\n2026-09-01, 3\n1999-01-01, 4\n2026-04-01, five\n"
        "2026-05-01, 1, 2, 3\n2026-06-01, 1,234\n2026-07-01, 3, 0\nDate, Value"
    )
    assert read(text) == [
        (1, Value(date(2026, 3, 1), 1)),
        (2, "The same month as line 1 (March 2026): leave one out"),
        (3, "A value cannot be for a day to come"),
        (4, "Values go back to 2000: check the year"),
        (5, "“five” is not a number: write it in figures, like 12 or 3.5"),
        (6, "There is more here than a date, a count and a total"),
        (7, "Is it 1,234 or 1 out of 234? Write it without the comma"),
        (8, "The total must be more than 0"),
        (9, "“Date” is not a date: write it like 2026-03-01, 01/03/2026, 1 March 2026 or Mar 2026"),
    ]


def test_a_first_line_with_a_number_is_no_heading():
    assert read("Mrach 2026, 12") == [
        (1, "“Mrach 2026” is not a date: write it like 2026-03-01, 01/03/2026, 1 March 2026 or Mar 2026")
    ]
    assert read("March, 12") == [
        (1, "“March” is not a date: write it like 2026-03-01, 01/03/2026, 1 March 2026 or Mar 2026")
    ]
    assert read('"never closed') == [(1, "The heading, passed over")]


def test_ten_thousand_lines_are_read_in_reasonable_time():
    days = Reader(DAILY, "", 100, TODAY)
    lines = "\n".join(f"{TODAY - timedelta(days=number)},{number}" for number in range(9_000))
    began = time.perf_counter()
    found = read_lines(lines + "\nx" * 1_000, days)
    assert time.perf_counter() - began < 2
    assert [sum(1 for line in found if line.value), sum(1 for line in found if line.problem)] == [9_000, 1_000]
