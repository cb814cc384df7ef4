"""Finding persons, services and posts, and who stands where to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, current_app
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from pitchpit.core import clock, settings
from pitchpit.core.db import db, locked, put_together_once
from pitchpit.core.once import WaitingForm
from pitchpit.core.paging import Page, page
from pitchpit.core.settings import Setting
from pitchpit.notices import queries as notices
from pitchpit.notices.ports import Address
from pitchpit.people.enums import Level, PostKind, Right
from pitchpit.people.models import LoginSession, PasswordLink, Person, PersonRight, Post, PostHolder, Service
from pitchpit.people.ports import Holding, Stand, holdings, stands

# Signing in.


def person_signing_in(who: str) -> Person | None:
    """The person whose email address or staff number this is."""
    typed = who.strip()
    return db.session.scalar(
        select(Person)
        .where(or_(Person.email == typed.lower(), Person.staff_number == typed))
        .order_by(Person.id)
        .limit(1)
    )


@dataclass(frozen=True)
class SignIn:
    """A sign-in with its person, and what every page wants to know of them: the demo's mark, unread notices, how they stand."""

    row: LoginSession
    demo_loaded_at: str | None
    unread: int
    stands: frozenset[str]


def sign_in_by(token_digest: str) -> SignIn | None:
    """The sign-in of this token with its person, their service and rights, and what every page wants to know: one statement."""
    asked = tuple(stands)
    found = db.session.execute(_sign_in(asked), {"token_digest": token_digest}).unique().one_or_none()
    if found is None:
        return None
    row, loaded_at, unread, *answers = found
    return SignIn(row, loaded_at, unread, frozenset(one.name for one, yes in zip(asked, answers, strict=True) if yes))


@put_together_once
def _sign_in(asked: tuple[Stand, ...]) -> Select[Any]:
    demo = select(Setting.value).where(Setting.key == settings.DEMO).scalar_subquery()
    unread = notices.number_unread(LoginSession.person_id)
    person = joinedload(LoginSession.person, innerjoin=True)
    return (
        select(LoginSession, demo, unread, *(stand.clause(LoginSession.person_id) for stand in asked))
        .where(LoginSession.token_digest == bindparam("token_digest"))
        .options(person.joinedload(Person.service), person.joinedload(Person.right_rows))
    )


def sign_ins_of(person: Person) -> list[LoginSession]:
    """Where this person is signed in, the one used last first."""
    return list(
        db.session.scalars(
            select(LoginSession)
            .where(LoginSession.person_id == person.id, LoginSession.ended_at.is_(None), still_counts())
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
    )


def still_counts() -> ColumnElement[bool]:
    """Within the limits of its kind: an idle and an absolute one, shorter on a shared computer."""
    now, config = clock.now(), current_app.config
    shared = LoginSession.shared
    return or_(
        shared.is_(True)
        & (LoginSession.seen_at > now - config["SHARED_IDLE"])
        & (LoginSession.created_at > now - config["SHARED_ABSOLUTE"]),
        shared.is_(False)
        & (LoginSession.seen_at > now - config["SIGN_IN_IDLE"])
        & (LoginSession.created_at > now - config["SIGN_IN_ABSOLUTE"]),
    )


def locked_person(person_id: int) -> Person | None:
    """The person, locked for a change."""
    return db.session.scalar(locked(select(Person).where(Person.id == person_id)))


def link_by(token_digest: str) -> PasswordLink | None:
    """The password link of this token with its person."""
    return db.session.scalar(
        select(PasswordLink).where(PasswordLink.token_digest == token_digest).options(joinedload(PasswordLink.person))
    )


def waiting_forms(person_id: int) -> list[WaitingForm]:
    """What this person sent when they were not signed in any more, oldest first; a button pressed twice shows once."""
    found = db.session.scalars(select(WaitingForm).where(WaitingForm.person_id == person_id).order_by(WaitingForm.id))
    return list({(form.path, form.fields): form for form in found}.values())


def waiting_form_or_404(person: Person, form_id: int) -> WaitingForm:
    """The person's own waiting form; anybody else's is not there."""
    form = db.session.scalar(select(WaitingForm).where(WaitingForm.id == form_id, WaitingForm.person_id == person.id))
    return form or abort(404)


def is_demo() -> bool:
    """Whether everything in this database is made up."""
    return settings.get(settings.DEMO) is not None


def demo_loaded_at() -> datetime | None:
    """When the demo story was told here, if it was."""
    text = settings.get(settings.DEMO)
    return datetime.fromisoformat(text) if text else None


def anybody() -> bool:
    """Whether there is any account yet."""
    return db.session.scalar(select(Person.id).limit(1)) is not None


# Persons.


def in_order(persons: Select[Person]) -> Select[Person]:
    """By name; two of one name by number."""
    return persons.order_by(Person.name, Person.id)


def people_page(*, text: str = "", service: Service | None = None, after: str | None = None) -> Page[Person]:
    """A page of all persons by name, narrowed by what was typed and by a service with all below it. One statement."""
    wanted = select(Person).options(joinedload(Person.service))
    if text.strip():
        wanted = wanted.where(_matches(text))
    if service is not None:
        below = aliased(Service)
        wanted = wanted.join(below, below.id == Person.service_id).where(
            below.path.startswith(service.path, autoescape=True)
        )
    return page(wanted, order=[(Person.name, "asc"), (Person.id, "asc")], after=after)


def _matches(text: str) -> ColumnElement[bool]:
    typed = text.strip().lower()
    return or_(
        func.lower(Person.name).contains(typed, autoescape=True),
        Person.email.contains(typed, autoescape=True),
        func.lower(Person.staff_number).startswith(typed, autoescape=True),
    )


def people_named(text: str, limit: int = 5) -> list[Person]:
    """Persons still here whom this could mean: an email address or staff number alone where it is one's, else names."""
    typed = text.strip()
    if not typed:
        return []
    here = in_order(select(Person).where(_still_here()).options(joinedload(Person.service))).limit(limit)
    exactly = or_(Person.email == typed.lower(), func.lower(Person.staff_number) == typed.lower())
    for meant in (exactly, func.lower(Person.name) == typed.lower(), _matches(typed)):
        if found := list(db.session.scalars(here.where(meant))):
            return found
    return []


def _still_here() -> ColumnElement[bool]:
    return or_(Person.left_on.is_(None), Person.left_on > clock.today())


def person_or_404(person_id: int, *, change: bool = False) -> Person:
    """A person with service and rights, for an admin."""
    wanted = select(Person).where(Person.id == person_id)
    person = db.session.scalar(
        locked(wanted, change=change, of=Person).options(joinedload(Person.service), selectinload(Person.right_rows))
    )
    return person or abort(404)


def other_with(person_id: int | None, *, email: str | None = None, staff_number: str | None = None) -> Person | None:
    """Somebody else who has this email address or staff number already."""
    given = [Person.email == email.lower()] if email else []
    given += [Person.staff_number == staff_number] if staff_number else []
    if not given:
        return None
    return db.session.scalar(select(Person).where(or_(*given), Person.id != (person_id or 0)).limit(1))


def lock_admins() -> list[int]:
    """The numbers of all who are admins and stay, while nobody else can take that right or leave. Who has a leaving day does not stay.

    The rights are the lock; who leaves is read once it is held.
    """
    admins = select(PersonRight.person_id).where(PersonRight.right == Right.ADMIN).order_by(PersonRight.person_id)
    ids = list(db.session.scalars(locked(admins)))
    return list(db.session.scalars(select(Person.id).where(Person.id.in_(ids), Person.left_on.is_(None))))


def addresses(person_ids: Collection[int]) -> Mapping[int, Address]:
    """Where mail reaches these persons: fills the port `notices.address`."""
    rows = db.session.execute(
        select(Person.id, Person.email, Person.name, Person.left_on).where(Person.id.in_(set(person_ids)))
    )
    today = clock.today()
    return {
        row.id: Address(email=row.email, name=row.name, active=row.left_on is None or row.left_on > today)
        for row in rows
    }


def held_by(person_ids: Collection[int]) -> dict[int, list[Holding]]:
    """What these persons hold on every floor, by person: what somebody else must take on when they leave."""
    held: dict[int, list[Holding]] = {person_id: [] for person_id in person_ids}
    if held:
        for floor in holdings:
            for holding in floor(person_ids):
                held[holding.person_id].append(holding)
    return held


def services_and_posts(person_ids: Collection[int]) -> Iterator[Holding]:
    """The services that these persons manage and the posts that they hold. Two statements."""
    managed = (
        select(Person.id, Service.name)
        .join(Service.manager)
        .where(Service.manager_id.in_(person_ids), Service.closed_on.is_(None))
    )
    for person_id, name in db.session.execute(managed.order_by(Service.name)):
        yield Holding(person_id, "manages", name)
    posts = (
        select(PostHolder)
        .where(PostHolder.person_id.in_(person_ids), _held_now())
        .options(joinedload(PostHolder.post, innerjoin=True).joinedload(Post.service))
        .order_by(PostHolder.id)
    )
    for holder in db.session.scalars(posts):
        yield Holding(holder.person_id, "deputises as" if holder.deputy else "holds", holder.post.title)


def _held_now() -> ColumnElement[bool]:
    return or_(PostHolder.to_on.is_(None), PostHolder.to_on >= clock.today())


# Services.


@dataclass(frozen=True)
class Branch:
    """A service as a line of the tree: how deep it stands, and its way down from the top ("Surgery > Theatres")."""

    service: Service
    depth: int
    way: str


def tree(*, closed: bool = False) -> list[Branch]:
    """The whole tree, each service under its parent, by name; closed ones only where wanted. One statement."""
    wanted = select(Service).options(joinedload(Service.manager))
    if not closed:
        wanted = wanted.where(or_(Service.closed_on.is_(None), Service.closed_on > clock.today()))
    services = {service.id: service for service in db.session.scalars(wanted)}

    def names(service: Service) -> list[str]:
        above = reversed(service.ancestor_ids)
        return [services[one].name for one in above if one in services and services[one].level is not Level.TRUST]

    branches = [Branch(s, len(s.ancestor_ids) - 1, " > ".join(names(s)) or s.name) for s in services.values()]
    order = {
        s.id: [(services[one].name.lower(), one) for one in reversed(s.ancestor_ids) if one in services]
        for s in services.values()
    }
    return sorted(branches, key=lambda branch: order[branch.service.id])


def service_choices() -> list[tuple[int, str]]:
    """Every open service with its way down, to choose from."""
    return [(branch.service.id, branch.way) for branch in tree()]


def top_id() -> int | None:
    """The one service at the top that stands for the trust, where the tree has one."""
    tops = db.session.scalars(select(Service.id).where(Service.level == Level.TRUST, Service.parent_id.is_(None))).all()
    return tops[0] if len(tops) == 1 else None


def service_or_404(service_id: int, *, change: bool = False) -> Service:
    """A service with its manager and the one above it."""
    wanted = select(Service).where(Service.id == service_id)
    service = db.session.scalar(
        locked(wanted, change=change, of=Service).options(joinedload(Service.manager), joinedload(Service.parent))
    )
    return service or abort(404)


def tree_locked(service_id: int) -> Service:
    """A service to be moved, with the whole tree locked: two moves at once could else make a ring of what each of them found in order.

    All in the order of their numbers, so that two who move never wait for each other. Raises 404 where there is no such service.
    """
    tree = {service.id: service for service in db.session.scalars(locked(select(Service).order_by(Service.id)))}
    return tree.get(service_id) or abort(404)


def services_below(service: Service) -> list[Service]:
    """The service itself and all below it, from the top, locked for a change."""
    return list(
        db.session.scalars(
            locked(select(Service).where(Service.path.startswith(service.path)).order_by(Service.path, Service.id))
        )
    )


def open_children(service: Service) -> list[Service]:
    """The services right below this one that are open."""
    return list(
        db.session.scalars(
            select(Service)
            .where(Service.parent_id == service.id, or_(Service.closed_on.is_(None), Service.closed_on > clock.today()))
            .order_by(Service.name, Service.id)
        )
    )


def line_manager_ids(persons: Sequence[Person]) -> dict[int, int | None]:
    """Who manages each of these: the manager of their service, or of the nearest above it that has one who is not they. One statement where their
    services are loaded.
    """
    ways = {person.id: person.service.ancestor_ids if person.service else [] for person in persons}
    wanted = {number for way in ways.values() for number in way}
    managers = dict(db.session.execute(select(Service.id, Service.manager_id).where(Service.id.in_(wanted))).all())
    return {
        person_id: next((m for one in way if (m := managers.get(one)) and m != person_id), None)
        for person_id, way in ways.items()
    }


# Posts.


def posts() -> list[Post]:
    """Every post with its service and everybody who holds or held it. Two statements."""
    wanted = (
        select(Post)
        .outerjoin(Post.service)
        .options(joinedload(Post.service), selectinload(Post.holders).joinedload(PostHolder.person, innerjoin=True))
        .order_by(Post.kind, Service.name, Post.id)
    )
    return list(db.session.scalars(wanted))


def post_or_404(post_id: int, *, change: bool = False) -> Post:
    """A post with its service and holders."""
    post = db.session.scalar(
        locked(select(Post).where(Post.id == post_id), change=change, of=Post).options(
            joinedload(Post.service), selectinload(Post.holders).joinedload(PostHolder.person, innerjoin=True)
        )
    )
    return post or abort(404)


def holder_or_404(post: Post, holder_id: int) -> PostHolder:
    """One holder of this post."""
    return next((holder for holder in post.holders if holder.id == holder_id), None) or abort(404)


def same_post_exists(kind: PostKind, service_id: int | None) -> bool:
    """Whether this service (or the trust) has such a post already."""
    return bool(
        db.session.scalar(select(exists().where(Post.kind == kind, Post.service_id.is_not_distinct_from(service_id))))
    )
