"""The few facts about this installation that live in its database, not in its environment."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core.db import Model, db

#: When the demo story was told here (a moment, ISO 8601). Where it stands, everything in the database is made up.
DEMO = "demo.loaded_at"


class Setting(Model):
    """One fact by its name."""

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


def get(key: str) -> str | None:
    """The fact of this name, if it is there."""
    return db.session.scalar(select(Setting.value).where(Setting.key == key))


def put(key: str, value: str | None) -> None:
    """Write the fact down in the caller's transaction; None takes it out."""
    db.session.execute(delete(Setting).where(Setting.key == key))
    if value is not None:
        db.session.add(Setting(key=key, value=value))
        db.session.flush()
