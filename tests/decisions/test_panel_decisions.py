"""Holding, ratifying and releasing: within the pot, with a quorum, unseen until all of it is out."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind, Refused, Stale
from pitchpit.decisions import actions, queries, rules
from pitchpit.decisions.actions import answer as triage
from pitchpit.decisions.enums import Outcome, RatifierAnswer
from pitchpit.decisions.models import Decision
from pitchpit.decisions.word import Word
from pitchpit.history.models import Event
from pitchpit.notices.models import Notice
from pitchpit.panels import queries as panels
from pitchpit.panels.enums import Attendance, ConflictType, Handling, Tie
from pitchpit.panels.models import Conflict, ItemAbsence, Meeting, MeetingAttendance, MeetingItem
from pitchpit.people.enums import Right
from pitchpit.people.models import Person
from pitchpit.projects.models import Project
from pitchpit.proposals.actions import withdraw
from pitchpit.proposals.queries import visible_or_404
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import Round
from tests.factories import (
    make_assignment,
    make_conflict,
    make_person,
    make_proposal,
    make_round,
    make_scorecard,
    person_in,
)
from tests.pages import form_to, words


def meet(round, proposals, present) -> Meeting:
    """A meeting where these people discussed these proposals, written past the actions."""
    with transaction():
        meeting = Meeting(
            round_id=round.id,
            held_on=clock.today(),
            notes="",
            recorded_by_id=present[0].id,
            recorded_at=clock.now(),
            attendances=[MeetingAttendance(person_id=person.id, attendance=Attendance.PRESENT) for person in present],
            items=[
                MeetingItem(proposal_id=proposal.id, position=number) for number, proposal in enumerate(proposals, 1)
            ],
        )
        db.session.add(meeting)
    return meeting


@pytest.fixture
def den(app):
    """A round whose scoring closed yesterday, with three shortlisted ideas of £300, £4,000 and £15,000 and a meeting about all of them."""
    now = clock.now()
    round = make_round(
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=20),
        scoring_closes_at=now - timedelta(days=1),
        pot_pence=18_000_00,
    )
    chair, deputy = person_in(round, PanelRole.CHAIR), person_in(round, PanelRole.DEPUTY)
    small, middle, large = (
        make_proposal(round=round, state="shortlisted", ask_pence=ask, title=title)
        for ask, title in ((300_00, "Mouth care kits"), (4_000_00, "Quiet bays"), (15_000_00, "A falls team"))
    )
    meet(round, [small, middle, large], [chair, deputy, person_in(round, PanelRole.MEMBER)])
    return SimpleNamespace(
        round=round,
        chair=chair,
        deputy=deputy,
        secretary=person_in(round, PanelRole.SECRETARY),
        small=small,
        middle=middle,
        large=large,
    )


def hold(proposal, word, actor) -> Decision:
    with transaction():
        queries.lock_round_of(proposal.id)
        found = panels.proposal_or_404(actor, proposal.id, change=True)
        return actions.hold(found, word, actor=actor)


def yes(pence) -> Word:
    return Word(Outcome.APPROVED, "It helps many", pence)


NO = Word(Outcome.DECLINED, "Not this year")


# Holding.


def test_a_held_decision_moves_nothing_and_shows_to_nobody_outside_the_panel(sign_in, den) -> None:
    hold(den.middle, Word(Outcome.APPROVED, "Because of the quiet", 4_000_00), den.chair)
    assert den.middle.state == "shortlisted"
    author, qi, stranger = (
        den.middle.authors[0].person,
        make_person(rights=[Right.QI]),
        make_person(rights=[Right.ADMIN]),
    )
    for person in (author, qi, stranger, den.middle.responder):
        for address in (
            "/",
            "/decisions",
            "/projects",
            f"/proposals/{den.middle.id}",
            f"/proposals/{den.middle.id}/history",
            f"/proposals/{den.middle.id}/decision",
            f"/judging/rounds/{den.round.id}/decisions",
            "/search?q=quiet",
        ):
            assert "Because of the quiet" not in sign_in(person).get(address).text
            assert "held" not in sign_in(person).get(address).text
    assert "Quiet bays" in sign_in(den.secretary).get(f"/judging/rounds/{den.round.id}/decisions").text
    assert db.session.scalar(select(func.count()).select_from(Notice).where(Notice.person_id == author.id)) == 0


def test_the_panel_reads_titles_covered_and_nothing_before_scoring_has_closed(sign_in, den) -> None:
    named = make_proposal(
        round=den.round, state="shortlisted", authors=[make_person("Priya Quill")], title="Quill's quiet corner"
    )
    chair = sign_in(den.chair)
    for address in (
        f"/judging/rounds/{den.round.id}/decisions",
        f"/judging/{named.id}/decision",
        f"/judging/rounds/{den.round.id}/release",
    ):
        page = chair.get(address).text
        assert ("[name hidden]&#39;s quiet corner" in page, "Quill" in page) == (True, False)
    with transaction():
        db.session.merge(den.round).scoring_closes_at = clock.now() + timedelta(days=1)
    early = sign_in(person_in(den.round, PanelRole.MEMBER)).get(f"/judging/rounds/{den.round.id}/decisions")
    assert (early.status_code, "quiet corner" in early.text, "Scoring is still open" in early.text) == (
        409,
        False,
        True,
    )


def test_nothing_is_said_of_ratifying_what_is_not_decided_yet(sign_in, den) -> None:
    hold(den.small, yes(300_00), den.chair)
    page = sign_in(den.chair).get(f"/judging/rounds/{den.round.id}/decisions").text
    rows = page.split("<tr")[2:]
    assert [(("To decide" in row), row.count("Not needed")) for row in rows] == [(False, 1), (True, 0), (True, 0)]


def test_only_the_chair_holds(den) -> None:
    for person in (den.deputy, den.secretary, person_in(den.round, PanelRole.MEMBER)):
        with pytest.raises(Refused, match="chair"):
            hold(den.small, NO, person)
    assert db.session.scalars(select(Decision)).all() == []


def test_the_deputy_holds_what_excludes_the_chair(sign_in, den) -> None:
    with transaction():
        db.session.add(
            Conflict(
                proposal_id=den.small.id,
                person_id=den.chair.id,
                tie=Tie.DECLARED,
                type=ConflictType.FINANCIAL,
                note="",
                noted_at=clock.now(),
                handling=Handling.EXCLUDED,
                decided_at=clock.now(),
                reason="",
            )
        )
    meet(
        den.round,
        [den.small],
        [den.chair, den.deputy, *[m.person for m in den.round.members if m.role is PanelRole.MEMBER]],
    )
    assert sign_in(den.chair).get(f"/judging/{den.small.id}/decision").status_code == 404
    assert hold(den.small, yes(300_00), den.deputy).outcome == "approved"
    seen = sign_in(den.chair).get(f"/judging/rounds/{den.round.id}/decisions").text
    assert ("Mouth care kits" in seen, "Quiet bays" in seen) == (False, True)


@pytest.mark.parametrize(("pence", "said"), [(0, "needs an amount"), (4_000_01, "The ask is £4,000")])
def test_an_award_fits_the_ask(den, pence, said) -> None:
    with pytest.raises(Refused, match=said):
        hold(den.middle, yes(pence), den.chair)


def test_held_awards_never_exceed_the_pot(den) -> None:
    hold(den.large, yes(15_000_00), den.chair)
    with pytest.raises(Refused, match="Only £3,000 is left in the pot"):
        hold(den.middle, yes(4_000_00), den.chair)
    hold(den.large, yes(14_000_00), den.chair)  # replaced by a smaller one
    hold(den.middle, yes(4_000_00), den.chair)
    assert queries.awarded_pence(den.round) == 18_000_00


def test_a_quorum_is_counted_for_each_idea_of_those_present_and_not_excluded(den) -> None:
    member = person_in(den.round, PanelRole.MEMBER)
    with transaction():
        db.session.add(
            Conflict(
                proposal_id=den.small.id,
                person_id=member.id,
                tie=Tie.AUTHOR,
                type=ConflictType.PROFESSIONAL,
                note="",
                noted_at=clock.now(),
                handling=Handling.EXCLUDED,
                decided_at=clock.now(),
                reason="",
            )
        )
    with pytest.raises(Refused, match="needs 3 members present for this idea; the minutes show 2"):
        hold(den.small, NO, den.chair)
    assert hold(den.middle, NO, den.chair).outcome == "declined"


def test_nothing_is_held_while_scoring_is_open(app) -> None:
    round = make_round()
    proposal = make_proposal(round=round, state="shortlisted")
    with pytest.raises(Refused, match="Scoring is still open"):
        hold(proposal, NO, person_in(round, PanelRole.CHAIR))


def test_whose_tie_waits_for_a_word_does_not_decide_and_the_deputy_does(den) -> None:
    make_conflict(den.small, den.chair, Handling.UNDECIDED)
    with pytest.raises(Refused, match="waits for a word"):
        hold(den.small, yes(300_00), den.chair)
    assert hold(den.small, yes(300_00), den.deputy).by_id == den.deputy.id


def test_the_deputy_holds_where_nobody_is_chair(den) -> None:
    with transaction():
        next(member for member in den.round.members if member.person_id == den.chair.id).left_on = clock.today()
    meet(
        den.round,
        [den.small],
        [den.deputy, *[member.person for member in den.round.members if member.role is PanelRole.MEMBER]],
    )
    assert hold(den.small, yes(300_00), den.deputy).by_id == den.deputy.id


def test_a_triager_learns_that_the_pot_does_not_reach_and_no_more(app, den) -> None:
    hold(den.large, yes(15_000_00), den.chair)
    hold(den.middle, yes(2_800_00), den.chair)
    triager, idea = make_person(rights=[Right.QI]), make_proposal(round=den.round, ask_pence=300_00)
    with transaction():
        found = queries.to_triage_or_404(triager, idea.id, change=True, with_round=True)
        with pytest.raises(Refused) as refused:
            triage(found, yes(300_00), actor=triager)
    assert (refused.value.reason, refused.value.answer.kind) == (rules.MORE_THAN_IS_LEFT, Kind.NOT_NOW)
    assert "£" not in refused.value.reason


@pytest.mark.parametrize("handling", [Handling.EXCLUDED, Handling.UNDECIDED])
def test_a_chair_who_is_kept_from_one_is_not_told_what_it_leaves(sign_in, den, handling) -> None:
    hold(den.large, yes(14_567_00), den.chair)
    page = f"/judging/{den.middle.id}/decision"
    client = sign_in(den.chair)
    assert "By what you can see, £3,433 is left in the pot." in client.get(page).text
    make_conflict(den.large, den.chair, handling)
    shown = client.get(page).text
    assert ("By what you can see, £18,000 is left in the pot." in shown, "3,433" in shown) == (True, False)
    with pytest.raises(Refused) as refused:
        hold(den.middle, yes(4_000_00), den.chair)
    assert refused.value.reason == rules.MORE_THAN_IS_LEFT
    hold(den.middle, yes(3_433_00), den.chair)


@pytest.mark.parametrize("handling", [Handling.EXCLUDED, Handling.UNDECIDED])
def test_whom_a_tie_keeps_away_cannot_work_out_the_award_from_the_sum(sign_in, den, handling) -> None:
    member = person_in(den.round, PanelRole.MEMBER)
    hold(den.large, yes(14_567_00), den.chair)
    hold(den.small, yes(300_00), den.chair)
    seen = f"/judging/rounds/{den.round.id}/decisions"
    assert "comes to £14,867 of the pot of £18,000" in sign_in(member).get(seen).text
    make_conflict(den.large, member, handling)
    page = sign_in(member).get(seen).text
    assert ("comes to £300 of the pot of £18,000" in page, "14,567" in page) == (True, False)
    assert "comes to £14,867 of the pot of £18,000" in sign_in(den.secretary).get(seen).text


def test_what_is_held_on_a_withdrawn_idea_gives_its_money_back_and_waits_for_nobody(den) -> None:
    hold(den.large, yes(15_000_00), den.chair)
    ratifier = den.round.tiers[-1].ratifier
    assert [decision.proposal_id for decision in queries.to_ratify(ratifier)] == [den.large.id]
    author = den.large.authors[0].person
    with transaction():
        withdraw(visible_or_404(author, den.large.id, change=True), actor=author)
    assert queries.awarded_pence(den.round) == 0
    assert list(queries.to_ratify(ratifier)) == []
    with pytest.raises(Refused, match="does not stand any more"):
        ratify(den)
    hold(den.middle, yes(4_000_00), den.chair)
    hold(den.small, NO, den.chair)
    assert len(release(den)) == 2


def edit_of(page: str) -> str:
    """The number of the decision that the form was filled from."""
    return re.findall(r'name="edit"[^>]*value="(\d+)"', page)[0]


def test_two_who_decide_at_once_do_not_overwrite_each_other(sign_in, den) -> None:
    page, chair = f"/judging/{den.middle.id}/decision", sign_in(den.chair)
    edit = edit_of(chair.get(page).text)
    approved = {"edit": edit, "outcome": "approved", "rationale": "Quiet helps", "amount": "4000"}
    declined = {"edit": edit, "outcome": "declined", "rationale": "Too loud a plan"}
    assert chair.post(page, data=approved).status_code == 302
    answer = chair.post(page, data=declined)
    assert (answer.status_code, "Quiet helps" in answer.text, "Too loud a plan" in answer.text) == (409, True, True)
    assert queries.current_decision(den.middle).rationale == "Quiet helps"
    assert chair.post(page, data={**declined, "edit": edit_of(answer.text)}).status_code == 302
    db.session.rollback()  # read what the browser has saved
    assert queries.current_decision(den.middle).rationale == "Too loud a plan"


@pytest.mark.parametrize("count", [1, 30])
def test_the_panels_page_costs_the_same_however_long(sign_in, statements, den, count) -> None:
    ideas = [make_proposal(round=den.round, state="shortlisted", ask_pence=100_00) for _ in range(count)]
    meet(den.round, ideas, [den.chair, den.deputy, person_in(den.round, PanelRole.MEMBER)])
    for idea in ideas:
        hold(idea, yes(100_00), den.chair)
    browser = sign_in(den.chair)
    with statements() as said:
        browser.get(f"/judging/rounds/{den.round.id}/decisions")
    assert len(said) <= 14


# What the ranking goes through.


def test_the_ranking_goes_through_the_money_that_triage_has_left(sign_in, den) -> None:
    """£18,000 in the pot: without the £300 that triage gives, it covers the £15,000 but not the £3,000 after it."""
    judge = person_in(den.round, PanelRole.MEMBER)
    third = make_proposal(round=den.round, state="shortlisted", ask_pence=3_000_00, title="Name boards")
    for level, proposal in enumerate((third, den.large), 3):
        make_scorecard(proposal, judge, level)

    def seen() -> tuple[int, int, int]:
        round = panels.round_or_404(judge, den.round.id, load=panels.FOR_RANKING)
        found = panels.ranking(round, judge)
        return found.pot_pence, found.left_pence, found.fundable

    def page() -> str:
        return words(sign_in(judge).get(f"/judging/rounds/{den.round.id}/ranking"))

    assert seen() == (18_000_00, 18_000_00, 2)
    assert "the pot of £18,000 funds all of them" in page()
    hold(den.middle, yes(4_000_00), den.chair)  # held: it is what is ranked
    with transaction():
        triager, early = make_person(rights=[Right.QI]), make_proposal(round=den.round, ask_pence=300_00)
        triage(visible_or_404(triager, early.id, change=True), yes(300_00), actor=triager)
        elsewhere = make_proposal(ask_pence=300_00)
        triage(visible_or_404(triager, elsewhere.id, change=True), yes(300_00), actor=triager)
    assert seen() == (18_000_00, 17_700_00, 1)
    told = page()
    assert "2 proposals scored by 1 judge; £17,700 of the pot of £18,000 is left and funds the first 1." in told
    order = [told.index(one) for one in ("A falls team", "What is left of the pot, £17,700, ends here", "Name boards")]
    assert order == sorted(order)


# Ratifying and releasing.


def release(den) -> list[Decision]:
    with transaction():
        round = panels.round_or_404(den.chair, den.round.id, change=True)
        return actions.release(round, actor=den.chair)


def ratify(den, answer=RatifierAnswer.YES) -> None:
    ratifier = den.round.tiers[-1].ratifier
    with transaction():
        decision = queries.to_ratify_or_404(ratifier, queries.current_decision(den.large).id, change=True)
        actions.ratify(
            decision, actor=ratifier, answer=answer, on=clock.today(), minute_reference="FC 12/26", reason="Too dear"
        )


def told_of_ratification() -> list[int]:
    asked = select(Notice.person_id).where(Notice.kind == "decision_ratified").order_by(Notice.id)
    return list(db.session.scalars(asked))


def test_a_ratifiers_word_goes_to_whoever_leads_on_that_idea(den) -> None:
    hold(den.large, yes(15_000_00), den.chair)
    ratify(den, RatifierAnswer.BACK)
    assert told_of_ratification() == [den.chair.id]
    make_conflict(den.large, den.chair, Handling.EXCLUDED)
    ratify(den)
    assert told_of_ratification() == [den.chair.id, den.deputy.id]


def test_a_round_to_decide_is_the_chairs_and_the_deputys_where_the_chair_is_kept_away(den) -> None:
    def decides(person) -> list[tuple[int, bool]]:
        waiting = queries.waits_for(person, answers=False, decides=True)
        return [(row.id, row.what == "release") for row in waiting]

    assert (decides(den.chair), decides(den.deputy), decides(den.secretary)) == ([(den.round.id, True)], [], [])
    tie = make_conflict(den.small, den.chair, Handling.UNDECIDED)
    assert (decides(den.chair), decides(den.deputy)) == ([(den.round.id, True)], [(den.round.id, False)])
    also = make_conflict(den.small, den.deputy, Handling.EXCLUDED)
    assert decides(den.deputy) == []
    with transaction():
        db.session.delete(also)
    hold(den.small, yes(300_00), den.deputy)
    assert decides(den.deputy) == []
    with transaction():
        db.session.delete(tie)
        den.chair.left_on = clock.today()
    assert decides(den.deputy) == [(den.round.id, True)]
    with transaction():
        den.chair.left_on = None
        next(member for member in den.round.members if member.person_id == den.chair.id).left_on = clock.today()
    assert (decides(den.chair), decides(den.deputy)) == ([], [(den.round.id, True)])


def test_the_deputy_reads_at_home_what_the_chair_may_not_decide(sign_in, den) -> None:
    make_conflict(den.small, den.chair, Handling.EXCLUDED)
    assert f"Decide and release {den.round.title}" in sign_in(den.chair).get("/").text
    assert f"Decide in the chair’s place in {den.round.title}" in sign_in(den.deputy).get("/").text


def test_the_deputy_holds_where_the_chair_has_left_the_trust(den) -> None:
    with transaction():
        den.chair.left_on = clock.today()
    assert hold(den.small, yes(300_00), den.deputy).by_id == den.deputy.id


def test_a_round_waits_for_every_decision_and_every_ratification(den) -> None:
    hold(den.small, yes(300_00), den.chair)
    hold(den.middle, NO, den.chair)
    with pytest.raises(Refused, match="Not every shortlisted idea has its decision"):
        release(den)
    hold(den.large, yes(15_000_00), den.chair)
    with pytest.raises(Refused, match="still waits for its ratification"):
        release(den)
    ratify(den, RatifierAnswer.BACK)
    assert list(queries.to_ratify(den.round.tiers[-1].ratifier)) == []  # it waits for the chair now
    with pytest.raises(Refused, match="still waits for its ratification"):
        release(den)
    ratify(den)
    assert len(release(den)) == 3


def test_release_moves_opens_and_tells_in_one_go(sign_in, den) -> None:
    hold(den.small, yes(200_00), den.chair)
    hold(
        den.middle,
        Word(Outcome.DECLINED, "Not this year", feedback={den.round.criteria[0].id: "Say how many beds"}),
        den.chair,
    )
    hold(den.large, yes(15_000_00), den.chair)
    ratify(den)
    release(den)
    assert [den.small.state, den.middle.state, den.large.state] == ["approved", "declined", "approved"]
    projects = db.session.scalars(select(Project).order_by(Project.award_pence)).all()
    assert [(project.title, project.award_pence, project.monitoring) for project in projects] == [
        ("Mouth care kits", 200_00, "light"),
        ("A falls team", 15_000_00, "close"),
    ]
    told = db.session.execute(
        select(Notice.person_id, Notice.kind).where(Notice.kind == "decision_released").order_by(Notice.id)
    ).all()
    assert [row.person_id for row in told] == [
        proposal.authors[0].person_id for proposal in (den.small, den.middle, den.large)
    ]
    author, stranger = sign_in(den.middle.authors[0].person), sign_in(make_person())
    assert "Say how many beds" in author.get(f"/proposals/{den.middle.id}/decision").text
    page = stranger.get(f"/proposals/{den.middle.id}/decision").text
    assert ("Not this year" in page, "Say how many beds" in page) == (True, False)
    assert "£18,000 in the pot" in page
    events = db.session.scalars(
        select(Event.verb).where(Event.verb.in_(["decision.released", "project.opened", "round.released"]))
    ).all()
    assert sorted(events) == ["decision.released"] * 3 + ["project.opened"] * 2 + ["round.released"]


def test_how_it_was_decided_counts_who_was_in_the_room_for_it(sign_in, den) -> None:
    meeting = meet(den.round, [den.small, den.middle, den.large], [one.person for one in den.round.members])
    goes = next(one.person for one in den.round.members if one.counts and one.person_id != den.chair.id)
    with transaction():
        item = next(one for one in db.session.merge(meeting).items if one.proposal_id == den.small.id)
        item.absences.append(ItemAbsence(person_id=goes.id))
    counting = sum(one.counts for one in den.round.members)
    for proposal in (den.small, den.middle, den.large):
        hold(proposal, NO, den.chair)
    release(den)
    db.session.expire_all()
    how = {decision.proposal_id: decision.how for decision in db.session.scalars(select(Decision))}
    assert {number: one["present"] for number, one in how.items()} == {
        den.small.id: counting - 1,
        den.middle.id: counting,
        den.large.id: counting,
    }
    page = sign_in(make_person()).get(f"/proposals/{den.small.id}/decision").text
    assert f"with {counting - 1} members present for it" in page


def test_a_round_is_released_once(den) -> None:
    for proposal in (den.small, den.middle, den.large):
        hold(proposal, NO, den.chair)
    release(den)
    with pytest.raises(Refused, match="decisions of this round are out"):
        release(den)


def test_the_database_itself_keeps_a_released_decision(den) -> None:
    for proposal in (den.small, den.middle, den.large):
        hold(proposal, NO, den.chair)
    release(den)
    for statement in ("UPDATE decision SET rationale = 'Another'", "DELETE FROM decision"):
        with pytest.raises(Exception, match="never changed"), transaction():  # each database has its own class
            db.session.connection().exec_driver_sql(statement)
    assert set(db.session.scalars(select(Decision.rationale))) == {"Not this year"}


def ready_to_release(den) -> None:
    for proposal in (den.small, den.middle, den.large):
        hold(proposal, NO, den.chair)


def test_what_goes_out_is_what_was_checked(sign_in, den) -> None:
    ready_to_release(den)
    chair, address = sign_in(den.chair), f"/judging/rounds/{den.round.id}/release"
    form = form_to(chair.get(address), address)
    hold(den.middle, Word(Outcome.SUPPORTED, "Go on without money"), den.chair)
    answer = chair.post(address, data=form.filled())
    said = words(answer)
    assert (answer.status_code, said.count("Changed meanwhile")) == (409, 1)
    assert "“Quiet bays”: Supported, without money. Changed meanwhile" in said
    assert den.middle.state == "shortlisted"
    assert chair.post(address, data=form_to(answer, address).filled()).status_code == 302
    assert [den.small.state, den.middle.state] == ["declined", "supported"]


def test_an_idea_withdrawn_while_it_was_checked_is_told_of(sign_in, den) -> None:
    ready_to_release(den)
    chair, address = sign_in(den.chair), f"/judging/rounds/{den.round.id}/release"
    form, author = form_to(chair.get(address), address), den.small.authors[0].person
    with transaction():
        withdraw(visible_or_404(author, den.small.id, change=True), actor=author)
    answer = chair.post(address, data=form.filled())
    assert (answer.status_code, "1 idea is no longer on the shortlist" in words(answer)) == (409, True)
    assert den.middle.state == "shortlisted"


def test_a_release_that_says_nothing_of_what_it_saw_is_shown_what_there_is(sign_in, den) -> None:
    ready_to_release(den)
    answer = sign_in(den.chair).post(f"/judging/rounds/{den.round.id}/release", data={"seen": "12.x y.3 "})
    assert (answer.status_code, words(answer).count("Changed meanwhile")) == (409, 3)
    assert den.small.state == "shortlisted"


def test_a_change_to_what_a_tie_keeps_the_chair_from_is_not_theirs_to_learn_of(sign_in, den) -> None:
    ready_to_release(den)
    make_conflict(den.small, den.chair, Handling.EXCLUDED)
    chair, address = sign_in(den.chair), f"/judging/rounds/{den.round.id}/release"
    form = form_to(chair.get(address), address)
    meet(den.round, [den.small], [den.deputy, *[m.person for m in den.round.members if m.role is PanelRole.MEMBER]])
    hold(den.small, Word(Outcome.SUPPORTED, "Go on"), den.deputy)
    assert chair.post(address, data=form.filled()).status_code == 302
    assert den.small.state == "supported"


# Several at once.


@pytest.mark.attack
def test_holding_again_while_the_round_is_released_lets_out_what_was_checked_or_nothing(at_once, den) -> None:
    ready_to_release(den)
    make_assignment(den.middle, den.deputy)
    chair_id, round_id, middle_id = den.chair.id, den.round.id, den.middle.id
    seen = queries.edits_of(queries.held_in(den.round, den.chair))

    def releasing() -> str:
        with transaction():
            chair = db.session.get_one(Person, chair_id)
            actions.release(panels.round_or_404(chair, round_id, change=True), actor=chair, seen=seen)
            return "released"

    def holding() -> str:
        with transaction():
            chair = db.session.get_one(Person, chair_id)
            queries.lock_round_of(middle_id)
            found = panels.proposal_or_404(chair, middle_id, change=True)
            actions.hold(found, Word(Outcome.SUPPORTED, "Go on"), actor=chair, edit=seen[middle_id])
            return "held"

    outcomes = at_once(*[releasing, holding] * 4)
    db.session.rollback()  # read what the others have saved
    done = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert done in (["released"], ["held"])
    assert {type(outcome) for outcome in outcomes if not isinstance(outcome, str)} <= {Refused, Stale}
    assert den.middle.state == ("declined" if done == ["released"] else "shortlisted")


@pytest.mark.attack
def test_eight_holds_at_once_stay_within_the_pot(at_once, den) -> None:
    ideas = [make_proposal(round=den.round, state="shortlisted", ask_pence=4_000_00) for _ in range(8)]
    meet(den.round, ideas, [den.chair, den.deputy, person_in(den.round, PanelRole.MEMBER)])
    chair_id, ids = den.chair.id, [idea.id for idea in ideas]

    def held(proposal_id):
        def call() -> None:
            with transaction():
                chair = db.session.get_one(Person, chair_id)
                queries.lock_round_of(proposal_id)
                actions.hold(panels.proposal_or_404(chair, proposal_id, change=True), yes(4_000_00), actor=chair)

        return call

    outcomes = at_once(*(held(number) for number in ids))
    db.session.rollback()  # read what the others have saved
    assert sum(outcome is None for outcome in outcomes) == 4
    assert {str(outcome) for outcome in outcomes if outcome is not None} == {"Only £2,000 is left in the pot."}
    assert queries.awarded_pence(den.round) == 16_000_00


@pytest.mark.attack
def test_eight_releases_at_once_release_once(at_once, den) -> None:
    for proposal in (den.small, den.middle, den.large):
        hold(proposal, Word(Outcome.SUPPORTED, "Go on"), den.chair)
    chair_id, round_id = den.chair.id, den.round.id

    def call() -> int:
        with transaction():
            chair = db.session.get_one(Person, chair_id)
            return len(actions.release(panels.round_or_404(chair, round_id, change=True), actor=chair))

    outcomes = at_once(*[call] * 8)
    db.session.rollback()  # read what the others have saved
    assert [outcome for outcome in outcomes if outcome == 3] == [3]
    assert {str(outcome) for outcome in outcomes if outcome != 3} == {"The decisions of this round are out."}
    assert db.session.scalar(select(func.count()).select_from(Project)) == 3
    assert db.session.get(Round, round_id).released_at is not None
