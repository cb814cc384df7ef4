"""What tests of people share: somebody who can sign in by typing, and reading pages as a person does."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pitchpit.people.models import Person
from tests.factories import make_person

PASSWORD = "seven odd teapots"


@pytest.fixture
def ann(app: Flask) -> Person:
    return make_person("Ann Example", email="ann@trust.example", staff_number="N123", password=PASSWORD)


@pytest.fixture
def typed_sign_in() -> Callable[..., Any]:
    """Sign in on a client by the form, as a person does."""

    def send(client: FlaskClient, who: str = "ann@trust.example", password: str = PASSWORD, **more: str) -> Any:
        return client.post("/sign-in", data={"who": who, "password": password, **more})

    return send


def words(page: Any) -> str:
    """The words of a page's main part, without its tags."""
    main = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0] if main else page.text)).split())
