"""What an approved or supported proposal becomes: the work, its roles, milestones, check-ins and money."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the pages of projects; tell history's readers, the home page and ideas about them; look for check-ins that do not come."""
    from pitchpit.core import jobs
    from pitchpit.core.ports import NavItem, Pane, nav, panes
    from pitchpit.history.ports import verbs
    from pitchpit.home.ports import for_those_who_stand, todo
    from pitchpit.people.ports import Stand, holdings, stands
    from pitchpit.projects import home, queries, reminders, views
    from pitchpit.projects.verbs import VERBS

    app.register_blueprint(views.bp)
    for verb in VERBS:
        verbs.add(app, verb)
    nav.add(app, NavItem(40, "Projects", "projects.index", lambda person: True))
    todo.add(app, for_those_who_stand("project", home.check_ins))
    stands.add(app, Stand("project", queries.has_a_role))
    panes.add(app, Pane("proposal.side", 30, "project", "projects/_became.html", home.became, statements=1))
    holdings.add(app, queries.roles_held)
    jobs.handlers.add(app, (reminders.KIND, reminders.remind))
    jobs.ticks.add(app, reminders.tick)
