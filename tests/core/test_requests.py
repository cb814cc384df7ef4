"""A request that is too large is answered by a page that says what to do; a text that is merely long is not too large."""

from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import stream_encode_multipart

from pitchpit.core.db import db
from pitchpit.people.enums import Right
from pitchpit.people.models import Service
from tests.factories import make_person
from tests.pages import form_to, words

ADD = "/admin/services/add"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def admin(app: Flask, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_person("Ada Example", rights=[Right.ADMIN]))


@pytest.mark.parametrize("megabytes", [3, 24, 26])
@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_form_that_is_too_large_gets_a_short_page_that_says_what_to_do(
    admin: FlaskClient, megabytes: int, kind: str
) -> None:
    sent = form_to(admin.get(ADD), ADD).filled(name="x" * megabytes * 1_000_000, level="ward")
    if kind == "multipart":
        body, _length, boundary = stream_encode_multipart(sent, use_tempfile=False)
        content_type = f'multipart/form-data; boundary="{boundary}"'
        answer = admin.post(ADD, input_stream=body, content_type=content_type)
    else:
        answer = admin.post(ADD, data=sent)
    assert answer.status_code == 413
    said = words(answer)
    assert said.startswith("This is too large What you sent is larger than Pitchpit takes.")
    assert "Send a smaller file or a shorter text." in said
    assert len(answer.data) < 20_000
    assert db.session.scalar(select(func.count()).select_from(Service)) == 0


def test_it_is_refused_without_being_kept_in_memory_whoever_sends_it(client: FlaskClient) -> None:
    """It is read to its end all the same: a browser shows no answer before it has sent everything."""
    read = []

    class Watched(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            read.append(size)
            return super().read(size)

    sent = Watched(b"who=" + b"x" * 3_000_000)
    answer = client.post("/sign-in", input_stream=sent, content_type=FORM, csrf=False)
    assert (answer.status_code, words(answer)[:17]) == (413, "This is too large")
    assert (sent.tell(), max(read)) == (3_000_004, 1 << 16)


def test_225_000_characters_of_any_script_come_back_beside_their_error(admin: FlaskClient) -> None:
    sent = form_to(admin.get(ADD), ADD).filled(name="\U0001fa7a" * 225_000, level="ward")
    assert len(urlencode(sent)) > 2_700_000
    answer = admin.post(ADD, data=sent)
    assert answer.status_code == 422
    assert "Use at most 120 characters: there are 225,000 now" in words(answer)
    assert form_to(answer, ADD).filled()["name"] == sent["name"]
