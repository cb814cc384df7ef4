"""The floor: the least that any application could do. One indexed query and a template of 50 rows; one durable insert a POST; a streamed CSV.

FLOOR_URL=sqlite:///... gunicorn bench.floor:app
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, render_template_string, request

app = Flask(__name__)
URL = os.environ.get("FLOOR_URL", "sqlite:///floor.db")
_local = threading.local()

PAGE = """<!doctype html><html lang="en"><title>Floor</title><table>{% for id, title, state, at in rows %}
<tr><td><a href="/rows/{{ id }}">{{ title }}</a></td><td>{{ state }}</td><td>{{ at }}</td></tr>{% endfor %}</table></html>"""


def connection() -> Any:
    """One connection a thread; on SQLite as durable as Pitchpit's."""
    if not hasattr(_local, "connection"):
        if URL.startswith("sqlite"):
            _local.connection = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None, timeout=15)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
                _local.connection.execute(f"PRAGMA {pragma}")
        else:
            import psycopg

            _local.connection = psycopg.connect(URL.replace("postgresql+psycopg", "postgresql"), autocommit=True)
    return _local.connection


def run(statement: str, values: tuple[Any, ...] = ()) -> Any:
    """The statement, written with ? for either database."""
    return connection().execute(statement if URL.startswith("sqlite") else statement.replace("?", "%s"), values)


def fill(rows: int) -> None:
    """As many rows as the other side has proposals."""
    run("DROP TABLE IF EXISTS thing")
    key = "INTEGER PRIMARY KEY" if URL.startswith("sqlite") else "BIGSERIAL PRIMARY KEY"
    run(f"CREATE TABLE thing (id {key}, title TEXT, state TEXT, at TEXT)")
    run("BEGIN")
    for start in range(0, rows, 1000):
        values = ", ".join(
            f"('Thing {n}', 'open', '2026-{n % 12 + 1:02}-01')" for n in range(start, min(rows, start + 1000))
        )
        run(f"INSERT INTO thing (title, state, at) VALUES {values}")
    run("COMMIT")
    run("CREATE INDEX ix_thing_state_at ON thing (state, at, id)")


@app.get("/list")
def rows() -> str:
    found = run("SELECT id, title, state, at FROM thing WHERE state = ? ORDER BY at, id LIMIT 50", ("open",)).fetchall()
    return render_template_string(PAGE, rows=found)


@app.post("/insert")
def insert() -> Response:
    run("INSERT INTO thing (title, state, at) VALUES (?, 'new', '2026-01-01')", (request.form["title"],))
    return Response(status=303, headers={"Location": "/list"})


@app.get("/export.csv")
def export() -> Response:
    def lines() -> Iterator[str]:
        for id, title, state, at in run("SELECT id, title, state, at FROM thing ORDER BY id"):
            yield f"{id},{title},{state},{at}\n"

    return Response(lines(), mimetype="text/csv")
