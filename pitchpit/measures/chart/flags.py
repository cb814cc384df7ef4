"""Step changes and annotations: poles with a small flag and their words above the plot."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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
    """A flag with its pole's place, the row its words are on (None: no room for words) and the side they go to."""

    words: str
    full: str
    x: float
    row: int
    leftwards: bool
    is_step: bool


ROWS_AT_MOST = 4
ENOUGH_CHARACTERS = 20  # words go to the right of their pole where at least so many fit


def place_flags(flags: Sequence[tuple[Flag, bool]], frame: Frame, chart: Chart, style: Style) -> list[PlacedFlag]:
    """Each flag's words on the first row where they meet no others; beyond the last row a flag keeps its pole only."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(ROWS_AT_MOST)]
    placed = []
    for flag, is_step in flags:
        x = pole_x(flag, is_step, frame, chart)
        leftwards = style.width - x < room_for(min(len(flag.words), ENOUGH_CHARACTERS), style)
        room = x if leftwards else style.width - x
        words = shortened(flag.words, min(style.flag_characters, int((room - 20) / (style.font * CHARACTER))))
        width = room_for(len(words), style)
        span = (x - width, x) if leftwards else (x, x + width)
        row = next((number for number, row in enumerate(taken) if not meets(span, row)), None)
        if row is None:
            row, words = ROWS_AT_MOST - 1, ""
        else:
            taken[row].append(span)
        placed.append(PlacedFlag(words, f"{uk_date(flag.on)}: {flag.words}", x, row, leftwards, is_step))
    return placed


def room_for(characters: int, style: Style) -> float:
    return characters * style.font * CHARACTER + 20


def meets(span: tuple[float, float], others: Iterable[tuple[float, float]]) -> bool:
    return any(span[0] < end + 6 and start - 6 < span[1] for start, end in others)


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
