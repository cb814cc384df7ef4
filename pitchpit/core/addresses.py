"""Numbers in addresses: one that no row can have leads nowhere, like any other unknown address."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.routing import IntegerConverter

#: So many figures fit a row's number on either database.
FIGURES = 9


class RowNumber(IntegerConverter):
    """`<int:...>` in a route."""

    regex = rf"[0-9]{{1,{FIGURES}}}"


def init_app(app: Flask) -> None:
    """Let every `<int:...>` be such a number; call it before routes are added."""
    app.url_map.converters["int"] = RowNumber


def number_asked(name: str) -> int | None:
    """The number that the address gives under this name; None where it gives none, or one that no row can have."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number < 10**FIGURES else None
