"""The pages of measures in a real browser: a whole month's work, nothing for axe to find, no sideways scroll, no script needed."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from pitchpit.core.db import transaction
from pitchpit.measures import actions, queries
from pitchpit.measures.enums import Direction, MeasureKind
from pitchpit.measures.values import Value
from tests.browser import axe
from tests.factories import make_measure, make_observations
from tests.measures.conftest import Ward

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("in_august")]

NARROW = {"width": 320, "height": 640}
FALLING = [7.6, 8.6, 6.7, 8.4, 7.3, 7.3, 9.2, 7.6, 7.5, None, 8.5, 7.5, 8, 6.6, 4.9, 4.8, 4.3, 4.2, 4.1, 5, 5, 4.9, 5.1]


@pytest.fixture
def full(build_ward) -> Ward:
    """A ward that has measured for two years."""
    ward = build_ward(name="Falls per 1,000 bed days", target=5.0, definition="Every reported fall.")
    with transaction():
        measure = queries.measure_or_404(None, ward.measure.id, change=True)
        make_observations(measure, FALLING, first=date(2024, 5, 1), by=ward["owner"])
        actions.enter(measure, [Value(date(2025, 3, 1), 8.4)], actor=ward["owner"], reason="Two were counted twice")
        actions.agree_step(measure, actor=ward["coach"], on=date(2025, 7, 1), reason="Falls huddle on every shift")
        actions.annotate(measure, actor=ward["member"], on=date(2025, 6, 16), words="Second ward joins")
        huddles = make_measure(ward.project, "Huddles held", kind=MeasureKind.PROCESS, unit="%", target=90)
        huddles.direction = Direction.INCREASE
        make_observations(huddles, range(40, 96, 4), first=date(2025, 6, 1))
        make_measure(ward.project, "Staff who feel safe at night")
    return ward


@pytest.mark.parametrize("viewport", [NARROW, {"width": 1280, "height": 900}], ids=["narrow", "desktop"])
def test_every_page_can_be_used_by_everybody(full, open_page, sign_in_page, viewport):
    screen = sign_in_page(open_page(viewport=viewport), full["coach"])
    one, huddles, none = full.measure.id, full.measure.id + 1, full.measure.id + 2
    pages = [f"/measures/{number}" for number in (one, huddles, none)]
    pages += [
        f"/measures/{one}{part}" for part in ("?limits=before", "/enter", "/paste", "/edit", "/step", "/annotate")
    ]
    pages += [f"/measures/{one}/enter?on=2025-03-01", f"/projects/{full.project.id}", "/measures"]
    for address in pages:
        screen.goto(address)
        axe(screen)
    screen.goto(f"/projects/{full.project.id}/measures/new")
    screen.get_by_role("button", name="Add the measure").click()
    expect(screen.get_by_role("link", name="Say what is counted")).to_be_visible()
    axe(screen)


def test_an_analyst_keeps_the_numbers_on_a_phone_without_java_script(full, open_page, sign_in_page):
    phone = sign_in_page(
        open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False, has_touch=True), full["owner"]
    )
    phone.goto("/")
    phone.get_by_role("link", name="Enter April’s falls per 1,000 bed days for Safer nights").tap()
    phone.get_by_label("Falls per 1,000 bed days").fill("4.6")
    phone.get_by_role("button", name="Enter it").tap()
    expect(phone.get_by_text("4.6 is entered.")).to_be_visible()
    phone.get_by_role("link", name="Paste several").tap()
    phone.get_by_label("One line a value").fill("May 2026, 4.4\nJune 2026, x")
    phone.get_by_role("button", name="Check these lines").tap()
    expect(phone.get_by_role("row", name="2 June 2026, x").get_by_text("“x” is not a number")).to_be_visible()
    expect(phone.get_by_label("One line a value")).to_have_value("May 2026, 4.4\nJune 2026, x")
    phone.get_by_label("One line a value").fill("Mar 2026, 5.2\nMay 2026, 4.4\nJune 2026, 4.5")
    phone.get_by_role("button", name="Check again").tap()
    expect(phone.get_by_text("2 new values, 1 correction.")).to_be_visible()
    phone.get_by_label("Why are they corrected?").fill("A fall was reported late")
    phone.get_by_role("button", name="Enter 2 values and correct 1").tap()
    expect(phone.get_by_text("2 values entered, 1 value corrected.")).to_be_visible()
    corrections = phone.get_by_role("table", name=re.compile("Values that were corrected"))
    expect(corrections.get_by_role("row").nth(1)).to_contain_text("A fall was reported late")


def test_a_correction_by_keyboard_alone(full, page, sign_in_page):
    sign_in_page(page, full["owner"]).goto(f"/measures/{full.measure.id}")
    page.get_by_role("link", name="Correct March 2026").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/enter?on=2026-03-01")
    page.get_by_label("Falls per 1,000 bed days").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5.3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Say why it is corrected")).to_be_visible()
    axe(page)
    page.get_by_label("Why is it corrected?").focus()
    page.keyboard.type("Recounted")
    page.keyboard.press("Enter")
    expect(page.get_by_text("5.3 is entered.")).to_be_visible()


def test_twelve_values_then_the_thirteenth_brings_the_chart_and_its_icon(ward, page, sign_in_page):
    make_observations(ward.measure, [7, 8, 6, 7, 9, 7, 6, 8, 7, 7, 8, 6], first=date(2025, 7, 1))
    sign_in_page(page, ward["owner"]).goto(f"/projects/{ward.project.id}")
    expect(page.get_by_role("img", name="Too early to say: icons")).to_be_visible()
    page.goto(f"/measures/{ward.measure.id}/enter")
    page.get_by_label("Falls", exact=True).fill("1")
    page.get_by_role("button", name="Enter it").click()
    page.goto(f"/projects/{ward.project.id}")
    expect(page.get_by_role("img", name="Improving: lower than usual, and lower is better.")).to_be_visible()
    expect(page.get_by_role("img", name="Too early to say: icons")).to_have_count(0)
    expect(page.locator(".chart-wide .chart-improvement")).to_have_count(2)  # the point and its key
    axe(page)


def test_on_paper_stand_the_chart_and_its_numbers(full, page, sign_in_page):
    sign_in_page(page, full["owner"]).goto(f"/measures/{full.measure.id}")
    page.emulate_media(media="print")
    expect(page.locator(".chart-wide")).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page.get_by_role("link", name="Enter a value")).to_be_hidden()
