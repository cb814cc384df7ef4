"""The made-up trust: its services as a tree, and who manages which. No trust like it exists."""

from __future__ import annotations

TRUST = "Marlbrook and Dale (a made-up trust)"

#: Division, its departments, their wards and teams.
TREE: dict[str, dict[str, tuple[str, ...]]] = {
    "Medicine": {
        "Stroke": ("Stroke Unit",),
        "Older People": ("Rowan Ward", "Willow Ward"),
        "Acute Medicine": ("Acute Medical Unit",),
    },
    "Surgery and Theatres": {
        "Theatres": ("Spinal Theatres", "Main Theatres"),
        "Surgical Wards": ("Beech Ward",),
    },
    "Urgent and Emergency Care": {
        "Emergency Department": ("Majors and Resuscitation",),
        "Ambulance Response": ("Response Cars",),
    },
    "Mental Health": {
        "Forensic Services": ("Heron Ward",),
        "Adult Psychiatry": ("Outpatient Clinics North", "Outpatient Clinics South"),
    },
    "Children and Young People": {
        "Child and Adolescent Mental Health": ("Referral Hub",),
        "Paediatrics": ("Starfish Ward",),
    },
    "Community Services": {
        "Community Nursing": ("Care Home Team",),
        "Intermediate Care": ("Riverside Rehabilitation Unit",),
    },
    "Clinical Support": {
        "Pharmacy": ("Medicines Safety",),
        "Radiology": (),
        "Therapies": (),
    },
    "Corporate Services": {
        "Improvement": (),
        "Finance": (),
        "Digital Services": (),
        "Estates and Facilities": (),
        "Executive Office": (),
    },
}

#: Who manages a service, by the cast's keys; every other division, department and ward is managed by somebody who works there.
MANAGERS = {
    TRUST: "sponsor",
    "Stroke": "manager",
    "Stroke Unit": "manager",
    "Improvement": "qi",
    "Executive Office": "sponsor",
    "Riverside Rehabilitation Unit": "riverside",
    "Heron Ward": "heron",
    "Outpatient Clinics North": "clinics",
    "Referral Hub": "hub",
}


def ways() -> list[tuple[str, ...]]:
    """Every service by its way down from its division, parents first."""
    found: list[tuple[str, ...]] = []
    for division, departments in TREE.items():
        found.append((division,))
        for department, wards in departments.items():
            found.append((division, department))
            found.extend((division, department, ward) for ward in wards)
    return found


def way_to(name: str) -> tuple[str, ...]:
    """The way down to the service of this name."""
    return next(way for way in ways() if way[-1] == name)
