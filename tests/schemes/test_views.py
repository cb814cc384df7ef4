"""The pages of schemes and rounds, as a browser without scripts uses them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.people.enums import Level
from pitchpit.people.models import Person
from pitchpit.schemes import queries, rules
from pitchpit.schemes.enums import Approver, Monitoring, PanelRole, Part, QuestionKind, Seat
from pitchpit.schemes.models import Fund, Round, Scheme
from tests.factories import make_bare_round, make_fund, make_person, make_round, make_scheme, make_service, person_in
from tests.schemes.pages import errors_on, form_on, words_of


@pytest.fixture
def admin(app: Flask) -> Person:
    return make_person("Ada Admin", rights=["admin"])


@pytest.fixture
def as_admin(admin: Person, sign_in) -> Any:
    return sign_in(admin)


def at(round: Round, part: Part | str) -> str:
    return f"/admin/rounds/{round.id}/{part}"


def save(client: Any, url: str, **typed: str) -> Any:
    """Open the page, type this over what stands there (None clears a tick), and send it."""
    fields = form_on(client.get(url).text, url) | typed
    return client.post(url, data={name: value for name, value in fields.items() if value is not None})


# From nothing to an open round, through the pages alone


def test_an_administrator_sets_up_and_opens_a_round_through_the_pages(app: Flask, as_admin, sign_in) -> None:
    people = {name: make_person(name).email for name in ("Cy", "Dee", "Sam", "Rae", "Eve", "Jo", "Kit", "Lou")}
    surgery = make_service("Surgery", level=Level.DIVISION)
    save(as_admin, "/admin/schemes/new", name="The Den", letters="dd", kind="pitch", themes="Falls\nFood")
    scheme = db.session.scalars(select(Scheme)).one()
    assert (scheme.letters, [theme.name for theme in scheme.themes]) == ("DD", ["Falls", "Food"])
    save(as_admin, "/admin/funds/new", name="Charity", owner="The charity")
    fund = db.session.scalars(select(Fund)).one()

    made = save(as_admin, f"/admin/schemes/{scheme.id}/rounds/new", title="Winter round")
    round = db.session.scalars(select(Round)).one()
    assert made.location == f"/admin/rounds/{round.id}"
    closes = clock.london(round.closes_at)
    assert (closes.strftime("%A %H:%M"), closes > clock.london(round.opens_at)) == ("Sunday 23:59", True)

    as_admin.post(f"/admin/rounds/{round.id}/usual-rubric")
    save(as_admin, at(round, "pot"), **{"amounts-0-fund_id": str(fund.id), "amounts-0-amount_pence": "30,000"})
    save(as_admin, at(round, "tiers"), **{"tiers-2-ratifier": people["Rae"]})
    who = {"Cy": "chair", "Dee": "deputy", "Sam": "secretary", "Jo": "member", "Kit": "member", "Lou": "member"}
    rows = {}
    for number, (name, role) in enumerate(who.items()):
        rows |= {f"members-{number}-person": people[name], f"members-{number}-role": role, f"members-{number}-seat": ""}
    rows |= {"members-4-seat": "patient", "members-5-shadow": "yes"}
    save(as_admin, at(round, "panel"), **rows)
    save(
        as_admin,
        at(round, "replies"),
        person=people["Eve"],
        deputy=people["Rae"],
        **{"divisions-0-service_id": str(surgery.id), "divisions-0-person": people["Rae"]},
    )
    assert rules.missing(round) == []
    assert [(tier.name, tier.up_to_pence, tier.approver, tier.monitoring) for tier in round.tiers] == [
        ("Small", 2_000_00, Approver.TRIAGER, Monitoring.LIGHT),
        ("Medium", 10_000_00, Approver.CHAIR, Monitoring.STANDARD),
        ("Large", 25_000_00, Approver.RATIFIER, Monitoring.CLOSE),
    ]
    assert {(m.person.name, m.role, m.seat, m.shadow) for m in round.members} == {
        ("Cy", PanelRole.CHAIR, None, False),
        ("Dee", PanelRole.DEPUTY, None, False),
        ("Sam", PanelRole.SECRETARY, None, False),
        ("Jo", PanelRole.MEMBER, None, False),
        ("Kit", PanelRole.MEMBER, Seat.PATIENT, False),
        ("Lou", PanelRole.MEMBER, None, True),
    }
    assert "Everything is there" in words_of(as_admin.get(f"/admin/rounds/{round.id}").text)

    somebody = sign_in(make_person())
    assert "Winter round" not in somebody.get("/rounds").text
    assert somebody.get(f"/rounds/{round.id}").status_code == 404
    opened = save(as_admin, at(round, "open"))
    assert opened.location == f"/rounds/{round.id}"
    assert "Coming Winter round Coming The Den" in words_of(somebody.get("/rounds").text)
    page = words_of(somebody.get(f"/rounds/{round.id}").text)
    assert "Ada Admin opened the round" in page
    assert "Eve (or Rae) owes ideas from your service a first reply within 5 working days" in page


# The task list


def test_the_task_list_says_what_is_missing_and_leads_to_it(as_admin) -> None:
    round = make_bare_round()
    page = as_admin.get(f"/admin/rounds/{round.id}").text
    assert "7 things missing before it can open" in page
    missing = re.findall(r"Missing: ([^<]+?)\s*<", page)
    assert missing == [words[:1].lower() + words[1:] for words in rules.missing(round)]
    assert [part for part in re.findall(rf'href="/admin/rounds/{round.id}/(\w+)"', page) if part in list(Part)] == [
        part.value for part in Part
    ]


def test_a_round_that_lacks_something_does_not_open(as_admin) -> None:
    round = make_bare_round()
    page = as_admin.get(at(round, "open")).text
    assert re.findall(rf'<li><a href="/admin/rounds/{round.id}/\w+">([^<]+)</a>', page) == rules.missing(round)
    answer = as_admin.post(at(round, "open"), data={"edit": "1"})
    assert answer.status_code == 409
    assert "This round cannot open yet. It lacks: money in the pot, at least one tier" in words_of(answer.text)
    assert round.opened_at is None


def test_a_round_changed_since_the_check_page_is_not_opened(as_admin) -> None:
    round = make_round(opened=False)
    fields = form_on(as_admin.get(at(round, "open")).text, at(round, "open"))
    save(as_admin, at(round, "judging"), quorum="4")
    assert as_admin.post(at(round, "open"), data=fields).status_code == 409
    assert round.opened_at is None


@pytest.mark.parametrize("part", ["dates", "tiers", "questions", "rubric", "judging"])
def test_what_people_were_told_stays_after_opening(as_admin, part: str) -> None:
    round = make_round(opened=False)
    fields = form_on(as_admin.get(at(round, part)).text, at(round, part))
    with transaction():
        round.opened_at = clock.now()
    before = (round.edit, round.title, len(round.criteria), [tier.name for tier in round.tiers])
    answer = as_admin.post(at(round, part), data=fields | {"title": "Another", "tiers-0-name": "Tiny"})
    assert answer.status_code == 409
    assert "This round has opened" in words_of(answer.text)
    assert (round.edit, round.title, len(round.criteria), [tier.name for tier in round.tiers]) == before


def test_the_pot_rises_on_the_page_with_a_reason_everyone_reads(as_admin, sign_in) -> None:
    round = make_round(pot_pence=20_000_00)
    url = at(round, "pot")
    short = save(as_admin, url, **{"amounts-0-amount_pence": "19000", "reason": "Less came in"})
    assert errors_on(short.text) == ["People were told £20,000: the pot can rise, not fall"]
    silent = save(as_admin, url, **{"amounts-0-amount_pence": "21000"})
    assert errors_on(silent.text) == ["Say why the pot rises"]
    save(as_admin, url, **{"amounts-0-amount_pence": "21000", "reason": "A legacy came in"})
    page = words_of(sign_in(make_person()).get(f"/rounds/{round.id}").text)
    assert "Ada Admin raised the pot from £20,000 to £21,000 Reason: A legacy came in" in page
    assert "Pot £21,000" in page


# Rows without scripts


def test_another_row_keeps_what_was_typed_and_saves_nothing(as_admin) -> None:
    round = make_bare_round()
    url = at(round, "questions")
    answer = save(
        as_admin, url, **{"problem_label": "What hurts?", "others-0-label": "Which site?", "add_row": "others"}
    )
    fields = form_on(answer.text, url)
    assert (answer.status_code, errors_on(answer.text)) == (422, [])
    assert (fields["problem_label"], fields["others-0-label"], fields["others-1-label"]) == (
        "What hurts?",
        "Which site?",
        "",
    )
    assert round.questions[0].label == "What gets in the way?"


def test_questions_are_added_ordered_and_taken_out(as_admin) -> None:
    round = make_bare_round()
    url = at(round, "questions")
    save(
        as_admin,
        url,
        **{"others-0-label": "Which site?", "others-0-kind": "choice", "others-0-choices": "North\nSouth"},
    )
    save(as_admin, url, **{"others-1-label": "From when?", "others-1-kind": "date", "others-1-may_be_left": "yes"})
    save(as_admin, url, **{"others-2-label": "How many?", "others-2-kind": "number", "others-2-from_pence": "2000"})
    save(as_admin, url, **{"others-0-place": "3", "others-1-take_out": "yes", "others-2-place": "1"})
    further = [question for question in round.questions if not question.always]
    assert [(q.position, q.label, q.kind, q.choices, q.required, q.from_pence) for q in further] == [
        (4, "How many?", QuestionKind.NUMBER, "", True, 2_000_00),
        (5, "Which site?", QuestionKind.CHOICE, "North\nSouth", True, 0),
    ]
    preview = as_admin.get(at(round, "author-form")).text
    assert re.findall(r"nhsuk-radios__label[^>]*>([^<]+)<", preview) == ["North", "South"]
    assert "Asked only of ideas that ask for more than £2,000." in preview


def test_a_criterion_is_reworded_moved_and_taken_out(as_admin) -> None:
    round = make_round(opened=False)
    url = at(round, "rubric")
    moved = {"criteria-3-place": "1", "criteria-1-place": "4", "criteria-1-level0": "Nobody at all"}
    save(as_admin, url, **moved, **{"criteria-0-take_out": "yes", "criteria-2-weight": "25"})
    assert [(c.position, c.name, c.weight) for c in round.criteria] == [
        (1, "Worth the money", 15),
        (2, "Can it be done", 25),
        (3, "Difference it makes", 30),
        (4, "Lasts and spreads", 15),
    ]
    preview = as_admin.get(at(round, "scorecard")).text
    assert "0: Nobody at all" in preview
    assert preview.count("I cannot judge this") == 3


# Bad input


@pytest.mark.parametrize(
    ("part", "typed", "errors"),
    [
        (
            "dates",
            {"title": "", "closes_at-year": "2020"},
            ["Give the round a title", "Choose a moment after the round opens"],
        ),
        (
            "dates",
            {"scoring_closes_at-day": "40"},
            ["That month has no day 40. Enter a date and a time, like 27 11 2026 at 14:05"],
        ),
        ("pot", {"amounts-0-amount_pence": "lots"}, ["Fund 1: Enter an amount in pounds, like 250 or 249.99"]),
        ("pot", {"amounts-0-take_out": "yes"}, ["Name at least one fund"]),
        (
            "tiers",
            {"tiers-1-up_to_pence": "2000", "tiers-2-ratifier": "Nobody Known"},
            ["Tier 3: Nobody here is called “Nobody Known”: try their email address or staff number"],
        ),
        ("tiers", {"tiers-1-up_to_pence": "2000"}, ["Tier 1: Two tiers end at this sum. Change one of them"]),
        ("tiers", {"tiers-2-ratifier": ""}, ["Tier 3: Name the person who ratifies"]),
        ("questions", {"problem_label": ""}, ["Write the question"]),
        (
            "questions",
            {"others-0-label": "Which?", "others-0-kind": "choice"},
            ["Question 1: Write at least two choices, one a line"],
        ),
        (
            "rubric",
            {"criteria-0-weight": "0", "criteria-1-level5": ""},
            ["Criterion 1: Enter 1 or more", "Criterion 2: Say what a 5 means"],
        ),
        ("judging", {"judges_per_proposal": "2"}, ["Enter 3 or more"]),
        ("panel", {"members-1-role": "chair"}, ["Person 2: Another person has this place already. Choose who it is"]),
        (
            "panel",
            {"members-0-shadow": "yes"},
            ["Person 1: Somebody who scores to learn is a member. Choose member, or take this off"],
        ),
        ("replies", {"person": "", "reply_working_days": "90"}, ["Enter 60 or less", "Name who answers"]),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_nothing_typed_is_lost(
    as_admin, part: str, typed: dict[str, str], errors: list[str]
) -> None:
    round = make_round(opened=False)
    url = at(round, part)
    answer = save(as_admin, url, **typed)
    assert (answer.status_code, errors_on(answer.text)) == (422, errors)
    again = form_on(answer.text, url)
    assert {name: again[name] for name in typed} == typed
    assert round.edit == 1


def test_letters_and_names_are_taken_once(as_admin) -> None:
    make_scheme("The Den", letters="DD")
    make_fund("Charity")
    scheme = save(as_admin, "/admin/schemes/new", name="The Den", letters="dd", kind="pitch")
    assert errors_on(scheme.text) == [
        "Another scheme has this name. Choose another",
        "Another scheme has these letters. Choose others",
    ]
    fund = save(as_admin, "/admin/funds/new", name="Charity", owner="Another")
    assert errors_on(fund.text) == ["Another fund has this name. Choose another"]


def test_an_nhs_number_is_stopped_where_it_stands(as_admin) -> None:
    answer = save(as_admin, "/admin/funds/new", name="Charity", owner="Theirs", purpose="For 401 023 2137 alone")
    assert "looks like an NHS number" in errors_on(answer.text)[0]
    assert db.session.scalars(select(Fund)).all() == []


# Stale saves


def test_a_stale_save_shows_both_texts_and_then_replaces(as_admin, sign_in) -> None:
    round = make_round(opened=False)
    url = at(round, "judging")
    other = sign_in(make_person(rights=["admin"]))
    mine = form_on(as_admin.get(url).text, url) | {"judges_per_proposal": "6"}
    save(other, url, judges_per_proposal="5")
    told = as_admin.post(url, data=mine)
    assert told.status_code == 409
    assert "Saved now: How many judges score each idea? 5 What you typed" in words_of(told.text)
    again = form_on(told.text, url)
    assert again["judges_per_proposal"] == "6"
    assert (round.judges_per_proposal, round.edit) == (5, 2)
    as_admin.post(url, data=again)
    assert (round.judges_per_proposal, round.edit) == (6, 3)


@pytest.mark.parametrize("part", list(Part))
def test_every_part_refuses_a_stale_save(as_admin, part: Part) -> None:
    round = make_round(opened=False)
    fields = form_on(as_admin.get(at(round, part)).text, at(round, part))
    with transaction():
        round.edit = 7
    answer = as_admin.post(at(round, part), data=fields)
    assert answer.status_code == 409
    assert "Somebody else saved this first" in words_of(answer.text)
    assert form_on(answer.text, at(round, part))["edit"] == "7"
    assert round.edit == 7


@pytest.mark.parametrize("part", list(Part))
def test_saving_a_part_as_it_stands_changes_nothing(as_admin, part: Part) -> None:
    round = make_round(opened=False)
    before = words_of(as_admin.get(at(round, "open")).text)
    flashed = f"{part.words}: saved. "
    assert save(as_admin, at(round, part)).location == f"/admin/rounds/{round.id}"
    assert words_of(as_admin.get(at(round, "open")).text) == flashed + before
    assert "changed its" not in words_of(as_admin.get(f"/admin/rounds/{round.id}").text)


# Dates and the end of scoring


def test_the_secretary_moves_the_dates(app: Flask, sign_in) -> None:
    round = make_round()
    secretary = sign_in(person_in(round, PanelRole.SECRETARY))
    url = f"/rounds/{round.id}/extend"
    closes = round.closes_at
    later = clock.london(closes + timedelta(days=7))
    day = {"closes_at-day": str(later.day), "closes_at-month": str(later.month), "closes_at-year": str(later.year)}
    silent = save(secretary, url, **day)
    assert errors_on(silent.text) == ["Say why the dates move"]
    earlier = save(secretary, url, **{"closes_at-year": "2001", "reason": "Half term"})
    assert errors_on(earlier.text) == ["People were told this day. Choose a later one"]
    save(secretary, url, reason="Half term", **day)
    assert clock.london(round.closes_at).date() == later.date()
    page = words_of(sign_in(make_person()).get(f"/rounds/{round.id}").text)
    assert "moved its dates" in page
    assert "Half term" in page


def test_the_chair_closes_scoring_before_its_day(app: Flask, sign_in, moved_clock) -> None:
    round = make_round()
    chair, member = (person_in(round, role) for role in (PanelRole.CHAIR, PanelRole.MEMBER))
    url = f"/rounds/{round.id}/close-scoring"
    with moved_clock(round.closes_at + timedelta(days=2)):
        assert url not in sign_in(member).get(f"/rounds/{round.id}").text
        assert sign_in(member).post(url, data={"reason": "Now", "edit": "1"}).status_code == 403
        leading = sign_in(chair)
        assert url in leading.get(f"/rounds/{round.id}").text
        save(leading, url, reason="All are in")
        page = words_of(sign_in(make_person()).get(f"/rounds/{round.id}").text)
    assert "scoring has ended. The panel is deciding" in page
    assert "closed scoring before its day Reason: All are in" in page
    assert round.scoring_closed_at is not None


# Who may


ADMIN_PAGES = ["/admin/schemes", "/admin/schemes/new", "/admin/funds/new", "/admin/rounds/{}", "/admin/rounds/{}/panel"]


@pytest.mark.parametrize("right", ["qi", "leader", "ig", None])
def test_setting_up_is_for_administrators(app: Flask, sign_in, right: str | None) -> None:
    round = make_round(title="Secret plans", opened=False)
    client = sign_in(make_person(rights=[right] if right else []))
    for page in ADMIN_PAGES:
        answer = client.get(page.format(round.id))
        assert (answer.status_code, "Secret plans" in answer.text) == (403, False)
    assert client.post(at(round, "open"), data={"edit": "1"}).status_code == 403
    assert round.opened_at is None


def test_somebody_not_signed_in_is_asked_to(client) -> None:
    round = make_round(title="Winter round")
    for page in ("/rounds", f"/rounds/{round.id}", "/admin/schemes"):
        answer = client.get(page)
        assert (answer.status_code, "Winter round" in answer.text) == (302, False)


# Home


def test_home_says_what_is_left_to_set_up(as_admin, sign_in) -> None:
    make_bare_round(title="Winter round")
    make_round(title="Spring round", opened=False)
    page = words_of(as_admin.get("/").text)
    assert "Finish setting up Winter round: 7 things missing" in page
    assert "Open Spring round: it is ready" in page
    assert "Winter round" not in sign_in(make_person(rights=["qi"])).get("/").text


def test_home_leads_the_first_admin_from_nothing_to_a_first_round(app: Flask, admin: Person, sign_in) -> None:
    def steps() -> list[tuple[str, str]]:
        return [(todo.text.split(",")[0].split(":")[0], todo.url) for todo in asked(admin)]

    def asked(person: Person) -> list:
        with app.test_request_context():
            return queries.first_steps(person)

    assert steps() == [
        ("Add the trust’s divisions and wards", "/admin/services"),
        ("Make the first fund", "/admin/funds/new"),
        ("Make the first scheme", "/admin/schemes/new"),
        ("Set up the first round", "/admin/schemes"),
    ]
    client = sign_in(admin)
    assert "Make the first scheme: a standing way of asking for ideas" in words_of(client.get("/").text)
    for address in ("/admin/services", "/admin/funds/new", "/admin/schemes/new", "/admin/schemes"):
        assert client.get(address).status_code == 200
    assert asked(make_person(rights=["qi"])) == []
    make_service()
    make_fund()
    assert [address for _, address in steps()] == ["/admin/schemes/new", "/admin/schemes"]
    make_round()
    assert steps() == []


# What pages cost


def test_pages_of_rounds_cost_the_same_however_many_there_are(app: Flask, admin: Person, sign_in, statements) -> None:
    counted = []
    with transaction():
        people = [make_person() for _ in range(4)]
        given = {"scheme": make_scheme(), "fund": make_fund(), "members": [], "ratifier": people[0]}
        given |= {"chair": people[0], "deputy": people[1], "secretary": people[2], "responder": people[3]}
        first = make_round(responder_deputy=people[0], **given)
    as_admin = sign_in(admin)
    for more in (0, 29):
        with transaction():
            for number in range(more):
                made = make_round(responder_deputy=people[0], opened=number % 3 > 0, **given)
                made.released_at = clock.now() if number % 3 == 1 else None
        cost = {}
        for page in ("/rounds", f"/rounds/{first.id}", "/admin/schemes", f"/admin/rounds/{first.id}"):
            as_admin.get(page)
            with statements() as sql:
                assert as_admin.get(page).status_code == 200
            cost[page.replace(str(first.id), "N")] = len(sql)
        counted.append(cost)
    expected = {"/rounds": 5, "/rounds/N": 9, "/admin/schemes": 4, "/admin/rounds/N": 9}
    assert counted[1] == expected
    assert all(counted[0][page] <= expected[page] for page in expected)
