"""What happens to a proposal from triage to release, as history tells it."""

from __future__ import annotations

from pitchpit.history.enums import AUTHORS, CHAIR, EVERYONE, INSIDERS, PANEL, TRIAGE
from pitchpit.history.ports import Verb

_ALL = frozenset({EVERYONE})
_TOLD = frozenset({AUTHORS, TRIAGE})
_HELD = frozenset({CHAIR, PANEL})
_PRIVATE = frozenset({AUTHORS, TRIAGE})

VERBS = (
    Verb(
        "proposal.shortlisted",
        "{actor} put it on the shortlist for the panel",
        audience=_TOLD,
    ),
    Verb("proposal.returned", "{actor} sent it back with advice, to be sent again by {return_by_on}", audience=_TOLD),
    Verb("proposal.given_longer", "{actor} gave its authors until {return_by_on} to send it again", audience=_TOLD),
    Verb(
        "proposal.taken_up",
        "{actor} took it up as it was handed in last; an answer is promised by {due_on}",
        audience=_TOLD,
    ),
    Verb("proposal.concern", "{actor} passed it on to a named person, privately", audience=_PRIVATE),
    Verb(
        "decision.held",
        "{actor} held the panel's decision: {outcome}",
        audience=_HELD,
        names_actor=True,
    ),
    Verb(
        "decision.ratified",
        "{actor} answered the recommendation: {answer}",
        audience=_HELD,
        texts={"reason": _HELD, "minute_reference": _HELD},
    ),
    Verb(
        "decision.released",
        "{actor} let the decision out: {outcome}",
        audience=_ALL,
        names_actor=False,
        unnamed="The decision came out: {outcome}",
        named_to=INSIDERS,
    ),
    Verb("round.released", "{actor} let the round's decisions out: {decisions}", audience=_ALL),
)
