"""An admin's pages: persons, rights, leaving, services, posts; each change in history with before and after."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock, jobs
from pitchpit.core.db import db
from pitchpit.core.words import day_in_words
from pitchpit.history.models import AccessRecord, Event, EventText
from pitchpit.people.enums import Level, PostKind, Right, StaffGroup
from pitchpit.people.models import Person, Post, PostHolder, Service
from tests.factories import make_person, make_post, make_service
from tests.people.conftest import words


@pytest.fixture
def admin(app) -> Person:
    return make_person("Ada Example", email="ada@trust.example", rights=[Right.ADMIN])


@pytest.fixture
def desk(admin, sign_in):
    """The admin's browser."""
    return sign_in(admin)


def told() -> list[tuple[str, dict[str, str]]]:
    """What history holds: verbs with the texts beside them."""
    db.session.rollback()
    events = db.session.execute(select(Event.id, Event.verb).order_by(Event.id)).all()
    texts = db.session.execute(select(EventText.event_id, EventText.field, EventText.text)).all()
    return [(verb, {field: text for event, field, text in texts if event == number}) for number, verb in events]


def seen() -> list[tuple[int, str, str, int | None]]:
    """What the access records hold: who saw what, how."""
    db.session.rollback()
    asked = select(
        AccessRecord.person_id, AccessRecord.access, AccessRecord.subject_kind, AccessRecord.subject_id
    ).order_by(AccessRecord.id)
    return [(who, how.value, kind, number) for who, how, kind, number in db.session.execute(asked)]


def details_of(person: Person, **changed: str) -> dict[str, str]:
    fields = {
        "name": person.name,
        "email": person.email,
        "staff_number": person.staff_number or "",
        "job_title": person.job_title,
        "staff_group": person.staff_group or "",
        "service_id": str(person.service_id or ""),
        "site": person.site,
        "edit": str(person.edit),
    }
    return fields | changed


def test_who_opens_a_persons_page_is_kept_on_record(admin, desk):
    bob = make_person("Bob Example")
    desk.get("/admin/people")
    desk.get("/admin/people/99")
    assert seen() == []
    desk.get(f"/admin/people/{bob.id}")
    assert seen() == [(admin.id, "viewed", "person", bob.id)]


def test_a_wrong_form_sent_to_see_the_page_is_kept_on_record_too(admin, desk):
    bob = make_person("Bob Example", job_title="Porter")
    page = desk.post(f"/admin/people/{bob.id}", data=details_of(bob, name=""))
    assert (page.status_code, "Porter" in page.text) == (422, True)
    assert seen() == [(admin.id, "viewed", "person", bob.id)]


def listed(page) -> list[str]:
    return re.findall(r'<a href="/admin/people/\d+">([^<]+)</a>', page.text)


@pytest.mark.parametrize("path", ["/admin", "/admin/people", "/admin/people/1", "/admin/services", "/admin/posts"])
def test_only_an_admin_sees_these_pages(sign_in, client, path):
    others = [sign_in(make_person(rights=rights)) for rights in ([], [Right.QI, Right.LEADER, Right.IG])]
    assert [one.get(path).status_code for one in others] == [403, 403]
    assert client.get(path).location == f"/sign-in?next={path}"


def test_the_list_is_searched_by_name_email_and_number(desk, admin):
    surgery = make_service("Surgery", level=Level.DIVISION)
    theatres = make_service("Theatres", parent=surgery)
    make_person("Zoë Example", email="zoe@trust.example", staff_number="N77", service=theatres)
    make_person("Bob Sample", email="bob@elsewhere.example", service=surgery)
    assert listed(desk.get("/admin/people")) == ["Ada Example", "Bob Sample", "Zoë Example"]
    assert listed(desk.get("/admin/people?q=zo")) == ["Zoë Example"]
    assert listed(desk.get("/admin/people?q=ELSEWHERE")) == ["Bob Sample"]
    assert listed(desk.get("/admin/people?q=n77")) == ["Zoë Example"]
    assert listed(desk.get("/admin/people?q=100%25")) == []
    assert listed(desk.get(f"/admin/people?service={surgery.id}")) == ["Bob Sample", "Zoë Example"]
    assert listed(desk.get(f"/admin/people?service={theatres.id}")) == ["Zoë Example"]
    assert "Nobody is found by this." in words(desk.get("/admin/people?q=nobody"))


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_however_long(desk, statements, count):
    service = make_service()
    for _ in range(count):
        make_person(service=service)
    with statements() as sql:
        assert len(listed(desk.get("/admin/people"))) == count + 1
    assert len(sql) == 3  # who is signed in, the services to choose from, the page


def test_a_long_list_goes_on_and_back(desk):
    from pitchpit.core.db import transaction

    with transaction():
        for number in range(120):
            make_person(f"Person {number:03}")
    seen, path = [], "/admin/people"
    while path:
        page = desk.get(path)
        seen += listed(page)
        following = re.search(r'href="([^"]+)" rel="next"', page.text)
        path = following and following[1].replace("&amp;", "&")
    assert seen == ["Ada Example", *(f"Person {number:03}" for number in range(120))]


def test_adding_somebody_sends_them_a_link(desk):
    answer = desk.post(
        "/admin/people/add", data={"name": "New Example", "email": "New@Trust.example", "staff_group": "nursing"}
    )
    new = db.session.scalars(select(Person).where(Person.email == "new@trust.example")).one()
    assert answer.location == f"/admin/people/{new.id}"
    assert (new.name, new.staff_group, new.password_hash) == ("New Example", StaffGroup.NURSING, None)
    assert db.session.scalars(select(jobs.Job.payload)).all() == [{"person_id": new.id}]
    assert [verb for verb, _ in told()] == ["person.added", "person.link_sent"]


def test_an_address_that_somebody_has_is_refused_at_its_field(desk, admin):
    make_person("Bob Example", email="bob@trust.example", staff_number="7")
    page = desk.post("/admin/people/add", data={"name": "New", "email": "BOB@trust.example", "staff_number": "7"})
    assert page.status_code == 422
    assert words(page).count("Bob Example has this email address already") == 2  # on top and at the field
    assert words(page).count("Bob Example has this staff number already") == 2
    assert told() == []


def test_a_change_is_in_history_with_before_and_after(desk):
    ward, other = make_service("Ward 4"), make_service("Ward 5")
    bob = make_person("Bob Example", service=ward)
    page = desk.post(f"/admin/people/{bob.id}", data=details_of(bob, name="Bob Sample", service_id=str(other.id)))
    assert page.location == f"/admin/people/{bob.id}"
    assert told() == [("person.changed", {"name": "Bob Example → Bob Sample", "service": "Ward 4 → Ward 5"})]
    shown = words(desk.get(page.location))
    assert "Ada Example changed the name and service of Bob Sample" in shown
    assert "Name: Bob Example → Bob Sample" in shown


def test_nothing_changed_is_no_event(desk):
    bob = make_person()
    desk.post(f"/admin/people/{bob.id}", data=details_of(bob))
    assert told() == []


def test_a_stale_save_shows_both_and_loses_neither(desk):
    bob = make_person("Bob Example")
    stale = details_of(bob, job_title="Porter")
    desk.post(f"/admin/people/{bob.id}", data=details_of(bob, job_title="Nurse"))
    page = desk.post(f"/admin/people/{bob.id}", data=stale)
    assert page.status_code == 409
    assert "Nurse" in words(page)
    assert 'value="Porter"' in page.text
    db.session.rollback()
    assert db.session.get(Person, bob.id).job_title == "Nurse"


def test_rights_are_given_and_taken(desk):
    bob = make_person("Bob Example", rights=[Right.QI])
    desk.post(f"/admin/people/{bob.id}/rights", data={"rights": ["leader", "ig"], "edit": "1"})
    db.session.rollback()
    assert db.session.get(Person, bob.id).rights == {"leader", "ig"}
    assert [verb for verb, _ in told()] == ["person.right_taken", "person.right_given", "person.right_given"]
    assert "Ada Example gave Bob Example the right “Leader”" in words(desk.get(f"/admin/people/{bob.id}"))


def test_an_admin_keeps_their_own_admin_right(desk, admin):
    make_person(rights=[Right.ADMIN])
    page = desk.post(f"/admin/people/{admin.id}/rights", data={"edit": "1"})
    assert page.status_code == 409
    assert "You cannot take your own admin right away: ask another admin." in words(page)
    db.session.rollback()
    assert db.session.get(Person, admin.id).rights == {"admin"}


def test_the_last_admin_does_not_leave(desk, admin):
    today = clock.today()
    day = {"left_on-day": today.day, "left_on-month": today.month, "left_on-year": today.year, "edit": "1"}
    page = desk.post(f"/admin/people/{admin.id}/leaving", data=day)
    assert page.status_code == 409
    assert "Without Ada Example no admin would be left: make somebody else one first." in words(page)
    make_person(rights=[Right.ADMIN], left_on=today)  # who has left does not count
    make_person(rights=[Right.ADMIN], left_on=today + timedelta(days=90))  # nor who will
    assert desk.post(f"/admin/people/{admin.id}/leaving", data=day).status_code == 409
    make_person(rights=[Right.ADMIN])
    assert desk.post(f"/admin/people/{admin.id}/leaving", data=day).status_code == 302
    assert desk.get("/admin").status_code == 302


@pytest.mark.attack
def test_two_admins_cannot_take_each_others_right_at_once(app, sign_in, at_once):
    one, other = (make_person(rights=[Right.ADMIN]) for _ in range(2))
    first, second = sign_in(one), sign_in(other)
    of_one, of_other = (f"/admin/people/{person.id}/rights" for person in (one, other))
    answers = at_once(
        lambda: first.post(of_other, data={"edit": "1"}).status_code,
        lambda: second.post(of_one, data={"edit": "1"}).status_code,
    )
    db.session.rollback()
    left = [person.id for person in db.session.scalars(select(Person)) if person.has(Right.ADMIN)]
    assert len(left) == 1
    assert sorted(answers) in ([302, 403], [302, 409])


@pytest.mark.attack
def test_two_admins_cannot_leave_at_once(app, sign_in, at_once):
    one, other = (make_person(rights=[Right.ADMIN]) for _ in range(2))
    clients, today = [sign_in(one), sign_in(other)], clock.today()
    day = {"left_on-day": today.day, "left_on-month": today.month, "left_on-year": today.year, "edit": "1"}
    paths = [f"/admin/people/{person.id}/leaving" for person in (one, other)]
    answers = at_once(
        lambda: clients[0].post(paths[0], data=day).status_code,
        lambda: clients[1].post(paths[1], data=day).status_code,
    )
    db.session.rollback()
    assert sorted(answers) == [302, 409]
    assert len(db.session.scalars(select(Person.id).where(Person.left_on.is_(None))).all()) == 1


def test_leaving_ends_sign_ins_and_shows_what_they_hold(desk, sign_in):
    bob = make_person("Bob Example")
    make_service("Ward 4", manager=bob)
    make_post(PostKind.FINANCE, holder=bob)
    his = sign_in(bob)
    shown = words(desk.get(f"/admin/people/{bob.id}"))
    assert "somebody else has to take this on. Manages Ward 4 Holds Finance, the whole trust Details" in shown
    today = clock.today()
    day = {"left_on-day": today.day, "left_on-month": today.month, "left_on-year": today.year, "edit": "1"}
    desk.post(f"/admin/people/{bob.id}/leaving", data=day)
    assert his.get("/account").status_code == 302
    desk.post(f"/admin/people/{bob.id}/leaving", data={"edit": "2"})
    assert [verb for verb, _ in told()] == ["person.leaves", "person.stays"]


def test_a_service_is_added_renamed_and_given_a_manager(desk):
    make_person("Bob Example", email="bob@trust.example")
    surgery = make_service("Surgery", level=Level.DIVISION)
    desk.post("/admin/services/add", data={"name": "Theatres", "level": "department", "parent_id": surgery.id})
    new = db.session.scalars(select(Service).where(Service.name == "Theatres")).one()
    assert (new.path, new.parent_id, new.opened_on) == (f"/{surgery.id}/{new.id}/", surgery.id, clock.today())
    desk.post(f"/admin/services/{new.id}", data={"name": "Main theatres", "level": "department", "edit": "1"})
    desk.post(f"/admin/services/{new.id}/manager", data={"manager": "bob@trust.example", "edit": "2"})
    shown = words(desk.get(f"/admin/services/{new.id}"))
    assert "Department, below Surgery . Managed by Bob Example." in shown
    assert told() == [
        ("service.added", {"name": "Theatres"}),
        ("service.changed", {"name": "Theatres → Main theatres"}),
        ("service.manager_named", {"manager": "nothing → Bob Example"}),
    ]


def test_moving_a_service_moves_all_below_it(desk):
    surgery, medicine = (make_service(name, level=Level.DIVISION) for name in ("Surgery", "Medicine"))
    theatres = make_service("Theatres", level=Level.DEPARTMENT, parent=surgery)
    recovery = make_service("Recovery", parent=theatres)
    data = {"parent_id": medicine.id, "edit": "1"}
    assert desk.post(f"/admin/services/{theatres.id}/move", data=data).status_code == 302
    paths = dict(tuple(row) for row in db.session.execute(select(Service.name, Service.path)))
    assert paths == {
        "Surgery": f"/{surgery.id}/",
        "Medicine": f"/{medicine.id}/",
        "Theatres": f"/{medicine.id}/{theatres.id}/",
        "Recovery": f"/{medicine.id}/{theatres.id}/{recovery.id}/",
    }
    assert told() == [("service.moved", {"below": "Surgery → Medicine"})]
    into_itself = desk.post(f"/admin/services/{theatres.id}/move", data={"parent_id": recovery.id, "edit": "2"})
    assert into_itself.status_code == 409
    assert "A service cannot stand below itself." in words(into_itself)


@pytest.mark.attack
def test_two_moves_at_once_never_make_a_ring(app, sign_in, at_once):
    """Surgery goes below a ward of Medicine while Medicine goes below a ward of Surgery: one of them finds that it cannot."""
    clients = [sign_in(make_person(rights=[Right.ADMIN])) for _ in range(2)]
    for _ in range(5):
        surgery, medicine = (make_service(name, level=Level.DIVISION) for name in ("Surgery", "Medicine"))
        inner, outer = make_service("Theatres", parent=surgery), make_service("Ward 4", parent=medicine)
        answers = at_once(
            lambda a=surgery.id, b=outer.id: (
                clients[0].post(f"/admin/services/{a}/move", data={"parent_id": b, "edit": "1"}).status_code
            ),
            lambda a=medicine.id, b=inner.id: (
                clients[1].post(f"/admin/services/{a}/move", data={"parent_id": b, "edit": "1"}).status_code
            ),
        )
        paths = dict(tuple(row) for row in db.session.execute(select(Service.id, Service.path)))
        parents = dict(tuple(row) for row in db.session.execute(select(Service.id, Service.parent_id)))
        assert sorted(answers) == [302, 409]
        for number, parent in parents.items():
            assert paths[number] == f"{paths[parent] if parent else '/'}{number}/"


def test_closing_a_service(desk):
    surgery = make_service("Surgery", level=Level.DIVISION)
    ward = make_service("Ward 4", parent=surgery)
    other = make_service("Ward 5", parent=surgery)
    today = clock.today()
    day = {"closed_on-day": today.day, "closed_on-month": today.month, "closed_on-year": today.year, "edit": "1"}
    page = desk.post(f"/admin/services/{surgery.id}/close", data=day)
    assert (page.status_code, "Move or close what is below it first: Ward 4, Ward 5." in words(page)) == (409, True)
    assert desk.post(f"/admin/services/{ward.id}/close", data=day | {"replaced_by_id": other.id}).status_code == 302
    db.session.rollback()
    assert (db.session.get(Service, ward.id).closed_on, db.session.get(Service, ward.id).replaced_by_id) == (
        today,
        other.id,
    )
    assert "Ward 4 closes. What it did keeps its name." in words(desk.get(f"/admin/services/{ward.id}"))
    assert "Ward 4" not in words(desk.get("/admin/services"))
    assert "Ward 4 Closed" in words(desk.get("/admin/services?closed=yes"))


@pytest.mark.parametrize("count", [1, 30])
def test_the_tree_costs_the_same_however_large(desk, statements, count):
    top = make_service("Surgery", level=Level.DIVISION)
    for _ in range(count):
        make_service(parent=top, manager=make_person())
    with statements() as sql:
        desk.get("/admin/services")
    assert len(sql) == 2  # who is signed in, the tree


def test_a_post_is_added_held_and_given_up(desk):
    make_person("Bob Example", email="bob@trust.example")
    desk.post("/admin/posts/add", data={"kind": "finance", "service_id": ""})
    [post] = db.session.scalars(select(Post))
    again = desk.post("/admin/posts/add", data={"kind": "finance", "service_id": ""})
    assert "There is such a post already" in words(again)
    day = {"from_on-day": 1, "from_on-month": 6, "from_on-year": 2026}
    desk.post(f"/admin/posts/{post.id}/holders", data={"person": "Bob Example", "deputy": "yes", **day})
    [holder] = db.session.scalars(select(PostHolder))
    assert (holder.person.name, holder.deputy, holder.from_on) == ("Bob Example", True, date(2026, 6, 1))
    assert "Finance, the whole trust Held by Bob Example (deputy)" in words(desk.get("/admin/posts"))
    desk.post(f"/admin/posts/{post.id}/holders/{holder.id}/end")
    db.session.rollback()
    assert db.session.get(PostHolder, holder.id).to_on == max(clock.today(), date(2026, 6, 1))
    assert [verb for verb, _ in told()] == ["post.added", "post.held", "post.given_up"]


def test_a_post_that_begins_later_is_held_for_its_first_day_when_it_is_ended(desk):
    bob, day = make_person("Bob Example"), clock.today() + timedelta(days=9)
    post = make_post(PostKind.FINANCE)
    begins = {"from_on-day": day.day, "from_on-month": day.month, "from_on-year": day.year}
    desk.post(f"/admin/posts/{post.id}/holders", data={"person": bob.email, **begins})
    assert "End it on its first day" in words(desk.get(f"/admin/posts/{post.id}"))
    [holder] = db.session.scalars(select(PostHolder))
    page = desk.post(f"/admin/posts/{post.id}/holders/{holder.id}/end", follow_redirects=True)
    assert f"Bob Example holds it on {day_in_words(day)} alone, its first day." in words(page)
    assert "until today" not in words(page)
    assert "End it" not in words(page)
    db.session.rollback()
    assert db.session.get(PostHolder, holder.id).to_on == day


def test_a_name_that_several_have_is_asked_about(desk):
    service = make_service()
    make_person("Sam Example", email="sam.one@trust.example")
    make_person("Sam Example", email="sam.two@trust.example")
    page = desk.post(f"/admin/services/{service.id}/manager", data={"manager": "sam example", "edit": "1"})
    assert "Type the email address of the one you mean" in words(page)
    assert "sam.one@trust.example" in words(page)
    typed = "Sam Example (sam.two@trust.example)"
    assert desk.post(f"/admin/services/{service.id}/manager", data={"manager": typed, "edit": "1"}).status_code == 302
    db.session.rollback()
    assert db.session.get(Service, service.id).manager.email == "sam.two@trust.example"
    nobody = desk.post(f"/admin/services/{service.id}/manager", data={"manager": "Nobody Known", "edit": "2"})
    assert "Nobody here is called “Nobody Known”" in words(nobody)
    assert 'value="Nobody Known"' in nobody.text


def test_unknown_things_are_not_there(desk):
    paths = ("/admin/people/999", "/admin/services/999", "/admin/posts/999", "/admin/people?service=999")
    assert [desk.get(path).status_code for path in paths[:3]] == [404, 404, 404]
    assert desk.get(paths[3]).status_code == 200
