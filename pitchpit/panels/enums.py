"""The words of judging."""

from enum import StrEnum


class ConflictType(StrEnum):
    FINANCIAL = "financial"
    PROFESSIONAL = "professional"
    PERSONAL = "personal"
    INDIRECT = "indirect"


class Tie(StrEnum):
    """What ties a member to a proposal. Those in ALWAYS_EXCLUDED leave no choice."""

    DECLARED = "declared"
    AUTHOR = "author"
    LINE_MANAGER = "line_manager"
    ADVISED = "advised"
    SAME_SERVICE = "same_service"


ALWAYS_EXCLUDED = frozenset({Tie.AUTHOR, Tie.LINE_MANAGER, Tie.ADVISED})


class Handling(StrEnum):
    """What was decided about a conflict. Until it is decided the member does not score."""

    UNDECIDED = "undecided"
    EXCLUDED = "excluded"
    MAY_TAKE_PART = "may_take_part"


class ScorecardState(StrEnum):
    """`locked` is derived: a submitted scorecard once scoring has closed."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class Attendance(StrEnum):
    PRESENT = "present"
    APOLOGIES = "apologies"
