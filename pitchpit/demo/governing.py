"""What information governance looks after: a detail that must not stay in history, and who was shown something private."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from flask import current_app
from sqlalchemy import func, select

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.demo.days import Calendar, moment
from pitchpit.demo.people import DOMAIN
from pitchpit.demo.stage import Stage
from pitchpit.governance import actions as governance
from pitchpit.history.actions import note_access
from pitchpit.history.enums import Access
from pitchpit.history.models import Event, EventText
from pitchpit.measures.models import Measure
from pitchpit.people.actions import change_person
from pitchpit.people.models import Person

#: What an admin once typed behind somebody's site, where nothing about their health belongs.
SLIP = " (on sick leave until March)"

#: Who looked at whom, and when: working days before the story is told, hour, by, about.
LOOKED = ((30, 11, "admin", "nurse"), (9, 15, "admin", "judge"), (2, 10, "admin", "manager"))


def the_slips(stage: Stage) -> None:
    """Twice a detail about somebody's health is typed and put right: the first is gone from history, the second still stands there."""
    stage.on(31, 11, 5, partial(_change_site, stage, "clerk", added=SLIP))
    stage.on(30, 9, 10, partial(_change_site, stage, "clerk", taken_out=SLIP))
    stage.on(3, 14, 20, partial(_change_site, stage, "dietitian", added=SLIP))
    stage.on(2, 9, 30, partial(_change_site, stage, "dietitian", taken_out=SLIP))


def _change_site(stage: Stage, key: str, *, added: str = "", taken_out: str = "") -> None:
    person = stage.person(key)
    site = (person.site + added).removesuffix(taken_out)
    change_person(person, {"site": site}, edit=person.edit, actor=stage.person("admin"))


def the_aftermath(told_at: datetime) -> None:
    """The first slip is taken out of history, which has to be written by then; and who was shown what is on record, each by itself."""
    last = db.session.scalars(select(func.max(Event.at))).one()
    with clock.at(last + timedelta(minutes=5)), transaction():
        _redact_the_first_slip()
    _keep_on_record(told_at)
    db.session.rollback()  # what was read here is not for whoever comes next


def _redact_the_first_slip() -> None:
    ig = db.session.scalars(select(Person).where(Person.email == f"ig@{DOMAIN}")).one()
    told = select(EventText).where(EventText.text.contains(SLIP)).order_by(EventText.event_id).limit(2)
    for text in db.session.scalars(told).all():
        governance.redact(text, actor=ig, reason="About somebody’s health, and no business of this system.")


def _keep_on_record(told_at: datetime) -> None:
    """Who opened a person's page, and who saved a chart's numbers."""
    calendar = Calendar(told_at, current_app.config["CLOSED_DAYS"])
    number = {person.email: person.id for person in db.session.scalars(select(Person))}
    for days, hour, by, about in LOOKED:
        with clock.at(moment(calendar.back(days), hour, 12)):
            note_access(number[f"{by}@{DOMAIN}"], Access.VIEWED, ("person", number[f"{about}@{DOMAIN}"]))
    measure_id = db.session.scalar(select(Measure.id).order_by(Measure.id))
    with clock.at(moment(calendar.back(1), 16, 40)):
        note_access(number[f"leader@{DOMAIN}"], Access.EXPORTED, ("measure", measure_id))
