"""What the panel's pages show: piles, registers, rankings, each without what a tie keeps its reader from."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pitchpit.core import clock, memo
from pitchpit.core.db import db, transaction
from pitchpit.panels import queries
from pitchpit.panels.enums import ConflictType, Handling, Tie
from pitchpit.proposals.models import Author, Proposal
from tests.factories import (
    make_assignment,
    make_conflict,
    make_judging_round,
    make_person,
    make_proposal,
    make_scorecard,
)
from tests.panels.conftest import panel_of


def titles(found) -> list[str]:
    return [one.title for one in found]


# The pile.


def test_a_pile_has_an_order_of_its_own_that_stays(app) -> None:
    round = make_judging_round()
    first, second = (member.person for member in round.members[:2])
    for _ in range(12):
        proposal = make_proposal(round=round, state="shortlisted")
        make_assignment(proposal, first)
        make_assignment(proposal, second)
    mine, theirs = (titles(queries.pile(person, round).rows) for person in (first, second))
    assert sorted(mine) == sorted(theirs)
    assert mine != theirs
    assert titles(queries.pile(first, round).rows) == mine


def test_a_pile_shows_how_far_i_am_and_what_waits(panel) -> None:
    about = {}
    for standing in ("to_score", "saved", "submitted", "waiting", "excluded", "ended", "triaged", "concern"):
        state = "declined" if standing == "triaged" else "shortlisted"
        concern = {"concern_at": clock.now()} if standing == "concern" else {}
        about[standing] = proposal = make_proposal(round=panel.round, state=state, **concern)
        if standing != "triaged":
            make_assignment(proposal, panel.other, ended_at=clock.now() if standing == "ended" else None)
    make_scorecard(about["saved"], panel.other, submitted=False)
    make_scorecard(about["submitted"], panel.other)
    make_conflict(about["waiting"], panel.other)
    make_conflict(about["excluded"], panel.other, type=ConflictType.FINANCIAL)
    pile = queries.pile(panel.other, panel.round)
    assert {row.proposal_id: row.standing for row in pile.rows} == {
        about[standing].id: standing for standing in ("to_score", "saved", "submitted", "waiting")
    }
    assert (pile.submitted, pile.waiting, len(pile.to_do)) == (1, 1, 2)
    assert [one.reference for one in pile.declared] == sorted([about["waiting"].reference, about["excluded"].reference])


def test_what_was_found_about_me_is_not_told_in_my_pile(panel) -> None:
    make_conflict(panel.proposal, panel.judge, tie=Tie.LINE_MANAGER)
    pile = queries.pile(panel.judge, panel.round)
    assert (pile.rows, pile.declared) == ([], [])


def test_the_next_one_is_the_first_left_behind_this_one_and_then_from_the_top(panel) -> None:
    for _ in range(3):
        make_assignment(make_proposal(round=panel.round, state="shortlisted"), panel.judge)
    pile = queries.pile(panel.judge, panel.round)
    order = [row.proposal_id for row in pile.rows]
    assert pile.after(order[0]).proposal_id == order[1]
    assert pile.after(order[3]).proposal_id == order[0]
    make_scorecard(db.session.get(Proposal, order[2]), panel.judge)
    assert queries.pile(panel.judge, panel.round).after(order[1]).proposal_id == order[3]


def test_left_to_score_counts_what_can_be_scored_now(panel) -> None:
    assert [(round.id, number) for round, number in queries.left_to_score(panel.judge)] == [(panel.round.id, 1)]
    assert queries.left_to_score(panel.other) == []
    waiting = make_proposal(round=panel.round, state="shortlisted")
    make_assignment(waiting, panel.judge)
    make_conflict(waiting, panel.judge)
    closed = panel_of(scoring=False)
    make_assignment(closed.proposal, panel.judge)
    assert [(round.id, number) for round, number in queries.left_to_score(panel.judge)] == [(panel.round.id, 1)]
    with transaction():
        panel.proposal.authors.append(Author(person=panel.judge, joined_at=clock.now()))
    assert queries.left_to_score(panel.judge) == []


def test_who_keeps_the_papers_sees_how_many_judges_have_something_left(panel) -> None:
    second = make_proposal(round=panel.round, state="shortlisted")
    for person in (panel.judge, panel.other):
        make_assignment(second, person)

    def waited_for(person) -> list[tuple[int, int]]:
        return [(row.id, row.number) for row in queries.wanted_from(person) if row.what == "wait"]

    assert waited_for(panel.secretary) == [(panel.round.id, 2)]
    assert [waited_for(person) for person in (panel.chair, panel.judge, panel.author)] == [[], [], []]
    make_scorecard(second, panel.other)
    assert waited_for(panel.secretary) == [(panel.round.id, 1)]
    make_scorecard(second, panel.judge)
    make_scorecard(panel.proposal, panel.judge)
    assert waited_for(panel.secretary) == []


# Blinding.


@pytest.mark.parametrize("hidden", [True, False])
def test_a_judge_reads_no_author_where_the_round_hides_them(app, hidden) -> None:
    panel = panel_of(authors_hidden=hidden)
    proposal = make_proposal(
        round=panel.round,
        state="shortlisted",
        authors=[panel.author],
        title="Priya Shah's scanner",
        answers={"problem": "Priya and I walk. PRIYA SHAH is tired.", "change": "Ask priya.shah"},
    )
    make_assignment(proposal, panel.judge)
    read = queries.blinded(proposal)
    everything = repr((read, queries.pile(panel.judge, panel.round)))
    assert ("Priya" in everything, "Shah" in everything) == (not hidden, not hidden)
    assert read.authors == ([] if hidden else ["Priya Shah"])


@pytest.mark.parametrize("hidden", [True, False])
def test_a_judge_reads_no_service_where_the_round_hides_it_too(app, hidden) -> None:
    from tests.factories import make_service

    panel = panel_of(service_hidden=hidden)
    proposal = make_proposal(round=panel.round, state="shortlisted", service=make_service("Stroke Unit"))
    assert queries.blinded(proposal).service == (None if hidden else "Stroke Unit")


# The register.


def test_the_register_hides_what_would_name_an_author_and_what_excludes_its_reader(panel) -> None:
    second = make_proposal(round=panel.round, state="shortlisted", title="Second")
    make_conflict(panel.proposal, panel.other, tie=Tie.AUTHOR)
    make_conflict(panel.proposal, panel.judge)
    make_conflict(second, panel.other, tie=Tie.SAME_SERVICE)
    make_conflict(second, panel.chair, type=ConflictType.FINANCIAL)
    seen = [
        (one.title, one.conflict.person.name, one.tie) for one in queries.conflict_register(panel.round, panel.chair)
    ]
    assert seen == [(panel.proposal.title, "Jude Score", Tie.DECLARED), (panel.proposal.title, "Olu Other", None)]
    seen = [
        (one.conflict.person.name, one.decider and one.decider.person.name)
        for one in queries.conflict_register(panel.round, panel.deputy)
    ]
    assert seen == [
        ("Jude Score", "Cora Chair"),
        ("Olu Other", "Dev Deputy"),
        ("Olu Other", None),
        ("Cora Chair", None),
    ]


@pytest.mark.parametrize(
    ("about", "tied", "waits_for"),
    [
        ("judge", (), "chair"),
        ("chair", (), "deputy"),
        ("judge", ("chair",), "deputy"),
        ("judge", ("chair", "deputy"), None),
        ("chair", ("deputy",), None),
    ],
)
def test_conflicts_to_decide_are_told_to_whoever_decides(panel, about, tied, waits_for) -> None:
    make_conflict(panel.proposal, getattr(panel, about))
    for who in tied:
        make_conflict(panel.proposal, getattr(panel, who), type=ConflictType.FINANCIAL)
    asked = {
        who: [(row.id, row.number) for row in queries.wanted_from(getattr(panel, who)) if row.what == "decide"]
        for who in ("chair", "deputy", "secretary", "judge", "other")
    }
    assert asked == {who: [(panel.round.id, 1)] if who == waits_for else [] for who in asked}


# The ranking.


def test_the_ranking_by_hand(app) -> None:
    """Three proposals. Totals: A 80 and 60, B 100 and 50 and 30, C 70; D nobody scored."""
    panel = panel_of(scoring=False, pot_pence=10_000_00)
    round = panel.round
    a, b, c, _d = (make_proposal(round=round, state="shortlisted", title=t, ask_pence=4_000_00) for t in "ABCD")
    make_scorecard(a, panel.judge, 4)
    make_scorecard(a, panel.other, 3)
    make_scorecard(b, panel.judge, 5)
    make_scorecard(b, panel.other, 0)
    make_scorecard(b, panel.chair, 2)
    make_scorecard(c, panel.judge, 4)
    make_scorecard(c, panel.other, 4, submitted=False)
    make_scorecard(c, panel.deputy, 0, withdrawn_at=clock.now())
    found = queries.ranking(round, panel.chair)
    lines = [
        (one.rank, one.title, one.raw, one.spread and _rounded(one.spread), one.judges, one.within_pot)
        for one in found.lines
    ]
    assert lines == [
        (1, "C", 80.0, None, 1, True),
        (2, "A", 70.0, 14.14, 2, True),
        (3, "B", pytest.approx(140 / 3), 50.33, 3, False),
        (None, panel.proposal.title, None, None, 0, False),
        (None, "D", None, None, 0, False),
    ]
    assert (found.judges, found.fundable, found.scored, found.unscored) == (3, 2, 3, 2)
    assert [one.differs for one in found.lines] == [False, False, True, False, False]
    criterion = found.lines[2].criteria[0]
    assert (criterion.name, criterion.mean, criterion.lowest, criterion.highest) == ("Need", pytest.approx(7 / 3), 0, 5)


def _rounded(number: float) -> float:
    return round(number, 2)


def test_a_page_of_the_ranking_has_its_lines_and_counts_the_whole(judged) -> None:
    others = [make_proposal(round=judged.round, state="shortlisted") for _ in range(4)]
    for level, proposal in enumerate([judged.proposal, *others]):
        make_scorecard(proposal, judged.other, level)
    whole = queries.ranking(judged.round, judged.chair)
    page = queries.ranking(judged.round, judged.chair, start=2, size=2)
    assert [one.rank for one in whole.lines] == [1, 2, 3, 4, 5]
    assert page.lines == whole.lines[2:4]
    assert (page.start, page.length, page.scored, page.judges, page.fundable) == (2, 5, 5, 1, whole.fundable)
    beyond = queries.ranking(judged.round, judged.chair, start=99, size=2)
    assert (beyond.lines, beyond.start, beyond.length) == ([], 5, 5)


def test_what_is_remembered_of_a_ranking_is_worked_out_again_when_anything_it_depends_on_changes(
    judged, statements
) -> None:
    make_scorecard(judged.proposal, judged.judge, 4)
    card = make_scorecard(judged.proposal, judged.other, 2)

    def seen() -> tuple[float | None, bool]:
        """The raw score, and whether it was worked out anew; equal to what nobody remembers."""
        db.session.rollback()
        round = queries.round_or_404(judged.chair, judged.round.id, load=queries.FOR_RANKING)
        with statements() as sql:
            found = queries.ranking(round, judged.chair)
        with transaction():
            memo.throw_away("panels.figures", judged.round.id)
        assert queries.ranking(round, judged.chair) == found
        return found.lines[0].raw, any("INSERT INTO memo" in one for one in sql)

    assert seen() == (60.0, True)
    assert seen() == (60.0, False)
    with transaction():
        card.scores[0].level, card.edit = 5, card.edit + 1
    changed = seen()
    assert (changed[0] or 0) > 60.0
    assert changed[1]
    make_conflict(judged.proposal, judged.other)
    assert seen() == (80.0, True)
    with transaction():
        judged.proposal.authors.append(Author(person=judged.judge, joined_at=clock.now()))
    assert seen() == (None, True)


def test_equal_scores_stand_in_the_order_of_references(judged) -> None:
    second = make_proposal(round=judged.round, state="shortlisted")
    for proposal in (second, judged.proposal):
        make_scorecard(proposal, judged.judge, 3)
    lines = queries.ranking(judged.round, judged.chair).lines
    assert [(one.rank, one.proposal_id) for one in lines] == [(1, judged.proposal.id), (1, second.id)]


@pytest.mark.parametrize("handling", [Handling.EXCLUDED, Handling.UNDECIDED])
@pytest.mark.parametrize("who", ["judge", "chair", "deputy", "secretary"])
def test_no_tied_member_sees_the_line_nor_a_count_that_includes_it(judged, who, handling) -> None:
    person, second = getattr(judged, who), make_proposal(round=judged.round, state="shortlisted")
    make_scorecard(judged.proposal, judged.other, 5)
    make_scorecard(second, judged.judge, 2)
    make_conflict(judged.proposal, person, handling)
    found = queries.ranking(judged.round, person)
    assert [one.proposal_id for one in found.lines] == [second.id]
    assert (found.judges, found.scored, found.fundable) == (1, 1, 1)
    assert found.waiting == (1 if handling is Handling.UNDECIDED else 0)
    assert queries.ranking(judged.round, judged.other).scored == 2


def test_what_triage_decided_by_itself_is_not_in_the_ranking(judged) -> None:
    make_proposal(round=judged.round, state="approved")
    make_proposal(round=judged.round, state="submitted")
    decided = make_proposal(round=judged.round, state="declined")
    make_scorecard(decided, judged.judge)
    found = {one.proposal_id for one in queries.ranking(judged.round, judged.chair).lines}
    assert found == {judged.proposal.id, decided.id}


def test_scores_of_whoever_is_tied_count_nowhere_whichever_came_first(judged) -> None:
    for number, person in enumerate((judged.judge, judged.other, judged.chair), 1):
        make_scorecard(judged.proposal, person, number)
    make_conflict(judged.proposal, judged.judge, type=ConflictType.FINANCIAL)
    with transaction():
        judged.proposal.authors.append(Author(person=judged.other, joined_at=clock.now()))
    assert queries.counted_totals(judged.round) == {judged.proposal.id: [(judged.chair.id, 60.0)]}
    assert [one.person_id for one in queries.scorecards_on(judged.proposal)] == [judged.chair.id]


def test_the_scores_of_a_member_who_has_left_the_panel_still_count(judged) -> None:
    make_scorecard(judged.proposal, judged.judge, 4)
    seat = next(one for one in judged.round.members if one.person_id == judged.judge.id)
    with transaction():
        seat.left_on = clock.today()
    assert queries.counted_totals(judged.round) == {judged.proposal.id: [(judged.judge.id, 80.0)]}


def test_who_sits_on_a_panel(panel) -> None:
    def sits(person) -> bool:
        return db.session.scalar(select(queries.sits_on_a_panel(person.id)))

    assert sits(panel.secretary)
    assert not sits(panel.author)
    early = make_person()
    make_judging_round(opened=False, chair=early)
    assert not sits(early)
