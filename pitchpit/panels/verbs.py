"""What happens on a panel, as history tells it: to its chair, deputy and secretary alone.

Authors never learn who scored or who declared what, and an author may also hold a right: so no right opens any of this.
"""

from __future__ import annotations

from pitchpit.history.enums import CHAIR, PANEL
from pitchpit.history.ports import Verb

_CHAIR = frozenset({CHAIR})

VERBS = (
    Verb("conflict.found", "A tie was found between {person} and this idea", audience=_CHAIR),
    Verb("conflict.declared", "{actor} declared a conflict: {type}", audience=_CHAIR),
    Verb("conflict.handled", "{actor} decided about the conflict of {person}: {handling}", audience=_CHAIR),
    Verb("scorecard.submitted", "{actor} submitted a scorecard", audience=_CHAIR),
    Verb("scorecard.reopened", "{actor} reopened their scorecard", audience=_CHAIR),
    Verb("scorecard.withdrawn", "The scorecard of {person} counts no more, because of a conflict", audience=_CHAIR),
    Verb("scorecard.given_back", "The scorecard of {person} counts again", audience=_CHAIR),
    Verb("panel.assigned", "{actor} shared out what the panel scores", audience=_CHAIR),
    Verb("meeting.recorded", "{actor} recorded the panel meeting of {held_on}", audience=_CHAIR | {PANEL}),
)
