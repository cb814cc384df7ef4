"""The states of a proposal, and every move between them."""

from enum import StrEnum


class ProposalState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SHORTLISTED = "shortlisted"
    APPROVED = "approved"
    SUPPORTED = "supported"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    SHELVED = "shelved"
    ANSWERED = "answered"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """What a person reads."""
        return SAID[self]

    @property
    def colour(self) -> str:
        """The colour of its tag; never the only sign."""
        return COLOURS[self]


S = ProposalState

#: Every move that there is; `actions.move` refuses any other.
MOVES: dict[ProposalState, frozenset[ProposalState]] = {
    S.DRAFT: frozenset({S.SUBMITTED}),
    S.SUBMITTED: frozenset(
        {
            S.RETURNED,
            S.SHORTLISTED,
            S.APPROVED,
            S.SUPPORTED,
            S.DECLINED,
            S.REDIRECTED,
            S.SHELVED,
            S.ANSWERED,
            S.MERGED,
            S.WITHDRAWN,
        }
    ),
    S.RETURNED: frozenset({S.SUBMITTED, S.MERGED, S.WITHDRAWN}),
    S.SHORTLISTED: frozenset({S.APPROVED, S.SUPPORTED, S.DECLINED, S.REDIRECTED, S.SHELVED, S.MERGED, S.WITHDRAWN}),
    S.APPROVED: frozenset(),
    S.SUPPORTED: frozenset(),
    S.DECLINED: frozenset({S.SHORTLISTED}),
    S.REDIRECTED: frozenset(),
    S.SHELVED: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.ANSWERED: frozenset(),
    S.MERGED: frozenset({S.SUBMITTED, S.RETURNED, S.SHORTLISTED}),
    S.WITHDRAWN: frozenset(),
}

#: In these an author may change the text.
EDITABLE = frozenset({S.DRAFT, S.RETURNED})
#: In these something is still to be done by somebody.
OPEN = frozenset({S.SUBMITTED, S.RETURNED, S.SHORTLISTED, S.SHELVED})
#: In these a decision is out, for every colleague to read.
DECIDED = frozenset({S.APPROVED, S.SUPPORTED, S.DECLINED, S.REDIRECTED, S.SHELVED, S.ANSWERED})
#: In these every colleague may read it.
PUBLISHED = DECIDED | {S.WITHDRAWN}
#: Published without names or ward unless the authors agree.
UNNAMED = frozenset({S.DECLINED, S.REDIRECTED, S.WITHDRAWN})


#: Leaving "submitted" for one of these answers the authors: the reply promise is met.
REPLIES = DECIDED | {S.RETURNED, S.SHORTLISTED}

#: The states as a person reads them.
SAID: dict[ProposalState, str] = {
    S.DRAFT: "Draft",
    S.SUBMITTED: "Handed in",
    S.RETURNED: "Came back with advice",
    S.SHORTLISTED: "Shortlisted",
    S.APPROVED: "Approved",
    S.SUPPORTED: "Supported",
    S.DECLINED: "Declined",
    S.REDIRECTED: "Redirected",
    S.SHELVED: "Shelved for now",
    S.ANSWERED: "Answered",
    S.MERGED: "Joined with another idea",
    S.WITHDRAWN: "Withdrawn",
}

COLOURS: dict[ProposalState, str] = {
    S.DRAFT: "grey",
    S.SUBMITTED: "blue",
    S.RETURNED: "yellow",
    S.SHORTLISTED: "aqua-green",
    S.APPROVED: "green",
    S.SUPPORTED: "green",
    S.ANSWERED: "green",
    S.SHELVED: "white",
    S.DECLINED: "white",
    S.REDIRECTED: "white",
    S.MERGED: "white",
    S.WITHDRAWN: "white",
}


class CostKind(StrEnum):
    PAY = "pay"
    NON_PAY = "non_pay"
    EQUIPMENT = "equipment"

    @property
    def words(self) -> str:
        """What a person reads."""
        return COST_KINDS[self]


#: What a person chooses from.
COST_KINDS: dict[CostKind, str] = {
    CostKind.NON_PAY: "Something to buy",
    CostKind.EQUIPMENT: "Equipment",
    CostKind.PAY: "Somebody's time",
}
