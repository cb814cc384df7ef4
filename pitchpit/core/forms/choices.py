"""Questions with choices: one of several, any of several, one tick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pitchpit.core.forms.checks import Check
from pitchpit.core.forms.fields import BaseField, InFieldset


class _Choosing(InFieldset):
    """What choices have in common. A choice is (value, words) or (value, words, hint); data is the value itself, whatever its type."""

    macro = "radios"

    def __init__(
        self,
        label: str = "",
        choices: Iterable[Sequence[Any]] | Callable[[], Iterable[Sequence[Any]]] = (),
        validators: Sequence[Check] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.choices = choices

    @property
    def choices(self) -> list[tuple[Any, str, str]]:
        """What there is to choose from; may be set after the form is made, also on a posted form."""
        return self._choices

    @choices.setter
    def choices(self, choices: Iterable[Sequence[Any]] | Callable[[], Iterable[Sequence[Any]]]) -> None:
        given = choices() if callable(choices) else choices
        self._choices = [(c[0], str(c[1]), str(c[2]) if len(c) > 2 else "") for c in given]
        if getattr(self, "raw_data", None) is not None:
            self._choose_again()

    def _choose_again(self) -> None:
        self.process_errors = []
        try:
            self.process_formdata(self.raw_data)
        except ValueError as error:
            self.process_errors.append(str(error))

    def _chosen(self, typed: str) -> Any:
        for value, _, _ in self.choices:
            if sent(value) == typed:
                return value
        raise ValueError(self.missing)

    def _words(self, value: Any) -> str:
        return next((words for known, words, _ in self.choices if known == value), "" if value is None else str(value))

    def _marked(self) -> set[str]:
        """The values, as sent, that the page shows as chosen: one at the most, but where several may be."""
        if self.raw_data is not None:
            return set(self.raw_data[:1])
        return set() if self.data is None else {sent(self.data)}

    def controls(self) -> dict[str, Any]:
        marked = self._marked()
        items = []
        for value, words, hint in self.choices:
            item: dict[str, Any] = {"value": sent(value), "text": words, "checked": sent(value) in marked}
            reveals = [field for field in self._form if getattr(field, "only_if", None) == (self.short_name, value)]
            items.append(item | ({"hint": {"text": hint}} if hint else {}) | ({"reveals": reveals} if reveals else {}))
        return {"items": items}


def sent(value: Any) -> str:
    """A choice's value as it travels in the form."""
    return "" if value is None else str(getattr(value, "value", value))


class ChoiceField(_Choosing):
    """One of several: radio buttons, or a list to pick from with `select=True` (for more than about eight)."""

    def __init__(
        self,
        label: str = "",
        choices: Any = (),
        validators: Sequence[Check] = (),
        *,
        select: bool = False,
        **kwargs: Any,
    ):
        self.select = select
        self.macro = "select" if select else "radios"
        super().__init__(label, choices, validators, **kwargs)

    def understand(self, typed: Sequence[str]) -> Any:
        return self._chosen(typed[0])

    @property
    def is_untouched(self) -> bool:
        fresh = self.default() if callable(self.default) else self.default
        return self.is_empty or self._marked() == {sent(fresh)}

    def _about(self, about: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.id, "label": about} if self.select else super()._about(about)

    def controls(self) -> dict[str, Any]:
        said = super().controls()
        if not self.select:
            return said
        items = [{"value": i["value"], "text": i["text"], "selected": i["checked"]} for i in said["items"]]
        empty = [] if any(item["value"] == "" for item in items) else [{"value": "", "text": "Choose one"}]
        return {"items": [*empty, *items]}

    def shown(self, value: Any) -> str:
        return self._words(value)


class ManyChoiceField(_Choosing):
    """Any number of several, as check boxes; data is a list in the order of the choices."""

    macro = "checkboxes"

    @property
    def nothing(self) -> list[Any]:
        return []

    def understand(self, typed: Sequence[str]) -> list[Any]:
        chosen = [self._chosen(value) for value in typed]
        return [value for value, _, _ in self.choices if value in chosen]

    def _marked(self) -> set[str]:
        return set(self.raw_data) if self.raw_data is not None else {sent(value) for value in self.data or ()}

    def shown(self, value: Any) -> str:
        return ", ".join(self._words(one) for one in value or ())


class TickField(BaseField):
    """One box to tick. With `missing` it must be ticked, and that sentence is said where it is not."""

    macro = "tick"

    def __init__(self, label: str = "", validators: Sequence[Check] = (), *, missing: str = "", **kwargs: Any) -> None:
        super().__init__(label, validators, missing=missing, **({"optional": not missing} | kwargs))

    @property
    def nothing(self) -> bool:
        return False

    def understand(self, typed: Sequence[str]) -> bool:
        return True

    @property
    def text(self) -> str:
        return self.label.text

    def shown(self, value: Any) -> str:
        return "Yes" if value else "No"

    def params(self, size: str = "", heading: bool = False) -> dict[str, Any]:
        box: dict[str, Any] = {"value": "yes", "text": self.text, "checked": bool(self.data)}
        if self.hint:
            box["hint"] = {"text": self.hint}
        error = {"errorMessage": {"text": str(self.errors[0])}} if self.errors else {}
        return {"idPrefix": self.id, "name": self.name, "items": [box], **error}
