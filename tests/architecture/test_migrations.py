"""Migrations: the head is what the models say, and each leads back and forth with rows in the tables, on both databases."""

import re
from collections.abc import Iterator
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, create_engine, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from pitchpit.core.db import Base, db
from pitchpit.history.queries import verify
from tests.architecture import rows
from tests.databases import World

pytestmark = pytest.mark.slow

#: Alembic's own, and what a migration writes by hand beside the models.
BESIDE_THE_MODELS = re.compile(r"alembic_version|search_fts.*|.*tsv")


#: Each is against a trigger.
GUARDED = (
    "UPDATE event SET verb = 'proposal.begun'",
    "DELETE FROM event_text",
    "UPDATE version SET title = 'Another'",
    "DELETE FROM version",
    "UPDATE decision SET amount_pence = 0",
    "DELETE FROM decision",
    "UPDATE gate SET reason = 'Another'",
    "DELETE FROM gate",
    "UPDATE access_record SET person_id = 1",
    "DELETE FROM access_record",
)


@pytest.fixture
def migrated(own_database: World) -> Iterator[Flask]:
    """An application on a database at the newest version."""
    with own_database.app.app_context():
        flask_migrate.upgrade()
        yield own_database.app
        db.session.rollback()


def test_autogenerate_finds_nothing_to_do(migrated: Flask) -> None:
    arguments = migrated.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={**arguments, "target_metadata": Base.metadata, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_what_the_models_would(migrated: Flask) -> None:
    """Autogenerate does not look at CHECK constraints, nor at what a partial index leaves out."""
    with db.engine.connect() as connection:
        migrations_made = shape(connection)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE SCHEMA by_models")
            connection.exec_driver_sql("SET LOCAL search_path TO by_models")
            Base.metadata.create_all(connection)
            models_would = shape(connection)
            connection.rollback()
    if migrated.config["DATABASE_URL"].startswith("sqlite"):
        with create_engine("sqlite://").begin() as connection:
            Base.metadata.create_all(connection)
            models_would = shape(connection)
    assert migrations_made == models_would


def shape(connection: Connection) -> dict[str, dict[str, Any]]:
    """Each table as the database describes it, in no particular order."""
    see = inspect(connection)
    return {
        table: {
            "columns": _known(
                [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in see.get_columns(table)]
            ),
            "primary key": see.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": _known(
                [tuple(map(str, key.values())) for key in _without_schema(see.get_foreign_keys(table))]
            ),
            "unique": _known([(c["name"], str(c["column_names"])) for c in see.get_unique_constraints(table)]),
            "checks": _known([(c["name"], " ".join(c["sqltext"].split())) for c in see.get_check_constraints(table)]),
            "indexes": _known([(index["name"], _words(index)) for index in see.get_indexes(table)]),
        }
        for table in see.get_table_names()
        if not BESIDE_THE_MODELS.fullmatch(table)
    }


def _words(described: Any) -> str:
    """A description in words: where two say the same, the same words."""
    if isinstance(described, dict):
        return ", ".join(f"{name}: {_words(value)}" for name, value in sorted(described.items()))
    return " ".join(str(described).split())


def _without_schema(keys: list[Any]) -> list[dict[str, Any]]:
    return [{**key, "referred_schema": None} for key in keys]


def _known(described: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted((words for words in described if not BESIDE_THE_MODELS.fullmatch(words[0] or "")), key=str)


def test_each_migration_leads_back_and_forth_with_rows_in_the_tables(migrated: Flask) -> None:
    """From the newest down to none: one down, up again, and down for good. What stands below each is left as it was."""
    script = ScriptDirectory(migrated.extensions["migrate"].directory)
    rows.fill()
    assert empty_tables() == []
    for revision in script.walk_revisions():
        before, schema = contents(), schema_of()
        below = revision.down_revision or "base"
        flask_migrate.downgrade(revision=below)
        left = contents()
        assert left == in_part(before, left)
        flask_migrate.upgrade(revision=revision.revision)
        assert schema_of() == schema, f"{revision.revision} makes another schema the second time"
        assert in_part(contents(), left) == left
        assert lost_rows() == []
        flask_migrate.downgrade(revision=below)
    assert [name for name in schema_of() if "alembic_version" not in name] == []


def in_part(rows_of: dict[str, list[dict[str, Any]]], left: dict[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    """Of these rows, what is in the tables and columns that are left."""
    columns = {table: {column for row in rows for column in row} for table, rows in left.items()}
    return {
        table: sorted(({name: value for name, value in row.items() if name in columns[table]} for row in rows), key=str)
        for table, rows in rows_of.items()
        if table in left
    }


def test_down_to_nothing_and_up_again_it_works_as_before(migrated: Flask) -> None:
    rows.fill()
    schema = schema_of()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    assert schema_of() == schema
    assert len(empty_tables()) == len(Base.metadata.tables)
    rows.fill()
    assert (empty_tables(), lost_rows(), verify()) == ([], [], None)
    assert [change for change in GUARDED if not is_refused(change)] == []


def test_whoever_advised_stays_excluded_below_the_word_for_it(migrated: Flask) -> None:
    """With a tie that they declared themselves and a yes to it, and without one."""
    rows.fill()
    with db.engine.begin() as connection:
        number, chair = connection.execute(
            text("SELECT proposal_id, person_id FROM conflict WHERE tie = 'declared' ORDER BY id DESC LIMIT 1")
        ).one()
        other = connection.scalar(text(f"SELECT min(id) FROM person WHERE id <> {chair}"))
        connection.execute(
            text(f"UPDATE conflict SET handling = 'may_take_part', decided_at = noted_at WHERE proposal_id = {number}")
        )
        for person in (chair, other):
            connection.execute(
                text(
                    "INSERT INTO conflict (proposal_id, person_id, tie, type, note, noted_at, handling, decided_at, reason)"
                    f" SELECT proposal_id, {person}, 'advised', type, '', noted_at, 'excluded', noted_at, '' FROM conflict"
                    f" WHERE tie = 'declared' AND proposal_id = {number}"
                )
            )
    flask_migrate.downgrade(revision="0013")
    asked = text(f"SELECT person_id, tie, handling FROM conflict WHERE proposal_id = {number}")
    with db.engine.connect() as connection:
        left = sorted(map(tuple, connection.execute(asked)))
    assert left == sorted([(chair, "declared", "excluded"), (other, "declared", "excluded")])
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert sorted(map(tuple, connection.execute(asked))) == left


def is_refused(change: str) -> bool:
    """Whether a trigger says no."""
    with db.engine.connect() as connection:
        try:
            connection.exec_driver_sql(change)
        except IntegrityError as error:
            return bool(re.search("never changed|never deleted|may be redacted", str(error)))
        return False


# What the database says of itself.


def empty_tables() -> list[str]:
    """The tables without a row."""
    with db.engine.connect() as connection:
        return [
            name
            for name, table in Base.metadata.tables.items()
            if not connection.scalar(select(func.count()).select_from(table))
        ]


def lost_rows() -> list[Any]:
    """Rows that point to what is not there. (PostgreSQL checks each as it is written, the rebuilt ones too.)"""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            unsure = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
            return list(connection.execute(text(unsure)).scalars())
        return list(connection.execute(text("PRAGMA foreign_key_check")))


def contents() -> dict[str, list[dict[str, Any]]]:
    """The rows of each table that is there now."""
    with db.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if not BESIDE_THE_MODELS.fullmatch(name)]
        return {name: _rows_of(connection, name) for name in names}


def _rows_of(connection: Connection, table: str) -> list[dict[str, Any]]:
    rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings()
    return sorted(({name: row[name] for name in row if not BESIDE_THE_MODELS.fullmatch(name)} for row in rows), key=str)


SCHEMA_ON_SQLITE = (
    "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
)
#: A column's place, not its number: that of a column which was taken away is never given again.
SCHEMA_ON_POSTGRESQL = """
SELECT 'column ' || table_name || '.' || column_name, concat_ws(
    ' ', row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position), data_type, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function ' || proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def schema_of() -> dict[str, str]:
    """All that migrations have made: tables, constraints, indexes, triggers, functions."""
    with db.engine.connect() as connection:
        asked = SCHEMA_ON_POSTGRESQL if connection.dialect.name == "postgresql" else SCHEMA_ON_SQLITE
        return {name: _in_any_order(re.sub(r"\s+", " ", made)) for name, made in connection.execute(text(asked))}


def _in_any_order(made: str) -> str:
    """A table's columns and constraints sorted: a rebuilt table on SQLite has its name in quotes, and them in another order."""
    opening, between, inside = made.partition("(")
    opening = opening.replace('"', "")
    if not opening.startswith("CREATE TABLE"):
        return made
    parts, depth = [""], 1
    for letter in inside:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += letter
    last, _, after = parts[-1].rpartition(")")
    return opening + between + ",".join(sorted(part.strip() for part in [*parts[:-1], last])) + after
