"""What a panel does: note ties, share out the work, score, meet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from pitchpit.core.clock import now
from pitchpit.core.db import db
from pitchpit.core.rules import Refused, Stale, ensure, not_now
from pitchpit.history.actions import record
from pitchpit.notices.actions import notify
from pitchpit.panels import queries, rules
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
from pitchpit.panels.told import AGREED, Given, ItemTold
from pitchpit.people.models import Person
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Round

# Conflicts.


def detect_conflicts(proposal: Proposal) -> int:
    """Note every tie that can be found between the panel and this proposal: author, line manager, advice given, same service. How many are new."""
    return _look(proposal.round, [proposal], {proposal.id: list(queries.conflicts_on(proposal))})


def look_for_conflicts(round: Round) -> int:
    """Note the ties of the whole panel to everything shortlisted. How many are new."""
    return _look(round, queries.shortlisted(round), queries.conflicts_in(round))


def _look(round: Round, proposals: Sequence[Proposal], known: Mapping[int, Sequence[Conflict]]) -> int:
    new = {
        proposal: [
            (member.person, tie)
            for member, tie in ties
            if (member.person_id, tie) not in {(one.person_id, one.tie) for one in known.get(proposal.id, ())}
        ]
        for proposal, ties in queries.found_ties(round, proposals).items()
    }
    new = {proposal: ties for proposal, ties in new.items() if ties}
    if not new:
        return 0
    queries.lock_proposals([proposal.id for proposal in new])
    made = [
        _note(proposal, person, tie, queries.TYPES[tie], note="", actor=None)
        for proposal, ties in new.items()
        for person, tie in ties
    ]
    _tell_who_decides(round, made)
    return len(made)


def _note(
    proposal: Proposal, person: Person, tie: Tie, type: ConflictType, *, note: str, actor: Person | None
) -> Conflict:
    handling = rules.handling_for(tie, type)
    conflict = Conflict(
        proposal=proposal,
        person_id=person.id,
        tie=tie,
        type=type,
        note=note,
        noted_at=now(),
        handling=handling,
        decided_at=now() if handling is Handling.EXCLUDED else None,
    )
    db.session.add(conflict)
    db.session.flush()
    detail = {"conflict_id": conflict.id, "tie": tie.value, "type": type.value, "handling": handling.value}
    if tie is Tie.DECLARED:
        record("conflict.declared", proposal, actor=actor, detail=detail, texts={"note": note}, also=person)
    else:
        record("conflict.found", proposal, actor=actor, detail=detail, also=person)
    if handling is Handling.EXCLUDED:
        _withdraw_scorecard(proposal, person, actor=actor)
    return conflict


def _withdraw_scorecard(proposal: Proposal, person: Person, *, actor: Person | None) -> None:
    """An excluded member's scorecard counts nowhere, and the proposal leaves their pile."""
    scorecard = queries.scorecard_of(person, proposal, change=True)
    if scorecard is not None and scorecard.withdrawn_at is None:
        scorecard.withdrawn_at = now()
        record("scorecard.withdrawn", proposal, actor=actor, detail={"scorecard_id": scorecard.id}, also=person)


def _give_back_scorecard(proposal: Proposal, person: Person, *, actor: Person) -> None:
    """Whoever may take part after all finds the scorecard as it was."""
    scorecard = queries.scorecard_of(person, proposal, change=True)
    if scorecard is not None and scorecard.withdrawn_at is not None:
        scorecard.withdrawn_at = None
        record("scorecard.given_back", proposal, actor=actor, detail={"scorecard_id": scorecard.id}, also=person)


def declare_conflict(proposal: Proposal, *, actor: Person, type: ConflictType, note: str) -> Conflict:
    """Say that something ties me to this proposal. A financial tie excludes at once; the others wait for the chair.

    Saying the same again changes nothing; saying something else of it is decided about anew.
    """
    ensure(rules.can_declare_conflict, actor, proposal)
    known = queries.conflicts_on(proposal)
    mine = next((one for one in known if one.person_id == actor.id and one.tie is Tie.DECLARED), None)
    if mine is None:
        mine = _note(proposal, actor, Tie.DECLARED, type, note=note, actor=actor)
    elif mine.handling is Handling.EXCLUDED or (mine.type, mine.note) == (type, note or mine.note):
        return mine
    else:
        _declare_anew(mine, type, note=note, actor=actor)
    _tell_who_decides(proposal.round, [mine])
    return mine


def _declare_anew(conflict: Conflict, type: ConflictType, *, note: str, actor: Person) -> None:
    """What was decided about a tie was decided about what was known of it then: it stands no more."""
    conflict.type, conflict.note = type, note or conflict.note
    conflict.handling = rules.handling_for(conflict.tie, type)
    conflict.decided_at = now() if conflict.handling is Handling.EXCLUDED else None
    conflict.decided_by_id, conflict.reason = None, ""
    db.session.flush()
    record(
        "conflict.declared",
        conflict.proposal,
        actor=actor,
        detail={
            "conflict_id": conflict.id,
            "tie": conflict.tie.value,
            "type": conflict.type.value,
            "handling": conflict.handling.value,
        },
        texts={"note": note},
        also=actor,
    )
    if conflict.handling is Handling.EXCLUDED:
        _withdraw_scorecard(conflict.proposal, actor, actor=actor)


def _tell_who_decides(round: Round, conflicts: Sequence[Conflict]) -> None:
    """One notice to the chair (the deputy, for the chair) about however many wait."""
    known: dict[int, Sequence[Conflict]] = {}
    for one in conflicts:
        if one.handling is Handling.UNDECIDED and one.proposal_id not in known:
            known[one.proposal_id] = queries.conflicts_on(one.proposal)
    deciders = {
        decider.person_id
        for one in conflicts
        if one.handling is Handling.UNDECIDED and (decider := rules.who_decides(one, known[one.proposal_id]))
    }
    if deciders:
        notify("conflict_to_handle", to=deciders, about=round)


def handle_conflict(conflict: Conflict, *, actor: Person, handling: Handling, reason: str) -> None:
    """Decide that a member with an indirect tie may take part, or is excluded; with the reason. It can be decided again."""
    proposal = conflict.proposal
    ensure(rules.can_handle_conflict, actor, conflict, queries.conflicts_on(proposal))
    if handling is Handling.UNDECIDED:
        raise ValueError("A decision is one of the two.")
    conflict.handling = handling
    conflict.decided_by_id = actor.id
    conflict.decided_at = now()
    conflict.reason = reason
    db.session.flush()
    record(
        "conflict.handled",
        proposal,
        actor=actor,
        detail={"conflict_id": conflict.id, "tie": conflict.tie.value, "handling": handling.value},
        texts={"reason": reason},
        also=conflict.person,
    )
    if handling is Handling.EXCLUDED:
        _withdraw_scorecard(proposal, conflict.person, actor=actor)
    elif rules.may_take_part(conflict.person_id, queries.conflicts_on(proposal)):
        _give_back_scorecard(proposal, conflict.person, actor=actor)


# Sharing out.


def proposed_assignment(round: Round, proposals: Sequence[Proposal] | None = None) -> set[tuple[int, int]]:
    """Who could score what: (proposal, person), even loads, nobody on what they are tied to; writes nothing."""
    judged = queries.shortlisted(round) if proposals is None else proposals
    tied = queries.standing_ties(round, judged, queries.conflicts_in(round))
    return queries.proposed(round, judged, barred=tied.keys(), kept=queries.assigned_pairs(round))


def assign(round: Round, pairs: Collection[tuple[int, int]], *, actor: Person, edit: int | None = None) -> int:
    """Ask these members to score these proposals: (proposal, person). Earlier ones that are not named end. How many are new.

    What the actor is excluded from stays as it is. `edit` is the number of what stood when the list was made. Lock the round first.
    """
    ensure(rules.can_assign, actor, round)
    if edit is not None and (standing_now := queries.shared_out(round, actor)).edit != edit:
        raise Stale(standing_now)
    look_for_conflicts(round)
    conflicts = queries.conflicts_in(round)
    mine = {proposal.id for proposal in queries.shortlisted(round, actor)}
    judges = {member.person_id for member in round.members if member.scores}
    wanted = {
        (proposal, person)
        for proposal, person in pairs
        if proposal in mine and person in judges and not rules.is_excluded(person, conflicts.get(proposal, ()))
    }
    standing = {
        (row.proposal_id, row.person_id): row
        for row in queries.assignments_of(round, change=True)
        if row.proposal_id in mine
    }
    new = wanted - {pair for pair, row in standing.items() if row.ended_at is None}
    for pair, row in standing.items():
        if pair in new:
            row.ended_at, row.assigned_at = None, now()
        elif pair not in wanted and row.ended_at is None:
            row.ended_at = now()
    made = sorted(new - standing.keys())
    db.session.add_all(Assignment(proposal_id=p, person_id=person, assigned_at=now()) for p, person in made)
    record("panel.assigned", round, actor=actor, detail={"new": len(new)})
    notify("pile_ready", to={person for _, person in new}, about=round)
    return len(new)


def remind(round: Round, person: Person, number: int) -> None:
    """Tell a judge, once, that scoring closes soon and what is left."""
    notify("pile_reminder", to=[person], about=round, number=number)


def tell_judges(kind: str, round: Round, *, but: Person | None) -> None:
    """Tell every judge with something left to score in this round; not who did it."""
    told = [person_id for person_id in queries.judges_with_something_left(round) if but is None or person_id != but.id]
    notify(kind, to=told, about=round)


# Scorecards.


def save_scorecard(
    proposal: Proposal, scores: Mapping[int, Given], *, actor: Person, notes: str, edit: int | None
) -> Scorecard:
    """Keep what I have scored so far. Others see nothing of it. `scores` is by criterion; `edit` None for the first save.
    Find the proposal by `to_score_or_404`.

    The same sent again (an answer that was lost on the way) is no conflict and changes nothing.
    """
    conflicts = queries.conflicts_on(proposal)
    assigned, scorecard = queries.judged_by(actor, proposal, change=True)
    ensure(rules.can_score, actor, proposal, conflicts, assigned=assigned)
    if scorecard is None:
        scorecard = Scorecard(
            proposal_id=proposal.id, version_id=proposal.current_version_id, person_id=actor.id, saved_at=now(), edit=0
        )
        db.session.add(scorecard)
    elif scorecard.state is ScorecardState.SUBMITTED:
        raise Refused(not_now("You have submitted this scorecard. Reopen it to change it."))
    elif _says(scorecard, proposal.round, scores, notes):
        return scorecard
    elif edit != scorecard.edit:
        raise Stale(scorecard)
    scorecard.edit += 1
    scorecard.notes = notes
    scorecard.saved_at = now()
    _write_scores(scorecard, proposal.round, scores)
    db.session.flush()
    return scorecard


def _says(scorecard: Scorecard, round: Round, scores: Mapping[int, Given], notes: str) -> bool:
    """Whether this is what the card says already."""
    kept = {score.criterion_id: Given(score.level, score.cannot_judge, score.comment) for score in scorecard.scores}
    given = {criterion.id: scores[criterion.id] for criterion in round.criteria if criterion.id in scores}
    return scorecard.notes == notes and kept == given


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
    """Hand my scores in: they count from now on. The total, 0 to 100. Find the proposal by `to_score_or_404`."""
    proposal = scorecard.proposal
    conflicts = queries.conflicts_on(proposal)
    ensure(rules.can_score, actor, proposal, conflicts, assigned=queries.judged_by(actor, proposal)[0])
    ensure(rules.can_submit_scorecard, actor, scorecard, proposal.round)
    total = queries.total_of(scorecard, proposal.round)
    assert total is not None, "can_submit_scorecard asks for enough of the weight"
    scorecard.state = ScorecardState.SUBMITTED
    scorecard.submitted_at = now()
    scorecard.edit += 1
    db.session.flush()
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
    db.session.flush()
    record("scorecard.reopened", scorecard.proposal, actor=actor, detail={"scorecard_id": scorecard.id})


# The meeting.


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
    look_for_conflicts(round)
    panel = {member.person_id for member in round.members}
    there = {person for person, word in attendance.items() if word is Attendance.PRESENT} & panel
    seen = {proposal.id for proposal in queries.shortlisted(round, actor)}
    meeting = Meeting(round_id=round.id, held_on=held_on, notes=notes, recorded_by_id=actor.id, recorded_at=now())
    meeting.attendances = [
        MeetingAttendance(person_id=person, attendance=word)
        for person, word in sorted(attendance.items())
        if person in panel
    ]
    meeting.items = [
        MeetingItem(
            proposal_id=item.proposal_id,
            position=position,
            notes=item.notes,
            vote=item.vote or AGREED,
            dissent=item.dissent,
            absences=[ItemAbsence(person_id=person) for person in sorted(there.intersection(item.left_ids))],
        )
        for position, item in enumerate((item for item in items if item.proposal_id in seen), 1)
    ]
    db.session.add(meeting)
    db.session.flush()
    record("meeting.recorded", round, actor=actor, detail={"meeting_id": meeting.id, "held_on": held_on.isoformat()})
    return meeting
