"""What a value is, and how typed and pasted ones are read. Knows neither pages nor the database."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pitchpit.core.days import month_number, parts_of_day
from pitchpit.measures.enums import Frequency
from pitchpit.measures.periods import period_in_words, period_start

#: Values lie between these; the database refuses others too.
LARGEST = 1_000_000_000_000
EARLIEST = date(2000, 1, 1)

#: How many lines may be pasted at a time.
MOST_LINES = 2_000

#: Frequencies whose periods a month alone can name.
NAMED_BY_MONTH = frozenset({Frequency.MONTHLY, Frequency.QUARTERLY})


@dataclass(frozen=True)
class Value:
    """One value for the period that `on` lies in: as it is, or out of a numerator and a denominator."""

    on: date
    value: float
    numerator: float | None = None
    denominator: float | None = None


def is_possible(value: Value, latest: date) -> bool:
    """Whether this can be a value: a day that has come, finite numbers, a total above 0."""
    numbers = [number for number in (value.value, value.numerator, value.denominator) if number is not None]
    return (
        EARLIEST <= value.on <= latest
        and all(abs(number) <= LARGEST for number in numbers)
        and (value.numerator is None) == (value.denominator is None)
        and (value.denominator is None or value.denominator > 0)
    )


@dataclass(frozen=True)
class Reader:
    """How values of one measure are written: its periods, its unit, what a count out of a total is shown per, and the last day there can be."""

    frequency: Frequency
    unit: str
    per: int
    latest: date


@dataclass(frozen=True)
class Line:
    """One pasted line: its value, or what keeps it from being one; neither where it says nothing ("left out" or a header)."""

    number: int
    text: str
    value: Value | None = None
    problem: str = ""
    note: str = ""


class NotRead(ValueError):  # noqa: N818  # the sentence to say, not a fault
    """What was written is no value, no number or no day; the message says what to do."""


def rate(numerator: float, denominator: float, per: int) -> float:
    """A count out of a total, per so many: 7 of 20 per 100 is 35. Raises NotRead where there is no such number."""
    if denominator <= 0:
        raise NotRead("The total must be more than 0")
    return _bounded(numerator * per / denominator)


def _bounded(number: float) -> float:
    if abs(number) > LARGEST:
        raise NotRead(f"Numbers go up to {LARGEST:,} here: use a larger unit")
    return number


# Numbers.

_NUMBER = re.compile(r"[-+]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})", re.ASCII)
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)


def number_from(text: str, unit: str = "") -> float:
    """The number somebody wrote: 12, -3.5, 1,234, with the measure's own % or £. Raises NotRead."""
    figure = text.strip().replace("−", "-")
    if unit == "%":
        figure = figure.removesuffix("%").rstrip()
    if unit == "£":
        figure = re.sub(r"^([-+]?)£", r"\1", figure)
    if _THOUSANDS.fullmatch(figure):
        figure = figure.replace(",", "")
    if _DECIMAL_COMMA.fullmatch(figure):
        raise NotRead(f"Write “{shown(figure)}” with a point, like {figure.replace(',', '.')[:12]}")
    if not _NUMBER.fullmatch(figure):
        raise NotRead(f"“{shown(text)}” is not a number: write it in figures, like 12 or 3.5")
    return _bounded(float(figure)) + 0.0


def shown(text: str) -> str:
    """A piece of what somebody wrote, short enough for a sentence."""
    words = " ".join(text.split())
    return words if len(words) <= 30 else words[:29] + "…"


# Days.

_SHORT_YEAR = re.compile(r"(?:\d{1,2}[/.-]\d{1,2}|\d{0,2}[ -]?[A-Za-z]{3,9})[/. -]'?\d{2}", re.ASCII)
_MONTH = re.compile(r"([A-Za-z]{3,9})[ -](\d{4})", re.ASCII)
_YEAR_AND_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
LIKE = "2026-03-01, 01/03/2026, 1 March 2026 or Mar 2026"


def day_from(text: str, frequency: Frequency) -> date:
    """The day somebody wrote, in any of the ways that people in Britain do; a month alone where periods are that long. Raises NotRead."""
    words = " ".join(text.split())
    if parts := parts_of_day(words):
        year, month, day = parts
        if month > 12 >= day and not re.match(r"\d{4}", words, re.ASCII):
            raise NotRead(f"There is no month {month}: write the day first, like {month}/{day:02}/{year}")
        return _day(year, month, day)
    if found := _YEAR_AND_MONTH.fullmatch(words):
        return _first_of(int(found[1]), int(found[2]), frequency)
    if (found := _MONTH.fullmatch(words)) and (named := month_number(found[1])):
        return _first_of(int(found[2]), named, frequency)
    if _SHORT_YEAR.fullmatch(words):
        raise NotRead(f"Write the year of “{shown(text)}” in four figures")
    raise NotRead(f"“{shown(text)}” is not a date: write it like {LIKE}")


def _first_of(year: int, month: int, frequency: Frequency) -> date:
    first = _day(year, month, 1)
    if frequency not in NAMED_BY_MONTH:
        raise NotRead(f"Say which day of {first:%B %Y}: there is a value for each {frequency.period}")
    return first


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotRead(f"There is no day {day}/{month}/{year}") from None


def checked_day(day: date, latest: date) -> date:
    """The day, if a value can be for it. Raises NotRead."""
    if day > latest:
        raise NotRead("A value cannot be for a day to come")
    if day < EARLIEST:
        raise NotRead(f"Values go back to {EARLIEST.year}: check the year")
    return day


# Lines.


def lines_in(text: str) -> list[str]:
    """The lines somebody pasted, without the empty ones at the end."""
    return text.rstrip().splitlines()


def read_lines(text: str, reader: Reader) -> list[Line]:
    """Every line that says something, in order: its value, or why it cannot be read. A header is passed over; no period comes twice."""
    lines = list(_passing_over_a_header(_read(lines_in(text), reader)))
    first_of: dict[date, int] = {}
    for index, line in enumerate(lines):
        if line.value is None:
            continue
        period = period_start(line.value.on, reader.frequency)
        if (earlier := first_of.setdefault(period, line.number)) != line.number:
            words = period_in_words(period, reader.frequency)
            problem = f"The same {reader.frequency.period} as line {earlier} ({words}): leave one out"
            lines[index] = Line(line.number, line.text, problem=problem)
    return lines


def _read(lines: Sequence[str], reader: Reader) -> Iterator[Line]:
    for number, text in enumerate(lines, 1):
        if text.strip():
            yield _line(number, text, reader)


def _passing_over_a_header(lines: Iterator[Line]) -> Iterator[Line]:
    for index, line in enumerate(lines):
        if index == 0 and line.problem and not re.search(r"\d", _cells(line.text)[0]) and not _has_a_number(line.text):
            yield Line(line.number, line.text, note="The heading, passed over")
        else:
            yield line


def _has_a_number(text: str) -> bool:
    return any(_NUMBER.fullmatch(cell.strip()) for cell in _cells(text)[1:])


def _line(number: int, text: str, reader: Reader) -> Line:
    try:
        value = _value(text, reader)
    except NotRead as why:
        return Line(number, text, problem=str(why))
    return Line(number, text, value) if value else Line(number, text, note="No value, left out")


def _value(text: str, reader: Reader) -> Value | None:
    cells = _cells(text)
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > 3:
        raise NotRead("There is more here than a date, a count and a total")
    day, figures = checked_day(day_from(cells[0] if cells else "", reader.frequency), reader.latest), cells[1:]
    if not figures:
        return None
    if _is_unclear(text, figures):
        raise NotRead(
            f"Is it {figures[0]},{figures[1]} or {figures[0]} out of {figures[1]}? Write it without the comma"
        )
    if len(figures) == 1:
        return Value(day, number_from(figures[0], reader.unit))
    part, whole = number_from(figures[0]), number_from(figures[1])
    return Value(day, rate(part, whole, reader.per), part, whole)


def _is_unclear(text: str, figures: Sequence[str]) -> bool:
    """Whether a comma could stand between thousands: 1 March 2026, 1,234."""
    return len(figures) == 2 and bool(re.search(r", +[-+]?\d{1,3},\d{3}\s*$", text)) and not re.search(r"[\t;]", text)


def _cells(text: str) -> list[str]:
    """The parts of a line, by tabs, semicolons or commas, whichever it has first in this order."""
    separator = next((mark for mark in "\t;" if mark in text), ",")
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=separator, skipinitialspace=True), [""])]
    except csv.Error:
        return [text.strip()]
