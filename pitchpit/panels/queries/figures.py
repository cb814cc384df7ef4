"""What counts, and the order it gives."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from statistics import fmean
from typing import Any

from sqlalchemy import String, cast, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from pitchpit.core import memo
from pitchpit.core.db import SOMEBODY, db, put_together_once
from pitchpit.panels import scoring
from pitchpit.panels.enums import Handling, ScorecardState
from pitchpit.panels.models import Conflict, Score, Scorecard
from pitchpit.panels.ports import given_away
from pitchpit.panels.queries.reading import Titles
from pitchpit.panels.queries.seeing import THE_ROUND, business, free_of_ties, not_excluded, waits
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Author, Proposal, Version
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import PanelMember, Round


@dataclass(frozen=True)
class OnCriterion:
    """What the judges gave on one criterion: mean, lowest and highest level; None where nobody judged it."""

    name: str
    weight: int
    mean: float | None
    lowest: int | None
    highest: int | None


@dataclass(frozen=True)
class Ranked:
    """One line of the ranking: rank (None without a score), what it is, its raw score (0 to 100), spread, and the totals behind it."""

    rank: int | None
    proposal_id: int
    reference: str
    title: str
    state: ProposalState
    ask_pence: int
    raw: float | None
    spread: float | None
    totals: list[float]
    criteria: list[OnCriterion]
    within_pot: bool

    @property
    def judges(self) -> int:
        return len(self.totals)

    @property
    def differs(self) -> bool:
        """Whether the judges are far apart."""
        return self.spread is not None and self.spread >= scoring.WIDE


@dataclass(frozen=True)
class Ranking:
    """A part of a round's ranking as one member may see it: its lines, and how many lines there are before them and in all.

    What is counted is counted over the whole. `fundable` is how many from the top the money left funds: `left_pence`, the pot without what
    triage gave. `waiting` is how many lines wait for the chair's word on their own conflict.
    """

    lines: list[Ranked]
    start: int
    length: int
    scored: int
    judges: int
    fundable: int
    pot_pence: int
    left_pence: int
    waiting: int = 0

    @property
    def unscored(self) -> int:
        return self.length - self.scored


def ranking(round: Round, person: Any, *, start: int = 0, size: int | None = None) -> Ranking:
    """The proposals by raw score, the highest first, but for those that a tie keeps this person from: `size` lines (all of them) from `start`.

    Ties and proposals without a score stand in the order of references. Where something is left out, nothing that is counted includes it.
    Five statements, and one more where a scorecard, a tie, a seat or the rubric has changed since somebody looked. The cut-off is worked out
    each time, from the pot and what was given out of it as they stand.
    """
    found = db.session.execute(_to_rank(), {"person_id": person.id, "round_id": round.id}).all()
    rows = [row for row in found if not row.waits]
    ordered = _in_order(rows, figures_of(round))
    places = scoring.ranks([figures.raw for _, figures in ordered])
    asks = [row.ask_pence for row, figures in ordered if figures.raw is not None]
    left_pence = round.pot_pence - sum(told(round) for told in given_away)
    fundable = scoring.funded(asks, left_pence)
    start = min(max(start, 0), len(ordered))
    shown = ordered[start:][:size]
    titles = Titles(round, only=[row.id for row, _ in shown])
    return Ranking(
        lines=[
            _line(row, figures, places[number], round, titles, within_pot=number < fundable)
            for number, (row, figures) in enumerate(shown, start)
        ],
        start=start,
        length=len(ordered),
        scored=len(asks),
        judges=len({judge for _, figures in ordered for judge in figures.judges}),
        fundable=fundable,
        pot_pence=round.pot_pence,
        left_pence=left_pence,
        waiting=len(found) - len(rows),
    )


def _in_order(rows: Iterable[Any], known: Mapping[int, Figures]) -> list[tuple[Any, Figures]]:
    """Each proposal's row with its figures, as the ranking has them."""

    def turn(one: tuple[Any, Figures]) -> tuple[bool, float, str]:
        row, figures = one
        return figures.raw is None, -(figures.raw or 0), row.reference

    return sorted(((row, known.get(row.id, NOTHING)) for row in rows), key=turn)


def _line(row: Any, figures: Figures, place: int | None, round: Round, titles: Titles, *, within_pot: bool) -> Ranked:
    totals, levels = figures.details
    return Ranked(
        rank=place,
        proposal_id=row.id,
        reference=row.reference,
        title=titles.of(row.id, row.title),
        state=row.state,
        ask_pence=row.ask_pence,
        raw=figures.raw,
        spread=figures.spread,
        totals=totals,
        criteria=[
            OnCriterion(criterion.name, criterion.weight, *given)
            for criterion, given in zip(
                round.criteria, levels or [(None, None, None)] * len(round.criteria), strict=True
            )
        ],
        within_pot=within_pot,
    )


@put_together_once
def _to_rank() -> Any:
    return (
        select(
            Proposal.id,
            Proposal.reference,
            Proposal.state,
            Version.title,
            Version.ask_pence,
            waits(SOMEBODY).label("waits"),
        )
        .join(Version, Version.id == Proposal.current_version_id)
        .where(Proposal.round_id == THE_ROUND, *business(), not_excluded(SOMEBODY))
        .order_by(Proposal.reference)
    )


# The figures behind it, remembered.


@dataclass(frozen=True)
class Figures:
    """What counts for one proposal: its raw score and spread, its judges, and in JSON, read for the lines that are shown alone, the rest."""

    raw: float | None
    spread: float | None
    judges: list[int]
    rest: str

    @property
    def details(self) -> tuple[list[float], list[Any]]:
        """The totals, the lowest first; and mean, lowest and highest level on each criterion of the round."""
        totals, levels = json.loads(self.rest)
        return totals, levels


#: Nobody's scorecard counts.
NOTHING = Figures(None, None, [], "[[], []]")


def figures_of(round: Round) -> dict[int, Figures]:
    """The figures of every proposal with a scorecard that counts, by number; worked out anew where an input has changed.

    Two statements, and one more to work them out. They are the same for everybody: who sees which is asked elsewhere, each time.
    """
    kept = memo.remembered("panels.figures", round.id, _fingerprint(round), lambda: _worked_out(round))
    return {int(number): Figures(*figures) for number, figures in kept.items()}


def _worked_out(round: Round) -> dict[int, Any]:
    weights = _weights(round)
    return {proposal_id: _figures(cards, weights) for proposal_id, cards in counted_levels(round).items()}


def _figures(cards: Mapping[int, Mapping[int, int | None]], weights: Mapping[int, int]) -> Any:
    totals = sorted(total for _, total in _totals(cards, weights))
    raw = scoring.raw(totals)
    levels = [_in_short(_given(cards.values(), criterion)) for criterion in weights]
    return raw.score, raw.spread, list(cards), json.dumps([totals, levels], separators=(",", ":"))


def _given(cards: Iterable[Mapping[int, int | None]], criterion: int) -> list[int]:
    return [level for card in cards if (level := card.get(criterion)) is not None]


def _in_short(given: list[int]) -> tuple[float | None, int | None, int | None]:
    return fmean(given) if given else None, min(given, default=None), max(given, default=None)


#: Goes up whenever what is remembered takes another form, so that a new release reads nothing that an old one kept.
SHAPE = 1


def _fingerprint(round: Round) -> str:
    """Changes with every scorecard, tie, author on the panel, seat and weight that the figures depend on. One statement."""
    seats = sorted((one.person_id, one.shadow, one.role.value) for one in round.members)
    parts = db.session.execute(_inputs(), {"round_id": round.id}).one()
    return sha256(repr((SHAPE, seats, sorted(_weights(round).items()), tuple(parts))).encode()).hexdigest()


@put_together_once
def _inputs() -> Any:
    """The scorecards that are handed in, each with its edit number; the ties that stand; the authors who sit on the panel."""

    def listed(what: Any, *conditions: Any) -> Any:
        """Their numbers in order, in one text."""
        rows = select(what.label("what")).where(*conditions).order_by(what).subquery()
        return select(func.aggregate_strings(rows.c.what, " ")).scalar_subquery()

    here = Proposal.round_id == THE_ROUND
    card = cast(Scorecard.id, String) + "." + cast(Scorecard.edit, String)
    handed_in = Scorecard.state == ScorecardState.SUBMITTED, Scorecard.withdrawn_at.is_(None)
    tie = cast(Conflict.id, String) + "." + cast(Conflict.handling, String)
    seated = exists().where(PanelMember.round_id == THE_ROUND, PanelMember.person_id == Author.person_id)
    return select(
        listed(card, Scorecard.proposal_id == Proposal.id, here, *handed_in),
        listed(tie, Conflict.proposal_id == Proposal.id, here, Conflict.handling != Handling.MAY_TAKE_PART),
        listed(cast(Author.id, String), Author.proposal_id == Proposal.id, here, seated),
    )


def _weights(round: Round) -> dict[int, int]:
    return {criterion.id: criterion.weight for criterion in round.criteria}


#: The levels that count: by proposal, by judge, by criterion.
Levels = dict[int, dict[int, dict[int, int | None]]]


def counted_levels(round: Round) -> Levels:
    """What counts: the levels of submitted scorecards of members whose seat counts and whom nothing keeps from the proposal. One statement."""
    levels: Levels = defaultdict(lambda: defaultdict(dict))
    for proposal_id, person_id, criterion_id, level in db.session.execute(_counted_scores(), {"round_id": round.id}):
        levels[proposal_id][person_id][criterion_id] = level
    return levels


def _totals(cards: Mapping[int, Mapping[int, int | None]], weights: Mapping[int, int]) -> Iterable[tuple[int, float]]:
    for judge, given in cards.items():
        if (total := scoring.total(given, weights)) is not None:
            yield judge, total


def counted_totals(round: Round) -> dict[int, list[tuple[int, float]]]:
    """The totals that count, by proposal: (judge, total 0 to 100)."""
    weights = _weights(round)
    return {
        proposal_id: totals
        for proposal_id, cards in counted_levels(round).items()
        if (totals := list(_totals(cards, weights)))
    }


@put_together_once
def _counted_scores() -> Any:
    return (
        select(Scorecard.proposal_id, Scorecard.person_id, Score.criterion_id, Score.level)
        .join(Score, Score.scorecard_id == Scorecard.id)
        .join(Proposal, Proposal.id == Scorecard.proposal_id)
        .join(PanelMember, (PanelMember.round_id == Proposal.round_id) & (PanelMember.person_id == Scorecard.person_id))
        .where(
            Proposal.round_id == THE_ROUND,
            Scorecard.state == ScorecardState.SUBMITTED,
            Scorecard.withdrawn_at.is_(None),
            PanelMember.shadow.is_(False),
            PanelMember.role != PanelRole.SECRETARY,
            free_of_ties(),
        )
        .order_by(Scorecard.id, Score.id)
    )


def scorecards_on(proposal: Proposal) -> Sequence[Scorecard]:
    """The submitted scorecards on a proposal with their scores and judges, for the panel once scoring has closed. Two statements."""
    counted = select(Scorecard).where(
        Scorecard.proposal_id == proposal.id,
        Scorecard.state == ScorecardState.SUBMITTED,
        Scorecard.withdrawn_at.is_(None),
        free_of_ties(),
    )
    return db.session.scalars(
        counted.options(selectinload(Scorecard.scores), joinedload(Scorecard.person)).order_by(Scorecard.id)
    ).all()
