"""Values that do not come: whoever keeps a measure is reminded once of each, after its day. Looked for once a day."""

from __future__ import annotations

from datetime import date

from pitchpit.core import jobs
from pitchpit.core.clock import today
from pitchpit.core.db import transaction
from pitchpit.measures import actions, queries

LOOK, REMIND = "measures.look", "measures.remind"


def tick() -> None:
    """Have somebody look today, if nobody has: a value is wanted on a day, not at a minute."""
    jobs.enqueue_new(LOOK, {f"measures-{today()}": {}})


def look() -> None:
    """Queue a reminder for each value that is late: its key says which, so that nobody is reminded of it twice."""
    wanted = {
        f"measure-{measure_id}-{period_on}": {"measure_id": measure_id, "period_on": period_on.isoformat()}
        for measure_id, period_on in queries.late_values(today())
    }
    jobs.enqueue_new(REMIND, wanted)


def remind(measure_id: int, period_on: str) -> None:
    """Say it, unless the value has come by now."""
    with transaction():
        wanted = queries.late_value(measure_id, today())
        if wanted is not None and wanted.period_on == date.fromisoformat(period_on):
            actions.remind_of_value(wanted)
