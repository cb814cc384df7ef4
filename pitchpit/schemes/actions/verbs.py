"""What can happen to schemes, funds and rounds, as history tells it."""

from __future__ import annotations

from pitchpit.history.enums import ADMIN, CHAIR, EVERYONE, TRIAGE
from pitchpit.history.ports import Verb

_SETTING_UP = frozenset({ADMIN, TRIAGE})
_ALL = frozenset({EVERYONE})

VERBS = (
    Verb("scheme.made", "{actor} made the scheme", audience=_SETTING_UP),
    Verb("scheme.changed", "{actor} changed {fields}", audience=_SETTING_UP),
    Verb("fund.made", "{actor} made the fund", audience=_SETTING_UP),
    Verb("fund.changed", "{actor} changed {fields}", audience=_SETTING_UP),
    Verb("round.made", "{actor} made the round", audience=_SETTING_UP),
    Verb("round.changed", "{actor} changed its {part}", audience=_SETTING_UP | {CHAIR}),
    Verb("round.opened", "{actor} opened the round: ideas until {closes_at}", audience=_ALL),
    Verb(
        "round.extended",
        "{actor} moved its dates: ideas until {closes_at}, scores until {scoring_closes_at}",
        audience=_ALL,
    ),
    Verb("round.pot_raised", "{actor} raised the pot from {from_pence} to {to_pence}", audience=_ALL),
    Verb("round.scoring_closed", "{actor} closed scoring before its day", audience=_ALL),
)
