"""The look in a real browser: everything on one page, under the strictest policy, on a phone, on paper and without JavaScript."""

import gzip
import re
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask, flash, redirect, render_template, render_template_string, request
from flask_login import LoginManager, UserMixin, login_user
from flask_wtf import CSRFProtect

from pitchpit.core import templating
from tests.browser import axe
from tests.core.test_forms import MONDAY, RIGHT, ROOT, Idea, Narrow

pytestmark = pytest.mark.journey

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'"
KITCHEN = (ROOT / "tests/core/kitchen.html").read_text()
NAV = {
    "items": [
        (word, f"/{word.lower()}", word == "Ideas")
        for word in ("Home", "Ideas", "Judging", "Projects", "Learning", "Insight", "Admin")
    ],
    "unread": 3,
    "inbox": "/inbox",
    "search": "/search",
    "sign_out": "/sign-out",
    "menu": [("Your account", "/you"), ("What you are told, and when", "/choices")],
    "demo": "This is a made-up trust. Change anything you like.",
}


class Person(UserMixin):
    id = 1
    name = "Sam Made-Up"


@pytest.fixture
def app():
    """One application with one of everything, and no database."""
    app = Flask(
        "pitchpit",
        root_path=str(ROOT / "pitchpit"),
        template_folder="../templates",
        static_folder="../static",
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY="only for this test", TRUST_NAME="Fernhill Hospitals NHS Trust (made up)", TESTING=True
    )
    templating.init_app(app)
    LoginManager(app).user_loader(lambda _: Person())
    CSRFProtect(app)
    app.context_processor(lambda: {"nav": NAV})
    app.after_request(_guarded)

    @app.route("/idea", methods=["GET", "POST"])
    def idea():
        login_user(Person())
        form = Idea()
        if form.validate_on_submit():
            flash("Your idea has been handed in. Ali Made-Up will answer by Fri 27 November.", "success")
            return redirect("/idea")
        context = {
            "form": form,
            "narrow": Narrow(request.args),
            "day": date(2026, 11, 27),
            "late": date(2026, 11, 19),
            "soon": date(2026, 11, 24),
            "entries": [
                SimpleNamespace(text="Handed in", at=MONDAY, who="Sam Made-Up", detail=""),
                SimpleNamespace(
                    text="Returned with advice",
                    at=MONDAY,
                    who="",
                    detail="Ask the kitchen first.\n\nThey may have trolleys.",
                ),
            ],
        }
        return render_template_string(KITCHEN, **context), 422 if form.is_submitted() else 200

    @app.post("/stale")
    def stale():
        login_user(Person())
        thing = SimpleNamespace(title="Cold meals", ask=9900, start=date(2026, 12, 8), edit=6)
        return render_template(
            "errors/409.html", reason="Somebody else saved this while you were writing.", form=Idea(), thing=thing
        ), 409

    @app.get("/errors/<int:status>")
    def error(status):
        login_user(Person())
        if status >= 500:
            return templating.render_plainly(f"errors/{status}.html", retry=True, request_id="r-1")
        return render_template(f"errors/{status}.html", reason="Only its authors can do this.")

    @app.get("/stale-form")
    def stale_form():
        return render_template_string(
            "{% from 'macros/forms.html' import fields, form_start, form_end, send %}{% extends 'layout.html' %}"
            "{% block content %}<h1>Change it</h1>{{ form_start(form, '/stale') }}{{ fields(form.questions) }}{{ send('Save') }}{{ form_end() }}{% endblock %}",
            form=Idea(),
        )

    return app


def _guarded(response):
    response.headers["Content-Security-Policy"] = POLICY
    if request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@pytest.fixture(autouse=True)
def monday(moved_clock, live_server):
    with moved_clock(MONDAY):
        yield


SIZES = {"desktop": (1280, 900), "phone": (390, 844), "smallest": (320, 640)}


@pytest.mark.parametrize("size", SIZES)
def test_everything_at_once_is_accessible_and_fits(open_page, size):
    width, height = SIZES[size]
    page = open_page(viewport={"width": width, "height": height})
    page.goto("/idea")
    axe(page)
    page.get_by_role("button", name="Hand it in").last.click()
    page.wait_for_selector(".nhsuk-error-summary")
    assert page.evaluate("document.activeElement.className") == "nhsuk-error-summary"
    axe(page)
    page.locator("summary", has_text="Sam Made-Up").click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    axe(page)
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()


def test_errors_lead_to_their_controls(page):
    page.goto("/idea")
    page.get_by_role("button", name="Hand it in").last.click()
    for link in page.locator(".nhsuk-error-summary__list a").all():
        link.click()
        assert page.evaluate("document.activeElement.id") == link.get_attribute("href")[1:]


def test_a_form_is_filled_and_sent_without_javascript(plain_page):
    page = plain_page
    page.goto("/idea")
    for name, value in RIGHT.items():
        box = page.locator(f"[name='{name}']")
        if name == "edit" or not value:
            continue
        if name in ("ward", "costs-0-kind", "costs-1-kind"):
            box.select_option(value)
        elif name in ("kind", "themes", "agreed"):
            for one in [value] if isinstance(value, str) else value:
                page.locator(f"[name='{name}'][value='{one}']").check()
        else:
            box.fill(value)
    page.get_by_role("button", name="Add another").click()
    assert page.locator("[name='costs-0-what']").input_value() == "Trolley"
    assert page.locator("[name='costs-2-what']").input_value() == ""
    assert page.locator(".nhsuk-error-summary").count() == 0
    page.get_by_role("button", name="Hand it in").last.click()
    assert (
        page.locator(".pp-flash--success").inner_text()
        == "Your idea has been handed in. Ali Made-Up will answer by Fri 27 November."
    )


def test_enter_sends_the_form_and_adds_no_row(plain_page):
    plain_page.goto("/idea")
    plain_page.locator("[name='title']").press("Enter")
    assert plain_page.locator("[name='costs-2-what']").count() == 0
    assert plain_page.locator(".nhsuk-error-summary").count() == 1


def test_words_are_counted_along(page):
    page.goto("/idea")
    page.get_by_label("What gets in the way?").press_sequentially("one two three")
    page.wait_for_function(
        "document.querySelector('.nhsuk-character-count__status')?.innerText.includes('9 words remaining')"
    )


def test_a_stale_save_is_compared_accessibly(page):
    page.goto("/stale-form")
    page.get_by_label("What is your idea called?").fill("Warm meals")
    page.get_by_role("button", name="Save").last.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Somebody else saved this first"
    assert page.get_by_label("What is your idea called?").input_value() == "Warm meals"
    axe(page)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
def test_error_pages_are_accessible(phone_page, status):
    phone_page.goto(f"/errors/{status}")
    axe(phone_page)


def test_on_paper_only_the_page_itself_is_left(page):
    page.goto("/idea")
    page.emulate_media(media="print")
    for gone in (".pp-header", ".pp-footer", ".pp-demo", "main button"):
        assert not page.locator(gone).first.is_visible()
    assert page.get_by_role("heading", level=1).is_visible()


def test_zoomed_to_twice_the_size_nothing_scrolls_sideways(open_page):
    page = open_page(viewport={"width": 640, "height": 450})
    page.goto("/idea")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_first_view_weighs_at_most_100_kb(page):
    weights = {}

    def weigh(response):
        weights[re.sub(r"\?.*", "", response.url)] = len(gzip.compress(response.body()))

    page.on("response", weigh)
    page.goto("/idea")
    page.wait_for_load_state("networkidle")
    assert len(weights) >= 5
    assert sum(weights.values()) <= 100_000, weights
