"""Tables as CSV files that a spreadsheet opens as figures and words, never as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from flask import Response, stream_with_context

#: What a spreadsheet may take for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(cell: Any) -> Any:
    """The cell; words that a spreadsheet would run are marked as words with an apostrophe. Numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


#: Without it Excel reads a file as Windows-1252, and shows a curly quote as three strange letters.
BYTE_ORDER_MARK = "\ufeff"

#: How many rows of a table are sent at once.
BITE = 500


def csv_response(rows: Iterable[Sequence[Any]], name: str) -> Response:
    """These rows, the heads first, as a file called `name` to keep. Sent as they are read: a long table is never held as a whole."""
    return file_response(stream_with_context(_lines(iter(rows))), name, "text/csv")


def _lines(rows: Iterator[Sequence[Any]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    while bite := list(islice(rows, BITE)):
        text = io.StringIO()
        csv.writer(text).writerows([neutral(cell) for cell in row] for row in bite)
        yield text.getvalue()


def file_response(text: str | Iterator[str], name: str, kind: str) -> Response:
    """A text to be kept as a file, not shown as a page."""
    return Response(
        text,
        mimetype=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
