"""Which figures are taken for a patient's NHS number, wherever in a sentence they stand."""

import pytest

from pitchpit.core.text import nhs_number_in, without_nhs_numbers

STOPPED = (
    "4505577104",
    "450 557 7104",
    "450-557-7104",
    "450\u00a0557\u00a07104",
    "450\u202f557\u202f7104",
    "Mrs Example (450 557 7104), fell",
    "Bed 4 450 557 7104",
    "Bay 2, bed 4: 4505577104",
    "4505577104 01/02/1950",
    "450 557 7104 2 February 1950",
    "Seen in 2026 4505577104 3 times",
)

LET_THROUGH = (
    "4505577105",  # its check digit does not fit
    "14505577104",
    "45055771041",
    "978-4505577104",
    "450 5577104",
    "02079460018",
    "£4,505,577,104",
)


@pytest.mark.parametrize("text", STOPPED)
def test_an_nhs_number_is_found_whatever_stands_around_it(text: str) -> None:
    found = nhs_number_in(text)
    assert found is not None
    assert "".join(sign for sign in found.text if sign.isdigit()) == "4505577104"
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("text", LET_THROUGH)
def test_other_figures_are_let_through(text: str) -> None:
    assert nhs_number_in(text) is None


def test_each_number_is_taken_out_of_a_text_that_is_kept_unchecked() -> None:
    text = "Bed 4: 450 557 7104, bed 5: 4505577104 (ring 02079460018)"
    taken = "[NHS number taken out]"
    assert without_nhs_numbers(text) == f"Bed 4: {taken}, bed 5: {taken} (ring 02079460018)"
