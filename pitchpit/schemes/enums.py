"""The words of schemes and rounds."""

from __future__ import annotations

from enum import StrEnum


class SchemeKind(StrEnum):
    """A way of asking for ideas."""

    PITCH = "pitch"
    PIONEER = "pioneer"
    BREAK_THE_RULES = "break_the_rules"
    OPEN = "open"

    @property
    def words(self) -> str:
        return {
            "pitch": "Dragons' Den: teams pitch to a panel",
            "pioneer": "Pioneering services: larger changes, followed closely",
            "break_the_rules": "Break the rules: which rule would you change?",
            "open": "Open door: any idea, any time",
        }[self.value]


class Approver(StrEnum):
    """Who says yes in a tier."""

    TRIAGER = "triager"
    CHAIR = "chair"
    RATIFIER = "ratifier"

    @property
    def words(self) -> str:
        return {
            "triager": "The QI team, on the spot",
            "chair": "The panel's chair",
            "ratifier": "The panel, then a named ratifier",
        }[self.value]


class Monitoring(StrEnum):
    """How closely a project is watched and helped."""

    LIGHT = "light"
    STANDARD = "standard"
    CLOSE = "close"

    @property
    def words(self) -> str:
        return {
            "light": "Light: one closing report",
            "standard": "Standard: a check-in every quarter",
            "close": "Close: a check-in every month, and a coach",
        }[self.value]


class QuestionKind(StrEnum):
    """What an answer looks like."""

    SHORT = "short"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"

    @property
    def words(self) -> str:
        return {
            "short": "One line",
            "long": "Several lines",
            "number": "A number",
            "choice": "One of several choices",
            "date": "A date",
        }[self.value]


class AlwaysAsked(StrEnum):
    """The three questions every round asks, whatever else it asks."""

    PROBLEM = "problem"  # what gets in the way
    CHANGE = "change"  # what would you change
    DIFFERENCE = "difference"  # in one sentence, what changes for patients or staff


class Seat(StrEnum):
    """Why a member sits on a panel."""

    CLINICAL = "clinical"
    FINANCE = "finance"
    PATIENT = "patient"
    FUNDER = "funder"
    STAFF = "staff"
    EXECUTIVE = "executive"
    QI = "qi"

    @property
    def words(self) -> str:
        return {
            "clinical": "Clinical",
            "finance": "Finance",
            "patient": "Patient or carer",
            "funder": "Funder or trustee",
            "staff": "Staff",
            "executive": "Executive",
            "qi": "Quality improvement",
        }[self.value]


class PanelRole(StrEnum):
    """What somebody is on a panel."""

    MEMBER = "member"
    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"

    @property
    def words(self) -> str:
        return {
            "member": "Member",
            "chair": "Chair",
            "deputy": "Deputy chair",
            "secretary": "Secretary (never scores)",
        }[self.value]


class Phase(StrEnum):
    """Where a round is: derived from its dates and acts (`Round.phase_at`), never stored."""

    SETTING_UP = "setting_up"
    ANNOUNCED = "announced"
    OPEN = "open"
    SCORING = "scoring"
    DECIDING = "deciding"
    RELEASED = "released"

    @property
    def words(self) -> str:
        return {
            "setting_up": "Being set up",
            "announced": "Coming",
            "open": "Open",
            "scoring": "Being scored",
            "deciding": "Being decided",
            "released": "Decided",
        }[self.value]

    @property
    def colour(self) -> str:
        """The tag that shows it."""
        return {
            "setting_up": "grey",
            "announced": "blue",
            "open": "green",
            "scoring": "yellow",
            "deciding": "orange",
            "released": "purple",
        }[self.value]


class Part(StrEnum):
    """The parts of a round that are set up one by one."""

    DATES = "dates"
    POT = "pot"
    TIERS = "tiers"
    QUESTIONS = "questions"
    RUBRIC = "rubric"
    JUDGING = "judging"
    PANEL = "panel"
    REPLIES = "replies"

    @property
    def words(self) -> str:
        return {
            "dates": "Title and dates",
            "pot": "The pot",
            "tiers": "Tiers",
            "questions": "Questions",
            "rubric": "Rubric",
            "judging": "How ideas are judged",
            "panel": "Panel",
            "replies": "Who answers, and by when",
        }[self.value]
