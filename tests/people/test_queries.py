"""Who stands where to whom: line managers, posts, names."""

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.notices.ports import Address, addresses
from pitchpit.people import queries
from pitchpit.people.enums import Level
from tests.factories import make_person, make_service


def test_the_line_manager_is_the_nearest_that_is_not_oneself(app):
    boss, sister = make_person("Boss"), make_person("Sister")
    division = make_service("Surgery", level=Level.DIVISION, manager=boss)
    department = make_service("Theatres", level=Level.DEPARTMENT, parent=division)
    ward = make_service("Recovery", parent=department, manager=sister)
    with transaction():
        db.session.refresh(sister)
        sister.service_id = ward.id
    nurse, clerk = make_person(service=ward), make_person(service=department)
    alone = make_person()
    persons = [nurse, sister, clerk, alone]
    expected = [sister.id, boss.id, boss.id, None]
    assert list(queries.line_manager_ids(persons).values()) == expected


def test_nobody_above_is_nobody(app):
    nurse = make_person(service=make_service())
    assert queries.line_manager_ids([nurse]) == {nurse.id: None}


def test_names_are_found_exactly_before_in_part(app):
    ann = make_person("Ann Example", email="ann@trust.example", staff_number="A1")
    annie = make_person("Annie Example", email="annie@trust.example")
    make_person("Ann Example Gone", left_on=clock.today())
    assert queries.people_named("ann@trust.example") == [ann]
    assert queries.people_named("a1") == [ann]
    assert queries.people_named("ann example") == [ann]
    assert queries.people_named("ann") == [ann, annie]
    assert queries.people_named("gone") == queries.people_named(" ") == queries.people_named("%") == []


def test_notices_learn_where_mail_reaches_people(app):
    ann = make_person("Ann Example", email="ann@trust.example")
    gone = make_person("Bob Example", email="bob@trust.example", left_on=clock.today())
    assert addresses([ann.id, gone.id, 999]) == {
        ann.id: Address("ann@trust.example", "Ann Example", True),
        gone.id: Address("bob@trust.example", "Bob Example", False),
    }


def test_the_tree_stands_in_its_order(app):
    surgery, medicine = (make_service(name, level=Level.DIVISION) for name in ("Surgery", "Medicine"))
    make_service("Ward B", parent=surgery)
    make_service("Ward A", parent=surgery)
    make_service("Ward C", parent=medicine)
    make_service("Ward Z", parent=medicine, closed_on=clock.today())
    assert [(branch.way, branch.depth) for branch in queries.tree()] == [
        ("Medicine", 0),
        ("Medicine > Ward C", 1),
        ("Surgery", 0),
        ("Surgery > Ward A", 1),
        ("Surgery > Ward B", 1),
    ]
    assert len(queries.tree(closed=True)) == 6
