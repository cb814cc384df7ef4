"""Who did what, when and why: append-only, chained by hash, told to each only as far as they may know."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang history's own verbs on its port; events are written as the transaction that made them is saved."""
    from pitchpit.history import actions, ports

    for verb in actions.VERBS:
        ports.verbs.add(app, verb)
