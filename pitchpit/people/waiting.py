"""Forms that waited for their person, in words that they can read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from werkzeug.exceptions import HTTPException

from pitchpit.core.once import FURNITURE, WaitingForm
from pitchpit.core.text import TAKEN_OUT
from pitchpit.core.words import plural

#: What travels with a form and was never typed.
UNSEEN = FURNITURE | {"edit", "next", "add_row"}

#: As much of a text is shown; all of it is sent again.
SHOWN = 2_000


@dataclass(frozen=True)
class Shown:
    """A form that waited: which page it is from, what was typed, whether numbers were taken out, and the fields to send again."""

    id: int
    page: str
    at: datetime
    path: str
    typed: list[tuple[str, str]]
    fields: list[tuple[str, str]]
    has_gaps: bool


def shown(forms: Iterable[WaitingForm]) -> list[Shown]:
    """Each with its words."""
    return [_shown(form) for form in forms]


def _shown(form: WaitingForm) -> Shown:
    fields = [(name, value) for name, value in json.loads(form.fields)]
    typed = [(_label(name), _shortened(value)) for name, value in fields if name not in UNSEEN and value.strip()]
    has_gaps = any(TAKEN_OUT in value for _name, value in fields)
    return Shown(form.id, page_of(form.path), form.created_at, form.path, typed, fields, has_gaps)


def _shortened(text: str) -> str:
    """The beginning of a long text, and how much more of it is kept."""
    more = len(text) - SHOWN
    return text if more <= 0 else f"{text[:SHOWN]} …\n\n({plural(more, 'more character')} kept as well)"


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
