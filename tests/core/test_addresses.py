"""Addresses with numbers that nothing can have: nothing is there, and nothing breaks."""

import re

import pytest
from flask import Flask

from pitchpit.core.db import transaction
from pitchpit.people.enums import Right
from tests.factories import make_person

TOO_LARGE = [2**31, 2**63, 10**20]


def numbered(app: Flask, method: str) -> list[str]:
    """Every route with numbers alone in its address."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return [rule.rule for rule in rules if "<int:" in rule.rule and not re.search(r"<(?!int:)", rule.rule)]


@pytest.mark.parametrize("number", TOO_LARGE)
def test_a_number_that_no_row_can_have_is_an_unknown_address(app, sign_in, number):
    with transaction():
        person = make_person(rights=[Right.ADMIN, Right.QI])
    client = sign_in(person)
    for method in ("GET", "POST"):
        routes = numbered(app, method)
        assert len(routes) > 20
        asked = {
            route: client.open(re.sub(r"<int:\w+>", str(number), route), method=method).status_code for route in routes
        }
        assert asked == dict.fromkeys(routes, 404)


@pytest.mark.parametrize("address", ["/triage", "/decisions"])
@pytest.mark.parametrize("number", [*TOO_LARGE, -1, "x"])
def test_a_list_of_a_round_that_there_cannot_be_is_the_whole_list(app, sign_in, address, number):
    with transaction():
        person = make_person(rights=[Right.QI])
    client = sign_in(person)
    heading = re.compile(r"<h1.*?</h1>", re.DOTALL)
    assert heading.findall(client.get(f"{address}?round={number}").text) == heading.findall(client.get(address).text)
