"""What changed, for history: before and after in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields whose value is another one, each with both."""
    return {name: (before[name], value) for name, value in after.items() if before[name] != value}


def in_words(differences: Mapping[str, tuple[Any, Any]]) -> dict[str, str]:
    """Each difference as a text to stand beside the event: "Ward 4 → Ward 5"."""
    return {
        name.removesuffix("_id"): f"{_said(before)} → {_said(after)}" for name, (before, after) in differences.items()
    }


def names(differences: Mapping[str, Any]) -> list[str]:
    """The fields that changed, as they are called."""
    return [name.removesuffix("_id").replace("_", " ") for name in differences]


def _said(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(getattr(value, "words", None) or getattr(value, "name", None) or value)
