"""What people are told: in their inbox at once, by mail as they choose."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the inbox, and give the worker the sending of mail."""
    from pitchpit.core import jobs
    from pitchpit.notices import post, views

    app.register_blueprint(views.bp)
    jobs.handlers.add(app, ("notices.mail", post.mail_notice))
    jobs.handlers.add(app, ("notices.digests", post.queue_digests))
    jobs.handlers.add(app, ("notices.digest", post.mail_digest))
    jobs.ticks.add(app, post.tick)
