"""Redacting: what goes, what stays, and that it happens once."""

import pytest
from sqlalchemy import Text, cast, func, select

from pitchpit.core.db import Base, db, transaction
from pitchpit.core.rules import Refused
from pitchpit.governance.actions import redact
from pitchpit.history.models import Event, EventText
from pitchpit.history.queries import text_or_404, verify
from pitchpit.notices.enums import Way
from pitchpit.notices.models import Notice
from pitchpit.people.models import Person
from tests.governance.conftest import MONDAY, texts
from tests.pages import form_to

SMITH = "For Mr Smith of bed 7"


def notice(about, body):
    return Notice(
        person_id=1,
        kind="gate_held",
        subject_kind=about[0],
        subject_id=about[1],
        title="A title",
        body=body,
        urgent=False,
        way=Way.INBOX_ONLY,
        created_at=MONDAY,
    )


def take_out(person_id, event_id, field="note", reason="It names a patient"):
    with transaction():
        actor = db.session.get_one(Person, person_id)
        return redact(text_or_404(event_id, field, change=True), actor=actor, reason=reason)


def test_the_text_goes_and_the_chain_stays_whole(told):
    event = told.events["project.spent"]
    take_out(told.ida.id, event)
    last = max(number for number, _ in texts())
    assert texts() == {
        (event, "note"): "[redacted]",
        (told.events["conflict.declared"], "note"): "Ann is my zqsister",
        (told.events["milestone.promised"], "milestone"): "Step 1",
        (last, "reason"): "It names a patient",
    }
    redaction = db.session.get_one(Event, last)
    assert (redaction.verb, redaction.actor_id, redaction.details) == (
        "history.redacted",
        told.ida.id,
        {"event": event, "field": "note"},
    )
    assert verify() is None


def test_inbox_messages_that_say_the_same_of_the_same_thing_lose_their_words(told):
    project = ("project", told.project.id)
    with transaction():
        db.session.add_all(
            [
                notice(project, "You wrote:\n\nFor Mr Smith\nof bed 7"),
                notice(project, "Something else"),
                notice(("project", 99), SMITH),
            ]
        )
    assert take_out(told.ida.id, told.events["project.spent"]) == 1
    db.session.rollback()
    assert [(one.title, one.body) for one in db.session.scalars(select(Notice).order_by(Notice.id))] == [
        ("[redacted]", "[redacted]"),
        ("A title", "Something else"),
        ("A title", SMITH),
    ]


def test_no_table_holds_the_words_any_more(told, sign_in):
    """Search, memos, forms sent once, inboxes: whatever pages and people did with them before."""
    with transaction():
        db.session.add(notice(("project", told.project.id), SMITH))
    lead, desk = sign_in(told.ann), sign_in(told.ida)
    for client, path in ((lead, f"/projects/{told.project.id}/history"), (desk, "/governance/history/1")):
        assert "Mr Smith" in client.get(path).text
    assert holding("Mr Smith") == {"event_text.text", "notice.body"}
    address = f"/governance/history/{told.events['project.spent']}/redact/note"
    desk.post(address, data=form_to(desk.get(address), address).filled(reason="It names a patient"))
    assert holding("Mr Smith") == set()


def holding(words):
    """The columns of the database that hold these words anywhere."""
    db.session.rollback()
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    return {
        f"{column.table.name}.{column.name}"
        for column in columns
        if db.session.scalar(select(func.count()).where(cast(column, Text).contains(words)))
    }


def test_nobody_else_redacts(told):
    with pytest.raises(Refused, match="Only information governance"):
        take_out(told.ann.id, told.events["project.spent"])
    assert texts()[told.events["project.spent"], "note"] == SMITH


def test_it_needs_a_reason(told):
    with pytest.raises(Refused, match="Say why"):
        take_out(told.ida.id, told.events["project.spent"], reason=" ")
    assert texts()[told.events["project.spent"], "note"] == SMITH


@pytest.mark.attack
def test_of_eight_who_redact_it_at_once_one_does(told, at_once):
    ida, event = told.ida.id, told.events["project.spent"]
    answers = at_once(*[lambda: take_out(ida, event)] * 8)
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused"] * 7 + ["int"]
    assert db.session.query(Event).filter_by(verb="history.redacted").count() == 1
    assert db.session.query(EventText).filter_by(field="note", text="[redacted]").count() == 1
    assert verify() is None
