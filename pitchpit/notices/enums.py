"""How somebody wants to be told."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """What happens to a notice besides standing in the inbox."""

    DIGEST = "digest"
    AT_ONCE = "at_once"
    INBOX_ONLY = "inbox_only"


#: What a person chooses between, in their words.
CHOICES = {
    Way.DIGEST: "One email each working day at 8am, and one at once when something is urgent",
    Way.AT_ONCE: "An email for every notice, at once",
    Way.INBOX_ONLY: "No emails: I will look in my inbox here",
}

#: When mail may come.
HOURS = {
    "day": "Between 7am and 8pm: what is urgent in the night waits until 7am",
    "any": "At any hour",
}
