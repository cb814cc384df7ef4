"""The lock files: everything pinned, everything hashed, nothing about where it was fetched from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-test.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def entries(lock: str) -> dict[str, str]:
    """Each locked requirement, as it is written, by its name."""
    text = (ROOT / lock).read_text()
    found = re.findall(
        r"^(\S[^\n]*?)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)$", re.sub(r"(?m)^ *#.*\n", "", text), re.M
    )
    assert "".join(line + hashes + "\n" for line, hashes in found) == re.sub(r"(?m)^ *#.*\n", "", text)
    assert [line for line, hashes in found if not hashes] == []
    return {line.split("==")[0]: line for line, _hashes in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_pinned_and_hashed(lock: str) -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+==[^ ;]+( ; .+)?", line) for line in entries(lock).values())


@pytest.mark.parametrize("lock", LOCKS)
def test_no_registry_and_no_folder_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert (
        re.findall(r"(?i)https?:|file:|--(?!hash=)[a-z-]+|@|/(?!.*via)", text.replace("# via -c requirements.txt", ""))
        == []
    )


def test_the_tests_run_on_just_what_is_served() -> None:
    run, test = (entries(lock) for lock in LOCKS)
    assert {name: test.get(name) for name in run} == run


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [(LOCKS[0], PROJECT["dependencies"]), (LOCKS[1], PROJECT["optional-dependencies"]["test"])],
)
def test_the_lock_answers_the_project_file(lock: str, wanted: list[str]) -> None:
    locked = {name: line.split("==")[1].split(" ;")[0] for name, line in entries(lock).items()}
    asked = [Requirement(text) for text in wanted]
    assert [str(one) for one in asked if not one.specifier.contains(locked.get(one.name, "0"))] == []
