"""Step changes and annotations: poles with a small flag and their words above the plot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from markupsafe import escape

from pitchpit.measures.chart.frame import Frame, Style
from pitchpit.measures.chart.marks import GREY, PAPER
from pitchpit.measures.chart.picture import Chart, Flag
from pitchpit.measures.chart.svg import CHARACTER, line, text
from pitchpit.measures.spc import uk_date


def usual_gap(dates: Sequence[date]) -> int:
    """The usual number of days between two points."""
    gaps = [(later - earlier).days for earlier, later in pairwise(dates)]
    return int(median(gaps)) if gaps else 0


def shown_flags(chart: Chart) -> list[tuple[Flag, bool]]:
    """Flags within the chart, or at most two points' distance beyond it; True for a step."""
    room = timedelta(days=2 * usual_gap(chart.dates))
    first, last = chart.dates[0] - room, chart.dates[-1] + room
    flags = [(flag, True) for flag in chart.steps] + [(flag, False) for flag in chart.annotations]
    return sorted((each for each in flags if first <= each[0].on <= last), key=lambda each: (each[0].on, not each[1]))


@dataclass(frozen=True, slots=True)
class PlacedFlag:
    """A flag: its words (none where there is no room for them), its pole's place, the row it stands on and the side its words go to."""

    words: str
    full: str
    x: float
    row: int
    leftwards: bool
    is_step: bool
    width: float

    @property
    def span(self) -> tuple[float, float]:
        """From its pole to the end of its words."""
        return (self.x - self.width, self.x) if self.leftwards else (self.x, self.x + self.width)


ROWS_AT_MOST = 4
ENOUGH_CHARACTERS = 20  # words go to the right of their pole where at least so many fit,
LEAST_CHARACTERS = 12  # and to either side, rather than nowhere, where at least so many do
TRIES = 200
APART = 6  # between words, and between words and the pole of another flag


def place_flags(flags: Sequence[tuple[Flag, bool]], frame: Frame, chart: Chart, style: Style) -> list[PlacedFlag]:
    """Each flag where its words meet no others and no pole runs through them; where that cannot be, some stand without words.

    A pole runs down from its own row, so of two flags the one whose pole lies under the other's words stands on the lower row.
    Those near the right end, whose words go to the left, are placed first, from the right; then the others, from the left.
    """
    wanted = [(flag, is_step, pole_x(flag, is_step, frame, chart)) for flag, is_step in flags]
    at_the_end = [each for each in wanted if style.width - each[2] < room_for(ENOUGH_CHARACTERS, style)]
    ordered = [*reversed(at_the_end), *(each for each in wanted if each not in at_the_end)]
    places = [possible_places(*each, leftwards_first=each in at_the_end, style=style) for each in ordered]
    placed = all_together(places) or one_by_one(places)
    below = 1 + max((flag.row for flag in placed if flag.words), default=-1)
    return sorted((replace(flag, row=min(flag.row, below)) for flag in placed), key=lambda flag: flag.x)


def possible_places(
    flag: Flag, is_step: bool, x: float, *, leftwards_first: bool, style: Style
) -> tuple[PlacedFlag, ...]:
    """Every row on the better side, then on the other where enough of its words fit there."""
    least = room_for(min(LEAST_CHARACTERS, len(flag.words)), style)
    better, other = (flag_at(flag, is_step, x, side, style) for side in (leftwards_first, not leftwards_first))
    sides = (better, other) if other.width >= least else (better,)
    return tuple(replace(side, row=row) for side in sides for row in range(ROWS_AT_MOST))


def all_together(places: Sequence[Sequence[PlacedFlag]]) -> list[PlacedFlag]:
    """The first way in which none is in another's way; nothing where none is found soon."""
    chosen: list[PlacedFlag] = []
    ahead = [iter(each) for each in places[:1]]
    for _ in range(TRIES):
        if not ahead:
            break
        free = next((one for one in ahead[-1] if not any(in_the_way(one, other) for other in chosen)), None)
        if free is None:
            ahead.pop()
            chosen = chosen[:-1]
            continue
        chosen.append(free)
        if len(chosen) == len(places):
            return chosen
        ahead.append(iter(places[len(chosen)]))
    return []


def one_by_one(places: Sequence[Sequence[PlacedFlag]]) -> list[PlacedFlag]:
    """Each in the first place that is free, and without words, below the others, where none is."""
    placed: list[PlacedFlag] = []
    for each in places:
        free = (one for one in each if not any(in_the_way(one, other) for other in placed))
        placed.append(next(free, None) or replace(each[0], words="", width=0.0, row=ROWS_AT_MOST))
    return placed


def flag_at(flag: Flag, is_step: bool, x: float, leftwards: bool, style: Style) -> PlacedFlag:
    """The flag with as many of its words as fit on this side, on the top row."""
    room = x if leftwards else style.width - x
    words = shortened(flag.words, max(1, min(style.flag_characters, int((room - 20) / (style.font * CHARACTER)))))
    return PlacedFlag(words, f"{uk_date(flag.on)}: {flag.words}", x, 0, leftwards, is_step, room_for(len(words), style))


def room_for(characters: int, style: Style) -> float:
    return characters * style.font * CHARACTER + 20


def in_the_way(one: PlacedFlag, other: PlacedFlag) -> bool:
    """Whether their words meet, or the pole of either runs through the words of the other."""
    if one.row == other.row:
        return one.span[0] < other.span[1] + APART and other.span[0] - APART < one.span[1]
    upper, lower = sorted((one, other), key=lambda flag: flag.row)
    start, end = lower.span
    inside = (start - APART < upper.x < end) if lower.leftwards else (start < upper.x < end + APART)
    return bool(lower.words) and inside


def pole_x(flag: Flag, is_step: bool, frame: Frame, chart: Chart) -> float:
    """A step stands in the gap before its first point; an annotation on its day."""
    x = frame.x(flag.on)
    before = [day for day in chart.dates if day < flag.on]
    if is_step and before and flag.on in chart.dates:
        return (x + frame.x(before[-1])) / 2
    return x


def shortened(words: str, characters: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= characters else words[: characters - 1].rstrip(" ,;:.") + "…"


def poles(placed: Sequence[PlacedFlag], frame: Frame, row: float) -> Iterator[str]:
    height = flags_height(placed, row)
    for flag in placed:
        top = frame.top - height + flag.row * row - row * 0.4
        dash = "" if flag.is_step else "1 3"
        yield line(flag.x, top, flag.x, frame.bottom, "chart-pole", GREY, dash=dash)
        side = -9 if flag.leftwards else 9
        fill = GREY if flag.is_step else PAPER
        pennant = f"M{flag.x:.1f} {top:.1f}l{side} 4.5 {-side} 4.5z"
        yield f'<path class="chart-flag" d="{pennant}" fill="{fill}" stroke="{GREY}"><title>{escape(flag.full)}</title></path>'


def flags_height(placed: Sequence[PlacedFlag], row: float) -> float:
    return row * (1 + max((flag.row for flag in placed), default=-1))


def flag_words(placed: Sequence[PlacedFlag], frame: Frame, row: float, style: Style) -> Iterator[str]:
    height = flags_height(placed, row)
    for flag in placed:
        if flag.words:
            y = frame.top - height + flag.row * row - row * 0.4 + style.font * 0.68
            x, anchor = (flag.x - 13, "end") if flag.leftwards else (flag.x + 13, "start")
            yield text(flag.words, x, y, style.font, anchor=anchor, halo=True)
