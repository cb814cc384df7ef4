"""Who may touch history: nobody, save the `ig` right to redact."""

from __future__ import annotations

from typing import Any

from pitchpit.core.rules import Answer, not_now_unless, only_if


def can_redact(person: Any, reason: str) -> Answer:
    """Information governance, with a reason."""
    return only_if("ig" in person.rights, "Only information governance can redact.") and not_now_unless(
        reason.strip(), "Say why this text has to go."
    )
