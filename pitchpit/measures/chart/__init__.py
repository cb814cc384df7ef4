"""Charts of measures as accessible SVG of our own: no script, no inline style, readable on paper and on a phone.

    chart = chart_of(analysis, title="Falls a month", unit="falls", id_prefix=f"measure-{measure.id}")
    chart_html(chart)   # for pages: one drawing for wide screens and paper, one for narrow ones; chart.css shows one
    chart_svg(chart)    # one drawing, also good as a file of its own

Results are `Markup`: everything that people wrote is escaped.
"""

from pitchpit.measures.chart.draw import chart_html, chart_svg
from pitchpit.measures.chart.icons import ICON_WORDS, assurance_icon_svg, variation_icon_svg
from pitchpit.measures.chart.picture import Chart, Flag, Layout, Stretch, chart_of

__all__ = [
    "ICON_WORDS",
    "Chart",
    "Flag",
    "Layout",
    "Stretch",
    "assurance_icon_svg",
    "chart_html",
    "chart_of",
    "chart_svg",
    "variation_icon_svg",
]
