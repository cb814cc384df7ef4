"""The whole story through the pages: an idea becomes a monitored project, and each reads of it only what they may know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from pitchpit.core.db import transaction
from pitchpit.people.enums import Right
from tests.browser import PHONE, axe
from tests.factories import make_person, make_service

pytestmark = pytest.mark.journey

#: The story begins on a Monday, well away from bank holidays.
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
OPENS, CLOSES, SCORED = MONDAY, MONDAY + timedelta(days=28), MONDAY + timedelta(days=42)


@pytest.fixture
def people(app: Flask) -> SimpleNamespace:
    """Everybody the story needs, and their wards."""
    with transaction():
        stroke, theatre, board = make_service("Stroke ward"), make_service("Theatres"), make_service("Trust office")
        return SimpleNamespace(
            admin=make_person("Ada Admin", rights=[Right.ADMIN]),
            nurse=make_person("Nell Nurse", service=stroke),
            qi=make_person("Quentin Improver", rights=[Right.QI], service=board),
            chair=make_person("Cora Chair", service=board),
            deputy=make_person("Dev Deputy", service=board),
            secretary=make_person("Sam Secretary", service=board),
            first=make_person("Jo Judge", service=theatre),
            second=make_person("Jay Judge", service=theatre),
            tied=make_person("Tia Tied", service=stroke),
            ratifier=make_person("Ray Ratifier", service=board),
            sponsor=make_person("Spen Sponsor", service=board),
            stranger=make_person("Stu Stranger", service=theatre),
        )


class Story:
    """One browser for each person, opened when they first appear, all at the story's time."""

    def __init__(
        self, open_page: Callable[..., Page], sign_in_page: Callable[[Page, Any], Page], moved_clock: Any
    ) -> None:
        self._open, self._sign_in, self._moved = open_page, sign_in_page, moved_clock
        self._pages: dict[int, Page] = {}
        self._signed_in_at: dict[int, datetime] = {}
        self.now = MONDAY

    @contextmanager
    def on(self, moment: datetime) -> Iterator[None]:
        """Time passes until this moment; everybody signs in afresh."""
        self.now = moment
        with self._moved(moment):
            yield

    def of(self, person: Any, **options: Any) -> Page:
        """This person's browser, signed in."""
        if person.id not in self._pages:
            self._pages[person.id] = self._open(**options)
        if self._signed_in_at.get(person.id) != self.now:
            self._sign_in(self._pages[person.id], person)
            self._signed_in_at[person.id] = self.now
        return self._pages[person.id]


@pytest.fixture
def story(open_page: Callable[..., Page], sign_in_page: Callable[[Page, Any], Page], moved_clock: Any) -> Story:
    return Story(open_page, sign_in_page, moved_clock)


def press(page: Page, name: str) -> None:
    """Press the first button of this name."""
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def fill_moment(page: Page, field: str, moment: datetime) -> None:
    for part, value in (("day", moment.day), ("month", moment.month), ("year", moment.year), ("time", "10:00")):
        page.locator(f"#{field}-{part}").fill(str(value))


def fill_day(page: Page, field: str, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"#{field}-{part}").fill(str(value))


# The admin.


def open_a_round(page: Page, people: SimpleNamespace) -> int:
    """A scheme, a fund, and a round that says what is missing until nothing is."""
    page.goto("/admin/schemes/new")
    page.get_by_label("What is the scheme called?").fill("Dragons' Den")
    page.get_by_label("Which letters begin its references?").fill("DD")
    page.get_by_label("Dragons' Den: teams pitch to a panel").check()
    press(page, "Make the scheme")
    page.goto("/admin/funds/new")
    page.get_by_label("What is the fund called?").fill("The hospital charity")
    page.get_by_label("Who owns it?").fill("The charity's trustees")
    press(page, "Make the fund")
    page.goto("/admin/schemes/1/rounds/new")
    page.get_by_label("What is the round called?").fill("Autumn Den")
    for field, moment in (("opens_at", OPENS), ("closes_at", CLOSES), ("scoring_closes_at", SCORED)):
        fill_moment(page, field, moment)
    press(page, "Make the round")
    page.goto("/admin/rounds/1/open")
    expect(page.get_by_role("heading", name="What is missing")).to_be_visible()
    axe(page)

    page.goto("/admin/rounds/1/pot")
    page.locator("#amounts-0-fund_id").select_option(label="The hospital charity")
    page.locator("#amounts-0-amount_pence").fill("25000")
    press(page, "Save")
    page.goto("/admin/rounds/1/tiers")
    page.locator("#tiers-2-ratifier").fill("Ray Ratifier")
    press(page, "Save")
    page.goto("/admin/rounds/1/questions")
    press(page, "Save")
    page.goto("/admin/rounds/1")
    press(page, "Use the usual five criteria")
    page.goto("/admin/rounds/1/judging")
    page.locator("#judges_per_proposal").fill("4")
    page.locator("#quorum").fill("3")
    press(page, "Save")
    name_the_panel(page, people)
    page.goto("/admin/rounds/1/replies")
    page.locator("#person").fill("Quentin Improver")
    press(page, "Save")
    page.goto("/admin/rounds/1/open")
    axe(page)
    press(page, "Open this round")
    expect(page.get_by_role("status")).to_contain_text("open")
    return 1


def name_the_panel(page: Page, people: SimpleNamespace) -> None:
    page.goto("/admin/rounds/1/panel")
    members = [
        (people.chair, "chair", "executive"),
        (people.deputy, "deputy", "finance"),
        (people.secretary, "secretary", None),
        (people.first, "member", "clinical"),
        (people.second, "member", "patient"),
        (people.tied, "member", "staff"),
    ]
    for number, (person, role, seat) in enumerate(members):
        if not page.locator(f"#members-{number}-person").count():
            press(page, "Add another")
        page.locator(f"#members-{number}-person").fill(person.name)
        page.locator(f"#members-{number}-role").select_option(role)
        if seat:
            page.locator(f"#members-{number}-seat").select_option(seat)
    press(page, "Save")


# The nurse.


IDEAS = (
    ("Mouth care kits at the bedside", 300),
    ("Quiet bays for the first night", 4_000),
    ("A falls team that walks at night", 15_000),
)


def hand_in(page: Page, title: str, pounds: int) -> None:
    """Write an idea on a phone, check it, hand it in; the receipt names who answers."""
    page.goto("/rounds/1")
    page.get_by_role("button", name="Start an idea").first.click()
    page.wait_for_url("**/edit")
    axe(page)
    page.locator("#title").fill(title)
    for number, words in enumerate(
        ("It is kept on another floor", "One at every bedside", "Everybody is cared for in time")
    ):
        page.locator("#draft [name^=q]").nth(number).fill(f"{words}: {title}")
    page.locator("[name=costs-0-what]").fill("What it takes")
    page.locator("[name=costs-0-amount]").fill(str(pounds))
    page.get_by_text("More about the cost").click()
    page.locator("#pays_after").fill("The ward's own budget")
    press(page, "Check and hand in")
    expect(page.get_by_role("heading", name="Check your idea")).to_be_visible()
    axe(page)
    press(page, "Hand it in")
    page.wait_for_url("**/receipt*")
    expect(page.get_by_text("Quentin Improver").first).to_be_visible()
    axe(page)


# The QI team.


def triage(page: Page) -> None:
    """The £300 is approved on the spot, the others go to the panel."""
    page.goto("/")
    expect(page.get_by_role("link", name=f"Answer “{IDEAS[0][0]}”")).to_be_visible()
    page.goto("/triage")
    axe(page)
    page.get_by_role("link", name=IDEAS[0][0]).click()
    axe(page)
    page.get_by_role("link", name="Approve it now").click()
    page.locator("#rationale").fill("Small, clear and ready")
    axe(page)
    press(page, "Approve and tell the authors")
    expect(page.get_by_role("status")).to_contain_text("Approved")
    for title, _ in IDEAS[1:]:
        page.goto("/triage")
        page.get_by_role("link", name=title).click()
        expect(page.get_by_role("link", name="Approve it now")).to_have_count(0)
        press(page, "Put it before the panel")
        expect(page.get_by_role("status")).to_contain_text("is before the panel")
    page.goto("/triage")
    expect(page.get_by_text("Every idea has its answer.")).to_be_visible()


# The panel.


def share_out(page: Page) -> None:
    """The secretary looks at the even assignment and confirms it."""
    page.goto("/judging/rounds/1/assign")
    axe(page)
    press(page, "Share out like this")
    page.goto("/judging/rounds/1/conflicts")
    expect(page.get_by_text("Tia Tied").first).to_be_visible()


def exclude_whoever_is_tied(page: Page) -> None:
    """The chair decides: Tia is on the nurse's own ward and does not score."""
    for _ in IDEAS[1:]:
        page.goto("/judging/rounds/1/conflicts")
        page.get_by_role("link", name="Decide").first.click()
        axe(page)
        page.get_by_label("Excluded").check()
        page.locator("#reason").fill("The same ward")
        press(page, "Decide")


def score(page: Page, levels: dict[str, int]) -> None:
    """A judge scores everything in the pile, on a tablet, without ever reading a name."""
    page.goto("/judging")
    page.get_by_role("link", name="Autumn Den").first.click()
    axe(page)
    for title, level in levels.items():
        page.goto("/judging/rounds/1")
        page.get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.get_by_text("Nell Nurse")).to_have_count(0)
        for group in page.locator("#draft fieldset").all():
            group.locator(f"input[type=radio][value='{level}']").check()
        axe(page)
        press(page, "Submit scores")
        expect(page.get_by_text("Submitted", exact=True).first).to_be_visible()
    page.goto("/judging/rounds/1/ranking")
    expect(page.get_by_text("Scoring is still open")).to_be_visible()


def meet(page: Page, there: list[Any]) -> None:
    """The secretary writes the minutes."""
    page.goto("/judging/rounds/1/ranking")
    axe(page)
    page.goto("/judging/rounds/1/meeting")
    fill_day(page, "held_on", (SCORED + timedelta(days=1)).date())
    for person in there:
        page.locator(f"[name=there_{person.id}][value=present]").check()
    axe(page)
    press(page, "Record the meeting")


def decide(page: Page) -> None:
    """The chair holds both decisions within the pot; nothing can be released before the ratifier's word."""
    for title, pounds in IDEAS[1:]:
        page.goto("/judging/rounds/1/decisions")
        page.get_by_role("link", name=title).click()
        page.get_by_label("Approve with money").check()
        page.locator("#amount").fill(str(pounds))
        page.locator("#rationale").fill(f"It helps many people: {title}")
        axe(page)
        press(page, "Hold this decision")
        expect(page.get_by_role("status")).to_contain_text("is held")
    axe(page)
    page.goto("/judging/rounds/1/release")
    expect(page.get_by_text("An award still waits for its ratification.")).to_be_visible()
    axe(page)


def ratify(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Ratify the award").click()
    page.get_by_label("Yes", exact=True).check()
    page.locator("#minute_reference").fill("Finance committee 12/26")
    axe(page)
    press(page, "Give this answer")


def release(page: Page) -> None:
    page.goto("/judging/rounds/1/release")
    press(page, "Release these decisions")
    expect(page.get_by_role("status")).to_contain_text("2 decisions released")


# The project.

BASELINE = (50, 52, 49, 51, 50, 53, 48, 51, 50, 49, 52, 50)


def set_up(page: Page, sponsor: Any) -> None:
    """The QI lead names a sponsor and writes down what standard monitoring asks for; the page says what is missing until nothing is."""
    page.goto("/projects")
    page.get_by_role("link", name=IDEAS[1][0]).click()
    page.goto("/projects/2/start")
    expect(page.get_by_text("Missing").first).to_be_visible()
    axe(page)
    page.goto("/projects/2/set-up/roles")
    page.locator("[name=role][value=sponsor]").check()
    page.locator("#person").fill(sponsor.name)
    press(page, "Name them")
    page.goto("/projects/2/set-up/aim")
    fill_day(page, "planned_end_on", date(2027, 10, 29))
    press(page, "Save")
    for number, title in enumerate(("Curtains up", "Staff trained", "Six months on"), 1):
        page.goto("/projects/2/milestones/new")
        page.locator("#title").fill(title)
        fill_day(page, "on", date(2027, number, 28))
        press(page, "Promise it")
    for check in ("quality-impact", "equality", "dpia", "governance"):
        page.goto(f"/projects/2/set-up/checks/{check}")
        page.locator("[name=answer][value=not_needed]").check()
        page.locator("#detail").fill("Curtains only")
        press(page, "Save")


def measure(page: Page) -> None:
    """An outcome measure with a year of past data, pasted; it is too early for icons."""
    page.goto("/projects/2/measures/new")
    page.locator("#name").fill("Patients woken in their first night")
    page.locator("[name=kind][value=outcome]").check()
    page.locator("[name=direction][value=decrease]").check()
    page.locator("[name=frequency][value=monthly]").check()
    page.locator("#unit").fill("%")
    axe(page)
    press(page, "Add the measure")
    page.goto("/measures/1/paste")
    months = [date(2025 + (9 + number) // 12, (9 + number) % 12 + 1, 1) for number in range(len(BASELINE))]
    page.locator("#lines").fill("\n".join(f"{month},{value}" for month, value in zip(months, BASELINE, strict=True)))
    press(page, "Check these lines")
    axe(page)
    page.locator("main").get_by_role("button", name="Enter 12").first.click()
    page.goto("/measures/1")
    expect(page.get_by_text("Too early").first).to_be_visible()
    axe(page)


def start(page: Page) -> None:
    """The sponsor starts it through its gate."""
    page.goto("/projects/2/start")
    page.locator("#reason").fill("Everything is there, and the ward is waiting")
    axe(page)
    press(page, "Start the project")
    page.goto("/projects/2")
    expect(page.get_by_text("Testing").first).to_be_visible()


def enter_the_thirteenth(page: Page) -> None:
    """With the thirteenth value there are limits, and the icon says that it improves."""
    page.goto("/measures/1/enter")
    fill_day(page, "on", date(2026, 10, 30))
    page.locator("#value").fill("30")
    axe(page)
    press(page, "Enter it")
    page.goto("/projects/2")
    expect(page.locator("main")).to_contain_text("Improving: lower than usual, and lower is better.")
    expect(page.locator("main")).to_contain_text("the last point is below the lower limit")
    axe(page)


def read_history(page: Page, told: set[str], untold: set[str]) -> None:
    """What this person reads of how the idea and its project came about."""
    read = ""
    for address in ("/proposals/2/history", "/projects/2/history"):
        page.goto(address)
        axe(page)
        read += page.locator("main").inner_text()
    assert {words for words in told if words not in read} == set()
    assert {words for words in untold if words in read} == set()


# The story.


@pytest.mark.timeout(600)
def test_an_idea_becomes_a_monitored_project(people: SimpleNamespace, story: Story) -> None:
    with story.on(MONDAY - timedelta(hours=1)):
        open_a_round(story.of(people.admin), people)
    with story.on(MONDAY + timedelta(days=1)):
        nurse = story.of(people.nurse, viewport=PHONE)
        for title, pounds in IDEAS:
            hand_in(nurse, title, pounds)
    with story.on(MONDAY + timedelta(days=2)):
        triage(story.of(people.qi))
    with story.on(MONDAY + timedelta(days=29)):
        share_out(story.of(people.secretary))
        exclude_whoever_is_tied(story.of(people.chair))
    with story.on(MONDAY + timedelta(days=30)):
        score(story.of(people.first, viewport={"width": 820, "height": 1180}), {IDEAS[1][0]: 4, IDEAS[2][0]: 5})
        score(story.of(people.second), {IDEAS[1][0]: 3, IDEAS[2][0]: 4})
        tied = story.of(people.tied)
        tied.goto("/judging/rounds/1")
        expect(tied.get_by_text(IDEAS[1][0])).to_have_count(0)
    with story.on(SCORED + timedelta(days=1)):
        meet(story.of(people.secretary), [people.chair, people.deputy, people.first, people.second])
        decide(story.of(people.chair))
        nurse = story.of(people.nurse)
        nurse.goto("/ideas")
        expect(nurse.get_by_text("Approved")).to_have_count(1)  # the £300, and nothing of what is held
        ratify(story.of(people.ratifier))
        release(story.of(people.chair))
        nurse.goto("/ideas")
        expect(nurse.get_by_text("Approved")).to_have_count(3)
        set_up(story.of(people.qi), people.sponsor)
        measure(story.of(people.qi))
        start(story.of(people.sponsor))
    with story.on(MONDAY + timedelta(days=56)):
        enter_the_thirteenth(story.of(people.nurse, viewport=PHONE))
        everybody = {"The decision came out: approved", "It was handed in"}
        inside = {"Quentin Improver put it on the shortlist"}
        panel_only = {"held the panel's decision", "Tia Tied", "scorecard"}
        read_history(story.of(people.nurse), inside, panel_only)
        read_history(story.of(people.stranger), everybody, inside | panel_only | {"Cora Chair"})
