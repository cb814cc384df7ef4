"""What is decided about a proposal, and why: what a form gives and an action takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pitchpit.decisions.enums import Outcome


@dataclass(frozen=True)
class Word:
    """What is decided, and why. `amount_pence` only with an approval; `until` is the condition that must change for a shelved one."""

    outcome: Outcome
    rationale: str
    amount_pence: int = 0
    until: str = ""
    redirected_to: str = ""
    conditions: Sequence[tuple[str, date | None]] = ()
    feedback: Mapping[int, str] = field(default_factory=dict)  # by criterion, for the authors
