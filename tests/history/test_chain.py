"""The chain by itself: what is hashed, and what may be said."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from pitchpit.history import chain

EVENT = {
    "id": 1,
    "at": datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    "actor_id": 4,
    "verb": "proposal.submitted",
    "subject_kind": "proposal",
    "subject_id": 7,
    "also_kind": None,
    "also_id": None,
    "detail": '{"version":2}',
    "digests": "{}",
}


HASH = "9a15060852846464cfe1debb267f7d841b74df5a3f8a2bbcdf9645327e9deb22"


def test_hash_stays_what_it_was_when_the_first_chains_were_written():
    assert chain.link(chain.GENESIS, SimpleNamespace(**EVENT)) == HASH


@pytest.mark.parametrize("column", EVENT)
def test_hash_depends_on_every_column(column):
    other = {"at": datetime(2026, 11, 23, 9, 31, tzinfo=UTC)}.get(column, "other")
    assert chain.link(chain.GENESIS, SimpleNamespace(**EVENT)) != chain.link(
        chain.GENESIS, SimpleNamespace(**{**EVENT, column: other})
    )


def test_hash_depends_on_the_event_before():
    assert chain.link(chain.GENESIS, SimpleNamespace(**EVENT)) != chain.link("1" * 64, SimpleNamespace(**EVENT))


def test_detail_has_one_spelling():
    said = chain.detail_from({"to": "shortlisted", "amount_pence": 30000, "ends_on": date(2026, 11, 23), "by": {3, 1}})
    assert said == '{"amount_pence":30000,"by":[1,3],"ends_on":"2026-11-23","to":"shortlisted"}'


@pytest.mark.parametrize("words", ["a" * 101, "two\nlines", object(), b"bytes"])
def test_detail_refuses_what_could_be_somebodys_own_words(words):
    with pytest.raises(ValueError, match="Give words as texts"):
        chain.detail_from({"why": words})


def test_digest_needs_its_salt():
    salt, other = chain.new_salt(), chain.new_salt()
    assert chain.digest(salt, "yes") == chain.digest(salt, "yes")
    assert chain.digest(salt, "yes") != chain.digest(other, "yes")
