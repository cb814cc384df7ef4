"""What is asked of an answer: not too long, within bounds, no patient's number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from wtforms.validators import ValidationError

from pitchpit.core.text import nhs_number_in

#: The most characters a long text may have where the form says no less.
LONGEST_TEXT = 20_000

Check = Callable[[Any, Any], None]


def no_patient_data(_form: Any, field: Any) -> None:
    """Stop a text that holds what looks like an NHS number, and say where it is."""
    if found := nhs_number_in(field.data):
        raise ValidationError(
            f"Take out the number near “{_near(field.data, found.start, found.end)}”: it looks like an NHS number. "
            "Describe the patient without anything that identifies them."
        )


def _near(text: str, start: int, end: int) -> str:
    """The place with a few words on either side."""
    before, after = text[max(0, start - 80) : start], text[end : end + 80]
    first = re.search(r"(?:\S+\s+){0,3}\S*\Z", before)
    last = re.match(r"\S*(?:\s+\S+){0,2}", after)
    begin = start - len(first.group() if first else "")
    finish = end + len(last.group() if last else "")
    words = " ".join(text[begin:finish].split())
    return ("… " if text[:begin].strip() else "") + words + (" …" if text[finish:].strip() else "")


def too_many_characters(text: str | None, most: int) -> str:
    """What to say of a text of more than `most` characters; nothing of one that is not too long."""
    length = len(text or "")
    return f"Use at most {most:,} characters: there are {length:,} now" if length > most else ""


def at_most_characters(most: int) -> Check:
    """Stop a text of more than `most` characters, and say how many too many there are."""

    def check(_form: Any, field: Any) -> None:
        if sentence := too_many_characters(field.data, most):
            raise ValidationError(sentence)

    return check


def at_most_words(most: int) -> Check:
    """Stop a text of more than `most` words, and say how many there are."""

    def check(_form: Any, field: Any) -> None:
        if (length := len((field.data or "").split())) > most:
            raise ValidationError(f"Use at most {most:,} words: there are {length:,} now")

    return check


def between(least: Any, most: Any, shown: Callable[[Any], str]) -> Check:
    """Stop a value outside these bounds (each a value, a function that gives it, or None for no bound)."""

    def check(_form: Any, field: Any) -> None:
        low, high = (bound() if callable(bound) else bound for bound in (least, most))
        if low is not None and field.data < low:
            raise ValidationError(f"Enter {shown(low)} or {field.more}")
        if high is not None and field.data > high:
            raise ValidationError(f"Enter {shown(high)} or {field.less}")

    return check
