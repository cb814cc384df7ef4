"""Who is here: persons, the service tree, posts, rights, and signing in."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve sign-in, the account and an admin's pages; tell notices where mail reaches people."""
    from pitchpit.core import jobs
    from pitchpit.core.ports import NavItem, Pane, nav, panes
    from pitchpit.history.ports import verbs
    from pitchpit.notices.ports import address
    from pitchpit.people import links, login, queries, views
    from pitchpit.people.enums import Right
    from pitchpit.people.ports import holdings
    from pitchpit.people.verbs import VERBS

    login.init_app(app)
    for blueprint in views.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for verb in VERBS:
        verbs.add(app, verb)
    address.add(app, queries.addresses)
    jobs.handlers.add(app, ("people.password_link", links.mail_link))
    nav.add(app, NavItem(90, "Admin", "people.admin", lambda person: person.has(Right.ADMIN)))
    panes.add(app, Pane("admin.main", 10, "people", "people/pane_admin.html", lambda person, _thing: True, 0))
    holdings.add(app, queries.services_and_posts)
