"""The one search: features write what can be found into `search_entry` in their own transaction, and say who may find it.

Who may see an entry is said by audience keys ("everyone", "person:7", "service:12", "panel:3"), checked in the same statement that
searches. What a person may not see changes nothing for them: what is found comes in an order that depends on each entry alone (those
with all the words in their title, then the newest), never on how common a word is among entries that are hidden.

The full-text index is FTS5 on SQLite and a generated tsvector on PostgreSQL; migration 0001 makes both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    case,
    column,
    delete,
    exists,
    func,
    literal,
    literal_column,
    not_,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from pitchpit.core.clock import now
from pitchpit.core.db import Model, Row, db, insert_into, is_writing
from pitchpit.core.paging import Page

#: The audience key that everybody signed in holds.
EVERYONE = "everyone"

#: More words than this in one search, or longer ones, help nobody.
MOST_WORDS = 12
LONGEST_WORD = 40

#: `similar` counts this many words of a text, each up to COMMON; asks for the rarest, at most MOST_ASKED of which MOST_COMMON are common;
#: and of those uses the MOST_USED that are rarest among what the person may see.
MOST_COUNTED = 40
COMMON = 200
MOST_ASKED = 12
MOST_COMMON = 2
MOST_USED = 6

#: What a shared word counts, where at most so many visible entries have it.
WEIGHTS = ((2, 6), (8, 4), (30, 3), (100, 2))

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


class SearchEntry(Row, Model):
    """One thing that can be found. Its text is a copy, which its feature may write again at any time."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    kind: Mapped[str]
    subject_id: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    outcome: Mapped[str | None]
    url: Mapped[str]
    updated_at: Mapped[datetime]


class SearchAudience(Model):
    """Whoever holds this key may find the entry."""

    __tablename__ = "search_audience"
    __table_args__ = (Index(None, "key", "entry_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey(SearchEntry.id, ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


_fts = table("search_fts", column("rowid"))
_SHOWN = (
    SearchEntry.id,
    SearchEntry.kind,
    SearchEntry.subject_id,
    SearchEntry.title,
    SearchEntry.outcome,
    SearchEntry.url,
)


@dataclass(frozen=True)
class Found:
    """One entry that was found. `snippet` is plain text from its body, around the first word that was asked for."""

    id: int
    kind: str
    subject_id: int
    title: str
    outcome: str | None
    url: str
    in_title: bool
    snippet: str


@dataclass(frozen=True)
class Similar:
    """One entry that resembles a text; the more rare words they share, the higher its score."""

    id: int
    kind: str
    subject_id: int
    title: str
    outcome: str | None
    url: str
    score: int


def keys_for(person: Any) -> set[str]:
    """The audience keys this person holds: everyone's, their own, those of their rights and of their service."""
    keys = {EVERYONE, f"person:{person.id}"} | {f"right:{right}" for right in person.rights}
    return keys | ({f"service:{person.service_id}"} if person.service_id else set())


# Writing


def index(
    kind: str, subject_id: int, *, title: str, body: str, outcome: str | None, audience: Iterable[str], url: str
) -> None:
    """Let this be found by whoever holds one of the audience's keys, in the caller's transaction; replaces what was there."""
    _ensure_writing()
    entry = {"title": title, "body": body, "outcome": outcome, "url": url, "updated_at": now()}
    written = insert_into(SearchEntry).values(kind=kind, subject_id=subject_id, **entry)
    written = written.on_conflict_do_update(index_elements=["kind", "subject_id"], set_=entry)
    entry_id = db.session.execute(written.returning(SearchEntry.id)).scalar_one()
    keys = sorted(set(audience))
    db.session.execute(
        delete(SearchAudience).where(SearchAudience.entry_id == entry_id, SearchAudience.key.not_in(keys))
    )
    if keys:
        added = insert_into(SearchAudience).values([{"entry_id": entry_id, "key": key} for key in keys])
        db.session.execute(added.on_conflict_do_nothing())


def forget(kind: str, subject_id: int) -> None:
    """Let this be found by nobody any more, in the caller's transaction."""
    _ensure_writing()
    db.session.execute(delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.subject_id == subject_id))


def _ensure_writing() -> None:
    if not is_writing():
        raise RuntimeError("What can be found is written in the transaction of what it describes.")


# Finding


def find(
    words: str,
    keys: Collection[str],
    *,
    kinds: Collection[str] | None = None,
    outcome: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Found]:
    """What holds all these words, in any form ("discharging" finds "discharge"), and may be seen with these keys. One statement.

    Those with all the words in their title come first, then the newest entries. `after` is the `next` of the page before. Whatever people
    type is words, never an error; words without a meaning of their own ("the") are left out, and where none is left nothing is found.
    """
    terms = words_of(words)[:MOST_WORDS]
    if not terms or not keys:
        return Page([])
    place = _place_of(after)
    wanted = _Wanted(keys, kinds, outcome)
    tiers = [
        wanted.newest(
            _having(terms, in_title=in_title),
            limit + 1,
            below=place.id if place and place.in_title == in_title else None,
        )
        .add_columns(literal(int(in_title)).label("in_title"))
        .subquery()
        for in_title in (True, False)
        if in_title is False or place is None or place.in_title
    ]
    hit = union_all(*(select(tier) for tier in tiers)).subquery("hit")
    shown = (
        select(*_SHOWN, hit.c.in_title, func.substr(SearchEntry.body, 1, 2000).label("beginning"))
        .join(hit, hit.c.id == SearchEntry.id)
        .order_by(hit.c.in_title.desc(), SearchEntry.id.desc())
        .limit(limit + 1)
    )
    rows: Sequence[Any] = db.session.execute(shown).all()
    found = [
        Found(
            row.id,
            row.kind,
            row.subject_id,
            row.title,
            row.outcome,
            row.url,
            bool(row.in_title),
            _snippet(row.beginning, terms),
        )
        for row in rows[:limit]
    ]
    last = found[-1] if len(rows) > limit else None
    return Page(found, next=_Place(last.in_title, last.id).cursor() if last else None)


def words_of(words: str) -> list[str]:
    """The words to look for: small letters without accents, in their order, each once, none without a meaning of its own."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    found = (match.group()[:LONGEST_WORD] for match in _WORD.finditer(plain.lower()))
    return list(dict.fromkeys(word for word in found if word not in STOP_WORDS))


class _Place(NamedTuple):
    """Where a page of results ended."""

    in_title: bool
    id: int

    def cursor(self) -> str:
        return f"{'t' if self.in_title else 'b'}{self.id}"


def _place_of(cursor: str | None) -> _Place | None:
    match = re.fullmatch(r"([tb])([0-9]{1,9})", cursor or "")
    return _Place(match[1] == "t", int(match[2])) if match else None


@dataclass(frozen=True)
class _Wanted:
    """Whose eyes, and which entries."""

    keys: Collection[str]
    kinds: Collection[str] | None = None
    outcome: str | None = None

    def newest(self, having: ColumnElement[bool], limit: int, below: int | None = None) -> Select[Any]:
        """The numbers of the newest entries that have these words and may be seen; stops looking when it has enough."""
        entry_id: Any = SearchEntry.id if _is_postgresql() else _fts.c.rowid
        found = select(entry_id.label("id")).where(having, self._visible(entry_id), *self._kept(entry_id))
        if below is not None:
            found = found.where(entry_id < below)
        return found.order_by(entry_id.desc()).limit(limit)

    def _visible(self, entry_id: Any) -> ColumnElement[bool]:
        return exists().where(SearchAudience.entry_id == entry_id, SearchAudience.key.in_(sorted(set(self.keys))))

    def _kept(self, entry_id: Any) -> list[ColumnElement[bool]]:
        kept: list[ColumnElement[bool]] = []
        if self.kinds is not None:
            kept.append(SearchEntry.kind.in_(sorted(set(self.kinds))))
        if self.outcome is not None:
            kept.append(SearchEntry.outcome == self.outcome)
        if not kept or _is_postgresql():
            return kept
        return [exists().where(SearchEntry.id == entry_id, *kept)]  # a join would lose the order of the full-text index


def _having(terms: Sequence[str], *, in_title: bool | None = None) -> ColumnElement[bool]:
    """All these words: somewhere, or all in the title (`in_title`), or all but not all in the title (`in_title=False`)."""
    if _is_postgresql():
        tsv: ColumnElement[Any] = literal_column("search_entry.tsv")
        queries = (" & ".join(f"'{term}'{where}" for term in terms) for where in ("", ":A"))
        somewhere, titled = (tsv.op("@@")(func.to_tsquery(text("'english'"), query)) for query in queries)
        if in_title is None:
            return somewhere
        return titled if in_title else somewhere & not_(titled)
    all_of_them = "(" + " AND ".join(f'"{term}"' for term in terms) + ")"
    titled_query = f"{{title}} : {all_of_them}"
    query = {None: all_of_them, True: titled_query, False: f"{all_of_them} NOT ({titled_query})"}[in_title]
    return literal_column("search_fts").op("MATCH")(query)


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _snippet(body: str, terms: Sequence[str], before: int = 60, length: int = 200) -> str:
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


# Resembling


def similar(
    words: str,
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
    counted = _counted(words_of(words)[:MOST_COUNTED])
    if not counted or not keys:
        return []
    wanted = _Wanted(keys, kinds)
    arms = [wanted.newest(_having([term]), COMMON).subquery() for term in _rarest(counted)]
    having = union_all(*(select(literal(number).label("word"), arm.c.id) for number, arm in enumerate(arms))).cte(
        "having"
    )
    number = func.count().label("number")
    used = (
        select(having.c.word, number)
        .group_by(having.c.word)
        .order_by(number, having.c.word)
        .limit(MOST_USED)
        .subquery("used")
    )
    weight = case(*((used.c.number <= number, weight) for number, weight in WEIGHTS), else_=1)
    scored = (
        select(having.c.id, func.sum(weight).label("score"))
        .join(used, used.c.word == having.c.word)
        .group_by(having.c.id)
        .subquery("scored")
    )
    shown = (
        select(*_SHOWN, scored.c.score)
        .join(scored, scored.c.id == SearchEntry.id)
        .order_by(scored.c.score.desc(), SearchEntry.id.desc())
        .limit(limit)
    )
    if exclude is not None:
        shown = shown.where(not_((SearchEntry.kind == exclude[0]) & (SearchEntry.subject_id == exclude[1])))
    return [Similar(*row) for row in db.session.execute(shown)]


def _rarest(counted: dict[str, int]) -> list[str]:
    """The words to ask for: the rarest, and a few common ones for when the rare ones are hidden or misspelt."""
    in_order = sorted(counted, key=lambda word: (counted[word], -len(word), word))
    rare = [word for word in in_order if counted[word] < COMMON]
    common = [word for word in in_order if counted[word] >= COMMON]
    return rare[: MOST_ASKED - MOST_COMMON] + common[:MOST_COMMON]


def _counted(terms: Sequence[str]) -> dict[str, int]:
    """About how many entries have each of these words, up to COMMON; those that none has are left out where that is known. One statement."""
    if not terms:
        return {}
    if _is_postgresql():
        return {
            word: min(number, COMMON)
            for word, number in db.session.execute(text(_COUNTED_ON_POSTGRESQL), {"words": list(terms)})
        }
    one = "SELECT {0} AS word, (SELECT count(*) FROM (SELECT 1 FROM search_fts WHERE search_fts MATCH :w{0} LIMIT {1})) AS number"
    every = " UNION ALL ".join(one.format(number, COMMON) for number in range(len(terms)))
    rows = db.session.execute(text(every), {f"w{number}": f'"{term}"' for number, term in enumerate(terms)})
    return {terms[word]: number for word, number in rows if number}


#: How common the words are by the table's statistics: a word that is not among the common ones counts 0.
_COUNTED_ON_POSTGRESQL = """
SELECT asked.word, CAST(coalesce(max(common.often), 0) * greatest(max(whole.reltuples), 0) AS integer)
FROM unnest(CAST(:words AS text[])) AS asked(word)
CROSS JOIN pg_class AS whole
LEFT JOIN (
    SELECT unnest(CAST(CAST(most_common_elems AS text) AS text[])) AS lexeme, unnest(most_common_elem_freqs) AS often
    FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'search_entry' AND attname = 'tsv'
) AS common ON common.lexeme = ANY (tsvector_to_array(to_tsvector('english', asked.word)))
WHERE whole.oid = CAST('search_entry' AS regclass)
GROUP BY asked.word
"""
