"""The words of decisions."""

from enum import StrEnum


class Outcome(StrEnum):
    APPROVED = "approved"
    SUPPORTED = "supported"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    SHELVED = "shelved"


#: These open a project.
OPENS_PROJECT = frozenset({Outcome.APPROVED, Outcome.SUPPORTED})


class Taken(StrEnum):
    """Who took a decision."""

    TRIAGE = "triage"
    PANEL = "panel"


class RatifierAnswer(StrEnum):
    YES = "yes"
    NO = "no"
    BACK = "back"  # back to the panel


class ConcernKind(StrEnum):
    """What is not an idea and goes to a named contact at once."""

    RISK_NOW = "risk_now"
    INCIDENT = "incident"
    SPEAKING_UP = "speaking_up"
    SAFEGUARDING = "safeguarding"
    FRAUD = "fraud"
