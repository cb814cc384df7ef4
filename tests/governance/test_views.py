"""The pages of information governance."""

import re

import pytest

from pitchpit.core.db import db, transaction
from pitchpit.governance.views import BITE
from pitchpit.history.actions import note_access, record
from pitchpit.history.enums import Access
from pitchpit.history.models import AccessRecord
from pitchpit.history.queries import verify
from pitchpit.people.enums import Right
from tests.factories import make_person
from tests.governance.conftest import MONDAY, texts
from tests.pages import form_to, words


def kept():
    """The access records as they stand."""
    db.session.rollback()
    asked = db.session.query(AccessRecord).order_by(AccessRecord.id)
    return [(one.person_id, one.access.value, one.subject_kind, one.subject_id) for one in asked]


@pytest.fixture
def desk(told, sign_in):
    """Ida's browser."""
    return sign_in(told.ida)


# Who sees what there is.


@pytest.mark.parametrize("rights", [[], [Right.ADMIN], [Right.QI, Right.LEADER]])
def test_others_are_not_shown_that_there_is_anything(told, sign_in, rights):
    client = sign_in(make_person(rights=rights))
    home = client.get("/")
    assert "/governance" not in home.text
    event = told.events["project.spent"]
    for path in (
        "",
        "/history",
        f"/history/{event}",
        f"/history/{event}/redact/note",
        "/access-records",
        "/access-records.csv",
    ):
        page = client.get(f"/governance{path}")
        assert (page.status_code, "Smith" in page.text) == (403, False)
    assert kept() == []


def test_home_and_navigation_lead_there(desk):
    home = desk.get("/")
    assert re.findall(r'href="(/governance[^"]*)"', home.text) == [
        "/governance",
        "/governance/history",
        "/governance/access-records",
    ]
    assert "Take a text out of history" in words(desk.get("/governance"))


# Finding.


def listed(page):
    return [int(number) for number in re.findall(r'href="/governance/history/(\d+)"', page.text)]


def test_the_list_shows_what_happened_and_no_text(told, desk):
    page = desk.get("/governance/history")
    promised, tie, spent = (told.events[verb] for verb in ("milestone.promised", "conflict.declared", "project.spent"))
    assert listed(page) == [promised, tie, spent]
    assert "Something that is not yours to read" in words(page)
    assert re.findall("Smith|Step 1|zqsister|conflict|Bob", page.text) == []
    assert kept() == []


def test_it_is_narrowed_by_the_address(told, desk):
    promised, tie, spent = (told.events[verb] for verb in ("milestone.promised", "conflict.declared", "project.spent"))
    for asked, numbers in {
        f"reference={told.reference}": [promised, tie, spent],
        "person=ann@trust.example": [promised, spent],
        "person=bob@trust.example": [],
        "since-day=24&since-month=11&since-year=2026": [promised],
        "until-day=23&until-month=11&until-year=2026": [tie, spent],
    }.items():
        assert (asked, listed(desk.get(f"/governance/history?{asked}"))) == (asked, numbers)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("reference=XX99-999", "No idea and no project has the reference XX99-999"),
        ("person=Nobody", "Nobody here is called “Nobody”"),
        ("person=Example", "Type the email address of the one you mean"),
        ("since-day=24", "Add the month and the year"),
        ("person=943+476+5919", "Nobody here is called “943 476 5919”"),
        ("reference=943+476+5919", "No idea and no project has the reference 943 476 5919"),
        ("person=%00%25", "Nobody here is called “%”"),
    ],
)
def test_what_is_not_understood_finds_nothing_and_says_so(told, desk, asked, sentence):
    page = desk.get(f"/governance/history?{asked}")
    assert (listed(page), sentence in words(page)) == ([], True)


def test_with_nothing_there_yet_it_says_what_will_be(app, sign_in):
    client = sign_in(make_person(rights=[Right.IG]))
    assert "Nobody has written anything yet" in words(client.get("/governance/history"))
    assert "Nothing is on record yet" in words(client.get("/governance/access-records"))


@pytest.mark.parametrize("count", [1, 30])
def test_finding_costs_the_same_however_long(told, desk, statements, count):
    with transaction():
        for number in range(count):
            record(
                "project.spent",
                told.project,
                actor=told.ann,
                detail={"amount_pence": 1, "spent_on": MONDAY.date()},
                texts={"note": str(number)},
            )
    desk.get("/governance/history")
    with statements() as sql:
        assert len(listed(desk.get("/governance/history"))) == count + 3
    assert len(sql) == 4


# One event.


def test_who_reads_a_text_is_on_record_first(told, desk):
    event = told.events["project.spent"]
    page = desk.get(f"/governance/history/{event}")
    assert "For Mr Smith of bed 7" in words(page)
    assert kept() == [(told.ida.id, "viewed", "event", event)]


def test_what_the_panel_alone_reads_is_not_shown_and_so_not_on_record(told, desk):
    page = desk.get(f"/governance/history/{told.events['conflict.declared']}")
    assert re.findall("zqsister|conflict|Bob", page.text) == []
    assert "you do so without reading it" in words(page)
    assert kept() == []


@pytest.mark.parametrize(
    "path", ["history/999", "history/999/redact/note", "history/{}/redact/nothing", "history/{opened}"]
)
def test_what_is_not_there_is_404(told, desk, path):
    spent, opened = told.events["project.spent"], told.events["project.opened"]
    assert desk.get(f"/governance/{path.format(spent, opened=opened)}").status_code == 404
    assert kept() == []


# Redacting.


def redact(desk, event, reason="It names a patient"):
    address = f"/governance/history/{event}/redact/note"
    return desk.post(address, data=form_to(desk.get(address), address).filled(reason=reason))


def test_the_check_page_says_what_happens(told, desk):
    page = desk.get(f"/governance/history/{told.events['project.spent']}/redact/note")
    said = words(page)
    assert "For Mr Smith of bed 7" in said
    assert "This cannot be undone. Nobody reads it again, you included." in said
    assert "That you took a text out becomes an event of its own." in said


def test_a_text_is_taken_out_of_every_timeline(told, desk, sign_in):
    event = told.events["project.spent"]
    answer = redact(desk, event)
    assert answer.location == f"/governance/history/{event}"
    page = words(desk.get(answer.location))
    assert "The text has been taken out. A marker stands in its place." in page
    assert "Ida Example took it out on" in page
    assert "because: It names a patient" in page
    lead = sign_in(told.ann).get(f"/projects/{told.project.id}/history")
    assert "Note: taken out by information governance" in words(lead)
    assert re.findall("Smith|It names a patient", lead.text) == []
    assert texts()[event, "note"] == "[redacted]"
    assert verify() is None


def test_what_may_not_be_read_can_be_taken_out_unread(told, desk):
    event = told.events["conflict.declared"]
    assert redact(desk, event).location == f"/governance/history/{event}"
    assert texts()[event, "note"] == "[redacted]"
    assert kept() == []
    assert verify() is None


def test_a_reason_is_wanted_and_nothing_is_lost_without(told, desk):
    event = told.events["project.spent"]
    answer = redact(desk, event, reason=" ")
    assert (answer.status_code, "Say why this text has to go" in words(answer)) == (422, True)
    assert texts()[event, "note"] == "For Mr Smith of bed 7"


def test_the_second_is_told_of_the_first(told, desk, sign_in):
    event = told.events["project.spent"]
    address = f"/governance/history/{event}/redact/note"
    other = sign_in(make_person(rights=[Right.IG]))
    form = form_to(other.get(address), address).filled(reason="I saw it too")
    redact(desk, event)
    answer = other.post(address, data=form)
    assert (answer.status_code, "Somebody has taken this text out already" in words(answer)) == (409, True)
    assert other.get(address).status_code == 409
    assert "I saw it too" not in texts().values()


def test_a_reason_that_says_too_much_can_go_too(told, desk):
    redact(desk, told.events["project.spent"], reason="Mr Smith")
    redaction = max(number for number, _ in texts())
    address = f"/governance/history/{redaction}/redact/reason"
    desk.post(address, data=form_to(desk.get(address), address).filled(reason="It named him again"))
    page = words(desk.get(f"/governance/history/{told.events['project.spent']}"))
    assert "The reason has been taken out too." in page
    assert "Mr Smith" not in " ".join(texts().values())
    assert verify() is None


# Access records.


@pytest.fixture
def looked(told):
    """Ann looked at Bob's page, and Ida read a text."""
    note_access(told.ann, Access.VIEWED, told.bob)
    note_access(told.ida, Access.VIEWED, ("event", told.events["project.spent"]))
    db.session.rollback()
    return told


def rows(page):
    cells = re.findall(r'<span class="pp-cell">(.*?)</span></td>', page.text, re.DOTALL)
    plain = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
    return [tuple(plain[at + 1 : at + 4]) for at in range(0, len(plain), 4)]


def test_records_say_who_saw_what(looked, desk):
    event = looked.events["project.spent"]
    everything = [
        ("Ida Example", "Looked at", f"The text of event {event}"),
        ("Ann Example", "Looked at", "Bob Example"),
    ]
    for asked, expected in {
        "": everything,
        "person=ann@trust.example": everything[1:],
        "whose=bob@trust.example": everything[1:],
        f"reference={looked.reference}": everything[:1],
        "person=bob@trust.example": [],
        "person=Nobody": [],
    }.items():
        assert (asked, rows(desk.get(f"/governance/access-records?{asked}"))) == (asked, expected)
    assert len(kept()) == 2  # who reads the list is not


def test_they_are_saved_as_a_file_and_that_is_on_record(looked, desk):
    page = desk.get("/governance/access-records?person=ann@trust.example&after=x")
    [address] = re.findall(r'href="(/governance/access-records\.csv[^"]*)"', page.text)
    assert address == "/governance/access-records.csv?person=ann%40trust.example"
    file = desk.get(address)
    assert (file.mimetype, file.headers["Content-Disposition"]) == (
        "text/csv",
        'attachment; filename="access-records.csv"',
    )
    lines = file.text.splitlines()
    assert lines[0] == "\ufeffWhen,Who,How,What"  # Excel knows by the mark which letters these are
    assert [line.split(",")[1:] for line in lines[1:]] == [["Ann Example", "Looked at", "Bob Example"]]
    assert kept()[2:] == [(looked.ida.id, "exported", "access_record", None)]


def test_the_file_holds_every_record_before_itself(looked, desk):
    """Many more than are read at once."""
    with transaction():
        db.session.add_all(
            AccessRecord(at=MONDAY, person_id=looked.ann.id, access=Access.VIEWED, subject_kind="person", subject_id=1)
            for _ in range(2 * BITE)
        )
    assert len(desk.get("/governance/access-records.csv").text.splitlines()) == 1 + 2 * BITE + 2
    assert len(desk.get("/governance/access-records.csv").text.splitlines()) == 1 + 2 * BITE + 3


def test_a_file_of_something_not_understood_is_no_file(looked, desk):
    answer = desk.get("/governance/access-records.csv?person=Nobody&endpoint=home")
    assert answer.location == "/governance/access-records?person=Nobody&endpoint=home"
    assert len(kept()) == 2


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_however_long(told, desk, statements, count):
    for _ in range(count):
        note_access(told.ann, Access.VIEWED, told.bob)
    desk.get("/governance/access-records")
    with statements() as sql:
        assert len(rows(desk.get("/governance/access-records"))) == count
    assert len(sql) == 3
