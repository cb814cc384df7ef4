"""The words of history. Audience words: how somebody stands to the thing an event is about.

A verb names the audiences that may read it; a feature's own query says which of these words a person has on a thing. Who may see the
thing at all has EVERYONE.
"""

from __future__ import annotations

from enum import StrEnum

EVERYONE = "everyone"  # whoever may see the thing
SELF = "self"  # the person the event is about
AUTHORS = "authors"  # the proposal's team
TRIAGE = "triage"  # triagers of its round
PANEL = "panel"  # unexcluded members of its panel
CHAIR = "chair"  # the panel's chair, deputy and secretary, unless excluded
TEAM = "team"  # the project's team
MONITOR = "monitor"  # QI, coach, sponsor
ADMIN = "admin"
IG = "ig"  # information governance

AUDIENCES = frozenset({EVERYONE, SELF, AUTHORS, TRIAGE, PANEL, CHAIR, TEAM, MONITOR, ADMIN, IG})

#: Who reads the actor's name even where the verb hides it from the rest.
INSIDERS = frozenset({TRIAGE, MONITOR, ADMIN, IG})


class Access(StrEnum):
    """How somebody got to see what an access record is about."""

    VIEWED = "viewed"  # a page of something private, by a right rather than because it is theirs
    EXPORTED = "exported"  # as a file or on paper, to take away

    @property
    def words(self) -> str:
        return {Access.VIEWED: "Looked at", Access.EXPORTED: "Saved or printed"}[self]
