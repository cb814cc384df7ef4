"""Ideas in a real browser: by keyboard in few keys, on a phone, saving by itself, and losing nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.people.models import LoginSession
from pitchpit.proposals import actions
from pitchpit.proposals.models import Proposal
from tests.browser import axe
from tests.factories import make_proposal
from tests.proposals.conftest import People

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

SignInPage = Callable[[Page, Any], Page]
SAVED = re.compile(r"^Saved \d\d:\d\d$")


def draft(people: People, **columns: Any) -> Proposal:
    with transaction():
        return make_proposal(round=people.round, authors=[people.author, people.coauthor], state="draft", **columns)


def saved_title(proposal: Proposal) -> str:
    db.session.rollback()
    return db.session.get_one(Proposal, proposal.id, populate_existing=True).title


class Keys:
    """A person at the keyboard, whose Tabs are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.tabs = page, 0

    def to(self, name: str) -> None:
        """Tab on to the control of this accessible name."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            self.tabs += 1
            focused = self.page.evaluate(
                "(e => (e.labels?.[0] ?? e).textContent.replace(/\\s+/g, ' ').trim())(document.activeElement)"
            )
            if focused.startswith(name):
                return
        raise AssertionError(f"Tab never reaches “{name}”.")

    def type(self, name: str, text: str) -> None:
        self.to(name)
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.mark.parametrize("plain", [False, True], ids=["with JavaScript", "without JavaScript"])
def test_an_idea_is_handed_in_by_keyboard_in_twelve_tabs(
    people: People, open_page: Callable[..., Page], sign_in_page: SignInPage, plain: bool
) -> None:
    page = sign_in_page(open_page(java_script_enabled=not plain), people.author)
    page.goto("/")
    page.get_by_role("button", name="Hand in an idea").click()
    page.wait_for_url("**/edit")
    keys = Keys(page)
    keys.to("Skip to main content")
    page.keyboard.press("Enter")
    keys.type("Give your idea a name", "Mouth care kits")
    keys.type("What gets in the way?", "The kits are on another floor")
    keys.type("What would you change?", "A kit at every bedside")
    keys.type("In one sentence", "Everybody's mouth is cared for twice a day")
    keys.type("What would you buy", "Kits")
    keys.type("How much", "300")
    keys.press("Check and hand in")
    keys.to("Skip to main content")
    page.keyboard.press("Enter")
    keys.press("Hand it in")
    expect(page.get_by_role("heading", name="Your idea is handed in")).to_be_visible()
    assert keys.tabs <= 12


def test_every_page_of_an_idea_is_accessible_on_a_desk_and_at_320_pixels(
    people: People, open_page: Callable[..., Page], sign_in_page: SignInPage
) -> None:
    problem = {"problem": "Dentures are lost between wards every week"}
    with transaction():
        unfinished = make_proposal(round=people.round, authors=[people.author], state="draft", ask_pence=2_500_00)
        unfinished.title = unfinished.pays_after = ""
        returned = make_proposal(round=people.round, authors=[people.author, people.coauthor], state="returned")
        declined = make_proposal(round=people.round, state="declined", title="Denture box", answers=problem)
        actions.refresh_search(declined)
        ready = make_proposal(
            round=people.round, authors=[people.author], state="draft", answers=problem, pays_after=""
        )
    addresses = [
        "/",
        "/ideas",
        "/search?q=denture",
        f"/proposals/{unfinished.id}",
        f"/proposals/{unfinished.id}/edit",
        f"/proposals/{unfinished.id}/check",
        f"/proposals/{unfinished.id}/delete",
        f"/proposals/{ready.id}/check",
        f"/proposals/{returned.id}",
        f"/proposals/{returned.id}/edit",
        f"/proposals/{returned.id}/history",
        f"/proposals/{returned.id}/receipt",
        f"/proposals/{returned.id}/team",
        f"/proposals/{returned.id}/withdraw",
        f"/proposals/{declined.id}",
    ]
    for width in (1280, 320):
        page = sign_in_page(open_page(viewport={"width": width, "height": 800}), people.author)
        for address in addresses:
            page.goto(address)
            axe(page)
        page.goto(f"/proposals/{ready.id}/edit")
        page.get_by_text("More about the cost").click()
        page.get_by_role("button", name="Add another cost").click()
        page.get_by_label("How much does it cost?").first.fill("about 300")
        page.get_by_role("button", name="Save draft").last.click()
        expect(page.get_by_role("heading", name="Something needs a change")).to_be_visible()
        axe(page)


def test_a_draft_saves_itself_while_it_is_typed(people: People, page: Page, sign_in_page: SignInPage) -> None:
    proposal = draft(people)
    sign_in_page(page, people.author).goto(f"/proposals/{proposal.id}/edit")
    page.get_by_label("Give your idea a name").fill("Typed and never sent")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert saved_title(proposal) == "Typed and never sent"
    page.reload()
    expect(page.get_by_label("Give your idea a name")).to_have_value("Typed and never sent")
    page.get_by_label("Give your idea a name").fill("Typed again")
    page.get_by_role("button", name="Save draft").last.click()  # before it has saved itself
    expect(page.get_by_text("Saved at ")).to_be_visible()
    assert saved_title(proposal) == "Typed again"


def test_a_lost_connection_loses_nothing(people: People, page: Page, sign_in_page: SignInPage) -> None:
    proposal = draft(people)
    sign_in_page(page, people.author).goto(f"/proposals/{proposal.id}/edit")
    page.route("**/autosave", lambda route: route.fulfill(status=503, body="Away"))
    page.get_by_label("Give your idea a name").fill("Typed in the lift")
    expect(page.locator("#saved")).to_have_text(
        re.compile("^Not saved just now: nothing answers. What you typed stays")
    )
    page.unroute("**/autosave")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert saved_title(proposal) == "Typed in the lift"


def test_an_answer_lost_on_the_way_is_no_conflict_with_what_is_typed_next(
    people: People, page: Page, sign_in_page: SignInPage
) -> None:
    proposal = draft(people)
    sign_in_page(page, people.author).goto(f"/proposals/{proposal.id}/edit")

    def lose_the_answer(route: Route) -> None:
        route.fetch()  # it is saved
        route.fulfill(status=503, body="Away")

    page.route("**/autosave", lose_the_answer)
    page.get_by_label("Give your idea a name").fill("Typed in the lift")
    expect(page.locator("#saved")).to_have_text(
        re.compile("^Not saved just now: nothing answers. What you typed stays")
    )
    assert saved_title(proposal) == "Typed in the lift"
    page.get_by_label("Give your idea a name").fill("Typed in the lift, then on the stairs")
    page.unroute("**/autosave")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.wait_for_function("() => document.querySelector('[name=edit]').value === '3'")
    assert saved_title(proposal) == "Typed in the lift, then on the stairs"


def test_a_sign_in_that_ended_while_typing_loses_nothing(people: People, page: Page, sign_in_page: SignInPage) -> None:
    proposal = draft(people)
    sign_in_page(page, people.author).goto(f"/proposals/{proposal.id}/edit")
    with transaction():
        db.session.query(LoginSession).update({LoginSession.ended_at: clock.now()})
    page.get_by_label("Give your idea a name").fill("Typed too late")
    expect(page.locator("#saved")).to_have_text(re.compile("^Your sign-in has ended. Nothing is lost"))
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in_page(page, people.author).goto("/waiting")
    expect(page.get_by_text("Typed too late").first).to_be_visible()


def test_two_tabs_show_both_texts(people: People, open_page: Callable[..., Page], sign_in_page: SignInPage) -> None:
    proposal = draft(people)
    first, second = (sign_in_page(open_page(), person) for person in (people.author, people.coauthor))
    for tab in (first, second):
        tab.goto(f"/proposals/{proposal.id}/edit")
    first.get_by_label("Give your idea a name").fill("Anna's words")
    expect(first.locator("#saved")).to_have_text(SAVED)
    second.get_by_label("Give your idea a name").fill("Colin's words")
    expect(second.locator("#saved")).to_have_text(re.compile("^It was saved somewhere else too"))
    second.get_by_role("button", name="Save draft").last.click()
    expect(second.get_by_text("Anna's words")).to_be_visible()
    expect(second.get_by_label("Give your idea a name")).to_have_value("Colin's words")
    axe(second)
    assert saved_title(proposal) == "Anna's words"
