"""The words of people."""

from enum import StrEnum


class Right(StrEnum):
    """What somebody may do everywhere; all else comes from a relation to a thing."""

    QI = "qi"
    LEADER = "leader"
    IG = "ig"
    ADMIN = "admin"

    @property
    def words(self) -> str:
        return _RIGHTS[self][0]

    @property
    def means(self) -> str:
        """What somebody with it can do."""
        return _RIGHTS[self][1]


_RIGHTS = {
    Right.QI: ("Quality improvement", "triages ideas and monitors projects"),
    Right.LEADER: ("Leader", "sees everything that was decided"),
    Right.IG: ("Information governance", "redacts texts and reads access records"),
    Right.ADMIN: ("Admin", "looks after people, services, schemes and settings"),
}


class StaffGroup(StrEnum):
    NURSING = "nursing"
    MEDICAL = "medical"
    ALLIED_HEALTH = "allied_health"
    AMBULANCE = "ambulance"
    PHARMACY = "pharmacy"
    SCIENTIFIC = "scientific"
    ESTATES = "estates"
    ADMINISTRATIVE = "administrative"
    MANAGEMENT = "management"
    OUTSIDE = "outside"

    @property
    def words(self) -> str:
        return "From outside the trust" if self is StaffGroup.OUTSIDE else _sentence_case(self)


class Level(StrEnum):
    """The levels of the service tree, from the top."""

    TRUST = "trust"
    DIVISION = "division"
    DEPARTMENT = "department"
    WARD = "ward"

    @property
    def words(self) -> str:
        return "Ward or team" if self is Level.WARD else _sentence_case(self)


class PostKind(StrEnum):
    """Posts that sign off, from the list of `docs/domain.md`."""

    WARD_MANAGER = "ward_manager"
    PROFESSIONAL_LEAD = "professional_lead"
    DIVISION = "division"
    FINANCE = "finance"
    DIGITAL = "digital"
    INFORMATION_GOVERNANCE = "information_governance"
    ESTATES = "estates"
    INFECTION_PREVENTION = "infection_prevention"
    MEDICAL_DEVICES = "medical_devices"
    PROCUREMENT = "procurement"
    PHARMACY = "pharmacy"

    @property
    def words(self) -> str:
        return _sentence_case(self)


def _sentence_case(word: StrEnum) -> str:
    return word.value.replace("_", " ").capitalize()
