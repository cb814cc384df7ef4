"""What the story is made of: made-up people, ideas in plain words, cases that say where they were published."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from pitchpit.core.text import nhs_number_in
from pitchpit.demo import ACCOUNTS, cases, people, rounds, services
from pitchpit.demo.proposing import IDEAS
from pitchpit.demo.shapes import Idea, Work

EVERY_IDEA = [idea for ideas in IDEAS.values() for idea in ideas]
CASES = cases.FIRST + cases.SECOND


def test_three_hundred_people_with_names_of_their_own() -> None:
    everybody = people.everybody()
    assert len(everybody) == people.NUMBER == 300
    assert [name for name, number in Counter(one.name for one in everybody).items() if number > 1] == []
    assert [email for email, number in Counter(one.email for one in everybody).items() if number > 1] == []
    assert {one.email.partition("@")[2] for one in everybody} == {people.DOMAIN}
    assert people.everybody() == everybody


def test_the_ten_accounts_are_in_the_cast_and_nobody_else_signs_in() -> None:
    by_key = {one.key: one for one in people.CAST}
    assert [account.email for account in ACCOUNTS] == [by_key[key].email for key in people.SIGNING_IN]
    assert len(ACCOUNTS) == 10


def test_eight_divisions_and_about_forty_services() -> None:
    ways = services.ways()
    assert len(services.TREE) == 8
    assert 40 <= len(ways) <= 50
    assert len({way[-1] for way in ways}) == len(ways)
    assert set(services.MANAGERS) - {way[-1] for way in ways} == {services.TRUST}


def test_ideas_have_keys_of_their_own_and_people_who_exist() -> None:
    assert [key for key, number in Counter(idea.key for idea in EVERY_IDEA).items() if number > 1] == []
    known = {one.key for one in people.CAST}
    named = {key for idea in EVERY_IDEA for key in (idea.by, *idea.with_)}
    named |= {line.owner for idea in EVERY_IDEA if idea.work for line in idea.work.measures}
    named |= {key for idea in EVERY_IDEA if idea.work for key in (idea.work.coach, idea.work.sponsor) if key}
    named |= {place.person for made in rounds.ROUNDS for place in made.panel}
    assert named - known == set()


def test_every_case_says_where_it_was_published() -> None:
    assert len(CASES) >= 12
    assert [case.key for case in CASES if not (case.work and case.work.source and case.work.measures)] == []
    assert [case.key for case in CASES if not any(line.published for line in _work(case).measures)] == []


def test_no_text_holds_an_nhs_number_and_every_sentence_ends() -> None:
    texts = list(_texts(EVERY_IDEA))
    assert [text for text in texts if nhs_number_in(text)] == []
    assert [idea.title for idea in EVERY_IDEA if not re.search(r"[.!?]$", idea.problem)] == []
    assert [idea.title for idea in EVERY_IDEA if len(idea.difference.split()) > 40] == []


def _work(idea: Idea) -> Work:
    assert idea.work is not None
    return idea.work


def _texts(thing: Any) -> Iterator[str]:
    """Every string in it, however deep."""
    if isinstance(thing, str):
        yield thing
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from _texts(getattr(thing, one.name))
    elif isinstance(thing, dict):
        yield from _texts(list(thing.values()))
    elif isinstance(thing, list | tuple):
        for one in thing:
            yield from _texts(one)
