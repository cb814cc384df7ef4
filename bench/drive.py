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
from pathlib import Path

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
            connection.request(asked.method, asked.path, asked.body or None, asked.headers)
            answer = connection.getresponse()
            body = answer.read()
            took = time.perf_counter() - begun
            with lock:
                times.append(took * 1000)
                size = len(body)
                wrong += answer.status != asked.status
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


def memory_of(process: int) -> float:
    """The largest resident size of a process's children, in megabytes."""
    children = subprocess.run(
        ["ps", "--ppid", str(process), "-o", "rss="], capture_output=True, text=True, check=False
    ).stdout.split()
    return max((int(size) / 1024 for size in children), default=0.0)
