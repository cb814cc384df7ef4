"""Access records: who saw something private, or took a file away. And history by day, for whoever looks for an event to redact.

A person's number is no foreign key: history stands on a floor below people, and a record outlives whatever it is about.
"""

import sqlalchemy as sa
from alembic import op

from pitchpit.core.db import UTC

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "access",
            sa.Enum("viewed", "exported", name="access", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_record")),
    )
    op.create_index("ix_access_record_person", "access_record", ["person_id", "id"])
    op.create_index("ix_access_record_subject", "access_record", ["subject_kind", "subject_id", "id"])
    op.create_index("ix_event_at", "event", ["at", "id"])
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)


def downgrade() -> None:
    op.drop_index("ix_event_at", "event")
    op.drop_table("access_record")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_record_stays()")


# SQLite's INSERT OR REPLACE deletes without asking the trigger on deletion, so the trigger on insertion leaves it nothing to replace.
GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER access_record_is_new BEFORE INSERT ON access_record
        WHEN EXISTS (SELECT 1 FROM access_record WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'An access record is never changed.'); END
        """,
        """
        CREATE TRIGGER access_record_unchanged BEFORE UPDATE ON access_record
        BEGIN SELECT RAISE(ABORT, 'An access record is never changed.'); END
        """,
        """
        CREATE TRIGGER access_record_undeleted BEFORE DELETE ON access_record
        BEGIN SELECT RAISE(ABORT, 'An access record is never deleted.'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION access_record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'An access record is never changed, never deleted.'
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER access_record_unchanged BEFORE UPDATE OR DELETE ON access_record FOR EACH ROW
        EXECUTE FUNCTION access_record_stays()
        """,
        """
        CREATE TRIGGER access_record_untruncated BEFORE TRUNCATE ON access_record FOR EACH STATEMENT
        EXECUTE FUNCTION access_record_stays()
        """,
    ),
}
