"""Reading a page as a browser does: its words, its forms, and what each would send."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_NOT_SENT = {"submit", "button", "image", "reset", "file"}


@dataclass
class PageForm:
    """One form of a page: where it goes, and what it sends as it stands (buttons and files apart)."""

    action: str
    method: str
    sends: list[tuple[str, str]] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **typed: Any) -> dict[str, Any]:
        """What it sends after somebody has typed this over what stood there."""
        sent: dict[str, Any] = {}
        for name, value in self.sends:
            sent.setdefault(name, []).append(value)
        return {name: values if len(values) > 1 else values[0] for name, values in sent.items()} | typed


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select: str | None = None
        self.selected = False
        self.textarea: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = PageForm(has.get("action", ""), has.get("method", "get").upper())
            self.forms.append(self.form)
        if self.form is None:
            return
        name = has.get("name", "")
        if tag == "input" and name:
            self._input(name, has)
        elif tag == "button" and name:
            self.form.buttons.append((name, has.get("value", "")))
        elif tag == "select" and name:
            self.select, self.selected = name, False
            self.form.kinds[name] = "select"
            self.form.choices[name] = []
        elif tag == "option" and self.select:
            self._option(has)
        elif tag == "textarea" and name:
            self.textarea, self.text = name, ""

    def _input(self, name: str, has: dict[str, str]) -> None:
        assert self.form is not None
        kind = has.get("type", "text")
        self.form.kinds[name] = kind
        if kind in {"radio", "checkbox"}:
            self.form.choices.setdefault(name, []).append(has.get("value", "on"))
            if "checked" in has:
                self.form.sends.append((name, has.get("value", "on")))
        elif kind not in _NOT_SENT:
            self.form.sends.append((name, has.get("value", "")))

    def _option(self, has: dict[str, str]) -> None:
        assert self.form is not None
        assert self.select is not None
        value = has.get("value", "")
        self.form.choices[self.select].append(value)
        sent = [name for name, _ in self.form.sends]
        if "selected" in has and self.select in sent and not self.selected:
            self.form.sends[sent.index(self.select)] = (self.select, value)
        elif "selected" in has or self.select not in sent:
            self.form.sends.append((self.select, value))
        self.selected = self.selected or "selected" in has

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea is not None and self.form is not None:
            self.form.sends.append((self.textarea, self.text.removeprefix("\n")))
            self.form.kinds[self.textarea] = "textarea"
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.form = None


def forms_of(page: Any) -> list[PageForm]:
    """The forms of a page, top to bottom; one without an address goes to the page itself."""
    reader = _Forms()
    reader.feed(page.text)
    for form in reader.forms:
        form.action = form.action or page.request.full_path.rstrip("?")
    return reader.forms


def form_to(page: Any, action: str) -> PageForm:
    """The form of a page that goes to this address."""
    return next(form for form in forms_of(page) if form.action == action and form.method == "POST")


def words(page: Any) -> str:
    """The words of a page's main part, without its tags."""
    main = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0] if main else page.text)).split())
