"""An edit number on each check before the start; who answers ideas is found from the person."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("start_check") as batch:
        batch.add_column(sa.Column("edit", sa.Integer(), nullable=True))
    op.execute("UPDATE start_check SET edit = 1")
    with op.batch_alter_table("start_check") as batch:
        batch.alter_column("edit", existing_type=sa.Integer(), nullable=False)
    op.create_index("ix_responder_person_id", "responder", ["person_id"])
    op.create_index("ix_responder_deputy_id", "responder", ["deputy_id"])


def downgrade() -> None:
    op.drop_index("ix_responder_deputy_id", "responder")
    op.drop_index("ix_responder_person_id", "responder")
    with op.batch_alter_table("start_check") as batch:
        batch.drop_column("edit")
