"""The shapes and colours of points: each meaning has a shape of its own as well as a colour.

Colours hold at least 3:1 against white; text colours at least 4.5:1.
"""

from pitchpit.measures.spc import PointType

INK = "#212b32"
GREY = "#4c6272"
LIGHT = "#768692"
FAINT = "#d8dde0"
PALE = "#e8edee"
PAPER = "#ffffff"
BLUE = "#005eb8"
ORANGE = "#c04f00"
PURPLE = "#6a3d9a"

MEANING = {
    PointType.IMPROVEMENT: "improving",
    PointType.CONCERN: "getting worse",
    PointType.NEUTRAL_HIGH: "higher than usual",
    PointType.NEUTRAL_LOW: "lower than usual",
}


def mark(kind: PointType | None, x: float, y: float, *, size: float, words: str = "") -> str:
    """One point: a dot; blue diamond (improving), orange square (getting worse), purple triangle (neither).

    words: escaped text for those who point at it.
    """
    tag, shape = shape_of(kind, x, y, size)
    return f"<{tag} {shape}><title>{words}</title></{tag}>" if words else f"<{tag} {shape}/>"


def shape_of(kind: PointType | None, x: float, y: float, size: float) -> tuple[str, str]:
    if kind is None or kind is PointType.COMMON_CAUSE:
        return "circle", f'class="chart-point" cx="{x:.1f}" cy="{y:.1f}" r="{size * 0.8:.1f}" fill="{INK}"'
    if kind is PointType.IMPROVEMENT:
        reach = size * 1.35
        shape = f"M{x:.1f} {y - reach:.1f}l{reach:.1f} {reach:.1f}-{reach:.1f} {reach:.1f}-{reach:.1f}-{reach:.1f}z"
        return "path", f'class="chart-improvement" d="{shape}" fill="{BLUE}"'
    if kind is PointType.CONCERN:
        side = size * 1.9
        corner = f'x="{x - side / 2:.1f}" y="{y - side / 2:.1f}"'
        return "rect", f'class="chart-concern" {corner} width="{side:.1f}" height="{side:.1f}" fill="{ORANGE}"'
    half, rise = size * 1.25, size * (2.2 if kind is PointType.NEUTRAL_HIGH else -2.2)
    shape = f"M{x:.1f} {y - rise * 0.6:.1f}l{half:.1f} {rise:.1f}h-{2 * half:.1f}z"
    return "path", f'class="chart-neutral" d="{shape}" fill="{PURPLE}"'
