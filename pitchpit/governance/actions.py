"""What information governance does."""

from __future__ import annotations

from typing import Any

from pitchpit.core.db import db
from pitchpit.core.rules import ensure
from pitchpit.governance import rules
from pitchpit.history import actions as history
from pitchpit.history.models import Event, EventText
from pitchpit.notices import actions as notices


def redact(text: EventText, *, actor: Any, reason: str) -> int:
    """Take this text out of history for good, and the notices that say the same of the same things. How many notices lost their words."""
    ensure(rules.can_redact, actor, text)
    event, words = db.session.get_one(Event, text.event_id), text.text
    history.redact(text, actor=actor, reason=reason)
    about = [(event.subject_kind, event.subject_id), (event.also_kind, event.also_id)]
    return sum(notices.redact(thing, holding=words) for thing in about if thing[0] is not None)
