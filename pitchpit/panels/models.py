"""Conflicts, assignments, scorecards and panel meetings as rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core.db import Edited, Model, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.panels.enums import Attendance, ConflictType, Handling, ScorecardState, Tie
from pitchpit.people.models import Person
from pitchpit.proposals.models import Proposal, Version
from pitchpit.schemes.models import Criterion, Round


class Conflict(Row, Model):
    """A tie of a panel member to a proposal, found by the system or declared, and how it is handled."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "person_id", "tie"),
        CheckConstraint("handling = 'undecided' OR decided_at IS NOT NULL", name="decided"),
        Index(None, "person_id"),
    )
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    tie: Mapped[Tie] = mapped_column(Words(Tie))
    type: Mapped[ConflictType] = mapped_column(Words(ConflictType))
    note: Mapped[str] = mapped_column(FreeText, default="")
    noted_at: Mapped[datetime]
    handling: Mapped[Handling] = mapped_column(Words(Handling), default=Handling.UNDECIDED)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # empty: by the rule itself
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(FreeText, default="")

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


class Assignment(Row, Model):
    """A member asked to score a proposal."""

    __table_args__ = (UniqueConstraint("proposal_id", "person_id"), Index(None, "person_id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    person: Mapped[Person] = relationship()


class Scorecard(Row, Edited, Model):
    """One member's scores on one version. Counts nowhere once `withdrawn_at` is set (a conflict that excludes)."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "person_id"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted"),
        Index(None, "person_id"),
    )
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ScorecardState] = mapped_column(Words(ScorecardState), default=ScorecardState.DRAFT)
    notes: Mapped[str] = mapped_column(FreeText, default="")  # for the panel alone
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    version: Mapped[Version] = relationship()
    person: Mapped[Person] = relationship()
    scores: Mapped[list[Score]] = relationship(back_populates="scorecard", cascade="all, delete-orphan")


class Score(Row, Model):
    """A level for one criterion (empty: not yet, or `cannot_judge`), and a comment for the authors."""

    __table_args__ = (
        UniqueConstraint("scorecard_id", "criterion_id"),
        CheckConstraint("level BETWEEN 0 AND 5", name="level"),
        CheckConstraint("NOT cannot_judge OR level IS NULL", name="level_or_not"),
    )
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecard.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    level: Mapped[int | None]
    cannot_judge: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(FreeText, default="")

    scorecard: Mapped[Scorecard] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship()


class Meeting(Row, Edited, Model):
    """A panel meeting of a round."""

    __table_args__ = (Index(None, "round_id"),)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    held_on: Mapped[date]
    notes: Mapped[str] = mapped_column(FreeText, default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    round: Mapped[Round] = relationship()
    recorded_by: Mapped[Person] = relationship()
    attendances: Mapped[list[MeetingAttendance]] = relationship(back_populates="meeting", cascade="all, delete-orphan")
    items: Mapped[list[MeetingItem]] = relationship(
        back_populates="meeting", order_by="MeetingItem.position", cascade="all, delete-orphan"
    )


class MeetingAttendance(Model):
    """Who was there, who sent apologies."""

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    attendance: Mapped[Attendance] = mapped_column(Words(Attendance))

    meeting: Mapped[Meeting] = relationship(back_populates="attendances")
    person: Mapped[Person] = relationship()


class MeetingItem(Row, Model):
    """One proposal as the meeting discussed it: notes, the vote or "agreed", dissent, and who left the room."""

    __table_args__ = (UniqueConstraint("meeting_id", "proposal_id"), Index(None, "proposal_id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    notes: Mapped[str] = mapped_column(FreeText, default="")
    vote: Mapped[str] = mapped_column(FreeText, default="agreed")
    dissent: Mapped[str] = mapped_column(FreeText, default="")

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    proposal: Mapped[Proposal] = relationship()
    absences: Mapped[list[ItemAbsence]] = relationship(back_populates="item", cascade="all, delete-orphan")


class ItemAbsence(Model):
    """Somebody who left the room for one item."""

    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_item.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)

    item: Mapped[MeetingItem] = relationship(back_populates="absences")
    person: Mapped[Person] = relationship()
