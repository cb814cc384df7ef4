"""The full-text index can be taken away and made again under entries that are there."""

import importlib.util
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations

from pitchpit.core.db import db, schema_change, transaction
from pitchpit.core.search import find, index

FILE = Path(__file__).resolve().parents[2] / "migrations/versions/0001_core.py"


def core_migration():
    spec = importlib.util.spec_from_file_location("core_migration", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_search_index_is_made_again_from_the_entries(app):
    with transaction():
        index("proposal", 1, title="Fewer falls", body="at night", outcome=None, audience=["everyone"], url="/1")
    db.session.remove()
    migration = core_migration()
    with schema_change() as connection:
        operations = Operations(MigrationContext.configure(connection))
        migration.drop_search_index(operations)
        migration.create_search_index(operations)
    assert [row.subject_id for row in find("fall night", {"everyone"}).rows] == [1]
    with transaction():
        index("proposal", 1, title="More lights", body="at night", outcome=None, audience=["everyone"], url="/1")
    assert [len(find(words, {"everyone"}).rows) for words in ("fall", "lights")] == [0, 1]
