"""The short forms of triage, and those of the panel's decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_wtf import FlaskForm

from pitchpit.core.clock import today
from pitchpit.core.forms import (
    ChoiceField,
    DayField,
    EditedForm,
    Form,
    HiddenField,
    LongTextField,
    PoundsField,
    TextField,
)
from pitchpit.decisions.enums import ConcernKind, Outcome, RatifierAnswer
from pitchpit.decisions.models import Decision
from pitchpit.decisions.word import Word
from pitchpit.people.forms import PersonField
from pitchpit.projects.forms import day_from
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Round

OUTCOME_WORDS = {
    Outcome.APPROVED: "Approve with money",
    Outcome.SUPPORTED: "Support without money",
    Outcome.DECLINED: "Decline",
    Outcome.REDIRECTED: "Redirect: it belongs somewhere else",
    Outcome.SHELVED: "Shelve until something changes",
}


def _rationale(label: str = "Why? Everybody can read this") -> LongTextField:
    return LongTextField(label, rows=5, max_words=300, missing="Say why: the authors wait for the reason")


class ShortlistForm(Form):
    """Nothing to ask: the button says it."""

    send = "Put it before the panel"


class ReturnForm(Form):
    """Advice on single answers, on the whole, and the day to send it again by. Made by `return_form`."""

    send = "Send it back with this advice"

    overall = LongTextField("Advice on the whole idea", optional=True, max_words=300)
    by = DayField("By when should they send it again?", missing="Say by when they should send it again")

    @property
    def advice(self) -> dict[int | None, str]:
        """What was advised, by question; None is the whole."""
        single: dict[int | None, str] = {
            int(name.removeprefix("on_")): field.data or ""
            for name, field in self._fields.items()
            if name.startswith("on_")
        }
        return {None: self.overall.data or "", **single}

    def validate(self, extra_validators: Any = None) -> bool:
        right = super().validate(extra_validators)
        if not any(text.strip() for text in self.advice.values()):
            self.complain("Give advice on at least one answer, or on the whole", "overall")
            right = False
        if self.by.data and self.by.data <= today():
            self.complain("Choose a day that is still to come", "by")
            right = False
        return right


def return_form(proposal: Proposal) -> ReturnForm:
    """The form for this proposal: one box for each answer of its current version."""
    answers = proposal.submitted_version.content["answers"]
    boxes = {
        f"on_{answer['question_id']}": LongTextField(
            f"Advice on “{answer['label']}”", optional=True, rows=3, max_words=200
        )
        for answer in answers
    }
    made: type[ReturnForm] = type("ReturnFormOfThis", (ReturnForm,), boxes)
    return made(data={"by": today() + timedelta(days=14)})


class LongerForm(Form):
    """A later day for what was sent back. `stood` is the day that was shown."""

    send = "Give them longer"

    stood = HiddenField()
    by = DayField(
        "Until when may they send it again?", missing="Enter the new day", earliest=lambda: today() + timedelta(days=1)
    )
    reason = LongTextField(
        "Why?", hint="Its authors read this.", missing="Say why: its authors read it", rows=3, max_words=150
    )

    @property
    def stood_on(self) -> date | None:
        """The day that stood when the form was shown."""
        return day_from(self.stood.data)


class TakeUpForm(Form):
    """Nothing to ask: the button says it."""

    send = "Take it up as it was handed in"


class ApproveForm(Form):
    send = "Approve and tell the authors"
    amount = PoundsField("How much?", missing="Enter the award")
    rationale = _rationale()
    conditions = LongTextField("Conditions, one a line", optional=True, rows=3)


class SupportForm(Form):
    send = "Support and tell the authors"
    rationale = _rationale()


class DeclineForm(Form):
    send = "Decline and tell the authors"
    rationale = _rationale()


class RedirectForm(Form):
    send = "Redirect and tell the authors"
    redirected_to = TextField("Where does it belong?", missing="Say where it belongs")
    rationale = _rationale()


class ShelveForm(Form):
    send = "Shelve and tell the authors"
    until = TextField("What must change first?", missing="Say what must change before it can go on")
    rationale = _rationale()


ANSWERS: dict[Outcome, type[Form]] = {
    Outcome.APPROVED: ApproveForm,
    Outcome.SUPPORTED: SupportForm,
    Outcome.DECLINED: DeclineForm,
    Outcome.REDIRECTED: RedirectForm,
    Outcome.SHELVED: ShelveForm,
}


class ConcernForm(Form):
    """Passing on what is no idea. Nobody else sees any of it."""

    send = "Pass it on now"
    kind = ChoiceField(
        "What is it about?",
        choices=[(kind, kind.words) for kind in ConcernKind],
        missing="Choose what it is about",
    )
    contact = PersonField("Who should have it today?", missing="Name the person who should have it")
    words = LongTextField(
        "What do you tell the authors, privately?", rows=4, missing="Tell the authors who will be in touch"
    )


class HoldForm(EditedForm):
    """The panel's decision. Feedback boxes for each criterion are added by `hold_form`. `edit` is 0 where none was held."""

    send = "Hold this decision"
    outcome = ChoiceField(
        "What has the panel decided?",
        choices=list(OUTCOME_WORDS.items()),
        missing="Choose what the panel decided",
    )
    amount = PoundsField("How much?", only_if=("outcome", Outcome.APPROVED), least=1, missing="Enter the award")
    conditions = LongTextField("Conditions, one a line", only_if=("outcome", Outcome.APPROVED), optional=True, rows=3)
    redirected_to = TextField(
        "Where does it belong?", only_if=("outcome", Outcome.REDIRECTED), missing="Say where it belongs"
    )
    until = TextField(
        "What must change first?",
        only_if=("outcome", Outcome.SHELVED),
        missing="Say what must change before it can go on",
    )
    rationale = _rationale("Why? Everybody reads this once the decisions are out")

    def saved(self, thing: Decision) -> dict[str, Any]:
        return as_held(thing)


def hold_form(round: Round, held: Decision | None = None) -> HoldForm:
    """The form for this round, filled with what is held already: one box of private feedback for each criterion."""
    boxes = {
        f"on_{criterion.id}": LongTextField(
            f"For the authors alone, on “{criterion.name}”", optional=True, rows=2, max_words=150
        )
        for criterion in round.criteria
    }
    made: type[HoldForm] = type("HoldFormOfThis", (HoldForm,), boxes)
    return made(data=as_held(held))


def as_held(decision: Decision | None) -> dict[str, Any]:
    """What is held, as the form's answers."""
    if decision is None:
        return {"edit": 0}
    return {
        "edit": decision.edit,
        "outcome": decision.outcome,
        "amount": decision.amount_pence or None,
        "rationale": decision.rationale,
        "conditions": "\n".join(condition.words for condition in decision.conditions),
        "redirected_to": decision.redirected_to,
        "until": decision.condition_to_change,
        **{f"on_{feedback.criterion_id}": feedback.words for feedback in decision.feedback},
    }


def word_of(form: FlaskForm, outcome: Outcome) -> Word:
    """What such a form says, as a word on the proposal."""
    data = form.data
    return Word(
        outcome=outcome,
        rationale=data["rationale"],
        amount_pence=data.get("amount") or 0 if outcome is Outcome.APPROVED else 0,
        until=data.get("until") or "" if outcome is Outcome.SHELVED else "",
        redirected_to=data.get("redirected_to") or "" if outcome is Outcome.REDIRECTED else "",
        conditions=_lines(data.get("conditions")) if outcome is Outcome.APPROVED else [],
        feedback={int(name.removeprefix("on_")): text or "" for name, text in data.items() if name.startswith("on_")},
    )


def _lines(text: str | None) -> list[tuple[str, date | None]]:
    return [(line.strip(), None) for line in (text or "").splitlines() if line.strip()]


class RatifyForm(Form):
    send = "Give this answer"
    answer = ChoiceField(
        "Do you ratify this award?",
        choices=[
            (RatifierAnswer.YES, "Yes"),
            (RatifierAnswer.NO, "No"),
            (RatifierAnswer.BACK, "Back to the panel"),
        ],
        missing="Choose your answer",
    )
    on = DayField("When was this agreed?", missing="Enter the day it was agreed", latest=today)
    minute_reference = TextField("Minute reference", missing="Enter the reference of the minute")
    reason = LongTextField(
        "If it is not a yes: why?",
        only_if=("answer", (RatifierAnswer.NO, RatifierAnswer.BACK)),
        missing="Say why, so that the panel can act on it",
        rows=3,
    )


class ReleaseForm(Form):
    """Lets out what was checked. `seen` is each proposal's number with the edit of the decision that was shown: 12.1 15.3."""

    send = "Release these decisions"

    seen = HiddenField()

    @classmethod
    def of(cls, edits: Mapping[int, int]) -> ReleaseForm:
        """A fresh form for what is shown now."""
        form = cls(formdata=None)
        form.seen.data = " ".join(f"{proposal_id}.{edit}" for proposal_id, edit in sorted(edits.items()))
        return form

    @property
    def edits(self) -> dict[int, int]:
        """What was shown, as numbers; what is no number is left out."""
        pairs = (word.partition(".") for word in (self.seen.data or "").split())
        return {int(number): int(edit) for number, _, edit in pairs if number.isdecimal() and edit.isdecimal()}
