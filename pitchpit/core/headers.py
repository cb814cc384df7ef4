"""Headers of every answer: nothing from elsewhere, nothing inline, nothing kept on a shared computer."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from wsgiref.headers import Headers

from flask import Flask, Response, request

_SELF = "'self'"
POLICY = {
    "default-src": ["'none'"],
    "script-src": [_SELF],
    "style-src": [_SELF],
    "img-src": [_SELF, "data:"],
    "font-src": [_SELF],
    "connect-src": [_SELF],
    "form-action": [_SELF],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

#: For what people uploaded: it may do nothing at all.
POLICY_OF_UPLOADS = "default-src 'none'; sandbox; frame-ancestors 'none'"

_FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HTTPS_FOR_TWO_YEARS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Put the headers on every answer that has not its own."""
    app.after_request(_add(policy_with_fonts(app.config.get("FRUTIGER_CSS_URL", ""))))


def policy_with_fonts(font_css: str = "") -> str:
    """The content security policy; a trust that may use Frutiger names where its licensed style sheet is."""
    policy = {name: list(sources) for name, sources in POLICY.items()}
    parts = urlsplit(font_css)
    if parts.scheme == "https" and parts.netloc:
        for name in ("style-src", "font-src"):
            policy[name].append(f"https://{parts.netloc}")
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


def _add(policy: str) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in _FOR_ALL.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", _HTTPS_FOR_TWO_YEARS)
        if request.endpoint != "static" and "Cache-Control" not in response.headers:
            # Every page, signed in or not: its forms carry keys, and whoever sits there next presses Back.
            response.headers["Cache-Control"] = "no-store"
        return response

    return add


def on_static_files(headers: Headers, _path: str, _url: str) -> None:
    """What our own style sheets, scripts and pictures carry: they are served before a request reaches the application."""
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy"):
        headers[name] = _FOR_ALL[name]
