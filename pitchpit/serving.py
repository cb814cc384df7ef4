"""Serving: gunicorn for the pages and one worker beside it, started and stopped together."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

import click
from flask import Flask, current_app

#: Worth sending compressed; images are compressed already.
_TEXT = {".css", ".js", ".svg"}
_STOPS = (signal.SIGINT, signal.SIGTERM)
_PATIENCE = 10  # seconds a process may take to end by itself


def why_not_serve() -> str:
    """Why this installation must not be served, in a sentence; nothing where it may be. Needs the database."""
    from pitchpit.people.queries import is_demo

    if current_app.config["PITCHPIT_ENV"] == "production" and is_demo():
        return "This database holds the demo story. Production needs a database of its own: set DATABASE_URL to it."
    return ""


def serve_until_stopped(app: Flask) -> None:
    """Start the pages and the worker, say where they are and who can sign in, and wait. Ends both when either ends or on a signal."""
    host, port = app.config["HOST"], app.config["PORT"]
    _ensure_free(host, port)
    _compress(Path(app.static_folder or ""))
    numbers = tempfile.mkdtemp(prefix="pitchpit-metrics-")
    pages = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": numbers}  # where the processes add up what /metrics shows
    processes = [
        subprocess.Popen([*_gunicorn(app), "pitchpit.wsgi:app"], env=pages),  # noqa: S603  # our own command line
        subprocess.Popen([sys.executable, "-m", "pitchpit.cli", "worker"]),
    ]
    for stop in _STOPS:
        signal.signal(stop, _stop)
    try:
        _wait_until_answering(host, port, processes)
        with app.app_context():
            click.echo(_greeting(app))
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            _end(process)
        shutil.rmtree(numbers, ignore_errors=True)
    click.echo("Stopped.")


def _gunicorn(app: Flask) -> list[str]:
    settings = {
        "bind": f"{app.config['HOST']}:{app.config['PORT']}",
        "workers": app.config["WEB_PROCESSES"],
        "threads": app.config["WEB_THREADS"],
        "worker-class": "gthread",
        "max-requests": 20_000,
        "max-requests-jitter": 2_000,
        "graceful-timeout": _PATIENCE,
        "log-level": "warning",
    }
    return [sys.executable, "-m", "gunicorn", *(f"--{name}={value}" for name, value in settings.items())]


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Once is enough: a second Ctrl-C must not break off the stopping."""
    for stop in _STOPS:
        signal.signal(stop, signal.SIG_IGN)
    raise KeyboardInterrupt


def _ensure_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise click.ClickException(
                f"Port {port} on {host} is taken or not allowed: stop what uses it, or choose another, like PORT={port + 1}."
            ) from None


def _wait_until_answering(host: str, port: int, processes: list[subprocess.Popen[bytes]]) -> None:
    address = "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104  # only compared
    for _ in range(100):
        if any(process.poll() is not None for process in processes):
            return
        try:
            with socket.create_connection((address, port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_PATIENCE + 2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _greeting(app: Flask) -> str:
    from pitchpit.people.queries import is_demo

    lines = [f"Pitchpit is on {app.config['PUBLIC_URL']} (Ctrl-C stops it)"]
    if is_demo():
        from pitchpit.demo import ACCOUNTS

        lines += ["Sign in as one of these; the password is " + app.config["DEMO_PASSWORD"]]
        lines += [f"  {account.email:<24} {account.can}" for account in ACCOUNTS]
    return "\n".join(lines)


def _compress(folder: Path) -> None:
    """Lay a compressed copy beside each text file that has none or an old one; WhiteNoise serves it to browsers that take it."""
    for file in folder.rglob("*"):
        copy = file.with_name(file.name + ".gz")
        if file.suffix in _TEXT and (not copy.exists() or copy.stat().st_mtime < file.stat().st_mtime):
            try:
                copy.write_bytes(gzip.compress(file.read_bytes(), 9))
            except OSError:  # a folder that may not be written to: served as it is
                return
