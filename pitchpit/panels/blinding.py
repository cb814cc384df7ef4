"""Covering people's names in what judges read.

Pure text: which names there are is the caller's business. A name that is hidden in a heading and left standing in a sentence is not hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

#: What stands where a name stood.
COVER = "[name hidden]"

_TITLE_WORDS = "dr mr mrs ms miss mx prof professor sir dame sister nurse matron rev"
_TITLES = frozenset(_TITLE_WORDS.split())

#: Names that are everyday words as well: covered as part of the whole name alone, or half of each page would go.
_EVERYDAY_WORDS = """
    abbey amber angel april art august baker barber bell berry bill bishop black bloom bob bond book brook brown bush butler buck
    carol carter case chance chase church clay cliff cole cook cooper cotton cross dale dawn day dean drew duke earl eve
    faith farmer field fish fisher flint ford forest fox frank french frost gene gift ginger glen glover good grace grant gray green grey guy
    hall hand hardy harp hart hay head heath heather herb hill holly home hood hope house hunt hunter iris ivy jack jasmine jay joy jump june
    justice key king knight lamb lane law lily little long lord love low mark marsh mason max may melody miles mill miller mills moon moore
    moss noble north nurse olive page park parker patience pearl penny piper pepper poppy porter potter power price prince ray read
    reed rich rob robin rock root rose ruby rush sage shepherd short skip sky small snow spring star steel stone street strong
    sue summer sweet taylor temple tanner thorn tiger turner violet wade walker wall wallace ward waters weaver webb wells west
    white wild will winter wise wood woods young
"""
EVERYDAY = frozenset(_EVERYDAY_WORDS.split())


def covered(text: str, names: Iterable[str]) -> str:
    """The text with each of these people's names covered: the whole name, however it is joined and whatever its case, and its parts alone."""
    for name in names:
        anywhere, as_written = _patterns(name)
        if anywhere:
            text = anywhere.sub(COVER, text)
        if as_written:
            text = as_written.sub(COVER, text)
    return text


@lru_cache(maxsize=4096)
def _patterns(name: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What to cover in any case, and what only as it is written (parts of two letters: Ed, not ED)."""
    parts = [part for part in re.split(r"[\s.]+", name.strip()) if part and part.lower().rstrip(".") not in _TITLES]
    if not parts:
        return None, None
    whole = r"[\s._-]+".join(re.escape(part) for part in parts)
    long = [part for part in parts if len(part) > 2 and part.lower() not in EVERYDAY]
    short = [part for part in parts if len(part) == 2]
    return (
        re.compile(_words([whole, *map(re.escape, long)]), re.IGNORECASE),
        re.compile(_words(list(map(re.escape, short)))) if short else None,
    )


def _words(alternatives: list[str]) -> str:
    """Any of these, standing as words of their own; an underscore ends a word here."""
    return rf"(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])"
