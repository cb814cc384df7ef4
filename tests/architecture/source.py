"""The source as trees, for the tests that guard the house."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pitchpit"

#: From the ground up; siblings on one floor do not import each other.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"core"}),
    frozenset({"history", "notices"}),
    frozenset({"people"}),
    frozenset({"home"}),
    frozenset({"schemes", "lessons", "rocks"}),
    frozenset({"proposals"}),
    frozenset({"panels", "projects"}),
    frozenset({"den", "measures"}),
    frozenset({"decisions", "gates"}),
    frozenset({"learning", "listening"}),
    frozenset({"insight", "api", "governance"}),
)

#: What stands beside the features and may import any of them: the command line, serving, checks, the demo story.
ABOVE_ALL = frozenset({"__init__", "cli", "serving", "wsgi", "checking", "demo"})

#: The rooms of a feature, from the ground up; a room imports only those below it (forms and actions are siblings).
ROOMS: dict[str, int] = {"enums": 0, "models": 1, "rules": 2, "queries": 3, "actions": 4, "forms": 4, "views": 5}


@dataclass(frozen=True)
class Module:
    """One file: its dotted name and its tree."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def feature(self) -> str:
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else "__init__"

    @property
    def room(self) -> str:
        parts = self.name.split(".")
        return parts[2] if len(parts) > 2 else "__init__"

    def imports(self) -> Iterator[str]:
        """Dotted names of what it imports from this package, inside functions too; not what only type checkers read."""
        unseen = {id(node) for block in ast.walk(self.tree) if _is_typing_only(block) for node in ast.walk(block)}
        for node in ast.walk(self.tree):
            if id(node) in unseen:
                continue
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if alias.name.startswith("pitchpit"))
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pitchpit"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_typing_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    return tuple(_module(path) for path in sorted(PACKAGE.rglob("*.py")))


def _module(path: Path) -> Module:
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return Module(dotted, path, ast.parse(path.read_text()))


def floor_of(feature: str) -> int:
    """The floor this feature stands on; 0 is the ground."""
    return next(number for number, floor in enumerate(FLOORS) if feature in floor)
