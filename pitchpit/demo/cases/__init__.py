"""Projects built on published cases, retold for a made-up trust: titles, problems, measures and figures are theirs, all else is invented.

Each says where it was published. Published results are mostly two figures; the points between them are generated (see `series`).
"""

from __future__ import annotations

from pitchpit.demo.cases import fell_short, under_way, worked
from pitchpit.demo.shapes import Idea

#: By round.
FIRST: tuple[Idea, ...] = (
    worked.RESPONSE_CAR,
    worked.DISCHARGE_MEDICINES,
    worked.RED_BAG,
    fell_short.HEAD_INJURY,
    fell_short.FORENSIC_VIOLENCE,
    fell_short.TEXT_REMINDERS,
    fell_short.SCORECARD,
    fell_short.FLUID_CHARTS,
)
SECOND: tuple[Idea, ...] = (
    under_way.REFERRALS,
    under_way.SPINAL_LISTS,
    under_way.GLOVES,
    under_way.ENJOYING_WORK,
    under_way.SEPSIS,
    under_way.FALLS_DRIFT,
    under_way.HYDRATION,
    under_way.LENGTH_OF_STAY,
    worked.MESSAGE_WORDING,
)
