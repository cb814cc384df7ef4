"""What happens to measures, as their project's history tells it. What they say is everybody's; each value entered, the project's own."""

from __future__ import annotations

from pitchpit.history.enums import EVERYONE, MONITOR, TEAM
from pitchpit.history.ports import Verb

_ALL = frozenset({EVERYONE})
_CLOSE = frozenset({TEAM, MONITOR})

VERBS = (
    Verb("measure.added", "{actor} added a measure ({kind})", audience=_ALL),
    Verb("measure.changed", "{actor} changed what a measure is: {fields}", audience=_CLOSE),
    Verb("measure.entered", "{actor} entered {new} new and {corrected} corrected values", audience=_CLOSE),
    Verb("measure.step", "{actor} agreed that limits start afresh from {starts_on}", audience=_ALL),
    Verb("measure.annotated", "{actor} noted what happened on {noted_on}", audience=_ALL),
)
