"""Questions with one box: text, passwords, figures, money."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import wtforms
from wtforms.validators import StopValidation

from pitchpit.core import money
from pitchpit.core.forms.checks import (
    LONGEST_TEXT,
    Check,
    at_most_characters,
    at_most_words,
    between,
    no_patient_data,
    too_many_characters,
)


class BaseField(wtforms.Field):
    """A question and its answer. Subclasses turn what was typed into `data` in `understand`, or raise ValueError with the sentence to say."""

    macro = "input"
    more, less = "more", "less"

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Check] = (),
        *,
        hint: str = "",
        missing: str = "",
        optional: bool = False,
        only_if: tuple[str, Any] | None = None,
        size: str = "s",
        **kwargs: Any,
    ) -> None:
        self.hint, self.optional, self.size = hint, optional, size
        #: The choice (its field's name, and its value or values) that this is asked with; whatever else was typed here is no answer.
        self.only_if = only_if
        self.missing = missing or f"Answer “{label}”"
        super().__init__(label, validators=[self._answered, *validators], **kwargs)

    def _answered(self, _form: Any, _field: Any) -> None:
        """Say `missing` where nothing was typed; ask nothing further of a field left empty, not understood, or not asked."""
        if not self.is_asked:
            self.errors: list[str] = []
            self.data = self.nothing
            raise StopValidation
        if self.process_errors:
            raise StopValidation
        if self.is_empty:
            raise StopValidation("" if self.optional else self.missing)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = self.nothing
        if any(value.strip() for value in valuelist):
            self.data = self.understand(valuelist)

    @property
    def nothing(self) -> Any:
        """The data of an empty answer."""
        return None

    def understand(self, typed: Sequence[str]) -> Any:
        return typed[0].strip()

    @property
    def is_asked(self) -> bool:
        """Whether this belongs to what was chosen: always, unless `only_if` names another choice."""
        if self.only_if is None:
            return True
        name, value = self.only_if
        return self._form[name].data in (value if isinstance(value, tuple) else (value,))

    @property
    def stands_under_choice(self) -> bool:
        """Whether the page shows it right under the one radio button that it belongs to."""
        return self.only_if is not None and not isinstance(self.only_if[1], tuple)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed (or, on a fresh page, nothing is saved)."""
        if self.raw_data is not None:
            return not any(str(value).strip() for value in self.raw_data)
        return self.data is None or self.data in ("", False) or self.data == []

    @property
    def is_untouched(self) -> bool:
        """Whether somebody left this as the fresh page had it."""
        return self.is_empty

    @property
    def typed(self) -> str:
        """What to put in the box: the characters as they came, or the saved value as one would type it."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.as_typed(self.data)

    def as_typed(self, value: Any) -> str:
        """A saved value as somebody would type it."""
        return str(value)

    def shown(self, value: Any) -> str:
        """A value in words, for a person to read."""
        return "" if value is None else self.as_typed(value)

    @property
    def text(self) -> str:
        """The question, marked where it may be left empty."""
        marked = self.optional and self.label.text and getattr(self._form, "marks_optional", True)
        return f"{self.label.text} (optional)" if marked else self.label.text

    @property
    def href(self) -> str:
        """Where the error summary leads: the first control that needs a change."""
        return f"#{self.id}"

    def problems(self) -> Iterator[dict[str, str]]:
        """What is wrong, each with the address of its control."""
        for error in self.errors:
            yield {"text": str(error), "href": self.href}

    def params(self, size: str = "", heading: bool = False) -> dict[str, Any]:
        """What the NHS macro of this field is called with; `heading` makes the question the page's h1."""
        about = {"text": self.text, "size": size or ("l" if heading else self.size), "isPageHeading": heading}
        said = {"name": self.name, **self._about(about)}
        if self.hint:
            said["hint"] = {"text": self.hint}
        if self.errors:
            said["errorMessage"] = {"text": str(self.errors[0])}
        return said | self.controls()

    def _about(self, about: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.id, "label": about}

    def controls(self) -> dict[str, Any]:
        """The part of `params` that is this field's own."""
        return {"value": self.typed}


class InFieldset(BaseField):
    """A question with several controls: its label is a legend."""

    id_param = "idPrefix"

    def _about(self, about: dict[str, Any]) -> dict[str, Any]:
        return {self.id_param: self.id, "fieldset": {"legend": about}}


class TextField(BaseField):
    """One line of text, stripped; None where an optional one is empty. `free_text=False` for a code, which cannot be a patient's number."""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Check] = (),
        *,
        max_length: int | None = 200,
        width: int | None = None,
        autocomplete: str = "",
        inputmode: str = "",
        spellcheck: bool | None = None,
        free_text: bool = True,
        **kwargs: Any,
    ) -> None:
        self.width, self.autocomplete, self.inputmode, self.spellcheck = width, autocomplete, inputmode, spellcheck
        checks = [
            *([at_most_characters(max_length)] if max_length else []),
            *([no_patient_data] if free_text else []),
            *validators,
        ]
        super().__init__(label, checks, **kwargs)

    @property
    def nothing(self) -> str | None:
        return None if self.optional else ""

    def understand(self, typed: Sequence[str]) -> Any:
        return " ".join(printable(typed[0]).split())

    def controls(self) -> dict[str, Any]:
        wanted = {
            "width": self.width,
            "autocomplete": self.autocomplete,
            "inputmode": self.inputmode,
            "spellcheck": self.spellcheck,
        }
        return {"value": self.typed} | {name: value for name, value in wanted.items() if value not in (None, "")}


def printable(text: str) -> str:
    """The text without control characters, which no keyboard makes and PostgreSQL refuses."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)


class LongTextField(TextField):
    """Several lines of text. With `max_words` or `max_characters` the page counts along as one types.

    In a draft (`draft=True`) a text that is too long is no error of the field's: it can be kept, and `too_long` says what is wrong with it.
    """

    macro = "textarea"

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Check] = (),
        *,
        rows: int = 5,
        max_words: int | None = None,
        max_characters: int | None = None,
        draft: bool = False,
        **kwargs: Any,
    ) -> None:
        self.rows, self.max_words, self.max_characters = rows, max_words, max_characters
        self.longest = max_characters or LONGEST_TEXT
        checks = [*([at_most_words(max_words)] if max_words else []), *validators]
        super().__init__(label, checks, max_length=None if draft else self.longest, **kwargs)

    @property
    def too_long(self) -> str:
        """What to say of a text that is too long; nothing of another."""
        return too_many_characters(self.data, self.longest)

    def understand(self, typed: Sequence[str]) -> str:
        return printable(typed[0]).replace("\r\n", "\n").replace("\r", "\n").strip()

    @property
    def counts(self) -> bool:
        return bool(self.max_words or self.max_characters)

    def controls(self) -> dict[str, Any]:
        counted = {"maxwords": self.max_words} if self.max_words else {"maxlength": self.max_characters}
        return super().controls() | {"rows": self.rows} | (counted if self.counts else {})


class EmailField(TextField):
    """An email address. Give `autocomplete="email"` where it is the person's own."""

    def __init__(self, label: str = "", validators: Sequence[Check] = (), **kwargs: Any) -> None:
        settings: dict[str, Any] = {"max_length": 254, "spellcheck": False, "inputmode": "email"} | kwargs
        super().__init__(label, validators, **settings)

    def understand(self, typed: Sequence[str]) -> str:
        address = typed[0].strip()
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", address):
            raise ValueError("Enter an email address, like name@trust.example")
        return address

    def controls(self) -> dict[str, Any]:
        return super().controls() | {"type": "email"}


class PasswordField(TextField):
    """A password: taken exactly as typed, never shown again. Give `autocomplete="new-password"` where one is chosen."""

    macro = "password"

    def __init__(self, label: str = "", validators: Sequence[Check] = (), **kwargs: Any) -> None:
        settings: dict[str, Any] = {"max_length": 1000, "autocomplete": "current-password", "free_text": False} | kwargs
        super().__init__(label, validators, **settings)

    def understand(self, typed: Sequence[str]) -> str:
        return typed[0]

    @property
    def typed(self) -> str:
        return ""

    def shown(self, value: Any) -> str:
        return ""


class HiddenField(BaseField):
    """Text that travels with the form; never asked for."""

    macro = "hidden"

    def __init__(self, label: str = "", validators: Sequence[Check] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, **({"optional": True} | kwargs))


class HiddenNumberField(HiddenField):
    """A whole number that travels with the form; None where it is not one."""

    def understand(self, typed: Sequence[str]) -> int | None:
        return int(typed[0]) if re.fullmatch(r"\d{1,18}", typed[0].strip(), re.ASCII) else None


class _FigureField(BaseField):
    """A figure typed into a short box, within bounds."""

    inputmode = "decimal"
    wrong = ""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Check] = (),
        *,
        least: Any = None,
        most: Any = None,
        width: int = 5,
        suffix: str = "",
        **kwargs: Any,
    ) -> None:
        self.width, self.suffix = width, suffix
        super().__init__(label, [between(least, most, self.shown), *validators], **kwargs)

    def controls(self) -> dict[str, Any]:
        said: dict[str, Any] = {"value": self.typed, "inputmode": self.inputmode, "width": self.width}
        return said | ({"suffix": {"text": self.suffix}} if self.suffix else {})


class IntField(_FigureField):
    """A whole number."""

    inputmode = "numeric"

    def understand(self, typed: Sequence[str]) -> int:
        figure = typed[0].strip().replace(",", "")
        if not re.fullmatch(r"[-+]?\d{1,15}", figure, re.ASCII):
            raise ValueError("Enter a whole number, like 12")
        return int(figure)


class NumberField(_FigureField):
    """A number, as Decimal."""

    def understand(self, typed: Sequence[str]) -> Decimal:
        figure = typed[0].strip().replace(",", "")
        try:
            if not re.fullmatch(r"[-+]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})", figure, re.ASCII):
                raise InvalidOperation
            return Decimal(figure)
        except InvalidOperation:
            raise ValueError("Enter a number, like 12 or 3.5") from None

    def as_typed(self, value: Any) -> str:
        plain = format(Decimal(str(value)), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain


class PoundsField(_FigureField):
    """An amount of money: typed as pounds, kept as whole pence."""

    def __init__(self, label: str = "", validators: Sequence[Check] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, **({"width": 10} | kwargs))

    def understand(self, typed: Sequence[str]) -> int:
        return money.pence_from(typed[0])

    def as_typed(self, value: int) -> str:
        return money.pounds(value).replace("£", "").replace(",", "")

    def shown(self, value: int | None) -> str:
        return money.pounds(value)

    def controls(self) -> dict[str, Any]:
        return super().controls() | {"prefix": {"text": "£"}}
