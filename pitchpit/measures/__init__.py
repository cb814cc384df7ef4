"""What is counted over time: measures, observations, and the charts that read them."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the pages of measures; put a project's charts on its page and what is due on the home page."""
    from pitchpit.core.ports import Pane, panes
    from pitchpit.history.ports import verbs
    from pitchpit.home.ports import todo
    from pitchpit.measures import chart, home, views
    from pitchpit.measures.verbs import VERBS

    app.register_blueprint(views.bp)
    for verb in VERBS:
        verbs.add(app, verb)
    panes.add(app, Pane("project.main", 10, "measures", "measures/_charts.html", home.charts, statements=4))
    todo.add(app, home.to_enter)
    drawings = (chart.chart_html, chart.chart_svg, chart.variation_icon_svg, chart.assurance_icon_svg)
    app.jinja_env.globals.update({drawing.__name__: drawing for drawing in drawings})
