"""What history tells of people: an admin's acts, to admins; what touches oneself, to oneself too."""

from __future__ import annotations

from pitchpit.history.enums import ADMIN, IG, SELF
from pitchpit.history.ports import Verb

_ADMINS = frozenset({ADMIN, IG})
_AND_SELF = _ADMINS | {SELF}

VERBS = (
    Verb("person.added", "{actor} gave {person} an account", audience=_ADMINS),
    Verb("person.changed", "{actor} changed the {fields} of {person}", audience=_ADMINS),
    Verb("person.right_given", "{actor} gave {person} the right “{right}”", audience=_AND_SELF),
    Verb("person.right_taken", "{actor} took the right “{right}” from {person}", audience=_AND_SELF),
    Verb("person.leaves", "{actor} noted that {person} leaves on {left_on}", audience=_ADMINS),
    Verb("person.stays", "{actor} noted that {person} stays", audience=_ADMINS),
    Verb("person.link_sent", "{actor} had a link to set a password sent to {person}", audience=_AND_SELF),
    Verb("person.password_set", "{person} has a new password", audience=_AND_SELF),
    Verb("service.added", "{actor} added this service", audience=_ADMINS),
    Verb("service.changed", "{actor} changed its {fields}", audience=_ADMINS),
    Verb("service.moved", "{actor} moved it in the tree", audience=_ADMINS),
    Verb("service.closed", "{actor} closed it from {closed_on}", audience=_ADMINS),
    Verb("service.manager_named", "{actor} changed who manages it", audience=_ADMINS),
    Verb("post.added", "{actor} added the post “{kind}”", audience=_ADMINS),
    Verb("post.held", "{actor} gave the post to {person} from {from_on}", audience=_ADMINS),
    Verb("post.given_up", "{actor} noted that {person} holds it until {to_on}", audience=_ADMINS),
)
