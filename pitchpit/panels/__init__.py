"""Panels: conflicts, assignments, scorecards, rankings, meetings."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the pages of judging; tell the home page and history's readers about them; remind judges."""
    from pitchpit.core import jobs
    from pitchpit.core.ports import NavItem, nav
    from pitchpit.history.ports import heard, verbs
    from pitchpit.home.ports import for_those_who_stand, todo
    from pitchpit.panels import home, queries, scoring, views, words
    from pitchpit.panels.hearing import HEARD
    from pitchpit.panels.verbs import VERBS
    from pitchpit.people.ports import Stand, stands

    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(panel_words=words)
    app.jinja_env.filters["points"] = scoring.in_points
    for verb in VERBS:
        verbs.add(app, verb)
    for one in HEARD:
        heard.add(app, one)
    nav.add(app, NavItem(30, "Judging", "panels.rounds", lambda person: person.may_stand("panel")))
    todo.add(app, for_those_who_stand("panel", home.to_judge))
    stands.add(app, Stand("panel", queries.sits_on_a_panel))
    jobs.handlers.add(app, ("panels.remind", home.remind))
    jobs.ticks.add(app, home.tick)
