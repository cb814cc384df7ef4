"""What the pages of judging show, put together from what may be seen and what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pitchpit.core.clock import now
from pitchpit.core.rules import Answer
from pitchpit.core.templating import url_if_any
from pitchpit.notices.wording import path
from pitchpit.panels import queries, rules
from pitchpit.panels.enums import Handling, ScorecardState, Tie
from pitchpit.panels.models import Conflict, Meeting, Scorecard
from pitchpit.panels.queries import Blinded, Titles
from pitchpit.panels.told import SharedOut
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import Phase
from pitchpit.schemes.models import PanelMember, Round
from pitchpit.schemes.rules import panel_member

# A round.


@dataclass(frozen=True)
class RoundPage:
    """The head of a round's pages: which round, who this person is on its panel, the parts they can open."""

    round: Round
    member: PanelMember
    is_judge: bool
    keeps_the_papers: bool
    tabs: list[tuple[str, str, bool]]
    phase: Phase


def of_round(person: Any, round: Round, current: str) -> RoundPage:
    """The head of this round's page called `current`."""
    member = panel_member(person, round)
    assert member is not None, "the round was found because they are on its panel"
    keeps, over = bool(rules.keeps_the_papers(person, round)), bool(rules.scoring_is_over(round))
    parts = [
        ("pile", "My pile" if member.scores else "The round", path("panels.pile", round_id=round.id), True),
        ("conflicts", "Conflicts", path("panels.conflicts", round_id=round.id), keeps),
        ("assign", "Who scores what", path("panels.assigning", round_id=round.id), keeps),
        ("ranking", "Ranking", path("panels.ranking", round_id=round.id), over),
        ("meeting", "Meeting", path("panels.meeting", round_id=round.id), True),
        ("decisions", "Decisions", url_if_any("decisions.held", round_id=round.id), over),
    ]
    return RoundPage(
        round=round,
        member=member,
        is_judge=member.scores,
        keeps_the_papers=keeps,
        tabs=[(words, url, name == current) for name, words, url, shown in parts if shown and url],
        phase=round.phase_at(now()),
    )


@dataclass(frozen=True)
class MyRound:
    """A round on whose panel I sit: as what, and what is left to score."""

    round: Round
    member: PanelMember
    phase: Phase
    left: int


def my_rounds(person: Any) -> list[MyRound]:
    """The rounds on whose panel this person sits, the one that closes last first. Three statements."""
    left = {round.id: number for round, number in queries.left_to_score(person)}
    found = []
    for round in queries.rounds_of(person):
        if member := panel_member(person, round):
            found.append(MyRound(round, member, round.phase_at(now()), left.get(round.id, 0)))
    return found


# A scorecard.


@dataclass(frozen=True)
class ScorecardPage:
    """A proposal as its judge sees it. `shows` is "form", "submitted", "waiting" (for the chair) or "closed"."""

    proposal: Proposal
    round: Round
    read: Blinded
    scorecard: Scorecard | None
    shows: str
    why: str
    may_reopen: Answer
    may_declare: Answer
    total: float | None


def of_scorecard(person: Any, proposal: Proposal) -> ScorecardPage:
    """The page of this member's scorecard. Three statements."""
    conflicts = queries.conflicts_on(proposal)
    assigned, scorecard = queries.judged_by(person, proposal)
    may_read = rules.can_read(person, proposal, conflicts)
    may_score = rules.can_score(person, proposal, conflicts, assigned=assigned)
    submitted = scorecard is not None and scorecard.state is ScorecardState.SUBMITTED
    shows = "waiting" if not may_read else "submitted" if submitted else "form" if may_score else "closed"
    return ScorecardPage(
        proposal=proposal,
        round=proposal.round,
        read=queries.blinded(proposal),
        scorecard=scorecard if may_read else None,
        shows=shows,
        why=(may_read and may_score).reason,
        may_reopen=may_score and rules.can_reopen(person, scorecard) if scorecard else may_score,
        may_declare=rules.can_declare_conflict(person, proposal),
        total=queries.total_of(scorecard, proposal.round) if scorecard else None,
    )


@dataclass(frozen=True)
class Card:
    """A submitted scorecard as the panel reads it: whose, its total, and its answers by criterion."""

    name: str
    counts: bool
    total: float | None
    notes: str
    answers: dict[int, Any]


@dataclass(frozen=True)
class ScorecardsPage:
    read: Blinded
    round: Round
    cards: list[Card]


def of_scorecards(proposal: Proposal) -> ScorecardsPage:
    """Every scorecard on a proposal that stands. Three statements."""
    counting = {member.person_id for member in proposal.round.members if not member.shadow}
    cards = [
        Card(
            name=one.person.name,
            counts=one.person_id in counting,
            total=queries.total_of(one, proposal.round),
            notes=one.notes,
            answers={score.criterion_id: score for score in one.scores},
        )
        for one in queries.scorecards_on(proposal)
    ]
    return ScorecardsPage(queries.blinded(proposal), proposal.round, cards)


# A conflict.


@dataclass(frozen=True)
class ConflictPage:
    conflict: Conflict
    tie: Tie | None
    round: Round
    read: Blinded


def of_conflict(conflict: Conflict) -> ConflictPage:
    return ConflictPage(
        conflict, queries.told_tie(conflict), conflict.proposal.round, queries.blinded(conflict.proposal)
    )


# Sharing out.


@dataclass(frozen=True)
class ToShare:
    """A shortlisted proposal on the page where the work is shared out."""

    proposal_id: int
    reference: str
    title: str
    undecided: list[str]


@dataclass(frozen=True)
class Judge:
    """Somebody who scores: how many they have, how many they would have, how many they submitted."""

    person_id: int
    name: str
    shadow: bool
    assigned: int
    proposed: int
    submitted: int


@dataclass(frozen=True)
class Sharing:
    """Who scores what: as it stands, as it is proposed, and how far each is. Nothing of what the reader is excluded from."""

    head: RoundPage
    rows: list[ToShare]
    judges: list[Judge]
    excluded: set[tuple[int, int]]
    standing: SharedOut
    proposed: set[tuple[int, int]]
    may_assign: Answer

    @property
    def short(self) -> list[ToShare]:
        """What too few can score."""
        wanted = self.head.round.judges_per_proposal
        return [row for row in self.rows if sum(pair[0] == row.proposal_id for pair in self.proposed) < wanted]

    @property
    def is_settled(self) -> bool:
        """Whether what stands is what would be proposed."""
        return self.proposed == set(self.standing.pairs)


def of_sharing(person: Any, round: Round) -> Sharing:
    """The page where the work is shared out. Six statements."""
    proposals = queries.shortlisted(round, person)
    titles, shares = Titles(round, proposals), queries.shares(round)
    mine = {proposal.id for proposal in proposals}
    shares = [share for share in shares if share.proposal_id in mine]
    standing = SharedOut.of((share.proposal_id, share.person_id) for share in shares)
    ties = queries.standing_ties(round, proposals, queries.conflicts_in(round))
    barred = ties.keys() - standing.pairs
    proposed = queries.proposed(round, proposals, barred=barred, kept=standing.pairs)
    seated = [member for member in _in_order(round) if member.scores]
    return Sharing(
        head=of_round(person, round, "assign"),
        rows=[_to_share(proposal, titles, seated, ties) for proposal in proposals],
        judges=[_judge(member, shares, proposed) for member in seated],
        excluded={pair for pair, handling in ties.items() if handling is Handling.EXCLUDED},
        standing=standing,
        proposed=proposed,
        may_assign=rules.can_assign(person, round),
    )


def _to_share(
    proposal: Proposal,
    titles: Titles,
    seated: Sequence[PanelMember],
    ties: dict[tuple[int, int], Handling],
) -> ToShare:
    return ToShare(
        proposal.id,
        proposal.reference or "",
        titles.of(proposal.id, proposal.submitted_version.title),
        [one.person.name for one in seated if ties.get((proposal.id, one.person_id)) is Handling.UNDECIDED],
    )


def _judge(member: PanelMember, shares: Sequence[queries.Share], proposed: set[tuple[int, int]]) -> Judge:
    theirs = [share for share in shares if share.person_id == member.person_id]
    return Judge(
        member.person_id,
        member.person.name,
        member.shadow,
        assigned=len(theirs),
        proposed=sum(person_id == member.person_id for _, person_id in proposed),
        submitted=sum(share.submitted for share in theirs),
    )


def _in_order(round: Round) -> list[PanelMember]:
    """The panel by name."""
    return sorted(round.members, key=lambda member: (member.person.name, member.person_id))


# The meeting.


@dataclass(frozen=True)
class MeetingPage:
    """The meetings of a round, and what is needed to record one."""

    head: RoundPage
    held: Sequence[Meeting]
    panel: list[tuple[int, str]]
    proposals: list[tuple[int, str]]
    excluded: dict[int, list[str]]
    may_record: Answer


def of_meeting(person: Any, round: Round) -> MeetingPage:
    """The page of a round's meetings. Five statements."""
    may_record = rules.can_record_meeting(person, round)
    proposals = queries.shortlisted(round, person) if may_record else []
    titles = Titles(round, proposals)
    conflicts = queries.conflicts_in(round) if may_record else {}
    seated = [member for member in _in_order(round) if member.left_on is None]
    return MeetingPage(
        head=of_round(person, round, "meeting"),
        held=queries.meetings_of(round),
        panel=[(member.person_id, member.person.name) for member in seated],
        proposals=[(one.id, f"{one.reference} {titles.of(one.id, one.submitted_version.title)}") for one in proposals],
        excluded={
            one.id: [m.person.name for m in seated if rules.is_excluded(m.person_id, conflicts.get(one.id, ()))]
            for one in proposals
        },
        may_record=may_record,
    )
