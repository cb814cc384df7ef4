"""Logs as JSON lines: which route, how long, how many statements; never a query string, a typed word or a name.

An error is written as its sort and the places it went through. Its words stay out, because they may quote what somebody typed.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import Engine, event

log = logging.getLogger("pitchpit.request")

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9_.-]{8,64}")

#: What every log record has; the rest was given as `extra`.
_FURNITURE = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

#: Asked every few seconds by machines.
QUIET = frozenset({"health.healthz", "health.readyz", "health.metrics"})

_statements: ContextVar[list[int] | None] = ContextVar("pitchpit_statements", default=None)


class JsonLines(logging.Formatter):
    """One JSON object a line, with the request's id."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := current_request_id():
            line["request_id"] = request_id
        line.update({key: value for key, value in vars(record).items() if key not in _FURNITURE})
        if record.exc_info and record.exc_info[0]:
            kind, _words, at = record.exc_info
            line["exception"] = kind.__name__
            line["stack"] = _places(at)
        return json.dumps(line, default=str)


def _places(at: TracebackType | None) -> list[str]:
    return [f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(at)]


def init_app(app: Flask) -> None:
    """Give each request an id, measure it, and log it."""
    app.before_request(_begin)
    app.after_request(_end)
    app.log_exception = _log_exception  # type: ignore[method-assign]  # Flask's own writes the path, which may hold a secret
    if not app.testing:
        write_json_lines()


def write_json_lines() -> None:
    """Send what this process logs to its standard error, as JSON lines; warnings and worse from others."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # its lines hold query strings


def current_request_id() -> str | None:
    """The id of the request that is being answered."""
    return g.get("request_id") if has_request_context() else None


def milliseconds() -> float:
    """How long the current request has taken so far."""
    return (time.perf_counter() - g.get("request_started", time.perf_counter())) * 1000


def statements() -> int:
    """How many SQL statements the current request has sent so far."""
    return (_statements.get() or [0])[0]


def _begin() -> None:
    asked = request.headers.get(HEADER, "")
    g.request_id = asked if _SANE.fullmatch(asked) else uuid4().hex
    g.request_started = time.perf_counter()
    _statements.set([0])


def _end(response: Response) -> Response:
    if (request_id := current_request_id()) is None:  # refused before it began
        return response
    response.headers[HEADER] = request_id
    log.log(
        logging.DEBUG if request.endpoint in QUIET else logging.INFO,
        "request",
        extra={
            "method": request.method,
            "endpoint": request.endpoint,
            "status": response.status_code,
            "ms": round(milliseconds(), 1),
            "statements": statements(),
        },
    )
    return response


def _log_exception(exc_info: Any) -> None:
    log.error("The request ended in an error", exc_info=exc_info, extra={"endpoint": request.endpoint})


@event.listens_for(Engine, "before_cursor_execute")
def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    count = _statements.get()
    if count is not None and not statement.startswith(("BEGIN", "PRAGMA", "SET ")):
        count[0] += 1
