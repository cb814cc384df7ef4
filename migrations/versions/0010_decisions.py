"""Decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "risk_now",
                "incident",
                "speaking_up",
                "safeguarding",
                "fraud",
                name="concern_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_concern_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["person.id"], name=op.f("fk_concern_contact_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_concern_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_concern_proposal_id")),
    )
    op.create_index(op.f("ix_concern_contact_id"), "concern", ["contact_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "approved",
                "supported",
                "declined",
                "redirected",
                "shelved",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "taken",
            sa.Enum("triage", "panel", name="taken", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount_pence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("condition_to_change", sa.Text(), nullable=False),
        sa.Column("redirected_to", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.JSON(), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'shelved' OR condition_to_change <> ''", name=op.f("ck_decision_shelved_condition")
        ),
        sa.CheckConstraint("outcome = 'approved' OR amount_pence = 0", name=op.f("ck_decision_money_only_approved")),
        sa.CheckConstraint("taken <> 'triage' OR released_at IS NOT NULL", name=op.f("ck_decision_triage_released")),
        sa.CheckConstraint("amount_pence >= 0", name=op.f("ck_decision_amount")),
        sa.CheckConstraint("released_at IS NULL OR replaced_at IS NULL", name=op.f("ck_decision_released_stays")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_decision_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_decision_meeting_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_decision_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_released_at"), "decision", ["released_at"], unique=False)
    op.create_index(
        "uq_decision_current",
        "decision",
        ["proposal_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "condition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_condition_decision_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_condition_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
    )
    op.create_index(op.f("ix_condition_decision_id"), "condition", ["decision_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_feedback_criterion_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_feedback_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("decision_id", "criterion_id", name=op.f("uq_feedback_decision_id_criterion_id")),
    )
    op.create_table(
        "ratification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("yes", "no", "back", name="ratifier_answer", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("minute_reference", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ratification_by_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_ratification_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratification")),
    )
    op.create_index(op.f("ix_ratification_decision_id"), "ratification", ["decision_id"], unique=False)
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("ratification")
    op.drop_table("feedback")
    op.drop_table("condition")
    op.drop_table("decision")
    op.drop_table("concern")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decision_stays()")


#: Only a redaction may touch it afterwards, once, and only its texts.
GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER decision_unchanged BEFORE UPDATE ON decision
        WHEN OLD.released_at IS NOT NULL AND NOT (
            OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL
            AND NEW.id IS OLD.id
            AND NEW.proposal_id IS OLD.proposal_id
            AND NEW.outcome IS OLD.outcome
            AND NEW.taken IS OLD.taken
            AND NEW.amount_pence IS OLD.amount_pence
            AND NEW.by_id IS OLD.by_id
            AND NEW.taken_at IS OLD.taken_at
            AND NEW.released_at IS OLD.released_at
            AND NEW.replaced_at IS OLD.replaced_at
        )
        BEGIN SELECT RAISE(ABORT, 'A released decision is never changed, never deleted.'); END
        """,
        """
        CREATE TRIGGER decision_undeleted BEFORE DELETE ON decision WHEN OLD.released_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'A released decision is never changed, never deleted.'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'A released decision is never changed, never deleted.' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER decision_unchanged BEFORE UPDATE ON decision FOR EACH ROW
        WHEN (OLD.released_at IS NOT NULL AND NOT (
            OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL
            AND NEW.id IS NOT DISTINCT FROM OLD.id
            AND NEW.proposal_id IS NOT DISTINCT FROM OLD.proposal_id
            AND NEW.outcome IS NOT DISTINCT FROM OLD.outcome
            AND NEW.taken IS NOT DISTINCT FROM OLD.taken
            AND NEW.amount_pence IS NOT DISTINCT FROM OLD.amount_pence
            AND NEW.by_id IS NOT DISTINCT FROM OLD.by_id
            AND NEW.taken_at IS NOT DISTINCT FROM OLD.taken_at
            AND NEW.released_at IS NOT DISTINCT FROM OLD.released_at
            AND NEW.replaced_at IS NOT DISTINCT FROM OLD.replaced_at
        ))
        EXECUTE FUNCTION decision_stays()
        """,
        """
        CREATE TRIGGER decision_undeleted BEFORE DELETE ON decision FOR EACH ROW WHEN (OLD.released_at IS NOT NULL)
        EXECUTE FUNCTION decision_stays()
        """,
    ),
}
