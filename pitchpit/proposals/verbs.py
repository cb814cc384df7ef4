"""What happens to ideas, as history tells it. Only the team and those who answer read who did what; everybody else that it was done."""

from __future__ import annotations

from pitchpit.history.enums import AUTHORS, EVERYONE, TRIAGE
from pitchpit.history.ports import Verb

_TEAM = frozenset({AUTHORS})
_NAMED_TO = frozenset({AUTHORS, TRIAGE})


def _told(name: str, sentence: str, unnamed: str) -> Verb:
    return Verb(name, sentence, audience=frozenset({EVERYONE}), names_actor=False, unnamed=unnamed, named_to=_NAMED_TO)


VERBS = (
    Verb("proposal.begun", "{actor} began this idea", audience=_TEAM),
    _told(
        "proposal.submitted",
        "{actor} handed it in; an answer is promised by {due_on}",
        "It was handed in; an answer is promised by {due_on}",
    ),
    _told(
        "proposal.resubmitted",
        "{actor} handed in version {version}; an answer is promised by {due_on}",
        "Version {version} was handed in; an answer is promised by {due_on}",
    ),
    _told("proposal.withdrawn", "{actor} withdrew it", "Its authors withdrew it"),
    Verb("proposal.deleted", "{actor} deleted this draft", audience=_TEAM),
    Verb("proposal.author_joined", "{actor} added {person} to the team", audience=_TEAM | {TRIAGE}),
    Verb("proposal.author_left", "{person} left the team", audience=_TEAM | {TRIAGE}),
)
