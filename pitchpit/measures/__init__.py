"""What is counted over time: measures, observations, and the charts that read them."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the pages of measures; put a project's charts on its page and what is due on the home page; remind of values that are late."""
    from pitchpit.core import jobs
    from pitchpit.core.ports import Pane, panes
    from pitchpit.history.ports import verbs
    from pitchpit.home.ports import for_those_who_stand, todo
    from pitchpit.measures import chart, home, queries, reminders, views
    from pitchpit.measures.verbs import VERBS
    from pitchpit.people.ports import Stand, holdings, stands

    app.register_blueprint(views.bp)
    for verb in VERBS:
        verbs.add(app, verb)
    panes.add(app, Pane("project.main", 10, "measures", "measures/_charts.html", home.charts, statements=4))
    panes.add(app, Pane("project.check_in", 10, "values", "measures/_since.html", home.entered_since, statements=1))
    todo.add(app, for_those_who_stand("data owner", home.to_enter))
    stands.add(app, Stand("data owner", queries.keeps_a_measure))
    holdings.add(app, queries.measures_kept)
    drawings = (chart.chart_html, chart.chart_svg, chart.variation_icon_svg, chart.assurance_icon_svg)
    app.jinja_env.globals.update({drawing.__name__: drawing for drawing in drawings})
    jobs.handlers.add(app, (reminders.LOOK, reminders.look))
    jobs.handlers.add(app, (reminders.REMIND, reminders.remind))
    jobs.ticks.add(app, reminders.tick)
