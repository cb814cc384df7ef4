"""Judging in a real browser: by mouse, by keyboard alone, without JavaScript; nothing for axe to find, no sideways scroll."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pitchpit.core.db import db, transaction
from pitchpit.panels import queries
from pitchpit.panels.enums import ConflictType, Handling, ScorecardState
from pitchpit.panels.models import Scorecard
from tests.browser import axe
from tests.factories import make_assignment, make_conflict, make_meeting, make_proposal, make_scorecard
from tests.panels.conftest import Panel, panel_of

pytestmark = pytest.mark.journey

NARROW = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}


def cards(state: ScorecardState) -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Scorecard).where(Scorecard.state == state)).all())


def with_second(panel: Panel) -> Panel:
    make_assignment(make_proposal(round=panel.round, state="shortlisted", title="Mouth care kits"), panel.judge)
    return panel


@pytest.mark.parametrize(
    "viewport", [NARROW, {"width": 820, "height": 1180}, DESKTOP], ids=["narrow", "tablet", "desktop"]
)
def test_every_page_can_be_used_by_everybody(
    app: Flask, open_page: Any, sign_in_page: Any, viewport: dict[str, int]
) -> None:
    with transaction():
        panel, judged = with_second(panel_of()), panel_of(scoring=False, pot_pence=400_00)
        tied = make_proposal(round=panel.round, state="shortlisted")
        make_assignment(tied, panel.judge)
        conflict = make_conflict(tied, panel.judge, note="We share a car")
        make_conflict(
            panel.proposal, panel.other, Handling.MAY_TAKE_PART, reason="Long ago", decided_by_id=panel.chair.id
        )
        make_conflict(panel.proposal, panel.deputy, type=ConflictType.FINANCIAL)
        second = make_proposal(round=judged.round, state="shortlisted")
        make_scorecard(judged.proposal, judged.judge, 5, comments=["Clear"], notes="Ask")
        make_scorecard(judged.proposal, judged.other, 0)
        make_scorecard(second, judged.other, [2, 2, None, 3, 1])
        meeting = make_meeting(judged.round, items=[second], notes="Liked")
    running, over = f"/judging/rounds/{panel.round.id}", f"/judging/rounds/{judged.round.id}"
    seen = {
        panel.judge: [
            "/judging",
            running,
            f"/judging/{panel.proposal.id}",
            f"/judging/{tied.id}",
            f"/judging/{panel.proposal.id}/conflict",
        ],
        panel.secretary: [running, f"{running}/conflicts", f"{running}/assign", f"{running}/meeting"],
        panel.chair: [f"/judging/conflicts/{conflict.id}"],
        judged.chair: [f"{over}/ranking", f"/judging/{judged.proposal.id}/scorecards", f"{over}/assign"],
        judged.secretary: [f"{over}/meeting", f"/judging/meetings/{meeting.id}"],
        judged.judge: [over, f"/judging/{judged.proposal.id}"],
        judged.author: ["/judging"],
    }
    for person, pages in seen.items():
        screen = sign_in_page(open_page(viewport=viewport), person)
        for address in pages:
            screen.goto(address)
            axe(screen)
    screen = sign_in_page(open_page(viewport=viewport), judged.chair)
    screen.goto(f"{over}/ranking")
    screen.get_by_text("Criterion by criterion").first.click()
    axe(screen)


def test_a_judge_scores_two_by_mouse(app: Flask, page: Any, sign_in_page: Any) -> None:
    """From home: two pages and seven presses for the first, one load and six presses for the next."""
    panel = with_second(panel_of())
    sign_in_page(page, panel.judge).goto("/")
    page.get_by_role("link", name=f"Score 2 proposals for {panel.round.title}").click()
    for title in ("first", "second"):
        groups = page.locator(".pp-levels")
        assert groups.count() == len(panel.round.criteria), title
        for group in groups.all():
            group.get_by_role("radio").nth(4).check()
        assert page.locator("#total").text_content() == "80 of 100"
        page.get_by_role("button", name="Submit and next").click()
        page.get_by_text("submitted: 80 of 100").wait_for()
    assert "2 of 2 submitted" in page.locator("main").text_content()
    assert cards(ScorecardState.SUBMITTED) == 2


def test_a_judge_scores_by_keyboard_alone(app: Flask, page: Any, sign_in_page: Any) -> None:
    """Fifteen Tabs from home at the most; each next one twelve keys."""
    panel = with_second(panel_of())
    sign_in_page(page, panel.judge).goto("/")
    tabs = 0
    while "Score 2 proposals" not in page.evaluate("document.activeElement.textContent") or tabs == 0:
        page.keyboard.press("Tab")
        tabs += 1
        assert tabs <= 15
    page.keyboard.press("Enter")
    page.wait_for_url("**/judging/*")
    for number in (1, 2):
        keys = 0
        page.locator("#scores").wait_for()
        while page.evaluate("document.activeElement.type") != "radio":
            page.keyboard.press("Tab")
            keys += 1
            if keys == 1:  # the way past the header
                page.keyboard.press("Enter")
                keys += 1
        for level in "54321":
            page.keyboard.press(level)
            keys += 1
        assert page.evaluate("document.activeElement.textContent") == "Submit and next"
        page.keyboard.press("Enter")
        keys += 1
        page.get_by_text("submitted: 65 of 100").wait_for()
        assert keys <= 12, f"{keys} keys for number {number}"
    assert cards(ScorecardState.SUBMITTED) == 2


def test_enter_on_a_level_sends_nothing_and_control_enter_submits(app: Flask, page: Any, sign_in_page: Any) -> None:
    panel = panel_of()
    sign_in_page(page, panel.judge).goto(f"/judging/{panel.proposal.id}")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == f"level_{panel.round.criteria[1].id}"
    page.keyboard.press("9")
    assert page.locator("input:checked").count() == 0
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="Choose a level").first.click()
    assert page.evaluate("document.activeElement.name") == f"level_{panel.round.criteria[0].id}"
    axe(page)


def test_scores_save_themselves_while_typing(app: Flask, page: Any, sign_in_page: Any) -> None:
    panel = panel_of()
    sign_in_page(page, panel.judge).goto(f"/judging/{panel.proposal.id}")
    page.get_by_role("radio").nth(3).check()
    page.get_by_label("Notes for the panel").fill("Ask about the nights")
    page.get_by_text(re.compile(r"^Saved \d\d:\d\d")).wait_for()
    page.reload()
    assert page.get_by_label("Notes for the panel").input_value() == "Ask about the nights"
    assert page.locator("input:checked").get_attribute("value") == "3"
    page.get_by_role("button", name="Save draft").last.click()
    page.get_by_text("It counts once you submit it.").wait_for()
    assert cards(ScorecardState.DRAFT) == 1


def test_judging_works_without_javascript(app: Flask, plain_page: Any, sign_in_page: Any) -> None:
    panel, page = panel_of(), plain_page
    sign_in_page(page, panel.judge).goto(f"/judging/rounds/{panel.round.id}")
    page.get_by_role("link", name="Score the first one").click()
    assert not page.get_by_text("keys 0 to 5").is_visible()
    page.get_by_role("button", name="Submit scores").click()
    assert page.get_by_role("link", name="Choose a level").count() == len(panel.round.criteria)
    for group in page.locator(".pp-levels").all():
        group.get_by_role("radio").nth(3).check()
    page.get_by_role("button", name="Submit scores").click()
    page.get_by_text("submitted: 60 of 100").wait_for()
    page.get_by_role("link", name=panel.proposal.title).click()
    page.get_by_role("button", name="Reopen").click()
    page.get_by_text("open again").wait_for()
    page.get_by_role("link", name="I have a conflict").click()
    page.get_by_label("Personal").check()
    page.get_by_role("button", name="Declare this conflict").click()
    page.get_by_text("The chair decides whether you may score").wait_for()
    page.context.clear_cookies()
    sign_in_page(page, panel.chair).goto("/")
    page.get_by_role("link", name=f"Decide about 1 conflict in {panel.round.title}").click()
    page.get_by_role("link", name="Decide about Jude Score").click()
    page.get_by_label("May take part").check()
    page.get_by_label("Why?").fill("They met once")
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("link", name="Who scores what").click()
    page.get_by_role("button", name="Share out like this").click()
    page.get_by_text("Shared out: 3 new assignments.").wait_for()
    db.session.rollback()
    assert len(queries.assigned_pairs(panel.round)) == 4
