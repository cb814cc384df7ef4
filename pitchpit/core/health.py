"""Is it well? For the machines that watch: the process, what it needs, and its numbers."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client import REGISTRY as OF_THIS_PROCESS
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.values import MutexValue, ValueClass
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pitchpit.core import jobs, logs
from pitchpit.core.access import public
from pitchpit.core.clock import now
from pitchpit.core.db import db

bp = Blueprint("health", __name__)

#: A worker that has not been seen for this long is not there.
SILENCE = timedelta(minutes=2)

OK = "ok"

REQUEST_SECONDS = Histogram(
    "pitchpit_request_seconds",
    "How long requests took, by endpoint and status",
    ["endpoint", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STATEMENTS = Counter("pitchpit_statements", "SQL statements sent, by endpoint", ["endpoint"])


def init_app(app: Flask) -> None:
    """Register the three addresses and measure every request."""
    app.register_blueprint(bp)
    app.after_request(_measure)


def _measure(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    if endpoint not in logs.QUIET:
        REQUEST_SECONDS.labels(endpoint, response.status_code).observe(logs.milliseconds() / 1000)
        STATEMENTS.labels(endpoint).inc(logs.statements())
    return response


@bp.get("/healthz")
@public
def healthz() -> Response:
    """This process answers."""
    return jsonify(status=OK)


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Whether all that a page needs is there, and which part is not."""
    parts = state()
    ready = all(said == OK for said in parts.values())
    return jsonify(ready=ready, **parts), 200 if ready else 503


def state() -> dict[str, str]:
    """Each part, and "ok" or what is the matter with it."""
    try:
        db.session.execute(text("SELECT 1"))
        missing = migrations_missing()
    except SQLAlchemyError:
        db.session.rollback()
        unknown = "unknown: the database does not answer"
        return {"database": "does not answer", "migrations": unknown, "worker": unknown}
    if missing:
        return {"database": OK, "migrations": "behind: run `pitchpit init`", "worker": "unknown: migrations come first"}
    return {"database": OK, "migrations": OK, "worker": _worker()}


def migrations_missing() -> bool:
    """Whether the database is at another version than this code."""
    context = MigrationContext.configure(db.session.connection())
    return set(context.get_current_heads()) != _heads(current_app.extensions["migrate"].directory)


@cache
def _heads(directory: str) -> frozenset[str]:
    return frozenset(ScriptDirectory(directory).get_heads())


def _worker() -> str:
    seen = jobs.last_seen("worker")
    if seen is None:
        return "never seen: start `pitchpit worker`"
    if (silent := now() - seen) > SILENCE:
        return f"not seen for {int(silent.total_seconds() // 60)} minutes: start `pitchpit worker`"
    return OK


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus' numbers, for this machine itself or whoever shows METRICS_TOKEN; for others there is no such page."""
    if not (from_this_machine() or _shows_token()):
        abort(404)
    registry = CollectorRegistry()
    registry.register(_Jobs())
    if ValueClass is MutexValue:
        of_requests: Any = OF_THIS_PROCESS
    else:
        of_requests = CollectorRegistry()
        multiprocess.MultiProcessCollector(of_requests)
    return Response(generate_latest(of_requests) + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Jobs:
    """How many jobs wait, and how many were given up: asked when somebody looks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            numbers = jobs.numbers()
        except SQLAlchemyError:
            db.session.rollback()
            return
        yield GaugeMetricFamily("pitchpit_jobs_waiting", "Jobs not done yet", value=numbers["waiting"])
        yield GaugeMetricFamily(
            "pitchpit_jobs_given_up", "Jobs given up after their last try", value=numbers["given_up"]
        )


def from_this_machine() -> bool:
    """Whether the request was made on this machine and came through no proxy (behind one, everybody would seem to be here)."""
    if any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP")):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _shows_token() -> bool:
    token = current_app.config.get("METRICS_TOKEN", "")
    shown = request.headers.get("Authorization", "").encode()
    return bool(token) and hmac.compare_digest(shown, f"Bearer {token}".encode())
