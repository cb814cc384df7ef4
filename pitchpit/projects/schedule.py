"""The picture of a project's milestones: the day promised against the day expected or reached. Pure.

One row a milestone on a common line of days. A hollow diamond is the day promised at the start (the baseline), a ring the day expected now
(the forecast), a dot the day it was reached; a bar joins the two where they differ. Two drawings, a wide and a narrow one; the page's style
sheet shows the one that fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

from markupsafe import Markup, escape

INK, SOFT, LINE, PAPER = "#212b32", "#4c6272", "#d8dde0", "#ffffff"
LATE, GOOD = "#b9210f", "#005eb8"


@dataclass(frozen=True)
class Bar:
    """A milestone as it is drawn: what, promised for, expected on, reached on, and its slip in words."""

    title: str
    baseline_on: date | None
    forecast_on: date
    actual_on: date | None
    slip: str

    @property
    def ends_on(self) -> date:
        return self.actual_on or self.forecast_on

    @property
    def slip_days(self) -> int:
        return (self.ends_on - (self.baseline_on or self.ends_on)).days


@dataclass(frozen=True)
class Layout:
    """The measures of one drawing, in drawing units."""

    name: str
    width: int
    label_width: int  # 0: the label stands above its row
    row: int
    font: int
    characters: int
    right: int = 24

    @property
    def left(self) -> int:
        return self.label_width or 12


WIDE = Layout("wide", 800, 250, 54, 16, 28, right=130)
NARROW = Layout("narrow", 380, 0, 76, 16, 42, right=12)
TOP = 34


def picture(bars: Sequence[Bar], today: date, *, id_prefix: str) -> Markup:
    """Both drawings as SVG, for a `<div class="chart">`; nothing for no milestone."""
    if not bars:
        return Markup("")
    return Markup("").join(_drawing(bars, today, layout, f"{id_prefix}-{layout.name}") for layout in (WIDE, NARROW))


def reading(bars: Sequence[Bar], today: date) -> str:
    """What the picture says, in a sentence."""
    if not bars:
        return ""
    reached = sum(bar.actual_on is not None for bar in bars)
    said = f"{reached} of {len(bars)} milestone{'' if len(bars) == 1 else 's'} reached"
    ahead = min((bar for bar in bars if bar.actual_on is None), key=lambda bar: bar.forecast_on, default=None)
    if ahead is None:
        return f"{said}."
    slip = f", {ahead.slip}" if ahead.slip else ""
    was = "was expected on" if ahead.forecast_on < today else "is expected on"
    return f"{said}. The next, “{ahead.title}”, {was} {_day(ahead.forecast_on)}{slip}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _drawing(bars: Sequence[Bar], today: date, layout: Layout, id: str) -> Markup:
    scale = _Scale.of(bars, today, layout)
    height = TOP + layout.row * len(bars) + 12
    parts = [*_days(scale, layout, height), *_today(scale, layout, today, height)]
    for number, bar in enumerate(bars):
        parts += _row(bar, number, scale, layout)
    return Markup(
        '<svg class="chart-drawing chart-{name}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-reading">'
        '<title id="{id}-title">Milestones</title><desc id="{id}-reading">{reading}</desc>{parts}</svg>'
    ).format(
        name=layout.name,
        width=layout.width,
        height=height,
        id=id,
        reading=reading(bars, today),
        parts=Markup("").join(parts),
    )


@dataclass(frozen=True)
class _Scale:
    """Where a day lies across."""

    first: date
    last: date
    left: float
    right: float

    @classmethod
    def of(cls, bars: Sequence[Bar], today: date, layout: Layout) -> _Scale:
        days = [day for bar in bars for day in (bar.baseline_on, bar.forecast_on, bar.actual_on) if day] + [today]
        room = max((max(days) - min(days)).days // 20, 7)
        return cls(
            min(days) - timedelta(days=room), max(days) + timedelta(days=room), layout.left, layout.width - layout.right
        )

    def x(self, day: date) -> float:
        return self.left + (day - self.first).days / (self.last - self.first).days * (self.right - self.left)


def _days(scale: _Scale, layout: Layout, height: int) -> Iterator[Markup]:
    """A line and a word for some firsts of months, as many as there is room for."""
    firsts = list(_firsts(scale.first, scale.last))
    room = max(int((scale.right - scale.left) // 76), 1)
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 1200) if len(firsts) <= room * step)
    year = None
    for first in firsts:
        if (first.year * 12 + first.month - 1) % step:
            continue
        x = scale.x(first)
        words = f"{first:%b}" if first.year == year else f"{first:%b %Y}"
        year = first.year
        yield _line(x, TOP - 10, x, height, LINE)
        if x < scale.right - 30:
            yield _text(words, x + 4, TOP - 14, layout.font - 2, colour=SOFT)


def _firsts(first: date, last: date) -> Iterator[date]:
    day = (first.replace(day=1) + timedelta(days=31)).replace(day=1) if first.day > 1 else first
    while day <= last:
        yield day
        day = (day + timedelta(days=31)).replace(day=1)


def _today(scale: _Scale, layout: Layout, today: date, height: int) -> Iterator[Markup]:
    x = scale.x(today)
    yield _line(x, TOP - 10, x, height, INK, dash="4 4")
    anchor = "end" if x > scale.right - 50 else "start"
    yield _text("Today", x + (-5 if anchor == "end" else 5), height - 2, layout.font - 3, anchor=anchor)


def _row(bar: Bar, number: int, scale: _Scale, layout: Layout) -> Iterator[Markup]:
    top = TOP + layout.row * number
    above = not layout.label_width
    lines = wrap(bar.title, layout.characters, max_lines=1 if above else 2, placeholder="…")
    y = top + (layout.row - 24 if above else layout.row / 2)
    yield _line(0, top, layout.width, top, LINE)
    for line_number, words in enumerate(lines):
        middle = top + 22 if above else y + 5 + (line_number - (len(lines) - 1) / 2) * (layout.font + 3)
        yield _text(words, 0, middle, layout.font, bold=True)
    end, slip = scale.x(bar.ends_on), bar.slip_days
    colour = LATE if slip > 0 else GOOD
    if bar.baseline_on and slip:
        yield _line(scale.x(bar.baseline_on), y, end, y, colour, width=4)
    if bar.baseline_on:
        yield _diamond(scale.x(bar.baseline_on), y)
    yield _mark(end, y, reached=bar.actual_on is not None, colour=colour if bar.baseline_on else INK)
    yield from _slip(bar, end, y, scale, layout)


def _slip(bar: Bar, end: float, y: float, scale: _Scale, layout: Layout) -> Iterator[Markup]:
    """How late, in few words, beside the last mark: on its right where there is room."""
    days = bar.slip_days
    if not bar.baseline_on or not days:
        return
    words = f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'late' if days > 0 else 'early'}"
    last, first = max(end, scale.x(bar.baseline_on)), min(end, scale.x(bar.baseline_on))
    width = len(words) * layout.font * 0.56
    fits = last + 14 + width <= layout.width
    x, anchor = (last + 14, "start") if fits else (first - 14, "end")
    if not fits and first - 14 - width < scale.left:
        return
    yield _text(words, x, y + 5, layout.font - 2, anchor=anchor, colour=LATE if days > 0 else GOOD)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1, dash: str = "") -> Markup:
    dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{}"{}/>').format(
        x1, y1, x2, y2, colour, width, dashes
    )


def _text(
    words: str, x: float, y: float, size: int, *, anchor: str = "start", colour: str = INK, bold: bool = False
) -> Markup:
    weight = Markup(' font-weight="600"') if bold else ""
    place = Markup(' text-anchor="end"') if anchor == "end" else ""
    return Markup(
        '<text x="{:.1f}" y="{:.1f}" font-size="{}" fill="{}"{}{} stroke="{}" stroke-width="4" stroke-linejoin="round" '
        'paint-order="stroke">{}</text>'
    ).format(x, y, size, colour, place, weight, PAPER, escape(words))


def _diamond(x: float, y: float) -> Markup:
    corners = f"{x:.1f},{y - 8:.1f} {x + 8:.1f},{y:.1f} {x:.1f},{y + 8:.1f} {x - 8:.1f},{y:.1f}"
    return Markup('<polygon points="{}" fill="{}" stroke="{}" stroke-width="2"/>').format(corners, PAPER, SOFT)


def _mark(x: float, y: float, *, reached: bool, colour: str) -> Markup:
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="6.5" fill="{}" stroke="{}" stroke-width="2.5"/>').format(
        x, y, colour if reached else PAPER, colour
    )
