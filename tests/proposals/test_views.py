"""The pages of ideas, as people read and send them."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.rules import Refused
from pitchpit.proposals import actions, content, queries
from pitchpit.proposals.content import Typed
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Advice, Author, Proposal, Version
from pitchpit.schemes.enums import QuestionKind
from pitchpit.schemes.models import Question
from tests.factories import make_person, make_proposal, make_round, make_scheme
from tests.pages import form_to
from tests.proposals.conftest import People

SignIn = Callable[..., FlaskClient]


def main_of(page: str) -> str:
    """The page's own part in plain text."""
    inner = re.search(r"<main.*?</main>", page, re.DOTALL)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", inner)).split())


def hidden(page: str, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


def draft_of(people: People, **columns: object) -> Proposal:
    with transaction():
        return make_proposal(round=people.round, authors=[people.author, people.coauthor], state="draft", **columns)


def handed_in(people: People, **columns: object) -> Proposal:
    with transaction():
        return make_proposal(round=people.round, authors=[people.author, people.coauthor], **columns)


def form_for(proposal: Proposal, **typed: str) -> dict[str, str]:
    """What the form sends for the text as it is saved, with some of it typed anew."""
    fields = {"edit": str(proposal.edit), "title": proposal.title, "pays_after": proposal.pays_after}
    fields |= {f"q{answer.question_id}": answer.text for answer in proposal.answers}
    for number, line in enumerate(proposal.cost_lines):
        fields |= {
            f"costs-{number}-what": line.what,
            f"costs-{number}-amount": f"{line.amount_pence / 100:.2f}",
            f"costs-{number}-kind": line.kind.value,
        }
    return fields | typed


# From nothing to a receipt.


def test_an_idea_goes_from_the_home_page_to_its_receipt_in_three_sendings(people: People, sign_in: SignIn) -> None:
    nurse = sign_in(people.author)
    assert f'action="/rounds/{people.round.id}/proposals"' in nurse.get("/").text

    begun = nurse.post(f"/rounds/{people.round.id}/proposals")
    page = nurse.get(begun.location).text
    assert main_of(page).startswith("Somebody at risk now, an incident, or a worry about a colleague? Use ")
    answers = {f"q{question.id}": "What we see every day" for question in people.round.questions}
    costs = {"costs-0-what": "Mouth care kits", "costs-0-amount": "£1,250.50"}
    sent = {"edit": hidden(page, "edit"), "title": "Mouth care", "then": "check", **answers, **costs}
    saved = nurse.post(begun.location, data=sent)

    check = nurse.get(saved.location).text
    assert "Rita Responder answers you by" in main_of(check)
    assert "The panel that scores it does not see your name or job title. It sees that it comes from Stroke ward." in (
        main_of(check)
    )
    assert "Mouth care kits: £1,250.50" in main_of(check)
    done = nurse.post(saved.location, data={"edit": hidden(check, "edit")})

    receipt = main_of(nurse.get(done.location).text)
    proposal = db.session.scalars(select(Proposal)).one()
    assert receipt.startswith(
        f"Your idea is handed in Its reference is {proposal.reference} “Mouth care”, Spring round"
    )
    assert "Rita Responder reads it and answers you by" in receipt
    assert (proposal.state, proposal.current_version.ask_pence) == (ProposalState.SUBMITTED, 1250_50)


def test_a_click_on_hand_it_in_sent_twice_hands_in_once(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    nurse = sign_in(people.author)
    check = nurse.get(f"/proposals/{proposal.id}/check").text
    sent = {"edit": hidden(check, "edit"), "form_key": hidden(check, "form_key")}
    answers = [nurse.post(f"/proposals/{proposal.id}/check", data=sent) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [
        (302, f"/proposals/{proposal.id}/receipt")
    ] * 2
    assert db.session.scalars(select(Version.number)).all() == [1]


def test_one_sending_begins_one_draft(people: People, sign_in: SignIn) -> None:
    nurse = sign_in(people.author)
    key = hidden(nurse.get("/ideas").text.split(f'action="/rounds/{people.round.id}/proposals"')[1], "form_key")
    address = f"/rounds/{people.round.id}/proposals"
    first, again = (nurse.post(address, data={"form_key": key}) for _ in range(2))
    assert first.location == again.location
    second = nurse.post(address)
    assert second.location != first.location
    assert len(db.session.scalars(select(Proposal)).all()) == 2


# Writing.


def test_the_form_asks_what_the_round_asks_by_its_kind(app: Flask, sign_in: SignIn) -> None:
    with transaction():
        nurse = make_person()
        round = make_round(scheme=make_scheme(themes=["Safety", "Flow"]))
        kinds = {
            QuestionKind.NUMBER: "How many a week?",
            QuestionKind.DATE: "By when?",
            QuestionKind.CHOICE: "Which site?",
        }
        for position, (kind, label) in enumerate(kinds.items(), 4):
            choices = "North\nSouth" if kind is QuestionKind.CHOICE else ""
            round.questions.append(
                Question(position=position, label=label, kind=kind, choices=choices, required=False, from_pence=500_00)
            )
        proposal = make_proposal(round=round, authors=[nurse], state="draft", answers={})
        proposal.answers = []
    page = main_of(sign_in(nurse).get(f"/proposals/{proposal.id}/edit").text)
    wanted = [question.label for question in round.questions]
    assert [page.index(label) for label in wanted] == sorted(page.index(label) for label in wanted)
    assert "How many a week? (optional) Asked where you ask for more than £500." in page
    assert "North South" in page
    assert "Choose one Safety Flow" in page


def test_save_keeps_an_unfinished_draft_and_comes_back_to_it(people: People, sign_in: SignIn) -> None:
    nurse = sign_in(people.author)
    begun = nurse.post(f"/rounds/{people.round.id}/proposals")
    first = people.round.questions[0].id
    half = {"edit": "1", f"q{first}": "Half a thought", "costs-0-what": "", "costs-0-amount": "12"}
    saved = nurse.post(begun.location, data=half)
    assert saved.location == begun.location
    page = nurse.get(begun.location).text
    assert re.search(rf'<textarea[^>]*id="q{first}"[^>]*>\s*Half a thought</textarea>', page)
    assert 'id="costs-0-amount" name="costs-0-amount" type="text" value="12"' in page
    assert "Saved at " in main_of(page)


def test_a_figure_that_was_not_understood_is_pointed_out_and_all_else_is_kept(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    nurse = sign_in(people.author)
    sent = form_for(proposal, title="A new name", hours="a few", **{"costs-0-amount": "about 300"})
    answer = nurse.post(f"/proposals/{proposal.id}/edit", data=sent)
    page = main_of(answer.text)
    assert "Cost 1: Enter an amount in pounds, like 250 or 249.99" in page
    assert "Enter a whole number, like 12" in page
    assert 'value="about 300"' in answer.text
    assert 'value="a few"' in answer.text
    assert hidden(answer.text, "edit") == "2"
    again = db.session.get_one(Proposal, proposal.id)
    assert (again.title, again.hours, again.ask_pence) == ("A new name", None, 0)
    mended = sent | {"edit": "2", "hours": "5", "costs-0-amount": "300"}
    assert nurse.post(f"/proposals/{proposal.id}/edit", data=mended).status_code == 302
    assert (again.hours, again.ask_pence) == (5, 300_00)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": "Mrs Example 450 557 7104"}, "Take out the number near “Mrs Example 450 557 7104”"),
        ({"costs-0-what": "For 4505577104"}, "Cost 1: Take out the number near “For 4505577104”"),
        ({"title": "x" * 121}, "Use at most 120 characters: there are 121 now"),
    ],
)
def test_only_patient_data_and_absurd_sizes_stop_a_draft(
    people: People, sign_in: SignIn, typed: dict, said: str
) -> None:
    proposal = draft_of(people, title="As it was")
    answer = sign_in(people.author).post(
        f"/proposals/{proposal.id}/edit", data=form_for(proposal, pays_after="Typed and kept") | typed
    )
    assert answer.status_code == 422
    assert said in main_of(answer.text)
    assert 'value="Typed and kept"' in answer.text
    (name,) = typed
    assert html.escape(typed[name]) in answer.text
    assert (proposal.title, proposal.edit) == ("As it was", 1)


def test_a_very_long_text_is_not_lost(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    question = people.round.questions[0].id
    long = "long 🩺 " * 28_000
    answer = sign_in(people.author).post(
        f"/proposals/{proposal.id}/edit", data=form_for(proposal, **{f"q{question}": long})
    )
    assert answer.status_code == 200
    assert "Use at most 20,000 characters: there are 195,999 now" in main_of(answer.text)
    assert long.strip() in answer.text
    check = main_of(sign_in(people.author).get(f"/proposals/{proposal.id}/check").text)
    assert "Use at most 300 words for “What gets in the way?”: there are 56,000 now" in check
    with pytest.raises(Refused), transaction():
        actions.submit(queries.to_submit_or_404(people.author, proposal.id), edit=proposal.edit, actor=people.author)


def test_autosave_keeps_a_text_that_is_too_long_to_hand_in_and_says_so(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    question = people.round.questions[0]
    long = "x" * 225_000
    sent = form_for(proposal, **{f"q{question.id}": long})
    nurse = sign_in(people.author)
    answer = nurse.post(f"/proposals/{proposal.id}/autosave", data=sent)
    said = f"“{question.label}”: use at most 20,000 characters: there are 225,000 now"
    assert (answer.status_code, answer.json["problems"], answer.json["too_long"]) == (200, [], [said])
    assert long in nurse.get(f"/proposals/{proposal.id}/edit").text
    check = main_of(nurse.get(f"/proposals/{proposal.id}/check").text)
    assert f"Use at most 20,000 characters for “{html.escape(question.label)}”: there are 225,000 now" in check


def test_an_autosave_sent_again_gets_the_first_answer_with_the_forms_key_too(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    nurse = sign_in(people.author)
    edit, autosave = f"/proposals/{proposal.id}/edit", f"/proposals/{proposal.id}/autosave"
    sent = form_to(nurse.get(edit), edit).filled(title="Typed so far", hours="lots")
    first, again = nurse.post(autosave, data=sent), nurse.post(autosave, data=sent)
    assert (first.status_code, first.json["edit"]) == (200, 2)
    assert (again.status_code, again.json) == (200, first.json)


def test_a_stale_save_shows_both_texts_and_can_be_sent_again(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people, title="As it was")
    first, second = sign_in(people.author), sign_in(people.coauthor)
    address = f"/proposals/{proposal.id}/edit"
    sent = form_for(proposal)
    assert first.post(address, data=sent | {"title": "Anna's name"}).status_code == 302
    refused = second.post(address, data=sent | {"title": "Colin's name"})
    assert refused.status_code == 409
    page = main_of(refused.text)
    assert "Saved now: Give your idea a name Anna's name" in page
    assert 'value="Colin&#39;s name"' in refused.text
    assert db.session.get_one(Proposal, proposal.id).title == "Anna's name"
    assert hidden(refused.text, "edit") == "2"
    assert second.post(address, data=sent | {"title": "Both names", "edit": "2"}).status_code == 302
    assert proposal.title == "Both names"


def test_another_cost_can_be_added_without_losing_anything(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    nurse = sign_in(people.author)
    sent = form_for(proposal, title="Not saved yet", add_row="costs")
    more = nurse.post(f"/proposals/{proposal.id}/edit", data=sent).text
    assert 'value="Not saved yet"' in more
    assert 'id="costs-1-what"' in more
    assert '<details class="nhsuk-details" open>' in more
    sent = form_for(proposal, **{"costs-1-what": "Posters", "costs-1-amount": "20", "costs-1-kind": "equipment"})
    nurse.post(f"/proposals/{proposal.id}/edit", data=sent)
    lines = [(line.what, line.amount_pence, line.kind.value) for line in proposal.cost_lines]
    assert lines == [("What it takes", 300_00, "non_pay"), ("Posters", 20_00, "equipment")]


def test_what_came_back_shows_the_advice_beside_its_answer(people: People, sign_in: SignIn) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state="returned")
        for question, words in ((None, "Nearly there"), (people.round.questions[1], "Say who would do it")):
            proposal_advice = Advice(
                proposal_id=proposal.id,
                version_id=proposal.current_version_id,
                question=question,
                by=people.qi,
                given_at=clock.now(),
                text=words,
            )
            db.session.add(proposal_advice)
    nurse = sign_in(people.author)
    for address in (f"/proposals/{proposal.id}/edit", f"/proposals/{proposal.id}"):
        page = main_of(nurse.get(address).text)
        places = [page.index(words) for words in ("Nearly there", "What gets in the way?", "Say who would do it")]
        assert places == sorted(places)
    with transaction():
        fresh = queries.to_submit_or_404(people.author, proposal.id)
        actions.submit(fresh, edit=fresh.edit, actor=people.author)
        actions.move(proposal, ProposalState.DECLINED, actor=people.qi, verb="proposal.withdrawn")
    assert "Nearly there" not in sign_in(people.stranger).get(f"/proposals/{proposal.id}").text


# Saving while typing.


def test_autosave_keeps_the_text_and_says_when(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    nurse = sign_in(people.author)
    address = f"/proposals/{proposal.id}/autosave"
    sent = form_for(proposal, title="Typed so far", hours="lots")
    answer = nurse.post(address, data=sent).json
    assert answer == {
        "saved_at": f"{clock.london(proposal.saved_at):%H:%M}",
        "edit": 2,
        "problems": ["Enter a whole number, like 12"],
        "too_long": [],
    }
    assert proposal.title == "Typed so far"
    again = nurse.post(address, data=sent)  # the first answer was lost on the way
    assert (again.status_code, again.json["edit"]) == (200, 2)
    assert nurse.post(address, data=sent | {"title": "Out of date"}).status_code == 409
    stopped = nurse.post(address, data=sent | {"edit": "2", "title": "Bed 4: 450 557 7104"})
    assert stopped.status_code == 422
    assert stopped.json["problems"][0].startswith("Take out the number near “Bed 4: 450 557 7104”")
    assert proposal.title == "Typed so far"


def test_autosave_after_the_sign_in_ended_says_so(people: People, client: FlaskClient) -> None:
    proposal = draft_of(people, title="As it was")
    answer = client.post(
        f"/proposals/{proposal.id}/autosave",
        data=form_for(proposal, title="Typed"),
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, list(answer.json)) == (401, ["error"])
    assert proposal.title == "As it was"


# The check page.


def test_the_check_page_links_to_what_is_missing_and_offers_no_button(people: People, sign_in: SignIn) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state="draft", ask_pence=2_500_00)
        proposal.title = proposal.pays_after = ""
        proposal.answers = []
    page = sign_in(people.author).get(f"/proposals/{proposal.id}/check").text
    links = re.findall(rf'<a href="/proposals/{proposal.id}/edit#(\w+)">([^<]*)</a>', page)
    questions = [(f"q{one.id}", f"Answer “{one.label}”") for one in people.round.questions]
    assert links == [
        ("title", "Give your idea a name"),
        *questions,
        ("pays_after", "Say who pays when the award ends"),
    ]
    assert ">Hand it in</button>" not in page


@pytest.mark.parametrize("sent", [{}, {"edit": ""}, {"edit": "two"}, {"edit": "7"}])
def test_a_form_that_does_not_say_what_was_checked_hands_nothing_in(
    people: People, sign_in: SignIn, sent: dict[str, str]
) -> None:
    proposal = draft_of(people)
    address = f"/proposals/{proposal.id}/check"
    refused = sign_in(people.author).post(address, data=sent)
    assert refused.status_code == 409
    assert "This idea was saved again after you checked it. Read it once more, then hand it in." in main_of(
        refused.text
    )
    assert "Check your idea before you hand it in" in main_of(refused.text)
    assert hidden(refused.text, "edit") == str(proposal.edit)
    assert (proposal.state, proposal.current_version_id) == (ProposalState.DRAFT, None)


def test_the_check_page_says_when_it_is_too_late(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    nurse = sign_in(people.author)
    with transaction():
        people.round.closes_at = clock.now()
    page = nurse.get(f"/proposals/{proposal.id}/check").text
    assert "Spring round closed on " in main_of(page)
    assert ">Hand it in</button>" not in page
    refused = nurse.post(f"/proposals/{proposal.id}/check", data={"edit": "1"})
    assert refused.status_code == 409
    assert "Your text is kept as a draft." in main_of(refused.text)
    assert proposal.state is ProposalState.DRAFT


def test_the_check_page_says_what_the_panel_sees(people: People, sign_in: SignIn) -> None:
    proposal = draft_of(people)
    nurse = sign_in(people.author)
    address = f"/proposals/{proposal.id}/check"
    with transaction():
        people.round.service_hidden = True
    assert "does not see your name or job title, nor your ward or team." in main_of(nurse.get(address).text)
    with transaction():
        people.round.authors_hidden = False
    assert "The panel that scores it sees your idea, your name and your job title." in main_of(nurse.get(address).text)


def test_the_check_page_shows_what_others_have_tried(people: People, sign_in: SignIn) -> None:
    problem = {"problem": "Dentures are lost between wards every week"}
    proposal = draft_of(people, answers=problem)
    with transaction():
        for number, state in enumerate(("shelved", "submitted")):
            actions.refresh_search(make_proposal(title=f"Denture box {number}", state=state, answers=problem))
    page = main_of(sign_in(people.author).get(f"/proposals/{proposal.id}/check").text)
    assert "Others have tried Denture box 0 Shelved for now" in page
    assert "Denture box 1" not in page


# Mine.


def test_my_ideas_say_where_each_stands_and_what_comes_next(people: People, sign_in: SignIn) -> None:
    assert draft_of(people, title="A draft")
    handed_in(people, title="Handed in")
    with transaction():
        make_proposal(round=people.round, authors=[people.stranger], title="A stranger's")
    for address in ("/ideas", "/"):
        page = main_of(sign_in(people.author).get(address).text)
        assert "Handed in Handed in Rita Responder answers by" in page
        assert "A draft Draft Hand it in by" in page
        assert "A stranger's" not in page
    assert "You have not begun an idea yet" in main_of(sign_in(people.leader).get("/ideas").text)


def test_the_home_page_says_what_to_finish(people: People, sign_in: SignIn) -> None:
    draft_of(people, title="Kits")
    with transaction():
        make_proposal(round=people.round, authors=[people.author], state="returned", title="Boxes")
    page = main_of(sign_in(people.author).get("/").text)
    assert "Your idea “Boxes” came back with advice: send it again" in page
    assert "Finish your idea “Kits” before Spring round closes" in page
    assert "Finish your idea" not in main_of(sign_in(people.stranger).get("/").text)


# Taking back, and the team.


def test_withdrawing_is_asked_once_and_says_who_will_see_what(people: People, sign_in: SignIn) -> None:
    proposal = handed_in(people)
    nurse = sign_in(people.author)
    address = f"/proposals/{proposal.id}/withdraw"
    assert "without your names and without your ward" in main_of(nurse.get(address).text)
    assert proposal.state is ProposalState.SUBMITTED
    done = nurse.post(address)
    assert done.location == f"/proposals/{proposal.id}"
    assert "You have withdrawn this idea. Whoever was to answer it has been told." in nurse.get(done.location).text
    assert proposal.state is ProposalState.WITHDRAWN
    assert nurse.post(address).status_code == 409


def test_withdrawing_what_nobody_owes_an_answer_says_nothing_of_one(people: People, sign_in: SignIn) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state="shortlisted")
    page = sign_in(people.author).post(f"/proposals/{proposal.id}/withdraw", follow_redirects=True).text
    assert ("You have withdrawn this idea." in page, "has been told" in page) == (True, False)


def test_a_draft_is_deleted_after_asking(people: People, sign_in: SignIn) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state="draft", title="A slip")
    nurse = sign_in(people.author)
    address = f"/proposals/{proposal.id}/delete"
    assert "Delete “A slip”?" in main_of(nurse.get(address).text)
    assert nurse.post(address).location == "/ideas"
    assert db.session.scalars(select(Proposal)).all() == []
    assert nurse.get(f"/proposals/{proposal.id}").status_code == 404


def test_the_team_changes_by_its_page(people: People, sign_in: SignIn) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state="draft")
    nurse = sign_in(people.author)
    address = f"/proposals/{proposal.id}/team"
    unknown = nurse.post(address, data={"person": "Nobody Known"})
    assert unknown.status_code == 422
    assert "Nobody here is called “Nobody Known”" in main_of(unknown.text)
    nurse.post(address, data={"person": people.coauthor.email})
    assert {author.person_id for author in proposal.authors} == {people.author.id, people.coauthor.id}
    second = next(author for author in proposal.authors if author.person_id == people.coauthor.id)
    assert sign_in(people.coauthor).get(f"/proposals/{proposal.id}").status_code == 200
    assert nurse.post(f"{address}/{second.id}/off").location == address
    assert sign_in(people.coauthor).get(f"/proposals/{proposal.id}").status_code == 404
    own = next(author for author in proposal.authors if author.person_id == people.author.id)
    assert nurse.post(f"{address}/{own.id}/off").status_code == 409
    assert nurse.post(f"{address}/{second.id}/off").status_code == 404


# Each person on each page.

GETS = ("", "/history", "/edit", "/check", "/receipt", "/withdraw", "/delete", "/team")
POSTS = ("/edit", "/autosave", "/check", "/withdraw", "/delete", "/team", "/team/{author}/off")

WHO = ("author", "coauthor", "qi", "responder", "deputy", "judge", "former", "leader", "admin", "stranger", "nobody")
INSIDERS = {"qi", "responder", "deputy"}

#: What nobody may read who gets no page: title, text, reference, names.
SECRETS = ("A secret title", "A secret thought", "Anna Author", "Colin Coauthor")


def answers_of(
    people: People, sign_in: SignIn, client: FlaskClient, proposal: Proposal, method: str, path: str
) -> dict[str, int]:
    """The status each person gets; whoever gets no page reads nothing of the idea, and it stays as it was."""
    address = f"/proposals/{proposal.id}{path}".format(author=proposal.authors[0].id)
    before = (proposal.state, proposal.edit, proposal.title)
    statuses = {}
    for who in WHO:
        if method == "POST" and who in ("author", "coauthor"):
            continue  # theirs to do: tried one by one above
        browser = client if who == "nobody" else sign_in(people[who])
        answer = browser.open(
            address, method=method, data=form_for(proposal, title="Changed") if method == "POST" else None
        )
        statuses[who] = answer.status_code
        if answer.status_code != 200 and who not in ("author", "coauthor"):
            leaked = [secret for secret in (*SECRETS, proposal.reference or "no reference") if secret in answer.text]
            assert leaked == [], (who, address)
        again = db.session.get_one(Proposal, proposal.id)
        assert (again.state, again.edit, again.title) == before, (who, address)
    return statuses


def secret(people: People, state: str) -> Proposal:
    with transaction():
        proposal = make_proposal(
            round=people.round,
            authors=[people.author, people.coauthor],
            state=state,
            title="A secret title",
            answers={"problem": "A secret thought"},
        )
        proposal.authors.append(Author(person=people.former, joined_at=clock.now(), left_at=clock.now()))
    return proposal


def expected(author: int, insider: int, other: int, nobody: int = 302) -> dict[str, int]:
    found = dict.fromkeys(WHO, other) | dict.fromkeys(INSIDERS, insider)
    return found | {"author": author, "coauthor": author, "nobody": nobody}


@pytest.mark.access
@pytest.mark.parametrize("path", GETS)
def test_each_person_on_each_page_of_a_draft(people: People, sign_in: SignIn, client: FlaskClient, path: str) -> None:
    theirs = {"/receipt": 409, "/withdraw": 409, "/delete": 409}.get(path, 200)
    found = answers_of(people, sign_in, client, secret(people, "draft"), "GET", path)
    assert found == expected(theirs, 404, 404)


@pytest.mark.access
@pytest.mark.parametrize("path", GETS)
def test_each_person_on_each_page_of_one_handed_in(
    people: People, sign_in: SignIn, client: FlaskClient, path: str
) -> None:
    theirs = {"/edit": 409, "/check": 409, "/delete": 409}.get(path, 200)
    insider = 200 if path in ("", "/history") else 403
    found = answers_of(people, sign_in, client, secret(people, "submitted"), "GET", path)
    assert found == expected(theirs, insider, 404)


@pytest.mark.access
@pytest.mark.parametrize("path", GETS)
def test_each_person_on_each_page_of_a_declined_one(
    people: People, sign_in: SignIn, client: FlaskClient, path: str
) -> None:
    theirs = 200 if path in ("", "/history", "/receipt") else 409
    other = 200 if path in ("", "/history") else 403
    found = answers_of(people, sign_in, client, secret(people, "declined"), "GET", path)
    assert found == expected(theirs, other, other)


@pytest.mark.access
@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    ("state", "insider", "other"), [("draft", 404, 404), ("submitted", 403, 404), ("declined", 403, 403)]
)
def test_nobody_else_can_do_what_is_the_authors(
    people: People, sign_in: SignIn, client: FlaskClient, path: str, state: str, insider: int, other: int
) -> None:
    found = answers_of(people, sign_in, client, secret(people, state), "POST", path)
    wanted = expected(0, insider, other, nobody=303)
    assert found == {who: wanted[who] for who in found}


@pytest.mark.access
@pytest.mark.parametrize("state", ["declined", "redirected", "withdrawn"])
def test_an_unnamed_idea_is_read_without_names_or_ward(people: People, sign_in: SignIn, state: str) -> None:
    proposal = secret(people, "submitted" if state == "withdrawn" else state)
    if state == "withdrawn":
        with transaction():
            actions.withdraw(proposal, actor=people.author)
    for path in ("", "/history"):
        pages = {who: main_of(sign_in(people[who]).get(f"/proposals/{proposal.id}{path}").text) for who in WHO[:-1]}
        for who in ("judge", "former", "leader", "admin", "stranger"):
            assert "A secret title" in pages[who]
            assert [name for name in ("Anna", "Colin", "Stroke ward", "Staff nurse") if name in pages[who]] == []
    assert "Anna Author" in main_of(sign_in(people.qi).get(f"/proposals/{proposal.id}").text)
    with transaction():
        proposal.named_when_declined = True
    named = main_of(sign_in(people.stranger).get(f"/proposals/{proposal.id}").text)
    assert "Anna Author, Staff nurse" in named
    assert "Stroke ward" in named


def test_a_concern_is_gone_for_everybody_but_its_authors(people: People, sign_in: SignIn) -> None:
    proposal = secret(people, "redirected")
    with transaction():
        proposal.concern_at = clock.now()
    statuses = {who: sign_in(people[who]).get(f"/proposals/{proposal.id}").status_code for who in WHO[:-1]}
    assert statuses == dict.fromkeys(WHO[:-1], 404) | {"author": 200, "coauthor": 200}
    assert "This went to a named person as a concern." in main_of(
        sign_in(people.author).get(f"/proposals/{proposal.id}").text
    )


def test_others_read_what_was_handed_in_not_what_is_being_written(people: People, sign_in: SignIn) -> None:
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state="returned", title="As handed in")
        typed = content.typed_of(proposal)
        actions.save(
            proposal, Typed("Being written", typed.answers, typed.costs), edit=proposal.edit, actor=people.author
        )
    assert "Being written" in main_of(sign_in(people.author).get(f"/proposals/{proposal.id}").text)
    page = main_of(sign_in(people.qi).get(f"/proposals/{proposal.id}").text)
    assert "As handed in" in page
    assert "Being written" not in page


# What a page costs.


def costs_with(people: People, sign_in: SignIn, statements: Callable, count: int) -> dict[str, int]:
    """The number of statements of each page, where there are `count` of everything it lists."""
    with transaction():
        author, others = make_person(), [make_person() for _ in range(count)]
        scheme = make_scheme(themes=[f"Theme {number}" for number in range(count)])
        round = make_round(scheme=scheme, responder=people.responder, responder_deputy=people.deputy)
        for position in range(4, 4 + count):
            round.questions.append(
                Question(position=position, label=f"Question {position}", kind=QuestionKind.SHORT, required=False)
            )
        drafts = [make_proposal(round=round, authors=[author, *others], state="draft") for _ in range(count)]
        returned, approved = (
            make_proposal(round=round, authors=[author, *others], state=state) for state in ("returned", "approved")
        )
        people.author = author
    pages = {
        "my ideas": ("author", "/ideas"),
        "a draft": ("author", f"/proposals/{drafts[0].id}"),
        "writing": ("author", f"/proposals/{drafts[0].id}/edit"),
        "writing again": ("author", f"/proposals/{returned.id}/edit"),
        "one that came back": ("author", f"/proposals/{returned.id}"),
        "history": ("author", f"/proposals/{returned.id}/history"),
        "triager's": ("qi", f"/proposals/{returned.id}"),
        "deputy's": ("deputy", f"/proposals/{returned.id}"),
        "a published one": ("stranger", f"/proposals/{approved.id}"),
    }
    costs = {}
    for name, (who, address) in pages.items():
        browser = sign_in(people[who])
        browser.get(address)
        with statements() as sql:
            assert browser.get(address).status_code == 200
        costs[name] = len(sql)
    return costs


def test_pages_cost_the_same_however_much_there_is(people: People, sign_in: SignIn, statements: Callable) -> None:
    one, thirty = (costs_with(people, sign_in, statements, count) for count in (1, 30))
    assert one == thirty
    assert {name: cost for name, cost in one.items() if cost > 10} == {}


def test_a_page_of_thirty_ideas_is_paged(people: People, sign_in: SignIn) -> None:
    with transaction():
        for number in range(60):
            make_proposal(round=people.round, authors=[people.author], state="draft", title=f"Idea number {number}")
    nurse = sign_in(people.author)
    first = nurse.get("/ideas").text
    onward = html.unescape(re.search(r'href="([^"]*after=[^"]*)" rel="next"', first)[1])
    assert len(re.findall("Idea number", first)) == 50
    assert len(re.findall("Idea number", nurse.get(onward).text)) == 10


def test_the_return_date_is_the_last_day_shown(people: People, sign_in: SignIn) -> None:
    by = clock.today() + timedelta(days=3)
    with transaction():
        proposal = make_proposal(round=people.round, authors=[people.author], state="returned", return_by_on=by)
    assert f"Send it again by {by:%a} {by.day} {by:%B}" in main_of(
        sign_in(people.author).get(f"/proposals/{proposal.id}/edit").text
    )
