"""What somebody tells a panel, as plain values between forms and actions."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

#: What the minutes say where nobody voted.
AGREED = "agreed"


@dataclass(frozen=True)
class Given:
    """What a judge gives for one criterion."""

    level: int | None
    cannot_judge: bool = False
    comment: str = ""


@dataclass(frozen=True)
class ItemTold:
    """What the minutes say of one proposal."""

    proposal_id: int
    notes: str = ""
    vote: str = AGREED
    dissent: str = ""
    left_ids: Collection[int] = ()


@dataclass(frozen=True)
class SharedOut:
    """Who scores what as it stands, (proposal, person), and a number that changes with it: what a stale save is compared with."""

    pairs: frozenset[tuple[int, int]]
    edit: int

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> SharedOut:
        known = frozenset(pairs)
        return cls(known, zlib.crc32(repr(sorted(known)).encode()))
