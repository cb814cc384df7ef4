"""What an admin does to posts: add one, say who holds it and until when."""

from __future__ import annotations

from datetime import date

from pitchpit.core.db import db
from pitchpit.core.rules import ensure
from pitchpit.history.actions import record
from pitchpit.people import rules
from pitchpit.people.enums import PostKind
from pitchpit.people.models import Person, Post, PostHolder, Service


def add_post(kind: PostKind, service: Service | None, *, actor: Person) -> Post:
    """Add a post that signs off for a service, or for the whole trust."""
    ensure(rules.can_administer, actor)
    post = Post(kind=kind, service=service, holders=[])
    db.session.add(post)
    db.session.flush()
    record("post.added", post, actor=actor, also=service, detail={"kind": kind.words})
    return post


def hold_post(post: Post, person: Person, *, from_on: date, deputy: bool, actor: Person) -> PostHolder:
    """Somebody holds the post from this day on, in their own right or as deputy."""
    ensure(rules.can_administer, actor)
    holder = PostHolder(post=post, person=person, from_on=from_on, deputy=deputy)
    db.session.add(holder)
    db.session.flush()
    record("post.held", post, actor=actor, also=person, detail={"from_on": from_on, "deputy": deputy})
    return holder


def end_holding(holder: PostHolder, to_on: date, *, actor: Person) -> None:
    """Somebody holds the post no longer than this day; where it begins later, for its first day."""
    ensure(rules.can_administer, actor)
    before, holder.to_on = holder.to_on, max(to_on, holder.from_on)
    record(
        "post.given_up",
        holder.post,
        actor=actor,
        also=holder.person,
        detail={"to_on": holder.to_on, "before_on": before},
    )
    db.session.flush()
