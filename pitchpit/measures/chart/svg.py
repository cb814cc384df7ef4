"""The small parts of a drawing: lines and words."""

from collections.abc import Sequence

from markupsafe import escape

from pitchpit.measures.chart.marks import INK, PAPER

CHARACTER = 0.57  # the mean width of a character, in font sizes


def paper(width: float, height: float) -> str:
    return f'<rect class="chart-paper" width="{width}" height="{height:.0f}" fill="{PAPER}"/>'


def line(x1, y1, x2, y2, kind: str, colour: str, *, width: float = 1, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashes}/>'
    )


def text(
    words: str,
    x: float,
    y: float,
    size: float,
    *,
    anchor: str = "start",
    colour: str = INK,
    bold: bool = False,
    halo: bool = False,
    kind: str = "chart-text",
) -> str:
    """Escaped words; a halo keeps them readable across lines."""
    if not words:
        return ""
    extra = f' text-anchor="{anchor}"' if anchor != "start" else ""
    extra += ' font-weight="bold"' if bold else ""
    extra += f' stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"{extra}>{escape(words)}</text>'
    )


def text_width(words: str, size: float) -> float:
    return len(words) * size * CHARACTER


def polyline(run: Sequence[str], width: float) -> str:
    if len(run) < 2:
        return ""
    corners = " ".join(run)
    return (
        f'<polyline class="chart-line" points="{corners}" fill="none" stroke="{INK}" stroke-width="{width}" '
        'stroke-linejoin="round"/>'
    )
