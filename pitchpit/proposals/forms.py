"""The form an idea is written on: built from its round's questions, and never refusing what is not finished yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wtforms.validators import StopValidation

from pitchpit.core.forms import (
    ChoiceField,
    EditedForm,
    Form,
    HiddenNumberField,
    IntField,
    LongTextField,
    PoundsField,
    RowForm,
    Rows,
    TextField,
    TickField,
)
from pitchpit.core.money import pounds
from pitchpit.core.once import fresh_form_key
from pitchpit.people.forms import PersonField
from pitchpit.proposals import content
from pitchpit.proposals.content import Cost, Typed
from pitchpit.proposals.enums import COST_KINDS, CostKind
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import AlwaysAsked, QuestionKind
from pitchpit.schemes.models import Question, Round

#: What good answers to the three questions that every round asks look like, where the round says nothing of its own.
EXAMPLES = {
    AlwaysAsked.PROBLEM: "For example: after a stroke, people wait until the afternoon to have their mouths cared for, because the "
    "kit is kept on another floor.",
    AlwaysAsked.CHANGE: "For example: a small mouth care kit at every bedside, and ten minutes of training for everybody on the ward.",
    AlwaysAsked.DIFFERENCE: "For example: everybody on the stroke ward has their mouth cared for twice a day, and fewer get pneumonia.",
}


#: The most one line may come to: far above any pot, far below what the column holds.
MOST_PENCE = 10_000_000_00


class _Unfinished:
    """A question that may stay empty until handing in: only one that may stay empty for good is marked so."""

    def __init__(self, label: str = "", *, needed: bool = True, **kwargs: Any) -> None:
        self.needed = needed
        super().__init__(label, optional=True, **kwargs)  # type: ignore[call-arg]  # the field it is mixed into

    @property
    def text(self) -> str:
        return self.label.text if self.needed else f"{self.label.text} (optional)"  # type: ignore[attr-defined]  # the field's


class _Figure(_Unfinished):
    """A figure that was not understood is pointed out, and everything else is kept all the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.not_understood = ""
        super().__init__(*args, **kwargs)

    def understand(self, typed: Sequence[str]) -> Any:
        try:
            return super().understand(typed)  # type: ignore[misc]  # the field's
        except ValueError as error:
            self.not_understood = str(error)
            return None

    def _answered(self, form: Any, field: Any) -> None:
        """Nothing further is asked of a figure that was not understood."""
        if self.not_understood:
            raise StopValidation
        super()._answered(form, field)  # type: ignore[misc]  # the field's

    def point_out(self) -> bool:
        """Mark it as not understood, after the rest was kept. Whether there was something to mark."""
        if self.not_understood:
            self.errors = [self.not_understood]
        return bool(self.not_understood)


class Words(_Unfinished, TextField):
    """One line."""


class Text(_Unfinished, LongTextField):
    """Several lines. Too many words are counted on the page and pointed out at handing in, not while it is being written; too many
    characters are kept, and pointed out."""

    def __init__(self, label: str = "", *, counted: int | None = None, **kwargs: Any) -> None:
        super().__init__(label, draft=True, **kwargs)
        self.max_words = counted

    @property
    def nothing(self) -> str:
        return ""


class Choice(_Unfinished, ChoiceField):
    """One of several."""


class Pounds(_Figure, PoundsField):
    """An amount. Nothing and £0 are the same here: still to be said."""

    def as_typed(self, value: int) -> str:
        return super().as_typed(value) if value else ""


class Number(_Figure, IntField):
    """A whole number."""


class CostRow(RowForm):
    """One line of the ask."""

    what = Words("What would you buy or pay for?", max_length=200)
    amount = Pounds("How much does it cost?", most=MOST_PENCE, least=0)
    kind = Choice("What sort of cost is it?", choices=list(COST_KINDS.items()), select=True, default=CostKind.NON_PAY)
    recurring = TickField("It has to be paid every year")
    without_vat = TickField("VAT comes on top of this")


class DraftForm(EditedForm):
    """The form of a proposal; `of` makes the one with its round's questions."""

    send = "Save draft"

    @classmethod
    def of(cls, proposal: Proposal) -> DraftForm:
        """The form of its round, filled with what is saved, or with what was sent."""
        return cls._for_round(proposal.round)(data=cls._saved(proposal))

    @classmethod
    def _for_round(cls, round: Round) -> type[DraftForm]:
        fields: dict[str, Any] = {
            "title": Words("Give your idea a name", max_length=120, hint="A few words that say what it is"),
            **{f"q{question.id}": _field_of(question) for question in round.questions},
            "costs": Rows(CostRow, "What would it cost?", row_label="Cost", blank=1, most=20, add="Add another cost"),
            "hours": Number(
                "How many hours of your team's time would it take?", needed=False, least=0, most=100_000, suffix="hours"
            ),
            "pays_after": Words(
                "Who pays when the award ends?",
                needed=False,
                max_length=300,
                hint=f"Needed where you ask for more than {pounds(content.small_ask_pence(round))}, or for something that is paid every year.",
            ),
        }
        if round.scheme.themes:
            themes = [(theme.id, theme.name) for theme in round.scheme.themes]
            fields["theme_id"] = Choice("Which theme does it belong to?", choices=themes, select=True, needed=False)
        return type("RoundDraftForm", (cls,), fields)

    @staticmethod
    def _saved(proposal: Proposal) -> dict[str, Any]:
        """What is saved, by field."""
        written = content.typed_of(proposal)
        return {
            "edit": proposal.edit,
            "title": written.title,
            "hours": written.hours,
            "pays_after": written.pays_after,
            "theme_id": written.theme_id,
            "costs": [
                {
                    "what": cost.what,
                    "amount": cost.amount_pence,
                    "kind": cost.kind,
                    "recurring": cost.recurring,
                    "without_vat": not cost.vat_included,
                }
                for cost in written.costs
            ],
            **{f"q{number}": text for number, text in written.answers.items()},
        }

    def saved(self, thing: Proposal) -> dict[str, Any]:
        """What is saved now for every question, beside what was typed (after a stale save)."""
        now = self._saved(thing)
        return {field.short_name: now.get(field.short_name) for field in self.questions}

    @property
    def answers(self) -> list[Any]:
        """The fields of the round's questions, in their order."""
        return [field for field in self if field.short_name[0] == "q" and field.short_name[1:].isdigit()]

    @property
    def typed(self) -> Typed:
        """Everything that was typed, as it is kept."""
        return Typed(
            title=self["title"].data or "",
            answers={int(field.short_name[1:]): field.data for field in self.answers if field.data},
            costs=tuple(
                Cost(
                    row["what"] or "",
                    row["amount"] or 0,
                    row["kind"] or CostKind.NON_PAY,
                    row["recurring"],
                    not row["without_vat"],
                )
                for row in self["costs"].data
            ),
            hours=self["hours"].data,
            pays_after=self["pays_after"].data or "",
            theme_id=self["theme_id"].data if "theme_id" in self else None,
        )

    def point_out(self) -> bool:
        """Mark what cannot be handed in like this, after it was kept. Whether there was something to mark."""
        return bool([*self.point_out_figures(), *self.point_out_long()])

    def point_out_figures(self) -> list[str]:
        """Mark the figures that were not understood, after the rest was kept: they alone are not saved."""
        return [field.not_understood for field in self._figures() if field.point_out()]

    def _figures(self) -> Iterator[Any]:
        for row in self["costs"].entries:
            yield row.form["amount"]
        yield self["hours"]

    def go_on_from(self, edit: int) -> None:
        """The same page goes on after its text was kept: the next sending follows that save, with a key of its own."""
        self["edit"].raw_data, self["edit"].data = None, edit
        self["form_key"].raw_data, self["form_key"].data = None, fresh_form_key()

    @property
    def wants_more_costs_shown(self) -> bool:
        """Whether what is usually folded away has something in it, or something to say."""
        rows = self["costs"].entries
        first = rows[0].form if rows else None
        folded = [self[name] for name in ("hours", "pays_after", "theme_id") if name in self]
        if first is not None:
            folded += [first["recurring"], first["without_vat"]]
        changed = first is not None and not first["kind"].is_untouched
        further = any(not row.form.is_blank for row in rows[1:])
        return self.only_grew or further or changed or any(field.errors or not field.is_empty for field in folded)


def _field_of(question: Question) -> Any:
    hint = " ".join(filter(None, [_example(question), _when(question)]))
    about: dict[str, Any] = {
        "label": question.label,
        "hint": hint,
        "needed": question.required and not question.from_pence,
    }
    if question.kind is QuestionKind.LONG:
        return Text(counted=question.word_limit, rows=2 if question.always is AlwaysAsked.DIFFERENCE else 5, **about)
    if question.kind is QuestionKind.CHOICE:
        choices = [(choice, choice) for choice in content.choices_of(question)]
        return Choice(choices=choices, select=len(choices) > 8, **about)
    if question.kind is QuestionKind.NUMBER:
        return Words(max_length=40, width=10, inputmode="decimal", **about)
    if question.kind is QuestionKind.DATE:
        about["hint"] = f"{hint} For example, 27 3 2027.".strip()
        return Words(max_length=40, width=20, **about)
    return Words(max_length=500, **about)


def _example(question: Question) -> str:
    return question.help or (EXAMPLES[question.always] if question.always else "")


def _when(question: Question) -> str:
    return f"Asked where you ask for more than {pounds(question.from_pence)}." if question.from_pence else ""


class HandIn(Form):
    """The tick of the check page: which text was checked."""

    send = "Hand it in"

    edit = HiddenNumberField()


class AddAuthor(Form):
    """Somebody who writes it too."""

    send = "Add to the team"

    person = PersonField("Who else is it from?", missing="Say who to add: a name, an email address or a staff number")
