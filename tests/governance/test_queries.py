"""What is found, what it is called, and at what cost."""

from datetime import date

import pytest

from pitchpit.core.db import db, transaction
from pitchpit.governance import queries
from pitchpit.governance.rules import READS
from pitchpit.history import queries as history
from pitchpit.history.actions import note_access, record
from pitchpit.history.enums import Access
from tests.factories import make_person, make_post, make_proposal, make_round, make_scheme, make_service
from tests.governance.conftest import MONDAY


def found(**narrowed):
    return [(one.sentence, one.actor) for one in history.told_with_texts(READS, **narrowed).rows]


PROMISED = ("Ann Example promised a milestone for 24 November 2026", "Ann Example")
SPENT = ("Ann Example entered £10 spent on 23 November 2026", "Ann Example")
VEILED = (None, None)


def test_events_with_a_text_are_found_the_latest_first(told):
    assert found() == [PROMISED, VEILED, SPENT]


def test_what_the_panel_alone_reads_is_there_without_its_words(told):
    [veiled] = [one for one in history.told_with_texts(READS).rows if one.sentence is None]
    assert veiled.texts == (history.Beside("note", "", None, True),)
    assert "zqsister" not in repr(veiled)


def test_they_are_found_by_reference(told):
    make_proposal()
    things = queries.things_called(told.reference.lower())
    assert [kind for kind, _ in things] == ["proposal", "project", "measure"]
    assert found(about=things) == [PROMISED, VEILED, SPENT]
    assert found(about=[("project", told.project.id)]) == [PROMISED, SPENT]
    assert found(about=[]) == []


def test_a_person_leads_to_what_may_be_read_alone(told):
    """Else asking for Bob would say that he is the one who told of a tie."""
    assert found(person_id=told.ann.id) == [PROMISED, SPENT]
    assert found(person_id=told.bob.id) == []


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (date(2026, 11, 24), None, [PROMISED]),
        (None, date(2026, 11, 23), [VEILED, SPENT]),
        (date(2026, 11, 23), date(2026, 11, 23), [VEILED, SPENT]),
        (date(2026, 11, 25), None, []),
    ],
)
def test_days_are_london_days_and_both_belong(told, since, until, expected):
    assert found(since=since, until=until) == expected


def test_pages_follow_each_other_without_gap_or_repeat(told):
    with transaction():
        for number in range(5):
            record(
                "milestone.promised",
                told.project,
                actor=told.ann,
                detail={"due_on": MONDAY.date()},
                texts={"milestone": str(number)},
            )
    seen, after = [], ""
    while after is not None:
        page = history.told_with_texts(READS, after=after, size=3)
        seen += [one.id for one in page.rows]
        after = page.next
    assert seen == [one.id for one in history.told_with_texts(READS).rows]
    assert len(seen) == 8


def test_a_concern_has_no_reference_and_is_not_found_by_it(told):
    hidden = make_proposal(state="submitted")
    with transaction():
        hidden.concern_at = MONDAY
    assert queries.things_called(hidden.reference) == []
    assert queries.names_of([("proposal", hidden.id)]) == {("proposal", hidden.id): "An idea"}


def test_somebody_who_has_left_is_still_found(told):
    make_person("Gone Example", email="gone@trust.example", left_on=date(2020, 1, 1))
    assert [person.name for person in queries.people_meant("gone@trust.example")] == ["Gone Example"]
    assert [person.name for person in queries.people_meant("gone")] == ["Gone Example"]
    assert queries.people_meant("nobody") == []


def test_things_are_called_by_what_everybody_may_know(told):
    ward = make_service("Ward 7")
    scheme, draft = make_scheme("Dragons"), make_proposal(state="draft")
    post, everywhere = make_post(service=ward), make_post(service=None)
    measure = queries.things_called(told.reference)[2]
    names = {
        ("project", told.project.id): f"Project {told.reference}",
        ("proposal", told.project.proposal_id): f"Idea {told.reference}",
        ("proposal", draft.id): "An idea",
        ("measure", measure[1]): f"Measure “Falls” of project {told.reference}",
        ("person", told.bob.id): "Bob Example",
        ("service", ward.id): "Ward 7",
        ("scheme", scheme.id): "Dragons",
        ("post", post.id): "A post at Ward 7",
        ("post", everywhere.id): "A post",
        ("round", told.project.proposal.round_id): f"Round “{told.project.proposal.round.title}”",
        ("round", make_round(opened=False).id): "A round",
        ("round", 99): "A round",
        ("event", 7): "A text in history",
        ("access_record", None): "The list of access records",
        ("huddle_board", 3): "Huddle board",
    }
    assert queries.names_of(names) == names


def test_redactions_are_told_with_who_and_why(told):
    from pitchpit.history.actions import redact

    event = told.events["project.spent"]
    assert history.redactions_of(history.told_or_404(event, READS), READS) == {}
    with transaction():
        redact(history.text_or_404(event, "note", change=True), actor=told.ida, reason="It names a patient")
    [why] = history.redactions_of(history.told_or_404(event, READS), READS).values()
    assert (why.actor, [text.text for text in why.texts]) == ("Ida Example", ["It names a patient"])


# Access records.


@pytest.fixture
def looked(told):
    """Ida read Ann's note, Ann saved the measure and then looked at Bob's page."""
    measure = queries.things_called(told.reference)[2]
    note_access(told.ida, Access.VIEWED, ("event", told.events["project.spent"]))
    note_access(told.ann, Access.EXPORTED, measure)
    note_access(told.ann, Access.VIEWED, told.bob)
    db.session.rollback()
    return told


def seen(**narrowed):
    return [(one.person, one.access.value, one.about[0]) for one in history.access_records(**narrowed).rows]


def test_records_are_found_by_who_looked_and_at_what(looked):
    everything = [
        ("Ann Example", "viewed", "person"),
        ("Ann Example", "exported", "measure"),
        ("Ida Example", "viewed", "event"),
    ]
    assert seen() == everything
    assert seen(person_id=looked.ann.id) == everything[:2]
    assert seen(about=[("person", looked.bob.id)]) == everything[:1]
    assert seen(about=queries.things_called(looked.reference)) == everything[1:]
    assert seen(person_id=looked.ida.id, about=[("person", looked.bob.id)]) == []
    assert seen(before=2) == everything[2:]
