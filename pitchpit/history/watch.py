"""Once an hour the head of the chain goes to the log, which is kept elsewhere: so a tail that was cut off shows."""

from __future__ import annotations

import logging

from flask import current_app

from pitchpit.core import clock
from pitchpit.history import queries

log = logging.getLogger(__name__)


def log_head() -> None:
    """Write the head of the chain to the log, once in each hour of each process. `queries.verify` takes it as `upto`."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if current_app.extensions.get("pitchpit.history.head") == hour:
        return
    last = queries.head()
    log.info("The head of history is event %s, hash %s", last.id, last.hash)
    current_app.extensions["pitchpit.history.head"] = hour
