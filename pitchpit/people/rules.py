"""Who may change persons, rights and services, and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pitchpit.core import clock
from pitchpit.core.rules import Answer, not_now_unless, only_if
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, Service


def can_administer(person: Person) -> Answer:
    """Admins look after people and services."""
    return only_if(person.has(Right.ADMIN), "Only an admin can do this.")


def can_take_right(actor: Person, person: Person, right: Right, admins: Collection[int]) -> Answer:
    """An admin, but not their own admin right, and not the last one there is. `admins` are those who stay."""
    return (
        can_administer(actor)
        and not_now_unless(
            right is not Right.ADMIN or actor.id != person.id,
            "You cannot take your own admin right away: ask another admin.",
        )
        and not_now_unless(
            right is not Right.ADMIN or set(admins) - {person.id},
            f"Without {person.name} no admin would be left: make somebody else one first.",
        )
    )


def can_leave(actor: Person, person: Person, left_on: date | None, admins: Collection[int]) -> Answer:
    """An admin sets the day, but the last admin stays. `admins` are those without a leaving day."""
    return can_administer(actor) and not_now_unless(
        left_on is None or not person.has(Right.ADMIN) or set(admins) - {person.id},
        f"Without {person.name} no admin would be left: make somebody else one first.",
    )


def can_move(actor: Person, service: Service, below: Service | None) -> Answer:
    """An admin, to anywhere but below itself."""
    return (
        can_administer(actor)
        and not_now_unless(
            below is None or not below.path.startswith(service.path), "A service cannot stand below itself."
        )
        and not_now_unless(below is None or is_open(below), "The service above has closed: choose another one.")
    )


def can_close(actor: Person, service: Service, children: Collection[Service], replaced_by: Service | None) -> Answer:
    """An admin, once nothing open stands below it and what takes its place is another one that is open."""
    return (
        can_administer(actor)
        and not_now_unless(is_open(service), f"{service.name} has closed already.")
        and not_now_unless(
            not children,
            f"Move or close what is below it first: {', '.join(child.name for child in children)}.",
        )
        and not_now_unless(
            replaced_by is None or (replaced_by.id != service.id and is_open(replaced_by)),
            "What takes its place must be another service that is open.",
        )
    )


def is_open(service: Service) -> bool:
    """Whether the service is there today."""
    return service.closed_on is None or service.closed_on > clock.today()
