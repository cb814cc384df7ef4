"""The pages of projects: what each shows to whom, forms that keep what was typed, and what they cost."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.projects import queries
from pitchpit.projects.enums import Role, StartCheckAnswer
from pitchpit.projects.models import CheckIn, Milestone, Project, SpendEntry
from pitchpit.schemes.enums import Monitoring
from tests.factories import (
    make_check_in,
    make_measure,
    make_milestone,
    make_observations,
    make_person,
    make_project,
)
from tests.pages import form_to
from tests.projects.conftest import People

SignIn = Callable[..., FlaskClient]
Statements = Callable[[], AbstractContextManager[list[str]]]


def words(html: str) -> str:
    """What a person reads of a page's main part."""
    main = html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def day_fields(name: str, day: date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


# The list.


def shown_titles(html: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'<a href="/projects/\d+">([^<]+)</a>', html)]


def test_who_watches_over_all_sees_first_what_is_late(people: People, sign_in: SignIn) -> None:
    today = clock.today()
    with transaction():
        make_project(title="On its way", stage="testing", milestones=[today + timedelta(days=20)])
        make_project(title="Slipped", stage="testing", milestones=[today - timedelta(days=9)])
        make_project(title="Silent", stage="testing", next_check_in_on=today - timedelta(days=30))
        make_project(title="Being set up", milestones=[today + timedelta(days=1)])
        make_project(title="Over", stage="adopted")
    page = sign_in(people.qi).get("/projects").text
    assert shown_titles(page) == ["Silent", "Slipped", "Being set up", "On its way"]
    assert "2 of 4 projects need help today: something is late. They come first." in words(page)
    assert "Check-in 30 days late" in words(page)
    assert "“Milestone 1” 9 days late" in words(page)
    assert shown_titles(sign_in(people.leader).get("/projects").text) == shown_titles(page)


def test_everybody_else_reads_the_newest_first_without_money_or_reports(people: People, sign_in: SignIn) -> None:
    with transaction():
        first = make_project(title="First", stage="testing", award_pence=777_00)
        make_check_in(first, help_wanted="A room")
        make_project(title="Second", stage="testing", next_check_in_on=clock.today() - timedelta(days=40))
    page = sign_in(people.stranger).get("/projects").text
    assert shown_titles(page) == ["Second", "First"]
    assert [word for word in ("777", "late", "asks for help", "Check-in") if word in words(page)] == []


def test_the_list_shows_mine_and_what_has_ended(people: People, sign_in: SignIn) -> None:
    with transaction():
        make_project(title="Mine", stage="testing", lead=people.lead)
        make_project(title="Somebody else's", stage="testing")
        make_project(title="Ended", stage="stopped", lead=people.lead)
        make_project(title="Long ago", stage="adopted")
    client = sign_in(people.lead)
    assert shown_titles(client.get("/projects?show=mine").text) == ["Mine"]
    assert shown_titles(client.get("/projects?show=ended").text) == ["Long ago", "Ended"]
    assert shown_titles(client.get("/projects?show=nonsense").text) == ["Somebody else's", "Mine"]
    assert "Worked Adopted" in words(client.get("/projects?show=ended").text)


@pytest.mark.parametrize(
    ("show", "says"),
    [
        ("under-way", "No project is under way. An idea that is said yes to becomes one by itself."),
        ("mine", "You are on no project at the moment."),
        ("ended", "No project has ended yet."),
    ],
)
def test_an_empty_list_says_what_it_means(people: People, sign_in: SignIn, show: str, says: str) -> None:
    assert says in words(sign_in(people.stranger).get(f"/projects?show={show}").text)


def test_a_long_list_goes_on_over_its_pages(people: People) -> None:
    today = clock.today()
    with transaction():
        for number in range(7):
            make_project(title=f"P{number}", stage="testing", next_check_in_on=today + timedelta(days=number // 2))
    seen: list[str] = []
    after = None
    while True:
        page = queries.listed(people.qi, after=after, size=3)
        seen += [one.project.title for one in page.rows]
        if not (after := page.next):
            break
    assert seen == [f"P{number}" for number in range(7)]


@pytest.mark.parametrize("show", ["under-way", "ended", "mine"])
def test_the_list_costs_the_same_however_long(
    people: People, sign_in: SignIn, statements: Statements, show: str
) -> None:
    def rows(number: int) -> None:
        with transaction():
            for _ in range(number):
                project = make_project(
                    stage="testing" if show != "ended" else "stopped",
                    lead=people.qi if show == "mine" else None,
                    milestones=[clock.today()],
                    members=[make_person()],
                    sponsor=people.sponsor,
                )
                make_check_in(project, help_wanted="A room")

    client = sign_in(people.qi)
    counts = []
    for number in (1, 29):
        rows(number)
        client.get(f"/projects?show={show}")
        with statements() as sql:
            page = client.get(f"/projects?show={show}").text
        counts.append(len(sql))
    assert len(shown_titles(page)) == 30
    assert counts[0] == counts[1] <= 10


# One project.


def full(people: People, **columns: Any) -> Project:
    """A project with some of everything."""
    today = clock.today()
    project = people.project(
        **{"stage": "testing", "milestones": [today + timedelta(days=5), today + timedelta(days=50)], **columns}
    )
    with transaction():
        make_check_in(project, by=people.lead, help_wanted="A room on Fridays")
        make_observations(make_measure(project, "Falls"), [3.0, 4.0, 5.0] * 6)
    return project


def test_a_project_says_what_for_how_it_goes_and_what_is_asked_for(people: People, sign_in: SignIn) -> None:
    project = full(people, aim="Nobody falls at night.", title="Night falls")
    page = words(sign_in(people.qi).get(f"/projects/{project.id}").text)
    assert page.startswith(f"{project.proposal.reference}, Stroke ward Night falls Testing")
    for said in (
        "Nobody falls at night.",
        "Lead Anna Author Sponsor Sandra Sponsor Coach Carl Coach",
        "What is asked for A room on Fridays",
        "Next milestone Milestone 1",
        "As promised",
        "£0 of £4,000 spent",
        "Hold a review",
    ):
        assert said in page


def test_a_colleague_reads_the_work_and_not_the_reports_or_the_money(people: People, sign_in: SignIn) -> None:
    project = full(people)
    client = sign_in(people.stranger)
    page = words(client.get(f"/projects/{project.id}").text)
    assert "Next milestone Milestone 1" in page
    hidden = ("A room on Fridays", "£4,000", "Next check-in", "Money", "Check-ins", "Hold a review", "Check in")
    assert [word for word in hidden if word in page] == []
    for part in ("check-ins", "money"):
        answer = client.get(f"/projects/{project.id}/{part}")
        assert answer.status_code == 403
        assert "Check-ins and money are for the project's own people" in words(answer.text)
        assert "A room" not in answer.text


def test_an_unknown_project_is_not_there(people: People, sign_in: SignIn) -> None:
    client = sign_in(people.qi)
    project = full(people)
    other = people.project(milestones=[clock.today()])
    there = [f"/projects/{project.id}/milestones/{other.milestones[0].id}/move", "/projects/999", "/projects/999/money"]
    there.append(f"/projects/{other.id}/set-up/checks/astrology")
    assert [client.get(path).status_code for path in there] == [404] * 4


@pytest.mark.parametrize("stage", ["setting_up", "testing", "stopped"])
def test_a_projects_page_stays_within_ten_statements(
    people: People, sign_in: SignIn, statements: Statements, stage: str
) -> None:
    project = full(people, stage=stage)
    with transaction():
        for number in range(6):
            make_observations(make_measure(project, f"Measure {number}"), [1.0, 2.0] * 18)
    for who in (people.qi, people.lead, people.stranger):
        client = sign_in(who)
        client.get(f"/projects/{project.id}")
        with statements() as sql:
            client.get(f"/projects/{project.id}")
        assert len(sql) <= 10, "\n".join(sql)


@pytest.mark.parametrize("part", ["milestones", "check-ins", "money", "set-up", "history", "gates"])
def test_a_projects_parts_cost_the_same_however_much_is_in_them(
    people: People, sign_in: SignIn, statements: Statements, part: str
) -> None:
    project = people.project(stage="testing")
    client = sign_in(people.qi)

    def cost(more: int) -> int:
        with transaction():
            one = db.session.get_one(Project, project.id)
            for _ in range(more):
                make_milestone(one, owner=make_person())
                day = clock.today() - timedelta(days=len(one.check_ins) + 1)
                make_check_in(one, by=make_person(), due_on=day, answer="Good", answered_by=make_person())
                entry = SpendEntry(spent_on=clock.today(), amount_pence=1, by=make_person(), entered_at=clock.now())
                one.budget_lines[0].entries.append(entry)
                db.session.flush()
                db.session.refresh(one)
        client.get(f"/projects/{project.id}/{part}")
        with statements() as sql:
            assert client.get(f"/projects/{project.id}/{part}").status_code == 200
        return len(sql)

    first, more = cost(1), cost(29)
    assert first == more <= 10


def test_an_idea_leads_to_the_project_it_became(people: People, sign_in: SignIn) -> None:
    project = full(people, title="Night falls")
    client = sign_in(people.stranger)
    page = words(client.get(f"/proposals/{project.proposal_id}").text)
    assert "This became the project Night falls , testing." in page
    assert f'href="/proposals/{project.proposal_id}"' in client.get(f"/projects/{project.id}").text


def test_home_asks_for_check_ins_and_their_answers(people: People, sign_in: SignIn) -> None:
    soon = clock.today() + timedelta(days=3)
    project = full(people, title="Night falls", next_check_in_on=soon)
    with transaction():
        make_check_in(project, due_on=clock.today() - timedelta(days=90), unchanged=True)
        make_project(title="Far off", stage="testing", lead=people.lead, next_check_in_on=soon + timedelta(days=9))
    at_home = {who: words(sign_in(people[who]).get("/").text) for who in ("lead", "member", "coach", "former", "qi")}
    assert {who for who, page in at_home.items() if "Check in on Night falls" in page} == {"lead", "member"}
    assert {
        who for who, page in at_home.items() if "Answer the check-in of Night falls, which asks for help" in page
    } == {"coach"}
    assert at_home["coach"].count("Answer the check-in") == 1
    assert [page for page in at_home.values() if "Far off" in page] == []


def test_an_admin_sees_which_roles_somebody_has(people: People, sign_in: SignIn) -> None:
    full(people, title="Night falls")
    page = words(sign_in(people.admin).get(f"/admin/people/{people.sponsor.id}").text)
    assert "Is sponsor of Night falls" in page


def test_history_tells_the_project_and_the_idea_it_was(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing", next_check_in_on=clock.today())
    client = sign_in(people.lead)
    client.post(f"/projects/{project.id}/check-in/unchanged", data={"due_on": clock.today().isoformat()})
    inside, outside = (
        words(sign_in(people[who]).get(f"/projects/{project.id}/history").text) for who in ("coach", "stranger")
    )
    assert "Anna Author checked in for" in inside
    assert "checked in" not in outside


# Forms.


def test_what_it_is_for_is_changed_on_its_page(people: People, sign_in: SignIn) -> None:
    project = people.project()
    client, url = sign_in(people.lead), f"/projects/{project.id}/set-up/aim"
    good = {"aim": "Nobody falls.", "how_we_will_know": "Falls a month", "edit": "1"}
    wrong = client.post(url, data=good | {"aim": "", "planned_end_on-day": "31", "planned_end_on-month": "2"})
    assert wrong.status_code == 422
    assert "Say in one sentence what changes for patients or staff" in words(wrong.text)
    assert "Add the year" in words(wrong.text)
    assert "Falls a month" in wrong.text
    saved = client.post(url, data=good | day_fields("planned_end_on", date(2030, 5, 1)))
    assert saved.location == f"/projects/{project.id}/set-up"
    page = words(client.get(saved.location).text)
    assert "What changes Nobody falls. Change" in page
    assert "Planned end 1 May 2030" in page
    stale = client.post(url, data=good | {"aim": "Fewer fall."})
    assert stale.status_code == 409
    assert "Saved now: What changes for patients or staff? Nobody falls. What you typed" in words(stale.text)
    assert "Fewer fall." in stale.text


def test_somebody_is_named_and_a_role_ends(people: People, sign_in: SignIn) -> None:
    project = people.project()
    client, url = sign_in(people.qi), f"/projects/{project.id}/set-up/roles"
    today = day_fields("from_on", clock.today())
    nobody = client.post(url, data={"role": "coach", "person": "Nessie", **today})
    assert (nobody.status_code, "Nobody here is called “Nessie”" in words(nobody.text)) == (422, True)
    done = client.post(url, data={"role": "coach", "person": people.stranger.email, **today})
    page = client.get(done.location).text
    assert "Sam Stranger is named as coach, and has been told." in words(page)
    holder = next(one for one in db.session.get_one(Project, project.id).roles if one.role is Role.SPONSOR)
    ended = client.post(f"/projects/{project.id}/roles/{holder.id}/end")
    assert "Sandra Sponsor is no longer sponsor." in words(client.get(ended.location).text)
    lead = sign_in(people.lead)
    assert 'value="sponsor"' not in lead.get(url).text
    assert 'value="member"' in lead.get(url).text
    smuggled = lead.post(url, data={"role": "sponsor", "person": people.member.email, **today})
    assert smuggled.status_code == 422


def test_a_check_is_answered(people: People, sign_in: SignIn) -> None:
    project = people.project()
    client, url = sign_in(people.member), f"/projects/{project.id}/set-up/checks/quality-impact"
    wrong = client.post(url, data={"answer": "not_needed", "detail": ""})
    assert "Say why it is not needed, or give its reference" in words(wrong.text)
    client.post(url, data={"answer": "not_needed", "detail": "Nothing changes for patients"})
    (check,) = db.session.get_one(Project, project.id).start_checks
    assert (check.answer, check.detail) == (StartCheckAnswer.NOT_NEEDED, "Nothing changes for patients")
    assert check.edit == 1
    started = people.project(stage="testing")
    late = client.get(f"/projects/{started.id}/set-up/checks/dpia")
    assert (late.status_code, "its checks are on record" in words(late.text)) == (409, True)


def test_a_checks_answer_is_for_those_close_to_the_project_on_its_page_as_in_history(
    people: People, sign_in: SignIn
) -> None:
    project = people.project()
    ida = make_person("Ida Governor", rights=["ig"])
    url, detail = f"/projects/{project.id}/set-up/checks/dpia", "Screened, see DP-114 about Mr Bell's record"
    sign_in(people.member).post(url, data={"answer": "not_needed", "detail": detail})
    close = ("lead", "member", "sponsor", "coach", "contact", "qi", "leader")
    everybody = {**{who: people[who] for who in (*close, "former", "admin", "stranger")}, "ig": ida}
    for who, person in everybody.items():
        client = sign_in(person)
        pages = [words(client.get(f"/projects/{project.id}/{part}").text) for part in ("set-up", "history")]
        reads = who in {*close, "ig"}
        assert [detail in page for page in pages] == [reads, reads], who
        assert ("Not needed" in pages[0], "Answered" in pages[0]) == (reads, not reads), who


def test_the_second_of_two_who_answer_the_same_check_sees_both_texts(people: People, sign_in: SignIn) -> None:
    project = people.project()
    url = f"/projects/{project.id}/set-up/checks/dpia"
    first, second = sign_in(people.member), sign_in(people.lead)
    forms = [form_to(client.get(url), url) for client in (first, second)]
    mine = forms[0].filled(answer="not_needed", detail="No names in it")
    theirs = forms[1].filled(answer="done", detail="DPIA 26/17")
    assert first.post(url, data=mine).status_code == 302
    assert first.post(url, data=forms[0].filled(answer="not_needed", detail="No names in it")).status_code == 302
    answer = second.post(url, data=theirs)
    said = words(answer.text)
    assert (answer.status_code, "No names in it" in said, "DPIA 26/17" in answer.text) == (409, True, True)
    assert [(one.detail, one.edit) for one in db.session.get_one(Project, project.id).start_checks] == [
        ("No names in it", 1)
    ]
    again = form_to(answer, url).filled(answer="done", detail="DPIA 26/17")
    assert second.post(url, data=again).status_code == 302
    assert [(one.detail, one.edit) for one in db.session.get_one(Project, project.id).start_checks] == [
        ("DPIA 26/17", 2)
    ]


def test_monitoring_is_changed_with_a_reason(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing")
    client, url = sign_in(people.qi), f"/projects/{project.id}/set-up/monitoring"
    assert "Say why" in words(client.post(url, data={"monitoring": "close", "reason": "", "edit": "1"}).text)
    client.post(url, data={"monitoring": "close", "reason": "Two milestones slipped", "edit": "1"})
    assert db.session.get_one(Project, project.id).monitoring is Monitoring.CLOSE
    assert sign_in(people.coach).get(url).status_code == 403


def test_a_milestone_is_promised_moved_and_reached(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing")
    client, base = sign_in(people.lead), f"/projects/{project.id}/milestones"
    day = clock.today() + timedelta(days=30)
    client.post(f"{base}/new", data={"title": "Kit bought", **day_fields("on", day)})
    (milestone,) = db.session.scalars(select(Milestone)).all()
    same = client.post(
        f"{base}/{milestone.id}/move", data={"edit": "1", "reason": "So", **day_fields("forecast_on", day)}
    )
    assert "It is expected on this day already. Enter another one" in words(same.text)
    later = day + timedelta(days=7)
    move = {"reason": "The supplier is late", **day_fields("forecast_on", later)}
    client.post(f"{base}/{milestone.id}/move", data={"edit": "1", **move})
    page = words(client.get(base).text)
    assert "7 days later than promised" in page
    assert "Moved 1 time" in page
    assert "The supplier is late" in page
    stale = client.post(f"{base}/{milestone.id}/move", data={"edit": "1", **move, **day_fields("forecast_on", day)})
    assert stale.status_code == 409
    assert "Saved now: When do you expect it now?" in words(stale.text)
    ahead = client.post(f"{base}/{milestone.id}/reach", data={"edit": "2", **day_fields("actual_on", day)})
    assert ahead.status_code == 422
    client.post(
        f"{base}/{milestone.id}/reach",
        data={"edit": "2", "evidence": "Delivery note", **day_fields("actual_on", clock.today())},
    )
    page = words(client.get(base).text)
    assert "1 of 1 milestone reached." in page
    assert "Shown by: Delivery note" in page
    assert client.get(f"{base}/{milestone.id}/move").status_code == 409


def test_a_check_in_tells_the_values_that_came_in_since_the_last_one(people: People, sign_in: SignIn) -> None:
    project, other = people.project(stage="testing"), people.project(stage="testing")
    with clock.at(clock.now() - timedelta(days=20)), transaction():
        falls = make_measure(project, "Falls on the ward", unit="falls")
        make_observations(falls, [41.0], first=date(2024, 1, 1))
        make_measure(project, "Nothing new")
    with transaction():
        make_check_in(project, made_at=clock.now() - timedelta(days=10))
        make_observations(falls, [42.0, 43.0, 44.0, 45.0], first=date(2024, 2, 1))
        make_observations(make_measure(other, "Of another project"), [7.0])
    page = words(sign_in(people.lead).get(f"/projects/{project.id}/check-in").text)
    aside = page[page.index("Values since then") :]
    assert "Falls on the ward 45 falls for May 2024 44 falls for April 2024 43 falls for March 2024" in aside
    assert "and 1 more value" in aside
    assert [name in page for name in ("Nothing new", "Of another project", "41 falls")] == [False] * 3


@pytest.mark.parametrize("count", [1, 30])
def test_a_check_ins_form_costs_the_same_however_much_moved(
    people: People, sign_in: SignIn, statements: Statements, count: int
) -> None:
    project = people.project(stage="testing")
    with transaction():
        for number in range(count):
            make_observations(make_measure(project, f"Measure {number}"), [1.0])
            make_milestone(project, forecast_on=clock.today(), actual_on=clock.today(), reached_at=clock.now())
    client = sign_in(people.lead)
    client.get(f"/projects/{project.id}/check-in")
    with statements() as sql:
        page = client.get(f"/projects/{project.id}/check-in").text
    assert (page.count("<li>1 for January 2024</li>"), page.count("Reached “")) == (count, count)
    assert len(sql) <= 9, "\n".join(sql)


def test_a_check_in_begins_with_the_last_one_and_keeps_what_was_typed(people: People, sign_in: SignIn) -> None:
    due = clock.today() - timedelta(days=1)
    project = people.project(stage="testing", next_check_in_on=due)
    with transaction():
        make_check_in(project, due_on=due - timedelta(days=90), what_happened="We began", answer="Good")
    client, url = sign_in(people.lead), f"/projects/{project.id}/check-in"
    page = client.get(url).text
    assert "Last time" in words(page)
    assert "We began" in words(page)
    typed = {"due_on": due.isoformat(), "what_happened": "", "help_wanted": "A room", "on_time": "at_risk"}
    wrong = client.post(url, data=typed)
    assert wrong.status_code == 422
    assert "where nothing has changed, use the button above" in words(wrong.text)
    assert "A room" in wrong.text
    good = typed | {"what_happened": "Kits in use", "on_cost": "on_track", "on_benefit": "on_track"}
    done = client.post(url, data=good)
    assert "your coach has been told" in words(client.get(done.location).text).lower()
    second = sign_in(people.member).post(url, data=good | {"what_happened": "Mine"})
    assert second.status_code == 409
    assert "Anna Author has made this check-in already." in words(second.text)
    assert "Mine" in second.text
    assert db.session.scalars(select(CheckIn.what_happened).order_by(CheckIn.id)).all() == ["We began", "Kits in use"]


def test_one_tap_says_that_nothing_has_changed(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing", next_check_in_on=clock.today())
    client = sign_in(people.lead)
    tap = {"due_on": clock.today().isoformat()}
    done = client.post(f"/projects/{project.id}/check-in/unchanged", data=tap)
    assert "Thank you: you have checked in. The next one is due on" in words(client.get(done.location).text)
    again = client.post(f"/projects/{project.id}/check-in/unchanged", data=tap)
    assert again.status_code == 409
    assert db.session.scalars(select(CheckIn.unchanged)).all() == [True]


def test_a_check_in_is_answered_on_its_page(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing")
    with transaction():
        report = make_check_in(project, by=people.lead, what_happened="Kits in use")
    url = f"/projects/{project.id}/check-ins/{report.id}/answer"
    client = sign_in(people.coach)
    assert "Kits in use" in words(client.get(url).text)
    assert "Write an answer" in words(client.post(url, data={"answer": " "}).text)
    done = client.post(url, data={"answer": "Well done"})
    page = words(client.get(done.location).text)
    assert "Answer from Carl Coach" in page
    assert "Well done" in page
    assert client.get(url).status_code == 409
    assert sign_in(people.lead).get(url).status_code == 403


def test_three_quiet_check_ins_are_pointed_out(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing")
    with transaction():
        for number in range(3):
            make_check_in(project, due_on=clock.today() - timedelta(days=90 * number), unchanged=True)
    page = words(sign_in(people.coach).get(f"/projects/{project.id}/check-ins").text)
    assert "Three check-ins running say that nothing has changed." in page


def test_money_is_entered_against_its_line(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing", award_pence=500_00)
    client, url = sign_in(people.lead), f"/projects/{project.id}/money"
    today = day_fields("spent_on", clock.today())
    wrong = client.post(url, data={"way": "spent", "amount": "lots", **today})
    assert "Enter an amount in pounds, like 250 or 249.99" in words(wrong.text)
    client.post(url, data={"way": "spent", "amount": "520.50", "note": "Order 4471", **today})
    client.post(url, data={"way": "back", "amount": "10", **today})
    page = words(client.get(url).text)
    assert "£510.50 of £500 spent: £10.50 over" in page
    assert "Order 4471" in page
    assert "-£10" in page
    free = people.project(stage="testing", award_pence=0)
    assert "supported without money" in words(client.get(f"/projects/{free.id}/money").text)
    assert client.post(f"/projects/{free.id}/money", data={"way": "spent", "amount": "1", **today}).status_code == 409


def test_a_form_sent_twice_is_saved_once(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing", award_pence=500_00)
    client, url = sign_in(people.lead), f"/projects/{project.id}/money"
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(url).text)[1]
    data = {"form_key": key, "way": "spent", "amount": "20", **day_fields("spent_on", clock.today())}
    assert [client.post(url, data=data).location for _ in range(2)] == [url, url]
    assert db.session.scalars(select(SpendEntry.amount_pence)).all() == [20_00]
