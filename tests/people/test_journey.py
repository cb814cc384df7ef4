"""Signing in and an admin's pages in a real browser: axe, a phone, no JavaScript."""

import os
import re
from datetime import timedelta

import pytest

from pitchpit.core import clock, settings
from pitchpit.core.db import transaction
from pitchpit.people.enums import Level, PostKind, Right
from tests.browser import axe
from tests.factories import make_person, make_post, make_service
from tests.people.conftest import PASSWORD

pytestmark = pytest.mark.journey


@pytest.fixture
def trust(app):
    """A small trust with an admin who can sign in."""
    with transaction():
        settings.put(settings.DEMO, (clock.now() - timedelta(days=20)).isoformat())
        surgery = make_service("Surgery and Theatres", level=Level.DIVISION)
        theatres = make_service("Main theatres", level=Level.DEPARTMENT, parent=surgery)
        ward = make_service("Recovery", parent=theatres)
        bob = make_person("Bob Example", email="bob@trust.example", service=ward, job_title="Ward manager")
        make_post(PostKind.FINANCE, holder=bob)
        for number in range(60):
            make_person(f"Person {number:02}", service=ward)
        return make_person(
            "Ada Example", email="admin@demo.example", password=PASSWORD, rights=[Right.ADMIN], service=surgery
        )


def look(page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    if folder := os.environ.get("PITCHPIT_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_every_page_of_an_admin_is_sound_on_a_phone_and_a_desk(trust, page, open_page, sign_in_page):
    small = open_page(viewport={"width": 320, "height": 640})
    for one in (page, small):
        one.goto("/sign-in")
        axe(one)
        look(one, f"sign-in-{one.viewport_size['width']}")
        one.get_by_label("Email address or staff number").fill("admin@demo.example")
        one.get_by_role("textbox", name="Password").fill("wrong")
        one.get_by_role("button", name="Sign in", exact=True).click()
        assert "Something needs a change" in one.inner_text("main")
        axe(one)
        look(one, f"sign-in-wrong-{one.viewport_size['width']}")
        one.get_by_role("textbox", name="Password").fill(PASSWORD)
        one.get_by_role("button", name="Sign in", exact=True).click()
        one.wait_for_url("**/")
        for path in (
            "/",
            "/account",
            "/admin",
            "/admin/people",
            "/admin/people/1",
            "/admin/people/add",
            "/admin/services",
            "/admin/services/2",
            "/admin/services/add",
            "/admin/posts",
            "/admin/posts/1",
            "/admin/posts/add",
            "/waiting",
            "/password",
            "/password/sent",
            "/password/nothing",
        ):
            one.goto(path)
            axe(one)
            look(one, f"{path.strip('/').replace('/', '-') or 'home'}-{one.viewport_size['width']}")


def test_one_press_in_the_demo_without_javascript(trust, plain_page):
    plain_page.goto("/sign-in")
    plain_page.get_by_role("button", name="Go in as Admin").click()
    assert plain_page.inner_text("h1") == "What needs me now"
    plain_page.locator("summary", has_text="Ada Example").click()
    plain_page.get_by_role("button", name="Sign out").click()
    assert "You have signed out." in plain_page.inner_text("main")


def test_signing_in_by_keyboard_alone(trust, page):
    page.goto("/sign-in")
    page.get_by_label("Email address or staff number").focus()
    page.keyboard.type("admin@demo.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    assert page.inner_text("h1") == "What needs me now"


def test_a_shared_computer_clears_its_screen_and_keeps_what_was_half_written(trust, page, moved_clock):
    page.clock.install()
    page.goto("/sign-in")
    page.get_by_label("Email address or staff number").fill("admin@demo.example")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_label("This is a shared computer").check()
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/admin/services/add")
    page.get_by_label("Name").fill("Half a ward")
    page.clock.fast_forward("09:00")
    page.get_by_label("Department").check()
    page.clock.fast_forward("09:00")
    assert page.get_by_label("Name").input_value() == "Half a ward"  # somebody was there in between
    with moved_clock(clock.now() + timedelta(minutes=20)):
        page.clock.fast_forward("02:00")
        page.wait_for_url("**/sign-in")
        assert "kept" not in page.inner_text("body")
        page.go_back()
        assert "Half a ward" not in page.content()
        page.goto("/sign-in")
        page.get_by_label("Email address or staff number").fill("admin@demo.example")
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        assert page.inner_text("h1") == "What you typed is kept"
        assert "Half a ward" in page.inner_text("main")


def test_what_was_typed_when_the_sign_in_had_ended_is_sent_after_the_next_one(trust, page, sign_in_page, moved_clock):
    sign_in_page(page, trust)
    page.goto("/admin/services/add")
    page.get_by_label("Name").fill("Day surgery")
    page.get_by_label("Department").check()
    with moved_clock(clock.now() + timedelta(hours=3)):
        page.get_by_role("button", name="Add the service").click()
        assert "What you typed is kept" in page.inner_text("main")
        axe(page)
        page.get_by_label("Email address or staff number").fill("admin@demo.example")
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        assert page.inner_text("h1") == "What you typed is kept"
        axe(page)
        look(page, "waiting-full")
        page.get_by_role("button", name="Send it now").click()
        assert "Day surgery is in the tree." in page.inner_text("main")
