"""The questions of projects: what for and until when, who, milestones, check-ins, money."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wtforms.validators import ValidationError

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
from pitchpit.people.forms import PersonField
from pitchpit.projects.enums import MONITORING, Role, StartCheckAnswer, Track
from pitchpit.projects.models import BudgetLine, Milestone
from pitchpit.projects.queries import Money
from pitchpit.schemes.enums import Monitoring

#: A date this far away is a slip of the finger.
YEARS_AHEAD = 10


def _far() -> Any:
    return today() + timedelta(days=366 * YEARS_AHEAD)


# Set-up.


class AimForm(EditedForm):
    """What the project is for, how we will know, until when."""

    send = "Save"

    aim = LongTextField(
        "What changes for patients or staff?",
        hint="One sentence without abbreviations. Every colleague reads it.",
        missing="Say in one sentence what changes for patients or staff",
        rows=3,
        max_characters=600,
    )
    how_we_will_know = LongTextField(
        "How will you know that it worked?",
        hint="What you will look at or count, and when.",
        optional=True,
        rows=3,
    )
    planned_end_on = DayField("When should it end?", optional=True, latest=_far)


class RoleForm(Form):
    """Somebody takes a role on."""

    send = "Name them"

    role = ChoiceField("What are they to be?", missing="Choose a role")
    person = PersonField("Who?", missing="Say who: a name, an email address or a staff number")
    from_on = DayField("From", default=today, missing="Enter the first day", latest=_far)

    def __init__(self, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = [(role, role.words, f"{role.means[0].upper()}{role.means[1:]}") for role in roles]


class CheckForm(EditedForm):
    """One of the checks before the start. `edit` is 0 where it has no answer yet."""

    send = "Save"

    answer = ChoiceField(
        "Is it needed?",
        [(StartCheckAnswer.NOT_NEEDED, "Not needed"), (StartCheckAnswer.DONE, "It has been done")],
        missing="Say whether it is needed",
    )
    detail = LongTextField(
        "Why not, or where is it?",
        hint="Not needed: because of what. Done: its reference or where to find it.",
        missing="Say why it is not needed, or give its reference",
        rows=3,
    )


class MonitoringForm(EditedForm):
    """How closely the project is watched."""

    send = "Change it"

    monitoring = ChoiceField(
        "How closely should it be watched?",
        [(one, MONITORING[one][0], f"{MONITORING[one][1][0].upper()}{MONITORING[one][1][1:]}") for one in Monitoring],
        missing="Choose how closely",
    )
    reason = LongTextField("Why?", missing="Say why", rows=3)


# Milestones.


class MilestoneForm(Form):
    """A new promise."""

    send = "Promise it"

    title = TextField(
        "What will have happened?",
        hint="For example: all three wards have had the training",
        missing="Say what will have happened",
        max_length=120,
    )
    on = DayField("By when?", missing="Enter the day by which it will have happened", latest=_far)
    owner = PersonField("Who sees to it?", optional=True)


class MoveForm(EditedForm):
    """A milestone comes on another day."""

    send = "Move it"

    forecast_on = DayField("When do you expect it now?", missing="Enter the day you expect it now", latest=_far)
    reason = LongTextField("Why?", hint="Every colleague can read this.", missing="Say why it moves", rows=3)

    def __init__(self, milestone: Milestone, **kwargs: Any) -> None:
        self.milestone = milestone
        super().__init__(**kwargs)

    def validate_forecast_on(self, field: Any) -> None:
        if field.data == self.milestone.forecast_on:
            raise ValidationError("It is expected on this day already. Enter another one")


class ReachForm(EditedForm):
    """A milestone has been reached."""

    send = "It is reached"

    actual_on = DayField("When was it reached?", default=today, missing="Enter the day it was reached", latest=today)
    evidence = LongTextField(
        "What shows it?",
        hint="For example: the training list, signed by 41 of 43.",
        optional=True,
        rows=3,
    )


# Check-ins.

_TRACKS = [(track, track.words) for track in Track]


class CheckInForm(Form):
    """The regular report."""

    send = "Check in"

    due_on = HiddenField()
    what_happened = LongTextField(
        "What has happened since the last time?",
        hint="What you did, what you saw. A few lines are enough.",
        missing="Say what happened; where nothing has changed, use the button above",
        rows=6,
    )
    on_time = ChoiceField("Time: will it be done when promised?", _TRACKS, missing="Say how it stands with time")
    on_cost = ChoiceField("Cost: is the money enough?", _TRACKS, missing="Say how it stands with cost")
    on_benefit = ChoiceField(
        "Benefit: will it do the good you hoped for?", _TRACKS, missing="Say how it stands with benefit"
    )
    help_wanted = LongTextField(
        "What would help?",
        hint="Leave it empty if you need nothing. Otherwise your coach is told at once.",
        optional=True,
        rows=3,
    )

    @property
    def for_day(self) -> date | None:
        """The day this check-in was opened for; none where it does not say."""
        return day_from(self.due_on.data)

    @property
    def report(self) -> dict[str, Any]:
        """What was reported, as the action takes it."""
        return {
            "what_happened": self.what_happened.data,
            "on_time": self.on_time.data,
            "on_cost": self.on_cost.data,
            "on_benefit": self.on_benefit.data,
            "help_wanted": self.help_wanted.data or "",
        }


class NothingChanged(Form):
    """The one tap."""

    send = "Nothing has changed"

    due_on = HiddenField()

    @property
    def for_day(self) -> date | None:
        return day_from(self.due_on.data)


def day_from(text: str | None) -> date | None:
    """The day that a hidden field says; None for anything else."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


class AnswerForm(Form):
    """The coach's answer."""

    send = "Send the answer"

    answer = LongTextField("Your answer", missing="Write an answer", rows=6)


# Money.


class SpendForm(Form):
    """Money spent, or come back, against a line of the budget."""

    send = "Enter it"

    line_id = ChoiceField("Which line of the budget?", missing="Choose a line of the budget")
    way = ChoiceField(
        "What happened?",
        [("spent", "Money was spent"), ("back", "Money came back")],
        default="spent",
        missing="Say whether money was spent or came back",
    )
    amount = PoundsField("How much?", least=1, most=10_000_000_00, missing="Enter an amount in pounds")
    spent_on = DayField("On which day?", default=today, latest=today, missing="Enter the day")
    note = TextField("What for?", optional=True, hint="For example: order number, supplier", max_length=200)

    def __init__(self, money: list[Money], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lines = {one.line.id: one.line for one in money}
        self.line_id.choices = [(number, line.what) for number, line in self._lines.items()]
        if len(self._lines) == 1:
            del self.line_id

    @property
    def line(self) -> BudgetLine:
        """The line that was chosen; where there is one alone, that."""
        return self._lines[self.line_id.data] if "line_id" in self else next(iter(self._lines.values()))

    @property
    def amount_pence(self) -> int:
        """Whole pence; negative where money came back."""
        return -self.amount.data if self.way.data == "back" else self.amount.data
