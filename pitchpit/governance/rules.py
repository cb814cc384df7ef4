"""What the `ig` right opens, and what it does not."""

from __future__ import annotations

from typing import Any

from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.history.enums import ADMIN, EVERYONE, IG, MONITOR
from pitchpit.people.enums import Right

#: What information governance reads in history: what everybody may, and what other rights open. What only a relation opens (to an idea's
#: authors, to the panel) stays closed: its texts are redacted unread, when somebody who reads them asks for it.
READS = frozenset({EVERYONE, IG, ADMIN, MONITOR})


def can_govern(person: Any) -> Answer:
    """Whoever has the right."""
    return only_if(person.has(Right.IG), "Only information governance can do this.")


def can_redact(person: Any, text: Any) -> Answer:
    """A text of history, once."""
    return can_govern(person) and not_now_unless(
        text.redacted_at is None, "Somebody has taken this text out already. Nothing more needs doing."
    )
