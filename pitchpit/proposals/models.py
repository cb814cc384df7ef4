"""A proposal, its text as it is being written, and the versions that were handed in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core.db import Edited, Model, Pence, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.people.models import Person, Service
from pitchpit.proposals.enums import CostKind, ProposalState
from pitchpit.schemes.models import Question, Round, Theme, Tier


class Proposal(Row, Edited, Model):
    """An idea in a round. `state` is written by `actions.move` alone."""

    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted"),
        CheckConstraint("(submitted_at IS NULL) = (reference IS NULL)", name="reference_given"),
        CheckConstraint("(submitted_at IS NULL) = (current_version_id IS NULL)", name="version_made"),
        CheckConstraint("(state = 'returned') = (return_by_on IS NOT NULL)", name="return_date"),
        Index(None, "round_id", "state", "due_on", "id"),
        Index(None, "state", "due_on", "id"),
        Index(None, "responder_id", "state"),
        Index(None, "service_id"),
        {"sqlite_autoincrement": True},  # the number of a deleted draft never comes back, nor its history with it
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))  # as it was when begun; kept
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    title: Mapped[str] = mapped_column(FreeText, default="")
    hours: Mapped[int | None]
    pays_after: Mapped[str] = mapped_column(FreeText, default="")  # who pays when the award ends
    named_when_declined: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ProposalState] = mapped_column(Words(ProposalState), default=ProposalState.DRAFT)
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]

    reference: Mapped[str | None]
    submitted_at: Mapped[datetime | None]  # the first time
    current_version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id", use_alter=True))
    responder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]  # the reply promise of the latest submission
    replied_at: Mapped[datetime | None]  # when that promise was met
    returns_used: Mapped[int] = mapped_column(default=0)
    return_by_on: Mapped[date | None]
    state_since: Mapped[datetime]
    concern_at: Mapped[datetime | None]  # sent down the concern route: hidden from then on

    round: Mapped[Round] = relationship()
    service: Mapped[Service | None] = relationship()
    theme: Mapped[Theme | None] = relationship()
    responder: Mapped[Person | None] = relationship()
    current_version: Mapped[Version | None] = relationship(foreign_keys=[current_version_id], viewonly=True)
    authors: Mapped[list[Author]] = relationship(back_populates="proposal", order_by="Author.id")
    answers: Mapped[list[Answer]] = relationship(back_populates="proposal", cascade="all, delete-orphan")
    cost_lines: Mapped[list[CostLine]] = relationship(
        back_populates="proposal", order_by="CostLine.position", cascade="all, delete-orphan"
    )

    @property
    def submitted_version(self) -> Version:
        """What was handed in last. Raises LookupError for a draft, which has no version: nobody but its authors may meet one."""
        if self.current_version is None:
            raise LookupError("A draft has no version yet.")
        return self.current_version

    @property
    def ask_pence(self) -> int:
        """What the cost lines come to as they stand now, whole pence. (What was asked at hand-in is on the version.)"""
        return sum(line.amount_pence for line in self.cost_lines)


class Author(Row, Model):
    """An author of a proposal: equal to the others, until they leave."""

    __table_args__ = (UniqueConstraint("proposal_id", "person_id"), Index(None, "person_id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(back_populates="authors")
    person: Mapped[Person] = relationship()


class Answer(Row, Model):
    """What the authors answer to a question, as it is being written."""

    __table_args__ = (UniqueConstraint("proposal_id", "question_id"),)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    text: Mapped[str] = mapped_column(FreeText, default="")

    proposal: Mapped[Proposal] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()


class CostLine(Row, Model):
    """One line of the ask."""

    __table_args__ = (CheckConstraint("amount_pence >= 0", name="not_negative"), Index(None, "proposal_id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(FreeText)
    kind: Mapped[CostKind] = mapped_column(Words(CostKind))
    recurring: Mapped[bool] = mapped_column(default=False)
    vat_included: Mapped[bool] = mapped_column(default=True)
    amount_pence: Mapped[int] = mapped_column(Pence)

    proposal: Mapped[Proposal] = relationship(back_populates="cost_lines")


class Version(Row, Model):
    """The immutable copy made at each submission; judges score a version. A trigger refuses changes, save by redaction.

    `content` is {"answers": [{"question_id", "always", "label", "text"}], "costs": [{"what", "kind", "recurring", "vat_included",
    "amount_pence"}], "hours", "pays_after", "theme", "service"}.
    """

    __table_args__ = (UniqueConstraint("proposal_id", "number"),)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"))
    title: Mapped[str] = mapped_column(FreeText)
    ask_pence: Mapped[int] = mapped_column(Pence)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    redacted_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id])
    tier: Mapped[Tier] = relationship()


class Advice(Row, Model):
    """What the triager advises when a proposal is returned: on one answer, or on the whole where `question_id` is empty."""

    __table_args__ = (Index(None, "proposal_id"),)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(FreeText)

    version: Mapped[Version] = relationship()
    question: Mapped[Question | None] = relationship()
    by: Mapped[Person] = relationship()
