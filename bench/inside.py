"""What is measured without a server: a computation by itself, and the search for similar ideas."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from bench import data


def milliseconds(do: Callable[[int], Any], times: int) -> float:
    """The median of so many runs; `do` gets the number of the run."""
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        do(number)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


def computations() -> dict[str, float]:
    """In milliseconds: the analysis of 36 points, its SVG, and sharing 400 proposals out to 40 judges."""
    from pitchpit.measures import spc
    from pitchpit.measures.chart.draw import chart_svg
    from pitchpit.measures.chart.picture import chart_of
    from pitchpit.panels import assignment

    dates = [data.period(number) for number in range(36)]
    values = [30.0 + (number * number) % 17 - number / 4 for number in range(36)]

    def analysed(_: int) -> Any:
        return spc.analyse_xmr(spc.XmrInputs(dates=dates, values=values, improvement_direction="decrease", target=20.0))

    chart = chart_of(analysed(0), title="Falls", unit="%", decimals=1, steps=[], annotations=[], id_prefix="one")
    proposals, judges = list(range(data.RANKED)), list(range(len(data.RANKED_JUDGES)))
    barred = {(proposal, proposal * 7 % len(judges)) for proposal in proposals[::10]}
    return {
        "analysis": milliseconds(lambda _: analysed(0), 201),
        "svg": milliseconds(lambda _: chart_svg(chart), 201),
        "assignment": milliseconds(lambda _: assignment.propose(proposals, judges, 4, barred=barred, kept=set()), 5),
    }


def similar(app: Any, times: int = 30) -> dict[str, float]:
    """Milliseconds of the search for ideas like the one being typed: for the QI team, who see all, and for an author."""
    from pitchpit.core import search
    from pitchpit.core.db import db
    from pitchpit.people.models import Person

    found = {}
    with app.app_context():
        for who, person_id in (("qi", 1), ("author", 101)):
            keys = search.keys_for(db.session.get_one(Person, person_id))

            def ask(number: int, keys: set[str] = keys) -> Any:
                text = data.words(number * 3 + 1, 60)
                return search.similar(text, keys, kinds={"proposal"}, limit=5, exclude=("proposal", number + 1))

            ask(0)
            found[who] = milliseconds(ask, times)
            db.session.rollback()
    return found


def count(app: Any, statement: str) -> int:
    """One number from the database."""
    from sqlalchemy import text

    from pitchpit.core.db import db

    with app.app_context():
        return int(db.session.execute(text(statement)).scalar_one())


def forget_rankings(app: Any) -> None:
    """Throw away what was remembered, as anybody may at any time."""
    from sqlalchemy import delete

    from pitchpit.core.db import db, transaction
    from pitchpit.core.memo import Memo

    with app.app_context(), transaction():
        db.session.execute(delete(Memo))
