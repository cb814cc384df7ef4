"""The script: scenes with their moments, played in the order of time under a moved clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count

from pitchpit.core import clock
from pitchpit.core.db import db

Scene = Callable[[], object]


class Script:
    """What happens when; two scenes of one moment are played in the order they were added."""

    def __init__(self, told_at: datetime) -> None:
        self._told_at = told_at
        self._scenes: list[tuple[datetime, int, Scene]] = []
        self._number = count()

    def at(self, moment: datetime, scene: Scene) -> None:
        """Play the scene at that moment. What has not happened by the time the story is told is not told."""
        if moment < self._told_at:
            self._scenes.append((moment, next(self._number), scene))

    def play(self) -> int:
        """Play everything in the order of time. Each day begins by forgetting what was loaded, as requests do. How many scenes there were."""
        self._scenes.sort(key=lambda scene: scene[:2])
        today = None
        for moment, _, scene in self._scenes:
            if moment.date() != today:
                db.session.flush()
                db.session.expire_all()
                today = moment.date()
            with clock.at(moment):
                scene()
                db.session.flush()
        return len(self._scenes)
