"""Our quick form controls are the design system's own, element for element."""

from html.parser import HTMLParser

import pytest
from flask import render_template_string
from werkzeug.datastructures import MultiDict

from tests.core.test_forms import Idea, Kind, tiny_app

THEIRS = {
    "input": ("input", "input"),
    "textarea": ("character-count", "characterCount"),
    "radios": ("radios", "radios"),
    "checkboxes": ("checkboxes", "checkboxes"),
    "tick": ("checkboxes", "checkboxes"),
    "select": ("select", "select"),
    "date": ("date-input", "dateInput"),
}
NAMES = ("title", "story", "kind", "ward", "themes", "ask", "start", "closes", "hours", "email", "agreed")
WRONG = MultiDict(
    [
        ("title", "a<b" * 40),
        ("story", "word " * 20),
        ("themes", "x"),
        ("ask", "lots"),
        ("start-day", "40"),
        ("email", "x"),
        ("ward", "1"),
    ]
)
RIGHT = MultiDict(
    [
        ("title", "a"),
        ("kind", "pitch"),
        ("themes", "food"),
        ("ward", "7"),
        ("agreed", "yes"),
        ("start-day", "1"),
        ("closes-time", "9:00"),
    ]
)


class Elements(HTMLParser):
    """A page as a list of what a browser makes of it: elements with their attributes, and words."""

    def __init__(self, html):
        super().__init__()
        self.seen, self.pre = [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.pre = tag == "textarea"
        self.seen.append(
            (
                tag,
                {
                    k: " ".join(sorted((v or "").split())) if k in ("class", "aria-describedby") else v
                    for k, v in attributes
                },
            )
        )

    def handle_endtag(self, tag):
        self.pre = False
        self.seen.append(f"/{tag}")

    def handle_data(self, data):
        # A browser leaves out the line break right after <textarea>.
        words = data.removeprefix("\n") if self.pre else " ".join(data.split())
        if words:
            self.seen.append(words)


@pytest.mark.parametrize("heading", [False, True])
@pytest.mark.parametrize("hint", ["", "A <hint>"])
@pytest.mark.parametrize("typed", [WRONG, RIGHT, None])
@pytest.mark.parametrize("name", NAMES)
def test_a_control_is_the_design_systems_own(name, typed, hint, heading):
    with tiny_app().test_request_context("/idea", method="POST" if typed else "GET", data=typed):
        form = Idea()
        form.kind.choices = [(Kind.PITCH, "Pitch", hint), (Kind.PIONEER, "Pioneer & more", "")]
        if typed:
            form.validate()
        field = form[name]
        field.hint = hint
        file, macro = THEIRS[field.macro]
        ours = render_template_string(
            "{% from 'macros/forms.html' import field %}{{ field(f, '', heading) }}", f=field, heading=heading
        )
        theirs = render_template_string(
            f"{{% from 'nhsuk/components/{file}/macro.jinja' import {macro} %}}{{{{ {macro}(f.params('', heading)) }}}}",
            f=field,
            heading=heading,
        )
    assert Elements(ours).seen == Elements(theirs).seen
