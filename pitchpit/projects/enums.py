"""The words of projects, and every move between stages."""

from __future__ import annotations

from enum import StrEnum

from pitchpit.schemes.enums import Monitoring


class Stage(StrEnum):
    """Light projects go running, done; the others setting up, testing, embedding, adopted or stopped."""

    SETTING_UP = "setting_up"
    RUNNING = "running"
    TESTING = "testing"
    EMBEDDING = "embedding"
    ADOPTED = "adopted"
    STOPPED = "stopped"
    DONE = "done"
    NOT_STARTED = "not_started"

    @property
    def words(self) -> str:
        """What a person reads."""
        return self.value.replace("_", " ").capitalize()

    @property
    def colour(self) -> str:
        """The colour of its tag; never the only sign."""
        return STAGE_COLOURS[self]


MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.SETTING_UP: frozenset({Stage.TESTING, Stage.RUNNING, Stage.NOT_STARTED}),
    Stage.RUNNING: frozenset({Stage.DONE, Stage.STOPPED}),
    Stage.TESTING: frozenset({Stage.EMBEDDING, Stage.STOPPED}),
    Stage.EMBEDDING: frozenset({Stage.ADOPTED, Stage.STOPPED}),
    Stage.ADOPTED: frozenset(),
    Stage.STOPPED: frozenset(),
    Stage.DONE: frozenset(),
    Stage.NOT_STARTED: frozenset(),
}

#: In these the work goes on, and is watched.
UNDER_WAY = frozenset({Stage.SETTING_UP, Stage.RUNNING, Stage.TESTING, Stage.EMBEDDING})
ENDED = frozenset({Stage.ADOPTED, Stage.STOPPED, Stage.DONE, Stage.NOT_STARTED})

STAGE_COLOURS: dict[Stage, str] = {
    Stage.SETTING_UP: "yellow",
    Stage.RUNNING: "blue",
    Stage.TESTING: "blue",
    Stage.EMBEDDING: "aqua-green",
    Stage.ADOPTED: "green",
    Stage.STOPPED: "white",
    Stage.DONE: "green",
    Stage.NOT_STARTED: "white",
}


class Role(StrEnum):
    LEAD = "lead"
    MEMBER = "member"
    SPONSOR = "sponsor"
    COACH = "coach"
    DIGITAL = "digital"
    FINANCE = "finance"
    ESTATES = "estates"

    @property
    def words(self) -> str:
        """What a person reads."""
        return ROLES[self][0]

    @property
    def means(self) -> str:
        """What somebody in it does, in a line."""
        return ROLES[self][1]


ROLES: dict[Role, tuple[str, str]] = {
    Role.LEAD: ("Lead", "runs the project day by day, and reports on it"),
    Role.MEMBER: ("Team member", "does the work with the lead"),
    Role.SPONSOR: ("Sponsor", "clears what is in the way, and holds its reviews"),
    Role.COACH: ("Coach", "helps with method and measures, and answers check-ins"),
    Role.DIGITAL: ("Digital contact", "answers questions about systems"),
    Role.FINANCE: ("Finance contact", "answers questions about money"),
    Role.ESTATES: ("Estates contact", "answers questions about rooms and equipment"),
}

#: The team's own: the project is theirs.
TEAM = (Role.LEAD, Role.MEMBER)


class Result(StrEnum):
    """How it ended; all equally honourable, and `not_measured` counted apart."""

    WORKED = "worked"
    WORKED_IN_PART = "worked_in_part"
    DID_NOT_WORK = "did_not_work"
    STOPPED_EARLY = "stopped_early"
    NOT_MEASURED = "not_measured"

    @property
    def words(self) -> str:
        """What a person reads."""
        return self.value.replace("_", " ").capitalize()


class Track(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"

    @property
    def words(self) -> str:
        """What a person reads."""
        return self.value.replace("_", " ").capitalize()

    @property
    def colour(self) -> str:
        """The colour of its tag; never the only sign."""
        return {Track.ON_TRACK: "green", Track.AT_RISK: "yellow", Track.OFF_TRACK: "red"}[self]


class StartCheckKind(StrEnum):
    QUALITY_IMPACT = "quality_impact"
    EQUALITY = "equality"
    DPIA = "dpia"
    GOVERNANCE = "governance"  # audit, QI, service evaluation or research

    @property
    def words(self) -> str:
        """What a person reads."""
        return START_CHECKS[self][0]

    @property
    def asks(self) -> str:
        """The question behind it."""
        return START_CHECKS[self][1]


START_CHECKS: dict[StartCheckKind, tuple[str, str]] = {
    StartCheckKind.QUALITY_IMPACT: (
        "Quality impact check",
        "Could the change make care less safe or worse for anybody?",
    ),
    StartCheckKind.EQUALITY: (
        "Equality and inequalities check",
        "Could some people gain less from it, or be left out?",
    ),
    StartCheckKind.DPIA: ("Data protection screening", "Does it use information about people in a new way?"),
    StartCheckKind.GOVERNANCE: (
        "Audit, improvement or research check",
        "Is it registered as what it is: audit, improvement, service evaluation or research?",
    ),
}


class StartCheckAnswer(StrEnum):
    NOT_NEEDED = "not_needed"  # because
    DONE = "done"  # reference

    @property
    def words(self) -> str:
        """What a person reads."""
        return {"not_needed": "Not needed", "done": "Done"}[self.value]


#: How closely a project is watched, in a word and in what that asks of it.
MONITORING: dict[Monitoring, tuple[str, str]] = {
    Monitoring.LIGHT: ("Light", "a lead, an end date, how you will know, and one closing report"),
    Monitoring.STANDARD: (
        "Standard",
        "a sponsor too, three milestones, an outcome measure, and a check-in every quarter",
    ),
    Monitoring.CLOSE: ("Close", "a coach and a balancing measure too, and a check-in every month"),
}
