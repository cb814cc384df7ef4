"""What happens to ideas at once when something happens below: others answer for a round. In the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pitchpit.proposals import actions
from pitchpit.schemes.enums import Part
from pitchpit.schemes.models import Round


def replies_changed(round: Round, *, actor: Any, detail: Mapping[str, Any]) -> None:
    """A deputy may read what is not decided: the new one finds it from now on, the former one no more."""
    if detail["part"] == Part.REPLIES.value:
        actions.readdress(round)


HEARD = (("round.changed", replies_changed),)
