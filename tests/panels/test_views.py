"""The pages of judging as everybody who can stand to them: what each shows, what it must not, what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.history.models import AccessRecord, Event
from pitchpit.history.queries import timeline
from pitchpit.panels import queries
from pitchpit.panels.enums import ConflictType, Handling, ScorecardState, Tie
from pitchpit.panels.models import Conflict, Meeting, Scorecard
from pitchpit.people.enums import Right
from pitchpit.proposals.models import Author
from tests.factories import (
    make_assignment,
    make_conflict,
    make_meeting,
    make_meeting_item,
    make_person,
    make_proposal,
    make_scorecard,
)
from tests.pages import form_to
from tests.panels.conftest import panel_of


def filled(panel, level: int | str = 4, **more: object) -> dict[str, object]:
    """A scorecard as a browser sends it."""
    levels = {f"level_{one.id}": str(level) for one in panel.round.criteria}
    comments = {f"comment_{one.id}": "" for one in panel.round.criteria}
    return {**levels, **comments, "notes": "", "edit": "", **more}


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def card_of(person) -> Scorecard | None:
    return db.session.scalars(select(Scorecard).where(Scorecard.person_id == person.id)).one_or_none()


# The pile.


def test_the_pile_says_how_far_i_am(sign_in, panel) -> None:
    second = make_proposal(round=panel.round, state="shortlisted")
    make_assignment(second, panel.judge)
    make_scorecard(second, panel.judge)
    page = sign_in(panel.judge).get(f"/judging/rounds/{panel.round.id}")
    ends = clock.london(panel.round.scoring_closes_at)
    assert f"1 of 2 submitted, scoring closes {ends:%a} {ends.day} {ends:%B}" in text_of(page)
    assert page.text.index("Score the next one") > 0


def test_the_way_from_home_leads_straight_to_the_scorecard(sign_in, panel) -> None:
    client = sign_in(panel.judge)
    assert (
        f'href="/judging/rounds/{panel.round.id}/next">Score 1 proposal for {panel.round.title}</a>'
        in client.get("/").text
    )
    assert client.get(f"/judging/rounds/{panel.round.id}/next").location == f"/judging/{panel.proposal.id}"
    make_scorecard(panel.proposal, panel.judge)
    assert client.get(f"/judging/rounds/{panel.round.id}/next").location == f"/judging/rounds/{panel.round.id}"


def test_the_word_judging_is_for_panels_alone(sign_in, panel) -> None:
    for person, shown in ((panel.judge, True), (panel.secretary, True), (panel.author, False)):
        assert ('href="/judging"' in sign_in(person).get("/").text) is shown


def test_the_chair_is_asked_at_home_to_decide(sign_in, panel) -> None:
    make_conflict(panel.proposal, panel.judge)
    assert f"Decide about 1 conflict in {panel.round.title}" in sign_in(panel.chair).get("/").text
    assert "Decide about" not in sign_in(panel.deputy).get("/").text


def test_the_secretary_is_led_from_home_to_how_far_each_judge_is(sign_in, panel) -> None:
    client = sign_in(panel.secretary)
    line = f'href="/judging/rounds/{panel.round.id}/assign">See who has still to score {panel.round.title}: 1 judge</a>'
    assert line in client.get("/").text
    assert "Submitted 0 of 1" in text_of(client.get(f"/judging/rounds/{panel.round.id}/assign"))
    make_scorecard(panel.proposal, panel.judge)
    assert "See who has still to score" not in client.get("/").text


@pytest.mark.parametrize("hidden", [True, False])
def test_a_pile_on_paper_is_read_as_on_the_screen_with_a_box_for_each_level(sign_in, app, hidden) -> None:
    panel = panel_of(authors_hidden=hidden)
    texts = {"problem": "Priya Shah walks to the other ward for it."}
    for title in ("Priya's second scanner", "A third scanner"):
        proposal = make_proposal(
            round=panel.round, state="shortlisted", authors=[panel.author], title=title, answers=texts
        )
        make_assignment(proposal, panel.judge)
    make_proposal(round=panel.round, state="shortlisted", title="In nobody's pile")
    waiting, excluded = (make_proposal(round=panel.round, state="shortlisted", title=f"Tied {n}") for n in "ab")
    for proposal in (waiting, excluded):
        make_assignment(proposal, panel.judge)
    make_conflict(waiting, panel.judge)
    make_conflict(excluded, panel.judge, type=ConflictType.FINANCIAL)
    client = sign_in(panel.judge)
    page = client.get(f"/judging/rounds/{panel.round.id}/print")
    text = text_of(page)
    assert f'href="/judging/rounds/{panel.round.id}/print"' in client.get(f"/judging/rounds/{panel.round.id}").text
    order = [row.title for row in queries.pile(panel.judge, panel.round).rows if row.standing == "to_score"]
    printed = [unescape(title) for title in re.findall(r'id="sheet-\d+">([^<]*)<', page.text)]
    assert (printed, len(printed)) == (order, 3)
    assert ("Priya" in text, "Shah" in text) == (not hidden, not hidden)
    assert ("Tied" in text, "In nobody" in text) == (False, False)
    assert page.text.count('class="pp-sheet__box">') == 3 * 6 * len(panel.round.criteria)
    assert "There is nothing in your pile to print" in text_of(
        sign_in(panel.other).get(f"/judging/rounds/{panel.round.id}/print")
    )
    assert sign_in(panel.author).get(f"/judging/rounds/{panel.round.id}/print").status_code == 404
    kept = db.session.query(AccessRecord).order_by(AccessRecord.id)
    assert [(one.person_id, one.subject_kind, one.subject_id) for one in kept] == [
        (who.id, "round", panel.round.id) for who in (panel.judge, panel.other)
    ]


# The scorecard.


def test_save_keeps_and_submit_and_next_goes_on(sign_in, panel) -> None:
    second = make_proposal(round=panel.round, state="shortlisted")
    make_assignment(second, panel.judge)
    client = sign_in(panel.judge)
    answer = client.post(f"/judging/{panel.proposal.id}", data={"edit": "", "notes": "Only notes so far"})
    assert answer.location == f"/judging/{panel.proposal.id}"
    assert (card_of(panel.judge).state, card_of(panel.judge).notes) == (ScorecardState.DRAFT, "Only notes so far")
    answer = client.post(f"/judging/{panel.proposal.id}", data=filled(panel, edit=1, then="next"))
    assert answer.location == f"/judging/{second.id}"
    assert card_of(panel.judge).state is ScorecardState.SUBMITTED
    assert f"{panel.proposal.reference} submitted: 80 of 100." in text_of(client.get(answer.location))


def test_a_total_between_two_points_is_read_half_up_wherever_it_stands(sign_in, app) -> None:
    panel = panel_of()
    first, *others, last = panel.round.criteria
    with transaction():
        for one in (first, *others):
            one.weight = 10
        last.weight = 70 - 10 * len(others)
    half = filled(panel, 3, then="submit")  # 60 of 100, and one level more on an eighth of the weight: 62.5
    half[f"level_{first.id}"] = "4"
    judge = sign_in(panel.judge)
    assert "63 of 100" in text_of(judge.get(judge.post(f"/judging/{panel.proposal.id}", data=half).location))
    assert "Total 63 of 100" in text_of(judge.get(f"/judging/{panel.proposal.id}"))


def test_submit_goes_back_to_the_pile(sign_in, panel) -> None:
    answer = sign_in(panel.judge).post(f"/judging/{panel.proposal.id}", data=filled(panel, then="submit"))
    assert answer.location == f"/judging/rounds/{panel.round.id}"


def test_what_cannot_be_submitted_comes_back_as_typed(sign_in, panel) -> None:
    first, second, *_ = panel.round.criteria
    data = filled(panel, then="submit", notes="My notes", **{f"comment_{first.id}": "Well said"})
    del data[f"level_{second.id}"]
    page = sign_in(panel.judge).post(f"/judging/{panel.proposal.id}", data=data)
    assert page.status_code == 422
    assert re.search(rf'href="#level_{second.id}"\s*>\s*Choose a level', page.text)
    assert "My notes" in page.text
    assert "Well said" in page.text
    assert len(re.findall(r'value="4" checked', page.text)) == len(panel.round.criteria) - 1
    assert card_of(panel.judge) is None


def test_a_patients_number_in_a_comment_is_stopped_where_it_stands(sign_in, panel) -> None:
    first = panel.round.criteria[0]
    data = filled(panel, **{f"comment_{first.id}": "Like 401 023 2137 last week"})
    page = sign_in(panel.judge).post(f"/judging/{panel.proposal.id}", data=data)
    assert page.status_code == 422
    assert re.search(rf'href="#comment_{first.id}"\s*>\s*Take out the number near', page.text)
    assert "Like 401 023 2137 last week" in page.text
    assert card_of(panel.judge) is None


def test_a_level_that_is_none_is_not_taken(sign_in, panel) -> None:
    for level in ("6", "-1", "cannot", "many"):
        first = panel.round.criteria[0]
        data = filled(panel, **{f"level_{first.id}": level})
        page = sign_in(panel.judge).post(f"/judging/{panel.proposal.id}", data=data)
        assert (page.status_code, card_of(panel.judge)) == (422, None)


def test_a_stale_save_shows_both_and_the_next_sending_wins(sign_in, panel) -> None:
    make_scorecard(panel.proposal, panel.judge, 2, submitted=False, notes="From the other window", edit=3)
    client = sign_in(panel.judge)
    page = client.post(f"/judging/{panel.proposal.id}", data=filled(panel, edit=2, notes="From this window"))
    assert page.status_code == 409
    assert "From the other window" in page.text
    assert "From this window" in page.text
    assert 'name="edit" value="3"' in page.text
    client.post(f"/judging/{panel.proposal.id}", data=filled(panel, edit=3, notes="From this window"))
    assert card_of(panel.judge).notes == "From this window"


def test_autosave_gives_the_edit_number_to_go_on_from(sign_in, panel) -> None:
    client = sign_in(panel.judge)
    first = client.post(f"/judging/{panel.proposal.id}/autosave", data={"edit": "", "notes": "One"}).json
    assert (first["edit"], first["problems"]) == (1, [])
    second = client.post(f"/judging/{panel.proposal.id}/autosave", data={"edit": first["edit"], "notes": "Two"}).json
    assert (second["edit"], card_of(panel.judge).notes) == (2, "Two")
    bad = client.post(f"/judging/{panel.proposal.id}/autosave", data={"edit": 2, "notes": "401 023 2137"})
    assert (bad.status_code, len(bad.json["problems"])) == (422, 1)
    assert client.post(f"/judging/{panel.proposal.id}/autosave", data={"edit": 1}).status_code == 409
    assert card_of(panel.judge).notes == "Two"


def test_an_autosave_sent_again_gets_the_first_answer(sign_in, panel) -> None:
    client = sign_in(panel.judge)
    address = f"/judging/{panel.proposal.id}"
    for key in ({}, {"form_key": form_to(client.get(address), address).filled()["form_key"]}):
        sent = (
            filled(panel, edit=card_of(panel.judge).edit if card_of(panel.judge) else "", notes=f"One {len(key)}") | key
        )
        first, again = client.post(f"{address}/autosave", data=sent), client.post(f"{address}/autosave", data=sent)
        assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
        assert card_of(panel.judge).edit == first.json["edit"]


def test_autosave_keeps_notes_that_are_too_long_to_submit_and_says_so(sign_in, panel) -> None:
    client = sign_in(panel.judge)
    address, long = f"/judging/{panel.proposal.id}", "x" * 225_000
    answer = client.post(f"{address}/autosave", data=filled(panel, edit="", notes=long))
    said = "“Notes for the panel”: use at most 20,000 characters: there are 225,000 now"
    assert (answer.status_code, answer.json["too_long"]) == (200, [said])
    assert card_of(panel.judge).notes == long
    for then in ("", "submit"):
        refused = client.post(address, data=filled(panel, edit=1, notes=long, then=then))
        assert (refused.status_code, long in refused.text) == (422, True)
        assert "Use at most 20,000 characters: there are 225,000 now" in refused.text
    assert card_of(panel.judge).state is ScorecardState.DRAFT


def test_a_submitted_card_is_read_and_reopened_until_scoring_closes(sign_in, panel, moved_clock) -> None:
    make_scorecard(panel.proposal, panel.judge, 3, comments=["Needed"])
    client = sign_in(panel.judge)
    page = client.get(f"/judging/{panel.proposal.id}")
    assert "Total 60 of 100" in text_of(page)
    assert "Needed" in page.text
    assert client.post(f"/judging/{panel.proposal.id}", data=filled(panel, edit=1)).status_code == 409
    assert client.post(f"/judging/{panel.proposal.id}/reopen").location == f"/judging/{panel.proposal.id}"
    assert card_of(panel.judge).state is ScorecardState.DRAFT
    make_scorecard(panel.proposal, panel.other)
    with moved_clock(panel.round.scoring_closes_at + timedelta(minutes=1)):
        client = sign_in(panel.judge)
        page = client.get(f"/judging/{panel.proposal.id}")
        assert "Scoring has closed: scorecards cannot be changed any more." in page.text
        data = filled(panel, edit=2, notes="Typed too late")
        late = client.post(f"/judging/{panel.proposal.id}", data=data)
        assert (late.status_code, "Typed too late" in late.text) == (409, True)
        assert sign_in(panel.other).post(f"/judging/{panel.proposal.id}/reopen").status_code == 409


def test_nobody_scores_what_is_not_in_their_pile(sign_in, panel) -> None:
    for person in (panel.other, panel.chair, panel.secretary):
        client = sign_in(person)
        assert "This proposal is not in your pile." in client.get(f"/judging/{panel.proposal.id}").text
        assert client.post(f"/judging/{panel.proposal.id}", data=filled(panel)).status_code == 403
    assert db.session.scalars(select(Scorecard)).all() == []


# Who may see anything at all.


def addresses(panel, meeting: int = 0) -> list[str]:
    about, of_round = f"/judging/{panel.proposal.id}", f"/judging/rounds/{panel.round.id}"
    return [
        about,
        f"{about}/conflict",
        f"{about}/scorecards",
        *(of_round + part for part in ("", "/next", "/conflicts", "/assign", "/ranking", "/meeting")),
    ]


def test_strangers_find_none_of_it_whatever_rights_they_have(sign_in, judged) -> None:
    other = panel_of(scoring=False)
    make_scorecard(judged.proposal, judged.judge)
    conflict = make_conflict(judged.proposal, judged.other)
    strangers = [judged.author, other.chair, make_person(rights=list(Right)), judged.proposal.responder]
    for person in strangers:
        client = sign_in(person)
        for address in [*addresses(judged), f"/judging/conflicts/{conflict.id}"]:
            page = client.get(address)
            assert (page.status_code, judged.proposal.title in page.text, address) == (404, False, address)
        for address in ("", "/reopen", "/conflict", "/autosave"):
            assert client.post(f"/judging/{judged.proposal.id}{address}").status_code == 404
        for address in ("/assign", "/meeting"):
            assert client.post(f"/judging/rounds/{judged.round.id}{address}").status_code == 404
        assert client.post(f"/judging/conflicts/{conflict.id}").status_code == 404


def test_what_is_absent_costs_what_is_forbidden_does(sign_in, statements, judged) -> None:
    conflict, meeting = (
        make_conflict(judged.proposal, judged.other),
        make_meeting(judged.round, items=[judged.proposal]),
    )
    client = sign_in(make_person())
    client.get("/judging")
    for forbidden, absent in (
        (f"/judging/{judged.proposal.id}", "/judging/999999"),
        (f"/judging/rounds/{judged.round.id}", "/judging/rounds/999999"),
        (f"/judging/conflicts/{conflict.id}", "/judging/conflicts/999999"),
        (f"/judging/meetings/{meeting.id}", "/judging/meetings/999999"),
    ):
        costs = []
        for address in (forbidden, absent):
            with statements() as sql:
                assert client.get(address).status_code == 404
            costs.append(sql)
        assert costs[0] == costs[1], forbidden


@pytest.mark.parametrize("who", ["judge", "chair", "deputy", "secretary", "author"])
@pytest.mark.parametrize("scoring", [True, False])
def test_the_excluded_find_nothing_of_the_proposal_on_any_page(sign_in, app, who, scoring) -> None:
    panel = panel_of(scoring=scoring, authors_hidden=False)
    shown = make_proposal(round=panel.round, state="shortlisted", title="Shown to all")
    hidden, person = panel.proposal, getattr(panel, who)
    if who == "author":
        with transaction():
            hidden.authors.append(Author(person=panel.other, joined_at=clock.now()))
        person = panel.other
    else:
        conflict = make_conflict(hidden, person, tie=Tie.LINE_MANAGER)
    for proposal in (shown, hidden):
        make_scorecard(proposal, panel.judge, 5, notes="What the panel noted")
        make_scorecard(proposal, panel.deputy, 5)
    theirs = make_conflict(hidden, panel.chair if who != "chair" else panel.deputy)
    meeting = make_meeting(panel.round, items=[hidden], notes="Quite another matter")
    client = sign_in(person)
    pages = ["/judging", *addresses(panel), f"/judging/meetings/{meeting.id}", f"/judging/conflicts/{theirs.id}"]
    if who != "author":  # what they wrote they still see, as its author
        pages.append("/")
    for address in pages:
        text = client.get(address, follow_redirects=True).text
        for leak in (hidden.title, hidden.reference, "Quite another matter"):
            assert leak not in text, f"{leak} on {address}"
    for address in addresses(panel)[:3]:
        assert client.get(address).status_code == 404
    for address in ("", "/reopen", "/conflict", "/autosave"):
        assert client.post(f"/judging/{hidden.id}{address}", data=filled(panel)).status_code == 404
    if who not in ("author", "judge"):
        assert conflict.handling is Handling.EXCLUDED


def test_who_waits_for_the_chair_sees_that_and_cannot_open_scores(sign_in, judged) -> None:
    make_scorecard(judged.proposal, judged.other, 5, notes="Sealed from you")
    make_conflict(judged.proposal, judged.judge)
    client = sign_in(judged.judge)
    page = client.get(f"/judging/{judged.proposal.id}")
    assert "The chair has not yet decided whether you may take part." in page.text
    assert "What proposal" not in page.text
    assert client.get(f"/judging/{judged.proposal.id}/scorecards").status_code == 409
    ranking = text_of(client.get(f"/judging/rounds/{judged.round.id}/ranking"))
    assert judged.proposal.title not in ranking


def test_scores_are_sealed_from_everybody_until_scoring_closes(sign_in, panel) -> None:
    make_assignment(panel.proposal, panel.other)
    make_scorecard(panel.proposal, panel.judge, 5, comments=["A sealed comment"], notes="A sealed note")
    for person in (panel.other, panel.chair, panel.deputy, panel.secretary):
        client = sign_in(person)
        for address in (f"/judging/{panel.proposal.id}/scorecards", f"/judging/rounds/{panel.round.id}/ranking"):
            page = client.get(address)
            assert page.status_code == 409
            assert "Scoring is still open" in page.text
        for address in addresses(panel):
            text = client.get(address, follow_redirects=True).text
            assert "A sealed comment" not in text
            assert "A sealed note" not in text
            assert "100 of 100" not in text


def test_after_scoring_the_panel_reads_the_scorecards(sign_in, judged) -> None:
    make_scorecard(judged.proposal, judged.judge, 5, comments=["A comment"], notes="A note")
    text = text_of(sign_in(judged.secretary).get(f"/judging/{judged.proposal.id}/scorecards"))
    for said in ("Jude Score", "Total 100 of 100", "A comment", "A note"):
        assert said in text


def test_no_page_names_an_author_where_the_round_hides_them(sign_in, judged) -> None:
    proposal = make_proposal(
        round=judged.round,
        state="shortlisted",
        authors=[judged.author],
        title="What Priya Shah asks",
        answers={"problem": "Shah says"},
    )
    make_assignment(proposal, judged.judge)
    make_scorecard(proposal, judged.judge)
    conflict = make_conflict(proposal, judged.other)
    make_conflict(proposal, judged.deputy, tie=Tie.AUTHOR)
    judged.proposal = proposal
    for person in (judged.judge, judged.chair, judged.secretary):
        client = sign_in(person)
        for address in [*addresses(judged), f"/judging/conflicts/{conflict.id}"]:
            text = client.get(address, follow_redirects=True).text
            assert "Priya" not in text, address
            assert "Shah" not in text, address
            assert "authors" not in text.replace("authors are never told", "") or "one of its authors" not in text


def test_authors_learn_nothing_of_who_scored_or_declared(sign_in, panel) -> None:
    """Not even an author who holds every right there is."""
    with transaction():
        from pitchpit.people.models import PersonRight

        panel.author.right_rows = [PersonRight(right=right) for right in Right]
    judge = sign_in(panel.judge)
    judge.post(f"/judging/{panel.proposal.id}", data=filled(panel, then="submit"))
    judge.post(f"/judging/{panel.proposal.id}/conflict", data={"type": "personal", "note": "We share a car"})
    events = db.session.scalars(select(Event.verb).order_by(Event.id)).all()
    assert events == ["scorecard.submitted", "conflict.declared"]
    client = sign_in(panel.author)
    for address in ("", "/history"):
        text = client.get(f"/proposals/{panel.proposal.id}{address}").text
        for leak in ("Jude", "scorecard", "conflict", "share a car"):
            assert leak not in text
    everything = {"everyone", "authors", "triage", "monitor", "admin", "ig", "self", "team"}
    assert timeline([("proposal", panel.proposal.id)], everything).rows == []
    told = timeline([("proposal", panel.proposal.id)], {"chair"}).rows
    assert [entry.sentence for entry in told] == [
        "Jude Score declared a conflict: personal",
        "Jude Score submitted a scorecard",
    ]


# Conflicts.


def test_a_conflict_is_declared_and_decided_through_the_pages(sign_in, panel) -> None:
    judge, chair = sign_in(panel.judge), sign_in(panel.chair)
    empty = judge.post(f"/judging/{panel.proposal.id}/conflict", data={"note": "We share a car"})
    assert (empty.status_code, "We share a car" in empty.text) == (422, True)
    assert "Choose what sort of conflict it is" in empty.text
    done = judge.post(f"/judging/{panel.proposal.id}/conflict", data={"type": "personal", "note": "We share a car"})
    assert done.location == f"/judging/rounds/{panel.round.id}"
    assert "Waits for the chair" in text_of(judge.get(done.location))
    conflict = db.session.scalars(select(Conflict)).one()
    register = text_of(chair.get(f"/judging/rounds/{panel.round.id}/conflicts"))
    assert "1 waits to be decided" in register
    assert "We share a car" in register
    assert "We share a car" in chair.get(f"/judging/conflicts/{conflict.id}").text
    missing = chair.post(f"/judging/conflicts/{conflict.id}", data={"handling": "may_take_part", "reason": ""})
    assert (missing.status_code, "Give the reason" in missing.text) == (422, True)
    never = chair.post(f"/judging/conflicts/{conflict.id}", data={"handling": "undecided", "reason": "No"})
    assert never.status_code == 422
    done = chair.post(f"/judging/conflicts/{conflict.id}", data={"handling": "may_take_part", "reason": "Long ago"})
    assert done.location == f"/judging/rounds/{panel.round.id}/conflicts"
    assert "May take part" in text_of(chair.get(done.location))
    assert "Your scorecard" in judge.get(f"/judging/{panel.proposal.id}").text


@pytest.mark.parametrize(
    ("hidden", "told"), [(True, "An indirect one, found by itself"), (False, "Comes from the same service")]
)
def test_a_tie_that_would_name_the_ward_is_covered_where_the_round_hides_it(sign_in, app, hidden, told) -> None:
    panel = panel_of(service_hidden=hidden)
    conflict = make_conflict(panel.proposal, panel.judge, tie=Tie.SAME_SERVICE)
    for address in (f"/judging/rounds/{panel.round.id}/conflicts", f"/judging/conflicts/{conflict.id}"):
        page = text_of(sign_in(panel.chair).get(address))
        assert (told in page, "same service" in page) == (True, not hidden)


def test_who_says_the_same_after_a_yes_is_told_that_it_stands_decided(sign_in, panel) -> None:
    judge, said = sign_in(panel.judge), {"type": "personal", "note": "We share a car"}
    address = f"/judging/{panel.proposal.id}/conflict"
    waits = f"The chair decides whether you may score {panel.proposal.reference}."
    stands = f"You have said this before, and it stands decided: you may take part in {panel.proposal.reference}."
    page = text_of(judge.get(judge.post(address, data=said).location))
    assert (waits in page, stands in page) == (True, False)
    number = db.session.scalars(select(Conflict.id)).one()
    yes = {"handling": "may_take_part", "reason": "Long ago"}
    sign_in(panel.chair).post(f"/judging/conflicts/{number}", data=yes)
    page = text_of(judge.get(judge.post(address, data=said).location))
    assert (waits in page, stands in page) == (False, True)


def test_a_financial_conflict_takes_the_proposal_away_at_once(sign_in, panel) -> None:
    judge = sign_in(panel.judge)
    done = judge.post(f"/judging/{panel.proposal.id}/conflict", data={"type": "financial", "note": ""})
    page = text_of(judge.get(done.location))
    assert "has left your pile" in page
    assert judge.get(f"/judging/{panel.proposal.id}").status_code == 404


@pytest.mark.parametrize("who", ["judge", "other"])
def test_plain_members_read_no_register(sign_in, panel, who) -> None:
    conflict = make_conflict(panel.proposal, panel.judge, note="For the chair alone")
    client = sign_in(getattr(panel, who))
    page = client.get(f"/judging/rounds/{panel.round.id}/conflicts")
    assert (page.status_code, "For the chair alone" in page.text) == (403, False)
    page = client.get(f"/judging/conflicts/{conflict.id}")
    assert (page.status_code, "For the chair alone" in page.text) == (404, False)


# Sharing out.


def test_the_work_is_shared_out_through_the_page(sign_in, panel) -> None:
    second = make_proposal(round=panel.round, state="shortlisted", title="Second")
    make_conflict(second, panel.judge, type=ConflictType.FINANCIAL)
    client = sign_in(panel.secretary)
    address = f"/judging/rounds/{panel.round.id}/assign"
    page = client.get(address)
    ticked = re.findall(r'name="p(\d+)" value="(\d+)" checked', page.text)
    assert (str(panel.proposal.id), str(panel.judge.id)) in ticked
    assert (str(second.id), str(panel.judge.id)) not in ticked
    assert f'name="p{second.id}" value="{panel.judge.id}"' not in page.text
    edit = re.search(r'name="edit" value="(\d+)"', page.text)[1]
    wanted = {f"p{second.id}": [panel.other.id, panel.chair.id], f"p{panel.proposal.id}": [panel.judge.id]}
    done = client.post(address, data={"edit": edit, **wanted})
    assert done.location == address
    assert "Shared out: 2 new assignments." in text_of(client.get(address))
    assert queries.assigned_pairs(panel.round) == {
        (second.id, panel.other.id),
        (second.id, panel.chair.id),
        (panel.proposal.id, panel.judge.id),
    }
    stale = client.post(address, data={"edit": edit})
    assert stale.status_code == 409
    assert len(queries.assigned_pairs(panel.round)) == 3


def test_an_excluded_judge_cannot_be_smuggled_in(sign_in, panel) -> None:
    make_conflict(panel.proposal, panel.other, type=ConflictType.FINANCIAL)
    client = sign_in(panel.secretary)
    data = {f"p{panel.proposal.id}": [panel.judge.id, panel.other.id]}
    assert client.post(f"/judging/rounds/{panel.round.id}/assign", data=data).status_code == 422
    assert queries.assigned_pairs(panel.round) == {(panel.proposal.id, panel.judge.id)}


@pytest.mark.parametrize("who", ["judge", "other"])
def test_plain_members_share_nothing_out(sign_in, panel, who) -> None:
    client = sign_in(getattr(panel, who))
    assert client.get(f"/judging/rounds/{panel.round.id}/assign").status_code == 403
    data = {f"p{panel.proposal.id}": [panel.other.id]}
    assert client.post(f"/judging/rounds/{panel.round.id}/assign", data=data).status_code == 403
    assert queries.assigned_pairs(panel.round) == {(panel.proposal.id, panel.judge.id)}


# The ranking.


def test_the_ranking_reads_itself_and_draws_the_pot(sign_in, app) -> None:
    panel = panel_of(scoring=False, pot_pence=5_000_00)
    dear = make_proposal(round=panel.round, state="shortlisted", title="Dear one", ask_pence=4_900_00)
    make_scorecard(panel.proposal, panel.judge, 5)
    make_scorecard(dear, panel.judge, 3)
    make_proposal(round=panel.round, state="shortlisted", title="Unread")
    page = sign_in(panel.other).get(f"/judging/rounds/{panel.round.id}/ranking")
    text = text_of(page)
    assert "2 proposals scored by 1 judge; the pot of £5,000 funds the first 1. 1 more has no scores." in text
    assert "These are raw scores" in text
    order = [text.index(words) for words in (panel.proposal.title, "The pot of £5,000 ends here", "Dear one", "Unread")]
    assert order == sorted(order)


def test_a_ranking_of_nothing_says_what_to_do(sign_in, judged) -> None:
    text = text_of(sign_in(judged.chair).get(f"/judging/rounds/{judged.round.id}/ranking"))
    assert "Nothing was scored in this round, so there is nothing to rank." in text


# The meeting.


def test_a_meeting_is_recorded_and_read(sign_in, judged) -> None:
    address = f"/judging/rounds/{judged.round.id}/meeting"
    client = sign_in(judged.secretary)
    number, today = judged.proposal.id, clock.today()
    data = {
        "held_on-day": today.day,
        "held_on-month": today.month,
        "held_on-year": today.year,
        "notes": "A good hour",
        f"discussed_{number}": "y",
        f"notes_{number}": "Much liked",
        f"vote_{number}": "3 for, 1 against",
        f"dissent_{number}": "Olu thought it dear",
        f"left_{number}": [judged.judge.id],
    }
    empty = client.post(address, data=data)
    assert (empty.status_code, "Say who was there" in empty.text, "Much liked" in empty.text) == (422, True, True)
    there = {f"there_{one.id}": "present" for one in (judged.chair, judged.deputy, judged.judge, judged.secretary)}
    done = client.post(address, data={**data, **there, f"there_{judged.other.id}": "apologies"})
    text = text_of(sign_in(judged.other).get(done.location))
    for said in (
        "A good hour",
        "Much liked",
        "Vote: 3 for, 1 against",
        "Olu thought it dear",
        "Left the room: Jude Score",
    ):
        assert said in text
    assert "Quorum: 2 present of 3 needed" in text
    tomorrow = today + timedelta(days=1)
    ahead = {"held_on-day": tomorrow.day, "held_on-month": tomorrow.month, "held_on-year": tomorrow.year}
    assert client.post(address, data={**data, **there, **ahead}).status_code == 422
    assert sign_in(judged.other).post(address, data={**data, **there}).status_code == 403
    assert db.session.query(Meeting).count() == 1


# What it costs.


@pytest.mark.parametrize(
    ("part", "who", "scoring", "most"),
    [
        ("/judging", "judge", True, 6),
        ("/judging/rounds/{round}", "judge", True, 8),
        ("/judging/rounds/{round}/print", "judge", True, 11),  # an access record among them
        ("/judging/{proposal}", "judge", True, 9),
        ("/judging/rounds/{round}/conflicts", "chair", True, 7),
        ("/judging/rounds/{round}/assign", "secretary", True, 10),
        ("/judging/rounds/{round}/ranking", "chair", False, 10),
        ("/judging/{proposal}/scorecards", "chair", False, 10),
        ("/judging/rounds/{round}/meeting", "secretary", False, 10),
        ("/judging/rounds/{round}/meeting", "judge", False, 6),
        ("/judging/meetings/{meeting}", "judge", False, 10),
    ],
)
def test_pages_cost_the_same_however_long(sign_in, statements, app, part, who, scoring, most) -> None:
    panel = panel_of(scoring=scoring)
    meeting = make_meeting(panel.round, items=[panel.proposal])
    client = sign_in(getattr(panel, who))
    address = part.format(round=panel.round.id, proposal=panel.proposal.id, meeting=meeting.id)
    costs = []
    for more in (0, 29):
        with transaction():
            for _ in range(more):
                proposal = make_proposal(round=panel.round, state="shortlisted")
                make_assignment(proposal, panel.judge)
                make_scorecard(proposal, panel.judge)
                make_conflict(proposal, panel.other)
                make_meeting_item(meeting, proposal)
        client.get(address)
        with statements() as sql:
            page = client.get(address)
        assert page.status_code == 200
        costs.append(len(sql))
    assert costs == [costs[0]] * 2
    assert costs[0] <= most
