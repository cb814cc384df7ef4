"""What the browser fixtures promise: a real Chromium, a page watched while it is used, and axe that finds faults."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask, request
from playwright.sync_api import Browser, Page

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.once import WaitingForm
from tests.browser import LiveServer, axe, watch

pytestmark = pytest.mark.journey

GOOD = """<!doctype html><html lang="en"><head><title>Ideas</title><link rel="icon" href="data:,"></head>
<body><main><h1>Ideas</h1><noscript><p>No script here</p></noscript>{}</main></body></html>"""


@contextmanager
def showing(app: Flask, body: Callable[[], str]) -> Iterator[str]:
    """Inside, the address given shows a page with this body."""

    def answer() -> str | None:
        return GOOD.format(body()) if request.path == "/proof" else None

    before = app.before_request_funcs.setdefault(None, [])
    before.insert(0, answer)
    try:
        yield "/proof"
    finally:
        before.remove(answer)


def test_a_good_page_passes_on_every_kind_of_screen(app: Flask, page: Page, phone_page: Page, plain_page: Page) -> None:
    with showing(app, lambda: "<p>All is well.</p>") as address:
        for one in (page, phone_page, plain_page):
            one.goto(address)
        axe(page)
        axe(phone_page)
        with pytest.raises(AssertionError, match="axe is itself JavaScript"):
            axe(plain_page)
    assert (page.viewport_size["width"], phone_page.viewport_size["width"]) == (1280, 390)
    assert plain_page.locator("noscript p").is_visible()
    assert not page.locator("noscript p").is_visible()


def test_axe_says_what_is_wrong_and_where(app: Flask, page: Page) -> None:
    with showing(app, lambda: "<img src='data:,'><input name='ask'>") as address:
        page.goto(address)
        with pytest.raises(AssertionError, match=r"(?s)2 accessibility faults.*image-alt.*<img.*label: .*<input"):
            axe(page)


def test_a_sideways_scroll_is_a_fault(app: Flask, phone_page: Page) -> None:
    with showing(app, lambda: "<p>" + "wide" * 500 + "</p>") as address:
        phone_page.goto(address)
        with pytest.raises(AssertionError, match="px wide in a window of"):
            axe(phone_page)


@pytest.mark.parametrize(
    ("body", "script", "told"),
    [
        ("<script>1</script>", "1", "violates the following Content Security Policy"),
        ("<img alt='' src='http://elsewhere.example/a.png'>", "1", "asks another host: http://elsewhere.example/a.png"),
        ("<img alt='' src='/nowhere.png'>", "1", "/nowhere.png answers 404"),
        ("", "console.error('it broke')", "the console says: it broke"),
        ("", "setTimeout(() => { throw new Error('it threw') })", "a script fails: it threw"),
    ],
    ids=["inline script", "another host", "missing file", "console", "failing script"],
)
def test_trouble_on_a_page_is_noted(
    app: Flask, browser: Browser, live_server: LiveServer, body: str, script: str, told: str
) -> None:
    trouble: list[str] = []
    page = browser.new_context(base_url=live_server.url).new_page()
    watch(page, trouble, live_server.url)
    with showing(app, lambda: body) as address:
        page.goto(address)
        page.evaluate(script)
        page.wait_for_timeout(50)
    page.context.close()
    assert any(told in line for line in trouble), trouble


def test_the_browser_and_the_test_share_database_and_clock(app: Flask, page: Page, moved_clock) -> None:
    moment = datetime(2028, 2, 29, 9, 30, tzinfo=UTC)
    with transaction():
        db.session.add(WaitingForm(person_id=1, path="/from-the-test", fields="[]", created_at=clock.now()))

    def body() -> str:
        return f"<p>{db.session.get(WaitingForm, 1).path} at {clock.now():%d %B %Y}</p>"

    with showing(app, body) as address, moved_clock(moment):
        page.goto(address)
        assert page.locator("p").inner_text() == "/from-the-test at 29 February 2028"
