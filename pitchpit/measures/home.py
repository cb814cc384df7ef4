"""What other pages show of measures: a project's charts, and the values that wait to be entered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pitchpit.core.clock import today
from pitchpit.home.ports import Todo
from pitchpit.measures import periods, queries, rules
from pitchpit.measures.enums import MeasureKind
from pitchpit.notices.wording import path

ROLE = "Your measures"


def charts(person: Any, project: Any) -> dict[str, Any]:
    """A project's measures: the first outcome measure large, the others small. Four statements."""
    readings = queries.readings_of(project)
    large = next((reading for reading in readings if reading.measure.kind is MeasureKind.OUTCOME), None)
    return {
        "project": project,
        "large": large,
        "others": [reading for reading in readings if reading is not large],
        "may_add": rules.can_add_measure(person, project),
    }


#: So many values of a measure are told beside a check-in's form.
TOLD = 3


def entered_since(_person: Any, project: Any) -> Any:
    """The values entered since the last check-in, beside the form of the next one. One statement."""
    found = queries.entered_since_check_in(project)
    return {"since": found, "told": TOLD} if found else None


def to_enter(person: Any) -> Iterator[Todo]:
    """A line for each measure of this person's whose period has ended without a value. One statement."""
    for wanted in queries.due_from(person):
        measure = wanted.measure
        whose = periods.whose(wanted.period_on, measure.frequency, today())
        words = f"Enter {whose} {_within(measure.name)} for {measure.project.title}"
        yield Todo(ROLE, words, path("measures.enter", measure_id=measure.id), wanted.due_on)


def _within(name: str) -> str:
    """A measure's name inside a sentence: its first letter small, unless it begins with an abbreviation."""
    first = name.split(" ")[0]
    return name if len(first) > 1 and not first[1:].islower() else name[:1].lower() + name[1:]
