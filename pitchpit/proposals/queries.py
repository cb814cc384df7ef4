"""What pages of proposals show, and what the floors above ask about one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    column,
    exists,
    literal,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from pitchpit.core import clock, search
from pitchpit.core.db import NOW, SOMEBODY, TODAY, db, locked, put_together_once
from pitchpit.core.paging import Page, page
from pitchpit.core.templating import url_if_any
from pitchpit.history.enums import ADMIN, AUTHORS, EVERYONE, IG, MONITOR, TRIAGE
from pitchpit.notices.wording import path
from pitchpit.people.enums import Right
from pitchpit.people.models import Person
from pitchpit.people.ports import Holding
from pitchpit.proposals import content, rules
from pitchpit.proposals.enums import DECIDED, EDITABLE, PUBLISHED, UNNAMED, ProposalState
from pitchpit.proposals.models import Advice, Author, Proposal
from pitchpit.schemes.models import Responder, Round, Scheme

#: Whom a concern was sent to, and by whom. `decisions` keeps it, a floor above; these two alone may still see the proposal, and saying so
#: a second time in a column of its own could come apart from it. So the three columns are read by name.
_concern = table("concern", column("proposal_id"), column("contact_id"), column("by_id"))

#: What every page of one proposal reads, in two statements.
ONE: tuple[ORMOption, ...] = (
    joinedload(Proposal.round, innerjoin=True).joinedload(Round.scheme, innerjoin=True),
    joinedload(Proposal.current_version),
    joinedload(Proposal.service),
    joinedload(Proposal.theme),
    joinedload(Proposal.responder),
    selectinload(Proposal.authors).joinedload(Author.person, innerjoin=True),
)

#: What the form, the check page and handing in read beside it, in three statements; the few tiers come along with the first.
WRITING: tuple[ORMOption, ...] = (
    selectinload(Proposal.answers),
    selectinload(Proposal.cost_lines),
    joinedload(Proposal.round, innerjoin=True).options(selectinload(Round.questions), joinedload(Round.tiers)),
)


# Who may see what.


def _writes(person: Any) -> ColumnElement[bool]:
    """This person is one of its authors."""
    theirs = select(Author.proposal_id).where(Author.person_id == person.id, Author.left_at.is_(None))
    return Proposal.id.in_(theirs)


def answered_by(person: Any) -> ColumnElement[bool]:
    """In SQL, whether this person owes its reply, or is the deputy of who does."""
    deputises = exists().where(
        Responder.round_id == Proposal.round_id,
        Responder.person_id == Proposal.responder_id,
        Responder.deputy_id == person.id,
    )
    return or_(Proposal.responder_id == person.id, deputises)


def answers_ideas(person_id: Any) -> ColumnElement[bool]:
    """In SQL, whether somebody is named to answer ideas of an opened round, as the deputy too, or owes a reply from before."""
    named = exists().where(
        Responder.round_id == Round.id,
        Round.opened_at.is_not(None),
        or_(Responder.person_id == person_id, Responder.deputy_id == person_id),
    )
    return or_(named, exists().where(Proposal.responder_id == person_id))


def _was_told(person: Any) -> ColumnElement[bool]:
    """This person routed the concern, or is the contact it was sent to."""
    return exists().where(
        _concern.c.proposal_id == Proposal.id,
        or_(_concern.c.contact_id == person.id, _concern.c.by_id == person.id),
    )


def visible_to(person: Any) -> Select[Proposal]:
    """The proposals this person may see.

    A draft: its authors alone. Handed in: also `qi`, the responder and the deputy. Decided or withdrawn: everybody. Being on the panel is no
    right here. A concern: its authors, who routed it, and the contact it was sent to.
    """
    return _visible_to(person, triages=person.has(Right.QI))


def _visible_to(person: Any, *, triages: bool) -> Select[Proposal]:
    handed_in = [Proposal.state != ProposalState.DRAFT] if triages else [Proposal.state.in_(sorted(PUBLISHED))]
    seen = [_writes(person), and_(Proposal.concern_at.is_(None), *handed_in)]
    if not triages:
        seen.append(and_(Proposal.concern_at.is_(None), Proposal.state != ProposalState.DRAFT, answered_by(person)))
    seen.append(and_(Proposal.concern_at.is_not(None), _was_told(person)))
    return select(Proposal).where(or_(*seen))


def visible_or_404(person: Any, id: int, *, change: bool = False, load: Collection[ORMOption] = ()) -> Proposal:
    """The proposal, if this person may see it; its row locked where `change`. `load=WRITING` brings the working text."""
    asked = _one(person.has(Right.QI), change, tuple(load))
    found = db.session.scalars(asked, {"person_id": person.id, "proposal_id": id}).unique()
    return found.one_or_none() or abort(404)


#: Stands for a proposal in a statement that is put together once, as `core.db.SOMEBODY` for a person.
_THE_PROPOSAL = bindparam("proposal_id", type_=Integer())


@put_together_once
def _one(triages: bool, change: bool, load: tuple[ORMOption, ...]) -> Select[Proposal]:
    asked = _visible_to(SOMEBODY, triages=triages).where(Proposal.id == _THE_PROPOSAL).options(*ONE, *load)
    return locked(asked, change=change, of=Proposal)


def to_submit_or_404(person: Any, id: int) -> Proposal:
    """The proposal with all that handing in reads, locked; before it its scheme and round, where references are counted."""
    values = {"person_id": person.id, "proposal_id": id}
    if db.session.execute(_counted(person.has(Right.QI)), values).first() is None:
        abort(404)
    return visible_or_404(person, id, change=True, load=WRITING)


@put_together_once
def _counted(triages: bool) -> Any:
    mine = _visible_to(SOMEBODY, triages=triages).where(Proposal.id == _THE_PROPOSAL)
    counted: Any = mine.join(Proposal.round).join(Round.scheme).with_only_columns(Round, Scheme)
    return locked(counted, of=[Scheme, Round])


def audiences(person: Any, proposal: Proposal) -> set[str]:
    """How somebody who may see this proposal stands to it, in history's words. Nobody triages or monitors their own."""
    words = {EVERYONE}
    if rules.is_author(person, proposal):
        words.add(AUTHORS)
    elif proposal.concern_at is None and rules.is_triager(person, proposal):
        words |= {TRIAGE, MONITOR}
    if person.has(Right.ADMIN):
        words.add(ADMIN)
    if person.has(Right.IG):
        words.add(IG)
    return words


def search_audience(proposal: Proposal) -> set[str]:
    """Who may find it by search; nobody a draft or a concern."""
    if proposal.state is ProposalState.DRAFT or proposal.concern_at is not None:
        return set()
    keys = {f"person:{author.person_id}" for author in rules.authors_now(proposal)} | {f"right:{Right.QI.value}"}
    if proposal.responder_id is not None:
        keys |= {f"person:{number}" for number in {proposal.responder_id, *rules.deputies_of(proposal)}}
    if proposal.state in PUBLISHED:
        keys.add(search.EVERYONE)
    return keys


def lock_undecided(round: Round) -> None:
    """Lock what was handed in to this round and is not decided, in the order of their numbers."""
    db.session.execute(locked(select(Proposal.id).where(*_undecided(round)).order_by(Proposal.id))).all()


def _undecided(round: Round) -> tuple[ColumnElement[bool], ...]:
    hidden = sorted({ProposalState.DRAFT, *PUBLISHED})
    return Proposal.round_id == round.id, Proposal.state.not_in(hidden), Proposal.concern_at.is_(None)


def search_keys(round: Round) -> Select[int, str]:
    """Who may find what is not decided in this round, as `search_audience` says it of one: rows (proposal, key)."""
    undecided = select(Proposal.id, literal(f"right:{Right.QI.value}").label("key")).where(*_undecided(round))

    def person(number: Any) -> Select[int, str]:
        return undecided.with_only_columns(Proposal.id, literal("person:").concat(cast(number, String)).label("key"))

    named = (Responder.round_id == Proposal.round_id) & (Responder.person_id == Proposal.responder_id)
    keys = union_all(
        undecided,
        person(Author.person_id).join(Author, Author.proposal_id == Proposal.id).where(Author.left_at.is_(None)),
        person(Proposal.responder_id).where(Proposal.responder_id.is_not(None)),
        person(Responder.deputy_id).join(Responder, named).where(Responder.deputy_id.is_not(None)),
    ).subquery()
    return select(keys).distinct()


# Lists.


def mine(person: Any, *, after: str | None = None, size: int = 50) -> Page[Proposal]:
    """What this person is an author of, the newest first. One statement."""
    asked = (
        select(Proposal)
        .where(_writes(person))
        .options(joinedload(Proposal.round, innerjoin=True), joinedload(Proposal.responder))
    )
    return page(asked, order=[(Proposal.id, "desc")], after=after, size=size)


def to_finish(person: Any) -> list[Proposal]:
    """Drafts whose round is still open, and what came back with advice: what waits for this person to write. One statement."""
    values = {"person_id": person.id, "now": clock.now(), "today": clock.today()}
    return list(db.session.scalars(_to_finish(), values))


@put_together_once
def _to_finish() -> Select[Proposal]:
    draft = and_(Proposal.state == ProposalState.DRAFT, Round.opened_at.is_not(None), Round.closes_at > NOW)
    returned = and_(Proposal.state == ProposalState.RETURNED, Proposal.return_by_on >= TODAY)
    return (
        select(Proposal)
        .join(Proposal.round)
        .where(_writes(SOMEBODY), Proposal.state.in_(sorted(EDITABLE)), or_(draft, returned))
        .options(contains_eager(Proposal.round))
        .order_by(Proposal.id)
    )


def advice_on(proposal: Proposal) -> list[Advice]:
    """What was advised on its current version, oldest first. One statement."""
    asked = (
        select(Advice)
        .where(Advice.proposal_id == proposal.id, Advice.version_id == proposal.current_version_id)
        .options(joinedload(Advice.by, innerjoin=True))
        .order_by(Advice.id)
    )
    return list(db.session.scalars(asked))


@dataclass(frozen=True)
class Resembling:
    """An idea like this one that the reader may see: where, when, and what became of it."""

    title: str
    url: str
    where: str | None
    on: datetime | None
    outcome: str


def resembling(person: Any, proposal: Proposal, *, limit: int = 5) -> list[Resembling]:
    """Ideas like this one, the most alike first. Three statements."""
    written = content.typed_of(proposal)
    words = " ".join([written.title, *written.answers.values()])
    found = search.similar(
        words, search.keys_for(person), kinds={"proposal"}, limit=limit, exclude=("proposal", proposal.id)
    )
    known = {one.id: one for one in _with_services(person, [hit.subject_id for hit in found])}
    return [_resembling(person, known[hit.subject_id]) for hit in found if hit.subject_id in known]


def _with_services(person: Any, ids: Collection[int]) -> Iterable[Proposal]:
    if not ids:
        return []
    asked = (
        visible_to(person)
        .where(Proposal.id.in_(ids))
        .options(joinedload(Proposal.service), joinedload(Proposal.current_version))
    )
    return list(db.session.scalars(asked))


def _resembling(person: Any, proposal: Proposal) -> Resembling:
    named = proposal.state not in UNNAMED or proposal.named_when_declined
    return Resembling(
        title=proposal.current_version.title if proposal.current_version else proposal.title,
        url=path("proposals.show", proposal_id=proposal.id),
        where=proposal.service.name if named and proposal.service else None,
        on=proposal.submitted_at,
        outcome=proposal.state.words,
    )


# Pages.


@dataclass(frozen=True)
class Shown:
    """One proposal as this person may see it: what its page says, and what they can do."""

    proposal: Proposal
    title: str
    content: dict[str, Any] | None
    is_author: bool
    is_working_text: bool
    names: bool
    tabs: list[tuple[str, str, bool]]
    next: rules.Next | None
    advice: dict[int | None, list[Advice]]
    may: dict[str, bool]


def shown(person: Any, proposal: Proposal, tab: str = "Idea") -> Shown:
    """What the proposal's page shows this person. Authors who are writing see what they wrote, everybody else what was handed in."""
    author = rules.is_author(person, proposal)
    version = proposal.current_version
    working = author and proposal.state in EDITABLE
    is_read = tab == "Idea"  # the other tabs do not ask for the text
    sees_advice = is_read and version is not None and (author or bool(rules.is_triager(person, proposal)))
    return Shown(
        proposal=proposal,
        title=(proposal.title if working or version is None else version.title) or UNTITLED,
        content=_text(proposal, working) if is_read else None,
        is_author=author,
        is_working_text=working,
        names=rules.may_see_names(person, proposal),
        tabs=_tabs(proposal, tab),
        next=rules.next_step(proposal),
        advice=_by_question(advice_on(proposal)) if sees_advice else {},
        may={
            "edit": bool(rules.can_edit(person, proposal)),
            "withdraw": bool(rules.can_withdraw(person, proposal)),
            "delete": bool(rules.can_delete(person, proposal)),
            "change_team": bool(rules.can_change_team(person, proposal)),
        },
    )


def _text(proposal: Proposal, working: bool) -> dict[str, Any]:
    version = proposal.current_version
    return content.copy_of(proposal) if working or version is None else version.content


#: What a draft is called before it has a name.
UNTITLED = "An idea without a name yet"


def _tabs(proposal: Proposal, current: str) -> list[tuple[str, str, bool]]:
    tabs = [("Idea", path("proposals.show", proposal_id=proposal.id))]
    is_out = proposal.state in DECIDED and proposal.concern_at is None  # a concern is passed on, nothing is decided
    if is_out and (decision := url_if_any("decisions.show", proposal_id=proposal.id)):
        tabs.append(("Decision", decision))
    tabs.append(("History", path("proposals.history", proposal_id=proposal.id)))
    return [(text, url, text == current) for text, url in tabs]


def advice_for_authors(proposal: Proposal) -> dict[int | None, list[Advice]]:
    """What was advised, by question, where it came back; nothing for a draft. At most one statement."""
    return _by_question(advice_on(proposal)) if proposal.state is ProposalState.RETURNED else {}


def _by_question(advice: Iterable[Advice]) -> dict[int | None, list[Advice]]:
    found: dict[int | None, list[Advice]] = {}
    for one in advice:
        found.setdefault(one.question_id, []).append(one)
    return found


def author_or_404(proposal: Proposal, author_id: int) -> Author:
    """One of its authors."""
    return next((author for author in rules.authors_now(proposal) if author.id == author_id), None) or abort(404)


def replies_owed(person_ids: Collection[int]) -> Iterator[Holding]:
    """The ideas that wait for an answer from these persons. One statement."""
    asked = (
        select(Person.id, Proposal.reference)
        .join(Proposal.responder)
        .where(
            Proposal.responder_id.in_(person_ids),
            Proposal.state == ProposalState.SUBMITTED,
            Proposal.replied_at.is_(None),
        )
    )
    for person_id, reference in db.session.execute(asked.order_by(Proposal.due_on, Proposal.id)):
        yield Holding(person_id, "owes the answer to", f"idea {reference}")
