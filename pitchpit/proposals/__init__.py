"""Ideas in a round: drafts, versions, authors. Owns the proposal's `move`."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Serve the pages of ideas; tell history's readers and the home page about them."""
    from pitchpit.core.ports import NavItem, Pane, nav, panes
    from pitchpit.history.ports import heard, verbs
    from pitchpit.home.ports import todo
    from pitchpit.people.ports import Stand, holdings, stands
    from pitchpit.proposals import home, queries, views
    from pitchpit.proposals.hearing import HEARD
    from pitchpit.proposals.verbs import VERBS

    app.register_blueprint(views.bp)
    for verb in VERBS:
        verbs.add(app, verb)
    for one in HEARD:
        heard.add(app, one)
    nav.add(app, NavItem(20, "Ideas", "proposals.mine", lambda person: True))
    panes.add(app, Pane("home.main", 10, "my ideas", "proposals/_home.html", home.my_ideas, statements=2))
    todo.add(app, home.to_finish)
    stands.add(app, Stand("responder", queries.answers_ideas))
    holdings.add(app, queries.replies_owed)
