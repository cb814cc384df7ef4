"""The measures of each layout, and where dates and values lie in it."""

from dataclasses import dataclass
from datetime import date

from pitchpit.measures.chart.picture import Layout


@dataclass(frozen=True, slots=True)
class Style:
    """The measures of one layout."""

    width: int
    plot_height: int
    font: int
    point: float
    value_ticks: int
    date_ticks: int
    flag_characters: int
    limit_words: tuple[str, str]


STYLES = {
    Layout.WIDE: Style(800, 250, 15, 4.4, 6, 12, 40, ("Upper limit", "Lower limit")),
    Layout.NARROW: Style(400, 210, 14, 3.6, 5, 5, 30, ("Upper", "Lower")),
    Layout.SMALL: Style(160, 48, 0, 2.4, 4, 0, 0, ("", "")),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot's edges in drawing units, and the dates and values they stand for."""

    left: float
    right: float
    top: float
    bottom: float
    first: date
    last: date
    low: float
    high: float

    def x(self, day: date) -> float:
        days = (self.last - self.first).days
        share = (day - self.first).days / days if days else 0.5
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)
