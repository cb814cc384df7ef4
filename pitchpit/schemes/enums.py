"""The words of schemes and rounds."""

from enum import StrEnum


class SchemeKind(StrEnum):
    PITCH = "pitch"
    PIONEER = "pioneer"
    BREAK_THE_RULES = "break_the_rules"
    OPEN = "open"


class Approver(StrEnum):
    """Who says yes in a tier."""

    TRIAGER = "triager"
    CHAIR = "chair"
    RATIFIER = "ratifier"


class Monitoring(StrEnum):
    """How closely a project is watched and helped."""

    LIGHT = "light"
    STANDARD = "standard"
    CLOSE = "close"


class QuestionKind(StrEnum):
    SHORT = "short"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"


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


class PanelRole(StrEnum):
    MEMBER = "member"
    CHAIR = "chair"
    DEPUTY = "deputy"
    SECRETARY = "secretary"


class Phase(StrEnum):
    """Where a round is: derived from its dates and acts (`Round.phase_at`), never stored."""

    SETTING_UP = "setting_up"
    ANNOUNCED = "announced"
    OPEN = "open"
    SCORING = "scoring"
    DECIDING = "deciding"
    RELEASED = "released"


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
