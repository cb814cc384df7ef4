"""Pitchpit: from a frontline idea to a monitored improvement.

`create_app` is the one place where features are put together.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from pitchpit.core import headers
from pitchpit.core.db import database_url, db
from pitchpit.core.requests import Request

YEAR = 365 * 24 * 3600  # seconds
ROOT = Path(__file__).resolve().parent.parent

#: The frame every page stands in.
FRAME = ("addresses", "logs", "headers", "errors", "templating", "health")

#: What of the core has tables: imported, so that migrations and tests know them all.
TABLES = ("files", "jobs", "memo", "once", "search", "settings", "throttle")

#: The features, from the ground up: each registers its routes and hangs what it gives on the ports below it.
FEATURES: tuple[str, ...] = (
    "history",
    "notices",
    "people",
    "home",
    "schemes",
    "lessons",
    "proposals",
    "panels",
    "projects",
    "measures",
    "decisions",
    "gates",
    "governance",
)

csrf = CSRFProtect()
migrate = Migrate(render_as_batch=True)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application: configuration from the environment (see `config.py`), overridden by `config`."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.request_class = Request
    _configure(app, config or {})
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), include_object=_is_ours)
    csrf.init_app(app)
    _serve_static_files(app)
    for tables in TABLES:
        import_module(f"pitchpit.core.{tables}")
    for frame in FRAME:
        import_module(f"pitchpit.core.{frame}").init_app(app)
    for feature in FEATURES:
        import_module(f"pitchpit.{feature}").register(app)
    logging.getLogger("pitchpit").setLevel(logging.INFO)
    return app


def _configure(app: Flask, overrides: Mapping[str, Any]) -> None:
    from config import from_environment

    app.config.from_object(from_environment())
    app.config.update(overrides)
    url = database_url(app.config["DATABASE_URL"])
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", _connections(url, app.config["WEB_THREADS"]))
    app.config["CLOSED_DAYS"] = _days(app.config["CLOSED_DAYS"])


def _connections(url: str, threads: int) -> dict[str, Any]:
    """A page reads on one connection and may write beside it on a second one (`core.db.own_transaction`): enough for every thread at once.

    What people typed stays out of the words of database errors.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if url not in ("sqlite://", "sqlite:///:memory:"):
        options |= {"pool_size": threads, "max_overflow": threads + 4}
    if url.startswith("postgresql"):
        options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
    return options


def _serve_static_files(app: Flask) -> None:
    """Static files are cached for a year: their addresses change with their content (`core.templating.asset`)."""
    served = {"root": app.static_folder, "prefix": "static/", "max_age": YEAR}
    app.wsgi_app = WhiteNoise(app.wsgi_app, add_headers_function=headers.on_static_files, **served)  # type: ignore[method-assign]  # as Flask's manual wraps it
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]  # as above


def _days(text: Any) -> frozenset[Any]:
    from datetime import date

    if not isinstance(text, str):
        return frozenset(text)
    return frozenset(date.fromisoformat(day.strip()) for day in text.split(",") if day.strip())


def _is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """What migrations look at: not the full-text index, which its own migration writes by hand."""
    return not (name or "").startswith("search_fts") and not (
        kind in {"column", "index"} and (name or "").endswith("tsv")
    )
