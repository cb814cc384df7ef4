"""What the floors above tell the panel."""

from __future__ import annotations

from collections.abc import Callable

from pitchpit.core.ports import Port
from pitchpit.schemes.models import Round

#: Tenth port: what has been given away out of a round's pot before the panel decides (triage's approvals, which everybody may read), in
#: whole pence and in one statement. What is held is no part of it: that is what is ranked.
given_away: Port[Callable[[Round], int]] = Port("panels.given_away")
