"""What a panel does: ties found and declared, work shared out, scores given, a meeting recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock, jobs
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Refused, Stale
from pitchpit.history.models import Event
from pitchpit.notices.models import Notice
from pitchpit.panels import actions, home, queries
from pitchpit.panels.enums import Attendance, ConflictType, Handling, ScorecardState, Tie
from pitchpit.panels.models import Assignment, Conflict, Scorecard
from pitchpit.panels.told import Given, ItemTold
from pitchpit.proposals.models import Author
from tests.factories import (
    make_assignment,
    make_conflict,
    make_judging_round,
    make_person,
    make_proposal,
    make_scorecard,
    make_service,
)


def ties(proposal) -> list[tuple[int, str, str]]:
    rows = db.session.scalars(select(Conflict).where(Conflict.proposal_id == proposal.id).order_by(Conflict.id))
    return sorted((row.person_id, row.tie.value, row.handling.value) for row in rows)


def told(person) -> list[str]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)))


def verbs_on(proposal) -> list[str]:
    about = (Event.subject_kind == "proposal") & (Event.subject_id == proposal.id)
    return list(db.session.scalars(select(Event.verb).where(about).order_by(Event.id)))


def all_at(level: int, panel) -> dict[int, Given]:
    return {criterion.id: Given(level) for criterion in panel.round.criteria}


def submit(panel, person, level: int = 4) -> Scorecard:
    with transaction():
        proposal = queries.proposal_or_404(person, panel.proposal.id, change=True)
        card = queries.scorecard_of(person, proposal)
        saved = actions.save_scorecard(
            proposal, all_at(level, panel), actor=person, notes="", edit=card.edit if card else None
        )
        actions.submit_scorecard(saved, actor=person)
        return saved


# Ties that are found.


def test_authors_their_managers_and_their_service_are_found(app) -> None:
    boss, chief = make_person("The Boss"), make_person("The Chief")
    division = make_service(manager=chief)
    ward = make_service(parent=division, manager=boss)
    elsewhere = make_service()
    author, colleague, stranger = (
        make_person(service=ward),
        make_person(service=ward),
        make_person(service=elsewhere),
    )
    round = make_judging_round(members=[author, boss, chief, colleague, stranger])
    proposal = make_proposal(round=round, state="shortlisted", authors=[author])
    with transaction():
        assert actions.detect_conflicts(proposal) == 4
    assert ties(proposal) == sorted(
        [
            (author.id, "author", "excluded"),
            (author.id, "same_service", "undecided"),
            (boss.id, "line_manager", "excluded"),
            (colleague.id, "same_service", "undecided"),
        ]
    )
    with transaction():
        assert actions.detect_conflicts(proposal) == 0


def test_the_manager_of_a_manager_is_found_where_the_author_manages_the_ward(app) -> None:
    chief = make_person()
    division = make_service(manager=chief)
    author = make_person()
    ward = make_service(parent=division, manager=author)
    with transaction():
        author.service = ward
    round = make_judging_round(members=[chief])
    proposal = make_proposal(round=round, state="shortlisted", authors=[author])
    with transaction():
        actions.detect_conflicts(proposal)
    assert ties(proposal) == [(chief.id, "line_manager", "excluded")]


def test_who_has_left_the_team_still_wrote_it(panel) -> None:
    with transaction():
        panel.proposal.authors.append(Author(person=panel.other, joined_at=clock.now(), left_at=clock.now()))
    with transaction():
        actions.detect_conflicts(panel.proposal)
    assert ties(panel.proposal) == [(panel.other.id, "author", "excluded")]


def test_the_chair_hears_once_of_all_that_was_found(panel) -> None:
    ward = make_service()
    with transaction():
        panel.judge.service = panel.other.service = panel.author.service = ward
    with transaction():
        actions.detect_conflicts(panel.proposal)
    assert told(panel.chair) == ["conflict_to_handle"]
    assert told(panel.deputy) == []
    notice = db.session.scalars(select(Notice)).one()
    assert notice.url == f"/judging/rounds/{panel.round.id}/conflicts"
    for name in ("Jude Score", "Olu Other", "Priya Shah", panel.proposal.title):
        assert name not in notice.title + notice.body


# Ties that are declared.


def declare(panel, person, type: ConflictType) -> Conflict:
    with transaction():
        proposal = queries.proposal_or_404(person, panel.proposal.id, change=True)
        return actions.declare_conflict(proposal, actor=person, type=type, note="We share a car")


def test_a_financial_tie_excludes_at_once_and_takes_the_scores_along(panel) -> None:
    card = submit(panel, panel.judge)
    assert list(queries.counted_totals(panel.round)) == [panel.proposal.id]
    declare(panel, panel.judge, ConflictType.FINANCIAL)
    db.session.refresh(card)
    assert card.withdrawn_at is not None
    assert queries.counted_totals(panel.round) == {}
    assert queries.pile(panel.judge, panel.round).rows == []
    assert told(panel.chair) == []
    assert verbs_on(panel.proposal) == ["scorecard.submitted", "conflict.declared", "scorecard.withdrawn"]


@pytest.mark.parametrize("type", [ConflictType.PROFESSIONAL, ConflictType.PERSONAL, ConflictType.INDIRECT])
def test_any_other_tie_waits_for_the_chair_and_nothing_counts_meanwhile(panel, type) -> None:
    submit(panel, panel.judge)
    declare(panel, panel.judge, type)
    assert queries.counted_totals(panel.round) == {}
    assert [row.standing for row in queries.pile(panel.judge, panel.round).rows] == ["waiting"]
    assert told(panel.chair) == ["conflict_to_handle"]
    with pytest.raises(Refused, match="has not yet decided"):
        submit(panel, panel.judge)


def test_the_chairs_own_tie_goes_to_the_deputy(panel) -> None:
    declare(panel, panel.chair, ConflictType.PERSONAL)
    assert (told(panel.chair), told(panel.deputy)) == ([], ["conflict_to_handle"])


def test_declaring_the_same_again_changes_nothing_and_a_financial_tie_excludes(panel) -> None:
    declare(panel, panel.judge, ConflictType.PERSONAL)
    declare(panel, panel.judge, ConflictType.PERSONAL)
    assert ties(panel.proposal) == [(panel.judge.id, "declared", "undecided")]
    assert verbs_on(panel.proposal) == ["conflict.declared"]
    declare(panel, panel.judge, ConflictType.FINANCIAL)
    assert ties(panel.proposal) == [(panel.judge.id, "declared", "excluded")]
    assert db.session.scalars(select(Conflict.type)).one() is ConflictType.FINANCIAL


def test_what_is_declared_anew_is_decided_about_anew(panel) -> None:
    submit(panel, panel.judge)
    conflict = declare(panel, panel.judge, ConflictType.INDIRECT)
    handle(panel, conflict, panel.chair, Handling.MAY_TAKE_PART)
    assert list(queries.counted_totals(panel.round)) == [panel.proposal.id]
    declare(panel, panel.judge, ConflictType.PERSONAL)
    db.session.refresh(conflict)
    assert (conflict.type, conflict.handling) == (ConflictType.PERSONAL, Handling.UNDECIDED)
    assert (conflict.decided_by_id, conflict.decided_at, conflict.reason) == (None, None, "")
    assert queries.counted_totals(panel.round) == {}
    assert told(panel.chair) == ["conflict_to_handle", "conflict_to_handle"]
    declare(panel, panel.judge, ConflictType.FINANCIAL)
    assert ties(panel.proposal) == [(panel.judge.id, "declared", "excluded")]


def handle(panel, conflict, actor, handling: Handling) -> None:
    with transaction():
        one = queries.conflict_or_404(actor, conflict.id, change=True)
        actions.handle_conflict(one, actor=actor, handling=handling, reason="They have not met for years")


def test_the_chairs_yes_gives_the_scores_back_and_a_no_takes_them(panel) -> None:
    submit(panel, panel.judge)
    conflict = declare(panel, panel.judge, ConflictType.PERSONAL)
    handle(panel, conflict, panel.chair, Handling.EXCLUDED)
    assert queries.counted_totals(panel.round) == {}
    handle(panel, conflict, panel.chair, Handling.MAY_TAKE_PART)
    assert queries.counted_totals(panel.round) == {panel.proposal.id: [(panel.judge.id, 80.0)]}
    assert verbs_on(panel.proposal) == [
        "scorecard.submitted",
        "conflict.declared",
        "conflict.handled",
        "scorecard.withdrawn",
        "conflict.handled",
        "scorecard.given_back",
    ]


def test_a_yes_to_one_tie_does_not_undo_another(panel) -> None:
    card = submit(panel, panel.judge)
    conflict = declare(panel, panel.judge, ConflictType.PERSONAL)
    make_conflict(panel.proposal, panel.judge, tie=Tie.LINE_MANAGER)
    handle(panel, conflict, panel.chair, Handling.MAY_TAKE_PART)
    db.session.refresh(card)
    assert queries.counted_totals(panel.round) == {}


@pytest.mark.parametrize("who", ["judge", "other", "secretary", "deputy"])
def test_nobody_else_decides(panel, who) -> None:
    conflict = make_conflict(panel.proposal, panel.judge)
    if who in ("judge", "other"):
        with pytest.raises(Exception, match="404"):
            handle(panel, conflict, getattr(panel, who), Handling.MAY_TAKE_PART)
    else:
        with pytest.raises(Refused, match="The chair decides"):
            handle(panel, conflict, getattr(panel, who), Handling.MAY_TAKE_PART)
    assert ties(panel.proposal) == [(panel.judge.id, "declared", "undecided")]


# An author on the panel.


@pytest.mark.parametrize("who", ["judge", "chair", "deputy"])
def test_an_author_never_scores_whoever_they_are_and_whenever_they_joined(panel, who) -> None:
    person = getattr(panel, who)
    if person is not panel.judge:
        make_assignment(panel.proposal, person)
    submit(panel, person)
    with transaction():
        panel.proposal.authors.append(Author(person=person, joined_at=clock.now()))
    assert queries.counted_totals(panel.round) == {}
    with pytest.raises(Exception, match="404"):
        submit(panel, person)


# Sharing out.


def pairs_of(round) -> set[tuple[int, int]]:
    return queries.assigned_pairs(round)


def test_sharing_out_asks_tells_and_ends(panel) -> None:
    second = make_proposal(round=panel.round, state="shortlisted")
    triaged = make_proposal(round=panel.round, state="submitted")
    with transaction():
        wanted = {(second.id, panel.judge.id), (second.id, panel.other.id), (triaged.id, panel.other.id)}
        new = actions.assign(panel.round, wanted | {(second.id, panel.secretary.id)}, actor=panel.secretary)
    assert new == 2
    assert pairs_of(panel.round) == {(second.id, panel.judge.id), (second.id, panel.other.id)}
    assert told(panel.judge) == told(panel.other) == ["pile_ready"]
    with transaction():
        actions.assign(panel.round, {(panel.proposal.id, panel.judge.id)}, actor=panel.chair)
    assert pairs_of(panel.round) == {(panel.proposal.id, panel.judge.id)}
    assert db.session.query(Assignment).count() == 3


def test_nobody_excluded_is_asked_and_ties_are_looked_for_first(panel) -> None:
    with transaction():
        panel.proposal.authors.append(Author(person=panel.other, joined_at=clock.now()))
    make_conflict(panel.proposal, panel.deputy, Handling.EXCLUDED)
    wanted = {(panel.proposal.id, one.id) for one in (panel.judge, panel.other, panel.deputy, panel.chair)}
    with transaction():
        actions.assign(panel.round, wanted, actor=panel.secretary)
    assert pairs_of(panel.round) == {(panel.proposal.id, panel.judge.id), (panel.proposal.id, panel.chair.id)}


def test_what_the_actor_is_excluded_from_stays_as_it_is(panel) -> None:
    make_conflict(panel.proposal, panel.chair, Handling.EXCLUDED)
    with transaction():
        actions.assign(panel.round, {(panel.proposal.id, panel.other.id)}, actor=panel.chair)
    assert pairs_of(panel.round) == {(panel.proposal.id, panel.judge.id)}


def test_the_proposed_sharing_leaves_out_ties_and_shadows(app) -> None:
    shadow = make_person()
    round = make_judging_round(shadows=[shadow])
    proposal = make_proposal(round=round, state="shortlisted", authors=[make_person()])
    judges = [member.person_id for member in round.members if member.counts]
    make_conflict(proposal, db.session.get(type(shadow), judges[0]))
    assert actions.proposed_assignment(round) == {(proposal.id, judge) for judge in judges[1:]}


def test_a_list_made_from_an_older_state_is_refused(panel) -> None:
    seen = queries.shared_out(panel.round, panel.chair)
    make_assignment(panel.proposal, panel.other)
    with pytest.raises(Stale) as refused, transaction():
        actions.assign(panel.round, set(), actor=panel.chair, edit=seen.edit)
    assert refused.value.thing.pairs == pairs_of(panel.round)


# Scoring.


def test_scores_are_kept_sealed_and_counted_once_submitted(panel) -> None:
    with transaction():
        proposal = queries.proposal_or_404(panel.judge, panel.proposal.id, change=True)
        first = panel.round.criteria[0]
        card = actions.save_scorecard(
            proposal, {first.id: Given(5, comment="Clear")}, actor=panel.judge, notes="Ask", edit=None
        )
        assert [(s.level, s.comment) for s in card.scores] == [(5, "Clear")]
        with pytest.raises(Refused, match="Still to score"):
            actions.submit_scorecard(card, actor=panel.judge)
    assert queries.counted_totals(panel.round) == {}
    submitted = submit(panel, panel.judge, 4)
    assert submitted.state is ScorecardState.SUBMITTED
    assert queries.counted_totals(panel.round) == {panel.proposal.id: [(panel.judge.id, 80.0)]}


def test_i_cannot_judge_this_counts_only_where_the_rubric_allows_it(panel) -> None:
    given = {one.id: Given(None, cannot_judge=True) for one in panel.round.criteria}
    with transaction():
        proposal = queries.proposal_or_404(panel.judge, panel.proposal.id, change=True)
        card = actions.save_scorecard(proposal, given, actor=panel.judge, notes="", edit=None)
    allowed = {one.id for one in panel.round.criteria if one.may_skip}
    assert {score.criterion_id for score in card.scores if score.cannot_judge} == allowed


def test_a_stale_save_is_refused_and_a_submitted_card_has_to_be_reopened(panel) -> None:
    with transaction():
        card = actions.save_scorecard(panel.proposal, all_at(3, panel), actor=panel.judge, notes="", edit=None)
    with pytest.raises(Stale), transaction():
        actions.save_scorecard(panel.proposal, all_at(1, panel), actor=panel.judge, notes="", edit=card.edit + 1)
    with pytest.raises(Stale), transaction():
        actions.save_scorecard(panel.proposal, all_at(1, panel), actor=panel.judge, notes="", edit=None)
    submit(panel, panel.judge)
    with pytest.raises(Refused, match="Reopen it"), transaction():
        actions.save_scorecard(panel.proposal, all_at(1, panel), actor=panel.judge, notes="", edit=card.edit)
    with transaction():
        actions.reopen_scorecard(card, actor=panel.judge)
    assert queries.counted_totals(panel.round) == {}
    submit(panel, panel.judge, 2)
    assert queries.counted_totals(panel.round) == {panel.proposal.id: [(panel.judge.id, 40.0)]}
    assert verbs_on(panel.proposal) == ["scorecard.submitted", "scorecard.reopened", "scorecard.submitted"]


def test_a_shadows_scores_never_count(app) -> None:
    shadow = make_person()
    round = make_judging_round(scoring=False, shadows=[shadow])
    proposal = make_proposal(round=round, state="shortlisted")
    judge = next(member.person for member in round.members if member.counts)
    make_scorecard(proposal, shadow, 0)
    make_scorecard(proposal, judge, 5)
    assert queries.counted_totals(round) == {proposal.id: [(judge.id, 100.0)]}


# The meeting.


def test_minutes_keep_who_was_there_who_left_and_what_was_said(judged) -> None:
    panel = judged
    hidden = make_proposal(round=panel.round, state="shortlisted")
    make_conflict(hidden, panel.secretary, Handling.EXCLUDED)
    make_conflict(panel.proposal, panel.judge, Handling.EXCLUDED)
    there = [panel.chair, panel.deputy, panel.judge, panel.other, panel.secretary]
    with transaction():
        meeting = actions.record_meeting(
            panel.round,
            actor=panel.secretary,
            held_on=clock.today(),
            attendance={one.id: Attendance.PRESENT for one in there[:3]}
            | {panel.other.id: Attendance.APOLOGIES, 10_000_000: Attendance.PRESENT},
            items=[
                ItemTold(hidden.id, notes="Not for the secretary to write"),
                ItemTold(
                    panel.proposal.id, "Liked", "3 for", "One thought it small", [panel.deputy.id, panel.other.id]
                ),
            ],
            notes="",
        )
    minutes = queries.minutes_or_404(panel.secretary, meeting.id)
    assert minutes.present == ["Cora Chair", "Dev Deputy", "Jude Score"]
    assert minutes.apologies == ["Olu Other"]
    (item,) = minutes.items
    assert (item.item.notes, item.item.vote, item.item.dissent) == ("Liked", "3 for", "One thought it small")
    assert (item.left, item.excluded, item.present) == (["Dev Deputy"], ["Jude Score"], 1)
    assert queries.minutes_or_404(panel.judge, meeting.id).items == []


# The reminder.


def work(app) -> None:
    """What the worker does in a minute, in a context of its own."""
    with app.app_context():
        home.tick()
        db.session.rollback()
        jobs.work_once()


def test_a_judge_is_reminded_once_before_scoring_closes(app) -> None:
    round = make_judging_round(scoring_closes_at=clock.now() + timedelta(days=2))
    busy, done, tied = (member.person for member in round.members[:2] + round.members[3:4])
    for person in (busy, done, tied):
        proposal = make_proposal(round=round, state="shortlisted")
        make_assignment(proposal, person)
        if person is done:
            make_scorecard(proposal, done)
        if person is tied:
            make_conflict(proposal, tied)
    later = make_judging_round(chair=busy)
    make_assignment(make_proposal(round=later, state="shortlisted"), busy)
    for _ in range(3):
        work(app)
    assert told(busy) == ["pile_reminder"]
    assert told(done) == told(tied) == []
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.title, notice.url) == (
        f"1 proposal left to score in {round.title}",
        f"/judging/rounds/{round.id}/next",
    )


def test_who_has_finished_meanwhile_is_not_reminded(app) -> None:
    round = make_judging_round(scoring_closes_at=clock.now() + timedelta(days=2))
    judge = round.members[0].person
    proposal = make_proposal(round=round, state="shortlisted")
    make_assignment(proposal, judge)
    home.tick()
    make_scorecard(proposal, judge)
    work(app)
    assert told(judge) == []


def test_a_scorecard_stays_one_a_member(app) -> None:
    from sqlalchemy.exc import IntegrityError

    round = make_judging_round()
    proposal, judge = make_proposal(round=round, state="shortlisted"), round.members[0].person
    make_scorecard(proposal, judge)
    with pytest.raises(IntegrityError):
        make_scorecard(proposal, judge)
