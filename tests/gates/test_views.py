"""The pages of reviews: what a start needs, holding one, reading its evidence."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from pitchpit.core import clock
from pitchpit.core.db import db
from pitchpit.projects.enums import Result, Stage
from pitchpit.projects.models import Project
from tests.gates.conftest import ready
from tests.projects.conftest import People
from tests.projects.test_views import day_fields, words

SignIn = Callable[..., FlaskClient]


def test_the_start_page_says_what_is_missing_and_leads_there(people: People, sign_in: SignIn) -> None:
    project = people.project(title="Night falls", sponsor=None)
    url = f"/projects/{project.id}/start"
    page = sign_in(people.lead).get(url).text
    assert "A lead There A sponsor Missing The date when it should end Missing 3 milestones Missing" in words(page)
    for part in ("set-up", "set-up/aim", "milestones", "measures/new", "set-up/checks/quality-impact"):
        assert f'href="/projects/{project.id}/{part}"' in page
    assert "Once everything is there, the sponsor or the QI team starts it." in words(page)
    assert "Start the project</button>" not in page
    assert "Set up Night falls: 8 things missing" in words(sign_in(people.lead).get("/").text)
    assert "8 things are missing" in words(sign_in(people.stranger).get(f"/projects/{project.id}").text)
    assert f'href="/projects/{project.id}/set-up/aim"' not in sign_in(people.stranger).get(url).text


def test_a_sponsor_starts_it_with_the_short_baseline_explained(people: People, sign_in: SignIn) -> None:
    project = ready(people, observations=6, title="Night falls")
    client, url = sign_in(people.sponsor), f"/projects/{project.id}/start"
    assert "Start Night falls: everything is there" in words(client.get("/").text)
    wrong = client.post(url, data={"reason": "Go"})
    assert wrong.status_code == 422
    assert "Say why it may start all the same" in words(wrong.text)
    assert "Enter the day by which there will be enough" in words(wrong.text)
    day = day_fields("enough_on", clock.today() + timedelta(days=90))
    done = client.post(url, data={"reason": "Go", "short_baseline": "The ward is new", **day})
    assert done.location == f"/projects/{project.id}"
    assert "The project has started." in words(client.get(done.location).text)
    review = words(client.get(f"/projects/{project.id}/gates/1").text)
    assert "It started with a short baseline." in review
    assert "The ward is new" in review
    again = client.post(url, data={"reason": "Go", "short_baseline": "x", **day})
    assert again.status_code == 409


def test_the_lead_starts_nothing(people: People, sign_in: SignIn) -> None:
    project = ready(people)
    assert sign_in(people.lead).post(f"/projects/{project.id}/start", data={}).status_code == 403
    assert db.session.get_one(Project, project.id).stage is Stage.SETTING_UP


def test_a_review_is_chosen_then_held_with_what_it_needs(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing")
    client, base = sign_in(people.sponsor), f"/projects/{project.id}"
    page = client.get(f"{base}/gate").text
    ways = ["continue-embedding", "continue-testing", "change", "stop"]
    assert [way for way in ways if f'href="{base}/gate/{way}"' in page] == ways
    form = client.get(f"{base}/gate/stop").text
    assert "The project goes from testing to stopped, and that is its end." in words(form)
    wrong = client.post(f"{base}/gate/stop", data={"reason": "No change in six months", "happened": "Nothing"})
    assert wrong.status_code == 422
    for said in ("Choose how it went", "Say what you expected", "Say what you would do differently"):
        assert said in words(wrong.text)
    assert "No change in six months" in wrong.text
    learned = {"result": "did_not_work", "expected": "Fewer falls", "happened": "Nothing", "differently": "Ask nights"}
    done = client.post(f"{base}/gate/stop", data={"reason": "No change in six months", **learned})
    review = words(client.get(done.location).text)
    assert "Stop from testing to stopped, held by Sandra Sponsor No change in six months" in review
    assert "What we would do differently Ask nights" in review
    ended = words(sign_in(people.stranger).get(base).text)
    assert "Stopped Did not work ended on" in ended
    assert "What we learned What we expected Fewer falls" in ended
    found = words(sign_in(people.stranger).get("/search?q=nights").text)
    assert "What we learned: " in found
    assert client.get(f"{base}/gate").status_code == 409


def test_a_review_that_goes_on_asks_only_why(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing")
    client, url = sign_in(people.qi), f"/projects/{project.id}/gate/continue-testing"
    page = client.get(url).text
    assert "How did it go?" not in page
    assert "The project stays testing." in words(page)
    done = client.post(url, data={"reason": "Too early to tell"})
    assert "still testing, held by Quin Improver Too early to tell" in words(client.get(done.location).text)


def test_not_measured_says_why_not(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="running", monitoring="light")
    client, url = sign_in(people.lead), f"/projects/{project.id}/gate/close"
    learned = {"result": "not_measured", "expected": "a", "happened": "b", "differently": "c"}
    short = client.post(url, data={"reason": "Done", **learned})
    assert "Say also why it was not measured" in words(short.text)
    client.post(url, data={"reason": "Nobody kept the papers after August", **learned})
    kept = db.session.get_one(Project, project.id)
    assert (kept.stage, kept.result) == (Stage.DONE, Result.NOT_MEASURED)


@pytest.mark.parametrize(
    ("stage", "way", "status"),
    [
        ("testing", "adopt", 409),
        ("embedding", "adopt", 200),
        ("testing", "fly", 404),
        ("setting_up", "not-start", 200),
        ("stopped", "stop", 409),
        ("testing", "close", 409),
    ],
)
def test_only_what_makes_sense_at_its_stage_has_a_form(
    people: People, sign_in: SignIn, stage: str, way: str, status: int
) -> None:
    project = people.project(stage=stage)
    assert sign_in(people.sponsor).get(f"/projects/{project.id}/gate/{way}").status_code == status
    refused = sign_in(people.coach).get(f"/projects/{project.id}/gate/{way}").status_code
    assert refused == (404 if status == 404 else 403)


def test_reviews_are_read_by_everybody_and_their_money_by_those_close_to_it(people: People, sign_in: SignIn) -> None:
    project = people.project(stage="testing", award_pence=777_00)
    sign_in(people.qi).post(f"/projects/{project.id}/gate/change", data={"reason": "Other kit, same aim"})
    inside, outside = (
        words(sign_in(people[who]).get(f"/projects/{project.id}/gates/1").text) for who in ("coach", "stranger")
    )
    assert "Other kit, same aim" in outside
    assert ("£777" in inside, "£777" in outside) == (True, False)
    other = people.project(stage="testing")
    assert sign_in(people.qi).get(f"/projects/{other.id}/gates/1").status_code == 404
    page = words(sign_in(people.stranger).get(f"/projects/{project.id}/gates").text)
    assert "Change still testing Other kit, same aim Held by Quin Improver" in page
    assert "No review has been held yet." in words(sign_in(people.qi).get(f"/projects/{other.id}/gates").text)
