"""The chain: how an event's hash is made from the one before it. Pure.

An event's hash is SHA-256 over the canonical JSON of everything the event says and the hash of the event before. A text beside an event
is in it by its digest alone, HMAC-SHA-256 under a salt of its own: when the text is redacted its salt goes too, so that nobody can try
guesses against the digest, and the chain stays whole.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

#: What the first event follows.
GENESIS = "0" * 64

#: What stands where a text was redacted.
MARKER = "[redacted]"

#: Longest word in an event's detail: a state, a field name, a reference; never a person's own words.
LONGEST_WORD = 100


def canonical(value: Any) -> str:
    """One spelling for one value: JSON with sorted keys and no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def detail_from(detail: Mapping[str, Any] | None) -> str:
    """An event's detail as canonical JSON: ids, field names, numbers, states, dates.

    Raises ValueError for anything that could be a person's own words: those go beside the event, as texts.
    """
    return canonical({str(key): _plain(key, value) for key, value in (detail or {}).items()})


def _plain(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and len(value) <= LONGEST_WORD and "\n" not in value:
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_plain(key, part) for part in value]
        return parts if isinstance(value, list | tuple) else sorted(parts)
    if isinstance(value, Mapping):
        return {str(name): _plain(key, part) for name, part in value.items()}
    raise ValueError(
        f"An event's detail holds ids, field names, numbers, states and dates; “{key}” is none of these. Give words as texts."
    )


def moment(at: datetime) -> str:
    """A moment in the one spelling that is hashed: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_salt() -> str:
    """32 random hexadecimal digits."""
    return secrets.token_hex(16)


def digest(salt: str, text: str) -> str:
    """The salted digest of a text that stands beside an event."""
    return hmac.new(bytes.fromhex(salt), text.encode(), hashlib.sha256).hexdigest()


def link(prev_hash: str, event: Any) -> str:
    """The hash of an event that follows `prev_hash`; `event` has the columns of `history.models.Event`."""
    said = [
        prev_hash,
        event.id,
        moment(event.at),
        event.actor_id,
        event.verb,
        event.subject_kind,
        event.subject_id,
        event.also_kind,
        event.also_id,
        event.detail,
        event.digests,
    ]
    return hashlib.sha256(canonical(said).encode()).hexdigest()
