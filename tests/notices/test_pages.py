"""The inbox in a real browser: on a desk and on a phone, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import expect

from pitchpit.core.db import transaction
from pitchpit.notices.actions import notify
from tests.browser import axe
from tests.factories import make_person
from tests.notices.conftest import IDEA

pytestmark = pytest.mark.journey

LONG = "Supercalifragilisticexpialidocious" * 6


@pytest.fixture
def ann(app):
    person = make_person("Ann Example")
    with transaction():
        notify("plain", to=[person], about=IDEA)
        notify("idea_answered", to=[person], about=IDEA, reference=LONG, reason=LONG)
        notify("idea_answered", to=[person], about=IDEA, reference="DD26-014", reason="It is funded.\n\nWell done.")
    return person


def test_inbox_and_choices_are_for_everybody(page, phone_page, sign_in_page, ann):
    for screen in (page, phone_page):
        sign_in_page(screen, ann).goto("/inbox")
        axe(screen)
        screen.goto("/inbox/choices")
        axe(screen)
        screen.get_by_role("button", name="Save how I am told").click()
        expect(screen.get_by_role("heading", name="Inbox")).to_be_visible()
        axe(screen)


def test_inbox_is_emptied_without_java_script(plain_page, sign_in_page, ann):
    page = sign_in_page(plain_page, ann)
    page.goto("/inbox")
    page.get_by_role("button", name=re.compile("^Open .*DD26-014")).click()
    assert page.url.endswith("/ideas/7")
    page.goto("/inbox")
    expect(page.get_by_text("You have 2 unread.")).to_be_visible()
    page.get_by_role("button", name="Mark as read", exact=False).last.click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("You have read it all.")).to_be_visible()
