"""What somebody may not see changes nothing that they do see: every page of theirs is the same, byte for byte, with it and without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.decisions import actions as decisions
from pitchpit.decisions.enums import ConcernKind, Outcome
from pitchpit.decisions.word import Word
from pitchpit.panels import actions as panels
from pitchpit.panels.told import Given
from pitchpit.people.models import Person
from pitchpit.proposals import actions as ideas
from pitchpit.proposals.content import Cost, Typed
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Round
from tests.architecture import access
from tests.architecture.trust import Trust
from tests.conftest import settle

pytestmark = pytest.mark.access

#: Every page there is, of every thing in the table, and searches that the secret answers to.
PAGES = [
    rule for rule in access.rules() if rule.method == "GET" and not rule.endpoint.startswith(("health.", "sign_in."))
]
SEARCHES = [
    "/search?q=Ptarmigan",
    "/search?q=zqwhisper",
    "/search?q=kits&show=ideas",
    "/projects?show=all",
    "/decisions?q=zq",
]


@dataclass
class Cast:
    """People and things of the trust, as rows, for whoever writes the secret."""

    trust: Trust

    def person(self, title: str) -> Person:
        return db.session.get_one(Person, self.trust.stage.people[title])

    def idea(self, name: str) -> Proposal:
        return db.session.get_one(Proposal, self.trust.stage.things[name])

    def round(self, name: str) -> Round:
        return db.session.get_one(Round, self.trust.stage.things[name])

    def write(self) -> Proposal:
        """A new draft, in the round that is open, like any other."""
        author = self.person("author")
        proposal = ideas.begin(self.round("open round"), actor=author)
        answers = {question.id: "Ptarmigan kits, zqwhisper" for question in proposal.round.questions}
        typed = Typed("Ptarmigan zqwhisper", answers, (Cost("Kits", 300_00),), pays_after="The ward")
        ideas.save(proposal, typed, edit=proposal.edit, actor=author)
        return proposal

    def hand_in(self) -> Proposal:
        proposal = self.write()
        ideas.submit(proposal, actor=self.person("author"), edit=proposal.edit)
        return proposal

    def score(self, idea: str, judge: str) -> None:
        proposal = self.idea(idea)
        given = {one.id: Given(5, comment="zqwhisper") for one in proposal.round.criteria}
        actor = self.person(judge)
        card = panels.save_scorecard(proposal, given, actor=actor, notes="zqwhisper", edit=None)
        panels.submit_scorecard(card, actor=actor)

    def hold(self, *, amount: int = 4_000_00, feedback: str = "") -> None:
        proposal = self.idea("idea to decide")
        said = {proposal.round.criteria[0].id: feedback} if feedback else {}
        word = Word(Outcome.APPROVED, "zqwhisper", amount_pence=amount, feedback=said)
        decisions.hold(proposal, word, actor=self.person("chair"))

    def concern(self) -> None:
        decisions.send_as_concern(
            proposal=self.hand_in(),
            actor=self.person("qi"),
            kind=ConcernKind.SAFEGUARDING,
            contact=self.person("concern's contact"),
            words="zqwhisper",
        )

    def decline(self, feedback: str) -> None:
        proposal = self.idea("idea handed in")
        said = {proposal.round.criteria[0].id: feedback} if feedback else {}
        decisions.answer(proposal, Word(Outcome.DECLINED, "We have this", feedback=said), actor=self.person("qi"))


Told = Callable[[Cast], Any]


def nothing(_cast: Cast) -> None:
    """The trust as it stands."""


#: What is secret, how it comes to be (without it, and with it), and from whom it is hidden.
SECRETS: dict[str, tuple[Told, Told, str]] = {
    "somebody else's draft": (nothing, Cast.write, "stranger, qi, admin, leader, chair, member, responder"),
    "a concern": (nothing, Cast.concern, "stranger, leader, chair, member, excluded member, ratifier"),
    "a held decision": (nothing, Cast.hold, "stranger, author, qi, admin, leader, responder, member of another panel"),
    "which decision is held": (
        Cast.hold,
        lambda cast: cast.hold(amount=1_000_00),
        "stranger, author, qi, admin, leader, responder, member of another panel",
    ),
    "the scores of an idea that one is excluded from": (
        nothing,
        lambda cast: cast.score("idea being scored", "chair"),
        "excluded member, stranger, author, qi, admin",
    ),
    "others' scores while scoring is open": (
        nothing,
        lambda cast: cast.score("another being scored", "chair"),
        "member, excluded member, author, qi, admin",
    ),
    "feedback for the authors alone": (
        lambda cast: cast.decline(""),
        lambda cast: cast.decline("zqwhisper"),
        "stranger, admin, leader, chair, lead",
    ),
}


@pytest.fixture(scope="module")
def at_one_moment(trust: Trust) -> Iterator[dict[Told, dict[str, dict[str, str]]]]:
    """The clock stands still, so that no time differs; what was read before is kept, by what was told."""
    with clock.at(clock.now()):
        yield {}


@pytest.mark.parametrize("secret", SECRETS)
def test_every_page_is_the_same_with_and_without_what_one_may_not_see(
    secret: str, trust: Trust, at_one_moment: dict[Told, dict[str, dict[str, str]]]
) -> None:
    without, with_it, named = SECRETS[secret]
    viewers = named.split(", ")
    before = _read_by(viewers, trust, without, at_one_moment)
    after = _read_by(viewers, trust, with_it, at_one_moment)
    differing = [
        (viewer, page) for viewer in viewers for page, said in after[viewer].items() if said != before[viewer][page]
    ]
    assert differing == []
    assert min(len(pages) for pages in after.values()) > 25


def _read_by(
    viewers: list[str], trust: Trust, told: Told, kept: dict[Told, dict[str, dict[str, str]]]
) -> dict[str, dict[str, str]]:
    """Every page as each of these people gets it, once this was told."""
    known = kept.setdefault(told, {})
    if new := [viewer for viewer in viewers if viewer not in known]:
        settle()
        trust.database.restore()
        with transaction():
            told(Cast(trust))
        settle()
        known |= {viewer: _pages_of(viewer, trust) for viewer in new}
        trust.database.restore()
    return known


def _pages_of(viewer: str, trust: Trust) -> dict[str, str]:
    trust.sit_down(viewer)
    addresses = [trust.address(rule) for rule in PAGES if rule.answer_for(viewer) == 200]
    number = trust.stage.things["idea handed in"]
    addresses += [f"/proposals/{number}", f"/proposals/{number}/history", f"/proposals/{number}/decision", *SEARCHES]
    return {address: _same_again(trust.clients[viewer].get(address).text) for address in addresses}


def _same_again(text: str) -> str:
    """Without what differs from one answer to the next for everybody: tokens and form keys."""
    return re.sub(r'(name="(?:csrf_token|form_key)"[^>]*?value=)"[^"]*"', r'\1""', text)


# Forbidden and absent.


@contextmanager
def _statements(seen: list[str]) -> Iterator[None]:
    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", look)


@pytest.mark.parametrize(
    ("who", "address", "thing"),
    [
        ("stranger", "/proposals/{}", "draft"),
        ("stranger", "/proposals/{}", "concern"),
        ("stranger", "/proposals/{}/history", "draft"),
        ("stranger", "/proposals/{}/edit", "draft"),
        ("stranger", "/decisions/{}", "draft"),
        ("stranger", "/decisions/{}", "concern"),
        ("stranger", "/rounds/{}", "round being set up"),
        ("stranger", "/judging/{}", "idea being scored"),
        ("excluded member", "/judging/{}", "idea being scored"),
        ("qi", "/triage/{}", "draft"),
    ],
)
def test_what_is_forbidden_runs_the_statements_of_what_is_absent(
    who: str, address: str, thing: str, trust: Trust
) -> None:
    answers, ran = [], []
    trust.sit_down(who)
    for number in (trust.stage.things[thing], 999_999):
        seen: list[str] = []
        with _statements(seen):
            answers.append(trust.clients[who].get(address.format(number)))
        ran.append(seen)
    assert [answer.status_code for answer in answers] == [404, 404]
    assert _same_again(answers[0].text) == _same_again(answers[1].text)
    assert ran[0] == ran[1]
