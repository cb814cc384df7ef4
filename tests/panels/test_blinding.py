"""Names in a text are covered, and the rest of it is left as it is."""

import pytest

from pitchpit.panels.blinding import COVER, covered


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("Priya Shah", "Priya Shah wants a scanner", f"{COVER} wants a scanner"),
        ("Priya Shah", "ask PRIYA SHAH or priya  shah", f"ask {COVER} or {COVER}"),
        ("Priya Shah", "write to priya.shah@trust.example", f"write to {COVER}@trust.example"),
        ("Priya Shah", "file priya_shah.docx", f"file {COVER}.docx"),
        ("Priya Shah", "Priya's idea, says Mrs Shah.", f"{COVER}'s idea, says Mrs {COVER}."),
        ("Priya Shah", "Shah, Priya", f"{COVER}, {COVER}"),
        ("Priya Shah", "priya and I", f"{COVER} and I"),
        ("Dr Priya Shah", "Dr Shah asked Dr Brown", f"Dr {COVER} asked Dr Brown"),
        ("Rose Ward", "Ward 7 rose to it", "Ward 7 rose to it"),
        ("Rose Ward", "Rose Ward on Ward 7", f"{COVER} on Ward 7"),
        ("Ed Okoro", "Ed in ED", f"{COVER} in ED"),
        ("Ann-Marie Ó Briain", "thanks, Ann-Marie Ó Briain", f"thanks, {COVER}"),
        ("Zoë Quill", "ZOË asks", f"{COVER} asks"),
        ("Shah", "Shahs and Shahid", "Shahs and Shahid"),
        ("A.B. (Tony) +Star", "a text", "a text"),
        ("", "a text", "a text"),
        ("Dr", "Dr", "Dr"),
    ],
)
def test_names_are_covered(name, text, read) -> None:
    assert covered(text, [name]) == read


def test_every_author_is_covered() -> None:
    assert covered("Priya and Tomasz", ["Priya Shah", "Tomasz Lis"]) == f"{COVER} and {COVER}"
