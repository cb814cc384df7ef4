"""The search page: what each may find, and nothing else."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pitchpit.core import search
from pitchpit.core.db import transaction
from tests.factories import make_person

SignIn = Callable[..., FlaskClient]


def indexed(number: int, title: str, audience: set[str], body: str = "Kept in <b>the</b> cupboard") -> None:
    search.index(
        "thing", number, title=title, body=body, outcome="Not started", audience=audience, url=f"/things/{number}"
    )


def links(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<a href="(/things/\d+)">([^<]*)</a>', page)


def test_each_finds_what_they_may_see(app: Flask, sign_in: SignIn) -> None:
    with transaction():
        nurse, porter = make_person(), make_person(rights=["qi"])
        indexed(1, "Kettle for all", {"everyone"})
        indexed(2, "Kettle of one nurse", {f"person:{nurse.id}"})
        indexed(3, "Kettle of improvers", {"right:qi"})
    everyone, mine, improvers = [
        (f"/things/{number}", title)
        for number, title in enumerate(("Kettle for all", "Kettle of one nurse", "Kettle of improvers"), 1)
    ]
    assert links(sign_in(nurse).get("/search?q=kettle").text) == [mine, everyone]
    assert links(sign_in(porter).get("/search?q=kettle").text) == [improvers, everyone]


def test_what_is_found_is_shown_as_text(app: Flask, sign_in: SignIn) -> None:
    with transaction():
        indexed(1, "Kettle & <script>", {"everyone"})
        nurse = make_person()
    page = sign_in(nurse).get("/search?q=kettle").text
    assert '<a href="/things/1">Kettle &amp; &lt;script&gt;</a>' in page
    assert "Thing: Kept in &lt;b&gt;the&lt;/b&gt; cupboard" in page
    assert ">Not started</strong>" in page


@pytest.mark.parametrize("words", ["teapot", "the", '"', "a' OR 1=1 --", "ü" * 500])
def test_nothing_found_says_what_to_do(app: Flask, sign_in: SignIn, words: str) -> None:
    with transaction():
        indexed(1, "Kettle", {"everyone"})
        nurse = make_person()
    page = sign_in(nurse).get("/search", query_string={"q": words}).text
    assert "Try fewer words" in page
    assert links(page) == []


def test_no_words_is_no_search(app: Flask, sign_in: SignIn) -> None:
    page = sign_in(make_person()).get("/search").text
    assert "Try fewer words" not in page
    assert links(page) == []


@pytest.mark.parametrize("count", [1, 30])
def test_search_costs_the_same_however_much_is_found(
    app: Flask, sign_in: SignIn, statements: Callable, count: int
) -> None:
    with transaction():
        nurse = make_person()
        for number in range(1, count + 1):
            indexed(number, f"Kettle {number}", {"everyone"})
    client = sign_in(nurse)
    client.get("/search?q=kettle")
    with statements() as sql:
        page = client.get("/search?q=kettle").text
    assert len(links(page)) == min(count, 20)
    assert len(sql) <= 6


def test_further_results_are_a_page_on(app: Flask, sign_in: SignIn) -> None:
    with transaction():
        nurse = make_person()
        for number in range(1, 26):
            indexed(number, f"Kettle {number}", {"everyone"})
    client = sign_in(nurse)
    first = client.get("/search?q=kettle").text
    onward = re.search(r'href="([^"]*after=[^"]*)" rel="next"', first)
    second = client.get(onward[1].replace("&amp;", "&")).text
    assert [len(links(first)), len(links(second))] == [20, 5]
    assert set(links(first)).isdisjoint(links(second))


def test_somebody_not_signed_in_is_asked_to(client: FlaskClient) -> None:
    answer = client.get("/search?q=kettle")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/search?q%3Dkettle")
