"""What templates can say: words for days and money, addresses of files and of this page, the NHS design system's macros."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader
from markupsafe import Markup, escape
from werkzeug.routing import BuildError

from pitchpit.core import money, words
from pitchpit.core.once import fresh_form_key
from pitchpit.core.ports import panes_for

FILTERS = {
    "day": words.day_in_words,
    "date_long": words.date_in_full,
    "time_of_day": words.time_in_words,
    "moment": words.moment_in_words,
    "in_words": words.due_in_words,
    "ago": words.distance_in_words,
    "pounds": money.pounds,
}


def init_app(app: Flask) -> None:
    """Give the application's templates the design system, our filters and our functions."""
    env = app.jinja_env
    # The design system's macros read parameters that were not given: they need an undefined that can be asked further.
    env.undefined = ChainableUndefined
    # Its templates end in .jinja, which Flask would leave unescaped.
    env.autoescape = _is_escaped
    env.loader = ChoiceLoader([app.jinja_loader, PackageLoader("nhsuk_frontend_jinja")])  # type: ignore[list-item]  # Flask's own loader
    env.filters.update({name: _if_there(say) for name, say in FILTERS.items()})
    env.filters.update(paragraphs=paragraphs, plural=words.plural)
    env.globals.update(
        asset=asset, here=here, url_if_any=url_if_any, fresh_form_key=fresh_form_key, panes_for=panes_for
    )


def _is_escaped(name: str | None) -> bool:
    """Everything but the text of mails."""
    return name is None or not name.endswith(".txt")


def _if_there(say: Any) -> Any:
    """The same filter, with nothing for nothing."""

    def said(value: Any) -> str:
        return "" if value is None or isinstance(value, ChainableUndefined) else say(value)

    return said


def paragraphs(text: str | None) -> Markup:
    """What a person wrote, escaped: a blank line begins a paragraph, a single one a line."""
    blocks = re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n").strip())
    lines = (Markup("<br>\n").join(escape(line) for line in block.split("\n")) for block in blocks if block)
    return Markup("\n").join(Markup("<p>{}</p>").format(line) for line in lines)


def asset(name: str) -> str:
    """The address of one of our static files; it changes with what is in the file, so that it may be kept for ever."""
    return url_for("static", filename=name, v=_fingerprint(str(Path(current_app.static_folder or "") / name)))


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def here(**changes: Any) -> str:
    """This page's address with some of its query changed; None takes one out."""
    query: dict[str, Any] = {name: request.args.getlist(name) for name in request.args} | changes
    kept = {name: value for name, value in query.items() if value is not None}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept})


def url_if_any(endpoint: str, **values: Any) -> str:
    """The address of an endpoint, or nothing in an application that has no such page."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def render_plainly(name: str, **context: Any) -> str:
    """A page that asks for nobody and nothing: no database, no signed-in person. For when those are what failed."""
    return current_app.jinja_env.get_template(name).render(**context)
