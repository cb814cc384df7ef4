"""What an admin does to the service tree: add, rename, move, close, name a manager."""

from __future__ import annotations

from datetime import date

from pitchpit.core import clock
from pitchpit.core.db import db
from pitchpit.core.rules import ensure, ensure_fresh
from pitchpit.history.actions import record
from pitchpit.people import changes, queries, rules
from pitchpit.people.enums import Level
from pitchpit.people.models import Person, Service


def add_service(name: str, level: Level, parent: Service | None, *, actor: Person) -> Service:
    """Add a service below another one, or at the top."""
    ensure(rules.can_administer, actor)
    service = new_service(name, level, parent)
    record("service.added", service, actor=actor, also=parent, texts={"name": name})
    return service


def new_service(name: str, level: Level, parent: Service | None) -> Service:
    """The row, with its path."""
    service = Service(name=name, level=level, parent_id=parent.id if parent else None, path="", opened_on=clock.today())
    db.session.add(service)
    db.session.flush()
    service.path = f"{parent.path if parent else '/'}{service.id}/"
    db.session.flush()
    return service


def change_service(service: Service, name: str, level: Level, *, edit: int | None, actor: Person) -> None:
    """Rename a service, or say that it stands at another level."""
    ensure(rules.can_administer, actor)
    differences = changes.changed({"name": service.name, "level": service.level}, {"name": name, "level": level})
    ensure_fresh(service, edit)
    service.name, service.level = name, level
    if differences:
        record(
            "service.changed",
            service,
            actor=actor,
            detail={"fields": changes.names(differences)},
            texts=changes.in_words(differences),
        )
    db.session.flush()


def move_service(service: Service, below: Service | None, *, edit: int | None, actor: Person) -> None:
    """Hang a service, and all below it, somewhere else in the tree. Load it by `queries.tree_locked`."""
    ensure(rules.can_move, actor, service, below)
    ensure_fresh(service, edit)
    before = service.parent
    if (before.id if before else None) == (below.id if below else None):
        return
    service.parent_id = below.id if below else None
    write_paths(service, f"{below.path if below else '/'}{service.id}/")
    record(
        "service.moved",
        service,
        actor=actor,
        also=below,
        detail={"from": before.id if before else None, "to": below.id if below else None},
        texts=changes.in_words({"below": (before or "the top", below or "the top")}),
    )
    db.session.flush()


def write_paths(service: Service, path: str) -> None:
    """Give a service its new path, and everything below it theirs."""
    old = service.path
    for one in queries.services_below(service):
        one.path = path + one.path.removeprefix(old)
    db.session.flush()


def close_service(
    service: Service, closed_on: date, replaced_by: Service | None, *, edit: int | None, actor: Person
) -> None:
    """Close a service, and say what takes its place. What it did keeps its name."""
    ensure(rules.can_close, actor, service, queries.open_children(service), replaced_by)
    ensure_fresh(service, edit)
    service.closed_on = max(closed_on, service.opened_on or closed_on)
    service.replaced_by_id = replaced_by.id if replaced_by else None
    record(
        "service.closed",
        service,
        actor=actor,
        also=replaced_by,
        detail={"closed_on": service.closed_on, "replaced_by": service.replaced_by_id},
    )
    db.session.flush()


def name_manager(service: Service, manager: Person | None, *, edit: int | None, actor: Person) -> None:
    """Say who manages a service."""
    ensure(rules.can_administer, actor)
    ensure_fresh(service, edit)
    before = service.manager
    if (before.id if before else None) == (manager.id if manager else None):
        return
    service.manager_id = manager.id if manager else None
    record(
        "service.manager_named",
        service,
        actor=actor,
        also=manager,
        detail={"from": before.id if before else None, "to": service.manager_id},
        texts=changes.in_words({"manager": (before, manager)}),
    )
    db.session.flush()
