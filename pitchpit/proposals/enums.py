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
#: Published without names or ward unless the authors agree.
UNNAMED = frozenset({S.DECLINED, S.REDIRECTED, S.WITHDRAWN})


class CostKind(StrEnum):
    PAY = "pay"
    NON_PAY = "non_pay"
    EQUIPMENT = "equipment"
