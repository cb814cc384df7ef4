"""What people write freely, and the stop that keeps patients' NHS numbers out of it.

`FreeText` refuses on write, so no import and no later interface goes round it; forms use the same search to say it kindly,
with the place marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import nhs_number
from sqlalchemy import Dialect, Text
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

#: Ten digits, unbroken or as 3-3-4 with blanks or dashes between. No digit may touch them, nor follow or precede them by a dash (an ISBN does);
#: another figure a blank away (a bed, a date of birth) makes no difference.
_TEN_DIGITS = re.compile(
    r"(?<!\d)(?<!\d[\-\u2010-\u2015])\d{3}([ \-\u00a0\u2007\u2009\u2010-\u2015\u202f]?)\d{3}\1\d{4}(?!\d)(?![\-\u2010-\u2015]\d)"
)

#: What stands where a number was taken out of a text that must be kept although nobody is there to be asked.
TAKEN_OUT = "[NHS number taken out]"


@dataclass(frozen=True)
class Found:
    """A number that looks like a patient's: what was written, and where (character offsets)."""

    text: str
    start: int
    end: int


class PatientData(ValueError):  # noqa: N818  # named for what it found
    """Somebody tried to store what looks like a patient's NHS number."""

    def __init__(self, found: Found) -> None:
        super().__init__("The text holds what looks like an NHS number.")
        self.found = found


def nhs_number_in(text: str | None) -> Found | None:
    """The first valid NHS number in issue in England (by range and check digit), if there is one."""
    for match in _TEN_DIGITS.finditer(text or ""):
        if _is_issued(match.group()):
            return Found(match.group(), match.start(), match.end())
    return None


def without_nhs_numbers(text: str) -> str:
    """The text with a mark in place of each NHS number, and nothing else changed; in one pass, however many there are."""
    return _TEN_DIGITS.sub(lambda match: TAKEN_OUT if _is_issued(match.group()) else match.group(), text)


def _is_issued(number: str) -> bool:
    return nhs_number.is_valid(re.sub(r"\D", "", number), for_region=nhs_number.REGION_ENGLAND_WALES_IOM)


class FreeText(TypeDecorator[str]):
    """Text that a person wrote. Raises PatientData on write where it holds an NHS number; asking for one just finds nothing."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if found := nhs_number_in(value):
            raise PatientData(found)
        return value

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        """What is compared is not kept: somebody may type anything where they sign in or search."""
        return Text()
