"""Information governance in a real browser: a text taken out without JavaScript, every page on a desk and at 320 pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pitchpit.history.queries import verify
from tests.browser import axe
from tests.governance.conftest import Told, texts

pytestmark = pytest.mark.journey

OpenPage = Callable[..., Page]
SignInPage = Callable[[Page, Any], Page]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_text_is_found_and_taken_out(
    told: Told, open_page: OpenPage, sign_in_page: SignInPage, javascript: bool
) -> None:
    page = sign_in_page(open_page(java_script_enabled=javascript), told.ida)
    page.goto("/")
    page.get_by_role("link", name="Take a text out of history").click()
    page.get_by_label("Reference of the idea or project").fill(told.reference)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="entered £10 spent").click()
    expect(page.get_by_text("For Mr Smith of bed 7")).to_be_visible()
    page.get_by_role("link", name="Take this text out").click()
    page.get_by_label("Why does it have to go?").fill("It names a patient")
    page.get_by_role("button", name="Take it out for good").click()
    expect(page.get_by_text("A marker stands in its place.")).to_be_visible()
    expect(page.get_by_text("For Mr Smith of bed 7")).to_have_count(0)
    page.goto("/governance/access-records")
    expect(page.get_by_role("link", name="The text of event")).to_have_count(2)
    assert texts()[told.events["project.spent"], "note"] == "[redacted]"
    assert verify() is None


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible(told: Told, open_page: OpenPage, sign_in_page: SignInPage, width: int) -> None:
    page = sign_in_page(open_page(viewport={"width": width, "height": 640}), told.ida)
    spent, tie = told.events["project.spent"], told.events["conflict.declared"]
    for address in (
        "",
        "/access-records",
        "/history",
        "/history?reference=zz&person=nobody&since-day=4",
        f"/history/{spent}",
        f"/history/{tie}",
        f"/history/{spent}/redact/note",
        "/access-records",
        "/access-records?person=nobody",
    ):
        page.goto(f"/governance{address}")
        axe(page)
    page.goto(f"/governance/history/{spent}/redact/note")
    page.get_by_role("button", name="Take it out for good").click()
    expect(page.get_by_role("heading", name="Something needs a change")).to_be_visible()
    axe(page)
