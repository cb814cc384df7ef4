"""Between features imports go downward only, and inside a feature from room to room in one order."""

from tests.architecture.source import ABOVE_ALL, FLOORS, ROOMS, floor_of, modules

PURE = {"scoring", "assignment", "portfolio", "spc", "schedule", "chain", "chart"}


def test_every_feature_has_a_floor() -> None:
    known = frozenset().union(*FLOORS) | ABOVE_ALL
    assert {module.feature for module in modules()} - known == set()


def test_features_import_downward() -> None:
    upward = [
        f"{module.name} imports {name}"
        for module in modules()
        if module.feature not in ABOVE_ALL
        for name in module.imports()
        if (other := name.split(".")[1]) != module.feature
        and (other in ABOVE_ALL or floor_of(other) >= floor_of(module.feature))
    ]
    assert upward == []


def test_rooms_import_in_one_order() -> None:
    wrong = [
        f"{module.name} imports {name}"
        for module in modules()
        if module.room in ROOMS and module.feature not in {"core", *ABOVE_ALL}
        for name in module.imports()
        if len(parts := name.split(".")) > 2
        and parts[1] == module.feature
        and parts[2] in ROOMS
        and parts[2] != module.room
        and ROOMS[parts[2]] >= ROOMS[module.room]
    ]
    assert wrong == []


def test_rules_run_no_query_and_actions_never_commit_or_read_the_request() -> None:
    forbidden = {
        "rules": {"db", "select", "session"},
        "actions": {"request", "current_user", "flash", "commit"},
        "queries": {"request", "flash", "commit"},
        "views": {"select", "session"},
    }
    import ast

    found = [
        f"{module.name}:{node.lineno} uses {word}"
        for module in modules()
        if module.room in forbidden and module.feature != "core"
        for node in ast.walk(module.tree)
        if (word := getattr(node, "attr", None) or getattr(node, "id", None)) in forbidden[module.room]
    ]
    assert found == []


def test_pure_rooms_know_neither_flask_nor_the_database() -> None:
    import ast

    found = [
        f"{module.name} imports {name}"
        for module in modules()
        if module.room in PURE and module.feature != "core"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if name.split(".")[0] in {"flask", "sqlalchemy", "flask_login", "flask_sqlalchemy"}
        or name == "pitchpit.core.db"
    ]
    assert found == []
