"""Finding by words, and finding what resembles a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, case, func, literal, not_, select, union_all

from pitchpit.core.db import db
from pitchpit.core.paging import Page
from pitchpit.core.search.engines import COMMON, Wanted, Where, engine
from pitchpit.core.search.entries import SearchEntry
from pitchpit.core.search.words import snippet, words_of

#: More words than this in one search help nobody.
MOST_WORDS = 12

#: `similar` counts this many words of a text, asks for the rarest (and a few common ones where there are not enough), and of those uses
#: the ones that are rarest among what the person may see.
MOST_COUNTED = 40
MOST_RARE = 8
MOST_COMMON = 2
MOST_USED = 6

#: What a shared word counts, where at most so many visible entries have it.
WEIGHTS = ((2, 6), (8, 4), (30, 3), (100, 2))

_SHOWN = (
    *(SearchEntry.id, SearchEntry.kind, SearchEntry.subject_id),
    *(SearchEntry.title, SearchEntry.outcome, SearchEntry.url),
)


@dataclass(frozen=True)
class _Entry:
    """What is shown of an entry."""

    id: int
    kind: str
    subject_id: int
    title: str
    outcome: str | None
    url: str


@dataclass(frozen=True)
class Found(_Entry):
    """One entry that was found. `snippet` is plain text from its body, around the first word that was asked for."""

    in_title: bool
    snippet: str


@dataclass(frozen=True)
class Similar(_Entry):
    """One entry that resembles a text; the more rare words they share, the higher its score."""

    score: int


class _Place(NamedTuple):
    """Where a page of results ended."""

    in_title: bool
    id: int

    def cursor(self) -> str:
        return f"{'t' if self.in_title else 'b'}{self.id}"


def _place_of(cursor: str | None) -> _Place | None:
    match = re.fullmatch(r"([tb])([0-9]{1,9})", cursor or "", re.ASCII)
    return _Place(match[1] == "t", int(match[2])) if match else None


def find(
    words: str,
    keys: Collection[str],
    *,
    kinds: Collection[str] | None = None,
    outcome: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Found]:
    """What holds all these words, in any form ("discharging" finds "discharge"), and may be seen with these keys. At most two statements.

    Those with all the words in their title come first, then the newest entries. `after` is the `next` of the page before. Whatever people
    type is words, never an error; words without a meaning of their own ("the") are left out, and where none is left nothing is found.
    """
    terms = words_of(words)[:MOST_WORDS]
    if not terms or not keys:
        return Page([])
    place, database = _place_of(after), engine(Wanted(keys, kinds, outcome))
    database.prepare(terms)

    def tier(where: Where, in_title: bool) -> Any:
        below = place.id if place and place.in_title == in_title else None
        newest = database.newest(terms, where, limit=limit + 1, below=below)
        return select(newest.subquery(), literal(int(in_title)).label("in_title"))

    tiers = [tier(Where.NOT_ALL_IN_TITLE, False)]
    if place is None or place.in_title:
        tiers.append(tier(Where.ALL_IN_TITLE, True))
    hit = union_all(*tiers).subquery("hit")
    shown = (
        select(*_SHOWN, hit.c.in_title, func.substr(SearchEntry.body, 1, 2000).label("beginning"))
        .join(hit, hit.c.id == SearchEntry.id)
        .order_by(hit.c.in_title.desc(), SearchEntry.id.desc())
        .limit(limit + 1)
    )
    rows = db.session.execute(shown).all()
    found = [_found(row, terms) for row in rows[:limit]]
    last = found[-1] if len(rows) > limit else None
    return Page(found, next=_Place(last.in_title, last.id).cursor() if last else None)


def _found(row: Any, terms: Sequence[str]) -> Found:
    entry = {column.key: getattr(row, column.key) for column in _SHOWN}
    return Found(**entry, in_title=bool(row.in_title), snippet=snippet(row.beginning, terms))


def similar(
    text: str,
    keys: Collection[str],
    *,
    kinds: Collection[str] | None = None,
    limit: int = 5,
    exclude: tuple[str, int] | None = None,
) -> list[Similar]:
    """What resembles this text and may be seen with these keys, the most alike first. Two statements, however long the text.

    Asks for the rarest few words of the text, any of them; a word counts the more, the fewer visible entries have it. `exclude` is the
    (kind, subject_id) of what the text belongs to.
    """
    terms = words_of(text)[:MOST_COUNTED]
    if not terms or not keys:
        return []
    database = engine(Wanted(keys, kinds))
    asked = _rarest(database.counted(terms))
    if not asked:
        return []
    newest = (database.newest([term], Where.ANYWHERE, limit=COMMON).subquery() for term in asked)
    having = union_all(*(select(literal(word).label("word"), arm) for word, arm in enumerate(newest))).cte("having")
    best = _scored(having).subquery("scored")
    shown = (
        select(*_SHOWN, best.c.score)
        .join(best, best.c.id == SearchEntry.id)
        .order_by(best.c.score.desc(), SearchEntry.id.desc())
        .limit(limit)
    )
    if exclude is not None:
        shown = shown.where(not_((SearchEntry.kind == exclude[0]) & (SearchEntry.subject_id == exclude[1])))
    return [Similar(*row) for row in db.session.execute(shown)]


def _scored(having: CTE) -> Select[Any]:
    """(id, score) of each entry in `having` (word, id): what the words it has count together, of the words that fewest entries have."""
    visible = func.count().label("visible")
    used = (
        select(having.c.word, visible)
        .group_by(having.c.word)
        .order_by(visible, having.c.word)
        .limit(MOST_USED)
        .subquery("used")
    )
    weight = case(*((used.c.visible <= most, weight) for most, weight in WEIGHTS), else_=1)
    score = func.sum(weight).label("score")
    return select(having.c.id, score).join(used, used.c.word == having.c.word).group_by(having.c.id)


def _rarest(counted: dict[str, int]) -> list[str]:
    """The words to ask for: the rarest first (of equals the longest), common ones only where there are not enough rare ones."""
    in_order = sorted(counted, key=lambda word: (counted[word], -len(word), word))
    rare = [word for word in in_order if counted[word] < COMMON][:MOST_RARE]
    common = [word for word in in_order if counted[word] >= COMMON]
    return rare + common[: min(MOST_COMMON, max(0, MOST_USED - len(rare)))]
