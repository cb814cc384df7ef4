"""Each state has one writer: the function called `move` of the feature that owns it."""

import ast

import pytest

from pitchpit.projects.enums import MOVES as STAGE_MOVES
from pitchpit.projects.enums import Stage
from pitchpit.proposals.enums import MOVES, ProposalState
from tests.architecture.source import Module, modules

#: The column, and the feature whose `actions.move` writes it.
WRITERS = {"stage": "projects"}


def writes(module: Module, column: str) -> list[tuple[str, int]]:
    """Where the module assigns to an attribute of this name: the function, and the line."""
    found = []
    for function in ast.walk(module.tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign | ast.AugAssign)
                else []
            )
            found += [
                (function.name, target.lineno)
                for target in targets
                if isinstance(target, ast.Attribute) and target.attr == column
            ]
    return found


def test_only_move_writes_a_projects_stage() -> None:
    writers = {(module.name.split(".")[1], function) for module in modules() for function, _ in writes(module, "stage")}
    assert writers == {("projects", "move")}


def test_only_move_writes_a_proposals_state() -> None:
    writers = {(module.feature, function) for module in modules() for function, _ in writes(module, "state")}
    assert writers <= {("proposals", "move"), ("panels", "submit_scorecard"), ("panels", "reopen_scorecard")}
    assert ("proposals", "move") in writers


@pytest.mark.parametrize(("moves", "states"), [(MOVES, ProposalState), (STAGE_MOVES, Stage)])
def test_every_state_says_where_it_can_go(moves: dict, states: type) -> None:
    assert set(moves) == set(states)
    assert frozenset().union(*moves.values()) <= set(states)
