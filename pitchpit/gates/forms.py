"""The questions of review gates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wtforms.validators import ValidationError

from pitchpit.core.clock import today
from pitchpit.core.forms import ChoiceField, DayField, Form, LongTextField
from pitchpit.gates import rules
from pitchpit.gates.rules import Learned, Way
from pitchpit.projects.enums import Result


class StartForm(Form):
    """The start; with a short baseline, also why and when there will be enough."""

    send = "Start the project"

    reason = LongTextField(
        "What was agreed?",
        hint="For example: who releases the time, what to look at first. Every colleague can read this.",
        optional=True,
        rows=3,
    )
    short_baseline = LongTextField(
        "Why may it start with a short baseline?",
        hint=f"An outcome measure has fewer than {rules.BASELINE} values from before the change. Every colleague can read this.",
        missing="Say why it may start all the same",
        rows=3,
    )
    enough_on = DayField(
        "When will there be enough?",
        missing="Enter the day by which there will be enough",
        earliest=today,
        latest=lambda: today() + timedelta(days=366 * 2),
    )

    def __init__(self, *, short: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not short:
            del self.short_baseline
            del self.enough_on

    @property
    def explained(self) -> dict[str, Any]:
        """What was said of a short baseline, as the action takes it; nothing where none was asked."""
        if "short_baseline" not in self:
            return {}
        return {"short_baseline": self.short_baseline.data, "enough_on": self.enough_on.data}


class HoldForm(Form):
    """A review that goes one way; where that ends the project, also its result and what was learned."""

    send = "Hold the review"

    reason = LongTextField(
        "Why?",
        hint="What speaks for it. Every colleague can read this.",
        missing="Say why",
        rows=4,
    )
    result = ChoiceField("How did it go?", missing="Choose how it went")
    expected = LongTextField("What did we expect?", missing="Say what you expected", rows=2)
    happened = LongTextField("What happened?", missing="Say what happened", rows=3)
    differently = LongTextField(
        "What would we do differently?",
        hint="The line that helps somebody with a similar idea.",
        missing="Say what you would do differently",
        rows=3,
    )

    def __init__(self, way: Way, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.send = way.words.partition(":")[0]
        if way.ends:
            self.result.choices = [(one, one.words, MEANS[one]) for one in rules.RESULTS[way.outcome]]
        else:
            for name in ("result", "expected", "happened", "differently"):
                delattr(self, name)

    def validate_reason(self, field: Any) -> None:
        result = self["result"].data if "result" in self else None
        if result is Result.NOT_MEASURED and len(field.data.split()) < 3:
            raise ValidationError("Say also why it was not measured")

    @property
    def learned(self) -> Learned | None:
        """The result and the lesson, where the review ends the project."""
        if "result" not in self:
            return None
        return Learned(self.result.data, self.expected.data, self.happened.data, self.differently.data)


MEANS: dict[Result, str] = {
    Result.WORKED: "It did what we hoped",
    Result.WORKED_IN_PART: "Better, but short of the aim, or only in places",
    Result.DID_NOT_WORK: "No better than before. Worth as much to others as a success",
    Result.STOPPED_EARLY: "We do not know: it ended before it could tell",
    Result.NOT_MEASURED: "We cannot tell: say under “Why?” how that came",
}
