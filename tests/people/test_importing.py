"""Reading in a staff list: what is refused, what is shown, what is written."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.history.models import Event
from pitchpit.people import commands, importing
from pitchpit.people.enums import Level, Right, StaffGroup
from pitchpit.people.models import Person, Service
from pitchpit.people.staff_list import read
from tests.factories import make_person, make_post, make_service

HEADER = "name,email,staff_number,job_title,staff_group,service,site,left_on\n"


@pytest.fixture
def run(app, tmp_path):
    """Run the command on a file of this content, in the test's own application."""

    def ran(content: str | bytes, *options: str):
        file = tmp_path / "staff.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return CliRunner().invoke(commands.group(lambda command: command), ["import", str(file), *options])

    return ran


def people() -> list[tuple[str, str]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(Person.name, Person.email).order_by(Person.email))]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,email,phone\nA,a@x.example,1\n", "Line 1, column 3: “phone” is not a column we know."),
        ("name,name,email\nA,A,a@x.example\n", "Line 1, column 2: “name” is there twice."),
        ("name,job_title\nA,B\n", "Line 1: the column “email” is missing."),
        ("", "Line 1: the column “name” is missing."),
        ("name,email\nA,a@x.example,more\n", "Line 2 has 3 columns where line 1 has 2."),
        ("name,email\n\nA,nowhere\n", "Line 3, column 2 (email): “nowhere” is not an email address"),
        ("name,email\n,a@x.example\n", "Line 2, column 1 (name): empty."),
        ("name,email\n=1+1,a@x.example\n", "Line 2, column 1 (name): “=1+1” begins like a formula"),
        ("name,email\nA,=a@x.example\n", "Line 2, column 2 (email)"),
        (
            "name,email,job_title\nA,a@x.example,450 557 7104\n",
            "Line 2, column 3 (job_title): this holds what looks like",
        ),
        (
            "name,email\nA,450-557-7104@x.example\n",
            "Line 2, column 2 (email): this holds what looks like a patient’s NHS number: take it out.",
        ),
        (
            "name,email,service\nA,a@x.example,Surgery > 4505577104\n",
            "Line 2, column 3 (service): this holds what looks like a patient’s NHS number: take it out.",
        ),
        (
            "name,email,staff_group\nA,a@x.example,wizards\n",
            "Line 2, column 3 (staff_group): “wizards” is not a staff group.",
        ),
        ("name,email,left_on\nA,a@x.example,31/02/2026\n", "Line 2, column 3 (left_on): “31/02/2026” is no day"),
        ("name,email,left_on\nA,a@x.example,soon\n", "Line 2, column 3 (left_on): “soon” is not a date."),
        (
            "name,email,service\nA,a@x.example,A > B > C > D\n",
            "Line 2, column 3 (service): “A > B > C > D” has 4 steps",
        ),
        ("name,email,service\nA,a@x.example,A > > C\n", "Line 2, column 3 (service): “A > > C” has an empty step."),
        ("name,email\nA,a@x.example\nB,A@X.example\n", "Line 3: the email a@x.example is on line 2 already."),
        ('name,email\n"A,a@x.example\n', "Line 2 is no CSV"),
        ("name,email\nZoë,z@x.example\n".encode("windows-1252"), "Line 2 is not UTF-8 (it looks like Windows-1252)"),
        ("name,email\nA,a@x.example\n".encode("utf-16"), "This is no CSV file in UTF-8"),
        (b"PK\x03\x04", "This is no CSV file in UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_nothing_is_written(run, content, said):
    result = run(content, "--yes")
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {said}")
    assert result.output.endswith("Nothing was written.\n")
    assert people() == []


def test_excels_utf8_with_its_mark_is_read():
    lines = read(
        "\ufeffName,Email,Staff group,Left on\r\nZoë Exämple,Z@X.example,Allied health,27/11/2026\r\n".encode()
    )
    assert [(line.number, line.email, line.details) for line in lines] == [
        (
            2,
            "z@x.example",
            {
                "name": "Zoë Exämple",
                "email": "z@x.example",
                "staff_group": StaffGroup.ALLIED_HEALTH,
                "left_on": date(2026, 11, 27),
            },
        )
    ]


def test_the_preview_writes_nothing(run):
    make_person("Ann Example", email="ann@x.example", staff_number="1")
    result = run(
        HEADER + "Ann Sample,ann@x.example,1,Nurse,nursing,Surgery > Theatres,,\nBob Example,bob@x.example,2,,,,,\n"
    )
    assert result.output.splitlines() == [
        "1 new, 1 changed, 0 leaving, 0 unchanged.",
        "New service: Surgery",
        "New service: Surgery > Theatres",
        "New: Bob Example (bob@x.example)",
        "Changed: Ann Example: name: Ann Example → Ann Sample; job_title: nothing → Nurse; "
        "staff_group: nothing → Nursing; service: nothing → Surgery > Theatres",
        "Nothing was written. To write it, run the same command with --yes.",
    ]
    assert people() == [("Ann Example", "ann@x.example")]
    assert db.session.scalar(select(func.count(Service.id))) == 0


def test_writing_it(run):
    trust = make_service("The Trust", level=Level.TRUST)
    make_person("Ann Example", email="ann@x.example", staff_number="1")
    content = HEADER + (
        "Ann Sample,ann.sample@x.example,1,Nurse,nursing,Surgery > Theatres,,\n"
        "Bob Example,bob@x.example,2,,,surgery > THEATRES,City,\n"
    )
    assert run(content, "--yes").output.endswith("Written.\n")
    assert people() == [("Ann Sample", "ann.sample@x.example"), ("Bob Example", "bob@x.example")]
    bob = db.session.scalars(select(Person).where(Person.name == "Bob Example")).one()
    assert (bob.staff_number, bob.service.name, bob.site, bob.password_hash) == ("2", "Theatres", "City", None)
    assert bob.service.path == f"{trust.path}{bob.service.parent_id}/{bob.service_id}/"
    assert [service.level for service in (bob.service.parent, bob.service)] == [Level.DIVISION, Level.DEPARTMENT]
    verbs = db.session.scalars(select(Event.verb).order_by(Event.id)).all()
    assert verbs == ["service.added", "service.added", "person.added", "person.changed"]
    assert run(content, "--yes").output == "Nothing changes: all 2 people are here as the file has them.\nWritten.\n"


def test_leavers_are_listed_with_what_they_hold_and_are_signed_out(run, sign_in):
    ann = make_person("Ann Example", email="ann@x.example")
    make_service("Ward 4", manager=ann)
    make_post(holder=ann)
    make_person("Bob Example", email="bob@x.example")
    client = sign_in(ann)
    content = "name,email\nBob Example,bob@x.example\n"
    assert run(content).output.startswith("Nothing changes")
    assert run(content, "--leavers", "--yes").output.splitlines() == [
        "0 new, 0 changed, 1 leaving, 1 unchanged.",
        "Leaves: Ann Example (ann@x.example)",
        "  Ann Example manages Ward 4: somebody else has to take it on.",
        "  Ann Example holds Finance, the whole trust: somebody else has to take it on.",
        "Written.",
    ]
    db.session.rollback()
    assert db.session.get(Person, ann.id).left_on == clock.today()
    assert client.get("/account").status_code == 302


def test_the_last_admin_cannot_leave_by_a_file(run):
    make_person("Ada Example", email="ada@x.example", rights=[Right.ADMIN])
    result = run("name,email\nBob Example,bob@x.example\n", "--leavers", "--yes")
    assert "Ada Example would leave, and nobody else is an admin" in result.output
    # Who has a leaving day is an admin no longer than that.
    make_person("Eve Example", email="eve@x.example", rights=[Right.ADMIN], left_on=clock.today() + timedelta(days=90))
    result = run("name,email\nBob Example,bob@x.example\nEve Example,eve@x.example\n", "--leavers", "--yes")
    assert "Ada Example would leave, and nobody else is an admin" in result.output
    assert people() == [("Ada Example", "ada@x.example"), ("Eve Example", "eve@x.example")]


def test_one_line_for_two_persons_is_refused(run):
    make_person("Ann Example", email="ann@x.example", staff_number="1")
    make_person("Bob Example", email="bob@x.example", staff_number="2")
    result = run("name,email,staff_number\nAnn Example,ann@x.example,2\n", "--yes")
    assert "Line 2: the email address is Ann Example’s and the staff number Bob Example’s." in result.output
    result = run("name,email,staff_number\nAnn,ann@x.example,\nAnn,other@x.example,1\n", "--yes")
    assert "Line 3 and line 2 are both Ann Example." in result.output


def test_trading_addresses_is_refused_whole(run):
    make_person("Ann Example", email="ann@x.example", staff_number="1")
    make_person("Bob Example", email="bob@x.example", staff_number="2")
    result = run("name,email,staff_number\nAnn,bob@x.example,1\nBob,ann@x.example,2\n", "--yes")
    assert result.exit_code == 1
    assert people() == [("Ann Example", "ann@x.example"), ("Bob Example", "bob@x.example")]


@pytest.mark.parametrize("count", [1, 30])
def test_reading_in_costs_the_same_however_long(app, statements, count):
    content = "name,email\n" + "".join(f"Person {n},p{n}@x.example\n" for n in range(count))
    lines = read(content.encode())
    with statements() as sql, transaction():
        importing.apply(lines)
    assert len(sql) == 10 + (db.engine.dialect.name == "postgresql")  # which locks the history chain


def test_an_imported_person_reads_as_one_added(app):
    with transaction():
        importing.apply(read(b"name,email\nAnn Example,ann@x.example\n"))
    person = db.session.scalars(select(Person)).one()
    assert (person.edit, person.job_title, person.site, person.left_on) == (1, "", "", None)
