"""The words of a notice: `templates/notices/<kind>.txt`. That a kind exists, and how it behaves, is this file alone.

    urgent: yes                                                         front lines, both optional
    link: {{ path("proposals.show", proposal_id=about.id) }}
    Your idea {{ about.reference }} has an answer                       the title: one line; it goes by mail
    See what was decided and why.                                       the rest: for the inbox alone

A mail holds the title and the link, so a title never says a reason or another person's name. The words are plain text; a word that was
not given is an error, not a gap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import current_app
from jinja2 import Environment, StrictUndefined, Template, TemplateNotFound

_FRONT = re.compile(r"(urgent|link):[ \t]*(.*)")


@dataclass(frozen=True)
class Wording:
    """A kind of notice as its file says it."""

    urgent: bool
    link: Template | None
    title: Template
    body: Template


@dataclass(frozen=True)
class Words:
    """A notice as its reader gets it."""

    urgent: bool
    url: str | None
    title: str
    body: str


def words_of(kind: str, about: Any, given: dict[str, Any]) -> Words:
    """The notice of this kind about `about`, in words. Raises ValueError for a kind without a file."""
    wording = _wording(kind)
    context = {"about": about, "path": path, **given}
    return Words(
        wording.urgent,
        wording.link.render(context).strip() if wording.link else None,
        one_line(wording.title.render(context)),
        wording.body.render(context).strip(),
    )


def path(endpoint: str, **values: Any) -> str:
    """The address of a page on this site, also where no request is being answered."""
    return current_app.url_map.bind("localhost").build(endpoint, values)


def one_line(text: str) -> str:
    """The text with every run of blanks, line breaks and control characters as one blank."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _wording(kind: str) -> Wording:
    kept: dict[str, Wording] = current_app.extensions.setdefault("pitchpit.notices", {})
    if kind not in kept:
        kept[kind] = _read(kind)
    return kept[kind]


def _read(kind: str) -> Wording:
    """The file, taken apart before anything is put in, so that no title can pass for a front line."""
    env = current_app.jinja_env.overlay(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    try:
        source, _, _ = env.loader.get_source(env, f"notices/{kind}.txt")  # type: ignore[union-attr]  # Flask always has one
    except TemplateNotFound:
        raise ValueError(f"There is no notice “{kind}”: write templates/notices/{kind}.txt.") from None
    return parsed(env, source)


def parsed(env: Environment, source: str) -> Wording:
    """A file's text as a wording: front lines, the title's line, the rest."""
    lines = source.strip().splitlines()
    front: dict[str, str] = {}
    while lines and (line := _FRONT.fullmatch(lines[0].strip())):
        front[line[1]] = line[2]
        lines.pop(0)
    if not lines:
        raise ValueError("A notice needs a title.")
    link = front.get("link")
    return Wording(
        urgent=front.get("urgent") == "yes",
        link=env.from_string(link) if link else None,
        title=env.from_string(lines[0]),
        body=env.from_string("\n".join(lines[1:])),
    )
