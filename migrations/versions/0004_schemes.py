"""Schemes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("restrictions", sa.Text(), nullable=False),
        sa.Column("spend_by_on", sa.Date(), nullable=True),
        sa.Column("acknowledgement", sa.Text(), nullable=False),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("name", name=op.f("uq_fund_name")),
    )
    op.create_table(
        "scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pitch",
                "pioneer",
                "break_the_rules",
                "open",
                name="scheme_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("letters", name=op.f("uq_scheme_letters")),
        sa.UniqueConstraint("name", name=op.f("uq_scheme_name")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scoring_closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_working_days", sa.Integer(), nullable=False),
        sa.Column("returns_allowed", sa.Integer(), nullable=False),
        sa.Column("judges_per_proposal", sa.Integer(), nullable=False),
        sa.Column("authors_hidden", sa.Boolean(), nullable=False),
        sa.Column("service_hidden", sa.Boolean(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scoring_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_round_closes_after_opens")),
        sa.CheckConstraint("judges_per_proposal >= 1", name=op.f("ck_round_judges")),
        sa.CheckConstraint("reply_working_days BETWEEN 1 AND 60", name=op.f("ck_round_reply_promise")),
        sa.CheckConstraint("scoring_closes_at > closes_at", name=op.f("ck_round_scoring_closes_after")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_round_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
    )
    op.create_index(op.f("ix_round_scheme_id"), "round", ["scheme_id"], unique=False)
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_theme_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("scheme_id", "name", name=op.f("uq_theme_scheme_id_name")),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("guidance", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("may_skip", sa.Boolean(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("ck_criterion_weight")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_criterion_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
    )
    op.create_index(op.f("ix_criterion_round_id_position"), "criterion", ["round_id", "position"], unique=False)
    op.create_table(
        "panel_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "chair",
                "deputy",
                "secretary",
                name="panel_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "seat",
            sa.Enum(
                "clinical",
                "finance",
                "patient",
                "funder",
                "staff",
                "executive",
                "qi",
                name="seat",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panel_member_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_panel_member_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_member")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_panel_member_round_id_person_id")),
    )
    op.create_index(op.f("ix_panel_member_person_id"), "panel_member", ["person_id"], unique=False)
    op.create_index(
        "uq_panel_member_one_chair",
        "panel_member",
        ["round_id"],
        unique=True,
        sqlite_where=sa.text("role = 'chair' AND left_on IS NULL"),
        postgresql_where=sa.text("role = 'chair' AND left_on IS NULL"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "always",
            sa.Enum(
                "problem",
                "change",
                "difference",
                name="always_asked",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "short",
                "long",
                "number",
                "choice",
                "date",
                name="question_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("word_limit", sa.Integer(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("from_pence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_question_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("round_id", "always", name=op.f("uq_question_round_id_always")),
    )
    op.create_index(op.f("ix_question_round_id_position"), "question", ["round_id", "position"], unique=False)
    op.create_table(
        "responder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_responder_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_responder_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_responder_round_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_responder_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responder")),
    )
    op.create_index(op.f("ix_responder_round_id"), "responder", ["round_id"], unique=False)
    op.create_table(
        "round_fund",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("amount_pence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_round_fund_positive")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_round_fund_fund_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_fund_round_id")),
        sa.PrimaryKeyConstraint("round_id", "fund_id", name=op.f("pk_round_fund")),
    )
    op.create_table(
        "tier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("up_to_pence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "approver",
            sa.Enum(
                "triager", "chair", "ratifier", name="approver", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("ratifier_id", sa.Integer(), nullable=True),
        sa.Column(
            "monitoring",
            sa.Enum(
                "light", "standard", "close", name="monitoring", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.CheckConstraint("(approver = 'ratifier') = (ratifier_id IS NOT NULL)", name=op.f("ck_tier_ratifier_named")),
        sa.CheckConstraint("up_to_pence >= 0", name=op.f("ck_tier_not_negative")),
        sa.ForeignKeyConstraint(["ratifier_id"], ["person.id"], name=op.f("fk_tier_ratifier_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_tier_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier")),
        sa.UniqueConstraint("round_id", "up_to_pence", name=op.f("uq_tier_round_id_up_to_pence")),
    )
    op.create_table(
        "level_descriptor",
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_level_descriptor_level")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_level_descriptor_criterion_id")),
        sa.PrimaryKeyConstraint("criterion_id", "level", name=op.f("pk_level_descriptor")),
    )


def downgrade() -> None:
    op.drop_table("level_descriptor")
    op.drop_table("tier")
    op.drop_table("round_fund")
    op.drop_table("responder")
    op.drop_table("question")
    op.drop_table("panel_member")
    op.drop_table("criterion")
    op.drop_table("theme")
    op.drop_table("round")
    op.drop_table("scheme")
    op.drop_table("fund")
