"""The words of review gates."""

from __future__ import annotations

from enum import StrEnum


class GateOutcome(StrEnum):
    """What a review decides."""

    START = "start"
    CONTINUE = "continue"
    CHANGE = "change"
    ADOPT = "adopt"
    SPREAD = "spread"
    STOP = "stop"
    CLOSE = "close"  # a light project's closing report
    NOT_START = "not_start"

    @property
    def words(self) -> str:
        """What a person reads."""
        return {"not_start": "Do not start"}.get(self.value, self.value.capitalize())

    @property
    def colour(self) -> str:
        """The colour of its tag; never the only sign."""
        return OUTCOME_COLOURS.get(self, "white")


OUTCOME_COLOURS: dict[GateOutcome, str] = {
    GateOutcome.START: "blue",
    GateOutcome.CONTINUE: "blue",
    GateOutcome.CHANGE: "yellow",
    GateOutcome.ADOPT: "green",
    GateOutcome.SPREAD: "green",
    GateOutcome.CLOSE: "green",
}
