"""Several people at once: an excluded member's scores never count, and nobody has two scorecards on one proposal."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from pitchpit.core.db import db, transaction
from pitchpit.history.queries import verify
from pitchpit.panels import actions, queries
from pitchpit.panels.enums import ConflictType, Handling, ScorecardState, Tie
from pitchpit.panels.models import Assignment, Score, Scorecard
from pitchpit.panels.told import Given
from pitchpit.people.models import Person
from pitchpit.proposals.models import Author
from pitchpit.schemes.actions import close_scoring
from pitchpit.schemes.queries import round_or_404
from tests.factories import make_assignment, make_conflict, make_person, make_proposal
from tests.panels.conftest import Panel, panel_of
from tests.panels.test_views import filled

pytestmark = pytest.mark.attack

AtOnce = Callable[..., list[Any]]


def posting(client: Any, address: str, data: dict[str, Any]) -> Callable[[], int]:
    return lambda: client.post(address, data=data).status_code


def excluded_while_scoring(panel: Panel, at_once: AtOnce, calls: list[Callable[[], Any]]) -> None:
    results = at_once(*calls)
    db.session.rollback()
    assert [one for one in results if isinstance(one, Exception)] == []
    assert 500 not in results
    assert queries.counted_totals(panel.round) == {}
    card = queries.scorecard_of(panel.judge, panel.proposal)
    assert card is None or card.withdrawn_at is not None or card.state is ScorecardState.DRAFT
    assert verify() is None


@pytest.mark.parametrize("times", range(3))
def test_a_financial_conflict_declared_while_the_scores_are_submitted(app, sign_in, at_once, times) -> None:
    """Four windows submit, four declare: whichever comes first, nothing counts."""
    panel = panel_of()
    clients = [sign_in(panel.judge) for _ in range(8)]
    address = f"/judging/{panel.proposal.id}"
    data = filled(panel, 5, then="submit")
    calls = [posting(client, address, data) for client in clients[:4]]
    calls += [posting(client, f"{address}/conflict", {"type": "financial", "note": ""}) for client in clients[4:]]
    excluded_while_scoring(panel, at_once, calls)
    (conflict,) = queries.conflicts_on(panel.proposal)
    assert (conflict.handling, conflict.type) == (Handling.EXCLUDED, ConflictType.FINANCIAL)


def test_the_chair_excludes_while_the_scores_are_submitted(app, sign_in, at_once) -> None:
    """The chair has said yes before, so the judge is scoring; now they think again."""
    panel = panel_of()
    conflict = make_conflict(panel.proposal, panel.judge, Handling.MAY_TAKE_PART)
    judges, chairs = [sign_in(panel.judge) for _ in range(4)], [sign_in(panel.chair) for _ in range(4)]
    data = filled(panel, 5, then="submit")
    calls = [posting(client, f"/judging/{panel.proposal.id}", data) for client in judges]
    said = {"handling": "excluded", "reason": "They share a practice"}
    calls += [posting(client, f"/judging/conflicts/{conflict.id}", said) for client in chairs]
    excluded_while_scoring(panel, at_once, calls)


def test_a_tie_is_found_while_the_scores_are_submitted(app, sign_in, at_once) -> None:
    """The judge has become an author; sharing out finds it while they hand their scores in."""
    panel = panel_of()
    clients = [sign_in(panel.judge) for _ in range(4)]
    ids = panel.round.id, panel.secretary.id, panel.proposal.id, panel.judge.id
    data = filled(panel, 5, then="submit")

    def joining() -> None:
        with transaction():
            proposal = queries.proposal_or_404(db.session.get(Person, ids[1]), ids[2], change=True)
            if not any(author.person_id == ids[3] for author in proposal.authors):
                proposal.authors.append(Author(person_id=ids[3], joined_at=proposal.begun_at))

    def sharing() -> None:
        with transaction():
            secretary = db.session.get(Person, ids[1])
            actions.assign(queries.round_or_404(secretary, ids[0], change=True), set(), actor=secretary)

    calls = [posting(client, f"/judging/{panel.proposal.id}", data) for client in clients]
    excluded_while_scoring(panel, at_once, [*calls, joining, joining, sharing, sharing])


def scoring_and_closing(panel: Panel, said: Callable[[], None], then: Callable[[], Any]) -> tuple[Any, Any]:
    """The judge hands scores in and the chair closes scoring, in one order and the other: `said` comes before the first one's commit, `then`
    before the second begins."""
    ids = panel.judge.id, panel.proposal.id, panel.round.id, panel.chair.id

    def submitting() -> str:
        judge = db.session.get(Person, ids[0])
        proposal = queries.to_score_or_404(judge, ids[1], load=[queries.RUBRIC])
        given = {one.id: Given(4) for one in proposal.round.criteria}
        card = actions.save_scorecard(proposal, given, actor=judge, notes="", edit=None)
        actions.submit_scorecard(card, actor=judge)
        return "submitted"

    def closing() -> str:
        one = db.session.get(Person, ids[3])
        close_scoring(round_or_404(one, ids[2], change=True), actor=one, reason="All are in")
        return "closed"

    def first(act: Callable[[], str]) -> Callable[[], Any]:
        def run() -> Any:
            with transaction():
                done = act()
                said()
            return done

        return run

    def second(act: Callable[[], str]) -> Callable[[], Any]:
        def run() -> Any:
            then()
            with transaction():
                return act()

        return run

    return (first(submitting), second(closing)), (first(closing), second(submitting))


def test_scoring_closes_only_once_the_card_that_is_being_handed_in_is_in(app, at_once) -> None:
    panel, begun, closed = panel_of(), threading.Event(), threading.Event()
    early: list[bool] = []

    def said() -> None:
        begun.set()
        early.append(closed.wait(1))

    (submitting, closing), _ = scoring_and_closing(panel, said, lambda: begun.wait(5))

    def closes() -> Any:
        done = closing()
        closed.set()
        return done

    assert at_once(submitting, closes) == ["submitted", "closed"]
    assert early == [False]


def test_no_card_lands_after_scoring_has_closed(app, at_once) -> None:
    panel, begun = panel_of(), threading.Event()

    def said() -> None:
        begun.set()
        time.sleep(0.5)  # the card is sent while this is not committed

    _, (closing, submitting) = scoring_and_closing(panel, said, lambda: begun.wait(5))
    closed, refused = at_once(closing, submitting)
    db.session.rollback()
    assert (closed, str(refused)) == ("closed", "Scoring has closed: scorecards cannot be changed any more.")
    assert queries.counted_totals(panel.round) == {}


def test_eight_first_saves_make_one_scorecard(app, sign_in, at_once) -> None:
    panel = panel_of()
    clients = [sign_in(panel.judge) for _ in range(8)]
    address = f"/judging/{panel.proposal.id}"
    calls = [posting(client, address, filled(panel, 4, notes=f"Window {n}")) for n, client in enumerate(clients)]
    results = at_once(*calls)
    db.session.rollback()
    assert Counter(results) == {302: 1, 409: 7}
    (card,) = db.session.scalars(select(Scorecard)).all()
    assert card.notes == f"Window {results.index(302)}"
    assert len(db.session.scalars(select(Score)).all()) == len(panel.round.criteria)


def test_the_same_click_eight_times_is_one_submission(app, sign_in, at_once) -> None:
    panel = panel_of()
    client = sign_in(panel.judge)
    page = client.get(f"/judging/{panel.proposal.id}").text
    key = page.split('name="form_key" value="')[1].split('"')[0]
    data = filled(panel, 4, then="submit", form_key=key)
    clients = [client, *(sign_in(panel.judge) for _ in range(7))]
    results = at_once(*[posting(one, f"/judging/{panel.proposal.id}", data) for one in clients])
    db.session.rollback()
    assert results == [302] * 8
    assert queries.counted_totals(panel.round) == {panel.proposal.id: [(panel.judge.id, 80.0)]}


def test_eight_judges_submit_at_once(app, sign_in, at_once) -> None:
    judges = [make_person() for _ in range(8)]
    panel = panel_of(members=judges)
    for judge in judges:
        make_assignment(panel.proposal, judge)
    clients = [sign_in(judge) for judge in judges]
    data = filled(panel, 3, then="next")
    results = at_once(*[posting(client, f"/judging/{panel.proposal.id}", data) for client in clients])
    db.session.rollback()
    assert results == [302] * 8
    totals = queries.counted_totals(panel.round)[panel.proposal.id]
    assert sorted(totals) == [(judge.id, 60.0) for judge in judges]


def test_eight_share_out_at_once_and_each_is_asked_once(app, at_once) -> None:
    panel = panel_of()
    second = make_proposal(round=panel.round, state="shortlisted")
    with transaction():
        second.authors.append(Author(person=panel.other, joined_at=second.begun_at))
    ids = panel.round.id, panel.secretary.id
    wanted = {(second.id, panel.judge.id), (second.id, panel.other.id), (panel.proposal.id, panel.judge.id)}

    def sharing() -> int:
        with transaction():
            secretary = db.session.get(Person, ids[1])
            return actions.assign(queries.round_or_404(secretary, ids[0], change=True), wanted, actor=secretary)

    assert sorted(at_once(*[sharing] * 8)) == [0] * 7 + [1]
    db.session.rollback()
    assert len(db.session.scalars(select(Assignment)).all()) == 2
    assert [one.tie for one in queries.conflicts_on(second)] == [Tie.AUTHOR]
