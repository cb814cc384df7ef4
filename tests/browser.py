"""A real Chromium on a real server, for the journeys; every page is watched while a journey runs.

A journey fails when a page writes an error to the console, breaks the content security policy, asks another host for
anything, or lacks a file that it names.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from pitchpit.core import clock
from tests.databases import unavailable
from tools import chromium

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PLAIN: "WeakSet[Page]" = WeakSet()  # pages without JavaScript
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]


class LiveServer:
    """The application served over HTTP by many threads, with a clock that the test can move."""

    def __init__(self, app: Flask) -> None:
        self._wsgi = app.wsgi_app
        self._moment: datetime | None = None
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.url = f"http://127.0.0.1:{self._server.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _serve(self, environ: Any, start_response: Any) -> Any:
        if self._moment is None:
            return self._wsgi(environ, start_response)
        with clock.at(self._moment):
            return self._wsgi(environ, start_response)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Inside, pages are served at this moment."""
        before, self._moment = self._moment, moment
        try:
            yield
        finally:
            self._moment = before


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request; journeys show their own trouble. Keeps connections open, as a real server does."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The application of this test, on a free port of this machine, with the test's own database."""
    server = LiveServer(app)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def moved_clock(request: pytest.FixtureRequest) -> Callable[[datetime], AbstractContextManager[None]]:
    """`with moved_clock(moment):` makes it that moment, for the test, its clients and its live server."""

    @contextmanager
    def moved(moment: datetime) -> Iterator[None]:
        with clock.at(moment):
            if "live_server" not in request.fixturenames:
                yield
                return
            with request.getfixturevalue("live_server").at(moment):
                yield

    return moved


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for a test process."""
    executable = chromium.find()
    if executable is None:
        unavailable(chromium.missing())
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, *(["--no-sandbox"] if chromium.as_root() == [] else [])]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """`open_page(viewport=..., java_script_enabled=...)`: another person's browser, with cookies of its own."""
    trouble: list[str] = []
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, locale="en-GB", timezone_id="Europe/London", **{"viewport": DESKTOP, **options}
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if not options.get("java_script_enabled", True):
            PLAIN.add(page)
        watch(page, trouble, live_server.url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == [], "\n".join(trouble)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page on a desktop screen."""
    return open_page()


@pytest.fixture
def phone_page(open_page: Callable[..., Page]) -> Page:
    """A page on a phone's screen, touched and not clicked."""
    return open_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def plain_page(open_page: Callable[..., Page]) -> Page:
    """A page in a browser without JavaScript."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def sign_in_page(
    app: Flask, sign_in: Callable[..., FlaskClient], live_server: LiveServer
) -> Callable[[Page, Any], Page]:
    """`sign_in_page(page, person)` lets this person go on in that browser without the sign-in form. Gives the page."""

    def signed_in(page: Page, person: Any) -> Page:
        cookie = sign_in(person).get_cookie(app.config["SESSION_COOKIE_NAME"])
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return signed_in


def watch(page: Page, trouble: list[str], url: str) -> None:
    """Note what a page does wrong. An error page is no trouble in itself: tests look at those on purpose."""

    def console(message: ConsoleMessage) -> None:
        is_status = message.text.startswith("Failed to load resource: the server responded")
        if message.type == "error" and not is_status:
            trouble.append(f"{page.url}: the console says: {message.text}")

    def request(sent: Request) -> None:
        if urlsplit(sent.url).scheme in ("http", "https") and not sent.url.startswith(url + "/"):
            trouble.append(f"{page.url}: asks another host: {sent.url}")

    def response(received: Response) -> None:
        if received.status >= 400 and received.request.resource_type not in ("document", "fetch", "xhr"):
            trouble.append(f"{page.url}: {received.url} answers {received.status}")

    page.on("console", console)
    page.on("pageerror", lambda error: trouble.append(f"{page.url}: a script fails: {error}"))
    page.on("request", request)
    page.on("response", response)


def axe(page: Page) -> None:
    """Assert that axe finds nothing against WCAG 2.2 AA on the page as it is now, nor a sideways scroll."""
    assert page not in PLAIN, (
        "axe is itself JavaScript, and would wait for ever here: use it on the same page with JavaScript."
    )
    found = Axe().run(page, options={"runOnly": STANDARD}).response["violations"]
    lines = [
        f"{rule['id']}: {rule['help']}\n" + "\n".join(f"    {node['html'][:200]}" for node in rule["nodes"])
        for rule in found
    ]
    assert not lines, f"{page.url} has {len(lines)} accessibility faults:\n" + "\n".join(lines)
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{page.url} is {width[0]} px wide in a window of {width[1]} px"
