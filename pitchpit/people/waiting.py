"""Forms that waited for their person, in words that they can read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from werkzeug.exceptions import HTTPException

from pitchpit.core.once import FURNITURE, WaitingForm

#: What travels with a form and was never typed.
UNSEEN = FURNITURE | {"edit", "next", "add_row"}


@dataclass(frozen=True)
class Shown:
    """A form that waited: which page it is from, what was typed, and the fields to send again."""

    id: int
    page: str
    at: datetime
    path: str
    typed: list[tuple[str, str]]
    fields: list[tuple[str, str]]


def shown(forms: Iterable[WaitingForm]) -> list[Shown]:
    """Each with its words."""
    return [_shown(form) for form in forms]


def _shown(form: WaitingForm) -> Shown:
    fields = [(name, value) for name, value in json.loads(form.fields)]
    typed = [(_label(name), value) for name, value in fields if name not in UNSEEN and value.strip()]
    return Shown(form.id, page_of(form.path), form.created_at, form.path, typed, fields)


def page_of(path: str) -> str:
    """What the page that sends to this address does: "Proposals: save"."""
    adapter = current_app.url_map.bind("")
    try:
        endpoint, _values = adapter.match(path, method="POST")
    except HTTPException:
        return path
    feature, _, view = endpoint.rpartition(".")
    return f"{feature}: {view}".replace("_", " ").capitalize()


def _label(name: str) -> str:
    """A field's name as a person reads it: cost-0-what is cost 1, what."""
    parts = [str(int(part) + 1) if part.isdigit() else part.replace("_", " ") for part in name.split("-")]
    return " ".join(parts).capitalize()
