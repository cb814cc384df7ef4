"""The icons that say how a measure varies and whether it will meet its target: our own drawings, each with words.

Each differs from the others by its drawing, not by its colour alone.
"""

from markupsafe import Markup, escape

from pitchpit.measures.chart.marks import BLUE, GREY, INK, LIGHT, ORANGE, PALE, PAPER, PURPLE, mark
from pitchpit.measures.spc import AssuranceIcon, PointType, VariationIcon

TOO_EARLY = "too_early"

ICON_WORDS: dict[str, str] = {
    TOO_EARLY: "Too early to say: icons come with 13 observations.",
    VariationIcon.COMMON_CAUSE: "No sign of change: the last point is within what this measure usually does.",
    VariationIcon.IMPROVEMENT_HIGH: "Improving: higher than usual, and higher is better.",
    VariationIcon.IMPROVEMENT_LOW: "Improving: lower than usual, and lower is better.",
    VariationIcon.CONCERN_HIGH: "Getting worse: higher than usual, and lower is better.",
    VariationIcon.CONCERN_LOW: "Getting worse: lower than usual, and higher is better.",
    VariationIcon.NEUTRAL_HIGH: "Changed: higher than usual; neither better nor worse in itself.",
    VariationIcon.NEUTRAL_LOW: "Changed: lower than usual; neither better nor worse in itself.",
    AssuranceIcon.PASS: "As things are, the target will be met.",
    AssuranceIcon.FAIL: "As things are, the target will not be met.",
    AssuranceIcon.HIT_OR_MISS: "As things are, the target will be met at times and missed at times, by chance.",
}

COLOURS = {"improvement": BLUE, "concern": ORANGE, "neutral": PURPLE}
MARKS = {"improvement": PointType.IMPROVEMENT, "concern": PointType.CONCERN}


def variation_icon_svg(icon: VariationIcon | str | None) -> Markup:
    """What the last point says, as a drawing with its words; None or "too_early" where there are too few points."""
    name = str(icon or TOO_EARLY)
    if name == TOO_EARLY:
        return framed(name, GREY, too_early_drawing())
    if name == VariationIcon.COMMON_CAUSE:
        return framed(name, GREY, band(17, 31) + path("M8 25l6-4 6 6 7-6 6 5 7-4", INK))
    kind, side = name.rsplit("_", 1)
    return framed(name, COLOURS[kind], leaving_the_band(kind, high=side == "high"))


def assurance_icon_svg(icon: AssuranceIcon | str | None) -> Markup:
    """What the limits say about the target, as a drawing with its words; nothing where there is no target to judge."""
    if icon is None:
        return Markup("")
    drawing = {
        AssuranceIcon.PASS: target_line(35) + band(10, 26) + path("M15 18l6 6 12-12", INK, width=3.5),
        AssuranceIcon.FAIL: target_line(13) + band(22, 38) + path("M18 24l12 12M30 24l-12 12", INK, width=3.5),
        AssuranceIcon.HIT_OR_MISS: band(13, 35) + target_line(24) + path("M8 29q5-13 10.5-5t10.5 0 11-5", INK, width=3),
    }[AssuranceIcon(icon)]
    return framed(str(icon), INK, drawing)


def framed(name: str, colour: str, drawing: str) -> Markup:
    """The drawing in its frame, named for those who do not see it and for those who point at it."""
    words = escape(ICON_WORDS[name])
    return Markup(  # noqa: S704 - drawings and words of our own
        f'<svg class="chart-icon chart-icon-{name.replace("_", "-")}" role="img" aria-label="{words}" '
        'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48" focusable="false">'
        f"<title>{words}</title>"
        f'<rect x="1.5" y="1.5" width="45" height="45" rx="9" fill="{PAPER}" stroke="{colour}" stroke-width="3"/>'
        f"{drawing}</svg>"
    )


def leaving_the_band(kind: str, *, high: bool) -> str:
    """A line that runs level and then leaves for the marked point, upwards or downwards."""
    flip = (lambda y: y) if high else (lambda y: 48 - y)
    point = MARKS.get(kind) or (PointType.NEUTRAL_HIGH if high else PointType.NEUTRAL_LOW)
    line = f"M8 {flip(34)}l6 {'-3' if high else '3'} 5 {'3' if high else '-3'} 6 {'-3' if high else '3'}L34 {flip(14)}"
    return (
        band(min(flip(27), flip(40)), max(flip(27), flip(40))) + path(line, INK) + mark(point, 35, flip(13), size=6.5)
    )


def too_early_drawing() -> str:
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="{INK}"/>' for x, y in ((11, 27), (18, 22), (25, 26)))
    return dots + "".join(
        f'<circle cx="{x}" cy="{y}" r="2.5" fill="{PAPER}" stroke="{GREY}" stroke-width="1.5"/>'
        for x, y in ((32, 23), (39, 26))
    )


def band(top: float, bottom: float) -> str:
    return (
        f'<rect x="6" y="{top}" width="36" height="{bottom - top}" fill="{PALE}"/>'
        f'<path d="M6 {top}h36M6 {bottom}h36" fill="none" stroke="{LIGHT}" stroke-width="1.5"/>'
    )


def target_line(y: float) -> str:
    return path(f"M5 {y}h38", INK, width=2, extra=' stroke-dasharray="5 3"')


def path(data: str, colour: str, *, width: float = 2.5, extra: str = "") -> str:
    return (
        f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-linejoin="round"{extra}/>'
    )
