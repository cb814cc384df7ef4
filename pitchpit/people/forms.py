"""The questions of people: signing in, passwords, persons, services and posts; and the field that finds a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from wtforms.validators import ValidationError

from pitchpit.core import clock
from pitchpit.core.forms import (
    BaseField,
    ChoiceField,
    DayField,
    EditedForm,
    EmailField,
    FilterForm,
    Form,
    HiddenField,
    ManyChoiceField,
    PasswordField,
    TextField,
    TickField,
)
from pitchpit.core.forms.fields import printable
from pitchpit.people import passwords, queries
from pitchpit.people.enums import Level, PostKind, Right, StaffGroup
from pitchpit.people.models import Person


class PersonField(BaseField):
    """Somebody, by name, email address or staff number; data is the Person. Says whom it could mean where that is several."""

    def __init__(self, label: str = "", validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, **({"hint": "Name, email address or staff number"} | kwargs))

    def understand(self, typed: Sequence[str]) -> Person:
        words = " ".join(printable(typed[0]).split())[:300]
        address = re.search(r"\(([^()\s]+@[^()\s]+)\)$", words)
        found = self.find(address.group(1) if address else words)
        if not found:
            raise ValueError(f"Nobody here is called “{words}”: try their email address or staff number")
        if len(found) > 1:
            whom = ", ".join(self.as_typed(person) for person in found)
            raise ValueError(f"This could be {whom}. Type the email address of the one you mean")
        return found[0]

    def find(self, words: str) -> list[Person]:
        """Whom these words could mean."""
        return queries.people_named(words)

    def as_typed(self, value: Person) -> str:
        return f"{value.name} ({value.email})"

    def shown(self, value: Person | None) -> str:
        return value.name if value else ""

    def controls(self) -> dict[str, Any]:
        return super().controls() | {"spellcheck": False, "autocomplete": "off"}


# Signing in.


class SignIn(Form):
    send = "Sign in"

    who = TextField(
        "Email address or staff number",
        missing="Enter your email address or staff number",
        autocomplete="username",
        spellcheck=False,
        free_text=False,
    )
    password = PasswordField("Password", missing="Enter your password")
    shared = TickField(
        "This is a shared computer",
        hint="You will be signed out after a few minutes without a click, and nothing stays here.",
    )
    next = HiddenField()


class AskForLink(Form):
    send = "Send me a link"

    who = TextField(
        "Email address or staff number",
        missing="Enter your email address or staff number",
        autocomplete="username",
        spellcheck=False,
        free_text=False,
    )


class _NewPassword(Form):
    """A new password, checked against whom it is for."""

    def __init__(self, person: Person, **kwargs: Any) -> None:
        self.person = person
        super().__init__(**kwargs)

    def validate_new_password(self, field: Any) -> None:
        if wrong := passwords.why_not(field.data, email=self.person.email, name=self.person.name):
            raise ValidationError(wrong)


NEW_PASSWORD_HINT = f"At least {passwords.SHORTEST} characters. Three or four words you will remember do well."


class ChoosePassword(_NewPassword):
    send = "Set my password"

    new_password = PasswordField(
        "New password", missing="Choose a password", hint=NEW_PASSWORD_HINT, autocomplete="new-password"
    )


class ChangePassword(_NewPassword):
    send = "Change my password"

    current_password = PasswordField("Current password", missing="Enter your current password")
    new_password = PasswordField(
        "New password", missing="Choose a new password", hint=NEW_PASSWORD_HINT, autocomplete="new-password"
    )


# An admin's forms.


def _staff_groups() -> list[tuple[Any, str]]:
    return [(group, group.words) for group in StaffGroup]


def _services_or(nothing: str) -> Callable[[], list[tuple[Any, str]]]:
    """The open services to choose from, after `nothing` for none of them."""
    return lambda: [(None, nothing), *queries.service_choices()]


class FindPeople(FilterForm):
    """What narrows the list of people."""

    q = TextField("Name, email address or staff number", optional=True, free_text=False)
    service = ChoiceField("Service", select=True, optional=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service.choices = [("", "All services"), *queries.service_choices()]


class PersonDetails(EditedForm):
    send = "Save"

    name = TextField("Name", missing="Enter a name", max_length=120)
    email = EmailField("Email address", missing="Enter an email address")
    staff_number = TextField("Staff number", optional=True, max_length=40, width=10)
    job_title = TextField("Job title", optional=True, max_length=120)
    staff_group = ChoiceField("Staff group", _staff_groups, select=True, optional=True)
    service_id = ChoiceField("Service", select=True, optional=True)
    site = TextField("Site", optional=True, max_length=120)

    def __init__(self, person: Person | None = None, **kwargs: Any) -> None:
        self.person_id = person.id if person else None
        super().__init__(obj=person, **kwargs)
        self.service_id.choices = queries.service_choices()

    def validate_email(self, field: Any) -> None:
        if other := queries.other_with(self.person_id, email=field.data):
            raise ValidationError(f"{other.name} has this email address already")

    def validate_staff_number(self, field: Any) -> None:
        if field.data and (other := queries.other_with(self.person_id, staff_number=field.data)):
            raise ValidationError(f"{other.name} has this staff number already")

    @property
    def details(self) -> dict[str, Any]:
        """The columns of a person as they should be."""
        return {
            "name": self.name.data,
            "email": self.email.data.lower(),
            "staff_number": self.staff_number.data,
            "job_title": self.job_title.data or "",
            "staff_group": self.staff_group.data,
            "service_id": self.service_id.data,
            "site": self.site.data or "",
        }


class Rights(EditedForm):
    send = "Save rights"

    rights = ManyChoiceField(
        "Rights", lambda: [(right, right.words, right.means.capitalize()) for right in Right], optional=True
    )


class Leaving(EditedForm):
    send = "Save"

    left_on = DayField(
        "When do they leave?",
        optional=True,
        hint="From this day on they cannot sign in. Leave it empty for somebody who stays.",
    )


class ServiceDetails(EditedForm):
    send = "Save"

    name = TextField("Name", missing="Enter a name", max_length=120)
    level = ChoiceField("Level", lambda: [(level, level.words) for level in Level], missing="Choose a level")


class AddService(ServiceDetails):
    send = "Add the service"

    parent_id = ChoiceField("Below", _services_or("Nothing: it stands at the top"), select=True, optional=True)


class MoveService(EditedForm):
    send = "Move it"

    parent_id = ChoiceField("Move it below", _services_or("Nothing: it stands at the top"), select=True, optional=True)


class NameManager(EditedForm):
    send = "Save"

    manager = PersonField(
        "Who manages it?", optional=True, hint="Name, email address or staff number. Empty for nobody."
    )


class CloseService(EditedForm):
    send = "Close it"

    closed_on = DayField("When does it close?", missing="Enter the day it closes", default=clock.today)
    replaced_by_id = ChoiceField("What takes its place?", _services_or("Nothing"), select=True, optional=True)


class AddPost(Form):
    send = "Add the post"

    kind = ChoiceField(
        "What does it sign off?",
        lambda: [(kind, kind.words) for kind in PostKind],
        select=True,
        missing="Choose what it signs off",
    )
    service_id = ChoiceField("For which service?", _services_or("The whole trust"), select=True, optional=True)


class HoldPost(Form):
    send = "Save"

    person = PersonField("Who holds it?", missing="Enter who holds it")
    deputy = TickField("As deputy")
    from_on = DayField("From", missing="Enter the first day", default=clock.today)
