"""Logs tell which route, how long, how many statements, and nobody's words."""

import json
import logging
import sys

import pytest

from pitchpit.core.logs import JsonLines


@pytest.fixture
def lines(caplog):
    """What was logged about requests so far, as the lines that a log reader would get."""
    caplog.set_level(logging.DEBUG, logger="pitchpit.request")
    return lambda: [
        json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "pitchpit.request"
    ]


def test_a_request_is_one_line_with_its_route_and_without_its_query(client, lines):
    answer = client.get("/readyz?q=Mrs+Jones&token=secret", headers={"X-Request-ID": "abc-123.DEF_4"})
    (line,) = lines()
    assert answer.headers["X-Request-ID"] == "abc-123.DEF_4"
    assert {key: line[key] for key in ("level", "message", "method", "endpoint", "status")} == {
        "level": "debug",
        "message": "request",
        "method": "GET",
        "endpoint": "health.readyz",
        "status": answer.status_code,
    }
    assert line["ms"] > 0
    assert "Jones" not in json.dumps(line)
    assert "secret" not in json.dumps(line)


def test_the_statements_of_a_request_are_counted(client, lines, statements):
    with statements() as sql:
        client.get("/readyz")
    assert [line["statements"] for line in lines()] == [len(sql)]
    assert len(sql) > 1


@pytest.mark.parametrize(
    "sent", ["", "short", "x" * 65, "no spaces please", "line\tbreak", "<script>alert</script>", "naïve-identifier"]
)
def test_an_id_that_is_not_sane_is_replaced(client, sent):
    given = client.get("/healthz", headers={"X-Request-ID": sent.encode().decode("latin-1")}).headers["X-Request-ID"]
    assert len(given) == 32
    assert given != client.get("/healthz").headers["X-Request-ID"]


def test_a_line_is_one_line_whatever_is_in_it():
    record = logging.makeLogRecord(
        {"name": "pitchpit", "levelname": "INFO", "msg": "one\ntwo %s", "args": ("\u2028three",)}
    )
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "one\ntwo \u2028three"


def test_an_error_is_written_as_its_sort_and_place_without_its_words():
    try:
        raise ValueError("Mrs Jones, NHS number 943 476 5919")
    except ValueError:
        record = logging.getLogger("pitchpit").makeRecord(
            "pitchpit", logging.ERROR, "", 0, "It broke", (), sys.exc_info(), extra={"kind": "note"}
        )
    line = json.loads(JsonLines().format(record))
    assert (line["exception"], line["kind"], line["message"]) == ("ValueError", "note", "It broke")
    assert [place.rsplit("/", 1)[-1].split(":")[0] for place in line["stack"]] == ["test_logs.py"]
    assert "Jones" not in json.dumps(line)


def test_an_address_that_is_not_there_is_logged_without_it(client, lines):
    client.get("/sign-in/secret-token-of-somebody")
    (line,) = lines()
    assert (line["endpoint"], line["status"]) == (None, 404)
    assert "secret" not in json.dumps(line)
