"""What needs somebody now, gathered from every feature's states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pitchpit.home.ports import Todo, todo


@dataclass(frozen=True)
class Role:
    """What needs somebody in one role: the heading, and its lines, most urgent first."""

    name: str
    lines: list[Todo]

    @property
    def most_urgent(self) -> date:
        return urgency(self.lines[0])


def urgency(line: Todo) -> date:
    """When a line is due; what has no day comes last."""
    return line.due_on or date.max


def needs_now(person: Any) -> list[Role]:
    """Everything that needs this person now, by role, the role with the most urgent line first."""
    by_role: dict[str, list[Todo]] = {}
    for source in todo:
        for line in source(person):
            by_role.setdefault(line.role, []).append(line)
    roles = [Role(name, sorted(lines, key=urgency)) for name, lines in by_role.items()]
    return sorted(roles, key=lambda role: role.most_urgent)
