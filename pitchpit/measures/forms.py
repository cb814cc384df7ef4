"""The questions of measures: what one is, one value, many pasted ones, a step change, an annotation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms.validators import StopValidation, ValidationError

from pitchpit.core import clock
from pitchpit.core.forms import (
    BaseField,
    ChoiceField,
    DayField,
    EditedForm,
    Form,
    HiddenNumberField,
    LongTextField,
    NumberField,
    TextField,
    TickField,
)
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.models import Measure, Observation
from pitchpit.measures.queries import Plan
from pitchpit.measures.values import (
    EARLIEST,
    LARGEST,
    MOST_LINES,
    Line,
    NotRead,
    Reader,
    Value,
    lines_in,
    number_from,
    rate,
    read_lines,
)
from pitchpit.people.forms import PersonField

PER = {
    100: "Per 100, so as a percentage: 7 out of 20 is 35",
    1_000: "Per 1,000: 3 falls in 1,500 bed days are 2",
    10_000: "Per 10,000",
    100_000: "Per 100,000",
    1: "As it is: 90 minutes over 20 people are 4.5",
}


class DefinitionForm(EditedForm):
    """What a measure is."""

    send = "Save"

    name = TextField(
        "What is counted?",
        hint="In a few words, like “Falls per 1,000 bed days”",
        missing="Say what is counted",
        max_length=120,
    )
    kind = ChoiceField(
        "What is it there for?",
        lambda: [(kind, kind.words, kind.means) for kind in MeasureKind],
        missing="Choose what it is there for",
    )
    direction = ChoiceField(
        "Which way is better?", lambda: [(way, way.words) for way in Direction], missing="Choose which way is better"
    )
    frequency = ChoiceField(
        "How often is there a value?",
        lambda: [(each, each.words) for each in Frequency],
        hint="Often tells more: thirteen values are needed before the chart can say anything.",
        missing="Choose how often there is a value",
        default=Frequency.MONTHLY,
    )
    unit = TextField(
        "Unit", hint="%, £, or a word like days. Empty for a plain count.", optional=True, max_length=40, width=10
    )
    target = NumberField("Target", optional=True, least=-LARGEST, most=LARGEST, width=10)
    definition = LongTextField(
        "How exactly is it counted?",
        hint="So that somebody else would count the same: who and what is counted in, what is left out, on which day.",
        optional=True,
        rows=4,
    )
    source = TextField("Where do the numbers come from?", hint="Like “Incident reports” or “Ward audit”", optional=True)
    data_owner = PersonField(
        "Who enters them?",
        hint="Name, email address or staff number. Often an analyst; they need no other part in the project. "
        "Left empty, the project’s lead is asked.",
        optional=True,
    )
    decimals = ChoiceField(
        "Decimals shown",
        [(number, str(number)) for number in range(5)],
        select=True,
        default=1,
        missing="Choose how many",
    )
    per = ChoiceField(
        "If you enter a count out of a total, how is it shown?",
        list(PER.items()),
        select=True,
        default=100,
        missing="Choose how it is shown",
    )
    screen_outliers = TickField(
        "Keep single extreme jumps from widening the limits",
        hint="The usual way. The values stay on the chart.",
        default=True,
    )

    @property
    def answers(self) -> dict[str, Any]:
        """The definition, by the names of `actions.Definition`."""
        given = {field.short_name: field.data for field in self.questions}
        target = None if self.target.data is None else float(self.target.data)
        return given | {"target": target} | {name: given[name] or "" for name in ("unit", "definition", "source")}


class NewMeasure(DefinitionForm):
    """The same for a measure that is not there yet."""

    send = "Add the measure"


class FigureField(BaseField):
    """A number as people write it, with the measure's own % or £."""

    def __init__(self, label: str = "", validators: Sequence[Any] = (), *, width: int = 10, **kwargs: Any) -> None:
        self.width, self.unit = width, ""
        super().__init__(label, validators, **kwargs)

    def understand(self, typed: Sequence[str]) -> float:
        return number_from(typed[0], self.unit)

    def as_typed(self, value: float) -> str:
        return f"{value:.10f}".rstrip("0").rstrip(".")

    def controls(self) -> dict[str, Any]:
        affix = {"prefix" if self.unit == "£" else "suffix": {"text": self.unit}} if self.unit else {}
        return {"value": self.typed, "inputmode": "decimal", "width": self.width} | affix


class _Entering(Form):
    """What entering one value and many have in common: a correction says why, and is of what was on the page."""

    marks_optional = False  # a reason is asked for only where it is needed, and a value may be a count instead

    reason = TextField("Why is it corrected?", optional=True, max_length=300)
    seen = HiddenNumberField()

    def agrees_with(self, plan: Plan) -> bool:
        """Whether this may be entered: nothing is corrected, or just what the page showed, with a reason. Otherwise says what to do."""
        if not plan.corrections:
            return True
        shown, self.seen.raw_data, self.seen.data = self.seen.data, None, plan.seen
        if shown != plan.seen:
            self.complain("A value stands there already. Look at both, and say why it is corrected.", "reason")
        elif not self.reason.data:
            self.complain("Say why it is corrected", "reason")
        return not self.reason.errors


class EnterOne(_Entering):
    """One value for one period."""

    send = "Enter it"

    on = DayField("For which day?", missing="Enter the day", earliest=EARLIEST, latest=clock.today)
    value = FigureField("Value", optional=True)
    numerator = FigureField("Count", optional=True)
    denominator = FigureField("Out of a total of", optional=True)
    reason = TextField("Why is it corrected?", optional=True, max_length=300)

    def __init__(
        self, measure: Measure, on: date | None = None, standing: Observation | None = None, **kwargs: Any
    ) -> None:
        """The form for a measure, for the period of `on`; with the value that stands there, to be corrected."""
        self.measure = measure
        super().__init__(data={"on": on, **self._of(standing)}, **kwargs)
        words = {"day": "Which day?", "week": "Which week?", "month": "Which month?", "quarter": "Which quarter?"}
        self.on.label.text = words[measure.frequency.period]
        if measure.frequency is not Frequency.DAILY:
            self.on.hint = f"Any day in that {measure.frequency.period} will do."
        self.value.label.text = measure.name
        self.value.unit = measure.unit if len(measure.unit) <= 20 else ""

    def _of(self, standing: Observation | None) -> dict[str, Any]:
        if standing is None:
            return {}
        if standing.numerator is not None:
            return {"numerator": standing.numerator, "denominator": standing.denominator, "seen": standing.id}
        return {"value": standing.value, "seen": standing.id}

    @property
    def as_count(self) -> bool:
        """Whether a count out of a total was typed."""
        return not (self.numerator.is_empty and self.denominator.is_empty)

    def validate_value(self, field: Any) -> None:
        if self.as_count and not field.is_empty:
            raise ValidationError("Enter either the value, or the count and the total")

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether there is a value here: as it is, or out of a count and a total."""
        right = super().validate(extra_validators)
        if not right:
            return False
        try:
            self._calculated()
        except NotRead as why:
            self.complain(str(why), "denominator" if self.as_count else "value")
        return not self.denominator.errors and not self.value.errors and not self.numerator.errors

    def _calculated(self) -> Value:
        if not self.as_count:
            if self.value.data is None:
                raise NotRead("Enter the value")
            return Value(self.on.data, self.value.data)
        if self.numerator.data is None or self.denominator.data is None:
            raise NotRead("Enter both the count and the total")
        number = rate(self.numerator.data, self.denominator.data, self.measure.per)
        return Value(self.on.data, number, self.numerator.data, self.denominator.data)

    @property
    def values(self) -> list[Value]:
        """What was entered, once it is right."""
        return [self._calculated()]


# Many at a time.


class LinesField(LongTextField):
    """Pasted lines, each a date and a value; `lines` says of each what was understood."""

    def __init__(self, label: str = "", validators: Sequence[Any] = (), **kwargs: Any) -> None:
        self.reader: Reader | None = None
        self.lines: list[Line] = []
        super().__init__(label, [self._read, *validators], max_characters=500_000, rows=12, **kwargs)

    @property
    def counts(self) -> bool:
        return False

    def _read(self, _form: Any, field: Any) -> None:
        count = len(lines_in(field.data))
        if count > MOST_LINES:
            raise StopValidation(f"Paste at most {MOST_LINES:,} lines at a time: there are {count:,} now")
        assert self.reader is not None
        self.lines = read_lines(field.data, self.reader)
        if bad := [line for line in self.lines if line.problem]:
            raise StopValidation(self._sentence(bad))
        if not self.values:
            raise StopValidation("There is no line with a value: write each as date, value")

    def _sentence(self, bad: Sequence[Line]) -> str:
        if len(bad) == 1:
            return f"Line {bad[0].number}: {bad[0].problem}"
        return f"{len(bad):,} lines cannot be read: they are marked below. Nothing is entered until all can."

    def take_over(self, other: Any) -> None:
        """Show what another such field holds and says."""
        self.lines, self.errors = other.lines, list(other.errors)

    @property
    def values(self) -> list[Value]:
        """What was understood, line by line."""
        return [line.value for line in self.lines if line.value]


class HiddenLinesField(LinesField):
    """The lines that were checked, on their way to be entered."""

    macro = "hidden"


def _reader(measure: Measure) -> Reader:
    return Reader(measure.frequency, measure.unit, measure.per, clock.today())


class PasteBox(Form):
    """The box to paste into."""

    send = "Check these lines"

    lines = LinesField(
        "One line a value: date, value",
        hint="A date and a value, or a date, a count and a total; with commas, semicolons or as copied from a spreadsheet.",
        missing="Paste at least one line",
        spellcheck=False,
    )

    def __init__(self, measure: Measure, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lines.reader = _reader(measure)


class EnterPasted(_Entering):
    """The lines as they were checked, to be entered."""

    lines = HiddenLinesField("Lines", missing="Paste at least one line")
    reason = TextField("Why are they corrected?", optional=True, max_length=300)

    def __init__(self, measure: Measure, **kwargs: Any) -> None:
        self.measure = measure
        super().__init__(**kwargs)
        self.lines.reader = _reader(measure)

    @property
    def values(self) -> list[Value]:
        """What is to be entered, once it is right."""
        return self.lines.values

    @property
    def box(self) -> PasteBox:
        """The box with these lines in it, to be changed and checked again."""
        box = PasteBox(self.measure, formdata=None, data={"lines": self.lines.data})
        box.lines.take_over(self.lines)
        return box

    def say(self, plan: Plan) -> None:
        """Let the button say what it does."""
        new, corrected = len(plan.new), len(plan.corrections)
        parts = [f"enter {new:,} {'value' if new == 1 else 'values'}"] if new else []
        parts += [f"correct {corrected:,}"] if corrected else []
        self.send = " and ".join(parts).capitalize()


# On the chart.


class StepForm(Form):
    """From when limits start afresh, and why."""

    send = "Start the limits afresh"

    on = DayField("From when?", missing="Enter the day", earliest=EARLIEST, latest=clock.today)
    reason = TextField(
        "What changed, and how do we know it will last?",
        hint="Shown on the chart.",
        missing="Say what changed",
        max_length=200,
    )

    def __init__(self, measure: Measure, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.on.hint = f"The {measure.frequency.period} of this day is the first with new limits. It needs a value."


class AnnotationForm(Form):
    """What happened on a day."""

    send = "Put it on the chart"

    on = DayField("On which day?", missing="Enter the day", earliest=EARLIEST, latest=clock.today, default=clock.today)
    words = TextField(
        "What happened?", hint="In a few words, like “Second ward joins”", missing="Say what happened", max_length=120
    )
