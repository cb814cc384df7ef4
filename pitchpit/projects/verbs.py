"""What happens to projects, as history tells it: the work to every colleague, reports and money to those close to it."""

from __future__ import annotations

from pitchpit.history.enums import EVERYONE, IG, MONITOR, TEAM
from pitchpit.history.ports import Verb

_ALL = frozenset({EVERYONE})
_CLOSE = frozenset({TEAM, MONITOR, IG})

VERBS = (
    Verb(
        "project.opened",
        "It became a project: {award_pence} awarded, {monitoring} monitoring",
        audience=_ALL,
        names_actor=False,  # whoever released the decision; the decision's own page says how it was taken
    ),
    Verb("project.moved", "It went from {from} to {to}", audience=_ALL),
    Verb("project.changed", "{actor} changed its {fields}", audience=_ALL),
    Verb("project.role_given", "{actor} named {person} as {role}, from {from_on}", audience=_ALL),
    Verb("project.role_ended", "{person} is no longer {role}", audience=_ALL),
    Verb("project.checked", "{actor} answered the {check}: {answer}", audience=_CLOSE),
    Verb(
        "project.monitoring",
        "{actor} changed its monitoring from {from} to {to}",
        audience=_ALL,
        texts={"reason": _CLOSE},
    ),
    Verb("milestone.promised", "{actor} promised a milestone for {due_on}", audience=_ALL),
    Verb("milestone.moved", "{actor} moved a milestone from {from_on} to {to_on}", audience=_ALL),
    Verb("milestone.reached", "A milestone was reached on {reached_on}", audience=_ALL),
    Verb("check_in.made", "{actor} checked in for {due_on}", audience=_CLOSE),
    Verb("check_in.answered", "{actor} answered the check-in", audience=_CLOSE),
    Verb("project.spent", "{actor} entered {amount_pence} spent on {spent_on}", audience=_CLOSE),
)
