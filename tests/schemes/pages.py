"""Reading a page as a browser without scripts would: the fields of its forms as they would be sent, and what it says."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Collects each form's fields, filled as the page has them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._select = self._textarea = ""
        self._in_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        if tag == "form":
            self.forms.append((has.get("action") or "", {}))
            self._in_form = True
        elif not self._in_form:
            return
        elif tag == "input" and has.get("type") in ("radio", "checkbox"):
            if "checked" in has:
                self._fields[name] = has.get("value") or "on"
        elif tag == "input" and name:
            self._fields[name] = has.get("value") or ""
        elif tag == "select":
            self._select, self._fields[name] = name, ""
        elif tag == "option" and "selected" in has:
            self._fields[self._select] = has.get("value") or ""
        elif tag == "textarea":
            self._textarea, self._fields[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._fields[self._textarea] += data.lstrip("\n")

    @property
    def _fields(self) -> dict[str, str]:
        return self.forms[-1][1]


def form_on(page: str, action: str = "") -> dict[str, str]:
    """The fields of the form that goes to this address (the last one of the page where it is not said)."""
    reader = _Forms()
    reader.feed(page)
    found = [fields for goes_to, fields in reader.forms if not action or goes_to == action]
    return {name: value for name, value in found[-1].items() if name != "csrf_token"}


def words_of(page: str) -> str:
    """What the main part of the page says, as one line."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", main.group() if main else page)
    return " ".join(unescape(text).split())


def errors_on(page: str) -> list[str]:
    """What the error summary says, each with the control it leads to."""
    summary = re.search(r'class="nhsuk-error-summary".*?</ul>', page, re.DOTALL)
    links = re.findall(r'<a href="(#[^"]*)"\s*>\s*(.*?)\s*</a>', summary.group() if summary else "", re.DOTALL)
    for href, _ in links:
        assert f'id="{href[1:]}"' in page, f"{href} leads nowhere"
    return [unescape(text) for _, text in links]
