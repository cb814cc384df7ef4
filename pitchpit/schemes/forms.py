"""The questions asked of whoever sets up schemes, funds and rounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

from flask import current_app
from wtforms.validators import ValidationError

from pitchpit.core import clock
from pitchpit.core.forms import (
    ChoiceField,
    DayField,
    EditedForm,
    HiddenField,
    IntField,
    LongTextField,
    MomentField,
    PoundsField,
    RowForm,
    Rows,
    TextField,
    TickField,
)
from pitchpit.core.money import pounds
from pitchpit.people.forms import PersonField
from pitchpit.schemes import defaults, queries
from pitchpit.schemes.enums import (
    AlwaysAsked,
    Approver,
    Monitoring,
    PanelRole,
    Part,
    QuestionKind,
    SchemeKind,
    Seat,
)
from pitchpit.schemes.models import Fund, Round, Scheme

END_OF_DAY = time(23, 59)


def _words(enum: Any) -> list[tuple[Any, str]]:
    return [(word, word.words) for word in enum]


def _lines(text: str) -> list[str]:
    """What was typed one a line, without blanks and repetitions."""
    return list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))


def _complain(field: Any, sentence: str) -> bool:
    """Add an error that a whole row or form shows at one field."""
    field.errors = [*field.errors, sentence]
    return False


def _twice(values: Iterable[Any]) -> set[Any]:
    return {value for value, times in Counter(values).items() if times > 1 and value is not None}


# Schemes and funds


class SchemeForm(EditedForm):
    name = TextField("What is the scheme called?", missing="Give the scheme a name", max_length=100)
    letters = TextField(
        "Which letters begin its references?",
        hint="Two to four capital letters. DD gives references like DD26-014.",
        missing="Enter two to four letters",
        width=4,
        free_text=False,
    )
    kind = ChoiceField("What kind of scheme is it?", _words(SchemeKind), missing="Choose what kind of scheme it is")
    about = LongTextField("What should people know about it?", optional=True, max_words=200)
    themes = LongTextField(
        "Themes",
        optional=True,
        hint="A short list that ideas and judges share, one a line: falls, discharge, staff wellbeing.",
    )

    def __init__(self, scheme: Scheme | None = None) -> None:
        self.send = "Save" if scheme else "Make the scheme"
        self.scheme = scheme
        super().__init__(data=self.saved(scheme) | {"edit": scheme.edit} if scheme else None)

    def saved(self, thing: Scheme) -> dict[str, Any]:
        """What is saved now."""
        return {
            "name": thing.name,
            "letters": thing.letters,
            "kind": thing.kind,
            "about": thing.about,
            "themes": "\n".join(theme.name for theme in thing.themes),
        }

    def validate_letters(self, field: Any) -> None:
        field.data = field.data.upper()
        if not re.fullmatch(r"[A-Z]{2,4}", field.data):
            raise ValidationError("Enter two to four letters, like DD")
        if queries.is_taken(Scheme.letters, field.data, self.scheme):
            raise ValidationError("Another scheme has these letters. Choose others")

    def validate_name(self, field: Any) -> None:
        if queries.is_taken(Scheme.name, field.data, self.scheme):
            raise ValidationError("Another scheme has this name. Choose another")

    def validate_themes(self, field: Any) -> None:
        if too_long := [line for line in _lines(field.data) if len(line) > 60]:
            raise ValidationError(f"Shorten “{too_long[0][:60]}…” to at most 60 characters")

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the actions take it."""
        return {
            "name": self.name.data,
            "letters": self.letters.data,
            "kind": self.kind.data,
            "about": self.about.data or "",
            "themes": _lines(self.themes.data or ""),
        }


class FundForm(EditedForm):
    name = TextField("What is the fund called?", missing="Give the fund a name", max_length=100)
    owner = TextField("Who owns it?", hint="For example: the trust's charity.", missing="Say who owns the fund")
    purpose = LongTextField("What is it for?", optional=True, rows=3, max_words=200)
    restrictions = LongTextField("What may it not be spent on?", optional=True, rows=3, max_words=200)
    spend_by_on = DayField("By when must it be spent?", optional=True)
    acknowledgement = LongTextField("What thanks does the owner want?", optional=True, rows=2, max_words=100)

    def __init__(self, fund: Fund | None = None) -> None:
        self.send = "Save" if fund else "Make the fund"
        self.fund = fund
        super().__init__(obj=fund)

    def validate_name(self, field: Any) -> None:
        if queries.is_taken(Fund.name, field.data, self.fund):
            raise ValidationError("Another fund has this name. Choose another")

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the actions take it."""
        return {
            "name": self.name.data,
            "owner": self.owner.data,
            "purpose": self.purpose.data or "",
            "restrictions": self.restrictions.data or "",
            "spend_by_on": self.spend_by_on.data,
            "acknowledgement": self.acknowledgement.data or "",
        }


# The parts of a round


class SavedRow(RowForm):
    """A row that may be saved already: then it can be taken out by a tick."""

    was = HiddenField()
    take_out = TickField("Take this out")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        take_out = self._fields.pop("take_out")  # after everything else, and only where there is something to take out
        if self.was.data:
            self._fields["take_out"] = take_out

    @property
    def is_blank(self) -> bool:
        return bool("take_out" in self and self.take_out.data) or super().is_blank

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, without the row's own furniture."""
        return {field.short_name: field.data for field in self if field.short_name not in ("was", "take_out", "place")}


class OrderedRow(SavedRow):
    """A row with a place among the others."""

    place = IntField("Place", optional=True, least=1, most=99, width=2, hint="1 comes first.")


def _in_order(rows: Rows) -> list[Any]:
    """The rows by the place that was typed; those without one stay behind, as they came."""
    return sorted(rows.filled, key=lambda row: row.place.data or 100)


class PartForm(EditedForm):
    """One part of a round, filled with what is saved."""

    def __init__(self, round: Round) -> None:
        self.round = round
        super().__init__(data=self.saved(round) | {"edit": round.edit})

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return {field.short_name: field.data for field in self.questions}

    def _ask_for_a_reason(self, question: str) -> None:
        """Ask why only once the round has opened."""
        if self.round.opened_at is None:
            del self.reason
        else:
            self.reason.label.text = question


class DatesForm(PartForm):
    title = TextField("What is the round called?", missing="Give the round a title", max_length=100)
    opens_at = MomentField("When does it open for ideas?", missing="Say when the round opens")
    closes_at = MomentField("When does it close?", missing="Say when the round closes", default_time=END_OF_DAY)
    scoring_closes_at = MomentField("When does scoring end?", missing="Say when scoring ends", default_time=END_OF_DAY)

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now."""
        return {name: getattr(thing, name) for name in ("title", "opens_at", "closes_at", "scoring_closes_at")}

    def validate_closes_at(self, field: Any) -> None:
        _after(field, self.opens_at.data, "the round opens")

    def validate_scoring_closes_at(self, field: Any) -> None:
        _after(field, self.closes_at.data, "the round closes")


def _after(field: Any, earlier: datetime | None, what: str) -> None:
    if field.data and earlier and field.data <= earlier:
        raise ValidationError(f"Choose a moment after {what}")


class NewRoundForm(DatesForm):
    """A round's first page: title and dates, filled with the usual seven weeks and a Sunday evening."""

    send = "Make the round"

    def __init__(self) -> None:
        opens = clock.today() + defaults.NOTICE
        closes_at = defaults.sunday_evening(opens + defaults.OPEN_FOR)
        usual = {
            "opens_at": clock.london_moment(opens, time(9)),
            "closes_at": closes_at,
            "scoring_closes_at": defaults.sunday_evening(clock.london(closes_at).date() + defaults.SCORING_FOR),
        }
        EditedForm.__init__(self, data=usual)


class FundRow(SavedRow):
    fund_id = ChoiceField("Fund", select=True, missing="Choose a fund")
    amount_pence = PoundsField("Amount", least=1, missing="Enter what the fund gives")


class PotForm(PartForm):
    amounts = Rows(
        FundRow, "What does each fund give?", row_label="Fund", least=1, missing="Name at least one fund", blank=1
    )
    reason = LongTextField("Why does the pot rise?", missing="Say why the pot rises", rows=3, max_words=100)

    def __init__(self, round: Round) -> None:
        super().__init__(round)
        choices = [(fund.id, fund.name) for fund in queries.funds()]
        for entry in self.amounts.entries:
            entry.form.fund_id.choices = choices
        self._ask_for_a_reason("Why does the pot rise? Everyone will see this")

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now."""
        rows = sorted(thing.funds, key=lambda fund: fund.fund_id)
        return {"amounts": [{"was": "1", "fund_id": row.fund_id, "amount_pence": row.amount_pence} for row in rows]}

    def validate(self, extra_validators: Any = None) -> bool:
        """Each fund once; less than people were told is refused at the amounts."""
        if not super().validate(extra_validators):
            return False
        for row in self.amounts.filled:
            if row.fund_id.data in _twice(row.fund_id.data for row in self.amounts.filled):
                return _complain(row.fund_id, "This fund is named twice. Put its money on one line")
        told = self.round.pot_pence if self.round.opened_at else 0
        if sum(pence for _, pence in self.answers["amounts"]) < told:
            return _complain(self.amounts, f"People were told {pounds(told)}: the pot can rise, not fall")
        return True

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        amounts = [(row.fund_id.data, row.amount_pence.data) for row in self.amounts.filled]
        return {"amounts": amounts} | ({"reason": self.reason.data} if "reason" in self else {})


class TierRow(SavedRow):
    name = TextField("Name", missing="Give the tier a name", max_length=40, width=10)
    up_to_pence = PoundsField("Up to", least=1, missing="Enter the most that can be asked for in this tier")
    approver = ChoiceField("Who says yes?", _words(Approver), select=True, missing="Choose who says yes")
    ratifier = PersonField(
        "Ratifier", optional=True, hint="Where somebody ratifies: name, email address or staff number."
    )
    monitoring = ChoiceField(
        "How closely is a project followed?", _words(Monitoring), select=True, missing="Choose how closely"
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A tier that is ratified names its ratifier, and no other does."""
        is_right = super().validate(extra_validators)
        ratified = self.approver.data is Approver.RATIFIER
        if ratified and self.ratifier.is_empty:
            return _complain(self.ratifier, "Name the person who ratifies")
        if not ratified and not self.ratifier.is_empty and self.approver.data:
            return _complain(self.ratifier, "Nobody ratifies here. Clear this, or choose that somebody does")
        return is_right


class TiersForm(PartForm):
    tiers = Rows(TierRow, "Tiers", row_label="Tier", least=1, missing="Name at least one tier", blank=1, most=10)

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now; the usual three where nothing is."""
        tiers: Sequence[Any] = sorted(thing.tiers, key=lambda tier: tier.up_to_pence) or defaults.TIERS
        names = ("name", "up_to_pence", "approver", "ratifier", "monitoring")
        return {"tiers": [{"was": "1"} | {name: getattr(tier, name, None) for name in names} for tier in tiers]}

    def validate(self, extra_validators: Any = None) -> bool:
        """No two tiers end at the same sum."""
        if not super().validate(extra_validators):
            return False
        twice = _twice(row.up_to_pence.data for row in self.tiers.filled)
        for row in self.tiers.filled:
            if row.up_to_pence.data in twice:
                return _complain(row.up_to_pence, "Two tiers end at this sum. Change one of them")
        return True

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return {"tiers": [row.answers for row in self.tiers.filled]}


class QuestionRow(OrderedRow):
    label = TextField("What do you ask?", missing="Write the question", max_length=200)
    help = TextField("Example or help beneath it", optional=True, max_length=300)
    kind = ChoiceField("What is the answer like?", _words(QuestionKind), select=True, missing="Choose what it is like")
    choices = LongTextField("Choices, one a line", optional=True, rows=3)
    word_limit = IntField("At most", optional=True, least=1, most=5000, suffix="words")
    may_be_left = TickField("May be left empty")
    from_pence = PoundsField("Asked only above", optional=True, hint="Empty: asked of every idea.")

    def validate(self, extra_validators: Any = None) -> bool:
        """A choice needs something to choose from."""
        is_right = super().validate(extra_validators)
        if self.kind.data is QuestionKind.CHOICE and len(_lines(self.choices.data or "")) < 2:
            return _complain(self.choices, "Write at least two choices, one a line")
        return is_right

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        is_worded = self.kind.data in (QuestionKind.SHORT, QuestionKind.LONG)
        is_choice = self.kind.data is QuestionKind.CHOICE
        return {
            "label": self.label.data,
            "help": self.help.data or "",
            "kind": self.kind.data,
            "choices": "\n".join(_lines(self.choices.data or "")) if is_choice else "",
            "word_limit": self.word_limit.data if is_worded else None,
            "required": not self.may_be_left.data,
            "from_pence": self.from_pence.data or 0,
        }


def _wording(what: str) -> tuple[TextField, TextField, IntField]:
    """How one of the three questions that every round asks is worded."""
    return (
        TextField(what, missing="Write the question", max_length=200),
        TextField("Example or help beneath it", optional=True, max_length=300),
        IntField("At most", least=10, most=5000, suffix="words", missing="Say how many words an answer may have"),
    )


class QuestionsForm(PartForm):
    problem_label, problem_help, problem_word_limit = _wording("What gets in the way")
    change_label, change_help, change_word_limit = _wording("What would be changed")
    difference_label, difference_help, difference_word_limit = _wording("What is different for patients or staff")
    others = Rows(
        QuestionRow,
        "Further questions",
        row_label="Question",
        blank=1,
        most=20,
        hint="Every one takes authors time: ask what you will read.",
    )

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now."""
        said: dict[str, Any] = {}
        others: list[dict[str, Any]] = []
        for question in thing.questions:
            if question.always:
                names = ("label", "help", "word_limit")
                said |= {f"{question.always.value}_{name}": getattr(question, name) for name in names}
            else:
                others.append(_question_as_typed(question, len(others) + 1))
        return said | {"others": others}

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        always = {
            which: {
                "label": self[f"{which.value}_label"].data,
                "help": self[f"{which.value}_help"].data or "",
                "word_limit": self[f"{which.value}_word_limit"].data,
            }
            for which in AlwaysAsked
        }
        return {"always": always, "others": [row.answers for row in _in_order(self.others)]}


def _question_as_typed(question: Any, place: int) -> dict[str, Any]:
    return {
        "was": "1",
        "place": place,
        "label": question.label,
        "help": question.help,
        "kind": question.kind,
        "choices": question.choices,
        "word_limit": question.word_limit,
        "may_be_left": not question.required,
        "from_pence": question.from_pence or None,
    }


def _level(level: int, words: str) -> TextField:
    return TextField(f"{level}: {words}", missing=f"Say what a {level} means", max_length=200)


class CriterionRow(OrderedRow):
    name = TextField("Criterion", missing="Name the criterion", max_length=60)
    guidance = TextField("What should judges look for?", optional=True, max_length=300)
    weight = IntField(
        "Weight", least=1, most=100, width=3, missing="Enter a weight from 1 to 100", hint="Against the other weights."
    )
    may_skip = TickField("Judges may say “I cannot judge this”")
    level0 = _level(0, "the lowest")
    level1 = _level(1, "poor")
    level2 = _level(2, "weak")
    level3 = _level(3, "fair")
    level4 = _level(4, "good")
    level5 = _level(5, "the highest")

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return {
            "name": self.name.data,
            "guidance": self.guidance.data or "",
            "weight": self.weight.data,
            "may_skip": self.may_skip.data,
            "levels": [self[f"level{level}"].data for level in range(defaults.TOP_LEVEL + 1)],
        }


class RubricForm(PartForm):
    criteria = Rows(
        CriterionRow,
        "Criteria",
        row_label="Criterion",
        least=1,
        missing="Name at least one criterion",
        blank=1,
        most=12,
    )

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now."""
        return {
            "criteria": [
                {
                    "was": "1",
                    "place": place,
                    "name": criterion.name,
                    "guidance": criterion.guidance,
                    "weight": criterion.weight,
                    "may_skip": criterion.may_skip,
                    **{f"level{level.level}": level.words for level in criterion.levels},
                }
                for place, criterion in enumerate(thing.criteria, 1)
            ]
        }

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return {"criteria": [row.answers for row in _in_order(self.criteria)]}


class JudgingForm(PartForm):
    judges_per_proposal = IntField(
        "How many judges score each idea?",
        least=defaults.FEWEST_JUDGES,
        most=30,
        missing="Enter how many judges score each idea",
        hint="Four is usual, three the fewest.",
    )
    quorum = IntField(
        "How many panel members make a decision?",
        least=1,
        most=30,
        missing="Enter how many members make a decision",
        hint="The quorum: members at the meeting who have no conflict with the idea.",
    )
    authors_hidden = TickField("Judges do not see authors' names and job titles")
    service_hidden = TickField("Judges do not see which ward or team an idea comes from")

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now."""
        return {
            name: getattr(thing, name) for name in ("judges_per_proposal", "quorum", "authors_hidden", "service_hidden")
        }


class MemberRow(SavedRow):
    person = PersonField("Who?", missing="Name the person")
    role = ChoiceField("As", _words(PanelRole), select=True, missing="Choose what they are on the panel")
    seat = ChoiceField("Seat", _words(Seat), select=True, optional=True)
    shadow = TickField("Scores to learn: does not count")

    def validate(self, extra_validators: Any = None) -> bool:
        """A shadow only learns, so leads nothing."""
        is_right = super().validate(extra_validators)
        if self.shadow.data and self.role.data not in (None, PanelRole.MEMBER):
            return _complain(self.shadow, "Somebody who scores to learn is a member. Choose member, or take this off")
        return is_right


class PanelForm(PartForm):
    members = Rows(MemberRow, "Panel", row_label="Person", least=1, missing="Name the panel", blank=2, most=40)

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now: who sits on the panel, its chair first."""
        order = [PanelRole.CHAIR, PanelRole.DEPUTY, PanelRole.SECRETARY, PanelRole.MEMBER]
        here = [member for member in thing.members if member.left_on is None]
        here.sort(key=lambda member: (order.index(member.role), member.person.name, member.id))
        names = ("person", "role", "seat", "shadow")
        return {"members": [{"was": "1"} | {name: getattr(member, name) for name in names} for member in here]}

    def validate(self, extra_validators: Any = None) -> bool:
        """Everybody once; one chair, one deputy, one secretary at most."""
        if not super().validate(extra_validators):
            return False
        people = _twice(row.person.data for row in self.members.filled)
        roles = _twice(row.role.data for row in self.members.filled) - {PanelRole.MEMBER}
        for row in reversed(self.members.filled):
            if row.person.data in people:
                return _complain(row.person, f"{row.person.data.name} is named twice. Take one of the two out")
            if row.role.data in roles:
                return _complain(row.role, "Another person has this place already. Choose who it is")
        return True

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return {"members": [row.answers for row in self.members.filled]}


class ResponderRow(SavedRow):
    service_id = ChoiceField("Division", select=True, missing="Choose a division")
    person = PersonField("Who answers?", missing="Name who answers")
    deputy = PersonField("Deputy", optional=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """A deputy is somebody else."""
        return super().validate(extra_validators) and _is_somebody_else(self.deputy, self.person)


def _is_somebody_else(deputy: Any, person: Any) -> bool:
    if deputy.data is not None and deputy.data == person.data:
        return _complain(deputy, "Name another person than the one who answers")
    return True


class RepliesForm(PartForm):
    reply_working_days = IntField(
        "Within how many working days does everybody get a first reply?",
        least=1,
        most=60,
        missing="Enter a number of working days",
        hint="Five is usual.",
    )
    returns_allowed = IntField(
        "How often may one idea be sent back with advice?", least=0, most=9, missing="Enter a number, 0 for never"
    )
    person = PersonField("Who answers ideas from everywhere?", missing="Name who answers")
    deputy = PersonField("Their deputy", optional=True)
    divisions = Rows(
        ResponderRow,
        "Divisions with somebody of their own",
        row_label="Division",
        blank=1,
        most=60,
        hint="Ideas from any other division go to the person above.",
    )

    def __init__(self, round: Round) -> None:
        super().__init__(round)
        choices: list[tuple[Any, str]] = [
            (service.id, service.name) for service in queries.divisions(current_app.config["DIVISION_LEVEL"])
        ]
        known = dict(choices)
        choices += [
            (row.service_id, row.service.name)
            for row in round.responders
            if row.service and row.service_id not in known
        ]
        for entry in self.divisions.entries:
            entry.form.service_id.choices = choices
        if round.opened_at is not None:
            del self.reply_working_days, self.returns_allowed

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now."""
        everywhere = next((row for row in thing.responders if row.service_id is None), None)
        divisions = sorted(
            (row for row in thing.responders if row.service),
            key=lambda row: (row.service.name if row.service else "", row.id),
        )
        names = ("service_id", "person", "deputy")
        return {
            "reply_working_days": thing.reply_working_days,
            "returns_allowed": thing.returns_allowed,
            "person": everywhere and everywhere.person,
            "deputy": everywhere and everywhere.deputy,
            "divisions": [{"was": "1"} | {name: getattr(row, name) for name in names} for row in divisions],
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Each division once; deputies are other people."""
        if not super().validate(extra_validators) or not _is_somebody_else(self.deputy, self.person):
            return False
        twice = _twice(row.service_id.data for row in self.divisions.filled)
        for row in self.divisions.filled:
            if row.service_id.data in twice:
                return _complain(row.service_id, "This division is named twice. Take one of the two out")
        return True

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        everywhere = {"service_id": None, "person": self.person.data, "deputy": self.deputy.data}
        told = self.round if self.round.opened_at is not None else None
        return {
            "reply_working_days": told.reply_working_days if told else self.reply_working_days.data,
            "returns_allowed": told.returns_allowed if told else self.returns_allowed.data,
            "responders": [everywhere, *(row.answers for row in self.divisions.filled)],
        }


PARTS: dict[Part, type[PartForm]] = {
    Part.DATES: DatesForm,
    Part.POT: PotForm,
    Part.TIERS: TiersForm,
    Part.QUESTIONS: QuestionsForm,
    Part.RUBRIC: RubricForm,
    Part.JUDGING: JudgingForm,
    Part.PANEL: PanelForm,
    Part.REPLIES: RepliesForm,
}


# The acts of a round


class OpenForm(EditedForm):
    send = "Open this round"

    def __init__(self, round: Round) -> None:
        super().__init__(data={"edit": round.edit})


class ExtendForm(EditedForm):
    send = "Move the dates"

    closes_at = MomentField("When does it close for ideas?", missing="Say when the round closes")
    scoring_closes_at = MomentField("When does scoring end?", missing="Say when scoring ends")
    reason = LongTextField(
        "Why?", hint="Everyone will see this.", missing="Say why the dates move", rows=3, max_words=100
    )

    def __init__(self, round: Round) -> None:
        self.round = round
        super().__init__(data=self.saved(round) | {"edit": round.edit})
        if round.closes_at <= clock.now():
            del self.closes_at

    def saved(self, thing: Round) -> dict[str, Any]:
        """What is saved now."""
        return {"closes_at": thing.closes_at, "scoring_closes_at": thing.scoring_closes_at}

    def validate(self, extra_validators: Any = None) -> bool:
        """Later days only, and at least one of them."""
        if not super().validate(extra_validators):
            return False
        dates = self.answers
        for name in ("closes_at", "scoring_closes_at"):
            if name in self and dates[name] < getattr(self.round, name):
                return _complain(self[name], "People were told this day. Choose a later one")
        if dates["scoring_closes_at"] <= dates["closes_at"]:
            return _complain(self.scoring_closes_at, "Choose a moment after the round closes")
        if all(dates[name] == getattr(self.round, name) for name in ("closes_at", "scoring_closes_at")):
            return _complain(self.scoring_closes_at, "Choose a later day for at least one of the two")
        return True

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        closes_at = self.closes_at.data if "closes_at" in self else self.round.closes_at
        return {
            "closes_at": closes_at,
            "scoring_closes_at": self.scoring_closes_at.data,
            "reason": self.reason.data,
        }


class CloseScoringForm(EditedForm):
    send = "Close scoring now"

    reason = LongTextField(
        "Why?", hint="Everyone will see this.", missing="Say why scoring closes now", rows=3, max_words=100
    )

    def __init__(self, round: Round) -> None:
        super().__init__(data={"edit": round.edit})
