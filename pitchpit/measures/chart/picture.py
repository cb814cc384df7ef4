"""What a chart shows, before anything is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median

from pitchpit.measures.spc import PointType, SeriesAnalysis, Showing, XmrAnalysis, reading, what_to_show
from pitchpit.measures.spc.inputs import Kind


class Layout(StrEnum):
    """For what width a chart is drawn; text keeps a readable size within each."""

    WIDE = "wide"
    NARROW = "narrow"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Flag:
    """A dated note: an annotation, or a step change with its reason."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Points between two step changes, with their lines; indexes both included, limits one a point or none."""

    start_index: int
    end_index: int
    centre: float | None = None
    lower: Sequence[float | None] = ()
    upper: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn; every list of points has one entry a date, in date order.

    title, reading: what the picture is and what it says, for those who do not see it.
    unit: "%", "£", or words. decimals: at most so many in figures; None for as many as the spread deserves.
    point_types: None for missing ones; empty where points are not judged. centre_word: what the middle line is.
    steps, annotations: flags. id_prefix: makes ids unique on the page. small: without any text, for a grid of charts.
    known (worked out): index and value of each point that has one.
    """

    title: str
    reading: str
    dates: Sequence[date]
    values: Sequence[float | None]
    unit: str = ""
    decimals: int | None = None
    point_types: Sequence[PointType | None] = ()
    stretches: Sequence[Stretch] = ()
    centre_word: str = "Mean"
    target: float | None = None
    steps: Sequence[Flag] = ()
    annotations: Sequence[Flag] = ()
    id_prefix: str = "chart"
    small: bool = False
    known: list[tuple[int, float]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = [(index, value) for index, value in enumerate(self.values) if value is not None]
        object.__setattr__(self, "known", known)


def chart_of(
    analysis: XmrAnalysis | SeriesAnalysis,
    *,
    title: str,
    unit: str = "",
    decimals: int | None = None,
    target: float | None = None,
    steps: Sequence[Flag] = (),
    annotations: Sequence[Flag] = (),
    showing: Showing | None = None,
    id_prefix: str = "chart",
    small: bool = False,
) -> Chart:
    """The chart of an analysis: the line alone, with its median, or with limits and special causes.

    showing: how much of it; by default what `what_to_show` says of the number of values.
    target: only needed for other kinds than XmR, whose analysis knows it. steps: the reasons of step changes; a
    segment without one gets a flag with its mean's name alone.
    """
    values = analysis.values if isinstance(analysis, XmrAnalysis) else analysis.plotted
    showing = showing or what_to_show(analysis.n_observations)
    judged = showing is Showing.XMR
    return Chart(
        title=title,
        reading=reading(analysis, unit, decimals=decimals, showing=showing),
        dates=analysis.dates,
        values=values,
        unit=unit,
        decimals=decimals,
        point_types=types_of(analysis) if judged else (),
        stretches=stretches_of(analysis) if judged else early_stretches(values, showing),
        centre_word=centre_word(analysis, showing),
        target=analysis.target if isinstance(analysis, XmrAnalysis) else target,
        steps=steps_of(analysis, steps) if judged else steps,
        annotations=annotations,
        id_prefix=id_prefix,
        small=small,
    )


def types_of(analysis: XmrAnalysis | SeriesAnalysis) -> Sequence[PointType | None]:
    """Other kinds than XmR know no better direction: what is outside is purple."""
    if isinstance(analysis, XmrAnalysis):
        return analysis.point_type
    uppers = analysis.upper_limit
    return [
        None
        if value is None
        else PointType.COMMON_CAUSE
        if not outside
        else PointType.NEUTRAL_HIGH
        if upper is not None and value > upper
        else PointType.NEUTRAL_LOW
        for value, outside, upper in zip(analysis.plotted, analysis.outside, uppers, strict=True)
    ]


def stretches_of(analysis: XmrAnalysis | SeriesAnalysis) -> list[Stretch]:
    if isinstance(analysis, XmrAnalysis):
        return [
            Stretch(
                each.start_index,
                each.end_index,
                each.mean,
                (each.lower_limit,) * (each.end_index - each.start_index + 1),
                (each.upper_limit,) * (each.end_index - each.start_index + 1),
            )
            for each in analysis.segments
        ]
    return [
        Stretch(
            each.start_index,
            each.end_index,
            each.centre,
            analysis.lower_limit[each.start_index : each.end_index + 1],
            analysis.upper_limit[each.start_index : each.end_index + 1],
        )
        for each in analysis.segments
    ]


def early_stretches(values: Sequence[float | None], showing: Showing) -> list[Stretch]:
    """Before there are limits: a median from ten observations, else the line alone."""
    known = [value for value in values if value is not None]
    if showing is not Showing.RUN or not known:
        return []
    return [Stretch(0, len(values) - 1, median(known))]


def centre_word(analysis: XmrAnalysis | SeriesAnalysis, showing: Showing) -> str:
    run_like = isinstance(analysis, SeriesAnalysis) and analysis.kind in (Kind.RUN, Kind.G)
    return "Median" if run_like or showing is Showing.RUN else "Mean"


def steps_of(analysis: XmrAnalysis | SeriesAnalysis, steps: Sequence[Flag]) -> list[Flag]:
    """A flag for every step: with its reason where one is given."""
    told = {flag.on for flag in steps}
    starts = [analysis.dates[each.start_index] for each in analysis.segments[1:]]
    return sorted(
        [*steps, *(Flag(day, "New limits from here") for day in starts if day not in told)], key=lambda flag: flag.on
    )
