"""Tables as CSV files that a spreadsheet opens as figures and words, never as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

#: What a spreadsheet may take for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(cell: Any) -> Any:
    """The cell; words that a spreadsheet would run are marked as words with an apostrophe. Numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def csv_response(rows: Iterable[Sequence[Any]], name: str) -> Response:
    """These rows, the heads first, as a file called `name` to keep."""
    text = io.StringIO()
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    return file_response(text.getvalue(), name, "text/csv")


def file_response(text: str, name: str, kind: str) -> Response:
    """A text to be kept as a file, not shown as a page."""
    return Response(
        text,
        mimetype=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
