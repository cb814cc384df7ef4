"""Triage: the queue, each answer, and who reads what of it afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pitchpit.core import clock, search
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind, Refused
from pitchpit.core.words import day_in_words
from pitchpit.decisions import actions, queries, rules
from pitchpit.decisions.enums import ConcernKind, Outcome
from pitchpit.decisions.models import Decision
from pitchpit.decisions.word import Word
from pitchpit.history.models import Event
from pitchpit.notices.actions import notify
from pitchpit.notices.models import Notice
from pitchpit.panels import queries as panels
from pitchpit.panels.actions import look_for_conflicts
from pitchpit.panels.enums import Handling, Tie
from pitchpit.people.enums import Right
from pitchpit.people.models import Person
from pitchpit.proposals import rules as proposal_rules
from pitchpit.proposals.actions import move, promised_on, submit
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Advice, Proposal
from pitchpit.proposals.queries import WRITING, visible_or_404
from pitchpit.proposals.rules import is_triager
from tests.factories import make_judging_round, make_person, make_proposal, make_round, make_scorecard
from tests.pages import form_to


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


def test_the_queue_is_for_the_qi_team_and_for_those_who_owe_a_reply(sign_in) -> None:
    proposal = make_proposal(title="Only for triage")
    for person in (make_person(), make_person(rights=[Right.ADMIN]), proposal.authors[0].person):
        page = sign_in(person).get("/triage")
        assert page.status_code == 403
        assert ("Only for triage" in page.text, 'href="/triage"' in page.text) == (False, False)


def test_a_responder_and_their_deputy_find_theirs_alone(sign_in) -> None:
    round = make_round()
    mine, _another = make_proposal(round=round, title="Mine to answer"), make_proposal(title="Of another round")
    responder, deputy = round.responders[0].person, round.responders[0].deputy
    make_proposal(round=round, authors=[deputy], title="The deputy's own")
    seen = {}
    for person in (responder, deputy):
        client = sign_in(person)
        page = client.get("/triage").text
        seen[person.id] = ["Mine to answer" in page, "Of another round" in page, "The deputy&#39;s own" in page]
        assert 'href="/triage"' in client.get("/").text
    assert seen == {responder.id: [True, False, True], deputy.id: [True, False, False]}
    assert f"Answer “{mine.title}”</a>" in sign_in(responder).get("/").text
    assert f"Answer “{mine.title}”, as the deputy</a>" in sign_in(deputy).get("/").text


def test_a_responder_answers_by_the_moves_a_triager_has(sign_in) -> None:
    proposal = make_proposal()
    page = sign_in(proposal.round.responders[0].deputy).post(
        f"/triage/{proposal.id}/approved", data={"amount": "300", "rationale": "It helps"}, follow_redirects=True
    )
    assert "Approved. The authors have been told, and the project is open." in page.text
    assert proposal.state == "approved"


#: Who may do what in each state: the QI team, the responder and the deputy. Authors and strangers never; nor an author of any title.
TRIAGERS = ("qi", "responder", "deputy")
MAY = {
    rules.can_triage: {"submitted"},
    rules.can_shortlist: {"submitted"},
    rules.can_return: {"submitted"},
    rules.can_give_longer: {"returned"},
    rules.can_take_up: {"returned"},
}


@pytest.mark.parametrize("state", [state for state in ProposalState if state is not ProposalState.DRAFT])
def test_what_each_may_do_in_triage_in_each_state(app, state) -> None:
    round = make_round()
    by = {"return_by_on": clock.today() - timedelta(days=1)} if state is ProposalState.RETURNED else {}
    author = make_person(rights=[Right.QI])
    proposal = make_proposal(round=round, state=state, authors=[author], **by)
    people = {
        "qi": make_person(rights=[Right.QI]),
        "responder": round.responders[0].person,
        "deputy": round.responders[0].deputy,
        "author with the right": author,
        "admin": make_person(rights=[Right.ADMIN]),
        "stranger": make_person(),
    }
    for rule, allowed in MAY.items():
        answers = {who: rule(person, proposal).kind for who, person in people.items()}
        theirs = Kind.YES if state in allowed else Kind.NOT_NOW
        assert answers == dict.fromkeys(people, Kind.NOT_YOURS) | dict.fromkeys(TRIAGERS, theirs), rule.__name__


def test_whose_own_idea_it_would_be_to_answer_is_passed_over_for_the_deputy(app) -> None:
    responder, deputy = make_person(), make_person()
    round = make_round(responder=responder, responder_deputy=deputy)
    own = make_proposal(round=round, state="draft", authors=[responder])
    with transaction():
        submit(visible_or_404(responder, own.id, change=True, load=WRITING), edit=own.edit, actor=responder)
    assert (own.responder_id, told(deputy), told(responder)) == (
        deputy.id,
        ["proposal_to_answer"],
        ["proposal_received"],
    )
    both = make_proposal(round=round, state="draft", authors=[responder, deputy])
    with transaction():
        submit(visible_or_404(responder, both.id, change=True, load=WRITING), edit=both.edit, actor=responder)
    assert both.responder_id == responder.id  # nobody else is named: the QI team answers
    assert not is_triager(responder, both)


# What was not sent again, and what comes too late for its panel.


def lapsed(round=None, *, days: int = 1, **columns) -> Proposal:
    """Sent back, and not sent again by its day, so many days ago."""
    return make_proposal(
        round=round or make_round(), state="returned", return_by_on=clock.today() - timedelta(days=days), **columns
    )


def test_what_was_not_sent_again_waits_for_whoever_answers_it(sign_in, triager) -> None:
    round = make_round()
    late, later = lapsed(round, days=1, title="A day late"), lapsed(round, days=5, title="Five days late")
    make_proposal(round=round, state="returned", title="Still has time")
    lapsed(round, authors=[triager], title="The triager's own")
    assert [row.id for row in queries.not_sent_again(triager).rows] == [later.id, late.id]
    assert queries.triage_queue(triager).rows == []
    page = sign_in(triager).get("/triage").text
    assert "2 ideas were sent back and have not come again" in page
    assert "Say what becomes of 3 ideas that were not sent again" in sign_in(round.responders[0].person).get("/").text


def test_what_was_sent_back_stands_there_too_once_scoring_has_closed(sign_in, triager) -> None:
    round = make_judging_round(scoring=False)
    proposal = make_proposal(round=round, state="returned", title="Still has time")
    waits = make_proposal(round=round, title="Still handed in")
    assert [row.id for row in queries.not_sent_again(triager).rows] == [proposal.id]
    client = sign_in(triager)
    page = client.get("/triage/not-sent-again").text
    assert ("Its authors still have this time" in page, "too late for its panel" in page) == (True, True)
    queue = client.get("/triage").text
    assert ("Still handed in" in queue, "Scoring has closed: too late for its panel" in queue) == (True, True)
    assert client.post(f"/triage/{proposal.id}/take-up").status_code == 409
    assert client.post(f"/triage/{waits.id}/shortlist").status_code == 409
    assert waits.state == "submitted"


def boxes(day, name="by") -> dict[str, int]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def test_giving_longer_lets_the_authors_send_it_again(sign_in, triager) -> None:
    proposal = lapsed()
    author, by = proposal.authors[0].person, clock.today() + timedelta(days=7)
    assert not proposal_rules.in_time(proposal)
    assert "decides what happens next" in sign_in(author).get(f"/proposals/{proposal.id}").text
    page = sign_in(triager).post(
        f"/triage/{proposal.id}/longer", data={**boxes(by), "reason": "You were on leave"}, follow_redirects=True
    )
    assert "and have been told" in page.text
    assert (proposal.state, proposal.return_by_on, proposal.returns_used) == ("returned", by, 0)
    assert told(author) == ["proposal_longer"]
    assert verbs_on(proposal) == ["proposal.given_longer"]
    assert "You were on leave" in sign_in(author).get(f"/proposals/{proposal.id}/history").text
    assert proposal_rules.in_time(proposal)
    notice = db.session.scalar(select(Notice).where(Notice.person_id == author.id))
    assert ("leave" in notice.title + notice.body, triager.name in notice.title + notice.body) == (False, False)


def test_a_new_day_is_later_than_the_one_that_stands_and_has_a_reason(sign_in, triager) -> None:
    proposal = make_proposal(state="returned")
    client, until = sign_in(triager), proposal.return_by_on
    earlier = client.post(f"/triage/{proposal.id}/longer", data={**boxes(until), "reason": "So"})
    assert (earlier.status_code, "Choose a day after" in earlier.text) == (409, True)
    silent = client.post(f"/triage/{proposal.id}/longer", data=boxes(until + timedelta(days=3)))
    assert (silent.status_code, "Say why: its authors read it" in silent.text) == (422, True)
    assert proposal.return_by_on == until


def test_the_second_of_two_who_give_longer_is_told(sign_in, triager) -> None:
    proposal = lapsed()
    another = make_person(rights=[Right.QI])
    first, second = sign_in(triager), sign_in(another)
    page = f"/triage/{proposal.id}/longer"
    forms = [form_to(client.get(page), page) for client in (first, second)]
    days = [clock.today() + timedelta(days=number) for number in (7, 14)]
    assert first.post(page, data=forms[0].filled(**boxes(days[0]), reason="One week")).status_code == 302
    answer = second.post(page, data=forms[1].filled(**boxes(days[1]), reason="Two weeks"))
    assert answer.status_code == 409
    assert f"has given its authors until {day_in_words(days[0])} meanwhile" in answer.text
    assert "Two weeks" in answer.text
    assert proposal.return_by_on == days[0]


def test_taking_it_up_goes_on_with_what_was_handed_in(sign_in, triager) -> None:
    proposal = lapsed(due_on=clock.today() - timedelta(days=30))
    author, version = proposal.authors[0].person, proposal.current_version_id
    page = sign_in(triager).post(f"/triage/{proposal.id}/take-up", follow_redirects=True)
    assert f"{proposal.reference} goes on as it was handed in." in page.text
    assert (proposal.state, proposal.return_by_on, proposal.current_version_id) == ("submitted", None, version)
    assert (proposal.due_on, proposal.replied_at) == (promised_on(proposal.round), None)
    assert told(author) == ["proposal_taken_up"]
    assert told(proposal.responder) == ["proposal_to_answer"]
    assert verbs_on(proposal) == ["proposal.taken_up"]
    assert [row.id for row in queries.triage_queue(triager).rows] == [proposal.id]
    declined = sign_in(triager).post(f"/triage/{proposal.id}/declined", data={"rationale": "Not now"})
    assert declined.status_code == 302
    assert proposal.state == "declined"


def test_what_its_authors_may_still_send_is_not_taken_up(app, triager) -> None:
    proposal = make_proposal(state="returned", return_by_on=clock.today())
    with pytest.raises(Refused, match="Its authors have until"), transaction():
        actions.take_up(locked(triager, proposal), actor=triager)
    assert proposal.state == "returned"


@pytest.mark.parametrize("count", [1, 30])
def test_what_was_not_sent_again_costs_the_same_however_long(sign_in, statements, triager, count) -> None:
    round = make_round()
    for _ in range(count):
        lapsed(round)
    client = sign_in(triager)
    client.get("/triage/not-sent-again")
    with statements() as sql:
        page = client.get("/triage/not-sent-again")
    assert page.text.count("Send again by") - 1 == count
    assert len(sql) <= 5


@pytest.mark.attack
def test_taken_up_withdrawn_and_given_longer_at_once_happens_once(at_once, triager) -> None:
    proposal = lapsed()
    ids, by = (triager.id, proposal.id, proposal.authors[0].person_id), clock.today() + timedelta(days=7)
    stood = proposal.return_by_on

    def triaging(act) -> None:
        with transaction():
            person = db.session.get_one(Person, ids[0])
            act(queries.to_triage_or_404(person, ids[1], change=True), person)

    def taking_up() -> None:
        triaging(lambda one, person: actions.take_up(one, actor=person))

    def longer() -> None:
        triaging(lambda one, person: actions.give_longer(one, actor=person, by=by, reason="So", stood=stood))

    outcomes = at_once(*[taking_up, longer] * 4)
    db.session.rollback()  # read what the others have saved
    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert {type(outcome) for outcome in outcomes if outcome is not None} == {Refused}
    happened = "proposal.taken_up" if proposal.state == "submitted" else "proposal.given_longer"
    assert verbs_on(proposal) == [happened]


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


def test_who_advised_its_authors_is_kept_from_judging_it(sign_in, triager) -> None:
    """Another member of the panel shortlists: that alone ties nobody."""
    round = make_judging_round(members=[triager, (second := make_person(rights=[Right.QI]))])
    advised, other = make_proposal(round=round, title="Advised"), make_proposal(round=round, title="Not advised")
    with transaction():
        by = clock.today() + timedelta(days=3)
        actions.return_with_advice(locked(triager, advised), actor=triager, advice={None: "Say who"}, by=by)
    assert list(panels.conflicts_on(advised)) == []
    with transaction():
        move(
            locked(second, advised),
            ProposalState.SUBMITTED,
            actor=advised.authors[0].person,
            verb="proposal.submitted",
            detail={"due_on": clock.today()},
        )
    for one in (advised, other):
        with transaction():
            actions.shortlist(locked(second, one), actor=second)
    db.session.rollback()
    assert [(one.person_id, one.tie, one.handling) for one in panels.conflicts_on(advised)] == [
        (triager.id, Tie.ADVISED, Handling.EXCLUDED)
    ]
    assert list(panels.conflicts_on(other)) == []
    for person, found in ((triager, {other.id}), (second, {advised.id, other.id})):
        assert {one.id for one in panels.shortlisted(round, person)} == found
    assert sign_in(triager).get(f"/judging/{advised.id}").status_code == 404
    assert "Advised" in sign_in(second).get(f"/judging/{advised.id}").text


def test_who_advised_and_takes_a_seat_later_has_their_scores_withdrawn(app, triager) -> None:
    round = make_judging_round(members=[triager], scoring=False)
    idea = make_proposal(round=round, state="shortlisted")
    card = make_scorecard(idea, triager, 4)
    assert panels.counted_totals(round) == {idea.id: [(triager.id, 80.0)]}
    with transaction():
        db.session.add(
            Advice(
                proposal_id=idea.id,
                version_id=idea.current_version_id,
                by_id=triager.id,
                given_at=clock.now(),
                text="Say who",
            )
        )
    with transaction():
        look_for_conflicts(db.session.merge(round))
    db.session.rollback()
    assert panels.counted_totals(round) == {}
    assert card.withdrawn_at is not None


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
    with transaction():
        for person in (author, proposal.responder, other):
            notify("proposal_withdrawn", to=[person], about=proposal, url="/", reference=proposal.reference)
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
    assert told(author) == ["proposal_withdrawn", "concern_told"]
    assert (told(proposal.responder), told(other)) == ([], [])  # no dead link that tells them of it
    seen = {
        person.id: sign_in(person).get(f"/proposals/{proposal.id}").status_code
        for person in (author, triager, contact, other, proposal.responder, make_person())
    }
    assert list(seen.values()) == [200, 200, 200, 404, 404, 404]
    for address in ("/triage", f"/triage/{proposal.id}", "/decisions", "/search?q=hurt", "/"):
        assert "Somebody is being hurt here" not in sign_in(other).get(address).text
    assert db.session.get(Proposal, proposal.id).state == "redirected"


def test_who_is_to_see_to_a_concern_reads_whose_it_is(sign_in, triager) -> None:
    author, contact = make_person("Ada Author"), make_person()
    proposal = make_proposal(authors=[author])
    with transaction():
        one = locked(triager, proposal)
        actions.send_as_concern(
            one, actor=triager, kind=ConcernKind.SAFEGUARDING, contact=db.session.merge(contact), words="Call today"
        )
    page = sign_in(contact).get(f"/proposals/{proposal.id}").text
    assert ("Ada Author" in page, "published without names" in page) == (True, False)


def test_a_concern_says_privately_who_has_it_and_what_its_authors_are_told(sign_in, triager) -> None:
    author, contact = make_person("Ada Author"), make_person("Cleo Contact")
    proposal = make_proposal(authors=[author])
    sign_in(triager).post(
        f"/triage/{proposal.id}/concern",
        data={"kind": "safeguarding", "contact": contact.email, "words": "Ms Okoro will call you today"},
    )
    pages = {person.name: sign_in(person).get(f"/proposals/{proposal.id}").text for person in (author, contact)}
    assert {name: "Ms Okoro will call you today" in page for name, page in pages.items()} == dict.fromkeys(pages, True)
    assert {name: "Cleo Contact" in page for name, page in pages.items()} == dict.fromkeys(pages, True)
    assert {name: "It is about: safeguarding" in page for name, page in pages.items()} == {
        "Ada Author": False,
        "Cleo Contact": True,
    }
    assert f"/proposals/{proposal.id}/decision" not in pages["Ada Author"]  # there is none to read
