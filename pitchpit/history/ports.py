"""The ports `history.verbs`: what can happen, the sentence it is told in, who may read it; and `history.heard`: who acts on it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from flask import Flask, current_app

from pitchpit.core.ports import Port
from pitchpit.history.enums import AUDIENCES, EVERYONE, INSIDERS


@dataclass(frozen=True)
class Verb:
    """One thing that can happen.

    `name` is "proposal.submitted". `sentence` is a format string with {actor} and fields of the event's detail: "{actor} handed in
    version {version}"; {person} is the name of the person given as `also`, or else of the one it is about. Fields ending in `_pence` are told as pounds, `_on` and `_at`
    as dates. `audience` may read it. Where `names_actor` is false, only `named_to` read who did it, and the others read `unnamed`:
    "Handed in as version {version}". `texts` narrows the audience of single texts; those it does not name have the verb's own.
    """

    name: str
    sentence: str
    audience: frozenset[str]
    names_actor: bool = True
    unnamed: str = ""
    named_to: frozenset[str] = INSIDERS
    texts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.audience:
            raise ValueError(f"{self.name} needs an audience.")
        for words in (self.audience, self.named_to, *self.texts.values()):
            if unknown := words - AUDIENCES:
                raise ValueError(f"{self.name}: no such audience: {', '.join(sorted(unknown))}.")
        if not self.names_actor and "actor" in fields_of(self.sentence) and not self.unnamed:
            raise ValueError(f"{self.name} hides its actor and so needs a sentence without the name.")
        if "actor" in fields_of(self.unnamed):
            raise ValueError(f"{self.name}: the unnamed sentence names the actor.")

    @property
    def wants(self) -> frozenset[str]:
        """The fields of an event's detail that its sentences need."""
        return (fields_of(self.sentence) | fields_of(self.unnamed)) - {"actor", "person"}

    @property
    def wants_a_person(self) -> bool:
        """Whether its sentences name {person}."""
        return "person" in fields_of(self.sentence) | fields_of(self.unnamed)

    def is_for(self, audiences: frozenset[str]) -> bool:
        """Whether somebody with these audience words may read it."""
        return bool(self.audience & (audiences | {EVERYONE}))

    def names_actor_to(self, audiences: frozenset[str]) -> bool:
        """Whether somebody with these audience words may read who did it."""
        return self.names_actor or bool(self.named_to & audiences)

    def shows_text_to(self, name: str, audiences: frozenset[str]) -> bool:
        """Whether somebody with these audience words may read the text `name` beside the event."""
        return bool(self.texts.get(name, self.audience) & (audiences | {EVERYONE}))


def fields_of(sentence: str) -> frozenset[str]:
    """The names in braces in a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


class Verbs(Port[Verb]):
    """The port, which also finds a verb by its name and takes no name twice."""

    def add(self, app: Flask, thing: Verb) -> None:
        if any(verb.name == thing.name for verb in self.of(app)):
            raise ValueError(f"The verb {thing.name} is there already.")
        super().add(app, thing)

    def by_name(self) -> dict[str, Verb]:
        """Every verb of this application by its name."""
        kept = current_app.extensions.setdefault("pitchpit.history.verbs", {})
        there = self.of(current_app)
        if len(kept) != len(there):
            kept.update({verb.name: verb for verb in there})
        return kept


verbs = Verbs("history.verbs")

#: Ninth port: what a floor above does at once, in the same transaction, when something happens below: (verb, what is done). It is called as
#: the event is recorded, with what it is about and, by name, its actor and detail.
heard: Port[tuple[str, Callable[..., Any]]] = Port("history.heard")
