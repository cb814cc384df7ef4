"""Every form with what no form sends: each answer is a page, either an error with what was typed kept or a save, and never half of one.

Nothing that a form saves here is kept: the commit is undone at the last moment, when the database has taken everything, so that the next
sending meets the same trust.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.architecture.access import SIGNED_OUT, Rule, first_of_each
from tests.architecture.bodies import body_for, form_for
from tests.architecture.trust import SAVED, Trust, nothing_is_kept
from tests.pages import PageForm

pytestmark = pytest.mark.slow

NUL, LONG, BYTES = "a\0b", "x" * 225_000, b"a\xff\xfe\xed\xa0\x80b"

#: What is no text, and too long a one.
TEXTS: tuple[Any, ...] = (NUL, BYTES, LONG)

#: What is no figure, no day and no choice, or one that no column holds.
SHORT = ("1e400", "NaN", "inf", "-1", "2147483648", "9" * 23, "\u00b2", "31/02/2026")

#: What no choice, no tick and nothing that travels unseen can be.
UNSEEN: tuple[Any, ...] = (NUL, BYTES, "9" * 23, "no such choice")

#: Days that are none, or that no calendar of ours has.
DAYS = (("31", "02", "2026"), ("1", "1", "0"), ("1", "1", "10000"), ("-1", "\u00b2", "1e4"), (NUL, "", "9" * 5_000))


def _variations(body: dict[str, Any], form: PageForm | None) -> Iterator[tuple[str, dict[Any, Any], Any]]:
    """Each with its name, the body, and what must be on the page again where the form comes back. Of several rows the first."""
    kinds = form.kinds if form else {}
    dates = {name.rpartition("-")[0] for name in body if name.endswith("-day")}
    alike: dict[str, str] = {}
    for name in body:
        alike.setdefault(re.sub(r"\d+", "9", name), name)
    for name in alike.values():
        before, _, last = name.rpartition("-")
        if before not in dates:
            yield from _of_one(name, kinds.get(name, "hidden"), body)
        elif last == "day":
            for parts in DAYS:
                named = zip(("day", "month", "year"), parts, strict=True)
                yield f"{before}={parts}", body | {f"{before}-{part}": value for part, value in named}, None
        parts = name.split("-")
        if len(parts) == 3 and parts[1].isdigit():
            yield f"{name}, the 99999999th", body | {f"{parts[0]}-99999999-{parts[2]}": "x"}, None
    yield "names that are no names", body | {NUL: "x", BYTES: "x", "-": "x", "add_row": NUL}, None


def _of_one(name: str, kind: str, body: dict[str, Any]) -> Iterator[tuple[str, dict[Any, Any], Any]]:
    is_typed = kind in {"text", "textarea", "search", "email", "password"}
    values = (*TEXTS, *(SHORT if kind != "textarea" else ())) if is_typed else UNSEEN
    for value in values:
        comes_back = is_typed and kind != "password" and value not in (NUL, BYTES)
        yield f"{name}={value[:30]!r}", body | {name: value}, value if comes_back else None
    without = {other: value for other, value in body.items() if other != name}
    yield f"without {name}", without, None
    yield f"{name} twice", body | {name: [body[name], "another"]}, None
    yield f"{name}[]", without | {f"{name}[]": body[name], f"{name}[0]": "x", f"{name}-": "x"}, None


@pytest.mark.parametrize("rule", first_of_each("POST"), ids=lambda rule: rule.endpoint)
def test_a_form_sent_with_anything_is_saved_whole_or_comes_back_as_typed(
    rule: Rule, trust: Trust, caplog: pytest.LogCaptureFixture
) -> None:
    client = trust.clients[trust.somebody_who_may(rule)]
    address, wrong = trust.address(rule), []
    body, form = body_for(trust, rule), form_for(trust, rule)
    with nothing_is_kept(trust.app):
        for name, sent, back in _variations(body, form):
            caplog.clear()
            trust.sit_down(trust.somebody_who_may(rule))
            answer = client.post(address, data=urlencode(sent, doseq=True), content_type=FORM)
            if said := _what_is_wrong(answer, back):
                wrong.append(f"{name}: {said}{_where(caplog)}")
    assert wrong == []


FORM = "application/x-www-form-urlencoded"


def _what_is_wrong(answer: Any, back: str | None) -> str:
    """What is the matter with an answer, or nothing."""
    if answer.status_code not in {200, 204, SAVED, 302, 303, 400, 403, 404, 409, 422, 429}:
        return f"answered {answer.status_code}"
    if "Traceback" in answer.text:
        return "a stack trace"
    if answer.status_code != 422:
        return ""
    if answer.is_json:
        return "" if answer.json["problems"] else "refused without a reason"
    if "nhsuk-error-summary" not in answer.text:
        return "refused without a reason"
    if back is not None and html.escape(back, quote=False) not in html.unescape(answer.text).replace("&", "&amp;"):
        return "what was typed is lost"
    return ""


def _where(caplog: pytest.LogCaptureFixture) -> str:
    """Where an error came from."""
    broken = [record for record in caplog.records if record.exc_info]
    return f" ({broken[-1].exc_info[0].__name__}: {str(broken[-1].exc_info[1])[:200]})" if broken else ""


#: What the addresses of lists are asked, and more.
ASKED = (
    "after",
    "before",
    "page",
    "q",
    "round",
    "below",
    "form",
    "going",
    "next",
    "waiting",
    "outcome",
    "state",
    "theme",
)
GARBAGE: tuple[Any, ...] = (
    NUL,
    BYTES,
    "x" * 5_000,
    "-1",
    "99999999999999999999",
    "\u0661\u0662",
    "WyI-IiwxXQ",
    "eyJhIjoxfQ",
    "W" * 3_000,
    '"; DROP',
    '"a AND (b OR',
    "*",
)


@pytest.mark.parametrize("rule", first_of_each("GET"), ids=lambda rule: rule.endpoint)
def test_an_address_with_any_query_is_answered_by_a_page(
    rule: Rule, trust: Trust, caplog: pytest.LogCaptureFixture
) -> None:
    client, address, wrong = trust.clients[trust.somebody_who_may(rule)], trust.address(rule), []
    plain = client.get(address).status_code
    for value in GARBAGE:
        caplog.clear()
        answer = client.get(f"{address}?{urlencode([(name, value) for name in ASKED])}")
        if answer.status_code not in {plain, 400, 404} or "Traceback" in answer.text:
            wrong.append(f"{value[:30]!r}: {answer.status_code}{_where(caplog)}")
    assert wrong == []


@pytest.mark.parametrize("token", ["a%00b", "%FF%FE", "%ED%A0%80", "x" * 5_000, "%2e%2e%2f", "4505577104"])
def test_a_link_with_any_token_is_answered_by_a_page(token: str, trust: Trust) -> None:
    client = trust.clients[SIGNED_OUT]
    asked, used = client.get(f"/password/{token}"), client.post(f"/password/{token}")
    assert (asked.status_code, used.status_code) in {(200, 302), (404, 404)}
    assert client.get("/choose-password").status_code == 200
    trust.sit_down(SIGNED_OUT)
