"""Information governance: texts redacted from history, and who was shown what."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the pages of the `ig` right, and say on their home page what there is."""
    from pitchpit.core.ports import NavItem, Pane, nav, panes
    from pitchpit.governance import rules, views

    app.register_blueprint(views.bp)
    nav.add(app, NavItem(80, "Governance", "governance.index", lambda person: bool(rules.can_govern(person))))
    panes.add(
        app,
        Pane(
            "home.main", 5, "governance", "governance/_home.html", lambda person, _: rules.can_govern(person) or None, 0
        ),
    )
