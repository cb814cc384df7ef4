"""The first page: what needs me now, computed from states; and the frame's navigation."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the home page and the search, and tell every page's frame what this person can use."""
    from pitchpit.core.ports import NavItem, nav
    from pitchpit.home import frame, views

    app.register_blueprint(views.home.bp)
    app.register_blueprint(views.search.bp)
    app.context_processor(frame.nav_context)
    nav.add(app, NavItem(0, "Home", "home.show", lambda _person: True))
