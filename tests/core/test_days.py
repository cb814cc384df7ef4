"""Days as people write them in one line."""

from datetime import date

import pytest

from pitchpit.core.days import MONTHS, day_from, month_number

DAY = date(2027, 3, 27)


@pytest.mark.parametrize(
    "text",
    [
        "27 3 2027",
        "27/03/2027",
        "27.3.2027",
        "27-03-2027",
        "27 March 2027",
        "27th mar 2027",
        "27-Mar-2027",
        "27March2027",
        "2027-03-27",
        "2027-3-27",
        " 27  march  2027 ",
        "27 March, 2027",
    ],
)
def test_a_day_is_read_in_the_ways_it_is_written(text: str) -> None:
    assert day_from(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "99999999999999999999 3 2027",
        "31/02/2027",
        "27 3 26",
        "0 0 0000",
        "9999-99-99",
        "27 mayhem 2027",
        "27 marzo 2027",
        "27 ma 2027",
        "27 2027",
        "",
        "March 2027",
        "٢٧ ٣ ٢٠٢٧",
        "27 3 2027 or so",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_from(text) is None


def test_a_month_is_known_by_its_name_or_its_first_letters() -> None:
    assert [month_number(month) for month in MONTHS] == list(range(1, 13))
    assert [month_number(word) for word in ("jan", "Sept", "SEP", "Febr", "Dec.")] == [1, 9, 9, 2, 12]
    assert [month_number(word) for word in ("mayhem", "ju", "", "sepia", "13")] == [None] * 5
