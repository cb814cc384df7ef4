"""History, append-only and chained, with its triggers; notices and how people want to be told.

Neither feature's person numbers are foreign keys: `person` comes in 0003, and both stand on a floor below people.
"""

import sqlalchemy as sa
from alembic import op

from pitchpit.core.db import UTC

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MARKER = "[redacted]"


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("also_kind", sa.Text()),
        sa.Column("also_id", sa.Integer()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("digests", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("(also_kind IS NULL) = (also_id IS NULL)", name=op.f("ck_event_also")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_event_prev_hash")),
    )
    op.create_index("ix_event_subject", "event", ["subject_kind", "subject_id", "id"])
    op.create_index("ix_event_also", "event", ["also_kind", "also_id", "id"])
    op.create_index("ix_event_actor", "event", ["actor_id", "id"])
    op.create_table(
        "event_text",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("redacted_at", UTC()),
        sa.CheckConstraint(
            f"(redacted_at IS NULL) = (salt <> '') AND (redacted_at IS NULL OR text = '{MARKER}')",
            name=op.f("ck_event_text_redacted"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_text_event_id")),
        sa.PrimaryKeyConstraint("event_id", "field", name=op.f("pk_event_text")),
    )
    guards = GUARDS_ON_SQLITE if op.get_bind().dialect.name == "sqlite" else GUARDS_ON_POSTGRESQL
    for guard in guards:
        op.execute(guard)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("read_at", UTC()),
        sa.Column("mailed_at", UTC()),
        sa.CheckConstraint("way IN ('digest', 'at_once', 'inbox_only')", name=op.f("ck_notice_way")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_inbox", "notice", ["person_id", "id"])
    op.create_index("ix_notice_unread", "notice", ["person_id", "read_at"])
    op.create_index("ix_notice_subject", "notice", ["subject_kind", "subject_id"])
    waiting = sa.text("way = 'digest' AND mailed_at IS NULL AND read_at IS NULL")
    op.create_index("ix_notice_waiting", "notice", ["person_id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "notice_choice",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("quiet_hours", sa.Boolean(), nullable=False),
        sa.CheckConstraint("way IN ('digest', 'at_once', 'inbox_only')", name=op.f("ck_notice_choice_way")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choice")),
    )


def downgrade() -> None:
    op.drop_table("notice_choice")
    op.drop_table("notice")
    op.drop_table("event_text")
    op.drop_table("event")
    if op.get_bind().dialect.name == "postgresql":
        for function in ("event_follows", "event_stays", "event_text_is_new", "event_text_stays"):
            op.execute(f"DROP FUNCTION {function}()")


# What may happen to these tables: an event that follows the last one is added; a text is added once, and may be redacted once. SQLite's
# INSERT OR REPLACE deletes without asking the triggers on deletion, so the triggers on insertion leave it nothing to replace.
GUARDS_ON_SQLITE = (
    """
    CREATE TRIGGER event_follows BEFORE INSERT ON event
    WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM event)
      OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM event ORDER BY id DESC LIMIT 1), printf('%064d', 0))
    BEGIN SELECT RAISE(ABORT, 'An event follows the last one.'); END
    """,
    "CREATE TRIGGER event_unchanged BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'History is never changed.'); END",
    "CREATE TRIGGER event_undeleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'History is never deleted.'); END",
    """
    CREATE TRIGGER event_text_is_new BEFORE INSERT ON event_text
    WHEN EXISTS (SELECT 1 FROM event_text WHERE event_id = NEW.event_id AND field = NEW.field)
    BEGIN SELECT RAISE(ABORT, 'History is never changed.'); END
    """,
    f"""
    CREATE TRIGGER event_text_unchanged BEFORE UPDATE ON event_text
    WHEN OLD.redacted_at IS NOT NULL OR NEW.redacted_at IS NULL OR NEW.text IS NOT '{MARKER}' OR NEW.salt IS NOT ''
      OR NEW.event_id IS NOT OLD.event_id OR NEW.field IS NOT OLD.field
    BEGIN SELECT RAISE(ABORT, 'A text in history may be redacted, once; nothing else.'); END
    """,
    "CREATE TRIGGER event_text_undeleted BEFORE DELETE ON event_text BEGIN SELECT RAISE(ABORT, 'History is never deleted.'); END",
)

GUARDS_ON_POSTGRESQL = (
    """
    CREATE FUNCTION event_follows() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last event%ROWTYPE;
    BEGIN
        SELECT * INTO last FROM event ORDER BY id DESC LIMIT 1;
        IF NEW.id <> coalesce(last.id, 0) + 1 OR NEW.prev_hash <> coalesce(last.hash, repeat('0', 64)) THEN
            RAISE EXCEPTION 'An event follows the last one.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'History is never changed, never deleted.' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE FUNCTION event_text_is_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM event_text WHERE event_id = NEW.event_id AND field = NEW.field) THEN
            RAISE EXCEPTION 'History is never changed.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    f"""
    CREATE FUNCTION event_text_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.redacted_at IS NOT NULL OR NEW.redacted_at IS NULL OR NEW.text <> '{MARKER}' OR NEW.salt <> ''
            OR NEW.event_id <> OLD.event_id OR NEW.field <> OLD.field THEN
            RAISE EXCEPTION 'A text in history may be redacted, once; nothing else.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER event_follows BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION event_follows()",
    "CREATE TRIGGER event_unchanged BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION event_stays()",
    "CREATE TRIGGER event_untruncated BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION event_stays()",
    "CREATE TRIGGER event_text_is_new BEFORE INSERT ON event_text FOR EACH ROW EXECUTE FUNCTION event_text_is_new()",
    "CREATE TRIGGER event_text_unchanged BEFORE UPDATE ON event_text FOR EACH ROW EXECUTE FUNCTION event_text_stays()",
    "CREATE TRIGGER event_text_undeleted BEFORE DELETE ON event_text FOR EACH ROW EXECUTE FUNCTION event_stays()",
    "CREATE TRIGGER event_text_untruncated BEFORE TRUNCATE ON event_text FOR EACH STATEMENT EXECUTE FUNCTION event_stays()",
)
