"""Several of the same: cost lines, criteria, members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import wtforms
from wtforms.utils import unset_value

from pitchpit.core.forms.checks import Check


class RowForm(wtforms.Form):
    """The fields of one row (a cost line, a criterion). A row left as it came is as good as not there."""

    @property
    def is_blank(self) -> bool:
        return all(field.is_untouched for field in self if field.macro != "hidden")


class Rows(wtforms.FieldList):
    """Several rows of the same fields. A fresh page has `blank` empty rows; "Add another" brings the page back with one more.

    `data` is a list of dicts, one for each row that is not blank: clearing a row takes it out. `least` rows are needed (`missing` is said).
    """

    macro = "rows"
    optional = False

    def __init__(
        self,
        row: type[RowForm],
        label: str = "",
        *,
        row_label: str = "Line",
        hint: str = "",
        missing: str = "",
        least: int = 0,
        blank: int = 2,
        most: int = 30,
        add: str = "Add another",
        **kwargs: Any,
    ) -> None:
        self.row_label, self.hint, self.least, self.most, self.add = row_label, hint, least, most, add
        self.missing = missing or f"Fill in at least {least} of “{label}”"
        super().__init__(wtforms.FormField(row), label, min_entries=blank, max_entries=most, **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if not formdata and self.entries and not self.entries[-1].form.is_blank:
            self.add_blank()

    def add_blank(self) -> None:
        """One more empty row, as far as there may be one."""
        if len(self.entries) < self.most:
            self.append_entry()

    @property
    def can_grow(self) -> bool:
        return len(self.entries) < self.most

    @property
    def filled(self) -> list[Any]:
        """The rows (forms) that are not blank."""
        return [entry.form for entry in self.entries if not entry.form.is_blank]

    @property
    def data(self) -> list[dict[str, Any]]:
        return [row.data for row in self.filled]

    def validate(self, form: Any, extra_validators: Sequence[Check] = ()) -> bool:
        rows_are_right = not [row for row in self.filled if not row.validate()]  # every row says what is wrong
        self.errors = []
        if len(self.filled) < self.least:
            self.errors.append(self.missing)
        self._run_validation_chain(form, [*self.validators, *extra_validators])
        return rows_are_right and not self.errors

    def problems(self) -> Iterator[dict[str, str]]:
        for error in self.errors:
            yield {"text": str(error), "href": f"#{self.id}"}
        for number, entry in enumerate(self.entries, 1):
            for field in entry.form:
                for problem in field.problems():
                    yield problem | {"text": f"{self.row_label} {number}: {problem['text']}"}

    def shown(self, value: Any) -> str:
        first = self.entries[0].form if self.entries else None
        if first is None:
            return ""
        fields = [field for field in first if field.macro != "hidden"]
        rows = ([field.shown(_of(row, field.short_name)) for field in fields] for row in value or ())
        return "\n".join(", ".join(word for word in row if word) for row in rows)


def _of(thing: Any, name: str) -> Any:
    """A named value of a dict or of an object."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
