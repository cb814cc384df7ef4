"""Statistical process control: XmR, run, P, U, C, G and T charts, computed without Flask or a database.

`analyse` takes checked inputs and gives an analysis; `reading` puts it into one plain sentence;
`what_to_show` says how much of it a page may show yet.

    inputs = XmrInputs(dates=[...], values=[52.0, 49.5, None, ...], improvement_direction="decrease", target=20)
    analysis = analyse(inputs)
    analysis.variation_icon, analysis.segments[-1].mean
"""

from pitchpit.measures.enums import Direction
from pitchpit.measures.spc.inputs import InputError, Kind, SeriesInputs, XmrInputs
from pitchpit.measures.spc.runs import RunSegment, crossings_needed
from pitchpit.measures.spc.series import SeriesAnalysis, analyse_series
from pitchpit.measures.spc.words import Showing, number, reading, uk_date, what_to_show
from pitchpit.measures.spc.xmr import (
    AssuranceIcon,
    PointType,
    RuleFlags,
    Segment,
    SpecialCause,
    VariationIcon,
    XmrAnalysis,
    analyse_xmr,
)

__all__ = [
    "AssuranceIcon",
    "Direction",
    "InputError",
    "Kind",
    "PointType",
    "RuleFlags",
    "RunSegment",
    "Segment",
    "SeriesAnalysis",
    "SeriesInputs",
    "Showing",
    "SpecialCause",
    "VariationIcon",
    "XmrAnalysis",
    "XmrInputs",
    "analyse",
    "analyse_series",
    "analyse_xmr",
    "crossings_needed",
    "number",
    "reading",
    "uk_date",
    "what_to_show",
]


def analyse(inputs: XmrInputs | SeriesInputs) -> XmrAnalysis | SeriesAnalysis:
    """Analyse any kind of chart: `XmrInputs` give an `XmrAnalysis`, `SeriesInputs` a `SeriesAnalysis`."""
    return analyse_xmr(inputs) if isinstance(inputs, XmrInputs) else analyse_series(inputs)
