"""Draws a chart as SVG.

Every size is in the drawing's own units; each layout is used at widths where its text stays readable. Colours are
presentation attributes, so that a saved drawing looks right by itself; chart.css may overrule them by class.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup, escape

from pitchpit.measures.chart.axes import DateTick, date_ticks, nice_ticks, value_range
from pitchpit.measures.chart.flags import PlacedFlag, flag_words, flags_height, place_flags, poles, shown_flags
from pitchpit.measures.chart.frame import STYLES, Frame, Style
from pitchpit.measures.chart.marks import FAINT, GREY, INK, LIGHT, MEANING, mark
from pitchpit.measures.chart.picture import Chart, Layout, Stretch
from pitchpit.measures.chart.svg import line, paper, polyline, text, text_width
from pitchpit.measures.spc import PointType, uk_date
from pitchpit.measures.spc.words import CLOSE_UNITS, Figures


def chart_html(chart: Chart) -> Markup:
    """The chart for a page: drawn for wide screens and paper and again for narrow ones; chart.css shows one of them.

    What is not shown is not read out either.
    """
    return Markup('<div class="chart">') + chart_svg(chart) + chart_svg(chart, Layout.NARROW) + Markup("</div>")


def chart_svg(chart: Chart, layout: Layout = Layout.WIDE) -> Markup:
    """One drawing, with its title and its reading for those who do not see it. A small chart has its own layout."""
    layout = Layout.SMALL if chart.small else layout
    draw = draw_small if layout is Layout.SMALL else draw_full if chart.known else draw_empty
    width, height, body = draw(chart, STYLES[layout])
    prefix = f"{escape(chart.id_prefix)}-{layout}"
    return Markup(  # noqa: S704 - what people wrote is escaped here, in `text` and in `mark`
        f'<svg class="chart-drawing chart-{layout}" role="img" aria-labelledby="{prefix}-title {prefix}-desc" '
        f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}" '
        'font-family="Arial, Liberation Sans, sans-serif" focusable="false">'
        f'<title id="{prefix}-title">{escape(chart.title)}</title><desc id="{prefix}-desc">{escape(chart.reading)}</desc>'
        f"{body}</svg>"
    )


# --- where things lie


def all_numbers(chart: Chart) -> list[float]:
    """Everything the value axis must hold."""
    numbers: list[float | None] = [*chart.values, chart.target]
    for stretch in chart.stretches:
        numbers += [stretch.centre, *stretch.lower, *stretch.upper]
    return [number for number in numbers if number is not None]


# --- the three drawings


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything of a full drawing goes, worked out before the first line is drawn.

    left, right: the ends of the grid; frame: where points may lie, a little inside.
    """

    figures: Figures
    ticks: Sequence[float]
    tick_words: Sequence[str]
    labels: Sequence["Label"]
    flags: Sequence[PlacedFlag]
    left: float
    right: float
    row: float
    frame: Frame
    height: float


def planned(chart: Chart, style: Style) -> Plan:
    values = [value for _, value in chart.known]
    figures = Figures(values, chart.unit, chart.decimals)
    low, high = value_range(all_numbers(chart))
    ticks = nice_ticks(low, high, at_most=style.value_ticks, whole=all(value == int(value) for value in values))
    tick_words = axis_words(ticks, chart.unit)
    labels = line_labels(chart, figures, style)
    left = max(text_width(words, style.font) for words in tick_words) + 15
    right = style.width - max((text_width(label.words, style.font) for label in labels), default=0) - 10
    flags = shown_flags(chart)
    days = [*chart.dates, *(flag.on for flag, _ in flags)]
    across = Frame(left + 12, right - 22, 0, style.plot_height, min(days), max(days), ticks[0], ticks[-1])
    placed = place_flags(flags, across, chart, style)
    row = style.font + 6
    top = row * (1 + captions_rows(chart, ticks[0], style)) + flags_height(placed, row)
    frame = replace(across, top=top, bottom=top + style.plot_height)
    return Plan(figures, ticks, tick_words, labels, placed, left, right, row, frame, frame.bottom + 3 * row - 4)


def draw_full(chart: Chart, style: Style) -> tuple[int, float, str]:
    """Everything, the grid first and the last value on top."""
    plan = planned(chart, style)
    frame, figures, left, right = plan.frame, plan.figures, plan.left, plan.right
    parts = [
        paper(style.width, plan.height),
        *captions(chart, plan.ticks[0], style),
        *value_axis(plan, style),
        *date_axis(date_ticks(frame.first, frame.last, at_most=style.date_ticks), frame, style),
        *poles(plan.flags, frame, plan.row),
        *lines_of(chart, frame, right),
        target_line(chart, frame, left, right),
        *data_lines(chart, frame),
        *points(chart, frame, figures, style),
        *flag_words(plan.flags, frame, plan.row, style),
        *earlier_lines(chart, frame, figures, style),
        *placed_labels(plan.labels, frame, right, style),
        last_value(chart, frame, figures, right, style),
    ]
    return style.width, plan.height, "".join(parts)


def draw_empty(chart: Chart, style: Style) -> tuple[int, float, str]:
    """No value yet: an empty frame that says so."""
    height = style.plot_height * 0.7
    middle = style.width / 2
    box = f'x="8" y="8" width="{style.width - 16}" height="{height - 16:.0f}"'
    return (
        style.width,
        height,
        paper(style.width, height)
        + f'<rect class="chart-grid" {box} rx="4" fill="none" stroke="{LIGHT}" stroke-dasharray="4 4"/>'
        + text("No observations yet", middle, height / 2 - 4, style.font + 2, anchor="middle", bold=True)
        + text("The first one will show here.", middle, height / 2 + style.font + 6, style.font, anchor="middle"),
    )


def draw_small(chart: Chart, style: Style) -> tuple[int, float, str]:
    """The shape alone, for a grid of charts; the page writes the last value beside it."""
    if not chart.known:
        y = style.plot_height / 2
        return style.width, style.plot_height, line(8, y, style.width - 8, y, "chart-limit", LIGHT, dash="2 4")
    low, high = value_range(all_numbers(chart))
    frame = Frame(7, style.width - 8, 7, style.plot_height - 7, chart.dates[0], chart.dates[-1], low, high)
    marked = [known for known in chart.known if type_at(chart, known[0]) is not PointType.COMMON_CAUSE]
    parts = [
        *lines_of(chart, frame, style.width - 2, thin=True),
        target_line(chart, frame, 2, style.width - 2, thin=True),
        *data_lines(chart, frame, width=1.5),
        *(point(chart, frame, known, style.point) for known in marked),
        point(chart, frame, chart.known[-1], style.point * 1.3),
    ]
    return style.width, style.plot_height, "".join(parts)


# --- axes


def axis_words(ticks: Sequence[float], unit: str) -> list[str]:
    """% and £ stand by each number; other units are told once, above."""
    figures = Figures(ticks, unit if unit in CLOSE_UNITS else "", decimals=decimals_of(ticks[1] - ticks[0]))
    return [figures.one(tick) for tick in ticks]


def decimals_of(step: float) -> int:
    return next((digits for digits in range(9) if abs(step - round(step, digits)) < step * 1e-6), 9)


def value_axis(plan: Plan, style: Style) -> Iterator[str]:
    for tick, word in zip(plan.ticks, plan.tick_words, strict=True):
        y = plan.frame.y(tick)
        yield line(plan.left, y, plan.right, y, "chart-grid", FAINT)
        yield text(word, plan.left - 6, y + style.font * 0.35, style.font, anchor="end")


def date_axis(ticks: Sequence[DateTick], frame: Frame, style: Style) -> Iterator[str]:
    for tick in ticks:
        x, y = frame.x(tick.on), frame.bottom
        yield line(x, y, x, y + 5, "chart-axis", GREY)
        yield text(tick.words, x, y + style.font + 7, style.font, anchor="middle")
        if tick.year:
            yield text(tick.year, x, y + 2 * style.font + 10, style.font, anchor="middle")


# --- captions above the plot: the unit, where the scale starts, what the marked points mean


def captions(chart: Chart, lowest: float, style: Style) -> Iterator[str]:
    words = scale_words(chart, lowest)
    x, y = 6.0, style.font + 4.0
    yield text(words, x, y, style.font)
    if captions_rows(chart, lowest, style) == 2:
        y += style.font + 6
    elif words:
        x += text_width(words, style.font) + 16
    for kind in marked_kinds(chart):
        yield mark(kind, x + 6, y - style.font * 0.35, size=style.point)
        yield text(MEANING[kind], x + 17, y, style.font)
        x += key_width(kind, style)


def key_width(kind: PointType, style: Style) -> float:
    return 17 + text_width(MEANING[kind], style.font) + 12


def captions_rows(chart: Chart, lowest: float, style: Style) -> int:
    """None, one or two, by what there is to say and whether it fits side by side."""
    words, keys = scale_words(chart, lowest), [key_width(kind, style) for kind in marked_kinds(chart)]
    if not words or not keys:
        return int(bool(words or keys))
    return 1 if text_width(words, style.font) + 22 + sum(keys) <= style.width else 2


def scale_words(chart: Chart, lowest: float) -> str:
    """The unit, where it does not stand by the numbers, and a warning where the scale leaves out zero."""
    unit = "" if chart.unit in CLOSE_UNITS else chart.unit.strip()
    start = Figures([lowest], chart.unit if chart.unit in CLOSE_UNITS else "", decimals=decimals_of(lowest)).one(lowest)
    note = f"scale starts at {start}" if lowest > 0 else ""
    words = ", ".join(part for part in (unit, note) if part)
    return words[:1].upper() + words[1:]


def marked_kinds(chart: Chart) -> list[PointType]:
    return [kind for kind in MEANING if kind in chart.point_types]


# --- lines


def stretch_edges(chart: Chart, stretch: Stretch, frame: Frame, right: float) -> tuple[float, float]:
    """From halfway before its first point to halfway after its last, so that steps show as breaks."""
    start, end = frame.x(chart.dates[stretch.start_index]), frame.x(chart.dates[stretch.end_index])
    if stretch.start_index:
        start = (start + frame.x(chart.dates[stretch.start_index - 1])) / 2 + 2
    else:
        start -= 8
    if stretch.end_index + 1 < len(chart.dates):
        end = (end + frame.x(chart.dates[stretch.end_index + 1])) / 2 - 2
    else:
        end = right
    return start, end


def lines_of(chart: Chart, frame: Frame, right: float, *, thin: bool = False) -> Iterator[str]:
    for stretch in chart.stretches:
        start, end = stretch_edges(chart, stretch, frame, right)
        for limits in (stretch.lower, stretch.upper):
            yield limit_line(chart, stretch, limits, frame, start, end, thin=thin)
        if stretch.centre is not None:
            y = frame.y(stretch.centre)
            yield line(start, y, end, y, "chart-mean", GREY, width=1 if thin else 2)


def limit_line(chart: Chart, stretch: Stretch, limits, frame: Frame, start: float, end: float, *, thin: bool) -> str:
    """A limit: one line where it is the same for all points, else steps around each of them."""
    known = [limit for limit in limits if limit is not None]
    if not known:
        return ""
    if min(known) == max(known):
        y = frame.y(known[0])
        return line(start, y, end, y, "chart-limit", LIGHT, width=1 if thin else 1.5, dash="2 2" if thin else "7 3")
    xs = [frame.x(day) for day in chart.dates[stretch.start_index : stretch.end_index + 1]]
    edges = [start, *((one + other) / 2 for one, other in pairwise(xs)), end]
    drawn = [(index, frame.y(limit)) for index, limit in enumerate(limits) if limit is not None]
    steps = "".join(f"L{edges[index]:.1f} {y:.1f}H{edges[index + 1]:.1f}" for index, y in drawn)
    return (
        f'<path class="chart-limit" d="M{steps[1:]}" fill="none" stroke="{LIGHT}" '
        f'stroke-width="{1 if thin else 1.5}" stroke-dasharray="{"2 2" if thin else "7 3"}"/>'
    )


def target_line(chart: Chart, frame: Frame, left: float, right: float, *, thin: bool = False) -> str:
    if chart.target is None:
        return ""
    y = frame.y(chart.target)
    return line(left, y, right, y, "chart-target", INK, width=1 if thin else 1.75, dash="3 3" if thin else "10 6")


def data_lines(chart: Chart, frame: Frame, *, width: float = 1.75) -> Iterator[str]:
    """The line through the points; it breaks where a value is missing and where a step starts."""
    starts = {stretch.start_index for stretch in chart.stretches}
    run: list[str] = []
    for index, value in enumerate(chart.values):
        if value is None or index in starts:
            yield polyline(run, width)
            run = []
        if value is not None:
            run.append(f"{frame.x(chart.dates[index]):.1f},{frame.y(value):.1f}")
    yield polyline(run, width)


# --- points


def points(chart: Chart, frame: Frame, figures: Figures, style: Style) -> Iterator[str]:
    size = style.point if len(chart.known) <= 60 else style.point * 0.7
    figures = Figures([], escape(chart.unit), figures.decimals)
    for known in chart.known:
        yield point(chart, frame, known, size, words=point_words(chart, known, figures))


def point(chart: Chart, frame: Frame, known: tuple[int, float], size: float, *, words: str = "") -> str:
    index, value = known
    return mark(type_at(chart, index), frame.x(chart.dates[index]), frame.y(value), size=size, words=words)


def type_at(chart: Chart, index: int) -> PointType:
    kind = chart.point_types[index] if chart.point_types else None
    return kind or PointType.COMMON_CAUSE


def point_words(chart: Chart, known: tuple[int, float], figures: Figures) -> str:
    """What a point says when pointed at; `figures` with the unit escaped."""
    index, value = known
    meaning = MEANING.get(type_at(chart, index))
    words = f"{uk_date(chart.dates[index])}: {figures.one(value)}"
    return f"{words}, {meaning}" if meaning else words


def last_value(chart: Chart, frame: Frame, figures: Figures, right: float, style: Style) -> str:
    """The last value beside its point, on the side where its line does not run."""
    index, value = chart.known[-1]
    x, y = frame.x(chart.dates[index]), frame.y(value)
    below = len(chart.known) > 1 and chart.known[-2][1] > value
    if y - frame.top < style.font * 1.6:
        below = True
    if frame.bottom - y < style.font * 1.6:
        below = False
    y += style.font * 1.6 if below else -style.font * 0.85
    words = figures.short(value)
    x = min(x, right - text_width(words, style.font + 1) / 2)
    return text(words, x, y, style.font + 1, anchor="middle", bold=True, halo=True, kind="chart-last")


# --- labels at the right end of the lines


@dataclass(slots=True)
class Label:
    """What a line is called, at the value it lies on."""

    words: str
    value: float
    colour: str


def line_labels(chart: Chart, figures: Figures, style: Style) -> list[Label]:
    """Names for the lines of the last stretch and for the target."""
    labels = []
    if chart.stretches:
        last = chart.stretches[-1]
        upper, lower = (
            next((x for x in reversed(limits) if x is not None), None) for limits in (last.upper, last.lower)
        )
        for word, value in zip((*style.limit_words, chart.centre_word), (upper, lower, last.centre), strict=True):
            if value is not None and (word == chart.centre_word or upper != lower):
                labels.append(Label(f"{word} {figures.short(value)}", value, GREY))
    if chart.target is not None:
        labels.append(Label(f"Target {figures.short(chart.target)}", chart.target, INK))
    return labels


def placed_labels(labels: Sequence[Label], frame: Frame, right: float, style: Style) -> Iterator[str]:
    """Each beside its line, moved apart where lines lie close together."""
    ordered = sorted(labels, key=lambda label: -label.value)
    ys = spread([frame.y(label.value) for label in ordered], style.font + 3, frame.top, frame.bottom)
    for label, y in zip(ordered, ys, strict=True):
        yield text(label.words, right + 5, y + style.font * 0.35, style.font, colour=label.colour)


def spread(ys: list[float], distance: float, top: float, bottom: float) -> list[float]:
    """The positions, top to bottom, moved as little as keeps them apart and within the plot."""
    ys = list(ys)
    for _ in range(20):
        moved = False
        for index in range(len(ys) - 1):
            overlap = distance - (ys[index + 1] - ys[index])
            if overlap > 0.1:
                ys[index] -= overlap / 2
                ys[index + 1] += overlap / 2
                moved = True
        if not moved:
            break
    shift = max(top - ys[0], 0) if ys else 0
    ys = [y + shift for y in ys]
    shift = max(ys[-1] - bottom, 0) if ys else 0
    return [y - shift for y in ys]


def earlier_lines(chart: Chart, frame: Frame, figures: Figures, style: Style) -> Iterator[str]:
    """What the lines of each stretch before the last were: above its upper limit, or below the lower at the top."""
    for stretch in chart.stretches[:-1]:
        start, end = stretch_edges(chart, stretch, frame, frame.right)
        fitting = [
            words for words in stretch_words(chart, stretch, figures) if text_width(words, style.font) < end - start
        ]
        if not fitting:
            continue
        shown = [chart.values[index] for index in range(stretch.start_index, stretch.end_index + 1)]
        held = [number for number in (*shown, *stretch.upper, *stretch.lower) if number is not None]
        y = frame.y(max(held)) - style.point - 4
        if y - style.font < frame.top:
            y = frame.y(min(held)) + style.point + style.font
        yield text(fitting[0], start + 3, y, style.font, colour=GREY, halo=True)


def stretch_words(chart: Chart, stretch: Stretch, figures: Figures) -> list[str]:
    """The lines of a stretch in words: with limits where all points share them, and shorter."""
    if stretch.centre is None:
        return []
    short = f"{chart.centre_word} {figures.short(stretch.centre)}"
    limits = {*zip(stretch.lower, stretch.upper, strict=True)}
    lower, upper = limits.pop() if len(limits) == 1 else (None, None)
    if lower is None or upper is None or lower == upper:
        return [short]
    return [f"{short}, limits {figures.short(lower)} to {figures.short(upper)}", short]
