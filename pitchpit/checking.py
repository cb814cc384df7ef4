"""`pitchpit check`: what is wrong with the database, the history and the files, in sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import select, text

from pitchpit.core.db import db


def problems() -> Iterator[str]:
    """Each thing that is wrong; nothing at all where everything is sound."""
    yield from _database()
    yield from _history()
    yield from _files()


def _database() -> Iterator[str]:
    if db.engine.dialect.name != "sqlite":
        return
    for (answer,) in db.session.execute(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield f"The database file is damaged: {answer}. Restore the last backup."
    for table, number, parent, _ in db.session.execute(text("PRAGMA foreign_key_check")):
        yield f"Row {number} of {table} points to a row of {parent} that is not there."


def _history() -> Iterator[str]:
    from pitchpit.history.queries import verify

    broken = verify()
    if broken is not None:
        yield f"The history is broken: {broken}. It was changed outside Pitchpit; compare it with a backup."


def _files() -> Iterator[str]:
    from pitchpit.core.files import File, chunks

    for file in db.session.scalars(select(File)):
        digest = hashlib.sha256()
        for chunk in chunks(file):
            digest.update(chunk)
        if digest.hexdigest() != file.sha256:
            yield f"File {file.id} is not what was uploaded: restore it from a backup."
