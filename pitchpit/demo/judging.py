"""Panels share out the work, score, meet, decide and release."""

from __future__ import annotations

from functools import partial
from random import Random

from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db
from pitchpit.decisions import actions as decisions
from pitchpit.decisions.enums import RatifierAnswer
from pitchpit.decisions.models import Decision
from pitchpit.decisions.queries import current_decision
from pitchpit.decisions.rules import needs_ratification
from pitchpit.demo import rounds
from pitchpit.demo.proposing import IDEAS, word_of
from pitchpit.demo.rounds import MadeRound, Place
from pitchpit.demo.shapes import Idea, Shortlist
from pitchpit.demo.stage import Stage
from pitchpit.panels import actions as panels
from pitchpit.panels import queries
from pitchpit.panels.enums import Attendance, ConflictType, Handling
from pitchpit.panels.models import Assignment, Conflict, Scorecard
from pitchpit.panels.rules import is_excluded, leader_on, who_decides
from pitchpit.panels.told import Given, ItemTold
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import Round

#: In the round that is being scored: how many of their pile each has submitted so far; the rest have submitted all but one.
DONE_SO_FAR = {"judge": 2, "chair": 2, "money": 0, "anaesthetist": 1}

#: What a judge says to the authors of a level, by criterion; some say nothing.
COMMENTS = {
    "Need": {
        2: "Tell us how often this happens.",
        3: "We believe you; figures would help.",
        4: "Well shown.",
        5: "This cannot wait.",
    },
    "Difference it makes": {
        2: "For how many people?",
        3: "A clear gain. Who else would notice it?",
        4: "Many people would feel this.",
        5: "This would change how it is to be a patient here.",
    },
    "Can it be done": {
        2: "Who does it on a Sunday night?",
        3: "The plan is sound; say who covers leave.",
        4: "You have thought of most things.",
    },
    "Worth the money": {
        1: "The cost is not explained.",
        2: "Ask for a second quotation.",
        3: "A fair price.",
        4: "Cheap for what it brings.",
    },
    "Lasts and spreads": {
        1: "What happens when the money ends?",
        2: "Find who would pay later.",
        3: "Ask a second ward.",
        4: "Others will copy this.",
    },
}

NOTES = (
    "I would like to hear the pitch before I make up my mind.",
    "Close to my line. Compare with the other one on the same subject.",
    "Ask finance about the running costs.",
    "",
    "",
    "",
)


def the_panels(stage: Stage) -> None:
    """Each panel's work, as far as its round has come."""
    for made in rounds.ROUNDS:
        if made.assigned is None:
            continue
        _plan_conflicts(stage, made)
        stage.on(made.assigned, 11, 0, partial(_assign, stage, made))
        _plan_scoring(stage, made)
        _plan_deciding(stage, made)


# Conflicts.

#: Ties that somebody declares: round, member, idea, what kind, what they say.
DECLARED = (
    (
        rounds.FIRST,
        "money",
        "red_bag",
        ConflictType.INDIRECT,
        "I sit on the board of one of the twenty homes' neighbours' association.",
    ),
    (rounds.SECOND, "judge", "falls_drift", ConflictType.PROFESSIONAL, "I advised them on the exercises."),
    (rounds.SCORING, "money", "virtual_ward", ConflictType.INDIRECT, "I helped with the costing for this."),
    (
        rounds.SCORING,
        "patient",
        "interpreter_tablet",
        ConflictType.FINANCIAL,
        "My daughter works for one of the companies.",
    ),
)


def _plan_conflicts(stage: Stage, made: MadeRound) -> None:
    assert made.assigned is not None
    for round, member, idea, type, note in DECLARED:
        if round is made:
            stage.on(
                made.assigned + 1,
                9,
                30,
                partial(_declare, stage, member, idea, type, note),
            )
    if made is not rounds.SCORING:
        stage.on(made.assigned + 1, 16, 0, lambda: _handle_conflicts(stage, made))


def _declare(stage: Stage, member: str, idea: str, type: ConflictType, note: str) -> None:
    panels.declare_conflict(stage.proposal(idea), actor=stage.person(member), type=type, note=note)


def _handle_conflicts(stage: Stage, made: MadeRound) -> None:
    """The chair decides about the others' ties, the deputy about the chair's: a mere neighbour may take part."""
    waiting = select(Conflict).join(Proposal, Proposal.id == Conflict.proposal_id)
    waiting = waiting.where(Proposal.round_id == stage.rounds[made.key], Conflict.handling == Handling.UNDECIDED)
    for conflict in db.session.scalars(waiting.order_by(Conflict.id)).all():
        decider = who_decides(conflict, queries.conflicts_on(conflict.proposal))
        if decider is None:
            continue
        may = conflict.type is ConflictType.INDIRECT
        panels.handle_conflict(
            conflict,
            actor=decider.person,
            handling=Handling.MAY_TAKE_PART if may else Handling.EXCLUDED,
            reason="Same house, other work: nothing to gain or to lose." if may else "Advised the authors.",
        )


# Sharing out and scoring.


def _assign(stage: Stage, made: MadeRound) -> None:
    round, secretary = stage.round(made.key), stage.person("secretary")
    panels.look_for_conflicts(round)
    panels.assign(round, panels.proposed_assignment(round), actor=secretary)


def _plan_scoring(stage: Stage, made: MadeRound) -> None:
    """Everybody scores on the days after the pile was ready: a share each day, the last ones on the last day."""
    assert made.assigned is not None
    days = 4 if made is not rounds.SCORING else made.assigned - 1
    for number, place in enumerate(made.panel):
        if place.role is PanelRole.SECRETARY:
            continue
        for turn in range(1, days + 1):
            stage.on(
                made.assigned - turn,
                9 + number % 7,
                7 * number % 60,
                partial(_score, stage, made, place, turn, days),
            )


def _score(stage: Stage, made: MadeRound, place: Place, turn: int, turns: int) -> None:
    """Score the next ones of the pile, so many that the share of the days gone by is done."""
    person = stage.person(place.person)
    pile = _pile(stage, made, person.id)
    wanted = -(-len(pile) * turn // turns)
    if made is rounds.SCORING:
        wanted = min(wanted, DONE_SO_FAR.get(place.person, max(len(pile) - 1, 0)))
    done = set(db.session.scalars(select(Scorecard.proposal_id).where(Scorecard.person_id == person.id)))
    for proposal_id in [number for number in pile[:wanted] if number not in done]:
        proposal = db.session.get_one(Proposal, proposal_id)
        scorecard = panels.save_scorecard(
            proposal, _given(stage, made, place, proposal), actor=person, notes=_note(place, proposal), edit=None
        )
        panels.submit_scorecard(scorecard, actor=person)
    if made is rounds.SCORING and place.person == "judge" and turn == turns and len(pile) > wanted:
        _begin_scorecard(stage, made, place, pile[wanted])


def _begin_scorecard(stage: Stage, made: MadeRound, place: Place, proposal_id: int) -> None:
    """One is begun and not submitted yet: two criteria are scored."""
    proposal = db.session.get_one(Proposal, proposal_id)
    first_two = dict(list(_given(stage, made, place, proposal).items())[:2])
    panels.save_scorecard(proposal, first_two, actor=stage.person(place.person), notes="", edit=None)


def _pile(stage: Stage, made: MadeRound, person_id: int) -> list[int]:
    """What this person is to score and may."""
    asked = (
        select(Assignment.proposal_id)
        .join(Proposal, Proposal.id == Assignment.proposal_id)
        .where(
            Proposal.round_id == stage.rounds[made.key],
            Assignment.person_id == person_id,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.proposal_id)
    )
    tied = select(Conflict.proposal_id).where(
        Conflict.person_id == person_id, Conflict.handling != Handling.MAY_TAKE_PART
    )
    return list(db.session.scalars(asked.where(Assignment.proposal_id.not_in(tied))))


def _given(stage: Stage, made: MadeRound, place: Place, proposal: Proposal) -> dict[int, Given]:
    """Levels around the idea's merit, as strict as this judge is; the same each time."""
    key = next(key for key, number in stage.proposals.items() if number == proposal.id)
    merit = next(step.merit for step in _idea(made, key).steps if isinstance(step, Shortlist))
    random = Random(f"{key}/{place.person}")  # noqa: S311  # made-up scores, no secret
    given = {}
    for criterion in stage.round(made.key).criteria:
        level = max(0, min(5, round(random.gauss(merit + place.strictness, 0.7))))
        if criterion.may_skip and place.person == "patient" and random.random() < 0.3:
            given[criterion.id] = Given(level=None, cannot_judge=True, comment="")
            continue
        comment = COMMENTS.get(criterion.name, {}).get(level, "") if random.random() < 0.45 else ""
        given[criterion.id] = Given(level=level, cannot_judge=False, comment=comment)
    return given


def _note(place: Place, proposal: Proposal) -> str:
    return NOTES[(proposal.id + len(place.person)) % len(NOTES)]


def _idea(made: MadeRound, key: str) -> Idea:
    return next(idea for idea in IDEAS[made.key] if idea.key == key)


# Meeting, deciding, releasing.


def _plan_deciding(stage: Stage, made: MadeRound) -> None:
    if made.met is not None:
        stage.on(made.met, 16, 30, lambda: _meet(stage, made))
    if made.held is not None:
        stage.on(made.held, 10, 0, lambda: _hold(stage, made))
    if made.ratified is not None:
        stage.on(made.ratified, 13, 0, lambda: _ratify(stage, made))
    if made.released is not None:
        stage.on(made.released, 15, 0, lambda: _release(stage, made))


def _shortlisted(round: Round) -> list[Proposal]:
    return list(queries.shortlisted(round))


def _meet(stage: Stage, made: MadeRound) -> None:
    round = stage.round(made.key)
    absent = "porter" if made.panel is rounds.PANEL else None
    attendance = {
        stage.people[place.person]: Attendance.APOLOGIES if place.person == absent else Attendance.PRESENT
        for place in made.panel
    }
    panels.record_meeting(
        round,
        actor=stage.person("secretary"),
        held_on=clock.today(),
        attendance=attendance,
        items=[_item(proposal, attendance) for proposal in _shortlisted(round)],
        notes="Scores were read out before each idea was discussed. Who had a tie left the room.",
    )


def _item(proposal: Proposal, attendance: dict[int, Attendance]) -> ItemTold:
    conflicts = queries.conflicts_on(proposal)
    present = [person for person, word in attendance.items() if word is Attendance.PRESENT]
    return ItemTold(
        proposal_id=proposal.id,
        notes="Discussed for ten minutes.",
        vote="agreed" if proposal.id % 4 else "five for, one against",
        dissent="" if proposal.id % 4 else "One member would have asked for a second quotation first.",
        left_ids=[person for person in present if is_excluded(person, conflicts)],
    )


def _hold(stage: Stage, made: MadeRound) -> None:
    """The chair, or the deputy where a tie keeps the chair away, holds what the panel agreed."""
    round = stage.round(made.key)
    keys = {number: key for key, number in stage.proposals.items()}
    for proposal in _shortlisted(round):
        ruling = next(step.ruling for step in _idea(made, keys[proposal.id]).steps if isinstance(step, Shortlist))
        if ruling is None:
            continue
        leader = leader_on(round, queries.conflicts_on(proposal))
        assert leader is not None, "the story leaves every idea somebody to lead on it"
        decisions.hold(proposal, word_of(stage, round, ruling), actor=leader.person)


def _ratify(stage: Stage, made: MadeRound) -> None:
    for number, decision in enumerate(_held(stage, made), 1):
        version = decision.proposal.current_version
        if version and needs_ratification(decision, version):
            decisions.ratify(
                decision,
                actor=stage.person("leader"),
                answer=RatifierAnswer.YES,
                on=clock.today(),
                minute_reference=f"Executive board, {clock.today().year}, item {10 + number}",
            )


def _held(stage: Stage, made: MadeRound) -> list[Decision]:
    found = [current_decision(proposal) for proposal in _shortlisted(stage.round(made.key))]
    return [decision for decision in found if decision is not None]


def _release(stage: Stage, made: MadeRound) -> None:
    decisions.release(stage.round(made.key), actor=stage.person("chair"))
