"""What a proposal says, as plain values: what is asked of it, what is still missing, and the copy that a version keeps.

Nothing here reads the database or the request; the caller loads the round's questions and tiers, the answers and the cost lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pitchpit.core.days import day_from
from pitchpit.core.forms.checks import LONGEST_TEXT, too_many_characters
from pitchpit.core.money import pounds
from pitchpit.proposals.enums import CostKind
from pitchpit.schemes.enums import QuestionKind

if TYPE_CHECKING:  # what is computed with; nothing here asks the database for it
    from pitchpit.proposals.models import Proposal
    from pitchpit.schemes.models import Question, Round


@dataclass(frozen=True)
class Cost:
    """One line of the ask as somebody typed it; an amount of 0 is still to be said."""

    what: str
    amount_pence: int
    kind: CostKind = CostKind.NON_PAY
    recurring: bool = False
    vat_included: bool = True


@dataclass(frozen=True)
class Typed:
    """Everything the authors write on the form. `answers` is by question number."""

    title: str
    answers: dict[int, str]
    costs: tuple[Cost, ...] = ()
    hours: int | None = None
    pays_after: str = ""
    theme_id: int | None = None


@dataclass(frozen=True)
class Missing:
    """Something still to be written before a proposal can be handed in, and the field of the form where it is."""

    field: str
    words: str


def typed_of(proposal: Proposal) -> Typed:
    """The working text of a proposal as it is saved."""
    return Typed(
        title=proposal.title,
        answers={answer.question_id: answer.text for answer in proposal.answers if answer.text},
        costs=tuple(
            Cost(line.what, line.amount_pence, line.kind, line.recurring, line.vat_included)
            for line in proposal.cost_lines
        ),
        hours=proposal.hours,
        pays_after=proposal.pays_after,
        theme_id=proposal.theme_id,
    )


def asked(round: Round, ask_pence: int) -> list[Question]:
    """The questions that are asked of an ask of this size."""
    return [question for question in round.questions if not question.from_pence or ask_pence > question.from_pence]


def small_ask_pence(round: Round) -> int:
    """Up to this, one line is enough and nobody asks who pays afterwards: the top of the round's first tier."""
    return min((tier.up_to_pence for tier in round.tiers), default=0)


def missing(proposal: Proposal) -> list[Missing]:
    """What is still to be written before this can be handed in, in the order of the form."""
    written = typed_of(proposal)
    ask_pence = proposal.ask_pence
    lacking = [] if written.title.strip() else [Missing("title", "Give your idea a name")]
    for question in asked(proposal.round, ask_pence):
        if wrong := _wrong(question, written.answers.get(question.id, "")):
            lacking.append(Missing(f"q{question.id}", wrong))
    return lacking + list(_wrong_with_costs(proposal.round, written, ask_pence))


def _wrong(question: Question, text: str) -> str:
    """What is wrong with an answer, or nothing."""
    if not text.strip():
        return f"Answer “{question.label}”" if question.required else ""
    if question.word_limit and (words := len(text.split())) > question.word_limit:
        return f"Use at most {question.word_limit:,} words for “{question.label}”: there are {words:,} now"
    if too_long := too_many_characters(text, LONGEST_TEXT):
        return too_long.replace(" characters:", f" characters for “{question.label}”:")
    if question.kind is QuestionKind.NUMBER and not _is_number(text):
        return f"Give “{question.label}” as a number, like 12 or 3.5"
    if question.kind is QuestionKind.DATE and day_from(text) is None:
        return f"Give “{question.label}” as a date, like 27 3 2027"
    if question.kind is QuestionKind.CHOICE and text not in choices_of(question):
        return f"Choose one answer to “{question.label}”"
    return ""


def _wrong_with_costs(round: Round, written: Typed, ask_pence: int) -> Iterable[Missing]:
    for number, cost in enumerate(written.costs):
        if not cost.what.strip():
            yield Missing(f"costs-{number}-what", f"Say what the {pounds(cost.amount_pence)} is for")
        if not cost.amount_pence:
            yield Missing(f"costs-{number}-amount", f"Say how much “{cost.what}” costs")
    if ask_pence > round.ceiling_pence:
        most, ask = pounds(round.ceiling_pence), pounds(ask_pence)
        yield Missing("costs-0-amount", f"Ask for at most {most}: your costs come to {ask}")
    lasts = ask_pence > small_ask_pence(round) or any(cost.recurring for cost in written.costs)
    if lasts and not written.pays_after.strip():
        yield Missing("pays_after", "Say who pays when the award ends")


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})", text.strip().replace(",", ""), re.ASCII) is not None


def choices_of(question: Question) -> list[str]:
    """What there is to choose from."""
    return [choice.strip() for choice in question.choices.splitlines() if choice.strip()]


def copy_of(proposal: Proposal) -> dict[str, Any]:
    """The working text as a version keeps it (see `models.Version`): what was asked, and every line of the ask."""
    written = typed_of(proposal)
    return {
        "answers": [
            {
                "question_id": question.id,
                "always": question.always.value if question.always else None,
                "label": question.label,
                "text": written.answers.get(question.id, "").strip(),
            }
            for question in asked(proposal.round, proposal.ask_pence)
        ],
        "costs": [
            {
                "what": cost.what,
                "kind": cost.kind.value,
                "recurring": cost.recurring,
                "vat_included": cost.vat_included,
                "amount_pence": cost.amount_pence,
            }
            for cost in written.costs
        ],
        "hours": written.hours,
        "pays_after": written.pays_after,
        "theme": proposal.theme.name if proposal.theme else None,
        "service": proposal.service.name if proposal.service else None,
    }


def answer_to(content: dict[str, Any], always: str) -> str:
    """What a version's content answers to one of the three questions that every round asks; empty where it was not asked."""
    return next((answer["text"] for answer in content["answers"] if answer["always"] == always), "")


def searchable(content: dict[str, Any]) -> str:
    """Everything a version says that search may look through. Names and wards are not in it: some versions are published without."""
    words = [answer["text"] for answer in content["answers"]]
    words += [cost["what"] for cost in content["costs"]]
    return "\n".join(filter(None, [*words, content["pays_after"], content["theme"]]))
