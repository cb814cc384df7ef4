"""What history keeps of a part of a round before and after a change: ids and numbers in one place, people's words in another. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pitchpit.schemes.enums import Part
from pitchpit.schemes.models import Round


def _dates(round: Round) -> Any:
    return {
        "opens_at": round.opens_at,
        "closes_at": round.closes_at,
        "scoring_closes_at": round.scoring_closes_at,
    }


def _pot(round: Round) -> Any:
    funds = sorted(round.funds, key=lambda fund: fund.fund_id)
    return [{"fund": fund.fund_id, "amount_pence": fund.amount_pence} for fund in funds]


def _tiers(round: Round) -> Any:
    return [
        {
            "up_to_pence": tier.up_to_pence,
            "approver": tier.approver.value,
            "ratifier": tier.ratifier_id,
            "monitoring": tier.monitoring.value,
        }
        for tier in sorted(round.tiers, key=lambda tier: tier.up_to_pence)
    ]


def _questions(round: Round) -> Any:
    return [
        {
            "always": question.always.value if question.always else None,
            "kind": question.kind.value,
            "word_limit": question.word_limit,
            "required": question.required,
            "from_pence": question.from_pence,
        }
        for question in round.questions
    ]


def _rubric(round: Round) -> Any:
    return [{"weight": criterion.weight, "may_skip": criterion.may_skip} for criterion in round.criteria]


def _judging(round: Round) -> Any:
    return {
        "judges_per_proposal": round.judges_per_proposal,
        "quorum": round.quorum,
        "authors_hidden": round.authors_hidden,
        "service_hidden": round.service_hidden,
    }


def _panel(round: Round) -> Any:
    here = sorted((member for member in round.members if member.left_on is None), key=lambda m: m.person_id)
    return [
        {
            "person": member.person_id,
            "role": member.role.value,
            "seat": member.seat.value if member.seat else None,
            "shadow": member.shadow,
        }
        for member in here
    ]


def _replies(round: Round) -> Any:
    rows = sorted(round.responders, key=lambda row: (row.service_id or 0, row.person_id))
    return {
        "reply_working_days": round.reply_working_days,
        "returns_allowed": round.returns_allowed,
        "responders": [{"service": r.service_id, "person": r.person_id, "deputy": r.deputy_id} for r in rows],
    }


NUMBERS: dict[Part, Callable[[Round], Any]] = {
    Part.DATES: _dates,
    Part.POT: _pot,
    Part.TIERS: _tiers,
    Part.QUESTIONS: _questions,
    Part.RUBRIC: _rubric,
    Part.JUDGING: _judging,
    Part.PANEL: _panel,
    Part.REPLIES: _replies,
}


def _words_of_questions(round: Round) -> str:
    return "\n\n".join(
        "\n".join(filter(None, (question.label, question.help, question.choices))) for question in round.questions
    )


def _words_of_rubric(round: Round) -> str:
    return "\n\n".join(
        "\n".join(
            [criterion.name, criterion.guidance, *(f"{level.level}: {level.words}" for level in criterion.levels)]
        )
        for criterion in round.criteria
    )


WORDS: dict[Part, Callable[[Round], str]] = {
    Part.DATES: lambda round: round.title,
    Part.TIERS: lambda round: "\n".join(tier.name for tier in sorted(round.tiers, key=lambda t: t.up_to_pence)),
    Part.QUESTIONS: _words_of_questions,
    Part.RUBRIC: _words_of_rubric,
}


def numbers(round: Round, part: Part) -> Any:
    """The ids, numbers, dates and choices of a part, as history's detail takes them."""
    return NUMBERS[part](round)


def words(round: Round, part: Part) -> str:
    """What people wrote in a part, as one text; empty where a part holds none."""
    return WORDS[part](round) if part in WORDS else ""
