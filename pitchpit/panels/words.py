"""The words of judging as a person reads them."""

from __future__ import annotations

from pitchpit.panels.enums import Attendance, ConflictType, Handling, Tie
from pitchpit.schemes.enums import PanelRole

#: What a member chooses from when they declare a conflict: the words, and what each is.
CONFLICT_TYPES: dict[ConflictType, tuple[str, str]] = {
    ConflictType.FINANCIAL: (
        "Financial",
        "I, or somebody close to me, could gain or lose money by it. You will not score it.",
    ),
    ConflictType.PROFESSIONAL: (
        "Professional",
        "I manage, advise or work with whoever I think wrote it, or I helped with it.",
    ),
    ConflictType.PERSONAL: ("Personal", "A friend, a relative, or somebody I have fallen out with."),
    ConflictType.INDIRECT: ("Something else", "It touches my own service or division, or something I have backed."),
}

TIES: dict[Tie, str] = {
    Tie.DECLARED: "Declared by the member",
    Tie.AUTHOR: "Is or was one of its authors",
    Tie.LINE_MANAGER: "Manages one of its authors",
    Tie.ADVISED: "Advised its authors in triage",
    Tie.SAME_SERVICE: "Comes from the same service",
}


def tie_in_words(tie: Tie | None, type: ConflictType) -> str:
    """A tie as the register tells it; None is one whose nature the round hides."""
    if tie is None:
        return "An indirect one, found by itself" if type is ConflictType.INDIRECT else "One that always excludes"
    return TIES[tie]


HANDLINGS: dict[Handling, tuple[str, str]] = {
    Handling.UNDECIDED: ("To decide", "yellow"),
    Handling.EXCLUDED: ("Excluded", "red"),
    Handling.MAY_TAKE_PART: ("May take part", "green"),
}

#: What stands on a proposal in somebody's pile: the words, the tag's colour.
STANDINGS: dict[str, tuple[str, str]] = {
    "to_score": ("To score", "blue"),
    "saved": ("Begun", "yellow"),
    "submitted": ("Submitted", "green"),
    "waiting": ("Waits for the chair", "grey"),
}

ROLES: dict[PanelRole, str] = {
    PanelRole.CHAIR: "Chair",
    PanelRole.DEPUTY: "Deputy",
    PanelRole.SECRETARY: "Secretary",
    PanelRole.MEMBER: "Member",
}

ATTENDANCES: dict[Attendance, str] = {Attendance.PRESENT: "Present", Attendance.APOLOGIES: "Apologies"}
