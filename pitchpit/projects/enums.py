"""The words of projects, and every move between stages."""

from enum import StrEnum


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


class Role(StrEnum):
    LEAD = "lead"
    MEMBER = "member"
    SPONSOR = "sponsor"
    COACH = "coach"
    DIGITAL = "digital"
    FINANCE = "finance"
    ESTATES = "estates"


class Result(StrEnum):
    """How it ended; all equally honourable, and `not_measured` counted apart."""

    WORKED = "worked"
    WORKED_IN_PART = "worked_in_part"
    DID_NOT_WORK = "did_not_work"
    STOPPED_EARLY = "stopped_early"
    NOT_MEASURED = "not_measured"


class Track(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class StartCheckKind(StrEnum):
    QUALITY_IMPACT = "quality_impact"
    EQUALITY = "equality"
    DPIA = "dpia"
    GOVERNANCE = "governance"  # audit, QI, service evaluation or research


class StartCheckAnswer(StrEnum):
    NOT_NEEDED = "not_needed"  # because
    DONE = "done"  # reference
