"""What was expected, what happened, what we would do differently: about any (kind, id)."""

from __future__ import annotations

from typing import Any

from flask import Flask


def register(app: Flask) -> None:
    """Tell history's readers of lessons, and show those of a project that has ended on its page."""
    from pitchpit.core.ports import Pane, panes
    from pitchpit.history.enums import EVERYONE
    from pitchpit.history.ports import Verb, verbs

    verbs.add(app, Verb("lesson.written", "{actor} wrote down what was learned", audience=frozenset({EVERYONE})))
    panes.add(app, Pane("project.main", 5, "lessons", "lessons/_learned.html", _learned, statements=1))


def _learned(_person: Any, project: Any) -> Any:
    """What a project taught, once it has ended; until then nothing, and no statement."""
    from pitchpit.lessons import queries

    return (queries.about("project", project.id) or None) if project.ended_on else None
