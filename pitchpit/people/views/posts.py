"""An admin's pages about posts: which there are, who holds them, from when to when."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from pitchpit.core import clock
from pitchpit.core.access import commits, needs
from pitchpit.core.forms import shown_again
from pitchpit.core.words import day_in_words
from pitchpit.people import actions, queries
from pitchpit.people.forms import AddPost, HoldPost
from pitchpit.people.views.admin import bp, told_of


@bp.get("/posts")
@needs("admin")
def posts() -> Any:
    """Every post with its holders."""
    return render_template("people/posts.html", posts=queries.posts(), today=clock.today())


@bp.get("/posts/add")
@needs("admin")
def add_post() -> Any:
    """Add a post."""
    return render_template("people/add_post.html", form=AddPost(formdata=None))


@bp.post("/posts/add")
@needs("admin")
@commits
def save_new_post() -> Any:
    """Save the new post."""
    form = AddPost()
    if form.validate_on_submit() and queries.same_post_exists(form.kind.data, form.service_id.data):
        form.complain("There is such a post already: say on its page who holds it", "kind")
    if not form.is_submitted() or form.errors:
        return shown_again("people/add_post.html", form)
    service = queries.service_or_404(form.service_id.data) if form.service_id.data else None
    post = actions.add_post(form.kind.data, service, actor=current_user)
    flash(f"{post.title}: the post is there. Say who holds it.", "success")
    return redirect(url_for(".post", post_id=post.id))


@bp.get("/posts/<int:post_id>")
@needs("admin")
def post(post_id: int) -> Any:
    """One post: who holds and held it."""
    return _page(queries.post_or_404(post_id), HoldPost(formdata=None))


def _page(post: Any, form: HoldPost, status: int = 200) -> Any:
    told = told_of("post", post.id)
    return render_template("people/post.html", post=post, form=form, told=told, today=clock.today()), status


@bp.post("/posts/<int:post_id>/holders")
@needs("admin")
@commits
def hold_post(post_id: int) -> Any:
    """Say who holds it."""
    post = queries.post_or_404(post_id, change=True)
    form = HoldPost()
    if not form.validate_on_submit():
        return _page(post, form, 422)
    actions.hold_post(post, form.person.data, from_on=form.from_on.data, deputy=form.deputy.data, actor=current_user)
    flash(f"{form.person.data.name} holds it from that day.", "success")
    return redirect(url_for(".post", post_id=post_id))


@bp.post("/posts/<int:post_id>/holders/<int:holder_id>/end")
@needs("admin")
@commits
def end_holding(post_id: int, holder_id: int) -> Any:
    """Somebody holds it until today and no longer; where it begins later, on its first day alone."""
    holder = queries.holder_or_404(queries.post_or_404(post_id, change=True), holder_id)
    actions.end_holding(holder, clock.today(), actor=current_user)
    begun = holder.from_on <= clock.today()
    until = "until today" if begun else f"on {day_in_words(holder.from_on)} alone, its first day"
    flash(f"{holder.person.name} holds it {until}.", "success")
    return redirect(url_for(".post", post_id=post_id))
