"""The word on a proposal: triage, the panel's decision, ratification, release, the projects they open."""

from __future__ import annotations

from typing import Any

from flask import Flask


def register(app: Flask) -> None:
    """Serve triage and decisions; tell the idea's page, the home page and history about them."""
    from pitchpit.core.ports import NavItem, Pane, nav, panes
    from pitchpit.decisions import home, queries, views
    from pitchpit.decisions.verbs import VERBS
    from pitchpit.history.ports import verbs
    from pitchpit.home.ports import for_those_who_stand, todo
    from pitchpit.panels.ports import given_away
    from pitchpit.people.ports import Stand, stands

    for blueprint in views.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for verb in VERBS:
        verbs.add(app, verb)
    panes.add(app, Pane("proposal.main", 5, "concern", "decisions/_concern.html", home.concern_pane, statements=1))
    nav.add(app, NavItem(25, "Triage", "triage.queue", _triages))
    panes.add(app, Pane("proposal.main", 10, "decision", "decisions/_pane.html", home.decision_pane, statements=3))
    panes.add(app, Pane("proposal.side", 10, "triage", "triage/_pane.html", home.triage_pane, statements=0))
    todo.add(app, home.to_answer_or_release)
    todo.add(app, for_those_who_stand("ratifier", home.to_ratify))
    stands.add(app, Stand("ratifier", queries.ratifies_a_tier))
    given_away.add(app, queries.given_in_triage_pence)


def _triages(person: Any) -> bool:
    """Whether there may be anything for them to answer: the QI team, and who is named to answer ideas."""
    from pitchpit.people.enums import Right

    return bool(person.has(Right.QI) or person.may_stand("responder"))
