"""Reading in a staff list: compared with what is here, shown, and then written in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import selectinload

from pitchpit.core import clock
from pitchpit.core.db import db, locked
from pitchpit.history.actions import record
from pitchpit.people import actions, changes, queries
from pitchpit.people.actions.persons import DETAILS
from pitchpit.people.enums import Level, Right
from pitchpit.people.models import Person, Service
from pitchpit.people.ports import Holding
from pitchpit.people.staff_list import Line, Wrong

#: The levels of "Division > Department > Ward", from the top.
LEVELS = (Level.DIVISION, Level.DEPARTMENT, Level.WARD)


@dataclass
class Plan:
    """What reading the file in would do."""

    new: list[Line] = field(default_factory=list)
    changed: list[tuple[Person, Line, dict[str, tuple[Any, Any]]]] = field(default_factory=list)
    leavers: list[Person] = field(default_factory=list)
    held: dict[int, list[Holding]] = field(default_factory=dict)
    services: list[tuple[str, ...]] = field(default_factory=list)
    unchanged: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.leavers)


# Comparing it with what is here.


def compare(lines: Sequence[Line], *, leavers: bool = False, change: bool = False) -> Plan:
    """What reading these lines in would change. Raises Wrong where two persons would share a staff number.

    Somebody is the same person by email address, or else by staff number. With `leavers`, who is here and not in the file leaves today.
    """
    plan = Plan()
    everybody = select(Person).order_by(Person.id).options(selectinload(Person.right_rows))
    persons = list(db.session.scalars(locked(everybody, change=change)))
    by_email = {person.email: person for person in persons}
    by_number = {person.staff_number: person for person in persons if person.staff_number}
    ways = _ways()
    plan.services = _missing(ways, lines)
    met: dict[int, Line] = {}
    for line in lines:
        person = _same(line, by_email, by_number)
        if person is None:
            plan.new.append(line)
        elif (other := met.setdefault(person.id, line)) is not line:
            raise Wrong(f"Line {line.number} and line {other.number} are both {person.name}.")
        elif differences := _differences(person, line, ways):
            plan.changed.append((person, line, differences))
        else:
            plan.unchanged += 1
    if leavers:
        plan.leavers = [person for person in persons if person.id not in met and not person.has_left]
    leaving = plan.leavers + [one for one in persons if one.id in met and _leaves(one, met[one.id])]
    plan.held = queries.held_by([person.id for person in leaving])
    _check_admins(persons, leaving)
    return plan


def _same(line: Line, by_email: Mapping[str, Person], by_number: Mapping[str, Person]) -> Person | None:
    number = line.details.get("staff_number")
    one, other = by_email.get(line.email), by_number.get(number) if number else None
    if one and other and one is not other:
        raise Wrong(
            f"Line {line.number}: the email address is {one.name}’s and the staff number {other.name}’s. Put one right first."
        )
    return one or other


def _leaves(person: Person, line: Line) -> bool:
    left_on = line.details.get("left_on")
    return left_on is not None and person.left_on is None


def _check_admins(persons: Sequence[Person], leaving: Sequence[Person]) -> None:
    admins = {person.id: person for person in persons if person.has(Right.ADMIN) and person.left_on is None}
    if admins and admins.keys() <= {person.id for person in leaving}:
        names = ", ".join(person.name for person in admins.values())
        raise Wrong(f"{names} would leave, and nobody else is an admin: make somebody else one first.")


def _ways() -> dict[tuple[str, ...], int]:
    """Every open service by its way down: ("Surgery", "Theatres")."""
    return {tuple(part.casefold() for part in branch.way.split(" > ")): branch.service.id for branch in queries.tree()}


def _missing(ways: Mapping[tuple[str, ...], int], lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """The services that the file names and the tree lacks, parents first."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in lines:
        for steps in range(1, len(line.service or ()) + 1):
            way = (line.service or ())[:steps]
            if _key(way) not in ways:
                found.setdefault(_key(way), way)
    return sorted(found.values(), key=lambda way: (len(way), way))


def _key(way: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.casefold() for part in way)


def _differences(person: Person, line: Line, ways: Mapping[tuple[str, ...], int]) -> dict[str, tuple[Any, Any]]:
    """What the line says otherwise; what the file leaves empty for a service stays as it is."""
    after = dict(line.details)
    before = {name: getattr(person, name) for name in after}
    if line.service is not None:
        before["service_id"], after["service_id"] = person.service_id, ways.get(_key(line.service), line.service)
    return changes.changed(before, after)


# Writing it.


def apply(lines: Sequence[Line], *, leavers: bool = False, actor: Person | None = None) -> Plan:
    """Read the lines in, all of them or none: call it in a transaction. What was shown before is worked out again."""
    plan = compare(lines, leavers=leavers, change=True)
    told = list(in_words(plan))
    ways = _ways()
    for way in plan.services:
        above = ways[_key(way[:-1])] if len(way) > 1 else queries.top_id()
        parent = db.session.get(Service, above) if above else None
        service = actions.new_service(way[-1], LEVELS[len(way) - 1], parent)
        record("service.added", service, actor=actor, also=parent, texts={"name": service.name})
        ways[_key(way)] = service.id
    _add(plan.new, ways, actor)
    for person, line, differences in plan.changed:
        _change(person, line, differences, ways, actor)
    for person in plan.leavers:
        actions.leave(person, clock.today(), actor=actor)
    db.session.flush()
    plan.told = told
    return plan


def _add(lines: Sequence[Line], ways: Mapping[tuple[str, ...], int], actor: Person | None) -> None:
    """One bulk insert for everybody new."""
    blank: dict[str, Any] = dict.fromkeys((*DETAILS, "left_on")) | {"job_title": "", "site": "", "edit": 1}
    rows = [blank | line.details | {"service_id": ways[_key(line.service)] if line.service else None} for line in lines]
    if not rows:
        return
    last = db.session.scalar(select(func.max(Person.id))) or 0
    db.session.execute(insert(Person), rows)
    numbers = {
        email: number for number, email in db.session.execute(select(Person.id, Person.email).where(Person.id > last))
    }
    for line in lines:
        about = ("person", numbers[line.email])
        texts = {"name": line.details["name"], "email": line.email}
        record("person.added", about, actor=actor, also=about, texts=texts)


def _change(
    person: Person,
    line: Line,
    differences: Mapping[str, tuple[Any, Any]],
    ways: Mapping[tuple[str, ...], int],
    actor: Person | None,
) -> None:
    after = {name: value for name, (_, value) in differences.items()}
    if "service_id" in after:
        after["service_id"] = ways[_key(line.service or ())]
    if "left_on" in after:
        actions.leave(person, after.pop("left_on"), actor=actor)
    person.edit += 1
    actions.write_details(person, after, actor=actor)


# Saying it.


def in_words(plan: Plan) -> Iterator[str]:
    """The plan as lines to read: what is new, what changes, who leaves and what they hold."""
    if plan.is_empty:
        yield f"Nothing changes: all {plan.unchanged} people are here as the file has them."
        return
    yield (
        f"{len(plan.new)} new, {len(plan.changed)} changed, {len(plan.leavers)} leaving, {plan.unchanged} unchanged."
    )
    for way in plan.services:
        yield f"New service: {' > '.join(way)}"
    for line in plan.new:
        yield f"New: {line.details['name']} ({line.email})"
    ways = dict(queries.service_choices())
    for person, _, differences in plan.changed:
        said = "; ".join(f"{field_}: {text}" for field_, text in changes.in_words(_readable(differences, ways)).items())
        yield f"Changed: {person.name}: {said}"
    for person in plan.leavers:
        yield f"Leaves: {person.name} ({person.email})"
    for person in plan.leavers + [person for person, line, _ in plan.changed if _leaves(person, line)]:
        for holding in plan.held[person.id]:
            yield f"  {person.name} {holding.kind} {holding.what}: somebody else has to take it on."


def _readable(differences: Mapping[str, tuple[Any, Any]], ways: Mapping[int, str]) -> dict[str, tuple[Any, Any]]:
    """The same with services by their way down."""

    def said(name: str, value: Any) -> Any:
        if name != "service_id" or value is None:
            return value
        return " > ".join(value) if isinstance(value, tuple) else ways.get(value, "a closed service")

    return {name: (said(name, before), said(name, after)) for name, (before, after) in differences.items()}
