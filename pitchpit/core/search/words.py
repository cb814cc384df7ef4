"""The words of a text: which can be searched for, and where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LONGEST_WORD = 40

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=\w{3})(?:ings?|ed|es|s|e|ly|y|ies)$")

#: Words without a meaning of their own: PostgreSQL's English index leaves them out, so we do on both databases.
STOP_WORDS = frozenset(
    """
    a about above after again against all am an and any are as at be because been before being below between both but by can could did do
    does doing don down during each few for from further had has have having he her here hers herself him himself his how i if in into is
    it its itself just may me more most my myself no nor not now of off on once only or other our ours ourselves out over own s same she
    should so some such t than that the their theirs them themselves then there these they this those through to too under until up us very
    was we were what when where which while who whom why will with would you your yours yourself yourselves
    """.split()  # noqa: SIM905  # a text to be read as words
)


def words_of(text: str) -> list[str]:
    """The words to look for: small letters without accents, in their order, each once, none without a meaning of its own."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    found = (match.group()[:LONGEST_WORD] for match in _WORD.finditer(plain.lower()))
    return list(dict.fromkeys(word for word in found if word not in STOP_WORDS))


def snippet(body: str, terms: Sequence[str], before: int = 60, length: int = 200) -> str:
    """A piece of the body around the first of these words, or its beginning."""
    roots = tuple(_ENDING.sub("", term) for term in terms)
    start = next((match.start() for match in _WORD.finditer(body) if match.group().lower().startswith(roots)), 0)
    start = max(0, start - before)
    if start:
        start = body.find(" ", start) + 1
    piece = " ".join(body[start : start + length].split())
    if start + length < len(body):
        piece = piece.rsplit(" ", 1)[0] + "…"
    return "…" + piece if start else piece
