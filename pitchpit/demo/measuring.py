"""Measures of the story's projects: in which periods they are counted, what comes out, and when it is entered. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pitchpit.demo import series
from pitchpit.demo.days import Calendar
from pitchpit.demo.series import Part
from pitchpit.demo.shapes import Line
from pitchpit.measures.enums import Frequency
from pitchpit.measures.periods import next_period, period_start
from pitchpit.measures.values import Value

#: How many periods somebody enters at one sitting.
AT_ONCE = {Frequency.DAILY: 20, Frequency.WEEKLY: 4, Frequency.MONTHLY: 1, Frequency.QUARTERLY: 1}

#: Limits are agreed to start afresh once there are so many points after the change.
ENOUGH = 8


@dataclass(frozen=True)
class Entry:
    """Values entered at one sitting, on this day."""

    on: date
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Step:
    """Limits start afresh at this period: agreed on this day, and why."""

    starts_on: date
    agreed_on: date
    reason: str


@dataclass(frozen=True)
class Told:
    """A measure as the story tells it."""

    entries: tuple[Entry, ...]
    steps: tuple[Step, ...]


def told(line: Line, key: str, calendar: Calendar, *, start: date | None, ready_on: date, end: date | None) -> Told:
    """The series of this line: its past until the project starts (until now where it has not), then what came after until it ended.

    `ready_on` is the day on which the past is entered.
    """
    past = _past(line, start or ready_on)
    later = [] if start is None else _periods(line, next_period(past[-1], line.frequency), end or calendar.back(1))
    later = later[: len(later) - line.behind]
    lengths = _lengths(line, len(later))
    later = later[: sum(lengths)]
    values = _values(line, [len(past), *lengths], past + later, f"{key}/{line.name}")
    left_out = {later[number] for number in line.left_out if number < len(later)}
    entries = _entries(line, [value for value in values if value.on not in left_out], calendar, ready_on)
    firsts = [later[sum(lengths[:number])] if length else date.max for number, length in enumerate(lengths)]
    return Told(entries, tuple(_steps(line, firsts, lengths, entries, calendar)))


def _past(line: Line, until: date) -> list[date]:
    """The periods before the start, the last of which ends with it."""
    assert line.before.periods is not None, "a past has a length"
    periods = [_before(period_start(until, line.frequency), line.frequency)]
    while len(periods) < line.before.periods:
        periods.append(_before(periods[-1], line.frequency))
    return periods[::-1]


def _before(period: date, frequency: Frequency) -> date:
    return period_start(period - timedelta(days=1), frequency)


def _periods(line: Line, first: date, until: date) -> list[date]:
    """Every period from `first` that has ended by `until`."""
    periods = []
    while next_period(first, line.frequency) <= until:
        periods.append(first)
        first = next_period(first, line.frequency)
    return periods


def _lengths(line: Line, number: int) -> list[int]:
    """How many of the periods after the start each stretch gets."""
    lengths = []
    for stretch in line.after:
        length = min(number, number if stretch.periods is None else stretch.periods)
        lengths.append(length)
        number -= length
    return lengths


def _values(line: Line, lengths: list[int], periods: list[date], seed: str) -> list[Value]:
    """A value for each period: stretches that share their limits are drawn together."""
    stretches = [line.before, *line.after]
    afresh = {0, *(step.stretch + 1 for step in line.steps), len(stretches)}
    values: list[Value] = []
    for first, last in pairwise(sorted(afresh)):
        parts = [Part(stretches[n].mean, lengths[n], stretches[n].drift) for n in range(first, last)]
        number = sum(part.number for part in parts)
        values += _drawn(line, parts, periods[len(values) : len(values) + number], f"{seed}/{first}")
    return values


def _drawn(line: Line, parts: list[Part], periods: list[date], seed: str) -> list[Value]:
    if line.out_of is None:
        high = 100.0 if line.unit == "%" else None
        made = series.around(parts, spread=line.spread, seed=seed, decimals=line.decimals, high=high)
        return [Value(on, value) for on, value in zip(periods, made, strict=True)]
    counted = series.counted(parts, out_of=line.out_of, spread=line.spread, seed=seed)
    return [
        Value(on, 100 * number / line.out_of, float(number), float(line.out_of))
        for on, number in zip(periods, counted, strict=True)
    ]


def _entries(line: Line, values: list[Value], calendar: Calendar, ready_on: date) -> tuple[Entry, ...]:
    """The past at one sitting, what came after month by month; nothing before its period has ended."""
    past = [value for value in values if next_period(value.on, line.frequency) <= ready_on]
    later = values[len(past) :]
    entries = [Entry(ready_on, tuple(past))]
    size = AT_ONCE[line.frequency]
    for first in range(0, len(later), size):
        lot = later[first : first + size]
        ended = next_period(lot[-1].on, line.frequency)
        day = calendar.after(ended - timedelta(days=1), 1)
        entries.append(Entry(max(min(day, calendar.back(1)), ready_on), tuple(lot)))
    return tuple(entries)


def _steps(
    line: Line, firsts: list[date], lengths: list[int], entries: tuple[Entry, ...], calendar: Calendar
) -> list[Step]:
    """Agreed on the working day after enough points of the stretch were entered."""
    steps = []
    for step in line.steps:
        wanted = min(ENOUGH, line.after[step.stretch].periods or ENOUGH)
        if lengths[step.stretch] < wanted:
            continue
        on = firsts[step.stretch]
        so_far = 0
        for entry in entries:
            so_far += sum(value.on >= on for value in entry.values)
            if so_far >= wanted:
                steps.append(Step(on, calendar.after(entry.on, 1), step.reason))
                break
    return steps
