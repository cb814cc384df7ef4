"""What people do with ideas, and what follows from it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from pitchpit.core import clock, search
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Kind, Refused, Stale
from pitchpit.history.queries import timeline
from pitchpit.notices.models import Notice
from pitchpit.proposals import actions, content, queries
from pitchpit.proposals.content import Cost, Typed
from pitchpit.proposals.enums import CostKind, ProposalState
from pitchpit.proposals.models import Answer, Author, CostLine, Proposal, Version
from tests.factories import make_person, make_proposal, make_round, make_scheme
from tests.proposals.conftest import People


def begun(people: People) -> Proposal:
    with transaction():
        return actions.begin(people.round, actor=people.author)


def text_for(proposal: Proposal, title: str = "Mouth care kits", words: str = "Plain words", **rest: object) -> Typed:
    answers = {question.id: f"{words} {question.position}" for question in proposal.round.questions}
    return Typed(title=title, answers=answers, **({"costs": (Cost("Kits", 300_00),)} | rest))


def saved(proposal: Proposal, typed: Typed, edit: int | None = None, who: object = None) -> None:
    author = who or proposal.authors[0].person
    with transaction():
        fresh = queries.visible_or_404(author, proposal.id, change=True, load=queries.WRITING)
        actions.save(fresh, typed, edit=fresh.edit if edit is None else edit, actor=author)


def submitted(proposal: Proposal, who: object = None, edit: int | None = None) -> Version:
    author = who or proposal.authors[0].person
    with transaction():
        fresh = queries.to_submit_or_404(author, proposal.id)
        return actions.submit(fresh, actor=author, edit=fresh.edit if edit is None else edit)


def handed_in(people: People) -> Proposal:
    proposal = begun(people)
    saved(proposal, text_for(proposal))
    submitted(proposal)
    return proposal


def told(person: object) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Notice.kind, Notice.title).where(Notice.person_id == person.id).order_by(Notice.id)
    )
    return [tuple(row) for row in rows]


def story(proposal: Proposal, *audiences: str) -> list[str]:
    return [entry.sentence for entry in timeline([("proposal", proposal.id)], audiences).rows]


# Writing.


def test_begin_opens_a_draft_of_the_authors_service(people: People) -> None:
    proposal = begun(people)
    assert (proposal.state, proposal.service, proposal.reference, proposal.edit) == (
        ProposalState.DRAFT,
        people.author.service,
        None,
        1,
    )
    assert [author.person for author in proposal.authors] == [people.author]
    assert story(proposal, "authors") == ["Anna Author began this idea"]
    assert story(proposal, "triage") == []


def test_begin_again_in_the_same_round_is_fine(people: People) -> None:
    assert begun(people).id != begun(people).id


def test_begin_is_refused_where_the_round_is_closed(people: People) -> None:
    with clock.at(people.round.closes_at), pytest.raises(Refused), transaction():
        actions.begin(people.round, actor=people.author)
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 0


def test_save_keeps_an_unfinished_text_as_typed(people: People) -> None:
    proposal = begun(people)
    first, *_ = people.round.questions
    typed = Typed(
        title="",
        answers={first.id: "Half a thought"},
        costs=(Cost("", 12_50), Cost("Training", 0, CostKind.PAY, recurring=True, vat_included=False)),
        hours=12,
        pays_after="The ward",
    )
    saved(proposal, typed)
    assert content.typed_of(proposal) == typed
    assert proposal.edit == 2


def test_save_replaces_what_was_there(people: People) -> None:
    proposal = begun(people)
    saved(proposal, text_for(proposal))
    shorter = Typed(title="Kits", answers={people.round.questions[0].id: "Less"})
    saved(proposal, shorter)
    assert content.typed_of(proposal) == shorter
    assert db.session.scalar(select(func.count()).select_from(CostLine)) == 0


def test_save_leaves_out_answers_to_other_rounds_questions(people: People) -> None:
    with transaction():
        elsewhere = make_round()
    proposal = begun(people)
    saved(proposal, Typed(title="Kits", answers={elsewhere.questions[0].id: "Not asked here"}))
    assert db.session.scalars(select(Answer)).all() == []


def test_a_stale_save_is_refused_and_the_saved_text_stays(people: People) -> None:
    proposal = begun(people)
    saved(proposal, text_for(proposal, "First"), edit=1)
    with pytest.raises(Stale):
        saved(proposal, text_for(proposal, "Second"), edit=1)
    assert (proposal.title, proposal.edit) == ("First", 2)


def test_the_same_text_again_is_no_conflict(people: People) -> None:
    proposal = begun(people)
    saved(proposal, text_for(proposal), edit=1)
    saved(proposal, text_for(proposal), edit=1)
    assert proposal.edit == 2


def test_an_nhs_number_is_refused_on_write(people: People) -> None:
    proposal = begun(people)
    with pytest.raises(StatementError, match="NHS number"):
        saved(proposal, text_for(proposal, words="Mrs Example, 450 557 7104, fell"))
    assert proposal.title == ""


# Handing in.


def test_submit_freezes_a_version_and_starts_the_promise(people: People) -> None:
    with clock.at(datetime(2026, 12, 2, 10, 0, tzinfo=UTC)):
        with transaction():
            people.round.reply_working_days = 5
        proposal = begun(people)
        saved(proposal, text_for(proposal, hours=4, pays_after="The ward"))
        version = submitted(proposal)
    assert (proposal.state, proposal.submitted_at) == (ProposalState.SUBMITTED, version.made_at)
    assert proposal.reference == f"{people.round.scheme.letters}{people.round.opens_at:%y}-001"
    assert (proposal.responder, proposal.due_on, proposal.replied_at) == (people.responder, date(2026, 12, 9), None)
    assert proposal.current_version is version
    assert (version.number, version.title, version.ask_pence, version.tier) == (
        1,
        "Mouth care kits",
        300_00,
        people.round.tiers[0],
    )
    assert version.content == {
        "answers": [
            {
                "question_id": question.id,
                "always": question.always.value,
                "label": question.label,
                "text": f"Plain words {question.position}",
            }
            for question in people.round.questions
        ],
        "costs": [
            {"what": "Kits", "kind": "non_pay", "recurring": False, "vat_included": True, "amount_pence": 300_00}
        ],
        "hours": 4,
        "pays_after": "The ward",
        "theme": None,
        "service": "Stroke ward",
    }


def test_a_promise_counts_from_the_next_working_day_after_five_and_skips_closed_days(
    app: Flask, people: People
) -> None:
    with transaction():
        people.round.reply_working_days = 2
    app.config["CLOSED_DAYS"] = frozenset({date(2026, 12, 4)})
    try:
        with clock.at(datetime(2026, 12, 2, 17, 0, tzinfo=UTC)):
            proposal = handed_in(people)
    finally:
        app.config["CLOSED_DAYS"] = frozenset()
    assert proposal.due_on == date(2026, 12, 8)


def test_submit_tells_the_authors_and_the_responder_without_names_or_text(people: People) -> None:
    proposal = begun(people)
    with transaction():
        proposal.authors.append(Author(person=people.coauthor, joined_at=clock.now()))
    saved(proposal, text_for(proposal))
    submitted(proposal, people.author)
    received = ("proposal_received", f"Your idea {proposal.reference} is handed in")
    due = proposal.due_on
    assert told(people.author) == told(people.coauthor) == [received]
    assert [kind for kind, _ in told(people.responder)] == ["proposal_to_answer"]
    assert told(people.responder)[0][1].startswith(f"Idea {proposal.reference} is yours to answer by ")
    assert str(due.day) in told(people.responder)[0][1]
    assert told(people.deputy) == told(people.qi) == told(people.stranger) == []


def test_history_names_who_handed_it_in_only_to_those_who_may_know(people: People) -> None:
    proposal = handed_in(people)
    due = f"{proposal.due_on.day} {proposal.due_on:%B %Y}"
    assert story(proposal, "authors")[0] == f"Anna Author handed it in; an answer is promised by {due}"
    assert story(proposal, "triage") == [f"Anna Author handed it in; an answer is promised by {due}"]
    assert story(proposal) == [f"It was handed in; an answer is promised by {due}"]


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"title": "  "}, "Give your idea a name"),
        ({"costs": (Cost("", 5_00),)}, "Say what the £5 is for"),
        ({"costs": (Cost("Kits", 0),)}, "Say how much “Kits” costs"),
        ({"costs": (Cost("Kits", 2_000_00),)}, None),
        ({"costs": (Cost("Kits", 2_000_01),)}, "Say who pays when the award ends"),
        ({"costs": (Cost("Kits", 5_00, recurring=True),)}, "Say who pays when the award ends"),
        (
            {"costs": (Cost("A wing", 25_000_01),), "pays_after": "X"},
            "Ask for at most £25,000: your costs come to £25,000.01",
        ),
        ({"costs": ()}, None),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_handed_in(people: People, change: dict, missing: str | None) -> None:
    proposal = begun(people)
    saved(proposal, text_for(proposal, **({"title": "Kits"} | change)))
    assert [one.words for one in content.missing(proposal)] == ([missing] if missing else [])
    if missing is None:
        assert submitted(proposal).number == 1
        return
    with pytest.raises(Refused) as refused:
        submitted(proposal)
    assert refused.value.answer.kind is Kind.NOT_NOW
    assert refused.value.reason == f"Before you can hand it in: {missing[0].lower()}{missing[1:]}."
    assert (proposal.state, proposal.reference) == (ProposalState.DRAFT, None)
    assert db.session.scalars(select(Version)).all() == []


def test_too_many_words_are_kept_in_a_draft_and_named_before_handing_in(people: People) -> None:
    proposal = begun(people)
    question = people.round.questions[0]
    typed = text_for(proposal)
    long = Typed(typed.title, typed.answers | {question.id: "word " * 301}, typed.costs)
    saved(proposal, long)
    assert [one.words for one in content.missing(proposal)] == [
        f"Use at most 300 words for “{question.label}”: there are 301 now"
    ]


def test_what_was_saved_after_the_check_is_not_handed_in_unseen(people: People) -> None:
    proposal = begun(people)
    saved(proposal, text_for(proposal))
    checked = proposal.edit
    saved(proposal, text_for(proposal, "Another name"))
    with pytest.raises(Refused):
        submitted(proposal, edit=checked)
    assert proposal.state is ProposalState.DRAFT


def test_references_are_counted_over_all_rounds_of_a_scheme_that_opened_in_one_year(app: Flask) -> None:
    with transaction():
        scheme, nurse = make_scheme(letters="DD"), make_person()
        opens = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
        rounds = [
            make_round(
                scheme=scheme,
                opens_at=at,
                closes_at=at + timedelta(days=700),
                scoring_closes_at=at + timedelta(days=800),
            )
            for at in (opens, opens + timedelta(days=30), opens + timedelta(days=365))
        ]
    references = []
    with clock.at(opens + timedelta(days=366)):
        for round in (rounds[0], rounds[1], rounds[0], rounds[2]):
            with transaction():
                proposal = make_proposal(round=round, authors=[nurse], state="draft")
            submitted(proposal)
            references.append(proposal.reference)
    assert references == ["DD26-001", "DD26-002", "DD26-003", "DD27-001"]


def test_a_returned_idea_is_sent_again_as_a_new_version_with_a_new_promise(people: People) -> None:
    proposal = handed_in(people)
    reference, first = proposal.reference, proposal.current_version
    with transaction():
        actions.move(
            proposal,
            ProposalState.RETURNED,
            actor=people.qi,
            verb="proposal.withdrawn",
            return_by_on=clock.today() + timedelta(days=7),
        )
    assert proposal.returns_used == 1
    assert proposal.replied_at is not None
    saved(proposal, text_for(proposal, "A better name"))
    assert proposal.current_version.title == "Mouth care kits"
    with clock.at(clock.now() + timedelta(days=1)):
        version = submitted(proposal)
    assert (version.number, version.title) == (2, "A better name")
    assert (proposal.reference, proposal.return_by_on, proposal.replied_at) == (reference, None, None)
    assert proposal.submitted_at == first.made_at
    assert first.title == "Mouth care kits"
    assert story(proposal)[0].startswith("Version 2 was handed in; an answer is promised by ")


def test_a_return_needs_its_day_and_nothing_else_has_one(people: People) -> None:
    proposal = handed_in(people)
    for to, by in ((ProposalState.RETURNED, None), (ProposalState.SHORTLISTED, clock.today())):
        with pytest.raises(ValueError, match="day to send it again"), transaction():
            actions.move(proposal, to, actor=people.qi, verb="proposal.withdrawn", return_by_on=by)
    assert proposal.state is ProposalState.SUBMITTED


@pytest.mark.parametrize(
    ("state", "replies"),
    [(state, state not in {"merged", "withdrawn"}) for state in ProposalState if state not in {"draft", "submitted"}],
)
def test_an_answer_meets_the_promise(people: People, state: ProposalState, replies: bool) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author])
        by = clock.today() if state == "returned" else None
        actions.move(proposal, state, actor=people.qi, verb="proposal.withdrawn", return_by_on=by)
    assert (proposal.replied_at is not None) == replies


def test_a_promise_that_was_met_stays_met_when_it_was(people: People) -> None:
    proposal = handed_in(people)
    earlier = clock.now()
    with clock.at(earlier), transaction():
        actions.mark_replied(proposal)
    with transaction():
        actions.move(proposal, ProposalState.SHORTLISTED, actor=people.qi, verb="proposal.withdrawn")
    assert proposal.replied_at == earlier


# What stays as it was.


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE version SET title = 'Another'",
        "UPDATE version SET content = '{}'",
        "UPDATE version SET redacted_at = CURRENT_TIMESTAMP, ask_pence = 1",
        "UPDATE version SET redacted_at = CURRENT_TIMESTAMP, number = 9",
        "DELETE FROM version",
    ],
)
def test_a_version_is_never_changed_nor_deleted(people: People, statement: str) -> None:
    version = handed_in(people).current_version
    before = (version.title, version.content, version.ask_pence, version.number)
    with pytest.raises(DBAPIError, match="never changed, never deleted"), transaction():
        db.session.execute(text(statement))
    again = db.session.scalars(select(Version)).one()
    assert (again.title, again.content, again.ask_pence, again.number) == before


def test_a_version_is_redacted_once(people: People) -> None:
    handed_in(people)
    redact = text("UPDATE version SET title = '[redacted]', redacted_at = CURRENT_TIMESTAMP")
    with transaction():
        db.session.execute(redact)
    with pytest.raises(DBAPIError, match="never changed"), transaction():
        db.session.execute(redact)
    assert db.session.scalars(select(Version.title)).all() == ["[redacted]"]


@pytest.mark.only_on("sqlite")
def test_a_version_cannot_be_replaced(people: People) -> None:
    handed_in(people)
    columns = "id, proposal_id, number, made_at, made_by_id, tier_id, ask_pence, content"
    with pytest.raises(DBAPIError, match="never changed"), transaction():
        db.session.execute(
            text(f"INSERT OR REPLACE INTO version ({columns}, title) SELECT {columns}, 'Another' FROM version")
        )
    assert db.session.scalars(select(Version.title)).all() == ["Mouth care kits"]


# Taking back.


def test_withdraw_tells_the_responder_who_owes_the_reply(people: People) -> None:
    proposal = handed_in(people)
    with transaction():
        actions.withdraw(proposal, actor=people.author)
    assert proposal.state is ProposalState.WITHDRAWN
    assert told(people.responder)[-1] == (
        "proposal_withdrawn",
        f"Idea {proposal.reference} was withdrawn: it needs no answer",
    )
    assert story(proposal)[0] == "Its authors withdrew it"
    assert story(proposal, "authors")[0] == "Anna Author withdrew it"


def test_withdraw_after_the_reply_bothers_nobody(people: People) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state="shortlisted")
        actions.withdraw(proposal, actor=people.author)
    assert told(people.responder) == []


def test_delete_leaves_nothing_of_a_draft_and_its_number_never_comes_back(people: People) -> None:
    proposal = begun(people)
    saved(proposal, text_for(proposal))
    number = proposal.id
    with transaction():
        actions.delete(queries.visible_or_404(people.author, number, change=True), actor=people.author)
    for table in (Proposal, Author, Answer, CostLine):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert begun(people).id > number


# The team.


def test_an_added_author_is_told_and_is_an_author_like_the_others(people: People) -> None:
    proposal = begun(people)
    with transaction():
        actions.add_author(proposal, people.coauthor, actor=people.author)
    assert told(people.coauthor) == [("proposal_joined", "You are now an author of an idea")]
    assert story(proposal, "authors")[0] == "Anna Author added Colin Coauthor to the team"
    saved(proposal, text_for(proposal, "By the coauthor"), who=people.coauthor)
    assert proposal.title == "By the coauthor"


def test_who_left_the_team_may_come_back(people: People) -> None:
    proposal = begun(people)
    with transaction():
        actions.add_author(proposal, people.coauthor, actor=people.author)
        actions.add_author(proposal, people.coauthor, actor=people.author)
    author = proposal.authors[1]
    with transaction():
        actions.take_off(proposal, author, actor=people.coauthor)
    assert author.left_at is not None
    with transaction():
        actions.add_author(proposal, people.coauthor, actor=people.author)
    assert [(one.person, one.left_at) for one in proposal.authors] == [(people.author, None), (people.coauthor, None)]


@pytest.mark.parametrize("state", ["draft", "submitted", "shortlisted"])
def test_nobody_keeps_a_judge_from_their_idea_by_adding_them_to_its_team(people: People, state: str) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state=ProposalState(state))
    with pytest.raises(Refused, match="Judy Judge sits on the panel of this round") as refused, transaction():
        actions.add_author(proposal, people.judge, actor=people.author)
    assert refused.value.answer.kind is Kind.NOT_NOW
    assert [author.person for author in proposal.authors] == [people.author]
    assert told(people.judge) == []


def test_a_judge_may_begin_an_idea_and_add_others(people: People) -> None:
    with transaction():
        proposal = actions.begin(people.round, actor=people.judge)
        actions.add_author(proposal, people.author, actor=people.judge)
    assert [author.person for author in proposal.authors] == [people.judge, people.author]


# Search.


def found_by(people: People, who: str, words: str = "mouth") -> list[str]:
    return [hit.title for hit in search.find(words, search.keys_for(people[who])).rows]


EVERYBODY = ("author", "coauthor", "former", "responder", "deputy", "qi", "judge", "leader", "admin", "stranger")


def finders(people: People, words: str = "mouth") -> set[str]:
    return {who for who in EVERYBODY if found_by(people, who, words)}


def test_search_finds_an_idea_for_those_who_may_see_it(people: People) -> None:
    proposal = begun(people)
    saved(proposal, text_for(proposal))
    assert finders(people) == set()
    submitted(proposal)
    assert finders(people) == {"author", "responder", "deputy", "qi"}
    assert finders(people, proposal.reference) == {"author", "responder", "deputy", "qi"}
    with transaction():
        actions.add_author(proposal, people.coauthor, actor=people.author)
    assert finders(people) == {"author", "coauthor", "responder", "deputy", "qi"}
    with transaction():
        actions.move(proposal, ProposalState.SHORTLISTED, actor=people.qi, verb="proposal.withdrawn")
    assert finders(people) == {"author", "coauthor", "responder", "deputy", "qi"}
    with transaction():
        actions.move(proposal, ProposalState.DECLINED, actor=people.qi, verb="proposal.withdrawn")
    assert finders(people) == set(EVERYBODY)
    assert finders(people, "Anna") == finders(people, "stroke") == set()


def test_search_forgets_a_concern_at_once(people: People) -> None:
    proposal = handed_in(people)
    with transaction():
        proposal.concern_at = clock.now()
        actions.move(proposal, ProposalState.REDIRECTED, actor=people.qi, verb="proposal.withdrawn")
    assert finders(people) == set()
