"""Review gates: start, continue, change, adopt, stop, each kept with the evidence it was taken on."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the pages of reviews; show on a project's page what it lacks before its start, and to whom a review is theirs."""
    from pitchpit.core.ports import Pane, panes
    from pitchpit.gates import home, views
    from pitchpit.history.enums import EVERYONE
    from pitchpit.history.ports import Verb, verbs
    from pitchpit.home.ports import for_those_who_stand, todo

    app.register_blueprint(views.bp)
    verbs.add(app, Verb("gate.held", "{actor} held a review: {outcome}", audience=frozenset({EVERYONE})))
    todo.add(app, for_those_who_stand("project", home.to_start))
    panes.add(app, Pane("project.main", 1, "start", "gates/_before_start.html", home.before_start, statements=1))
    panes.add(app, Pane("project.side", 10, "review", "gates/_review.html", home.may_review, statements=0))
