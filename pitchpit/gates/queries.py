"""What gates are taken on, and what they said."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from pitchpit.core.db import db
from pitchpit.gates.models import Gate
from pitchpit.gates.rules import Measured
from pitchpit.measures.models import Measure, Observation
from pitchpit.projects.models import Project


def gates_of(project: Project) -> Sequence[Gate]:
    """The project's gates, the last one first, with their lessons."""
    rows = select(Gate).where(Gate.project_id == project.id)
    return db.session.scalars(rows.options(joinedload(Gate.by), joinedload(Gate.lesson)).order_by(Gate.id.desc())).all()


def measured(project: Project) -> list[Measured]:
    """Each measure's kind, the number of its observations, whether its data owner is named; one statement."""
    rows = db.session.execute(
        select(Measure.kind, Measure.data_owner_id, func.count(Observation.id))
        .outerjoin(Observation, (Observation.measure_id == Measure.id) & Observation.replaced_at.is_(None))
        .where(Measure.project_id == project.id)
        .group_by(Measure.id)
        .order_by(Measure.id)
    )
    return [Measured(kind, number, owner is not None) for kind, owner, number in rows]
