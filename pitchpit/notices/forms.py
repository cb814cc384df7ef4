"""How somebody wants to be told."""

from __future__ import annotations

from pitchpit.core.forms import ChoiceField, Form
from pitchpit.notices.enums import CHOICES, HOURS


class ChoicesForm(Form):
    send = "Save how I am told"
    way = ChoiceField("How should we email you?", list(CHOICES.items()), missing="Choose how we should email you")
    hours = ChoiceField(
        "When may an email come?",
        list(HOURS.items()),
        missing="Choose when an email may come",
        hint="The email at 8am on working days is the same either way.",
    )
