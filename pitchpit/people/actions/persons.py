"""What an admin does to persons: add, change, give and take rights, note that they leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from pitchpit.core.db import db
from pitchpit.core.jobs import enqueue
from pitchpit.core.rules import ensure, ensure_fresh
from pitchpit.history.actions import record
from pitchpit.people import changes, queries, rules
from pitchpit.people.actions.signing_in import end_all_sign_ins, make_password_link
from pitchpit.people.enums import Right
from pitchpit.people.models import Person, PersonRight, Service

DETAILS = ("name", "email", "staff_number", "job_title", "staff_group", "service_id", "site")


def add_person(details: Mapping[str, Any], *, actor: Person) -> Person:
    """Give somebody an account; they set a password by a mailed link."""
    ensure(rules.can_administer, actor)
    return _add(details, actor)


def _add(details: Mapping[str, Any], actor: Person | None) -> Person:
    person = Person(**details)
    db.session.add(person)
    db.session.flush()
    record("person.added", person, actor=actor, also=person, texts={"name": person.name, "email": person.email})
    return person


def change_person(person: Person, details: Mapping[str, Any], *, edit: int | None, actor: Person) -> None:
    """Write down new details; history keeps what they were."""
    ensure(rules.can_administer, actor)
    ensure_fresh(person, edit)
    write_details(person, details, actor=actor)


def write_details(person: Person, details: Mapping[str, Any], *, actor: Person | None) -> None:
    """The same for an admin at the command line, whom nobody here knows."""
    differences = changes.changed({name: getattr(person, name) for name in details}, details)
    for name, (_, after) in differences.items():
        setattr(person, name, after)
    if differences:
        record(
            "person.changed",
            person,
            actor=actor,
            also=person,
            detail={"fields": changes.names(differences)},
            texts=changes.in_words(_with_names(differences)),
        )
    db.session.flush()


def _with_names(differences: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """The same with services by name."""
    if "service_id" not in differences:
        return dict(differences)
    before, after = (db.session.get(Service, number) if number else None for number in differences["service_id"])
    return {**differences, "service_id": (before, after)}


def set_rights(person: Person, rights: Collection[Right], *, edit: int | None, actor: Person) -> None:
    """Give and take global rights until the person has these."""
    ensure(rules.can_administer, actor)
    ensure_fresh(person, edit)
    for right in Right:
        if right in rights and not person.has(right):
            give_right(person, right, actor=actor)
        elif right not in rights and person.has(right):
            take_right(person, right, actor=actor)
    db.session.flush()


def give_right(person: Person, right: Right, *, actor: Person) -> None:
    """Give somebody a global right."""
    ensure(rules.can_administer, actor)
    _give(person, right, actor)


def _give(person: Person, right: Right, actor: Person | None) -> None:
    if person.has(right):
        return
    person.right_rows.append(PersonRight(right=right))
    record("person.right_given", person, actor=actor, also=person, detail={"right": right.words})
    db.session.flush()


def take_right(person: Person, right: Right, *, actor: Person) -> None:
    """Take a global right away; the last admin and one's own admin right stay."""
    ensure(rules.can_take_right, actor, person, right, queries.lock_admins())
    for row in [row for row in person.right_rows if row.right is right]:
        person.right_rows.remove(row)
        record("person.right_taken", person, actor=actor, also=person, detail={"right": right.words})
    db.session.flush()


def person_leaves(person: Person, left_on: date | None, *, edit: int | None, actor: Person) -> None:
    """Note the day somebody leaves, or that they stay after all. Once it has come, they are signed out everywhere."""
    ensure(rules.can_leave, actor, person, left_on, queries.lock_admins())
    ensure_fresh(person, edit)
    leave(person, left_on, actor=actor)


def leave(person: Person, left_on: date | None, *, actor: Person | None) -> None:
    """The same for an admin at the command line, whom nobody here knows."""
    if person.left_on == left_on:
        return
    before, person.left_on = person.left_on, left_on
    if person.has_left:
        end_all_sign_ins(person)
    verb = "person.stays" if left_on is None else "person.leaves"
    record(verb, person, actor=actor, also=person, detail={"left_on": left_on, "before_on": before})
    db.session.flush()


def send_password_link(person: Person, *, actor: Person) -> None:
    """Have a link to set a password mailed to somebody."""
    ensure(rules.can_administer, actor)
    enqueue("people.password_link", person_id=person.id)
    record("person.link_sent", person, actor=actor, also=person)


def make_admin(email: str, name: str | None) -> str | None:
    """Let whoever has this email address be an admin, for somebody at the command line; added by `name` where they are new.

    The token of a link to set a password; None where nobody has the address and no name is given, and for somebody who has left.
    """
    person = queries.person_signing_in(email) or (_add({"name": name, "email": email}, None) if name else None)
    made = make_password_link(person.id) if person else None
    if person is None or made is None:
        return None
    _give(person, Right.ADMIN, None)
    record("person.link_sent", person, actor=None, also=person)
    return made[1]
