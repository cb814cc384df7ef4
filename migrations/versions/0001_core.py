"""What knows no feature: search, files, memo, jobs, throttle, form keys."""

import sqlalchemy as sa
from alembic import op

from pitchpit.core.db import UTC

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("updated_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        sa.UniqueConstraint("kind", "subject_id", name="uq_search_entry_kind_subject_id"),
    )
    op.create_table(
        "search_audience",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "key", name="pk_search_audience"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["search_entry.id"], name="fk_search_audience_entry_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_search_audience_key_entry_id", "search_audience", ["key", "entry_id"])
    create_search_index(op)
    op.create_table(
        "file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", LONG, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("uploaded_by", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_file"),
    )
    op.create_table(
        "file_chunk",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "n", name="pk_file_chunk"),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name="fk_file_chunk_file_id", ondelete="CASCADE"),
    )
    op.create_table(
        "memo",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("made_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_memo"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("run_at", UTC(), nullable=False),
        sa.Column("lease_until", UTC()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", UTC()),
        sa.Column("given_up_at", UTC()),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("key", name="uq_job_key"),
    )
    waiting = sa.text("done_at IS NULL AND given_up_at IS NULL")
    op.create_index("ix_job_waiting", "job", ["run_at", "id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeat"),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window", LONG, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("over", LONG, nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name="pk_throttle"),
    )
    op.create_index("ix_throttle_over", "throttle", ["over"])
    op.create_table(
        "form_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body_digest", sa.Text(), nullable=False),
        sa.Column("location", sa.Text()),
        sa.Column("status", sa.Integer()),
        sa.Column("created_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_form_key"),
        sa.UniqueConstraint(
            "key", "route", "person_id", "body_digest", name="uq_form_key_key_route_person_id_body_digest"
        ),
    )
    op.create_index("ix_form_key_created_at", "form_key", ["created_at"])
    op.create_table(
        "waiting_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_form"),
    )
    op.create_index("ix_waiting_form_person_id", "waiting_form", ["person_id"])


def downgrade() -> None:
    drop_search_index(op)
    for table in (
        *("waiting_form", "form_key", "throttle", "heartbeat", "job", "memo", "file_chunk", "file"),
        *("search_audience", "search_entry"),
    ):
        op.drop_table(table)


# The full-text index is outside the models: each database has its own.


def create_search_index(op) -> None:
    """FTS5 kept by triggers on SQLite, generated tsvectors on PostgreSQL; both fill themselves from the rows that are there."""
    if op.get_bind().dialect.name == "postgresql":
        for column, words in (("tsv", "title || ' ' || body"), ("title_tsv", "title")):
            vector = f"to_tsvector('english', {_plain(words)})"
            op.execute(f"ALTER TABLE search_entry ADD COLUMN {column} tsvector GENERATED ALWAYS AS ({vector}) STORED")
            op.execute(f"CREATE INDEX ix_search_entry_{column} ON search_entry USING gin ({column})")
        return
    op.execute(
        "CREATE VIRTUAL TABLE search_fts USING fts5"
        "(title, body, content='search_entry', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
    )
    add = "INSERT INTO search_fts(rowid, title, body) VALUES (new.id, new.title, new.body);"
    remove = "INSERT INTO search_fts(search_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);"
    op.execute(f"CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN {add} END")
    op.execute(f"CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN {remove} END")
    op.execute(
        "CREATE TRIGGER search_entry_changed AFTER UPDATE OF id, title, body ON search_entry "
        "WHEN old.id IS NOT new.id OR old.title IS NOT new.title OR old.body IS NOT new.body "
        f"BEGIN {remove} {add} END"
    )
    op.execute("INSERT INTO search_fts(search_fts) VALUES ('rebuild')")


def drop_search_index(op) -> None:
    """Take it away again; call it before `search_entry` is rebuilt or dropped."""
    if op.get_bind().dialect.name == "postgresql":
        for column in ("title_tsv", "tsv"):
            op.execute(f"DROP INDEX ix_search_entry_{column}")
            op.execute(f"ALTER TABLE search_entry DROP COLUMN {column}")
        return
    for trigger in ("added", "removed", "changed"):
        op.execute(f"DROP TRIGGER search_entry_{trigger}")
    op.execute("DROP TABLE search_fts")


def _plain(words: str) -> str:
    """Words alone, without accents, as on SQLite: what the parser would take for an address, a fraction or a path falls into its words."""
    accents = r"[\u0300-\u036f]"
    between = r"[^a-zA-Z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u1fff\u2c00-\u2fff\u3040-\U0010ffff]+"
    return f"regexp_replace(regexp_replace(normalize({words}, NFKD), '{accents}', '', 'g'), '{between}', ' ', 'g')"
