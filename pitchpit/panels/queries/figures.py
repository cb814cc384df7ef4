"""What counts, and the order it gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from pitchpit.core.db import db
from pitchpit.panels import scoring
from pitchpit.panels.enums import ScorecardState
from pitchpit.panels.models import Score, Scorecard
from pitchpit.panels.queries.reading import Titles
from pitchpit.panels.queries.seeing import business, free_of_ties, not_excluded, waits
from pitchpit.proposals.enums import ProposalState
from pitchpit.proposals.models import Proposal, Version
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
    """A round's ranking as one member may see it. `waiting` is how many lines wait for the chair's word on their own conflict."""

    lines: list[Ranked]
    judges: int
    fundable: int
    pot_pence: int
    waiting: int = 0
    unscored: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "unscored", sum(line.raw is None for line in self.lines))

    @property
    def scored(self) -> int:
        return len(self.lines) - self.unscored


def ranking(round: Round, person: Any) -> Ranking:
    """The proposals by raw score, the highest first, but for those that a tie keeps this person from. Three statements.

    Ties and proposals without a score stand in the order of references. Where something is left out, nothing that is counted includes it.
    """
    found = db.session.execute(_to_rank(round, person)).all()
    proposals = [row for row in found if not row.waits]
    titles = Titles(round)
    levels = counted_levels(round)
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    totals = {row.id: [total for _, total in _totals(levels.get(row.id, {}), weights)] for row in proposals}
    figures = {row.id: scoring.raw(totals[row.id]) for row in proposals}
    ordered = sorted(
        proposals, key=lambda row: (figures[row.id].score is None, -(figures[row.id].score or 0), row.reference)
    )
    places = scoring.ranks([figures[row.id].score for row in ordered])
    fundable = scoring.funded([row.ask_pence for row in ordered if figures[row.id].score is not None], round.pot_pence)
    lines = [
        Ranked(
            rank=place,
            proposal_id=row.id,
            reference=row.reference,
            title=titles.of(row.id, row.title),
            state=row.state,
            ask_pence=row.ask_pence,
            raw=figures[row.id].score,
            spread=figures[row.id].spread,
            totals=sorted(totals[row.id]),
            criteria=_on_criteria(round, levels.get(row.id, {})),
            within_pot=number < fundable,
        )
        for number, (row, place) in enumerate(zip(ordered, places, strict=True))
    ]
    judges = {judge for row in proposals for judge in levels.get(row.id, ())}
    return Ranking(lines, len(judges), fundable, round.pot_pence, waiting=len(found) - len(proposals))


def _to_rank(round: Round, person: Any) -> Any:
    return (
        select(
            Proposal.id,
            Proposal.reference,
            Proposal.state,
            Version.title,
            Version.ask_pence,
            waits(person).label("waits"),
        )
        .join(Version, Version.id == Proposal.current_version_id)
        .where(Proposal.round_id == round.id, *business(), not_excluded(person))
        .order_by(Proposal.reference)
    )


def _on_criteria(round: Round, cards: Mapping[int, Mapping[int, int | None]]) -> list[OnCriterion]:
    shown = []
    for criterion in round.criteria:
        given = [level for card in cards.values() if (level := card.get(criterion.id)) is not None]
        shown.append(
            OnCriterion(
                criterion.name,
                criterion.weight,
                fmean(given) if given else None,
                min(given, default=None),
                max(given, default=None),
            )
        )
    return shown


#: The levels that count: by proposal, by judge, by criterion.
Levels = dict[int, dict[int, dict[int, int | None]]]


def counted_levels(round: Round) -> Levels:
    """What counts: the levels of submitted scorecards of members whose seat counts and whom nothing keeps from the proposal. One statement."""
    levels: Levels = defaultdict(lambda: defaultdict(dict))
    for proposal_id, person_id, criterion_id, level in db.session.execute(_counted_scores(round)):
        levels[proposal_id][person_id][criterion_id] = level
    return levels


def _totals(cards: Mapping[int, Mapping[int, int | None]], weights: Mapping[int, int]) -> Iterable[tuple[int, float]]:
    for judge, given in cards.items():
        if (total := scoring.total(given, weights)) is not None:
            yield judge, total


def counted_totals(round: Round) -> dict[int, list[tuple[int, float]]]:
    """The totals that count, by proposal: (judge, total 0 to 100)."""
    weights = {criterion.id: criterion.weight for criterion in round.criteria}
    return {
        proposal_id: totals
        for proposal_id, cards in counted_levels(round).items()
        if (totals := list(_totals(cards, weights)))
    }


def _counted_scores(round: Round) -> Any:
    return (
        select(Scorecard.proposal_id, Scorecard.person_id, Score.criterion_id, Score.level)
        .join(Score, Score.scorecard_id == Scorecard.id)
        .join(Proposal, Proposal.id == Scorecard.proposal_id)
        .join(PanelMember, (PanelMember.round_id == Proposal.round_id) & (PanelMember.person_id == Scorecard.person_id))
        .where(
            Proposal.round_id == round.id,
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
