"""Gates."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "start",
                "continue",
                "change",
                "adopt",
                "spread",
                "stop",
                "close",
                "not_start",
                name="gate_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "from_stage",
            sa.Enum(
                "setting_up",
                "running",
                "testing",
                "embedding",
                "adopted",
                "stopped",
                "done",
                "not_started",
                name="from_stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_stage",
            sa.Enum(
                "setting_up",
                "running",
                "testing",
                "embedding",
                "adopted",
                "stopped",
                "done",
                "not_started",
                name="to_stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_gate_by_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_gate_lesson_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_gate_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
    )
    op.create_index(op.f("ix_gate_project_id"), "gate", ["project_id"], unique=False)
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("gate")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION gate_stays()")


#: Only a redaction may touch it afterwards, once, and only its texts.
GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER gate_unchanged BEFORE UPDATE ON gate
        WHEN NOT (
            OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL
            AND NEW.id IS OLD.id
            AND NEW.project_id IS OLD.project_id
            AND NEW.outcome IS OLD.outcome
            AND NEW.held_on IS OLD.held_on
            AND NEW.from_stage IS OLD.from_stage
            AND NEW.to_stage IS OLD.to_stage
            AND NEW.by_id IS OLD.by_id
            AND NEW.decided_at IS OLD.decided_at
        )
        BEGIN SELECT RAISE(ABORT, 'A gate is never changed, never deleted.'); END
        """,
        """
        CREATE TRIGGER gate_undeleted BEFORE DELETE ON gate
        BEGIN SELECT RAISE(ABORT, 'A gate is never changed, never deleted.'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION gate_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'A gate is never changed, never deleted.' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER gate_unchanged BEFORE UPDATE ON gate FOR EACH ROW
        WHEN (NOT (
            OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL
            AND NEW.id IS NOT DISTINCT FROM OLD.id
            AND NEW.project_id IS NOT DISTINCT FROM OLD.project_id
            AND NEW.outcome IS NOT DISTINCT FROM OLD.outcome
            AND NEW.held_on IS NOT DISTINCT FROM OLD.held_on
            AND NEW.from_stage IS NOT DISTINCT FROM OLD.from_stage
            AND NEW.to_stage IS NOT DISTINCT FROM OLD.to_stage
            AND NEW.by_id IS NOT DISTINCT FROM OLD.by_id
            AND NEW.decided_at IS NOT DISTINCT FROM OLD.decided_at
        ))
        EXECUTE FUNCTION gate_stays()
        """,
        """
        CREATE TRIGGER gate_undeleted BEFORE DELETE ON gate FOR EACH ROW
        EXECUTE FUNCTION gate_stays()
        """,
    ),
}
