"""Schemes, funds, rounds, and what a round is made of."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pitchpit.core.db import Edited, Model, Pence, Row, Words
from pitchpit.core.text import FreeText
from pitchpit.people.models import Person, Service
from pitchpit.schemes.enums import AlwaysAsked, Approver, Monitoring, PanelRole, Phase, QuestionKind, SchemeKind, Seat


class Scheme(Row, Edited, Model):
    """A standing way of asking for ideas. `letters` begin the references of its proposals (DD26-014)."""

    __table_args__ = (UniqueConstraint("letters"), UniqueConstraint("name"))
    name: Mapped[str] = mapped_column(FreeText)
    letters: Mapped[str]
    kind: Mapped[SchemeKind] = mapped_column(Words(SchemeKind))
    about: Mapped[str] = mapped_column(FreeText, default="")

    themes: Mapped[list[Theme]] = relationship(back_populates="scheme", order_by="Theme.position")
    rounds: Mapped[list[Round]] = relationship(back_populates="scheme")


class Theme(Row, Model):
    """A subject that proposals and judges' expertise share."""

    __table_args__ = (UniqueConstraint("scheme_id", "name"),)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(FreeText)

    scheme: Mapped[Scheme] = relationship(back_populates="themes")


class Fund(Row, Edited, Model):
    """Where a pot's money comes from."""

    __table_args__ = (UniqueConstraint("name"),)
    name: Mapped[str] = mapped_column(FreeText)
    owner: Mapped[str] = mapped_column(FreeText)
    purpose: Mapped[str] = mapped_column(FreeText, default="")
    restrictions: Mapped[str] = mapped_column(FreeText, default="")
    spend_by_on: Mapped[date | None]
    acknowledgement: Mapped[str] = mapped_column(FreeText, default="")


class Round(Row, Edited, Model):
    """One dated opening of a scheme.

    Its phase is derived from its dates and three acts: `opened_at`, `scoring_closed_at`, `released_at`.
    """

    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opens"),
        CheckConstraint("scoring_closes_at > closes_at", name="scoring_closes_after"),
        CheckConstraint("reply_working_days BETWEEN 1 AND 60", name="reply_promise"),
        CheckConstraint("judges_per_proposal >= 1", name="judges"),
        Index(None, "scheme_id"),
    )
    scheme_id: Mapped[int] = mapped_column(ForeignKey("scheme.id"))
    title: Mapped[str] = mapped_column(FreeText)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    scoring_closes_at: Mapped[datetime]
    reply_working_days: Mapped[int] = mapped_column(default=5)
    returns_allowed: Mapped[int] = mapped_column(default=1)
    judges_per_proposal: Mapped[int] = mapped_column(default=4)
    authors_hidden: Mapped[bool] = mapped_column(default=True)
    service_hidden: Mapped[bool] = mapped_column(default=False)
    quorum: Mapped[int] = mapped_column(default=3)
    last_number: Mapped[int] = mapped_column(default=0)  # the counter behind references
    opened_at: Mapped[datetime | None]
    scoring_closed_at: Mapped[datetime | None]  # set where scoring was closed early
    released_at: Mapped[datetime | None]

    scheme: Mapped[Scheme] = relationship(back_populates="rounds")
    funds: Mapped[list[RoundFund]] = relationship(back_populates="round", cascade="all, delete-orphan")
    tiers: Mapped[list[Tier]] = relationship(
        back_populates="round", order_by="Tier.up_to_pence", cascade="all, delete-orphan"
    )
    questions: Mapped[list[Question]] = relationship(
        back_populates="round", order_by="Question.position", cascade="all, delete-orphan"
    )
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="round", order_by="Criterion.position", cascade="all, delete-orphan"
    )
    responders: Mapped[list[Responder]] = relationship(back_populates="round", cascade="all, delete-orphan")
    members: Mapped[list[PanelMember]] = relationship(back_populates="round", cascade="all, delete-orphan")

    @property
    def pot_pence(self) -> int:
        """What its funds give it altogether, whole pence."""
        return sum(fund.amount_pence for fund in self.funds)

    @property
    def ceiling_pence(self) -> int:
        """The most that one proposal may ask for: the top of its highest tier, whole pence."""
        return max((tier.up_to_pence for tier in self.tiers), default=0)

    def scoring_ends_at(self) -> datetime:
        return self.scoring_closed_at or self.scoring_closes_at

    def phase_at(self, moment: datetime) -> Phase:
        """Where the round is at this moment."""
        if self.released_at is not None and self.released_at <= moment:
            return Phase.RELEASED
        if self.opened_at is None:
            return Phase.SETTING_UP
        if moment < self.opens_at:
            return Phase.ANNOUNCED
        if moment < self.closes_at:
            return Phase.OPEN
        if moment < self.scoring_ends_at():
            return Phase.SCORING
        return Phase.DECIDING

    def is_open_at(self, moment: datetime) -> bool:
        """Whether proposals may be handed in."""
        return self.phase_at(moment) is Phase.OPEN

    def tier_for(self, ask_pence: int) -> Tier | None:
        """The smallest tier that this ask fits; None above the ceiling."""
        return next(
            (tier for tier in sorted(self.tiers, key=lambda tier: tier.up_to_pence) if ask_pence <= tier.up_to_pence),
            None,
        )


class RoundFund(Model):
    """What a fund gives a round's pot."""

    __table_args__ = (CheckConstraint("amount_pence > 0", name="positive"),)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    amount_pence: Mapped[int] = mapped_column(Pence)

    round: Mapped[Round] = relationship(back_populates="funds")
    fund: Mapped[Fund] = relationship()


class Tier(Row, Model):
    """A size of ask: up to `up_to_pence`, with its approver and its monitoring."""

    __table_args__ = (
        UniqueConstraint("round_id", "up_to_pence"),
        CheckConstraint("up_to_pence >= 0", name="not_negative"),
        CheckConstraint("(approver = 'ratifier') = (ratifier_id IS NOT NULL)", name="ratifier_named"),
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    name: Mapped[str] = mapped_column(FreeText)
    up_to_pence: Mapped[int] = mapped_column(Pence)
    approver: Mapped[Approver] = mapped_column(Words(Approver))
    ratifier_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    monitoring: Mapped[Monitoring] = mapped_column(Words(Monitoring))

    round: Mapped[Round] = relationship(back_populates="tiers")
    ratifier: Mapped[Person | None] = relationship()


class Question(Row, Model):
    """What a round asks the author. `always` marks the three that every round asks."""

    __table_args__ = (UniqueConstraint("round_id", "always"), Index(None, "round_id", "position"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    position: Mapped[int]
    always: Mapped[AlwaysAsked | None] = mapped_column(Words(AlwaysAsked))
    label: Mapped[str] = mapped_column(FreeText)
    help: Mapped[str] = mapped_column(FreeText, default="")
    kind: Mapped[QuestionKind] = mapped_column(Words(QuestionKind))
    choices: Mapped[str] = mapped_column(FreeText, default="")  # one a line
    word_limit: Mapped[int | None]
    required: Mapped[bool] = mapped_column(default=True)
    from_pence: Mapped[int] = mapped_column(Pence, default=0)  # asked of asks above this

    round: Mapped[Round] = relationship(back_populates="questions")


class Criterion(Row, Model):
    """One criterion of a round's rubric, scored 0 to 5."""

    __table_args__ = (CheckConstraint("weight BETWEEN 1 AND 100", name="weight"), Index(None, "round_id", "position"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(FreeText)
    guidance: Mapped[str] = mapped_column(FreeText, default="")
    weight: Mapped[int]
    may_skip: Mapped[bool] = mapped_column(default=False)  # "I cannot judge this" is allowed

    round: Mapped[Round] = relationship(back_populates="criteria")
    levels: Mapped[list[LevelDescriptor]] = relationship(
        back_populates="criterion", order_by="LevelDescriptor.level", cascade="all, delete-orphan"
    )


class LevelDescriptor(Model):
    """What a level of a criterion means."""

    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 5", name="level"),)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(FreeText)

    criterion: Mapped[Criterion] = relationship(back_populates="levels")


class Responder(Row, Model):
    """Who owes the first reply to proposals from a division (from everywhere else where `service_id` is empty), with a deputy."""

    __table_args__ = (Index(None, "round_id"), Index(None, "person_id"), Index(None, "deputy_id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    round: Mapped[Round] = relationship(back_populates="responders")
    service: Mapped[Service | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])


class PanelMember(Row, Model):
    """Somebody on the panel of a round: why they sit, and as what. A secretary never scores; a shadow's scores do not count."""

    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        Index(
            "uq_panel_member_one_chair",
            "round_id",
            unique=True,
            sqlite_where=text("role = 'chair' AND left_on IS NULL"),
            postgresql_where=text("role = 'chair' AND left_on IS NULL"),
        ),
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[PanelRole] = mapped_column(Words(PanelRole))
    seat: Mapped[Seat | None] = mapped_column(Words(Seat))
    shadow: Mapped[bool] = mapped_column(default=False)
    left_on: Mapped[date | None]

    round: Mapped[Round] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()

    @property
    def scores(self) -> bool:
        """Whether this seat scores at all."""
        return self.role is not PanelRole.SECRETARY and self.left_on is None

    @property
    def counts(self) -> bool:
        """Whether this seat's scores count."""
        return self.scores and not self.shadow
