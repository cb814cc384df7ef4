"""Driving a server over HTTP: signed-in clients at one and at eight at once, each answer timed."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Asked:
    """One request: a method, an address, a body, and what must stand in a right answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""
    status: int = 200


@dataclass(frozen=True)
class Timed:
    """What a run of requests took: p50 and p95 in milliseconds, requests a second, how many answers were wrong, bytes of one."""

    p50: float
    p95: float
    rate: float
    wrong: int
    size: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(application: str, environment: dict[str, str], workers: int = 2) -> Iterator[tuple[int, int]]:
    """The application behind gunicorn with two workers: (port, process number of gunicorn)."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        f"--bind=127.0.0.1:{port}",
        f"--workers={workers}",
        "--threads=4",
        "--worker-class=gthread",
        "--log-level=error",
        application,
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def timed(port: int, next_request: Callable[[int], Asked], *, requests: int, at_once: int) -> Timed:
    """So many requests by so many clients that keep their connections. `next_request(number)` gives each; numbers are not used twice."""
    times: list[float] = []
    wrong = 0
    size = 0
    lock = threading.Lock()
    numbers = iter(range(requests))

    def client() -> None:
        nonlocal wrong, size
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            asked = next_request(number)
            begun = time.perf_counter()
            try:
                connection.request(asked.method, asked.path, asked.body or None, asked.headers)
                answer = connection.getresponse()
                body, status = answer.read(), answer.status
            except (OSError, http.client.HTTPException):
                connection.close()
                body, status = b"", 0
            took = time.perf_counter() - begun
            with lock:
                times.append(took * 1000)
                size = len(body)
                wrong += status != asked.status
        connection.close()

    begun = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - begun
    times.sort()
    return Timed(statistics.median(times), times[int(len(times) * 0.95) - 1], requests / passed, wrong, size)


class Browser:
    """One person's browser, as far as forms need it: it keeps cookies and reads the fields of a form, its keys included."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port, self.cookies = port, dict(cookies or {})

    def form(self, path: str, action: str, **filled: str) -> Asked:
        """What sending the form on this page that goes to `action` asks, with these fields filled in. Raises ValueError for no such form."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers=self._headers())
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        reader = _Forms()
        reader.feed(text)
        if answer.status != 200 or action not in reader.forms:
            raise ValueError(f"{path} answers {answer.status} and has no form for {action}.")
        body = urlencode(reader.forms[action] | filled)
        return Asked("POST", action, self._headers() | FORM, body, status=302)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}


class _Forms(HTMLParser):
    """The fields of each form of a page with what they hold, by where the form goes."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] = {}
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.forms.setdefault(given.get("action", ""), {})
        elif tag == "input" and given.get("name"):
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self._form[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self._area = given.get("name", "")
            self._form[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._form[self._area] += data


def seconds_to_first_page(application: str, path: str, environment: dict[str, str]) -> float:
    """From starting gunicorn to the first right answer."""
    begun = time.perf_counter()
    with served(application, environment) as (port, _):
        while True:
            if not timed(port, lambda _: Asked("GET", path, {}), requests=1, at_once=1).wrong:
                return time.perf_counter() - begun
            if time.perf_counter() - begun > 60:
                raise SystemExit(f"{application} does not answer {path}.")


def memory_of(process: int) -> float:
    """The largest resident size of a process's children, in megabytes."""
    children = subprocess.run(
        ["ps", "--ppid", str(process), "-o", "rss="], capture_output=True, text=True, check=False
    ).stdout.split()
    return max((int(size) / 1024 for size in children), default=0.0)
