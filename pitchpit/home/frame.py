"""What the frame of every page shows this person: where they can go, how much is unread, how old the demo is."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from flask import current_app, g, request, url_for
from flask_login import current_user
from markupsafe import Markup

from pitchpit.core import clock, settings
from pitchpit.core.ports import nav as nav_port
from pitchpit.core.templating import url_if_any
from pitchpit.core.words import date_in_full
from pitchpit.notices import queries as notices

#: A demo older than this has drifted so far from its dates that it is better told anew.
STALE_AFTER = timedelta(days=14)


class Nav:
    """The layout's `nav`, worked out only where a page asks for it, so that an error page may not."""

    home = "/"

    @cached_property
    def items(self) -> list[tuple[str, str, bool]]:
        """(word, address, whether this page stands under it), only what this person can use."""
        if not current_user.is_authenticated:
            return []
        wanted = sorted((item for item in nav_port if item.wanted(current_user)), key=lambda item: item.order)
        here = _here({item.endpoint: url_for(item.endpoint) for item in wanted})
        return [(item.label, url_for(item.endpoint), item.endpoint == here) for item in wanted]

    @property
    def unread(self) -> str:
        """How many notices are unread, "100+" at the most; nothing for none. Known from the sign-in's own statement."""
        return notices.unread_in_words(current_user.unread) if current_user.is_authenticated else ""

    @property
    def menu(self) -> list[tuple[str, str]]:
        """Under the person's name."""
        links = (("Your account", url_if_any("account.show")), ("How you are told", url_if_any("notices.choices")))
        return [(words, url) for words, url in links if url]

    @property
    def clear_after(self) -> int:
        """After how many idle seconds a shared computer's screen is cleared; 0 on one's own."""
        is_shared = current_user.is_authenticated and current_user.sign_in_shared
        return int(current_app.config["SHARED_IDLE"].total_seconds()) if is_shared else 0

    @property
    def sign_in(self) -> str:
        return "" if request.endpoint == "sign_in.show" else url_for("sign_in.show")

    @property
    def sign_out(self) -> str:
        return url_for("sign_in.leave")

    @cached_property
    def demo(self) -> Markup | str:
        """The demo's banner: that all is made up; after a fortnight, how to have it told anew.

        Known from the sign-in's own statement; one statement for somebody who is not signed in.
        """
        loaded_at = g.demo_loaded_at if "demo_loaded_at" in g else settings.get(settings.DEMO)
        return _demo_words(datetime.fromisoformat(loaded_at)) if loaded_at else ""


def nav_context() -> dict[str, Any]:
    """The context processor."""
    if "nav" not in g:
        g.nav = Nav()
    return {"nav": g.nav}


def _here(addresses: dict[str, str]) -> str | None:
    """The word of the navigation that this page stands under: by the longest address, else by feature."""
    under = {
        endpoint: len(address)
        for endpoint, address in addresses.items()
        if request.path == address or (address != "/" and request.path.startswith(f"{address}/"))
    }
    if under:
        return max(under, key=lambda endpoint: under[endpoint])
    return next((endpoint for endpoint in addresses if endpoint.partition(".")[0] == request.blueprint), None)


def _demo_words(loaded_at: datetime) -> Markup | str:
    if clock.now() - loaded_at < STALE_AFTER:
        return "A demonstration: everybody and everything here is made up."
    return Markup(
        "A demonstration, told up to {}. To bring it up to today, run <code>pitchpit demo --again</code>."
    ).format(date_in_full(loaded_at))
