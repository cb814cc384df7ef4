"""The forms of judging: the scorecard, built from its round's rubric; a conflict; sharing out; the minutes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from wtforms.validators import ValidationError

from pitchpit.core import clock
from pitchpit.core.forms import (
    ChoiceField,
    DayField,
    EditedForm,
    Form,
    LongTextField,
    ManyChoiceField,
    TextField,
    TickField,
)
from pitchpit.core.once import fresh_form_key
from pitchpit.panels import scoring
from pitchpit.panels.enums import Attendance, Handling
from pitchpit.panels.models import Scorecard
from pitchpit.panels.told import AGREED, Given, ItemTold, SharedOut
from pitchpit.panels.words import ATTENDANCES, CONFLICT_TYPES
from pitchpit.schemes.models import Round

# The scorecard.

#: The answer that is no level.
CANNOT = "cannot"


class ScorecardForm(EditedForm):
    """A judge's levels and comments, criterion by criterion. Nothing has to be there until it is submitted; `of` makes a round's own."""

    send = "Save draft"
    marks_optional = False

    @classmethod
    def of(cls, round: Round, scorecard: Scorecard | None) -> ScorecardForm:
        """The form of this round's rubric, filled with what is saved, or with what was sent."""
        rubric = tuple(
            (one.id, one.name, one.guidance, one.may_skip, tuple((level.level, level.words) for level in one.levels))
            for one in round.criteria
        )
        form = _with_rubric(rubric)(data=cls._saved(scorecard))
        form.weights = {criterion.id: criterion.weight for criterion in round.criteria}
        return form

    weights: dict[int, int]

    @staticmethod
    def _saved(scorecard: Scorecard | None) -> dict[str, Any]:
        if scorecard is None:
            return {}
        said: dict[str, Any] = {"edit": scorecard.edit, "notes": scorecard.notes}
        for score in scorecard.scores:
            said[f"level_{score.criterion_id}"] = CANNOT if score.cannot_judge else score.level
            said[f"comment_{score.criterion_id}"] = score.comment
        return said

    def saved(self, thing: Scorecard) -> dict[str, Any]:
        """What is saved now for each field, beside what was typed (after a stale save)."""
        now = self._saved(thing)
        return {field.short_name: now.get(field.short_name) for field in self.questions}

    @property
    def given(self) -> dict[int, Given]:
        """What was typed, by criterion."""
        return {number: self._given(self[f"level_{number}"].data, number) for number in self.weights}

    def _given(self, level: Any, number: int) -> Given:
        cannot = level == CANNOT
        return Given(None if cannot else level, cannot, self[f"comment_{number}"].data or "")

    @property
    def total(self) -> float | None:
        """What the levels come to as they stand, 0 to 100; None below 60 % of the weight."""
        return scoring.total({number: one.level for number, one in self.given.items()}, self.weights)

    def is_complete(self) -> bool:
        """Whether it can be submitted; what is missing is complained of at its place."""
        missing = [number for number, one in self.given.items() if one.level is None and not one.cannot_judge]
        for number in missing:
            self.complain("Choose a level", f"level_{number}")
        if not missing and self.total is None:
            skipped = [number for number, one in self.given.items() if one.cannot_judge]
            self.complain(TOO_LITTLE, f"level_{skipped[0]}")
        return not self.errors_for_summary()

    def go_on_from(self, edit: int) -> None:
        """The same page goes on after it was kept: the next sending follows that save, with a key of its own."""
        self["edit"].raw_data, self["edit"].data = None, edit
        self["form_key"].raw_data, self["form_key"].data = None, fresh_form_key()


TOO_LITTLE = "Score criteria that carry at least 60 % of the weight. Where you cannot judge that much, tell the chair or declare a conflict"

Rubric = tuple[tuple[int, str, str, bool, tuple[tuple[int, str], ...]], ...]


@lru_cache(maxsize=32)
def _with_rubric(rubric: Rubric) -> type[ScorecardForm]:
    """The form with these criteria: (number, name, guidance, may be skipped, ((level, words), ...))."""
    fields: dict[str, Any] = {}
    for number, name, guidance, may_skip, levels in rubric:
        choices: list[tuple[Any, ...]] = [(level, str(level), words) for level, words in levels]
        if may_skip:
            choices.append((CANNOT, "I cannot judge this"))
        fields[f"level_{number}"] = ChoiceField(name, choices, optional=True, hint=guidance)
        fields[f"comment_{number}"] = LongTextField(
            f"Comment for the authors on {name.lower()}", optional=True, rows=2, draft=True
        )
    fields["notes"] = LongTextField(
        "Notes for the panel",
        optional=True,
        rows=4,
        draft=True,
        hint="May be released on request: write what you would say to them.",
    )
    return type("RubricScorecardForm", (ScorecardForm,), fields)


# Conflicts.


class ConflictForm(Form):
    """What ties me to a proposal."""

    send = "Declare this conflict"

    type = ChoiceField(
        "What is the conflict?",
        [(type, *words) for type, words in CONFLICT_TYPES.items()],
        missing="Choose what sort of conflict it is",
    )
    note = LongTextField(
        "What should the chair know?",
        optional=True,
        rows=3,
        hint="The chair, the deputy and the secretary read this. Name nobody that you do not have to.",
    )


class HandlingForm(Form):
    """The chair's word on a conflict."""

    send = "Decide"

    handling = ChoiceField(
        "May this member take part?",
        [
            (Handling.MAY_TAKE_PART, "May take part", "They score it and discuss it like everybody else."),
            (
                Handling.EXCLUDED,
                "Excluded",
                "They score nothing, leave the room, and see none of its scores. Scores they gave count no more.",
            ),
        ],
        missing="Choose one of the two",
    )
    reason = LongTextField(
        "Why?",
        rows=3,
        missing="Give the reason: it stands in the register",
        hint="It stands in the register of conflicts.",
    )


# Sharing out.


class AssignForm(EditedForm):
    """Who scores what: the judges of each proposal. `edit` is the number of what stood when the page was made."""

    send = "Share out like this"
    marks_optional = False

    @classmethod
    def of(
        cls,
        proposals: Iterable[tuple[int, str]],
        judges: Sequence[tuple[int, str]],
        excluded: Collection[tuple[int, int]],
        standing: SharedOut,
        proposed: Collection[tuple[int, int]],
    ) -> AssignForm:
        """One question a proposal, (number, words); those who are excluded from it cannot be chosen."""
        told = list(proposals)
        fields = {
            f"p{number}": ManyChoiceField(
                words, [(judge, name) for judge, name in judges if (number, judge) not in excluded], optional=True
            )
            for number, words in told
        }
        ticked = {f"p{number}": [judge for judge, _ in judges if (number, judge) in proposed] for number, _ in told}
        return type("RoundAssignForm", (cls,), fields)(data={"edit": standing.edit, **ticked})

    def saved(self, thing: SharedOut) -> dict[str, Any]:
        """Who scores what now, beside what was ticked (after a stale save)."""
        return {
            field.short_name: [
                judge for judge, _, _ in field.choices if (int(field.short_name[1:]), judge) in thing.pairs
            ]
            for field in self.questions
        }

    @property
    def pairs(self) -> set[tuple[int, int]]:
        """(proposal, person) of every tick."""
        return {(int(field.short_name[1:]), judge) for field in self.questions for judge in field.data or ()}


# The meeting.


def _not_ahead(_form: Any, field: Any) -> None:
    if field.data > clock.today():
        raise ValidationError("Enter the day the panel met: today or before")


class MeetingForm(Form):
    """The minutes of a panel meeting; `of` makes the one with its panel and what it discusses."""

    send = "Record the meeting"
    marks_optional = False

    held_on = DayField("When did the panel meet?", [_not_ahead], missing="Enter the day the panel met")

    @classmethod
    def of(cls, panel: Sequence[tuple[int, str]], proposals: Iterable[tuple[int, str]]) -> MeetingForm:
        """`panel` is (person, name), `proposals` (number, words)."""
        people, told = list(panel), list(proposals)
        fields: dict[str, Any] = {
            f"there_{number}": ChoiceField(name, list(ATTENDANCES.items()), optional=True) for number, name in people
        }
        fields["notes"] = LongTextField("Notes on the meeting as a whole", optional=True, rows=3)
        for number, _ in told:
            fields |= {
                f"discussed_{number}": TickField("Discussed at this meeting", default=True),
                f"notes_{number}": LongTextField("What was said", optional=True, rows=3),
                f"vote_{number}": TextField(
                    "Vote", default=AGREED, optional=True, hint="“agreed”, or the count: 5 for, 1 against"
                ),
                f"dissent_{number}": TextField("Dissent", optional=True, max_length=500, hint="Who disagreed, and why"),
                f"left_{number}": ManyChoiceField("Who left the room for it?", people, optional=True),
            }
        form = type("RoundMeetingForm", (cls,), fields)()
        form.panel, form.told = people, told
        return form

    panel: list[tuple[int, str]]
    told: list[tuple[int, str]]

    @property
    def attendance(self) -> dict[int, Attendance]:
        """Who was there and who sent apologies."""
        said = {number: self[f"there_{number}"].data for number, _ in self.panel}
        return {number: word for number, word in said.items() if word is not None}

    @property
    def items(self) -> list[ItemTold]:
        """What was discussed, in the order of the page."""
        return [self._item(number) for number, _ in self.told if self[f"discussed_{number}"].data]

    def _item(self, number: int) -> ItemTold:
        return ItemTold(
            proposal_id=number,
            notes=self[f"notes_{number}"].data or "",
            vote=self[f"vote_{number}"].data or AGREED,
            dissent=self[f"dissent_{number}"].data or "",
            left_ids=self[f"left_{number}"].data or [],
        )

    def says_who_was_there(self) -> bool:
        """Whether anybody was there; complained of where not."""
        if Attendance.PRESENT not in self.attendance.values():
            self.complain("Say who was there", f"there_{self.panel[0][0]}")
        return not self.errors_for_summary()
