"""What something is about: (kind, id), so that a lower floor can point at a row whose feature it does not know."""

from __future__ import annotations

from typing import Any


def named(thing: Any) -> tuple[str, int]:
    """(kind, id) of a row: its `history_kind`, or else its table's name. A pair of these passes as it is."""
    if isinstance(thing, tuple):
        return str(thing[0]), int(thing[1])
    return getattr(thing, "history_kind", None) or thing.__tablename__, thing.id


def itself(thing: Any) -> Any:
    """The thing behind a proxy such as `current_user`, which may be gone by the time it is looked at."""
    behind = getattr(thing, "_get_current_object", None)
    return behind() if behind else thing
