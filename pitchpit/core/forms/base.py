"""Whole forms: posted ones with their key and edit number, and those that narrow a list."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import g, render_template, request
from flask_wtf import FlaskForm

from pitchpit.core import once
from pitchpit.core.forms.fields import HiddenField, HiddenNumberField
from pitchpit.core.forms.rows import Rows


def shown_again(template: str, form: Form, **context: Any) -> tuple[str, int]:
    """The page once more, as typed, for a form that is not right yet: nothing is saved and its key is not used up (422)."""
    return render_template(template, form=form, **context), 422


def _add_row_wanted() -> str:
    return request.form.get("add_row", "")


class Form(FlaskForm):
    """A form that is posted. `send` is what its button says."""

    send = "Save"
    marks_optional = True

    form_key = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        #: What is saved now, by field, where somebody else saved first: see `compare_with`.
        self.theirs: dict[str, Any] = {}
        super().__init__(*args, **kwargs)
        if not self.form_key.data:
            self.form_key.raw_data, self.form_key.data = None, once.fresh_form_key()
        self.only_grew = False
        if self.is_submitted() and kwargs.get("formdata", ...) is not None:
            g.form = self
            self._grow()

    def _grow(self) -> None:
        """Add the row that was asked for by "Add another"."""
        rows = self._fields.get(_add_row_wanted())
        if isinstance(rows, Rows):
            rows.add_blank()
            self.only_grew = True

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every answer is right. Asking for one more row is not yet sending the form, so nothing is complained of."""
        return not self.only_grew and super().validate(extra_validators)

    @property
    def questions(self) -> list[Any]:
        """The fields a person sees, in order."""
        return [field for field in self if getattr(field, "macro", "hidden") != "hidden"]

    @property
    def hidden(self) -> list[Any]:
        """The fields that travel unseen, the token against forged requests apart."""
        return [field for field in self if getattr(field, "macro", "") == "hidden"]

    @property
    def has_rows(self) -> bool:
        return any(isinstance(field, Rows) for field in self)

    def complain(self, sentence: str, field: str | None = None) -> None:
        """Add an error that only the action could find, at a field or on top."""
        if field is None:
            self.form_errors.append(sentence)
        else:
            self[field].errors = [*self[field].errors, sentence]

    def point_out_long(self) -> list[str]:
        """Mark the texts of a draft that are too long, whether they were kept or not: which they are, in words."""
        long = [field for field in self if getattr(field, "too_long", "")]
        for field in long:
            field.errors = [field.too_long]
        return [f"“{field.label.text}”: {field.too_long[0].lower()}{field.too_long[1:]}" for field in long]

    def errors_for_summary(self) -> list[dict[str, str]]:
        """Every error with the address of its control, in the order of the page."""
        problems = [{"text": error, "href": ""} for error in self.form_errors]
        for field in self:
            if hasattr(field, "problems"):
                problems += field.problems()
            elif field.errors:
                problems.append(
                    {
                        "text": "This page was open for a long time. Nothing you typed is lost: send it again.",
                        "href": "",
                    }
                )
        return problems

    def saved(self, thing: Any) -> dict[str, Any]:
        """What is saved now for each field, where a form's fields are not simply named as the thing's columns."""
        return {
            field.short_name: getattr(thing, field.short_name)
            for field in self.questions
            if hasattr(thing, field.short_name)
        }

    def compare_with(self, thing: Any) -> None:
        """Show what was typed beside what is saved now, and make the next sending an informed choice (after a stale save)."""
        self.theirs = self.saved(thing)
        if "edit" in self:
            self["edit"].raw_data, self["edit"].data = None, thing.edit

    def differs(self, field: Any) -> bool:
        """Whether what is saved now is not what was typed."""
        if field.short_name not in self.theirs or field.macro == "password":
            return False
        return field.shown(self.theirs[field.short_name]) != field.shown(field.data)


class EditedForm(Form):
    """A form that changes something saved: `edit` is the number of the save it was filled from."""

    edit = HiddenNumberField()


class FilterForm(wtforms.Form):
    """What narrows a list: sent by GET, kept in the address, without token or key. Make it with `FilterForm(request.args)`.

    Every question may be left open; one that the address does not name has its default, and one it gets wrong has none.
    """

    marks_optional = False

    def process(self, *args: Any, **kwargs: Any) -> None:
        for field in self:
            field.optional = True
        super().process(*args, **kwargs)
        for field in self:
            if field.raw_data is not None and not any(field.raw_data) and not self._names(field, *args):
                field.raw_data = None
                field.process(None)

    @staticmethod
    def _names(field: Any, formdata: Any = None, *_: Any) -> bool:
        """Whether the address names this field or a part of it."""
        parts = [f"{field.name}-{part}" for part in getattr(field, "parts", ())]
        return any(name in (formdata or {}) for name in [field.name, *parts])
