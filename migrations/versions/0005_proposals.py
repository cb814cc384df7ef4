"""Proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: A draft may be deleted, and its number must not come back: history would tell the new proposal's authors what the old one's did.
NUMBERS_NOT_USED_AGAIN = {"sqlite_autoincrement": True}


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("pays_after", sa.Text(), nullable=False),
        sa.Column("named_when_declined", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "shortlisted",
                "approved",
                "supported",
                "declined",
                "redirected",
                "shelved",
                "answered",
                "merged",
                "withdrawn",
                name="proposal_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_version_id", sa.Integer(), nullable=True),
        sa.Column("responder_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returns_used", sa.Integer(), nullable=False),
        sa.Column("return_by_on", sa.Date(), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("concern_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_proposal_submitted")),
        sa.CheckConstraint("(state = 'returned') = (return_by_on IS NOT NULL)", name=op.f("ck_proposal_return_date")),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (current_version_id IS NULL)", name=op.f("ck_proposal_version_made")
        ),
        sa.CheckConstraint("(submitted_at IS NULL) = (reference IS NULL)", name=op.f("ck_proposal_reference_given")),
        sa.ForeignKeyConstraint(["responder_id"], ["person.id"], name=op.f("fk_proposal_responder_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_proposal_round_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_proposal_service_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_proposal_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("reference", name=op.f("uq_proposal_reference")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposal_responder_id_state"), "proposal", ["responder_id", "state"], unique=False)
    op.create_index(
        op.f("ix_proposal_round_id_state_due_on_id"), "proposal", ["round_id", "state", "due_on", "id"], unique=False
    )
    op.create_index(op.f("ix_proposal_service_id"), "proposal", ["service_id"], unique=False)
    op.create_index(op.f("ix_proposal_state_due_on_id"), "proposal", ["state", "due_on", "id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_answer_proposal_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_answer_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("proposal_id", "question_id", name=op.f("uq_answer_proposal_id_question_id")),
    )
    op.create_table(
        "author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_author_person_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_author_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_author_proposal_id_person_id")),
    )
    op.create_index(op.f("ix_author_person_id"), "author", ["person_id"], unique=False)
    op.create_table(
        "cost_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pay", "non_pay", "equipment", name="cost_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("vat_included", sa.Boolean(), nullable=False),
        sa.Column("amount_pence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_pence >= 0", name=op.f("ck_cost_line_not_negative")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_cost_line_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_line")),
    )
    op.create_index(op.f("ix_cost_line_proposal_id"), "cost_line", ["proposal_id"], unique=False)
    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("tier_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ask_pence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_version_made_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_version_proposal_id")),
        sa.ForeignKeyConstraint(["tier_id"], ["tier.id"], name=op.f("fk_version_tier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_version_proposal_id_number")),
    )
    op.create_table(
        "advice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_advice_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_advice_proposal_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_advice_question_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_advice_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice")),
    )
    op.create_index(op.f("ix_advice_proposal_id"), "advice", ["proposal_id"], unique=False)

    with op.batch_alter_table("proposal", table_kwargs=NUMBERS_NOT_USED_AGAIN) as batch:  # the two point at each other
        batch.create_foreign_key(op.f("fk_proposal_current_version_id"), "version", ["current_version_id"], ["id"])
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)


def downgrade() -> None:
    with op.batch_alter_table("proposal", table_kwargs=NUMBERS_NOT_USED_AGAIN) as batch:
        batch.drop_constraint(op.f("fk_proposal_current_version_id"), type_="foreignkey")
    op.drop_table("advice")
    op.drop_table("version")
    op.drop_table("cost_line")
    op.drop_table("author")
    op.drop_table("answer")
    op.drop_table("proposal")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION version_stays()")


# A version is written once. It may be redacted once (its texts alone), and never goes. SQLite's INSERT OR REPLACE deletes without asking
# the trigger on deletion, so the one on insertion leaves it nothing to replace.
GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER version_is_new BEFORE INSERT ON version
        WHEN EXISTS (SELECT 1 FROM version WHERE id = NEW.id OR (proposal_id = NEW.proposal_id AND number = NEW.number))
        BEGIN SELECT RAISE(ABORT, 'A version is never changed, never deleted.'); END
        """,
        """
        CREATE TRIGGER version_unchanged BEFORE UPDATE ON version
        WHEN NOT (
            OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL
            AND NEW.id IS OLD.id
            AND NEW.proposal_id IS OLD.proposal_id
            AND NEW.number IS OLD.number
            AND NEW.made_at IS OLD.made_at
            AND NEW.made_by_id IS OLD.made_by_id
            AND NEW.tier_id IS OLD.tier_id
            AND NEW.ask_pence IS OLD.ask_pence
        )
        BEGIN SELECT RAISE(ABORT, 'A version is never changed, never deleted.'); END
        """,
        """
        CREATE TRIGGER version_undeleted BEFORE DELETE ON version
        BEGIN SELECT RAISE(ABORT, 'A version is never changed, never deleted.'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'A version is never changed, never deleted.' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER version_unchanged BEFORE UPDATE ON version FOR EACH ROW
        WHEN (NOT (
            OLD.redacted_at IS NULL AND NEW.redacted_at IS NOT NULL
            AND NEW.id IS NOT DISTINCT FROM OLD.id
            AND NEW.proposal_id IS NOT DISTINCT FROM OLD.proposal_id
            AND NEW.number IS NOT DISTINCT FROM OLD.number
            AND NEW.made_at IS NOT DISTINCT FROM OLD.made_at
            AND NEW.made_by_id IS NOT DISTINCT FROM OLD.made_by_id
            AND NEW.tier_id IS NOT DISTINCT FROM OLD.tier_id
            AND NEW.ask_pence IS NOT DISTINCT FROM OLD.ask_pence
        ))
        EXECUTE FUNCTION version_stays()
        """,
        """
        CREATE TRIGGER version_undeleted BEFORE DELETE ON version FOR EACH ROW EXECUTE FUNCTION version_stays()
        """,
        """
        CREATE TRIGGER version_untruncated BEFORE TRUNCATE ON version FOR EACH STATEMENT EXECUTE FUNCTION version_stays()
        """,
    ),
}
