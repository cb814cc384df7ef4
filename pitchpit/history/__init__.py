"""Who did what, when and why: append-only, chained by hash, told to each only as far as they may know."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang history's own verbs on its port, and have the head of the chain written down."""
    from pitchpit.core import jobs
    from pitchpit.history import actions, ports, watch

    for verb in actions.VERBS:
        ports.verbs.add(app, verb)
    jobs.ticks.add(app, watch.log_head)
