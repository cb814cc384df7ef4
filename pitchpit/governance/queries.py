"""What the things that history and access records are about are called, and which thing a reference means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null, select, union_all

from pitchpit.core.db import db
from pitchpit.measures.models import Measure
from pitchpit.people.models import Person, Post, Service
from pitchpit.people.queries import in_order
from pitchpit.projects.models import Project
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Fund, Round, Scheme

Thing = tuple[str, int]

#: What is a list or a file as a whole.
LISTS = {"access_record": "The list of access records"}

#: What a thing is called where nothing more may be said of it, or it is gone.
PLAINLY = {
    "proposal": "An idea",
    "project": "A project",
    "measure": "A measure",
    "person": "Somebody’s page",
    "service": "A service",
    "post": "A post",
    "round": "A round",
    "scheme": "A scheme",
    "fund": "A fund",
    "event": "A text in history",
}


def things_called(reference: str) -> list[Thing]:
    """The idea of this reference, what it became and what is measured there; nothing for a concern, which is hidden. Two statements."""
    idea = select(Proposal.id, Project.id).outerjoin(Project, Project.proposal_id == Proposal.id)
    found = db.session.execute(
        idea.where(Proposal.reference == reference.upper(), Proposal.concern_at.is_(None))
    ).one_or_none()
    if found is None:
        return []
    proposal_id, project_id = found
    if project_id is None:
        return [("proposal", proposal_id)]
    measures = db.session.scalars(select(Measure.id).where(Measure.project_id == project_id).order_by(Measure.id))
    return [("proposal", proposal_id), ("project", project_id), *(("measure", number) for number in measures)]


def people_meant(text: str, limit: int = 5) -> list[Person]:
    """Whom this could mean, also of those who have left: what they did stays in history. Two statements at the most."""
    typed = text.strip().lower()
    everybody = in_order(select(Person)).limit(limit)
    for meant in (
        (Person.email == typed) | (func.lower(Person.staff_number) == typed) | (func.lower(Person.name) == typed),
        func.lower(Person.name).contains(typed, autoescape=True),
    ):
        if found := list(db.session.scalars(everybody.where(meant))):
            return found
    return []


def names_of(things: Iterable[tuple[str, int | None]]) -> Mapping[tuple[str, int | None], str]:
    """What each of these is called, without what only some may read: an idea by its reference, a round only once it has opened. One statement."""
    wanted: dict[str, set[int]] = defaultdict(set)
    names: dict[tuple[str, int | None], str] = {}
    for kind, number in things:
        names[kind, number] = LISTS.get(kind) or PLAINLY.get(kind) or kind.replace("_", " ").capitalize()
        if number is not None and kind in _CALLED:
            wanted[kind].add(number)
    if wanted:
        asked = [_CALLED[kind](numbers) for kind, numbers in sorted(wanted.items())]
        for kind, number, before, name, after in db.session.execute(union_all(*asked)):
            names[kind, number] = f"{before or ''}{name}{after or ''}" if name else names[kind, number]
    return names


def _called(
    kind: str, number: Any, before: str, name: ColumnElement[Any], after: ColumnElement[Any] | None = None
) -> Select[Any]:
    return select(
        literal(kind).label("kind"),
        number.label("number"),
        literal(before).label("before"),
        name.label("name"),
        (null() if after is None else after).label("after"),
    )


def _proposals(numbers: set[int]) -> Select[Any]:
    shown = case((Proposal.concern_at.is_(None), Proposal.reference))
    return _called("proposal", Proposal.id, "Idea ", shown).where(Proposal.id.in_(numbers))


def _projects(numbers: set[int]) -> Select[Any]:
    asked = _called("project", Project.id, "Project ", Proposal.reference)  # type: ignore[arg-type]  # a column of a model
    return asked.join(Proposal, Proposal.id == Project.proposal_id).where(Project.id.in_(numbers))


def _measures(numbers: set[int]) -> Select[Any]:
    of_project = literal("” of project ") + Proposal.reference
    asked = _called("measure", Measure.id, "Measure “", Measure.name, of_project)  # type: ignore[arg-type]  # a column of a model
    joined = asked.join(Project, Project.id == Measure.project_id).join(Proposal, Proposal.id == Project.proposal_id)
    return joined.where(Measure.id.in_(numbers))


def _named(kind: str, model: Any, before: str, name: Any) -> Callable[[set[int]], Select[Any]]:
    return lambda numbers: _called(kind, model.id, before, name).where(model.id.in_(numbers))


def _rounds(numbers: set[int]) -> Select[Any]:
    shown = case((Round.opened_at.is_not(None), Round.title))
    return _called("round", Round.id, "Round “", shown, literal("”")).where(Round.id.in_(numbers))


def _posts(numbers: set[int]) -> Select[Any]:
    asked = _called("post", Post.id, "A post at ", Service.name)  # type: ignore[arg-type]  # a column of a model
    return asked.join(Service, Service.id == Post.service_id).where(Post.id.in_(numbers))


_CALLED: dict[str, Callable[[set[int]], Select[Any]]] = {
    "proposal": _proposals,
    "project": _projects,
    "measure": _measures,
    "round": _rounds,
    "post": _posts,
    "person": _named("person", Person, "", Person.name),
    "service": _named("service", Service, "", Service.name),
    "scheme": _named("scheme", Scheme, "", Scheme.name),
    "fund": _named("fund", Fund, "", Fund.name),
}
