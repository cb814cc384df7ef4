"""What a panel does at once when something happens below it: an author joins, dates move, scoring closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.history.models import Event
from pitchpit.history.queries import verify
from pitchpit.notices.models import Notice
from pitchpit.panels import queries
from pitchpit.panels.enums import Handling, Tie
from pitchpit.people.models import Person
from pitchpit.proposals.actions import add_author
from pitchpit.proposals.queries import visible_or_404
from pitchpit.schemes.actions import close_scoring, extend, set_panel
from pitchpit.schemes.enums import PanelRole
from tests.factories import (
    make_assignment,
    make_conflict,
    make_person,
    make_proposal,
    make_round,
    make_scorecard,
    make_service,
)
from tests.panels.conftest import Panel, panel_of
from tests.panels.test_attacks import posting
from tests.panels.test_views import filled


def managed_by(person: Person) -> Person:
    """Somebody whose ward this person manages."""
    return make_person(service=make_service(manager=person))


def join(panel: Panel, person: Person) -> None:
    with transaction():
        add_author(visible_or_404(panel.author, panel.proposal.id, change=True), person, actor=panel.author)


def told(kind: str) -> list[int]:
    return list(db.session.scalars(select(Notice.person_id).where(Notice.kind == kind).order_by(Notice.person_id)))


# An author joins after the shortlist.


def test_a_tie_that_a_late_author_brings_excludes_at_once_and_takes_the_scores_along(panel) -> None:
    card = make_scorecard(panel.proposal, panel.judge, 4)
    assert queries.counted_totals(panel.round) == {panel.proposal.id: [(panel.judge.id, 80.0)]}
    join(panel, managed_by(panel.judge))
    (conflict,) = queries.conflicts_on(panel.proposal)
    assert (conflict.person_id, conflict.tie, conflict.handling) == (
        panel.judge.id,
        Tie.LINE_MANAGER,
        Handling.EXCLUDED,
    )
    assert queries.counted_totals(panel.round) == {}
    assert card.withdrawn_at is not None
    assert [line.raw for line in queries.ranking(panel.round, panel.chair).lines] == [None]
    assert queries.ranking(panel.round, panel.judge).lines == []
    assert queries.pile(panel.judge, panel.round).rows == []
    verbs = list(db.session.scalars(select(Event.verb).order_by(Event.id)))
    assert verbs == ["proposal.author_joined", "conflict.found", "scorecard.withdrawn"]


def test_a_tie_of_the_same_service_waits_for_the_chair_and_nothing_counts_meanwhile(app) -> None:
    ward = make_service()
    panel = panel_of()
    with transaction():
        panel.judge.service = ward
    make_scorecard(panel.proposal, panel.judge, 4)
    join(panel, make_person(service=ward))
    assert [(one.tie, one.handling) for one in queries.conflicts_on(panel.proposal)] == [
        (Tie.SAME_SERVICE, Handling.UNDECIDED)
    ]
    assert queries.counted_totals(panel.round) == {}
    assert told("conflict_to_handle") == [panel.chair.id]


def test_before_the_shortlist_nobody_looks(app) -> None:
    panel = panel_of()
    early = make_proposal(round=panel.round, authors=[panel.author])
    with transaction():
        found = visible_or_404(panel.author, early.id, change=True)
        add_author(found, managed_by(panel.judge), actor=panel.author)
    assert list(queries.conflicts_on(early)) == []


# Somebody takes a seat.


def seat(panel: Panel, person: Person) -> None:
    with transaction():
        round = db.session.merge(panel.round)
        members = [
            {"person": one.person, "role": one.role, "seat": one.seat, "shadow": one.shadow} for one in round.members
        ]
        members.append({"person": db.session.merge(person), "role": PanelRole.MEMBER, "seat": None, "shadow": False})
        set_panel(round, actor=make_person(rights=["admin"]), edit=round.edit, members=members)


def test_the_ties_of_whoever_takes_a_seat_stand_before_they_read_anything(app, sign_in) -> None:
    newcomer = make_person()
    author = managed_by(newcomer)
    panel = panel_of(scoring=False)
    managed = make_proposal(round=panel.round, state="shortlisted", authors=[author], title="Of their own people")
    make_scorecard(managed, panel.judge, 4)
    seat(panel, newcomer)
    assert [(one.person_id, one.tie, one.handling) for one in queries.conflicts_on(managed)] == [
        (newcomer.id, Tie.LINE_MANAGER, Handling.EXCLUDED)
    ]
    assert [line.proposal_id for line in queries.ranking(panel.round, newcomer).lines] == [panel.proposal.id]
    assert sign_in(newcomer).get(f"/judging/{managed.id}/scorecards").status_code == 404
    assert "Of their own people" in sign_in(panel.judge).get(f"/judging/{managed.id}/scorecards").text


@pytest.mark.attack
def test_an_author_joins_while_their_manager_submits(app, sign_in, at_once: Callable[..., list[Any]]) -> None:
    panel = panel_of()
    late = managed_by(panel.judge)
    judges, authors = [sign_in(panel.judge) for _ in range(4)], [sign_in(panel.author) for _ in range(4)]
    calls = [posting(client, f"/judging/{panel.proposal.id}", filled(panel, 5, then="submit")) for client in judges]
    calls += [posting(one, f"/proposals/{panel.proposal.id}/team", {"person": late.email}) for one in authors]
    results = at_once(*calls)
    db.session.rollback()
    assert [one for one in results if isinstance(one, Exception) or one == 500] == []
    assert queries.counted_totals(panel.round) == {}
    card = queries.scorecard_of(panel.judge, panel.proposal)
    assert card is None or card.withdrawn_at is not None
    assert [one.tie for one in queries.conflicts_on(panel.proposal)] == [Tie.LINE_MANAGER]
    assert verify() is None


# Dates move, scoring closes.


def scored_by_three(panel: Panel) -> None:
    """The judge has begun, the other has handed in, the deputy waits for a word, the chair is asked but for nothing here."""
    make_scorecard(panel.proposal, panel.judge, 3, submitted=False)
    for person in (panel.other, panel.deputy):
        make_assignment(panel.proposal, person)
    make_scorecard(panel.proposal, panel.other, 3)
    make_conflict(panel.proposal, panel.deputy, Handling.UNDECIDED)


def moved(panel: Panel, *, by: timedelta, actor: Person) -> None:
    with transaction():
        round = db.session.merge(panel.round)
        extend(
            round,
            actor=actor,
            edit=round.edit,
            closes_at=round.closes_at,
            scoring_closes_at=round.scoring_closes_at + by,
            reason="Half of the panel is ill",
        )


def test_judges_with_something_left_hear_that_scoring_ends_later(panel) -> None:
    scored_by_three(panel)
    moved(panel, by=timedelta(days=3), actor=panel.secretary)
    assert told("scoring_moved") == [panel.judge.id]
    notice = db.session.scalars(select(Notice)).one()
    assert notice.title.startswith(f"Scoring of {panel.round.title} now closes ")
    assert (notice.url, "ill" in notice.title + notice.body) == (f"/judging/rounds/{panel.round.id}", False)


def test_judges_with_something_left_hear_that_scoring_closed_early(panel) -> None:
    scored_by_three(panel)
    with transaction():
        close_scoring(db.session.merge(panel.round), actor=panel.chair, reason="Everything is scored")
    assert told("scoring_closed") == [panel.judge.id]
    assert db.session.scalars(select(Notice)).one().urgent


def test_who_moves_the_day_needs_no_notice_of_it(app) -> None:
    panel = panel_of()
    make_assignment(panel.proposal, panel.chair)
    moved(panel, by=timedelta(days=3), actor=panel.chair)
    assert told("scoring_moved") == [panel.judge.id]


def test_another_closing_day_for_ideas_is_no_news_to_judges(app) -> None:
    qi = make_person(rights=["qi"])
    round = make_round()
    proposal = make_proposal(round=round, state="shortlisted")
    make_assignment(proposal, round.members[0].person)
    with transaction():
        day = round.closes_at + timedelta(days=1)
        extend(
            round, actor=qi, edit=round.edit, closes_at=day, scoring_closes_at=round.scoring_closes_at, reason="Snow"
        )
    assert told("scoring_moved") == []
    assert clock.now() < round.closes_at == day
