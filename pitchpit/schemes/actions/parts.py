"""Setting up the parts of a round, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pitchpit.core import clock
from pitchpit.core.db import db
from pitchpit.core.rules import Refused, ensure, ensure_fresh, not_now
from pitchpit.history.actions import record
from pitchpit.people.models import Person
from pitchpit.schemes import defaults, rules, trail
from pitchpit.schemes.enums import AlwaysAsked, PanelRole, Part
from pitchpit.schemes.models import (
    Criterion,
    LevelDescriptor,
    PanelMember,
    Question,
    Responder,
    Round,
    RoundFund,
    Tier,
)

Rows = Sequence[Mapping[str, Any]]


@contextmanager
def _changing(round: Round, part: Part, actor: Person, edit: int | None) -> Iterator[None]:
    """What every change of a part has around it: may it be, is it fresh, is an open round still whole, what does history say."""
    ensure(rules.can_change, actor, round, part)
    ensure_fresh(round, edit)
    before, words_before = trail.numbers(round, part), trail.words(round, part)
    yield
    db.session.flush()
    _ensure_still_whole(round, part)
    after, words_after = trail.numbers(round, part), trail.words(round, part)
    if (before, words_before) != (after, words_after):
        rewritten = words_before != words_after
        record(
            "round.changed",
            round,
            actor=actor,
            detail={"part": part.value, "edit": round.edit, "before": before, "after": after},
            texts={"before": words_before, "after": words_after} if rewritten else None,
        )


def _ensure_still_whole(round: Round, part: Part) -> None:
    """A round that has opened never loses what it needed to open."""
    lacking = [lack for lack in rules.lacks(rules.of_round(round)) if lack.part is part]
    if round.opened_at is not None and lacking:
        words = lacking[0].words
        raise Refused(not_now(f"This round has opened, and would lack: {words[:1].lower()}{words[1:]}."))


def set_dates(
    round: Round,
    *,
    actor: Person,
    edit: int | None,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    scoring_closes_at: datetime,
) -> None:
    """Say what the round is called, and when it opens, closes, and ends scoring."""
    with _changing(round, Part.DATES, actor, edit):
        round.title, round.opens_at = title, opens_at
        round.closes_at, round.scoring_closes_at = closes_at, scoring_closes_at


def set_pot(
    round: Round, *, actor: Person, edit: int | None, amounts: Sequence[tuple[int, int]], reason: str = ""
) -> None:
    """Say what each fund gives, as (fund id, pence). Once the round has opened the pot can only rise, with a reason that everyone sees."""
    before = round.pot_pence
    after = sum(pence for _, pence in amounts)
    ensure(rules.can_set_pot, actor, round, after, reason)
    with _changing(round, Part.POT, actor, edit):
        round.funds.clear()
        db.session.flush()
        round.funds = [RoundFund(fund_id=fund_id, amount_pence=pence) for fund_id, pence in amounts]
    if round.opened_at is not None and after > before:
        detail = {"from_pence": before, "to_pence": after}
        record("round.pot_raised", round, actor=actor, detail=detail, texts={"reason": reason})


def set_tiers(round: Round, *, actor: Person, edit: int | None, tiers: Rows) -> None:
    """Say up to what sum who says yes, and how closely a project is followed. Each: name, up_to_pence, approver, ratifier, monitoring."""
    with _changing(round, Part.TIERS, actor, edit):
        round.tiers.clear()
        db.session.flush()
        round.tiers = [Tier(**tier) for tier in sorted(tiers, key=lambda tier: tier["up_to_pence"])]


def set_questions(
    round: Round,
    *,
    actor: Person,
    edit: int | None,
    always: Mapping[AlwaysAsked, Mapping[str, Any]],
    others: Rows = (),
) -> None:
    """Word the three questions every round asks (label, help, word_limit), and ask others after them.

    Each of the others, in order: label, help, kind, choices, word_limit, required, from_pence.
    """
    with _changing(round, Part.QUESTIONS, actor, edit):
        kept = {question.always: question for question in round.questions if question.always}
        for question in [question for question in round.questions if not question.always]:
            round.questions.remove(question)
        for which, wording in always.items():
            for name, value in wording.items():
                setattr(kept[which], name, value)
        first = len(kept) + 1
        round.questions += [Question(position=position, **other) for position, other in enumerate(others, first)]


def set_rubric(round: Round, *, actor: Person, edit: int | None, criteria: Rows) -> None:
    """Say what ideas are judged by, in order. Each: name, guidance, weight, may_skip, levels (six texts, 0 to 5)."""
    with _changing(round, Part.RUBRIC, actor, edit):
        round.criteria = [_criterion(position, **criterion) for position, criterion in enumerate(criteria, 1)]


def _criterion(position: int, *, levels: Sequence[str], **columns: Any) -> Criterion:
    described = [LevelDescriptor(level=level, words=words) for level, words in enumerate(levels)]
    return Criterion(position=position, levels=described, **columns)


def use_usual_rubric(round: Round, *, actor: Person) -> None:
    """Take the usual five criteria as they are, where the round has none yet. They can be reworded after."""
    ensure(rules.can_use_usual_rubric, actor, round)
    criteria = [
        {
            "name": usual.name,
            "guidance": usual.guidance,
            "weight": usual.weight,
            "may_skip": usual.may_skip,
            "levels": usual.levels,
        }
        for usual in defaults.CRITERIA
    ]
    set_rubric(round, actor=actor, edit=round.edit, criteria=criteria)


def set_judging(
    round: Round,
    *,
    actor: Person,
    edit: int | None,
    judges_per_proposal: int,
    quorum: int,
    authors_hidden: bool,
    service_hidden: bool,
) -> None:
    """Say how many score each idea, how many make a decision, and what they do not see."""
    with _changing(round, Part.JUDGING, actor, edit):
        round.judges_per_proposal, round.quorum = judges_per_proposal, quorum
        round.authors_hidden, round.service_hidden = authors_hidden, service_hidden


def set_panel(round: Round, *, actor: Person, edit: int | None, members: Rows) -> None:
    """Say who judges. Each: person, role, seat, shadow. Who is not named any more leaves; once the round has opened their seat is kept as left."""
    with _changing(round, Part.PANEL, actor, edit):
        wanted = {member["person"].id: member for member in members}
        for member in list(round.members):
            if member.person_id not in wanted:
                _leave(round, member)
            elif wanted[member.person_id]["role"] is not PanelRole.CHAIR and member.role is PanelRole.CHAIR:
                member.role = PanelRole.MEMBER
        db.session.flush()  # the chair is free before somebody else takes it
        seated = {member.person_id: member for member in round.members}
        for person_id, named in wanted.items():
            _seat(round, seated.get(person_id), **named)


def _leave(round: Round, member: PanelMember) -> None:
    if round.opened_at is None:
        round.members.remove(member)
    elif member.left_on is None:
        member.left_on = clock.today()


def _seat(round: Round, seated: PanelMember | None, *, person: Person, **columns: Any) -> None:
    if seated is None:
        round.members.append(PanelMember(person=person, **columns))
        return
    seated.left_on = None
    for name, value in columns.items():
        setattr(seated, name, value)


def set_replies(
    round: Round,
    *,
    actor: Person,
    edit: int | None,
    reply_working_days: int,
    returns_allowed: int,
    responders: Rows,
) -> None:
    """Promise a reply, and say who owes it. Each responder: service_id (None: everywhere), person, deputy."""
    ensure(rules.can_promise, actor, round, reply_working_days, returns_allowed)
    with _changing(round, Part.REPLIES, actor, edit):
        round.reply_working_days, round.returns_allowed = reply_working_days, returns_allowed
        round.responders = [Responder(**responder) for responder in responders]
