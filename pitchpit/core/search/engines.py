"""How each database finds words: FTS5 on SQLite, tsvectors on PostgreSQL. Both give the newest entries first and stop when they have enough."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from math import prod
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Select,
    column,
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

from pitchpit.core.db import db
from pitchpit.core.search.entries import SearchAudience, SearchEntry

#: OFFSET 0: PostgreSQL does a subselect with it as it stands, and turns it into no join that reads everything. Nothing to SQLite.
_FENCE: ColumnElement[int] = literal_column("0")

_VECTORS: tuple[ColumnElement[Any], ...] = (
    literal_column("search_entry.tsv"),
    literal_column("search_entry.title_tsv"),
)

#: A word that this many entries have is common, and counted no further.
COMMON = 200


class Where(Enum):
    """Where the words stand."""

    ANYWHERE = "anywhere"
    ALL_IN_TITLE = "all of them in the title"
    NOT_ALL_IN_TITLE = "all there, but not all of them in the title"


@dataclass(frozen=True)
class Wanted:
    """Whose eyes, and which entries."""

    keys: Collection[str]
    kinds: Collection[str] | None = None
    outcome: str | None = None

    def audience(self) -> Select[Any]:
        """The numbers of the entries that one of the keys opens (`entry_id`), some more than once."""
        return select(SearchAudience.entry_id).where(SearchAudience.key.in_(sorted(set(self.keys))))

    def visible(self, entry_id: Any) -> ColumnElement[bool]:
        """Whether one of the keys opens this entry: asked of one entry after the other, until there are enough."""
        return self.audience().where(SearchAudience.entry_id == entry_id).offset(_FENCE).exists()

    def number_of_visible(self, most: int) -> Select[Any]:
        """How many entries the keys open, counted no further than `most`."""
        return select(_count(self.audience(), most))

    def narrowed(self) -> list[ColumnElement[bool]]:
        """What else an entry must be."""
        conditions: list[ColumnElement[bool]] = []
        if self.kinds is not None:
            conditions.append(SearchEntry.kind.in_(sorted(set(self.kinds))))
        if self.outcome is not None:
            conditions.append(SearchEntry.outcome == self.outcome)
        return conditions


def _count(rows: Select[Any], most: int) -> ColumnElement[int]:
    return select(func.count()).select_from(rows.limit(most).subquery()).scalar_subquery()


class Engine(Protocol):
    """What `finding` asks of a database. One is made for one search, by one person."""

    def prepare(self, terms: Sequence[str]) -> None:
        """Learn what `newest` needs to know about these words and this person. One statement."""

    def counted(self, terms: Sequence[str]) -> dict[str, int]:
        """The same; and about how many entries have each of these words, up to COMMON. A word that none has may be left out."""

    def newest(self, terms: Sequence[str], where: Where, *, limit: int, below: int | None = None) -> Select[Any]:
        """The numbers (`id`) of the newest entries that have all these words and may be seen, older than `below`."""


def engine(wanted: Wanted) -> Engine:
    """The one for this database."""
    return Postgresql(wanted) if db.engine.dialect.name == "postgresql" else Sqlite(wanted)


class Sqlite:
    """FTS5 walks its index of words from the newest entry down, and stops when enough were found that may be seen.

    Who may see next to nothing would have it walk to the end: then what they may see is looked through instead.
    """

    #: Who may see at most so many entries sees few.
    FEW = 500

    _fts = table("search_fts", column("rowid"))

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._sees_few = False

    def prepare(self, terms: Sequence[str]) -> None:
        self._sees_few = db.session.execute(self._wanted.number_of_visible(self.FEW)).scalar_one() < self.FEW

    def counted(self, terms: Sequence[str]) -> dict[str, int]:
        counts = (
            select(literal(word), _count(select(self._fts.c.rowid).where(self._matches([term])), COMMON))
            for word, term in enumerate(terms)
        )
        visible = select(literal(-1), self._wanted.number_of_visible(self.FEW).scalar_subquery())
        numbers: dict[int, int] = dict(db.session.execute(union_all(visible, *counts)).all())
        self._sees_few = numbers.pop(-1) < self.FEW
        return {terms[word]: number for word, number in numbers.items() if number}

    def newest(self, terms: Sequence[str], where: Where, *, limit: int, below: int | None = None) -> Select[Any]:
        entry_id: Any = self._fts.c.rowid
        found = select(entry_id.label("id")).where(self._matches(terms, where))
        if self._sees_few:
            mine = self._wanted.audience().distinct().subquery()
            found = found.select_from(mine).join(self._fts, entry_id == mine.c.entry_id)
        else:
            found = found.where(self._wanted.visible(entry_id))
        if narrowed := self._wanted.narrowed():  # a join would lose the order of the index
            found = found.where(exists().where(SearchEntry.id == entry_id, *narrowed))
        if below is not None:
            found = found.where(entry_id < below)
        return found.order_by(entry_id.desc()).limit(limit)

    @staticmethod
    def _matches(terms: Sequence[str], where: Where = Where.ANYWHERE) -> ColumnElement[bool]:
        all_of_them = "(" + " AND ".join(f'"{term}"' for term in terms) + ")"
        in_title = f"{{title}} : {all_of_them}"
        query = {
            Where.ANYWHERE: all_of_them,
            Where.ALL_IN_TITLE: in_title,
            Where.NOT_ALL_IN_TITLE: f"{all_of_them} NOT ({in_title})",
        }[where]
        return literal_column("search_fts").op("MATCH", is_comparison=True)(query)


class Postgresql:
    """An inverted index knows no order, so there are three ways, and the table's statistics say which is the shortest.

    Where many entries have the words, the newest are walked until enough have them. Where few have them, all those are fetched from the
    index. Where the person may see few, those are looked through. Left alone, the planner walks the whole table for words that are rarer
    than it can know.
    """

    #: Who may see at most so many entries sees few.
    FEW = 2000

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._entries = 0.0
        self._shares: dict[tuple[str, str], float] = {}
        self._sees_few = False

    def prepare(self, terms: Sequence[str]) -> None:
        visible = self._wanted.number_of_visible(self.FEW).scalar_subquery()
        learned = text(_SHARES).columns(column("word"), column("vector"), column("share"), column("entries")).subquery()
        for word, vector, share, entries, number in db.session.execute(
            select(learned, visible), {"words": list(terms)}
        ):
            self._entries, self._sees_few = entries, number < self.FEW
            if vector is not None:
                self._shares[word, vector] = share

    def counted(self, terms: Sequence[str]) -> dict[str, int]:
        """By the statistics: a word that is not among the common ones counts 0."""
        self.prepare(terms)
        return {term: min(int(self._expected([term], "tsv")), COMMON) for term in terms}

    def _expected(self, terms: Sequence[str], vector: str) -> float:
        return self._entries * prod(self._shares.get((term, vector), 0.0) for term in terms)

    def newest(self, terms: Sequence[str], where: Where, *, limit: int, below: int | None = None) -> Select[Any]:
        expected = self._expected(terms, "title_tsv" if where is Where.ALL_IN_TITLE else "tsv")
        have_it_many = expected**2 > 2 * limit * self._entries
        having = self._having(terms, where)
        conditions = self._wanted.narrowed()
        if below is not None:
            conditions.append(SearchEntry.id < below)
        if self._sees_few or have_it_many:
            entries = select(SearchEntry.id, *_VECTORS).where(*conditions)
            if self._sees_few:
                entries = entries.where(SearchEntry.id.in_(self._wanted.audience()))
        else:
            entries = select(select(SearchEntry.id).where(having, *conditions).cte().prefix_with("MATERIALIZED"))
        in_order = entries.order_by(text("id DESC")).offset(_FENCE).subquery("search_entry")
        found = select(in_order.c.id).order_by(in_order.c.id.desc()).limit(limit)
        if self._sees_few or have_it_many:
            found = found.where(having)
        return found if self._sees_few else found.where(self._wanted.visible(in_order.c.id))

    @staticmethod
    def _having(terms: Sequence[str], where: Where) -> ColumnElement[bool]:
        query = func.to_tsquery(text("'english'"), " & ".join(f"'{term}'" for term in terms))
        anywhere, in_title = (vector.op("@@", is_comparison=True)(query) for vector in _VECTORS)
        return {
            Where.ANYWHERE: anywhere,
            Where.ALL_IN_TITLE: in_title,
            Where.NOT_ALL_IN_TITLE: anywhere & not_(in_title),
        }[where]


#: Each word with the share of entries that have it, where it is common enough to be in the statistics; and how many entries there are.
_SHARES = """
WITH asked AS MATERIALIZED (
    SELECT word, lexeme FROM unnest(CAST(:words AS text[])) AS word CROSS JOIN LATERAL unnest(to_tsvector('english', word))
), common AS MATERIALIZED (
    SELECT attname, unnest(CAST(CAST(most_common_elems AS text) AS text[])) AS lexeme, unnest(most_common_elem_freqs) AS share
    FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'search_entry' AND attname IN ('tsv', 'title_tsv')
)
SELECT asked.word, common.attname AS vector, common.share, (SELECT reltuples FROM pg_class WHERE oid = CAST('search_entry' AS regclass)) AS entries
FROM asked LEFT JOIN common USING (lexeme)
"""
