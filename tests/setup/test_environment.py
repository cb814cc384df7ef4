"""What `make` does before Python packages are there, and what it says when something is missing."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import config
from tools import chromium, environment

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))


def names_read_by_config() -> list[str]:
    """The settings that config.py reads from the environment, in its order."""
    calls = [node for node in ast.walk(ast.parse((ROOT / "config.py").read_text())) if isinstance(node, ast.Call)]
    reads = [
        call.args[0] for call in calls if ast.unparse(call.func) in {"env.get", "os.environ.get", "_flag", "_number"}
    ]
    return [name.value for name in reads if isinstance(name, ast.Constant)]


def test_every_setting_is_in_the_example() -> None:
    assert sorted(SETTINGS) == sorted(set(names_read_by_config()))


def test_the_example_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    before = vars(config.from_environment())
    for name, value in SETTINGS.items():
        if value:
            monkeypatch.setenv(name, value)
    assert vars(config.from_environment()) == before


def test_an_old_python_can_read_the_file_that_refuses_it() -> None:
    ast.parse((ROOT / "tools" / "environment.py").read_text(), feature_version=(3, 6))


def test_an_old_python_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(
        SystemExit, match=r"needs Python 3\.11 or newer, and .* is 3\.9\.2\. Install .* make run PYTHON="
    ):
        environment.ensure_python()


def test_a_python_without_venv_is_told_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        environment.ensure_python()


def test_a_changed_lock_is_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "ROOT", str(tmp_path))
    monkeypatch.setattr(environment, "VENV", str(tmp_path))
    lock = tmp_path / environment.RUN
    lock.write_text("flask==1")
    assert not environment.is_done(environment.RUN)
    Path(environment.stamp(environment.RUN)).write_text(environment.fingerprint(environment.RUN))
    assert environment.is_done(environment.RUN)
    os.utime(lock, (0, 0))
    assert environment.is_done(environment.RUN)
    lock.write_text("flask==2")
    assert not environment.is_done(environment.RUN)


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """make, called as from a shell even when the tests themselves run under make."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=outside, capture_output=True, text=True, check=False)


def test_make_alone_lists_what_can_be_made() -> None:
    shown = make().stdout
    assert re.findall(r"^  make (\w+)", shown, re.MULTILINE) == [
        *("help", "run", "test", "quick", "lint", "format", "lock", "bench", "clean")
    ]


def test_make_without_python_says_how_to_name_one() -> None:
    made = make("run", "PYTHON=python-nowhere")
    assert (made.stdout, made.returncode) == (
        "There is no python-nowhere here. Install Python 3.11 or newer, or name it: make run PYTHON=python3.12\n",
        2,
    )


def test_chromium_is_where_the_setting_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = tmp_path / "my-chromium"
    mine.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert chromium.find() == str(mine)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "gone"))
    assert chromium.find() is None


def test_missing_chromium_is_said_and_does_not_stop_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert chromium.main() == 0
    assert capsys.readouterr().out == (
        "Chromium is missing: install it (Debian: apt-get install chromium fonts-liberation), or say where it is with"
        " CHROMIUM=/path/to/it. The browser journeys will not run.\n"
    )
