"""Lessons: kept, told, and found by everybody."""

from flask import Flask

from pitchpit.core import search
from pitchpit.core.db import transaction
from pitchpit.history.queries import timeline
from pitchpit.lessons import actions, queries
from tests.factories import make_person


def test_a_lesson_is_kept_told_and_found(app: Flask) -> None:
    with transaction():
        nurse = make_person("Nia Nurse")
        for number in (7, 8):
            lesson = actions.write(
                ("project", number),
                actor=nurse,
                expected="Fewer falls",
                happened="No difference",
                differently="Ask the porters first",
                title="Night falls",
                url=f"/projects/{number}",
                outcome="did_not_work",
            )
    assert [(one.subject_id, one.differently, one.by.name) for one in queries.about("project", 7)] == [
        (7, "Ask the porters first", "Nia Nurse")
    ]
    assert [entry.sentence for entry in timeline([("project", 7)], {"everyone"}).rows] == [
        "Nia Nurse wrote down what was learned"
    ]
    found = search.find("porters", {"everyone"}).rows
    assert [(hit.kind, hit.title, hit.url) for hit in found] == [
        ("lesson", "What we learned: Night falls", "/projects/8"),
        ("lesson", "What we learned: Night falls", "/projects/7"),
    ]
    assert found[0].subject_id == lesson.id
    assert search.find("porters", {"person:1"}).rows == []
