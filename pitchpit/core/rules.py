"""Answers: what a rule says when it is asked whether somebody may do something.

A rule is `can_<verb>(person, thing) -> Answer`. Answers combine with Python's own `and` and `or`: the first refusal wins.

    def can_submit(person, proposal) -> Answer:
        return only_if(is_author(person, proposal), "Only its authors can hand it in.") and not_now_unless(
            proposal.round.is_open_at(now()), "This round has closed."
        )

Actions call `ensure(can_submit, actor, proposal)`; templates ask the rule itself to show or hide a button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """The sort of answer, and the status it becomes."""

    YES = 200
    NOT_YOURS = 403
    NOT_NOW = 409


@dataclass(frozen=True)
class Answer:
    """Yes, or no with its reason in plain words. True or false as a condition."""

    kind: Kind
    reason: str = ""

    def __bool__(self) -> bool:
        return self.kind is Kind.YES


YES = Answer(Kind.YES)


def only_if(condition: Any, reason: str = "This is not yours to do.") -> Answer:
    """Yes if the condition holds; otherwise it is not theirs to do (403)."""
    return YES if condition else Answer(Kind.NOT_YOURS, reason)


def not_now_unless(condition: Any, reason: str) -> Answer:
    """Yes if the condition holds; otherwise it is theirs but cannot be done now (409)."""
    return YES if condition else Answer(Kind.NOT_NOW, reason)


def not_now(reason: str) -> Answer:
    """Theirs, but it cannot be done now (409)."""
    return Answer(Kind.NOT_NOW, reason)


def in_state(thing: Any, *states: Any, reason: str | None = None) -> Answer:
    """Yes if the thing is in one of these states; otherwise not now."""
    words = reason or f"This cannot be done any more: it is {str(thing.state).replace('_', ' ')} now."
    return not_now_unless(thing.state in states, words)


class Refused(Exception):  # noqa: N818  # a refusal is not an error: it is an answer
    """A rule said no: 403 where it is not theirs, 409 where it is but not now."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer

    @property
    def reason(self) -> str:
        return self.answer.reason


class Stale(Refused):
    """Somebody else saved the same thing in between. `thing` is as it stands now; `reason` says so where nothing was written."""

    def __init__(
        self,
        thing: Any,
        reason: str = "Somebody else saved this while you were writing. Nothing of yours is lost: compare the two and send again.",
    ) -> None:
        super().__init__(not_now(reason))
        self.thing = thing


def ensure(rule: Callable[..., Answer], *args: Any, **kwargs: Any) -> None:
    """Ask the rule; raise Refused with its reason where it says no."""
    answer = rule(*args, **kwargs)
    if not answer:
        raise Refused(answer)


def ensure_fresh(thing: Any, edit: int | None) -> None:
    """Count this save of `thing` (see `core.db.Edited`); raise Stale if it was saved since the form with edit number `edit` was shown."""
    if edit != thing.edit:
        raise Stale(thing)
    thing.edit += 1
