"""The pages of information governance: history to redact, and who was shown what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from pitchpit.core.access import commits, needs
from pitchpit.core.clock import london
from pitchpit.core.export import csv_response
from pitchpit.core.forms import shown_again
from pitchpit.core.paging import Page
from pitchpit.core.rules import ensure
from pitchpit.core.words import plural
from pitchpit.governance import actions, queries, rules
from pitchpit.governance.forms import FindAccess, FindEvents, Redact
from pitchpit.governance.rules import READS
from pitchpit.history import queries as history
from pitchpit.history.actions import note_access
from pitchpit.history.enums import Access

bp = Blueprint("governance", __name__, url_prefix="/governance")

#: How many rows of a file are read at once.
BITE = 500


@bp.get("")
@needs("ig")
def index() -> str:
    """What information governance looks after."""
    return render_template("governance/index.html")


# History.


@bp.get("/history")
@needs("ig")
def events() -> str:
    """Find an event by what it is about, who did it, and when."""
    find = FindEvents(request.args)
    found: Page[history.Told] = Page([])
    if find.validate():
        found = history.told_with_texts(READS, **find.narrowed, after=request.args.get("after"))
    names = queries.names_of(one.about for one in found.rows)
    return render_template("governance/events.html", find=find, found=found, names=names)


@bp.get("/history/<int:event_id>")
@needs("ig")
def event(event_id: int) -> str:
    """One event with what was written. Who reads that is kept on record."""
    told = history.told_or_404(event_id, READS)
    _keep_on_record(told, *told.texts)
    return render_template(
        "governance/event.html",
        told=told,
        names=queries.names_of([told.about]),
        redactions=history.redactions_of(told, READS),
    )


def _keep_on_record(told: history.Told, *shown: history.Beside) -> None:
    if any(text.is_read for text in shown):
        note_access(current_user, Access.VIEWED, ("event", told.id))


@bp.get("/history/<int:event_id>/redact/<field>")
@needs("ig")
def redacting(event_id: int, field: str) -> Any:
    """The check page: which text, and that it cannot be undone."""
    told = history.told_or_404(event_id, READS)
    text = told.text_or_404(field)
    ensure(rules.can_redact, current_user, text)
    _keep_on_record(told, text)
    return render_template("governance/redact.html", told=told, text=text, shown=True, form=Redact(formdata=None))


@bp.post("/history/<int:event_id>/redact/<field>")
@needs("ig")
@commits
def redact(event_id: int, field: str) -> Any:
    """Take the text out."""
    text = history.text_or_404(event_id, field, change=True)
    ensure(rules.can_redact, current_user, text)
    form = Redact()
    if not form.validate_on_submit():
        told = history.told_or_404(event_id, READS)
        return shown_again("governance/redact.html", form, told=told, text=told.text_or_404(field), shown=False)
    notices = actions.redact(text, actor=current_user, reason=form.reason.data)
    also = f" So have the words of {plural(notices, 'inbox message')}." if notices else ""
    flash(f"The text has been taken out. A marker stands in its place.{also}", "success")
    return redirect(url_for(".event", event_id=event_id))


# Access records.


@bp.get("/access-records")
@needs("ig")
def access_records() -> str:
    """Who was shown what, the latest first."""
    find = FindAccess(request.args)
    found: Page[history.Seen] = Page([])
    if find.validate():
        found = history.access_records(**find.narrowed, after=request.args.get("after"))
    names = queries.names_of(one.about for one in found.rows)
    as_file = _as_asked(".access_records_csv")
    return render_template("governance/access_records.html", find=find, found=found, names=names, as_file=as_file)


def _as_asked(endpoint: str) -> str:
    """The address of another page that is narrowed the same way."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "after" and value]
    return f"{url_for(endpoint)}?{urlencode(asked)}" if asked else url_for(endpoint)


@bp.get("/access-records.csv")
@needs("ig")
def access_records_csv() -> Any:
    """The same as a file, which is itself kept on record."""
    find = FindAccess(request.args)
    if not find.validate():
        return redirect(_as_asked(".access_records"))
    number = note_access(current_user, Access.EXPORTED, "access_record")
    return csv_response(_rows(before=number, **find.narrowed), "access-records.csv")


def _rows(**narrowed: Any) -> Iterator[list[Any]]:
    """The file's lines, read a bite at a time."""
    yield ["When", "Who", "How", "What"]
    after: str | None = ""
    while after is not None:
        found = history.access_records(**narrowed, after=after, size=BITE)
        names = queries.names_of(one.about for one in found.rows)
        for one in found.rows:
            yield [f"{london(one.at):%Y-%m-%d %H:%M}", one.person, one.access.words, names[one.about]]
        after = found.next
