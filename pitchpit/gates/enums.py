"""The words of review gates."""

from enum import StrEnum


class GateOutcome(StrEnum):
    START = "start"
    CONTINUE = "continue"
    CHANGE = "change"
    ADOPT = "adopt"
    SPREAD = "spread"
    STOP = "stop"
    CLOSE = "close"  # a light project's closing report
    NOT_START = "not_start"
