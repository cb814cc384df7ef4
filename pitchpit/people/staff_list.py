"""A staff list as a CSV file, read line by line; what cannot be read is told with its line and column. Knows no database."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pitchpit.core.text import nhs_number_in
from pitchpit.people.enums import StaffGroup

COLUMNS = ("name", "email", "staff_number", "job_title", "staff_group", "service", "site", "left_on")
NEEDED = ("name", "email")

#: The most steps of "Division > Department > Ward".
STEPS = 3

LARGEST = 20 * 1024 * 1024


class Wrong(ValueError):  # noqa: N818  # told to a person, with line and column
    """Something in the file that cannot be read in; its words say where, and what to do."""


@dataclass(frozen=True)
class Line:
    """One person as the file has them. What the file has no column for is not in `details`."""

    number: int
    email: str
    details: dict[str, Any]
    service: tuple[str, ...] | None


def read(content: bytes) -> list[Line]:
    """The lines of a staff list. Raises Wrong with line and column for anything that cannot be read in."""
    rows = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        header = [name.strip().lower().replace(" ", "_") for name in next(rows, [])]
        _check_header(header)
        lines = [_line(rows.line_num, header, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Wrong(f"Line {rows.line_num} is no CSV ({error}): save the file as “CSV UTF-8” and try again.") from None
    _check_twice(lines)
    return lines


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise Wrong("The file is larger than 20 MB: a staff list is not. Is it the right file?")
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"PK")):
        raise Wrong("This is no CSV file in UTF-8: open it in Excel and save it as “CSV UTF-8”.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Wrong(
            f"Line {line} is not UTF-8 (it looks like Windows-1252): open the file in Excel and save it as “CSV UTF-8”."
        ) from None
    if "\0" in text:
        raise Wrong("This is no CSV file: it holds what no text does. Open it in Excel and save it as “CSV UTF-8”.")
    return text


def _check_header(header: Sequence[str]) -> None:
    known = f"The columns are {', '.join(COLUMNS)}."
    for number, name in enumerate(header, 1):
        if name not in COLUMNS:
            raise Wrong(f"Line 1, column {number}: “{name}” is not a column we know. {known}")
        if header.index(name) != number - 1:
            raise Wrong(f"Line 1, column {number}: “{name}” is there twice.")
    for name in NEEDED:
        if name not in header:
            raise Wrong(f"Line 1: the column “{name}” is missing. {known}")


def _line(number: int, header: Sequence[str], row: Sequence[str]) -> Line:
    if len(row) != len(header):
        raise Wrong(f"Line {number} has {len(row)} columns where line 1 has {len(header)}.")
    said = {name: " ".join(cell.split()) for name, cell in zip(header, row, strict=True)}
    read: dict[str, Any] = {}
    for column, (name, cell) in enumerate(said.items(), 1):
        try:
            read[name] = _READERS[name](cell)
        except ValueError as error:
            raise Wrong(f"Line {number}, column {column} ({name}): {error}") from None
    service = read.pop("service", None)
    return Line(number, read["email"], read, service)


def _words(cell: str) -> str:
    if cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and len(cell) > 1):
        raise ValueError(f"“{cell}” begins like a formula: take the first character away.")
    if len(cell) > 200:
        raise ValueError("longer than 200 characters. Is it in the right column?")
    return _no_patient(cell)


def _no_patient(cell: str) -> str:
    if nhs_number_in(cell):
        raise ValueError("this holds what looks like a patient’s NHS number: take it out.")
    return cell


def read_name(cell: str) -> str:
    if not cell:
        raise ValueError("empty. Everybody needs a name.")
    return _words(cell)


def read_email(cell: str) -> str:
    if not re.fullmatch(r"[^@\s=+\-][^@\s]*@[^@\s]+\.[^@\s.]+", cell) or len(cell) > 254:
        raise ValueError(f"“{cell}” is not an email address, like name@trust.example.")
    return _no_patient(cell).lower()


def _staff_number(cell: str) -> str | None:
    return _words(cell) or None


def _staff_group(cell: str) -> StaffGroup | None:
    if not cell:
        return None
    word = cell.lower().replace(" ", "_")
    for group in StaffGroup:
        if word in (group.value, group.words.lower().replace(" ", "_")):
            return group
    raise ValueError(f"“{cell}” is not a staff group. They are {', '.join(StaffGroup)}.")


def _service(cell: str) -> tuple[str, ...] | None:
    if not cell:
        return None
    parts = tuple(_words(part.strip()) for part in cell.split(">"))
    if not all(parts):
        raise ValueError(f"“{cell}” has an empty step. Write it like Division > Department > Ward.")
    if len(parts) > STEPS:
        raise ValueError(f"“{cell}” has {len(parts)} steps: at most {STEPS}, Division > Department > Ward.")
    return parts


def _day(cell: str) -> date | None:
    if not cell:
        return None
    if parts := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", cell):
        year, month, day = parts.groups()
    elif parts := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", cell):
        day, month, year = parts.groups()
    else:
        raise ValueError(f"“{cell}” is not a date. Write it like 2026-11-27 or 27/11/2026.")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"“{cell}” is no day of any calendar.") from None


_READERS = {
    "name": read_name,
    "email": read_email,
    "staff_number": _staff_number,
    "job_title": _words,
    "staff_group": _staff_group,
    "service": _service,
    "site": _words,
    "left_on": _day,
}


def _check_twice(lines: Sequence[Line]) -> None:
    for what in ("email", "staff_number"):
        first: dict[str, int] = {}
        for line in lines:
            value = line.details.get(what)
            if value is not None and first.setdefault(value, line.number) != line.number:
                raise Wrong(
                    f"Line {line.number}: the {what.replace('_', ' ')} {value} is on line {first[value]} already."
                )
