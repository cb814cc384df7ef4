"""The demo's made-up people on the sign-in page: one press signs in as one of them, from this machine alone."""

from __future__ import annotations

from dataclasses import dataclass

from pitchpit.people import login, queries
from pitchpit.people.models import Person


@dataclass(frozen=True)
class Account:
    """One of them: their address, and what can be tried as them."""

    email: str
    who: str
    tries: str


ACCOUNTS = tuple(
    Account(f"{name}@demo.example", who, tries)
    for name, who, tries in (
        ("nurse", "Nurse", "Hand in an idea, and see what became of the last one."),
        ("judge", "Judge", "Score what the panel was given, with the authors hidden."),
        ("chair", "Panel’s chair", "See the ranking, hold the panel’s decisions and release them."),
        ("secretary", "Panel’s secretary", "Assign judges, and see who has scored."),
        ("qi", "Quality improvement lead", "Answer what came in, and look after the projects."),
        ("manager", "Service manager", "Lead a project: check in on it, and enter what is measured."),
        ("sponsor", "Sponsor", "Start, review and close projects at their gates."),
        ("leader", "Executive", "See everything that was decided, and ratify what is large."),
        ("ig", "Information governance", "Take a text out of history, and read who was shown what."),
        ("admin", "Admin", "Set up a round; look after people, services and rights."),
    )
)


def accounts_here() -> tuple[Account, ...]:
    """The accounts to offer on this sign-in page: none outside a demo, none to another machine."""
    return ACCOUNTS if login.is_this_machine() and queries.is_demo() else ()


def person_behind(email: str) -> Person | None:
    """The made-up person of this account, where it is offered."""
    if email not in {account.email for account in accounts_here()}:
        return None
    return queries.person_signing_in(email)
