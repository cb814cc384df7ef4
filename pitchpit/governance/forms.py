"""What information governance looks for, and why a text has to go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pitchpit.core.forms import DayField, FilterForm, Form, LongTextField, TextField
from pitchpit.governance import queries
from pitchpit.people.forms import PersonField
from pitchpit.people.models import Person


class AnybodyField(PersonField):
    """Somebody, also if they have left."""

    def find(self, words: str) -> list[Person]:
        return queries.people_meant(words)


class ThingField(TextField):
    """An idea or a project by its reference; data is the things that go by it."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(
            label, max_length=40, width=10, spellcheck=False, autocomplete="off", free_text=False, **kwargs
        )

    def understand(self, typed: Sequence[str]) -> list[queries.Thing]:
        reference = super().understand(typed)[:40]
        if found := queries.things_called(reference):
            return found
        raise ValueError(f"No idea and no project has the reference {reference}. It looks like DD26-014")

    @property
    def nothing(self) -> None:
        return None


class _Narrowing(FilterForm):
    """A filter that says what it did not understand; what it narrows is then empty rather than something else."""

    @property
    def is_asked(self) -> bool:
        """Whether it narrows anything."""
        return not all(field.is_empty for field in self)

    def errors_for_summary(self) -> list[dict[str, str]]:
        return [problem for field in self for problem in field.problems()]


class FindEvents(_Narrowing):
    """Which events with a text."""

    reference = ThingField("Reference of the idea or project")
    person = AnybodyField("Who did it, or whom it is about")
    since = DayField("From this day")
    until = DayField("To this day")

    @property
    def narrowed(self) -> dict[str, Any]:
        return {
            "about": self.reference.data,
            "person_id": self.person.data.id if self.person.data else None,
            "since": self.since.data,
            "until": self.until.data,
        }


class FindAccess(_Narrowing):
    """Which access records."""

    person = AnybodyField("Who looked")
    whose = AnybodyField("Whose page they looked at")
    reference = ThingField("Reference of the idea or project")

    @property
    def narrowed(self) -> dict[str, Any]:
        """Both a page and a reference: whatever is about either."""
        about = [("person", self.whose.data.id)] if self.whose.data else []
        about += self.reference.data or []
        return {"person_id": self.person.data.id if self.person.data else None, "about": about or None}


class Redact(Form):
    send = "Take it out for good"

    reason = LongTextField(
        "Why does it have to go?",
        missing="Say why this text has to go",
        hint="Do not repeat what you take out. Information governance alone reads this.",
        max_characters=1000,
        rows=3,
    )
