"""Several people at once: one version for one click, references without gaps, no text lost."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Refused, Stale
from pitchpit.history.models import Event
from pitchpit.history.queries import verify
from pitchpit.proposals import actions, content, queries
from pitchpit.proposals.content import Typed
from pitchpit.proposals.models import Proposal, Version
from tests.factories import make_person, make_proposal, make_round, make_scheme

pytestmark = pytest.mark.attack

AtOnce = Callable[..., list[Any]]


def submitting(person_id: int, proposal_id: int) -> Callable[[], str]:
    def call() -> str:
        from pitchpit.people.models import Person

        with transaction():
            person = db.session.get_one(Person, person_id)
            proposal = queries.to_submit_or_404(person, proposal_id)
            actions.submit(proposal, edit=proposal.edit, actor=person)
            return proposal.reference

    return call


def test_the_same_draft_handed_in_eight_times_at_once_is_handed_in_once(app: Flask, at_once: AtOnce) -> None:
    with transaction():
        nurse = make_person()
        proposal = make_proposal(round=make_round(), authors=[nurse], state="draft")
    results = at_once(*[submitting(nurse.id, proposal.id)] * 8)
    db.session.rollback()
    references = [one for one in results if isinstance(one, str)]
    assert len(references) == 1
    assert [type(one) for one in results if not isinstance(one, str)] == [Refused] * 7
    assert db.session.scalars(select(Version.number)).all() == [1]
    assert db.session.scalars(select(Proposal.reference)).all() == references
    assert db.session.scalars(select(Event.verb)).all() == ["proposal.submitted"]
    assert verify() is None


def test_references_are_unique_and_without_gaps_among_eight_at_once_in_two_rounds(app: Flask, at_once: AtOnce) -> None:
    with transaction():
        scheme = make_scheme(letters="DD")
        rounds = [make_round(scheme=scheme), make_round(scheme=scheme)]
        nurses = [make_person() for _ in range(8)]
        drafts = [
            make_proposal(round=rounds[number % 2], authors=[nurse], state="draft")
            for number, nurse in enumerate(nurses)
        ]
    calls = [submitting(nurse.id, draft.id) for nurse, draft in zip(nurses, drafts, strict=True)]
    year = f"{rounds[0].opens_at:%y}"
    results = at_once(*calls)
    assert sorted(map(str, results)) == [f"DD{year}-{number:03}" for number in range(1, 9)]


def test_two_authors_saving_at_once_the_second_is_told(app: Flask, at_once: AtOnce) -> None:
    with transaction():
        team = [make_person(), make_person()]
        proposal = make_proposal(round=make_round(), authors=team, state="draft")

    def saving(person_id: int, title: str) -> Callable[[], str]:
        def call() -> str:
            from pitchpit.people.models import Person

            with transaction():
                person = db.session.get_one(Person, person_id)
                mine = queries.visible_or_404(person, proposal_id, change=True, load=queries.WRITING)
                actions.save(mine, Typed(title, content.typed_of(mine).answers), edit=1, actor=person)
                return title

        return call

    proposal_id = proposal.id
    results = at_once(*[saving(team[number % 2].id, f"Title {number}") for number in range(8)])
    db.session.rollback()
    kept = [one for one in results if isinstance(one, str)]
    assert len(kept) == 1
    assert [type(one) for one in results if not isinstance(one, str)] == [Stale] * 7
    again = db.session.get_one(Proposal, proposal_id)
    assert (again.title, again.edit) == (kept[0], 2)
