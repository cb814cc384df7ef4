"""Persons, services, posts, rights and sign-ins as rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core import clock
from pitchpit.core.db import Edited, Model, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.people.enums import Level, PostKind, Right, StaffGroup


class Service(Row, Edited, Model):
    """A node of the service tree: a division, a department, a ward or team. `path` is "/1/4/12/", itself included."""

    __table_args__ = (
        Index(None, "path"),
        CheckConstraint("closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on", name="closed_after_opened"),
    )
    name: Mapped[str] = mapped_column(FreeText)
    level: Mapped[Level] = mapped_column(Words(Level))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    path: Mapped[str]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", use_alter=True), index=True)
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))

    parent: Mapped[Service | None] = relationship(foreign_keys=[parent_id], remote_side="Service.id")
    manager: Mapped[Person | None] = relationship(foreign_keys=[manager_id])

    @property
    def ancestor_ids(self) -> list[int]:
        """Its own number and those of the services above it, nearest first."""
        return [int(part) for part in reversed(self.path.strip("/").split("/"))]


class Person(Row, Edited, UserMixin, Model):
    """Somebody with an account. Signs in by email or staff number."""

    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("staff_number"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )
    name: Mapped[str] = mapped_column(FreeText)
    email: Mapped[str] = mapped_column(FreeText)
    staff_number: Mapped[str | None] = mapped_column(FreeText)
    job_title: Mapped[str] = mapped_column(FreeText, default="")
    staff_group: Mapped[StaffGroup | None] = mapped_column(Words(StaffGroup))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)
    site: Mapped[str] = mapped_column(FreeText, default="")
    password_hash: Mapped[str | None]
    left_on: Mapped[date | None]

    service: Mapped[Service | None] = relationship(foreign_keys=[service_id])
    right_rows: Mapped[list[PersonRight]] = relationship(back_populates="person", cascade="all, delete-orphan")

    #: The sign-in this request came with: its row, its token; set when the person is loaded for a request.
    sign_in_id: ClassVar[int | None] = None
    #: How they stand to what is above (see `people.ports.stands`), on a request of theirs; None where nobody asked.
    stands: ClassVar[frozenset[str] | None] = None
    sign_in_token: ClassVar[str | None] = None
    sign_in_shared: ClassVar[bool] = False
    #: How many notices they had not read as the request began, counted no further than 101.
    unread: ClassVar[int] = 0

    # flask_login would compare by `get_id`, and everybody who is not signed in on this request would be the same person.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def get_id(self) -> str:
        """What the cookie holds: the token of this sign-in, never the person's number."""
        return self.sign_in_token or ""

    @property
    def rights(self) -> frozenset[str]:
        """Their global rights: qi, leader, ig, admin."""
        return frozenset(row.right.value for row in self.right_rows)

    def may_stand(self, name: str) -> bool:
        """Whether they may have anything to do with this; only a no is certain."""
        return self.stands is None or name in self.stands

    def has(self, right: Right) -> bool:
        return right.value in self.rights

    @property
    def has_left(self) -> bool:
        """Whether they have left the trust: from that day on they cannot sign in."""
        return self.left_on is not None and self.left_on <= clock.today()


class PersonRight(Model):
    """A global right somebody has."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    right: Mapped[Right] = mapped_column(Words(Right), primary_key=True)

    person: Mapped[Person] = relationship(back_populates="right_rows")


class Post(Row, Model):
    """A post that signs off for a service and what is below it; for the whole trust where `service_id` is empty."""

    kind: Mapped[PostKind] = mapped_column(Words(PostKind))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), index=True)

    service: Mapped[Service | None] = relationship()
    holders: Mapped[list[PostHolder]] = relationship(
        back_populates="post", order_by="PostHolder.from_on, PostHolder.id"
    )

    @property
    def title(self) -> str:
        """Finance, the whole trust; ward manager, Ward 4."""
        return f"{self.kind.words}, {self.service.name if self.service else 'the whole trust'}"


class PostHolder(Row, Model):
    """Who holds a post, from when to when, and whether as deputy."""

    __table_args__ = (CheckConstraint("to_on IS NULL OR to_on >= from_on", name="to_after_from"),)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy: Mapped[bool] = mapped_column(default=False)
    from_on: Mapped[date]
    to_on: Mapped[date | None]

    post: Mapped[Post] = relationship(back_populates="holders")
    person: Mapped[Person] = relationship()


class LoginSession(Row, Model):
    """A sign-in: the cookie holds its token, the row a digest of it, so that it can be listed and ended."""

    __table_args__ = (UniqueConstraint("token_digest"),)
    token_digest: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    shared: Mapped[bool]
    device: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class PasswordLink(Row, Model):
    """An emailed link to set a password: once, for a while, after a confirming click."""

    __table_args__ = (UniqueConstraint("token_digest"),)
    token_digest: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()

    def works_at(self, moment: datetime) -> bool:
        """Whether a password can be set with it."""
        return self.used_at is None and moment < self.expires_at and not self.person.has_left
