"""The story told from its beginning: the trust, its rounds, its ideas, its panels, its projects, each by the real actions."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from pitchpit.core import settings
from pitchpit.core.db import db
from pitchpit.demo import governing, judging, proposing, setting_up, working
from pitchpit.demo.days import Calendar
from pitchpit.demo.script import Script
from pitchpit.demo.stage import Stage
from pitchpit.notices.actions import mark_all_read
from pitchpit.notices.models import Notice


def tell(told_at: datetime, password_hash: str) -> None:
    """Tell everything up to this moment, in the caller's transaction: all of it is there afterwards, or nothing is."""
    calendar = Calendar(told_at, current_app.config["CLOSED_DAYS"])
    stage = Stage(calendar, Script(told_at))
    settings.put(settings.DEMO, told_at.isoformat())
    setting_up.the_trust(stage, password_hash)
    setting_up.the_rounds(stage)
    proposing.the_ideas(stage)
    judging.the_panels(stage)
    working.the_projects(stage)
    governing.the_slips(stage)
    _read_what_is_old(stage)
    stage.script.play()


def _read_what_is_old(stage: Stage) -> None:
    """Inboxes hold the last days' notices as unread, not those of a year and a half."""

    def read() -> None:
        unread = select(Notice.person_id, func.max(Notice.id)).group_by(Notice.person_id)
        for person_id, last in db.session.execute(unread).all():
            mark_all_read(person_id, last)

    stage.on(6, 8, 0, read)
