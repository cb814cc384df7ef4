"""The form base: questions as a person hears them, answers as checked Python values, errors that say what to do.

    class Begin(Form):
        send = "Hand it in"
        title = TextField("What is your idea called?", max_length=100, missing="Give your idea a name")
        ask = PoundsField("How much money would it take?", optional=True)

    {{ error_summary(form) }} {{ form_start(form, url) }} {{ field(form.title) }} … {{ send(form.send) }} {{ form_end() }}

    if not form.validate_on_submit():
        return shown_again("proposals/begin.html", form)

Every field is required unless `optional=True` (a tick only with `missing`); `missing` is the sentence said when it is empty, `hint` the grey
help. Nothing that was typed is ever lost: a form that comes back shows the characters as they were typed.
"""

from pitchpit.core.forms.base import EditedForm, FilterForm, Form, shown_again
from pitchpit.core.forms.checks import at_most_characters, at_most_words, between, no_patient_data
from pitchpit.core.forms.choices import ChoiceField, ManyChoiceField, TickField
from pitchpit.core.forms.days import DayField, MomentField, time_from
from pitchpit.core.forms.fields import (
    BaseField,
    EmailField,
    HiddenField,
    HiddenNumberField,
    IntField,
    LongTextField,
    NumberField,
    PasswordField,
    PoundsField,
    TextField,
)
from pitchpit.core.forms.rows import RowForm, Rows

__all__ = [
    "BaseField",
    "ChoiceField",
    "DayField",
    "EditedForm",
    "EmailField",
    "FilterForm",
    "Form",
    "HiddenField",
    "HiddenNumberField",
    "IntField",
    "LongTextField",
    "ManyChoiceField",
    "MomentField",
    "NumberField",
    "PasswordField",
    "PoundsField",
    "RowForm",
    "Rows",
    "TextField",
    "TickField",
    "at_most_characters",
    "at_most_words",
    "between",
    "no_patient_data",
    "shown_again",
    "time_from",
]
