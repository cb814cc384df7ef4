"""A tie for whoever advised the authors of an idea."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = ("declared", "author", "line_manager", "same_service")
AFTER = ("declared", "author", "line_manager", "advised", "same_service")


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    """Whoever advised stays excluded: the tie stands on as a declared one."""
    conflict = sa.table(
        "conflict", *map(sa.column, ("proposal_id", "person_id", "tie", "handling", "decided_at", "noted_at"))
    )
    other = conflict.alias()

    def has(tie: str) -> sa.Exists:
        """The same person has this tie to the same idea."""
        same = other.c.proposal_id == conflict.c.proposal_id, other.c.person_id == conflict.c.person_id
        return sa.exists().where(*same, other.c.tie == tie)

    decided = sa.func.coalesce(conflict.c.decided_at, conflict.c.noted_at)
    is_both = (conflict.c.tie == "declared") & has("advised")
    op.execute(sa.update(conflict).where(is_both).values(handling="excluded", decided_at=decided))
    op.execute(sa.delete(conflict).where(conflict.c.tie == "advised", has("declared")))
    op.execute(sa.update(conflict).where(conflict.c.tie == "advised").values(tie="declared"))
    _allow(BEFORE)


def _allow(words: tuple[str, ...]) -> None:
    """SQLite makes the table anew, with all that is checked in it; what alembic reads from the database has no CHECKs."""
    with op.batch_alter_table("conflict", copy_from=_conflict()) as batch:
        batch.drop_constraint(op.f("ck_conflict_tie"), type_="check")
        batch.create_check_constraint(op.f("ck_conflict_tie"), _is_one_of("tie", words))


def _is_one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _conflict() -> sa.Table:
    def check(name: str, says: str) -> sa.CheckConstraint:
        return sa.CheckConstraint(says, name=op.f(f"ck_conflict_{name}"))

    types = "financial", "professional", "personal", "indirect"
    return sa.Table(
        "conflict",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("tie", sa.String(40), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handling", sa.String(40), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        check("tie", "tie <> ''"),
        check("conflict_type", _is_one_of("type", types)),
        check("handling", _is_one_of("handling", ("undecided", "excluded", "may_take_part"))),
        check("decided", "handling = 'undecided' OR decided_at IS NOT NULL"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_conflict_decided_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_person_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_conflict_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
        sa.UniqueConstraint("proposal_id", "person_id", "tie", name=op.f("uq_conflict_proposal_id_person_id_tie")),
        sa.Index(op.f("ix_conflict_person_id"), "person_id"),
    )
