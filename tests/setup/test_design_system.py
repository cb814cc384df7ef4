"""The vendored design system and the macros that write for it."""

from importlib.metadata import version
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"


def test_design_system_and_its_macros_are_the_pair_that_belongs_together() -> None:
    vendored = [folder.name for folder in VENDOR.glob("nhsuk-frontend-*")]
    assert (vendored, version("nhsuk-frontend-jinja")) == (["nhsuk-frontend-10.6.1"], "0.10.2")
