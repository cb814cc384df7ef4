"""Nothing from elsewhere, nothing inline, nothing kept: on every answer, errors included."""

import pytest

from pitchpit.core.headers import policy_with_fonts

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("address", ["/healthz", "/nowhere"])
def test_every_answer_carries_the_headers(client, address):
    headers = client.get(address).headers
    assert {name: headers.get(name) for name in (
        "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy", "Cache-Control", "Strict-Transport-Security",
    )} == {
        "Content-Security-Policy": STRICT,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Strict-Transport-Security": None,
    }  # fmt: skip
    assert "camera=()" in headers["Permissions-Policy"]


def test_over_https_browsers_are_told_to_stay_there(client):
    assert client.get("/healthz", base_url="https://ideas.trust.example").headers["Strict-Transport-Security"] == (
        "max-age=63072000; includeSubDomains"
    )


def test_static_files_are_kept_for_long_and_not_sniffed(client):
    answer = client.get("/static/favicon.svg")
    assert answer.headers["Cache-Control"] == "max-age=31536000, public"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("address", "added"),
    [
        ("https://fonts.trust.example/frutiger.css?v=1", " https://fonts.trust.example"),
        ("http://fonts.trust.example/frutiger.css", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_licensed_font_is_let_in_from_one_place(address, added):
    assert policy_with_fonts(address) == STRICT.replace("style-src 'self'", f"style-src 'self'{added}").replace(
        "font-src 'self'", f"font-src 'self'{added}"
    )
