"""The words of people."""

from enum import StrEnum


class Right(StrEnum):
    """What somebody may do everywhere; all else comes from a relation to a thing."""

    QI = "qi"
    LEADER = "leader"
    IG = "ig"
    ADMIN = "admin"


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


class Level(StrEnum):
    """The levels of the service tree, from the top."""

    TRUST = "trust"
    DIVISION = "division"
    DEPARTMENT = "department"
    WARD = "ward"


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
