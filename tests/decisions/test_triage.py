"""Triage: the queue, each answer, and who reads what of it afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock, search
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Refused
from pitchpit.decisions import actions, queries
from pitchpit.decisions.enums import ConcernKind, Outcome
from pitchpit.decisions.models import Decision
from pitchpit.decisions.word import Word
from pitchpit.history.models import Event
from pitchpit.notices.models import Notice
from pitchpit.people.enums import Right
from pitchpit.proposals.models import Proposal
from tests.factories import make_person, make_proposal, make_round


@pytest.fixture
def triager(app):
    return make_person(rights=[Right.QI])


def told(person) -> list[str]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.person_id == person.id).order_by(Notice.id)))


def verbs_on(proposal) -> list[str]:
    return list(
        db.session.scalars(
            select(Event.verb)
            .where(Event.subject_kind == "proposal", Event.subject_id == proposal.id)
            .order_by(Event.id)
        )
    )


def locked(person, proposal):
    return queries.to_triage_or_404(person, proposal.id, change=True, with_round=True)


# The queue.


def test_the_queue_shows_the_next_promise_first_and_leaves_out_own_ideas_and_concerns(triager) -> None:
    round = make_round()
    later = make_proposal(round=round, due_on=clock.today() + timedelta(days=3))
    sooner = make_proposal(round=round, due_on=clock.today() + timedelta(days=1))
    make_proposal(round=round, authors=[triager])
    make_proposal(round=round, state="shortlisted")
    make_proposal(round=round, concern_at=clock.now())
    assert [row.id for row in queries.triage_queue(triager).rows] == [sooner.id, later.id]


def test_the_queue_is_for_the_qi_team_alone(sign_in) -> None:
    proposal = make_proposal(title="Only for triage")
    for person in (make_person(), make_person(rights=[Right.ADMIN]), proposal.responder, proposal.authors[0].person):
        page = sign_in(person).get("/triage")
        assert page.status_code == 403
        assert "Only for triage" not in page.text


@pytest.mark.parametrize("count", [1, 30])
def test_the_queue_costs_the_same_however_long(sign_in, statements, triager, count) -> None:
    round = make_round()
    for _ in range(count):
        make_proposal(round=round)
    client = sign_in(triager)
    client.get("/triage")
    with statements() as sql:
        page = client.get("/triage")
    assert page.text.count("Answer by") - 1 == count + 1 - 1
    assert len(sql) <= 5


# Answers.


def test_shortlisting_moves_it_and_tells_its_authors(sign_in, triager) -> None:
    proposal = make_proposal(ask_pence=4_000_00)
    author = proposal.authors[0].person
    page = sign_in(triager).post(f"/triage/{proposal.id}/shortlist", follow_redirects=True)
    assert f"{proposal.reference} is before the panel" in page.text
    assert proposal.state == "shortlisted"
    assert proposal.replied_at is not None
    assert told(author) == ["proposal_shortlisted"]
    assert verbs_on(proposal)[0] == "proposal.shortlisted"


def test_returning_needs_advice_and_a_day_to_come(sign_in, triager) -> None:
    proposal = make_proposal()
    client = sign_in(triager)
    yesterday = clock.today() - timedelta(days=1)
    page = client.post(
        f"/triage/{proposal.id}/return",
        data={"overall": "", "by-day": yesterday.day, "by-month": yesterday.month, "by-year": yesterday.year},
    )
    assert page.status_code == 422
    assert "Give advice on at least one answer, or on the whole" in page.text
    assert "Choose a day that is still to come" in page.text
    assert proposal.state == "submitted"


def test_returning_keeps_the_advice_beside_its_answer(sign_in, triager) -> None:
    proposal = make_proposal()
    question = proposal.round.questions[1]
    by = clock.today() + timedelta(days=10)
    page = sign_in(triager).post(
        f"/triage/{proposal.id}/return",
        data={f"on_{question.id}": "Say which shifts", "by-day": by.day, "by-month": by.month, "by-year": by.year},
        follow_redirects=True,
    )
    assert "is back with its authors, with your advice" in page.text
    assert (proposal.state, proposal.return_by_on, proposal.returns_used) == ("returned", by, 1)
    read = sign_in(proposal.authors[0].person).get(f"/proposals/{proposal.id}/edit").text
    assert "Say which shifts" in read
    assert told(proposal.authors[0].person) == ["proposal_returned"]


def test_a_round_allows_only_so_many_returns(app, triager) -> None:
    proposal = make_proposal(returns_used=1)
    with pytest.raises(Refused, match="as often as the round allows"), transaction():
        actions.return_with_advice(
            locked(triager, proposal), actor=triager, advice={None: "Again"}, by=clock.today() + timedelta(days=3)
        )
    assert proposal.state == "submitted"


def test_declining_is_published_without_names(sign_in, triager) -> None:
    author = make_person(name="Zebedee Quill")
    proposal = make_proposal(authors=[author], title="Paper crowns for everybody")
    page = sign_in(triager).post(
        f"/triage/{proposal.id}/declined", data={"rationale": "We have tried it twice"}, follow_redirects=True
    )
    assert "Declined. The authors have been told why." in page.text
    stranger = sign_in(make_person())
    for address in (f"/proposals/{proposal.id}", f"/proposals/{proposal.id}/decision", "/decisions"):
        read = stranger.get(address).text
        assert "Paper crowns for everybody" in read
        assert "Zebedee Quill" not in read
    assert "We have tried it twice" in stranger.get(f"/proposals/{proposal.id}/decision").text


def test_a_reason_is_asked_for_and_what_was_typed_is_kept(sign_in, triager) -> None:
    proposal = make_proposal()
    page = sign_in(triager).post(f"/triage/{proposal.id}/shelved", data={"until": "A second scanner", "rationale": " "})
    assert page.status_code == 422
    assert "Say why: the authors wait for the reason" in page.text
    assert "A second scanner" in page.text
    assert db.session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize(
    ("ask_pence", "amount", "said"),
    [
        (300_00, 300_01, "The ask is £300"),
        (4_000_00, 100_00, "An ask of £4,000 goes to the panel."),
        (300_00, 0, "An approval needs an amount"),
    ],
)
def test_triage_approves_small_asks_alone_and_never_more_than_the_ask(app, triager, ask_pence, amount, said) -> None:
    proposal = make_proposal(ask_pence=ask_pence)
    with pytest.raises(Refused, match=said), transaction():
        actions.answer(locked(triager, proposal), Word(Outcome.APPROVED, "Good", amount), actor=triager)
    assert proposal.state == "submitted"


def test_nobody_answers_their_own_idea(sign_in) -> None:
    author = make_person(rights=[Right.QI])
    proposal = make_proposal(authors=[author])
    page = sign_in(author).post(f"/triage/{proposal.id}/shortlist")
    assert page.status_code == 403
    assert "Somebody else answers your own idea" in page.text
    assert proposal.state == "submitted"


def test_an_answer_given_twice_is_refused_the_second_time(sign_in, triager) -> None:
    proposal = make_proposal()
    client = sign_in(triager)
    client.post(f"/triage/{proposal.id}/declined", data={"rationale": "No"})
    page = client.post(f"/triage/{proposal.id}/supported", data={"rationale": "Yes"})
    assert page.status_code == 409
    assert "Yes" in page.text  # what was typed is still there
    assert proposal.state == "declined"


# Concerns.


def test_a_concern_is_gone_for_everybody_else_at_once(sign_in, triager) -> None:
    author, contact, other = make_person(), make_person(), make_person(rights=[Right.QI])
    proposal = make_proposal(authors=[author], title="Somebody is being hurt here")
    with transaction():
        db.session.refresh(proposal)
        search.index(
            "proposal", proposal.id, title=proposal.title, body="", outcome="submitted", audience=["right:qi"], url="/"
        )
    page = sign_in(triager).post(
        f"/triage/{proposal.id}/concern",
        data={
            "kind": ConcernKind.SAFEGUARDING.value,
            "contact": contact.email,
            "words": "Ms Okoro will call you today",
        },
        follow_redirects=True,
    )
    assert "It has been passed on." in page.text
    assert told(contact) == ["concern_sent"]
    assert told(author) == ["concern_told"]
    seen = {
        person.id: sign_in(person).get(f"/proposals/{proposal.id}").status_code
        for person in (author, triager, contact, other, proposal.responder, make_person())
    }
    assert list(seen.values()) == [200, 200, 200, 404, 404, 404]
    for address in ("/triage", f"/triage/{proposal.id}", "/decisions", "/search?q=hurt", "/"):
        assert "Somebody is being hurt here" not in sign_in(other).get(address).text
    assert db.session.get(Proposal, proposal.id).state == "redirected"
