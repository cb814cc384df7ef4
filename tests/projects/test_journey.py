"""Projects in a real browser: a report in three taps, the whole way without JavaScript, every page calm for everybody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.projects.enums import Stage
from pitchpit.projects.models import Project
from tests.browser import DESKTOP, PHONE, axe
from tests.factories import make_check_in, make_measure, make_milestone, make_observations
from tests.gates.conftest import ready
from tests.projects.conftest import People

pytestmark = pytest.mark.journey

OpenPage = Callable[..., Page]
SignInPage = Callable[[Page, Any], Page]

#: A phone held by somebody who needs large letters.
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def late(people: People) -> Project:
    """A project whose check-in is two days late, with some of everything."""
    today = clock.today()
    project = people.project(
        title="Mouth care on the stroke ward",
        stage="testing",
        milestones=[today + timedelta(days=20), today + timedelta(days=60)],
        next_check_in_on=today - timedelta(days=2),
    )
    with transaction():
        make_milestone(project, title="Kits at every bedside", forecast_on=today - timedelta(days=20), actual_on=today)
        make_check_in(project, by=people.lead, due_on=today - timedelta(days=94), help_wanted="A room on Fridays")
        make_observations(make_measure(project, "Mouth care twice a day"), [50.0, 56.0, 47.0] * 5 + [70.0] * 8)
    return project


def test_a_progress_report_takes_two_pages_and_three_taps(
    people: People, late: Project, phone_page: Page, sign_in_page: SignInPage
) -> None:
    page = sign_in_page(phone_page, people.lead)
    page.goto("/")
    page.get_by_role("link", name="Check in on Mouth care on the stroke ward").tap()
    expect(page.get_by_label("At risk").nth(1)).not_to_be_checked()
    page.get_by_label("What has happened since the last time?").fill("Kits are in use on both bays.")
    page.get_by_label("At risk").nth(1).tap()
    page.get_by_role("button", name="Check in").tap()
    expect(page.get_by_text("Thank you: you have checked in.")).to_be_visible()
    axe(page)


def test_nothing_has_changed_takes_two_taps(
    people: People, late: Project, phone_page: Page, sign_in_page: SignInPage
) -> None:
    page = sign_in_page(phone_page, people.member)
    page.goto("/")
    page.get_by_role("link", name="Check in on Mouth care on the stroke ward").tap()
    page.get_by_role("button", name="Nothing has changed").tap()
    expect(page.get_by_text("Thank you: you have checked in.")).to_be_visible()


def tab_to(page: Page, name: str, most: int = 20) -> int:
    """How many Tabs until the control with this name has the focus."""
    for tabs in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || document.activeElement.name") == name:
            return tabs
    raise AssertionError(f"{name} has no focus after {most} Tabs")


def test_a_progress_report_takes_at_most_twelve_tabs(
    people: People, late: Project, page: Page, sign_in_page: SignInPage
) -> None:
    sign_in_page(page, people.lead).goto("/")
    tabs = tab_to(page, "Skip to main content")
    page.keyboard.press("Enter")
    tabs += tab_to(page, "Check in on Mouth care on the stroke ward")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check-in")
    tabs += tab_to(page, "Skip to main content")
    page.keyboard.press("Enter")
    tabs += tab_to(page, "what_happened")
    page.keyboard.type("Kits are in use.")
    tabs += tab_to(page, "Check in")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you: you have checked in.")).to_be_visible()
    assert tabs <= 12


def test_a_project_is_started_and_ended_without_javascript(
    people: People, plain_page: Page, sign_in_page: SignInPage
) -> None:
    project = ready(people, observations=6, title="Quieter nights")
    page = sign_in_page(plain_page, people.sponsor)
    page.goto("/")
    page.get_by_role("link", name="Start Quieter nights: everything is there").click()
    page.get_by_label("Why may it start with a short baseline?").fill("The ward is new.")
    page.get_by_role("button", name="Start the project").click()
    expect(page.get_by_role("heading", name="Something needs a change")).to_be_visible()
    expect(page.get_by_label("Why may it start with a short baseline?")).to_have_value("The ward is new.")
    enough = clock.today() + timedelta(days=100)
    for part, value in (("Day", enough.day), ("Month", enough.month), ("Year", enough.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_role("button", name="Start the project").click()
    expect(page.get_by_text("The project has started.")).to_be_visible()
    page.get_by_role("link", name="Hold a review").click()
    page.get_by_role("link", name="Stop it").click()
    page.get_by_label("Why?").fill("No change in half a year.")
    page.get_by_label("Did not work").check()
    page.get_by_label("What did we expect?").fill("Half the noise.")
    page.get_by_label("What happened?").fill("The same noise.")
    page.get_by_label("What would we do differently?").fill("Ask the porters first.")
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("The review is held and kept with its evidence.")).to_be_visible()
    page.goto("/search?q=porters")
    expect(page.get_by_role("link", name="What we learned: Quieter nights")).to_be_visible()
    db.session.rollback()
    assert db.session.get_one(Project, project.id).stage is Stage.STOPPED


@pytest.mark.parametrize("window", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
def test_every_page_is_for_everybody(
    people: People, late: Project, open_page: OpenPage, sign_in_page: SignInPage, window: dict[str, int]
) -> None:
    being_set_up = ready(people, title="Quieter nights", planned_end_on=None)
    pages = {
        people.qi: [
            "/projects",
            "/projects?show=ended",
            *(
                f"/projects/{late.id}{part}"
                for part in (
                    "",
                    "/milestones",
                    "/check-ins",
                    "/check-ins/1/answer",
                    "/money",
                    "/gates",
                    "/gate",
                    "/gate/stop",
                    "/set-up",
                    "/set-up/roles",
                    "/set-up/monitoring",
                    "/history",
                )
            ),
            f"/projects/{being_set_up.id}",
            f"/projects/{being_set_up.id}/start",
        ],
        people.lead: [
            f"/projects/{late.id}/check-in",
            f"/projects/{late.id}/milestones/1/move",
            f"/projects/{late.id}/milestones/1/reach",
            f"/projects/{late.id}/milestones/new",
            f"/projects/{being_set_up.id}/set-up/aim",
            f"/projects/{being_set_up.id}/set-up/checks/dpia",
        ],
        people.stranger: ["/projects", "/projects?show=mine", f"/projects/{late.id}"],
    }
    for person, addresses in pages.items():
        page = sign_in_page(open_page(viewport=window), person)
        for address in addresses:
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            axe(page)
