"""The pages of measures, as people read and send them."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import func, select

from pitchpit.core.db import db, transaction
from pitchpit.history.enums import Access
from pitchpit.history.models import AccessRecord
from pitchpit.measures import actions, queries
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.models import Annotation, Measure, Observation, StepChange
from pitchpit.measures.values import Value
from pitchpit.projects.enums import Stage
from tests.factories import make_measure, make_observations, make_person

pytestmark = pytest.mark.usefixtures("in_august")

DEFINITION = {
    "name": "Falls per 1,000 bed days",
    "kind": "outcome",
    "direction": "decrease",
    "frequency": "weekly",
    "unit": "",
    "target": "-2.5",
    "definition": "Every reported fall",
    "source": "Incident reports",
    "data_owner": "Owner Example",
    "decimals": "2",
    "per": "1000",
}


def words(page) -> str:
    main = re.search(r"<main.*?</main>", page.text, re.DOTALL)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def errors(page) -> list[str]:
    found = re.findall(r'class="nhsuk-error-message"[^>]*><span[^>]*>Error: </span>(.*?)</span>', page.text)
    return [html.unescape(one) for one in found]


def hidden(page, name: str) -> str:
    """The last hidden field of this name: the form that enters comes before the box, both carry their own."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def standing(measure: Measure) -> dict:
    return {on.isoformat(): one.value for on, one in queries.standing(measure).items()}


def july(**typed: str) -> dict[str, str]:
    return {"on-day": "1", "on-month": "7", "on-year": "2026", **typed}


# What it is.


def test_the_team_adds_a_measure(ward, sign_in):
    client = sign_in(ward["lead"])
    assert "Add a measure" in words(client.get(f"/projects/{ward.project.id}/measures/new"))
    answer = client.post(f"/projects/{ward.project.id}/measures/new", data=DEFINITION | {"screen_outliers": "yes"})
    measure = db.session.scalars(select(Measure).order_by(Measure.id.desc())).first()
    assert answer.location == f"/measures/{measure.id}"
    assert (measure.name, measure.kind, measure.direction, measure.frequency) == (
        "Falls per 1,000 bed days",
        MeasureKind.OUTCOME,
        Direction.DECREASE,
        Frequency.WEEKLY,
    )
    assert (measure.unit, measure.target, measure.decimals, measure.per, measure.screen_outliers) == (
        "",
        -2.5,
        2,
        1000,
        True,
    )
    assert measure.data_owner_id == ward["owner"].id


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, ["Say what is counted"]),
        ({"name": "Mr Example, 450 557 7104"}, ["Take out the number near “Mr Example, 450 557 7104”: it looks like an "
         "NHS number. Describe the patient without anything that identifies them."]),
        ({"kind": "best"}, ["Choose what it is there for"]),
        ({"target": "1e400"}, ["Enter a number, like 12 or 3.5"]),
        ({"target": "9999999999999"}, ["Enter 1000000000000 or less"]),
        ({"data_owner": "Nobody Atall"}, ["Nobody here is called “Nobody Atall”: try their email address or staff number"]),
        ({"per": "7"}, ["Choose how it is shown"]),
        ({"decimals": "9"}, ["Choose how many"]),
    ],
)  # fmt: skip
def test_a_definition_that_is_not_right_comes_back_as_typed(ward, sign_in, typed, said):
    page = sign_in(ward["lead"]).post(f"/projects/{ward.project.id}/measures/new", data=DEFINITION | typed)
    assert (page.status_code, errors(page)) == (422, said)
    assert "Every reported fall</textarea>" in page.text
    assert db.session.scalar(select(func.count(Measure.id))) == 1


def test_a_definition_is_changed_and_a_stale_change_shows_both(ward, sign_in):
    address = f"/measures/{ward.measure.id}/edit"
    first, second = sign_in(ward["lead"]), sign_in(ward["coach"])
    same = DEFINITION | {"frequency": "monthly", "per": "100", "edit": "1"}
    assert first.post(address, data=same | {"name": "Falls at night"}).location == f"/measures/{ward.measure.id}"
    page = second.post(address, data=same | {"name": "Falls by day"})
    assert page.status_code == 409
    assert "Saved now: What is counted?" in words(page)
    assert "Falls at night" in words(page)
    assert 'value="Falls by day"' in page.text
    assert db.session.get(Measure, ward.measure.id).name == "Falls at night"
    assert second.post(address, data=same | {"name": "Falls by day", "edit": "2"}).status_code == 302
    assert db.session.get(Measure, ward.measure.id).screen_outliers is False


@pytest.mark.parametrize("who", ["owner", "former", "leader", "admin", "stranger"])
def test_who_keeps_no_measure_changes_nothing(ward, sign_in, who):
    make_observations(ward.measure, [7, 8], first=date(2026, 5, 1))
    client, mid = sign_in(ward[who]), ward.measure.id
    posts = {
        f"/projects/{ward.project.id}/measures/new": DEFINITION,
        f"/measures/{mid}/edit": DEFINITION | {"edit": "1"},
        f"/measures/{mid}/step": {"on-day": "1", "on-month": "6", "on-year": "2026", "reason": "x"},
    }
    if who != "owner":
        posts |= {
            f"/measures/{mid}/enter": july(value="3"),
            f"/measures/{mid}/paste": {"lines": "2026-07-01, 3"},
            f"/measures/{mid}/paste/enter": {"lines": "2026-07-01, 3"},
            f"/measures/{mid}/annotate": july(words="Here I was"),
        }
    assert {path: client.post(path, data=data).status_code for path, data in posts.items()} == dict.fromkeys(posts, 403)
    gets = [path for path in posts if not path.endswith("/paste/enter")]
    assert {path: client.get(path).status_code for path in gets} == dict.fromkeys(gets, 403)
    page = words(client.get(f"/measures/{mid}"))
    offered = [word for word in ("Change the definition", "Start the limits afresh", "Enter a value") if word in page]
    assert offered == (["Enter a value"] if who == "owner" else [])
    assert standing(ward.measure) == {"2026-05-01": 7, "2026-06-01": 8}
    assert [db.session.scalar(select(func.count(kind.id))) for kind in (StepChange, Annotation)] == [0, 0]


def test_signed_out_nobody_reads_a_measure(ward, client):
    for page in ("", ".csv", ".svg", "/enter"):
        assert client.get(f"/measures/{ward.measure.id}{page}").location.startswith("/sign-in")


def test_a_measure_that_is_not_there_is_404_everywhere(ward, sign_in):
    client = sign_in(ward["qi"])
    for page in ("", ".csv", ".svg", "/enter", "/paste", "/edit", "/step", "/annotate"):
        assert client.get(f"/measures/999{page}").status_code == 404
    for page in ("/enter", "/paste", "/paste/enter", "/edit", "/step", "/annotate"):
        assert client.post(f"/measures/999{page}", data={}).status_code == 404


# One page.


def test_a_page_says_it_all_in_words(build_ward, sign_in):
    ward = build_ward(unit="%", target=5.0, definition="Every reported fall", source="Incident reports")
    make_observations(ward.measure, [40, 41, 42, None, 40, 41, 42, 40, 41, 42, 40, 41, 42, 60], first=date(2025, 6, 1))
    with transaction():
        measure = queries.measure_or_404(None, ward.measure.id, change=True)
        actions.enter(measure, [Value(date(2025, 7, 1), 40.5)], actor=ward["owner"], reason="Counted one twice")
        actions.annotate(measure, actor=ward["owner"], on=date(2026, 7, 2), words="Ward moved <b>")
    page = words(sign_in(ward["stranger"]).get(f"/measures/{ward.measure.id}"))
    for said in (
        "the last point is above the upper limit: getting worse",
        "Getting worse: higher than usual, and lower is better.",
        "As things are, the target will not be met.",
        "1 period has no value.",
        "September 2025 Value Missing",
        "July 2026 Value 60%",
        "Above the upper limit getting worse",
        "Every reported fall",
        "Incident reports",
        "Target 5%",
        "2 July 2026 : Ward moved <b> Owner Example",
        "July 2025 From 41% To 40.5% Why Counted one twice By Owner Example",
    ):
        assert said in page


def test_until_the_thirteenth_value_the_page_says_too_early(ward, sign_in):
    client = sign_in(ward["owner"])
    make_observations(ward.measure, [7, 8, 6, 7, 9, 7, 6, 8, 7, 7, 8, 6], first=date(2025, 7, 1))
    page = client.get(f"/measures/{ward.measure.id}")
    assert "Too early to say: icons come with 13 observations." in words(page)
    assert ("There are 12 so far." in words(page), "Mean and limits" in words(page)) == (True, False)
    assert client.post(f"/measures/{ward.measure.id}/enter", data=july(value="1")).status_code == 302
    page = client.get(f"/measures/{ward.measure.id}")
    assert "Too early" not in words(page)
    assert "Improving: lower than usual, and lower is better." in words(page)
    assert page.text.count("chart-icon-improvement-low") == 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_values_are_a_page_too(ward, sign_in, count):
    make_observations(ward.measure, [7, 8][:count], first=date(2026, 5, 1))
    page = words(sign_in(ward["stranger"]).get(f"/measures/{ward.measure.id}"))
    assert [page.count("No value yet."), page.count("Missing"), page.count("Numbers")] == [int(count == 0), 0, 0]
    assert ("There is 1 so far." if count == 1 else f"There are {count} so far.") in page


@pytest.mark.parametrize("count", [1, 30])
def test_a_measures_page_costs_the_same_however_many_values(ward, sign_in, statements, count):
    client = sign_in(ward["owner"])
    make_observations(ward.measure, range(count), first=date(2023, 1, 1))
    with transaction():
        db.session.add_all(
            Annotation(measure_id=ward.measure.id, noted_on=date(2023, 1, 1), words=f"Note {number}", by=make_person())
            for number in range(count)
        )
    client.get("/inbox")
    with statements() as sql:
        page = client.get(f"/measures/{ward.measure.id}?periods=all")
    assert words(page).count(" Correct ") == count
    assert len(sql) == 7


def test_a_long_table_begins_with_the_newest(ward, sign_in):
    client = sign_in(ward["owner"])
    make_observations(ward.measure, range(40), first=date(2023, 1, 1))
    page = client.get(f"/measures/{ward.measure.id}")
    assert (page.text.count('class="nhsuk-table__row"'), "Show all 40 periods" in words(page)) == (24, True)
    assert client.get(f"/measures/{ward.measure.id}?periods=all").text.count('class="nhsuk-table__row"') == 40


def test_files_to_keep(build_ward, sign_in):
    ward = build_ward(unit="=1+1", name="<script>Falls")
    make_observations(ward.measure, [-7, 8], first=date(2026, 5, 1), by=make_person("@Ann Example"))
    client = sign_in(ward["stranger"])
    table = client.get(f"/measures/{ward.measure.id}.csv")
    assert table.headers["Content-Disposition"] == 'attachment; filename="measure-1.csv"'
    assert table.mimetype == "text/csv"
    assert table.data.startswith(b"\xef\xbb\xbf"), "the mark by which Excel knows which letters these are"
    assert table.text.splitlines()[1] == "2026-05-01,May 2026,-7.0,'=1+1,,,,,,,'@Ann Example,2026-08-05 10:30"
    picture = client.get(f"/measures/{ward.measure.id}.svg")
    assert (picture.mimetype, picture.headers["Content-Disposition"]) == (
        "image/svg+xml",
        'attachment; filename="measure-1.svg"',
    )
    assert picture.text.startswith('<svg class="chart-drawing')
    assert "<script" not in picture.text
    kept = db.session.query(AccessRecord).order_by(AccessRecord.id)
    assert [(one.person_id, one.access, one.subject_kind, one.subject_id) for one in kept] == [
        (ward["stranger"].id, Access.EXPORTED, "measure", ward.measure.id)
    ] * 2


# One value.


def test_a_value_is_entered_for_the_period_that_is_wanted_next(ward, sign_in):
    make_observations(ward.measure, [7], first=date(2026, 6, 1))
    client = sign_in(ward["owner"])
    page = client.get(f"/measures/{ward.measure.id}/enter").text
    boxes = [re.search(rf'name="on-{part}" type="text" value="(\d+)"', page)[1] for part in ("day", "month", "year")]
    assert boxes == ["1", "7", "2026"]
    answer = client.post(f"/measures/{ward.measure.id}/enter", data=july(value="4.5"))
    assert answer.location == f"/measures/{ward.measure.id}"
    assert standing(ward.measure) == {"2026-06-01": 7, "2026-07-01": 4.5}


def test_a_count_out_of_a_total_is_worked_out(build_ward, sign_in):
    ward = build_ward(unit="%")
    sign_in(ward["owner"]).post(f"/measures/{ward.measure.id}/enter", data=july(numerator="7", denominator="20"))
    one = db.session.scalars(select(Observation)).one()
    assert (one.value, one.numerator, one.denominator) == (35, 7, 20)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (july(), ["Enter the value"]),
        (july(value="nan"), ["“nan” is not a number: write it in figures, like 12 or 3.5"]),
        (july(value="1e400"), ["“1e400” is not a number: write it in figures, like 12 or 3.5"]),
        (july(value="1000000000001"), ["Numbers go up to 1,000,000,000,000 here: use a larger unit"]),
        (july(value="1", numerator="1"), ["Enter either the value, or the count and the total"]),
        (july(numerator="1"), ["Enter both the count and the total"]),
        (july(numerator="1", denominator="0"), ["The total must be more than 0"]),
        (july(value="1") | {"on-day": "6", "on-month": "8"}, ["Enter Wed 5 August or an earlier day"]),
        (july(value="1") | {"on-year": "1999"}, ["Enter Sat 1 January 2000 or a later day"]),
        (july(value="1") | {"on-day": "32"}, ["That month has no day 32. Enter a date, like 27 11 2026"]),
    ],
)
def test_a_value_that_is_none_comes_back_as_typed(ward, sign_in, typed, said):
    page = sign_in(ward["owner"]).post(f"/measures/{ward.measure.id}/enter", data=typed)
    assert (page.status_code, errors(page)) == (422, said)
    assert standing(ward.measure) == {}


def test_a_correction_shows_old_and_new_and_needs_a_reason(ward, sign_in):
    (old,) = make_observations(ward.measure, [7], first=date(2026, 7, 1), by=ward["lead"])
    client, address = sign_in(ward["owner"]), f"/measures/{ward.measure.id}/enter"
    page = client.post(address, data=july(value="9"))
    assert page.status_code == 422
    assert errors(page) == ["A value stands there already. Look at both, and say why it is corrected."]
    assert "There now: 7 for July 2026, entered by Lead Example on Wed 5 August." in words(page)
    assert ('value="9"' in page.text, hidden(page, "seen")) == (True, str(old.id))
    page = client.post(address, data=july(value="9", seen=hidden(page, "seen")))
    assert (page.status_code, errors(page)) == (422, ["Say why it is corrected"])
    page = client.post(address, data=july(value="9", seen=str(old.id), reason="Patient 450 557 7104 twice"))
    assert [one[:28] for one in errors(page)] == ["Take out the number near “Pa"]
    assert client.post(address, data=july(value="9", seen=str(old.id), reason="Counted twice")).status_code == 302
    assert standing(ward.measure) == {"2026-07-01": 9}


def test_a_correction_of_what_was_corrected_in_between_is_shown_again(ward, sign_in):
    (old,) = make_observations(ward.measure, [7], first=date(2026, 7, 1))
    mine, address = sign_in(ward["owner"]), f"/measures/{ward.measure.id}/enter"
    sent = july(value="9", seen=str(old.id), reason="Counted twice")
    theirs = sign_in(ward["lead"]).post(address, data=sent | {"value": "8"})
    assert theirs.status_code == 302
    page = mine.post(address, data=sent)
    assert page.status_code == 422
    assert "There now: 8 for July 2026, entered by Lead Example" in words(page)
    assert mine.post(address, data=sent | {"seen": hidden(page, "seen")}).status_code == 302
    kept = [(one.old.value, one.new.value) for one in queries.corrections_of(ward.measure)]
    assert kept == [(8, 9), (7, 8)]


def test_a_correction_is_begun_from_the_table(ward, sign_in):
    make_observations(ward.measure, [7.25, None, 8], first=date(2026, 5, 1))
    page = sign_in(ward["owner"]).get(f"/measures/{ward.measure.id}/enter?on=2026-05-01")
    assert "Correct a value" in words(page)
    assert 'name="value" type="text" value="7.25"' in page.text
    for address in ("2026-13-45", "=cmd", ""):
        again = sign_in(ward["owner"]).get(f"/measures/{ward.measure.id}/enter?on={address}")
        assert "Enter a value" in words(again)


def test_after_the_end_values_are_still_entered_for_the_re_check(build_ward, sign_in):
    ward = build_ward(Stage.ADOPTED)
    sign_in(ward["owner"]).post(f"/measures/{ward.measure.id}/enter", data=july(value="3"))
    assert standing(ward.measure) == {"2026-07-01": 3}


def test_the_same_form_twice_is_entered_once(ward, sign_in):
    client = sign_in(ward["owner"])
    key = hidden(client.get(f"/measures/{ward.measure.id}/annotate"), "form_key")
    sent = july(words="Second ward joins", form_key=key)
    answers = [client.post(f"/measures/{ward.measure.id}/annotate", data=sent) for _ in range(2)]
    assert [answer.location for answer in answers] == [f"/measures/{ward.measure.id}"] * 2
    assert db.session.scalar(select(func.count(Annotation.id))) == 1


# Many values.


def test_lines_are_checked_before_they_are_entered(ward, sign_in):
    make_observations(ward.measure, [7, 8], first=date(2026, 5, 1))
    client, address = sign_in(ward["owner"]), f"/measures/{ward.measure.id}/paste"
    text = "Month\tFalls\n01/05/2026\t7\nJun 2026\t9\n2026-07-01\t3\t20"
    page = client.post(address, data={"lines": text})
    assert page.status_code == 200
    assert "1 new value, 1 correction, 1 value already there." in words(page)
    for said in (
        "1 The heading, passed over",
        "2 may 2026: 7",
        "june 2026: 9 correction now 8",
        "july 2026: 15 (3 of 20)",
    ):
        assert said in words(page).lower().replace("1 the heading", "1 The heading")
    assert standing(ward.measure) == {"2026-05-01": 7, "2026-06-01": 8}
    sent = {"lines": hidden(page, "lines"), "seen": hidden(page, "seen")}
    refused = client.post(f"{address}/enter", data=sent)
    assert (refused.status_code, errors(refused)) == (422, ["Say why it is corrected"])
    assert "Jun 2026\t9" in refused.text
    answer = client.post(f"{address}/enter", data=sent | {"reason": "Recounted"})
    assert answer.location == f"/measures/{ward.measure.id}"
    assert "1 value entered, 1 value corrected, 1 value stood there already." in words(client.get(answer.location))
    assert standing(ward.measure) == {"2026-05-01": 7, "2026-06-01": 9, "2026-07-01": 15}


def test_no_line_is_entered_until_all_can_be_read(ward, sign_in):
    client, address = sign_in(ward["owner"]), f"/measures/{ward.measure.id}/paste"
    text = "2026-05-01, 7\n2026-06-01, <b>nan\n2026-09-01, 4"
    for path in (address, f"{address}/enter"):
        page = client.post(path, data={"lines": text})
        assert page.status_code == 422
        assert errors(page) == ["2 lines cannot be read: they are marked below. Nothing is entered until all can."]
        assert "“<b>nan” is not a number: write it in figures, like 12 or 3.5" in words(page)
        assert "A value cannot be for a day to come" in words(page)
        assert "2026-06-01, &lt;b&gt;nan" in page.text.split("<textarea")[1].split("</textarea>")[0]
    assert standing(ward.measure) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Paste at least one line"),
        ("Month, Falls", "There is no line with a value: write each as date, value"),
        ("2026-05-01, 4505577104", "Take out the number near “2026-05-01, 4505577104”: it looks like an NHS number. "
         "Describe the patient without anything that identifies them."),
        ("2026-05-01, 7\n" * 2_001, "Paste at most 2,000 lines at a time: there are 2,001 now"),
        ("2026-05-01, 7\n" * 10_000, "Paste at most 2,000 lines at a time: there are 10,000 now"),
        ("2026-05-01, 7\n2026-05-02, 8", "Line 2: The same month as line 1 (May 2026): leave one out"),
    ],
)  # fmt: skip
def test_a_paste_that_cannot_be_entered_says_why(ward, sign_in, text, said):
    page = sign_in(ward["owner"]).post(f"/measures/{ward.measure.id}/paste", data={"lines": text})
    assert (page.status_code, errors(page)) == (422, [said])
    typed = html.unescape(page.text.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]).strip()
    assert typed == text.strip()


def test_two_thousand_lines_are_entered_at_once(build_ward, sign_in, statements):
    from datetime import timedelta

    ward = build_ward(frequency=Frequency.DAILY)
    client = sign_in(ward["owner"])
    text = "\n".join(f"{date(2026, 8, 5) - timedelta(days=number)};{number}" for number in range(2_000))
    page = client.post(f"/measures/{ward.measure.id}/paste", data={"lines": text})
    assert "2,000 new values." in words(page)
    with statements() as sql:
        client.post(f"/measures/{ward.measure.id}/paste/enter", data={"lines": hidden(page, "lines"), "seen": "0"})
    assert db.session.scalar(select(func.count(Observation.id))) == 2_000
    assert len(sql) < 40
    assert "Show all 2,000 periods" in words(client.get(f"/measures/{ward.measure.id}"))


def test_lines_that_somebody_else_changed_in_between_are_shown_again(ward, sign_in):
    client, address = sign_in(ward["owner"]), f"/measures/{ward.measure.id}/paste"
    page = client.post(address, data={"lines": "2026-07-01, 7\n2026-06-01, 5"})
    make_observations(ward.measure, [8], first=date(2026, 7, 1))
    again = client.post(f"{address}/enter", data={"lines": hidden(page, "lines"), "seen": hidden(page, "seen")})
    assert again.status_code == 422
    assert "July 2026: 7 Correction now 8" in words(again)
    assert standing(ward.measure) == {"2026-07-01": 8}


# On the chart.


def test_the_coach_starts_the_limits_afresh(ward, sign_in):
    make_observations(ward.measure, [7, 8, 3], first=date(2026, 5, 1))
    client, address = sign_in(ward["coach"]), f"/measures/{ward.measure.id}/step"
    page = client.post(address, data=july(reason=""))
    assert (page.status_code, errors(page)) == (422, ["Say what changed"])
    early = client.post(address, data=july(reason="Huddles") | {"on-month": "4"})
    assert early.status_code == 409
    assert "There is no value for that period: choose one that has a value." in words(early)
    assert client.post(address, data=july(reason="Huddles")).status_code == 302
    assert "1 July 2026 : Huddles Agreed by Coach Example" in words(client.get(f"/measures/{ward.measure.id}"))


# My measures, my home page, a project's page.


def test_a_data_owner_without_a_role_finds_what_is_due(ward, sign_in):
    make_observations(ward.measure, [7], first=date(2026, 6, 1))
    make_measure(ward.project, "Huddles", data_owner=ward["lead"])
    client = sign_in(ward["owner"])
    assert "Enter July’s falls for Safer nights Fri 14 August, in 9 days" in words(client.get("/"))
    page = words(client.get("/measures"))
    assert "Falls Safer nights. Last: 7 for June 2026. Wanted: July 2026, by Fri 14 August, in 9 days" in page
    assert "Huddles" not in page
    assert "You keep no measure’s numbers." in words(sign_in(ward["stranger"]).get("/measures"))


def test_a_projects_page_shows_its_charts(ward, sign_in):
    make_observations(ward.measure, [7, 8], first=date(2026, 5, 1))
    make_measure(ward.project, "Huddles", kind=MeasureKind.PROCESS)
    page = sign_in(ward["lead"]).get(f"/projects/{ward.project.id}")
    assert "2 observations so far, the last 8: too early to say." in words(page)
    assert (page.text.count("chart-wide"), page.text.count("chart-small"), "Add a measure" in page.text) == (1, 1, True)


def test_a_project_without_a_measure_says_what_to_do(ward, sign_in):
    from tests.factories import make_project

    empty = make_project(lead=ward["lead"])
    page = sign_in(ward["lead"]).get(f"/projects/{empty.id}")
    assert "Nothing is measured yet." in words(page)
    assert f'href="/projects/{empty.id}/measures/new"' in page.text
    assert "Add the first measure" not in sign_in(ward["stranger"]).get(f"/projects/{empty.id}").text
