"""What is found, by whom, in what order; and that hidden entries change nothing for anybody else."""

import contextlib

import pytest

from pitchpit.core.db import db, transaction
from pitchpit.core.search import SearchAudience, SearchEntry, engines, find, forget, index, similar, words_of


def put(number, title, body="", *, audience=("everyone",), kind="proposal", outcome=None):
    index(kind, number, title=title, body=body, outcome=outcome, audience=audience, url=f"/{kind}s/{number}")


def numbers(page):
    return [row.subject_id for row in page.rows]


@pytest.fixture
def ideas(app):
    with transaction():
        put(1, "Fewer lost discharge letters", "Letters wait for pharmacy.", outcome="approved")
        put(2, "A quieter ward at night", "Soft-closing bins, and later discharges.")
        put(3, "Reducing discharging delays", "Porters are asked early.", audience=("person:7", "service:12"))
        put(4, "Scan the wristband", "Before each sample.", kind="project", outcome="running")
    return app


def test_a_word_is_found_in_any_of_its_forms_titles_first_then_the_newest(ideas):
    assert numbers(find("discharge", {"everyone", "person:7"})) == [3, 1, 2]
    assert numbers(find("DISCHARGED", {"everyone", "service:12"})) == [3, 1, 2]


def test_nobody_finds_what_is_not_for_them(ideas):
    assert numbers(find("discharge", {"everyone"})) == [1, 2]
    assert numbers(find("discharge", {"person:77"})) == []
    assert numbers(find("discharge", set())) == []
    assert [one.subject_id for one in similar("Reducing delays for porters", {"everyone"})] == []


def test_a_result_says_all_that_a_page_shows(ideas):
    (found,) = find("pharmacy", {"everyone"}).rows
    assert (found.kind, found.subject_id, found.title, found.outcome) == (
        "proposal",
        1,
        "Fewer lost discharge letters",
        "approved",
    )
    assert (found.url, found.in_title, found.snippet) == ("/proposals/1", False, "Letters wait for pharmacy.")


def test_all_the_words_must_be_there_though_not_in_one_place(ideas):
    assert numbers(find("lost pharmacy", {"everyone"})) == [1]
    assert numbers(find("lost bins", {"everyone"})) == []


def test_kind_and_outcome_narrow_the_search(ideas):
    assert numbers(find("sample wristband", {"everyone"}, kinds={"project"})) == [4]
    assert numbers(find("sample wristband", {"everyone"}, kinds={"proposal"})) == []
    assert numbers(find("discharge", {"everyone"}, outcome="approved")) == [1]
    assert numbers(find("discharge", {"everyone"}, kinds=[], outcome=None)) == []


@pytest.mark.parametrize(
    "typed",
    ['"', "'", "*", "a AND", "NEAR(", "title:", "{title} :", "-", "^x", "x*", "(", "lost OR", "NOT", "\\", "a\0b", ":A", "&", "!", "%", "\ud800",
     "<->", "lost' | 'x", "lost\" OR \"bins", "²", "٣", "🙂", " ", "x" * 5000, "word " * 5000, "e\u0301", "ﬁ"],
)  # fmt: skip
def test_whatever_is_typed_is_words_and_never_an_error(ideas, typed):
    assert numbers(find(typed, {"everyone"})) == ([1] if typed == "lost OR" else [])
    assert isinstance(similar(typed, {"everyone"}), list)


def test_operators_are_words_like_others(ideas):
    with transaction():
        put(5, "Near misses: not only a form")
    assert numbers(find("NEAR", {"everyone"})) == [5]
    assert numbers(find("near NOT misses", {"everyone"})) == [5]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Café corner", "cafe"),
        ("Cafe corner", "café"),
        ("See ward.north@trust.example/form", "north form"),
        ("Beds 24/7 at 3.5 hours", "24 7 hours"),
        ("The nurse’s station", "nurse"),
        ("Łódź exchange", "łódź"),
        ("Hand-over sheets", "hand over sheet"),
        ("Straße", "STRASSE"),
    ],
)
def test_both_databases_break_text_into_the_same_words(app, written, asked):
    with transaction():
        put(1, written)
        put(2, "Something else")
    assert numbers(find(asked, {"everyone"})) == ([1] if asked != "STRASSE" else [])


def test_pages_follow_one_another_without_a_gap_or_a_repeat(app):
    with transaction():
        for number in range(1, 24):
            put(
                number,
                "Falls" if number % 3 == 0 else "Beds",
                "about falls at night",
                audience=("everyone",) if number % 2 else ("person:1",),
            )
    whole = numbers(find("falls", {"everyone"}, limit=50))
    assert whole == [21, 15, 9, 3, 23, 19, 17, 13, 11, 7, 5, 1]
    seen, after = [], None
    while True:
        page = find("falls", {"everyone"}, limit=3, after=after)
        seen += numbers(page)
        if page.next is None:
            break
        after = page.next
    assert seen == whole
    assert numbers(find("falls", {"everyone"}, after="nonsense")) == whole


def test_writing_again_replaces_text_and_audience_and_forgetting_takes_all_away(app):
    with transaction():
        put(1, "First words", "old body", audience=("everyone", "person:1"))
    with transaction():
        put(1, "Second words", "new body", audience=("person:1", "person:2"), outcome="declined")
    assert numbers(find("first", {"everyone", "person:1"})) == []
    assert numbers(find("second", {"everyone"})) == []
    assert [row.outcome for row in find("second new", {"person:2"}).rows] == ["declined"]
    with transaction():
        forget("proposal", 1)
    assert numbers(find("second", {"person:1"})) == []
    assert db.session.query(SearchEntry).count() == db.session.query(SearchAudience).count() == 0


def test_what_is_not_saved_is_not_found(app):
    with contextlib.suppress(ZeroDivisionError), transaction():
        put(1, "Never was")
        raise ZeroDivisionError
    assert numbers(find("never", {"everyone"})) == []
    with pytest.raises(RuntimeError):
        put(1, "Never was")


def test_similar_puts_first_what_shares_the_most_rare_words(ideas):
    found = similar("Discharge letters are lost when pharmacy is closed", {"everyone"})
    assert [one.subject_id for one in found] == [1, 2]
    assert found[0].score > found[1].score
    assert [one.subject_id for one in similar("lost letters", {"everyone"}, exclude=("proposal", 1))] == []
    assert [one.subject_id for one in similar("wristband samples", {"everyone"}, kinds={"proposal"})] == []
    assert [one.subject_id for one in similar("wristband samples", {"everyone"}, kinds={"project"})] == [4]


def test_hidden_entries_change_neither_results_nor_scores_nor_their_order(app):
    with transaction():
        for number in range(1, 40):
            put(number, f"Ward {number} falls", "bed rails and night lights" if number % 4 else "alarms")
    before = (
        find("falls night", {"everyone"}),
        find("alarm", {"everyone"}),
        similar("Night falls and alarms", {"everyone"}),
    )
    with transaction():
        for number in range(40, 400):
            put(number, "Alarms " * (number % 5), "night alarm " * 10, audience=("person:9",))
    assert (
        find("falls night", {"everyone"}),
        find("alarm", {"everyone"}),
        similar("Night falls and alarms", {"everyone"}),
    ) == before


def test_searching_costs_the_same_however_much_there_is(app, statements):
    costs = []
    for count in (1, 30):
        with transaction():
            for number in range(count):
                put(number, f"Falls {number}", "at night")
        with statements() as found:
            find("falls", {"everyone"})
        with statements() as resembled:
            similar("falls at night on the ward", {"everyone"})
        costs.append((len(found), len(resembled)))
    assert costs == [(2, 2), (2, 2)]


def test_a_snippet_shows_the_words_around(app):
    with transaction():
        put(1, "Long", "beginning " * 40 + "the nurses were discharging patients early " + "ending " * 60)
    (found,) = find("discharge", {"everyone"}).rows
    assert found.snippet.startswith("…beginning")
    assert "discharging patients early" in found.snippet
    assert found.snippet.endswith("ending…")


def test_words_without_a_meaning_of_their_own_are_left_out(ideas):
    assert words_of("The ward, and the WARD's bins!") == ["ward", "bins"]
    assert numbers(find("the of and", {"everyone"})) == []


def test_the_full_text_index_follows_every_change(app):
    with transaction():
        put(1, "One", "alpha")
        db.session.query(SearchEntry).update({"body": "beta"})
    assert (numbers(find("alpha", {"everyone"})), numbers(find("beta", {"everyone"}))) == ([], [1])


@pytest.mark.only_on("sqlite")
def test_the_full_text_index_is_whole_after_changes(app):
    with transaction():
        for number in range(5):
            put(number, f"Title {number}", "body")
        put(1, "Other", "words")
        forget("proposal", 2)
        db.session.connection().exec_driver_sql(
            "INSERT INTO search_fts(search_fts, rank) VALUES ('integrity-check', 1)"
        )


def test_each_way_of_looking_finds_the_same(app, monkeypatch):
    """Through what one may see, along the newest, or by the index: which is shorter must not be seen in what is found."""
    with transaction():
        for number in range(1, 301):
            title = "Falls on the ward" if number % 7 == 0 else f"Idea {number}"
            body = "falls at night" if number % 3 else "alarms" if number % 2 else "falls, alarms and bed rails"
            put(number, title, body, audience=("everyone",) if number % 5 else ("person:2",), kind="ab"[number % 2])

    def everything():
        db.session.rollback()
        found = [
            [find(words, {"everyone"}, kinds=kinds, limit=20, after=after) for after in (None, "t200", "b150")]
            for words in ("falls", "falls alarm", "alarms", "idea", "nothing")
            for kinds in (None, {"a"})
        ]
        return found, [similar(words, {"everyone"}) for words in ("Rails against falls at night", "Idea 7 alarms")]

    through_mine = everything()
    monkeypatch.setattr(engines.Sqlite, "FEW", 0)
    monkeypatch.setattr(engines.Postgresql, "FEW", 0)
    by_index = everything()
    monkeypatch.setattr(engines.Postgresql, "_expected", lambda *_: 1e9)
    along_the_newest = everything()
    assert through_mine == by_index
    assert through_mine[0] == along_the_newest[0]
    assert [len(page.rows) for page in through_mine[0][0]] == [20, 20, 20]


@pytest.mark.only_on("postgresql")
def test_statistics_say_how_common_words_are(app):
    with transaction():
        for number in range(300):
            put(number, "Falls" if number % 4 == 0 else "Beds", "at night")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE search_entry")
    asked = engines.Postgresql(engines.Wanted({"everyone"}))
    assert asked.counted(["falling", "bed", "nights", "zebra"]) == {
        "falling": 75,
        "bed": 200,
        "nights": 200,
        "zebra": 0,
    }
    assert numbers(find("falls night", {"everyone"}, limit=3)) == [296, 292, 288]
