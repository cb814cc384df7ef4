"""Ideas are written, handed in, answered: what authors and triagers do until an idea is before the panel."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db
from pitchpit.decisions import actions as decisions
from pitchpit.decisions.word import Word
from pitchpit.demo import cases, ideas, rounds
from pitchpit.demo.rounds import MadeRound
from pitchpit.demo.shapes import Concern, Idea, Reply, Return, Ruling, Shortlist, Withdraw
from pitchpit.demo.stage import Stage, minute_of
from pitchpit.people.models import Person
from pitchpit.proposals import actions as proposals
from pitchpit.proposals.content import Typed, typed_of
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import AlwaysAsked
from pitchpit.schemes.models import Round

#: Every idea by its round.
IDEAS: dict[str, tuple[Idea, ...]] = {
    rounds.FIRST.key: cases.FIRST + ideas.FIRST,
    rounds.SECOND.key: cases.SECOND + ideas.SECOND,
    rounds.KIND.key: ideas.KIND,
    rounds.SCORING.key: ideas.SCORING,
    rounds.OPEN.key: ideas.OPEN,
}


def the_ideas(stage: Stage) -> None:
    """Each idea in each round, from its first draft to its first answer."""
    for made in rounds.ROUNDS:
        for idea in IDEAS[made.key]:
            _plan(stage, made, idea)


def handed_in(made: MadeRound, idea: Idea) -> int | None:
    """How many working days before the story is told it was handed in; None for a draft."""
    if idea.on is None:
        return None
    return idea.on if made is rounds.OPEN else made.opens - idea.on


def _plan(stage: Stage, made: MadeRound, idea: Idea) -> None:
    day, minute = handed_in(made, idea), minute_of(idea.key)
    begun = (day or 0) + idea.begun
    stage.on(begun, 9, minute, lambda: _begin(stage, made, idea))
    stage.on(begun, 12, minute, lambda: _write(stage, idea))
    if day is None:
        return
    stage.on(day, 10, minute, lambda: _submit(stage, idea))
    _plan_steps(stage, idea, day, minute)


def _plan_steps(stage: Stage, idea: Idea, day: int, minute: int) -> None:
    for step in idea.steps:
        match step:
            case Reply():
                day -= step.after
                stage.on(day, 14, minute, partial(_answer, stage, idea, step.ruling))
            case Return():
                day -= step.after
                stage.on(day, 14, minute, partial(_return, stage, idea, step))
                day -= step.again_after
                if step.again:
                    stage.on(day, 10, minute, partial(_send_again, stage, idea, step))
            case Shortlist():
                day -= step.after
                stage.on(day, 15, minute, lambda: _shortlist(stage, idea))
            case Concern():
                stage.on(day, 12, minute, partial(_send_as_concern, stage, idea, step))
            case Withdraw():
                day -= step.after
                stage.on(day, 11, minute, lambda: _withdraw(stage, idea))


# What authors do.


def _begin(stage: Stage, made: MadeRound, idea: Idea) -> None:
    author = stage.person(idea.by)
    proposal = proposals.begin(stage.round(made.key), actor=author)
    stage.proposals[idea.key] = proposal.id
    for key in idea.with_:
        proposals.add_author(proposal, stage.person(key), actor=author)


def _write(stage: Stage, idea: Idea) -> None:
    proposal = stage.proposal(idea.key)
    round = proposal.round
    texts = {
        AlwaysAsked.PROBLEM: idea.problem,
        AlwaysAsked.CHANGE: idea.change,
        AlwaysAsked.DIFFERENCE: idea.difference,
    }
    answers = {question.id: texts[question.always] if question.always else idea.tried for question in round.questions}
    typed = Typed(
        title=idea.title,
        answers={question: text for question, text in answers.items() if text},
        costs=idea.costs,
        hours=idea.hours,
        pays_after=idea.pays_after,
        theme_id=next((theme.id for theme in round.scheme.themes if theme.name == idea.theme), None),
    )
    proposals.save(proposal, typed, edit=proposal.edit, actor=stage.person(idea.by))


def _submit(stage: Stage, idea: Idea) -> None:
    proposal = stage.proposal(idea.key)
    proposals.submit(proposal, edit=proposal.edit, actor=stage.person(idea.by))


def _send_again(stage: Stage, idea: Idea, step: Return) -> None:
    proposal, author = stage.proposal(idea.key), stage.person(idea.by)
    typed = typed_of(proposal)
    about = _question(proposal.round, step.about)
    changed = Typed(**{**vars(typed), "answers": {**typed.answers, about: step.again}})
    proposals.save(proposal, changed, edit=proposal.edit, actor=author)
    proposals.submit(proposal, edit=proposal.edit, actor=author)


def _withdraw(stage: Stage, idea: Idea) -> None:
    proposals.withdraw(stage.proposal(idea.key), actor=stage.person(idea.by))


def _question(round: Round, always: str) -> int:
    return next(question.id for question in round.questions if question.always == always)


# What triagers do.


def triager_of(proposal: Proposal) -> Person:
    """Whoever owes the reply."""
    return db.session.scalars(select(Person).where(Person.id == proposal.responder_id)).one()


def _shortlist(stage: Stage, idea: Idea) -> None:
    proposal = stage.proposal(idea.key)
    decisions.shortlist(proposal, actor=triager_of(proposal))


def _return(stage: Stage, idea: Idea, step: Return) -> None:
    proposal = stage.proposal(idea.key)
    advice: dict[int | None, str] = {_question(proposal.round, step.about): step.advice}
    if step.general:
        advice[None] = step.general
    by = stage.calendar.after(clock.today(), step.days)
    decisions.return_with_advice(proposal, actor=triager_of(proposal), advice=advice, by=by)


def _answer(stage: Stage, idea: Idea, ruling: Ruling) -> None:
    proposal = stage.proposal(idea.key)
    decisions.answer(proposal, word_of(stage, proposal.round, ruling), actor=triager_of(proposal))


def _send_as_concern(stage: Stage, idea: Idea, step: Concern) -> None:
    proposal = stage.proposal(idea.key)
    decisions.send_as_concern(
        proposal, actor=triager_of(proposal), kind=step.kind, contact=stage.person(step.contact), words=step.words
    )


def word_of(stage: Stage, round: Round, ruling: Ruling) -> Word:
    """The ruling as an action takes it: criteria by number, conditions by date."""
    criteria = {criterion.name: criterion.id for criterion in round.criteria}
    return Word(
        outcome=ruling.outcome,
        rationale=ruling.rationale,
        amount_pence=ruling.pounds * 100,
        until=ruling.until,
        redirected_to=ruling.redirected_to,
        conditions=[(words, stage.calendar.after(clock.today(), days)) for words, days in ruling.conditions],
        feedback={criteria[name]: words for name, words in ruling.feedback.items()},
    )
