"""Alembic's environment: the application's own database, in one transaction a migration."""

from alembic import context
from flask import current_app

from pitchpit.core.db import schema_change

config = context.config
target = current_app.extensions["migrate"].db


def run() -> None:
    """Run the migrations on the application's database."""
    arguments = current_app.extensions["migrate"].configure_args
    with schema_change() as connection:
        context.configure(
            connection=connection,
            target_metadata=target.metadatas[None],
            transaction_per_migration=False,
            **arguments,
        )
        context.run_migrations()


run()
