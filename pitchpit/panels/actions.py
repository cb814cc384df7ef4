"""What a panel does: note ties, share out the work, score, meet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pitchpit.core.clock import now
from pitchpit.core.db import db
from pitchpit.core.rules import Stale, ensure, not_now_unless
from pitchpit.history.actions import record
from pitchpit.notices.actions import notify
from pitchpit.panels import assignment, queries, rules, scoring
from pitchpit.panels.enums import Attendance, ConflictType, Handling, ScorecardState, Tie
from pitchpit.panels.models import (
    Assignment,
    Conflict,
    ItemAbsence,
    Meeting,
    MeetingAttendance,
    MeetingItem,
    Score,
    Scorecard,
)
from pitchpit.people.models import Person
from pitchpit.people.queries import line_manager_id
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Round

# --- Conflicts ------------------------------------------------------------------------------------------------------------------------


def detect_conflicts(proposal: Proposal) -> None:
    """Note every tie that can be found between the panel and this proposal: author, line manager, same service."""
    known = {(conflict.person_id, conflict.tie) for conflict in queries.conflicts_on(proposal)}
    authors = [author.person for author in proposal.authors if author.left_at is None]
    managers = {line_manager_id(author) for author in authors}
    for member in proposal.round.members:
        for tie in _ties(member.person, proposal, authors, managers):
            if member.left_on is None and (member.person_id, tie) not in known:
                _note(proposal, member.person, tie, _type_of(tie), note="", actor=None)


def _ties(member: Person, proposal: Proposal, authors: Sequence[Person], managers: Collection[int | None]) -> list[Tie]:
    ties = []
    if any(author.id == member.id for author in authors):
        ties.append(Tie.AUTHOR)
    if member.id in managers:
        ties.append(Tie.LINE_MANAGER)
    if member.service_id is not None and member.service_id in {
        proposal.service_id,
        *(author.service_id for author in authors),
    }:
        ties.append(Tie.SAME_SERVICE)
    return ties


def _type_of(tie: Tie) -> ConflictType:
    return ConflictType.INDIRECT if tie is Tie.SAME_SERVICE else ConflictType.PROFESSIONAL


def _note(
    proposal: Proposal, person: Person, tie: Tie, type: ConflictType, *, note: str, actor: Person | None
) -> Conflict:
    handling = rules.handling_for(tie, type)
    conflict = Conflict(
        proposal=proposal,
        person=person,
        tie=tie,
        type=type,
        note=note,
        noted_at=now(),
        handling=handling,
        decided_at=now() if handling is Handling.EXCLUDED else None,
    )
    db.session.add(conflict)
    db.session.flush()
    verb = "conflict.declared" if tie is Tie.DECLARED else "conflict.found"
    record(
        verb,
        proposal,
        actor=actor,
        detail={"person_id": person.id, "tie": tie.value, "type": type.value, "handling": handling.value},
    )
    if handling is Handling.EXCLUDED:
        _withdraw_scorecard(proposal, person, actor=actor)
    return conflict


def _withdraw_scorecard(proposal: Proposal, person: Person, *, actor: Person | None) -> None:
    """An excluded member's scorecard counts nowhere, and the proposal leaves their pile."""
    scorecard = queries.scorecard_of(person, proposal, change=True)
    if scorecard is not None and scorecard.withdrawn_at is None:
        scorecard.withdrawn_at = now()
        record(
            "scorecard.withdrawn", proposal, actor=actor, detail={"scorecard_id": scorecard.id, "person_id": person.id}
        )


def declare_conflict(proposal: Proposal, *, actor: Person, type: ConflictType, note: str) -> Conflict:
    """Say that something ties me to this proposal. A financial tie excludes at once; the others wait for the chair."""
    ensure(rules.can_declare_conflict, actor, proposal)
    earlier = next(
        (c for c in queries.conflicts_on(proposal) if c.person_id == actor.id and c.tie is Tie.DECLARED), None
    )
    if earlier is not None:
        return earlier
    conflict = _note(proposal, actor, Tie.DECLARED, type, note=note, actor=actor)
    if conflict.handling is Handling.UNDECIDED:
        notify("conflict_to_handle", to=_who_decides(proposal.round, actor), about=proposal, round=proposal.round.title)
    return conflict


def _who_decides(round: Round, about: Person) -> list[Person]:
    from pitchpit.schemes.enums import PanelRole

    wanted = PanelRole.DEPUTY if rules.has_role(about, round, PanelRole.CHAIR) else PanelRole.CHAIR
    return [member.person for member in round.members if member.role is wanted and member.left_on is None]


def handle_conflict(conflict: Conflict, *, actor: Person, handling: Handling, reason: str) -> None:
    """Decide that a member with an indirect tie may take part, or is excluded; with the reason."""
    ensure(rules.can_handle_conflict, actor, conflict)
    conflict.handling = handling
    conflict.decided_by_id = actor.id
    conflict.decided_at = now()
    conflict.reason = reason
    record(
        "conflict.handled",
        conflict.proposal,
        actor=actor,
        detail={"person_id": conflict.person_id, "tie": conflict.tie.value, "handling": handling.value},
        texts={"reason": reason},
    )
    if handling is Handling.EXCLUDED:
        _withdraw_scorecard(conflict.proposal, conflict.person, actor=actor)


# --- Assignment -----------------------------------------------------------------------------------------------------------------------


def proposed_assignment(round: Round) -> set[tuple[int, int]]:
    """Who could score what: (proposal, person), even loads, nobody on what they are tied to; writes nothing."""
    proposals = queries.shortlisted(round)
    return assignment.propose(
        [proposal.id for proposal in proposals],
        [member.person_id for member in round.members if member.scores],
        round.judges_per_proposal,
        barred=queries.barred_pairs(proposals),
        kept=queries.assigned_pairs(round),
    )


def look_for_conflicts(round: Round) -> None:
    """Note the ties of the whole panel to everything shortlisted."""
    for proposal in queries.shortlisted(round):
        detect_conflicts(proposal)


def assign(round: Round, pairs: Collection[tuple[int, int]], *, actor: Person) -> int:
    """Ask these members to score these proposals: (proposal, person). Earlier ones that are not named end. How many are new."""
    ensure(rules.can_assign, actor, round)
    look_for_conflicts(round)
    proposals = {proposal.id: proposal for proposal in queries.shortlisted(round)}
    scoring_ids = {member.person_id for member in round.members if member.scores}
    barred = {
        (p, person) for p, person in queries.barred_pairs(proposals.values()) if _is_excluded(proposals[p], person)
    }
    wanted = {(p, person) for p, person in pairs if p in proposals and person in scoring_ids} - barred
    standing = {(row.proposal_id, row.person_id): row for row in queries.assignments_of(round)}
    for pair, row in standing.items():
        if row.ended_at is None and pair not in wanted:
            row.ended_at = now()
        elif row.ended_at is not None and pair in wanted:
            row.ended_at, row.assigned_at = None, now()
    new = wanted - standing.keys()
    db.session.add_all(Assignment(proposal_id=p, person_id=person, assigned_at=now()) for p, person in sorted(new))
    record("panel.assigned", round, actor=actor, detail={"pairs": len(wanted), "proposals": len(proposals)})
    told = {person for _, person in new}
    notify("pile_ready", to=[m.person for m in round.members if m.person_id in told], about=round, round=round.title)
    return len(new)


def _is_excluded(proposal: Proposal, person_id: int) -> bool:
    return rules.is_excluded(person_id, queries.conflicts_on(proposal))


# --- Scorecards -----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """What a judge gives for one criterion."""

    level: int | None
    cannot_judge: bool
    comment: str


def save_scorecard(
    proposal: Proposal, scores: Mapping[int, Given], *, actor: Person, notes: str, edit: int | None
) -> Scorecard:
    """Keep what I have scored so far. Others see nothing of it. `scores` is by criterion; `edit` None for the first save."""
    ensure(
        rules.can_score, actor, proposal, queries.conflicts_on(proposal), assigned=queries.is_assigned(actor, proposal)
    )
    scorecard = queries.scorecard_of(actor, proposal, change=True)
    if scorecard is None:
        scorecard = Scorecard(
            proposal_id=proposal.id, version_id=proposal.current_version_id, person_id=actor.id, saved_at=now(), edit=0
        )
        db.session.add(scorecard)
    elif edit != scorecard.edit:
        raise Stale(scorecard)
    ensure(
        lambda: not_now_unless(
            scorecard.state is not ScorecardState.SUBMITTED, "You submitted this scorecard: reopen it to change it."
        )
    )
    scorecard.edit += 1
    scorecard.notes = notes
    scorecard.saved_at = now()
    _write_scores(scorecard, proposal.round, scores)
    db.session.flush()
    return scorecard


def _write_scores(scorecard: Scorecard, round: Round, scores: Mapping[int, Given]) -> None:
    rows = {score.criterion_id: score for score in scorecard.scores}
    for criterion in round.criteria:
        given = scores.get(criterion.id)
        if given is None:
            continue
        row = rows.get(criterion.id)
        if row is None:
            row = Score(criterion_id=criterion.id)
            scorecard.scores.append(row)
        row.cannot_judge = given.cannot_judge and criterion.may_skip
        row.level = None if row.cannot_judge else given.level
        row.comment = given.comment


def submit_scorecard(scorecard: Scorecard, *, actor: Person) -> float:
    """Hand my scores in: they count from now on. The total, 0 to 100."""
    proposal = scorecard.proposal
    ensure(
        rules.can_score, actor, proposal, queries.conflicts_on(proposal), assigned=queries.is_assigned(actor, proposal)
    )
    ensure(lambda: rules.can_submit_scorecard(actor, scorecard, proposal.round))
    total = scoring.total(
        {score.criterion_id: score.level for score in scorecard.scores},
        {criterion.id: criterion.weight for criterion in proposal.round.criteria},
    )
    assert total is not None, "can_submit_scorecard asks for enough of the weight"
    scorecard.state = ScorecardState.SUBMITTED
    scorecard.submitted_at = now()
    scorecard.edit += 1
    record(
        "scorecard.submitted",
        proposal,
        actor=actor,
        detail={"scorecard_id": scorecard.id, "version_id": scorecard.version_id},
    )
    return total


def reopen_scorecard(scorecard: Scorecard, *, actor: Person) -> None:
    """Take my scores back to change them; until I submit again they do not count."""
    ensure(rules.can_reopen, actor, scorecard)
    scorecard.state = ScorecardState.DRAFT
    scorecard.submitted_at = None
    scorecard.edit += 1
    record("scorecard.reopened", scorecard.proposal, actor=actor, detail={"scorecard_id": scorecard.id})


# --- The meeting ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemTold:
    """What the minutes say of one proposal."""

    proposal_id: int
    notes: str
    vote: str
    dissent: str
    left_ids: Collection[int]


def record_meeting(
    round: Round,
    *,
    actor: Person,
    held_on: date,
    attendance: Mapping[int, Attendance],
    items: Sequence[ItemTold],
    notes: str,
) -> Meeting:
    """Write down a panel meeting: who was there, and for each proposal what was said, who left, how it was agreed."""
    ensure(rules.can_record_meeting, actor, round)
    meeting = Meeting(round_id=round.id, held_on=held_on, notes=notes, recorded_by_id=actor.id, recorded_at=now())
    meeting.attendances = [
        MeetingAttendance(person_id=person, attendance=word) for person, word in sorted(attendance.items())
    ]
    meeting.items = [
        MeetingItem(
            proposal_id=item.proposal_id,
            position=position,
            notes=item.notes,
            vote=item.vote,
            dissent=item.dissent,
            absences=[ItemAbsence(person_id=person) for person in sorted(item.left_ids)],
        )
        for position, item in enumerate(items, 1)
    ]
    db.session.add(meeting)
    db.session.flush()
    record("meeting.recorded", round, actor=actor, detail=_minutes(meeting))
    return meeting


def _minutes(meeting: Meeting) -> dict[str, Any]:
    present = sum(1 for row in meeting.attendances if row.attendance is Attendance.PRESENT)
    return {
        "meeting_id": meeting.id,
        "held_on": meeting.held_on.isoformat(),
        "present": present,
        "items": len(meeting.items),
    }
