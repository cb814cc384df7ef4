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

    @property
    def words(self) -> str:
        """What a person reads."""
        return CONCERNS[self]


CONCERNS: dict[ConcernKind, str] = {
    ConcernKind.RISK_NOW: "Somebody is at risk now",
    ConcernKind.INCIDENT: "Something went wrong: an incident",
    ConcernKind.SPEAKING_UP: "Speaking up",
    ConcernKind.SAFEGUARDING: "Safeguarding",
    ConcernKind.FRAUD: "Fraud",
}
