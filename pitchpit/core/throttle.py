"""Counting tries, over all processes: who tries too often waits. Keys are kept as keyed hashes, so no address can be read here."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core.clock import now
from pitchpit.core.db import Large, Model, insert_into, own_transaction


class Throttle(Model):
    """How often `key` was tried in one window of time. Old windows are pruned by the worker."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    window: Mapped[int] = mapped_column(Large, primary_key=True)
    n: Mapped[int]
    #: When the window is over and the row may go (seconds since 1970).
    over: Mapped[int] = mapped_column(Large, index=True)


def hit(key: str, limit: int, per: int) -> bool:
    """Count one try of `key`; true while there were at most `limit` in this window of `per` seconds.

    In its own short transaction, so that a try counts although the request is refused: call it before the write transaction.
    """
    window = int(now().timestamp() // per)
    counted = insert_into(Throttle).values(key=_hidden(f"{per}:{key}"), window=window, n=1, over=(window + 1) * per)
    counted = counted.on_conflict_do_update(index_elements=["key", "window"], set_={"n": Throttle.n + 1})
    with own_transaction() as connection:
        tries: int = connection.execute(counted.returning(Throttle.n)).scalar_one()
    return tries <= limit


def _hidden(key: str) -> str:
    secret = current_app.config["SECRET_KEY"]
    return hmac.new(secret.encode() if isinstance(secret, str) else secret, key.encode(), hashlib.sha256).hexdigest()
