"""The words of measuring."""

from enum import StrEnum


class MeasureKind(StrEnum):
    """What a measure is there for, the most important first."""

    OUTCOME = "outcome"
    PROCESS = "process"
    BALANCING = "balancing"

    @property
    def words(self) -> str:
        return self.value.capitalize()

    @property
    def means(self) -> str:
        return _KINDS[self]


_KINDS = {
    MeasureKind.OUTCOME: "What changes for patients or staff",
    MeasureKind.PROCESS: "Whether what we planned is being done",
    MeasureKind.BALANCING: "What might get worse somewhere else because of it",
}


class Direction(StrEnum):
    """Which way is better; the words of the SPC reference."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"

    @property
    def words(self) -> str:
        return _DIRECTIONS[self]


_DIRECTIONS = {
    Direction.DECREASE: "Lower is better",
    Direction.INCREASE: "Higher is better",
    Direction.NEUTRAL: "Neither: we only watch it",
}


class Frequency(StrEnum):
    """How long a period is: there is one value for each."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"

    @property
    def period(self) -> str:
        """day, week, month or quarter."""
        return _PERIODS[self]

    @property
    def words(self) -> str:
        return f"Every {self.period}"


_PERIODS = {
    Frequency.DAILY: "day",
    Frequency.WEEKLY: "week",
    Frequency.MONTHLY: "month",
    Frequency.QUARTERLY: "quarter",
}
