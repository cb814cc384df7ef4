"""Money is whole pence, from the form to the report."""

from __future__ import annotations

import re

#: The most one amount may be: a thousand million pounds, far above any award and far below what the column holds.
MOST = 100_000_000_000

_POUNDS = re.compile(r"£?\s*(?P<pounds>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<pence>\d{1,2}))?\Z")


def pence_from(text: str) -> int:
    """The whole pence that somebody typed as pounds: "250", "£1,234.50".

    Raises ValueError, with a sentence for the person, for anything else.
    """
    found = _POUNDS.match(text.strip())
    if not found:
        raise ValueError("Enter an amount in pounds, like 250 or 249.99")
    pence = int(found["pounds"].replace(",", "")) * 100 + int((found["pence"] or "0").ljust(2, "0"))
    if pence > MOST:
        raise ValueError("Enter a smaller amount")
    return pence


def pounds(pence: int | None) -> str:
    """£250, £1,234.50, -£20; nothing for None."""
    if pence is None:
        return ""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}" + (f".{rest:02}" if rest else "")
