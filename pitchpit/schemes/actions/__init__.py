"""What people do with schemes, funds and rounds."""

from pitchpit.schemes.actions.acts import close_scoring, extend, next_reference, open_round
from pitchpit.schemes.actions.making import change_fund, change_scheme, make_fund, make_round, make_scheme
from pitchpit.schemes.actions.parts import (
    set_dates,
    set_judging,
    set_panel,
    set_pot,
    set_questions,
    set_replies,
    set_rubric,
    set_tiers,
    use_usual_rubric,
)
from pitchpit.schemes.actions.verbs import VERBS

__all__ = [
    "VERBS",
    "change_fund",
    "change_scheme",
    "close_scoring",
    "extend",
    "make_fund",
    "make_round",
    "make_scheme",
    "next_reference",
    "open_round",
    "set_dates",
    "set_judging",
    "set_panel",
    "set_pot",
    "set_questions",
    "set_replies",
    "set_rubric",
    "set_tiers",
    "use_usual_rubric",
]
