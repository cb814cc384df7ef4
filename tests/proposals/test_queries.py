"""Who sees which ideas, and how each stands to them."""

import pytest
from sqlalchemy import text
from werkzeug.exceptions import NotFound

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.proposals import actions, queries
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Author, Proposal
from tests.factories import make_person, make_proposal, make_round, make_service
from tests.proposals.conftest import People

EVERYBODY = {"author", "coauthor", "former", "responder", "deputy", "qi", "judge", "leader", "admin", "stranger"}
AUTHORS = {"author", "coauthor"}
TRIAGERS = {"responder", "deputy", "qi"}

#: Who sees an idea in each state.
SEEN_BY = {
    ProposalState.DRAFT: AUTHORS,
    ProposalState.SUBMITTED: AUTHORS | TRIAGERS,
    ProposalState.RETURNED: AUTHORS | TRIAGERS,
    ProposalState.SHORTLISTED: AUTHORS | TRIAGERS,
    ProposalState.MERGED: AUTHORS | TRIAGERS,
    ProposalState.APPROVED: EVERYBODY,
    ProposalState.SUPPORTED: EVERYBODY,
    ProposalState.DECLINED: EVERYBODY,
    ProposalState.REDIRECTED: EVERYBODY,
    ProposalState.SHELVED: EVERYBODY,
    ProposalState.ANSWERED: EVERYBODY,
    ProposalState.WITHDRAWN: EVERYBODY,
}


def proposal_in(state: ProposalState | str, people: People, **columns: object) -> Proposal:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author, people.coauthor], state=state, **columns)
        proposal.authors.append(Author(person=people.former, joined_at=clock.now(), left_at=clock.now()))
        make_proposal(state="draft")  # somebody else's, which nobody here may see
    return proposal


def seen_by(people: People, proposal: Proposal) -> set[str]:
    """Who finds it in their list, and gets its page: always the same people."""
    listed = {who for who in EVERYBODY if db.session.scalars(queries.visible_to(people[who])).all() == [proposal]}
    shown = set()
    for who in EVERYBODY:
        try:
            assert queries.visible_or_404(people[who], proposal.id) is proposal
        except NotFound:
            continue
        shown.add(who)
    assert listed == shown
    return shown


@pytest.mark.parametrize("state", list(ProposalState))
def test_who_sees_an_idea_in_each_state(people: People, state: ProposalState) -> None:
    assert seen_by(people, proposal_in(state, people)) == SEEN_BY[state]


def test_a_concern_is_seen_by_its_authors_who_routed_it_and_its_contact_alone(people: People) -> None:
    proposal = proposal_in("redirected", people)
    with transaction():
        proposal.concern_at = clock.now()
    assert seen_by(people, proposal) == AUTHORS
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO concern (proposal_id, kind, contact_id, words, by_id, sent_at) "
                "VALUES (:proposal, 'incident', :contact, 'Told privately', :by, CURRENT_TIMESTAMP)"
            ),
            {"proposal": proposal.id, "contact": people.leader.id, "by": people.qi.id},
        )
    assert seen_by(people, proposal) == AUTHORS | {"leader", "qi"}


def test_a_deputy_sees_what_their_own_responder_answers_and_nothing_else(people: People) -> None:
    with transaction():
        other = make_person("Another Responder")
        theirs = make_proposal(round=people.round, authors=[people.author], responder=people.responder)
        make_proposal(round=people.round, authors=[people.author], responder=other)
        make_proposal(round=make_round(responder=people.responder), responder=people.responder)
    assert db.session.scalars(queries.visible_to(people.deputy)).all() == [theirs]


def test_how_each_stands_to_an_idea(people: People) -> None:
    proposal = proposal_in("submitted", people)
    with transaction():
        own = make_proposal(round=people.round, authors=[people.qi])
    assert queries.audiences(people.author, proposal) == {"everyone", "authors"}
    assert queries.audiences(people.responder, proposal) == {"everyone", "triage", "monitor"}
    assert queries.audiences(people.deputy, proposal) == {"everyone", "triage", "monitor"}
    assert queries.audiences(people.qi, proposal) == {"everyone", "triage", "monitor"}
    assert queries.audiences(people.qi, own) == {"everyone", "authors"}
    assert queries.audiences(people.admin, proposal) == {"everyone", "admin"}
    assert queries.audiences(people.stranger, proposal) == {"everyone"}


def test_mine_lists_the_newest_first_and_not_what_i_left(people: People) -> None:
    with transaction():
        older, newer = (make_proposal(round=people.round, authors=[people.author], state="draft") for _ in range(2))
        left = make_proposal(round=people.round, authors=[people.author, people.coauthor])
        left.authors[0].left_at = clock.now()
    assert list(queries.mine(people.author).rows) == [newer, older]


def test_to_finish_lists_open_drafts_and_what_came_back_in_time(people: People) -> None:
    with transaction():
        draft = make_proposal(round=people.round, authors=[people.author], state="draft")
        returned = make_proposal(round=people.round, authors=[people.author], state="returned")
        make_proposal(round=people.round, authors=[people.author], state="submitted")
        make_proposal(round=people.round, authors=[people.stranger], state="draft")
    assert queries.to_finish(people.author) == [draft, returned]
    with clock.at(people.round.closes_at):
        assert queries.to_finish(people.author) == []
    with clock.at(clock.end_of(returned.return_by_on)):
        assert queries.to_finish(people.author) == [draft, returned]


def test_resembling_ideas_say_where_when_and_what_became_of_them(people: People) -> None:
    with transaction():
        ward = make_service("Maple ward")
        common = {"round": people.round, "answers": {"problem": "Dentures are lost between wards every week"}}
        mine = make_proposal(authors=[people.author], state="draft", title="Dentures", **common)
        shelved = make_proposal(title="Denture boxes", state="shelved", service=ward, **common)
        declined = make_proposal(title="Denture labels", state="declined", service=ward, **common)
        hidden = make_proposal(title="Denture secrets", state="submitted", service=ward, **common)
        for proposal in (shelved, declined, hidden):
            actions.refresh_search(proposal)
    found = {one.title: (one.where, one.outcome) for one in queries.resembling(people.author, mine)}
    assert found == {"Denture boxes": ("Maple ward", "Shelved for now"), "Denture labels": (None, "Declined")}
