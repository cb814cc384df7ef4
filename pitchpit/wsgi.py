"""What gunicorn loads, ours or a trust's own; what must not be served ends in a sentence."""

from __future__ import annotations

import sys
from typing import NoReturn

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from pitchpit import create_app
from pitchpit.core.db import db
from pitchpit.serving import why_not_serve

#: gunicorn takes this number from a worker as "do not start another": any other would be tried again for ever.
GIVE_UP = 3


def load() -> Flask:
    """The application, or the end of this process with a sentence that says why not and what to do."""
    try:
        app = create_app()
    except SystemExit as wrong:
        _stop(str(wrong))
    with app.app_context():
        try:
            reason = why_not_serve()
        except SQLAlchemyError:  # away or not migrated: /readyz and every page say so, and it may come back
            reason = ""
        finally:
            db.engine.dispose()  # gunicorn may fork what is loaded: each process opens connections of its own
    if reason:
        _stop(reason)
    return app


def _stop(reason: str) -> NoReturn:
    print(reason, file=sys.stderr, flush=True)
    raise SystemExit(GIVE_UP)


app = load()
