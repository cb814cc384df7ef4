"""Decisions, their conditions and feedback, ratifications and concerns as rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core.db import Edited, Model, Pence, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.decisions.enums import ConcernKind, Outcome, RatifierAnswer, Taken
from pitchpit.panels.models import Meeting
from pitchpit.people.models import Person
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.models import Criterion


class Decision(Row, Edited, Model):
    """The word on a proposal. Held (a panel's, replaceable) until `released_at` is set; from then on a trigger refuses changes, save by redaction.

    `how` tells how it was taken, frozen at release. A panel's: {"taken": "panel", "meeting_on", "present": 4, "seats": ["Clinical", ...],
    "scored": 4, "criteria": [{"name", "weight"}], "conflicts": 1, "pot_pence", "ratified_on", "released_on"}; `present` and `seats` are of
    those who made its quorum. Triage's: {"taken": "triage", "tier"}. It holds no names.
    """

    __table_args__ = (
        CheckConstraint("amount_pence >= 0", name="amount"),
        CheckConstraint("outcome = 'approved' OR amount_pence = 0", name="money_only_approved"),
        CheckConstraint("outcome <> 'shelved' OR condition_to_change <> ''", name="shelved_condition"),
        CheckConstraint("taken <> 'triage' OR released_at IS NOT NULL", name="triage_released"),
        CheckConstraint("released_at IS NULL OR replaced_at IS NULL", name="released_stays"),
        Index(
            "uq_decision_current",
            "proposal_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index(None, "released_at"),
    )
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    outcome: Mapped[Outcome] = mapped_column(Words(Outcome))
    taken: Mapped[Taken] = mapped_column(Words(Taken))
    amount_pence: Mapped[int] = mapped_column(Pence, default=0)
    rationale: Mapped[str] = mapped_column(FreeText)
    condition_to_change: Mapped[str] = mapped_column(FreeText, default="")  # shelved until
    redirected_to: Mapped[str] = mapped_column(FreeText, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    released_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    how: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    redacted_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    by: Mapped[Person] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    conditions: Mapped[list[Condition]] = relationship(back_populates="decision", order_by="Condition.id")
    feedback: Mapped[list[Feedback]] = relationship(back_populates="decision")
    ratifications: Mapped[list[Ratification]] = relationship(back_populates="decision", order_by="Ratification.id")


class Condition(Row, Model):
    """Something an approval depends on, with an owner and a date, tracked until met."""

    __table_args__ = (Index(None, "decision_id"),)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    words: Mapped[str] = mapped_column(FreeText)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    met_on: Mapped[date | None]

    decision: Mapped[Decision] = relationship(back_populates="conditions")
    owner: Mapped[Person | None] = relationship()


class Feedback(Row, Model):
    """What the panel tells the authors about one criterion; theirs alone to read."""

    __table_args__ = (UniqueConstraint("decision_id", "criterion_id"),)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    words: Mapped[str] = mapped_column(FreeText)

    decision: Mapped[Decision] = relationship(back_populates="feedback")
    criterion: Mapped[Criterion] = relationship()


class Ratification(Row, Model):
    """A ratifier's answer to a recommendation, with its date and minute reference."""

    __table_args__ = (Index(None, "decision_id"),)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[RatifierAnswer] = mapped_column(Words(RatifierAnswer))
    answered_on: Mapped[date]
    minute_reference: Mapped[str] = mapped_column(FreeText)
    reason: Mapped[str] = mapped_column(FreeText, default="")

    decision: Mapped[Decision] = relationship(back_populates="ratifications")
    by: Mapped[Person] = relationship()


class Concern(Row, Model):
    """A submission that was no idea: whom it was sent to, and what was told privately to the authors. Never published."""

    __table_args__ = (UniqueConstraint("proposal_id"),)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    kind: Mapped[ConcernKind] = mapped_column(Words(ConcernKind))
    contact_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(FreeText)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship()
    contact: Mapped[Person] = relationship(foreign_keys=[contact_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
