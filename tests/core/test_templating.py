"""What templates say: days, money, text people wrote, addresses; and that pages without a database need none."""

import re
from datetime import UTC, date, datetime
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from flask import render_template, render_template_string

from pitchpit.core import clock
from pitchpit.core.paging import Page
from pitchpit.core.templating import render_plainly
from tests.core.test_forms import MONDAY, ROOT, tiny_app

VENDORED = ROOT / "static" / "vendor" / "nhsuk-frontend-10.6.1"


@pytest.fixture
def page():
    """Renders a line of template as a page of the tiny application would, on a Monday morning."""
    with clock.at(MONDAY), tiny_app().test_request_context("/idea?round=3&after=x"):
        yield lambda line, **context: render_template_string(line, **context)


@pytest.mark.parametrize(
    ("said", "value", "words"),
    [
        ("day", date(2026, 11, 27), "Fri 27 November"),
        ("day", date(2027, 1, 2), "Sat 2 January 2027"),
        ("day", datetime(2026, 7, 31, 23, 30, tzinfo=UTC), "Sat 1 August"),
        ("date_long", date(2026, 11, 3), "3 November 2026"),
        ("time_of_day", datetime(2026, 7, 1, 13, 5, tzinfo=UTC), "14:05"),
        ("moment", datetime(2026, 11, 27, 14, 5, tzinfo=UTC), "Fri 27 November at 14:05"),
        ("in_words", date(2026, 11, 23), "today"),
        ("in_words", date(2026, 11, 24), "tomorrow"),
        ("in_words", date(2026, 11, 27), "in 4 days"),
        ("in_words", date(2026, 11, 22), "1 day late"),
        ("in_words", datetime(2026, 11, 21, 9, tzinfo=UTC), "2 days late"),
        ("ago", date(2026, 11, 22), "yesterday"),
        ("ago", date(2026, 11, 21), "2 days ago"),
        ("ago", date(2026, 11, 25), "in 2 days"),
        ("pounds", 123450, "£1,234.50"),
        ("pounds", 25000, "£250"),
        ("pounds", 0, "£0"),
        ("plural('idea')", 1, "1 idea"),
        ("plural('idea')", 1200, "1,200 ideas"),
        ("plural('person', 'people')", 0, "0 people"),
    ],
)
def test_words_for_days_money_and_counts(page, said, value, words):
    assert page("{{ value | " + said + " }}", value=value) == words


def test_nothing_is_said_of_nothing(page):
    assert page("{{ none | day }}{{ none | pounds }}{{ thing.closes_at | moment }}{{ none | paragraphs }}") == ""


def test_paragraphs_keep_lines_and_escape(page):
    assert (
        page("{{ text | paragraphs }}", text="One <b>\r\ntwo\n\n\n three & four\n")
        == "<p>One &lt;b&gt;<br>\ntwo</p>\n<p> three &amp; four</p>"
    )


def test_this_page_with_another_query(page):
    assert page("{{ here(after='y') }}") == "/idea?round=3&amp;after=y"
    assert page("{{ here(after=none, round=none) }}") == "/idea"


def test_an_asset_changes_its_address_with_its_content(page):
    assert re.fullmatch(r"/static/css/pitchpit\.css\?v=[0-9a-f]{10}", page("{{ asset('css/pitchpit.css') }}"))


def test_an_address_that_this_application_lacks_is_empty(page):
    assert page("{{ url_if_any('no.such') }}|{{ url_if_any('idea') }}") == "|/idea"


def test_a_promise_says_how_late_it_is(page):
    line = "{% from 'macros/page.html' import due %}{{ due(day) }}"
    assert re.sub("<[^>]+>", "", page(line, day=date(2026, 11, 20))) == "Fri 20 November, 3 days late"
    assert re.sub("<[^>]+>", "", page(line, day=date(2026, 11, 27))) == "Fri 27 November, in 4 days"


def test_a_one_button_form_carries_its_token_and_its_key(page):
    line = "{% from 'macros/page.html' import button_form %}{{ button_form('/x', 'Follow', about='Warm meals', values={'to': '7'}) }}"
    sent = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page(line))
    assert [name for name, _ in sent] == ["csrf_token", "form_key", "to"]


def test_pages_lead_on_and_back(page):
    line = "{% from 'macros/page.html' import pager %}{{ pager(page) }}"
    links = re.findall(r'href="([^"]+)"[^>]*>([^<]+)', page(line, page=Page([1], next="z", previous="w")))
    assert links == [
        ("/idea?round=3&amp;after=w", "Show the ones before"),
        ("/idea?round=3&amp;after=z", "Show the next ones"),
    ]
    assert page(line, page=Page([1])).strip() == ""


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429])
def test_an_error_page_says_what_to_do_next(page, status):
    html = render_template(f"errors/{status}.html", reason="A <reason>.")
    heading = re.search(r"<h1[^>]*>(.+)</h1>", html)[1]
    assert f"<title>{heading} – Pitchpit" in html
    assert html.count("<h1") == 1
    assert ("A &lt;reason&gt;." in html) is (status not in (404, 405))


@pytest.mark.parametrize("status", [500, 503])
def test_the_pages_of_last_resort_ask_for_nobody(page, status):
    app = tiny_app()

    def broken():
        raise RuntimeError("the database is away")

    app.template_context_processors[None].append(broken)
    try:
        html = render_plainly(f"errors/{status}.html", retry=True, request_id="r-1")
    finally:
        app.template_context_processors[None].remove(broken)
    assert "Pitchpit" in html
    assert "r-1" in html
    assert ('<meta http-equiv="refresh" content="10">' in html) is (status == 503)


def test_the_frame_shows_what_this_person_can_use(page):
    nav = {
        "items": [("Home", "/", False), ("Ideas", "/ideas", True)],
        "unread": 3,
        "inbox": "/inbox",
        "search": "/search",
        "sign_out": "/sign-out",
        "menu": [("Your account", "/you")],
    }
    person = SimpleNamespace(is_authenticated=True, name="Sam <Made-Up>")
    html = render_template_string("{% extends 'layout.html' %}", nav=nav, current_user=person)
    assert re.findall(r'class="pp-nav__link" href="([^"]+)"( aria-current="true")?', html) == [
        ("/", ""),
        ("/ideas", ' aria-current="true"'),
    ]
    assert "Sam &lt;Made-Up&gt;" in html
    assert re.search(r'href="/inbox">Inbox <span class="pp-count">3<', html)
    assert re.search(r'<form method="post" action="/sign-out">\s*<input type="hidden" name="csrf_token"', html)
    stranger = render_template_string(
        "{% extends 'layout.html' %}", current_user=SimpleNamespace(is_authenticated=False)
    )
    for private in ("Search", "Inbox", "Sign out", "pp-nav__link"):
        assert private not in stranger


def test_the_vendored_design_system_is_the_one_its_macros_are_for():
    assert version("nhsuk-frontend-jinja") == "0.10.2"
    assert '--nhsuk-frontend-version:"10.6.1"' in (VENDORED / "nhsuk-frontend.min.css").read_text()
    assert 'version="10.6.1"' in (VENDORED / "nhsuk-frontend.min.js").read_text()


def test_nothing_vendored_bears_the_nhs_mark_or_asks_another_host():
    files = [path for path in VENDORED.rglob("*") if path.is_file() and path.suffix != ".gz"]  # serving leaves those
    assert sorted(str(path.relative_to(VENDORED)) for path in files) == [
        "LICENCE.txt",
        "images/nhsuk-icon-arrow-down.svg",
        "images/nhsuk-icon-arrow-up-down.svg",
        "images/nhsuk-icon-arrow-up.svg",
        "images/nhsuk-icon-cross.svg",
        "nhsuk-frontend.min.css",
        "nhsuk-frontend.min.js",
    ]
    css = (VENDORED / "nhsuk-frontend.min.css").read_text()
    for unwanted in ("@font-face", "Frutiger", "http:", "https:", "#005eb8"):
        assert unwanted not in css
    named = set(re.findall(r"url\((images/[^)]+)\)", css))
    assert named == {str(path.relative_to(VENDORED)) for path in VENDORED.rglob("*.svg")}
    assert set(re.findall(r"var\((--pp-[\w-]+)\)", css)) <= set(
        re.findall(r"(--pp-[\w-]+):", (ROOT / "static/css/pitchpit.css").read_text())
    )
