"""What happens to ideas at once when something happens below them: others answer for a round."""

from __future__ import annotations

from typing import Any

import pytest

from pitchpit.core import search
from pitchpit.core.db import db, transaction
from pitchpit.people.models import Person
from pitchpit.proposals.actions import refresh_search
from pitchpit.proposals.models import Proposal
from pitchpit.proposals.queries import search_audience
from pitchpit.schemes.actions import set_replies
from pitchpit.schemes.models import Round
from tests.factories import make_person, make_proposal
from tests.proposals.conftest import People


def answer_for(round: Round, admin: Person, responder: Person, deputy: Person | None) -> None:
    """Say who answers for the round from now on."""
    round = db.session.merge(round)
    rows: list[dict[str, Any]] = [{"service_id": None, "person": responder, "deputy": deputy}]
    with transaction():
        days, returns = round.reply_working_days, round.returns_allowed
        set_replies(
            round, actor=admin, edit=round.edit, reply_working_days=days, returns_allowed=returns, responders=rows
        )


def idea(people: People, title: str, state: str = "submitted", **columns: Any) -> Proposal:
    proposal = make_proposal(
        round=people.round, authors=[people.author], responder=people.responder, title=title, state=state, **columns
    )
    with transaction():
        refresh_search(db.session.merge(proposal))
    return proposal


def found(person: Person) -> list[str]:
    return sorted(hit.title for hit in search.find("denture", search.keys_for(person)).rows)


def test_a_new_deputy_finds_what_is_not_decided_and_the_former_one_no_more(people: People) -> None:
    for title, state in (
        ("Denture box", "submitted"),
        ("Denture mug", "shortlisted"),
        ("Denture bag", "declined"),
        ("Denture tin", "draft"),
    ):
        idea(people, title, state)
    new, everybody = make_person("Nia Newdeputy"), ["Denture bag"]
    undecided = ["Denture bag", "Denture box", "Denture mug"]
    assert [found(people.deputy), found(new)] == [undecided, everybody]
    answer_for(people.round, people.admin, people.responder, new)
    assert [found(people.deputy), found(new)] == [everybody, undecided]
    whoever = (people.author, people.responder, people.qi, people.stranger)
    assert [found(person) for person in whoever] == [undecided, undecided, undecided, everybody]


def test_a_deputy_of_somebody_else_finds_nothing(people: People) -> None:
    """Who is named answers what comes from now on; what came before stays with the responder who promised."""
    idea(people, "Denture box")
    ned, new = make_person("Ned Newresponder"), make_person("Nia Newdeputy")
    answer_for(people.round, people.admin, ned, new)
    whoever = (people.responder, people.deputy, ned, new)
    assert [found(person) for person in whoever] == [["Denture box"], [], [], []]


def test_a_round_is_readdressed_as_one_idea_is(people: People) -> None:
    """The two places that say who may find an idea say the same."""
    proposals = [idea(people, "Denture box"), idea(people, "Denture mug", "returned")]
    answer_for(people.round, people.admin, people.responder, people.judge)
    kept = db.session.execute(
        db.select(search.SearchEntry.subject_id, search.SearchAudience.key).join(search.SearchAudience)
    ).all()
    for proposal in proposals:
        mine = {key for number, key in kept if number == proposal.id}
        assert mine == search_audience(db.session.merge(proposal))


def test_what_nobody_may_find_stays_so(people: People) -> None:
    proposal = idea(people, "Denture box")
    with transaction():
        search.forget("proposal", proposal.id)
    answer_for(people.round, people.admin, people.responder, people.deputy)
    answer_for(people.round, people.admin, people.responder, people.judge)
    assert [found(person) for person in (people.deputy, people.judge, people.qi)] == [[], [], []]


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_however_many_ideas(people: People, statements: Any, count: int) -> None:
    for number in range(count):
        idea(people, f"Denture box {number}")
    with statements() as sql:
        answer_for(people.round, people.admin, people.responder, people.judge)
    assert len([one for one in sql if "search_audience" in one]) == 2
    assert len(sql) < 25, sql
