"""Standing ways of asking for ideas: schemes, funds, rounds, questions, rubrics, panels."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the pages of schemes and rounds, and tell history, home and the admin's page about them."""
    from pitchpit.core.ports import Pane, panes
    from pitchpit.history.ports import verbs
    from pitchpit.home.ports import todo
    from pitchpit.people.ports import holdings
    from pitchpit.schemes import actions, queries, views

    app.register_blueprint(views.schemes.bp)
    app.register_blueprint(views.rounds.bp)
    for verb in actions.VERBS:
        verbs.add(app, verb)
    todo.add(app, queries.first_steps)
    todo.add(app, queries.needs_now)
    holdings.add(app, queries.panels_and_replies)
    panes.add(app, Pane("admin.main", 20, "schemes", "schemes/pane_admin.html", lambda _person, _thing: True, 0))
