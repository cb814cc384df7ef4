"""Panel meetings, each without what a tie keeps its reader from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from pitchpit.core.db import db
from pitchpit.panels import rules
from pitchpit.panels.enums import Attendance
from pitchpit.panels.models import Conflict, Meeting, MeetingItem
from pitchpit.panels.queries.reading import Titles
from pitchpit.panels.queries.seeing import round_or_404, untied
from pitchpit.panels.queries.ties import conflicts_in
from pitchpit.proposals.models import Proposal, Version
from pitchpit.schemes.models import PanelMember, Round


def meetings_of(round: Round) -> Sequence[Meeting]:
    """The round's panel meetings, the last first."""
    held = select(Meeting).where(Meeting.round_id == round.id).options(joinedload(Meeting.recorded_by))
    return db.session.scalars(held.order_by(Meeting.held_on.desc(), Meeting.id.desc())).all()


@dataclass(frozen=True)
class Minute:
    """What the minutes say of one proposal, as one member may read it; who left the room, who was excluded, who made the quorum."""

    item: MeetingItem
    reference: str
    title: str
    left: list[str]
    excluded: list[str]
    present: int


@dataclass(frozen=True)
class Minutes:
    """A panel meeting as one member may read it."""

    meeting: Meeting
    round: Round
    present: list[str]
    apologies: list[str]
    items: list[Minute]


def minutes_or_404(person: Any, meeting_id: int) -> Minutes:
    """A meeting of a round whose panel this person is on, but for what it said of proposals that a tie keeps them from."""
    meeting, round = _meeting_or_404(person, meeting_id)
    names = {member.person_id: member.person.name for member in round.members}
    conflicts, titles = conflicts_in(round), Titles(round)
    return Minutes(
        meeting,
        round,
        present=_names_of(meeting, Attendance.PRESENT, names),
        apologies=_names_of(meeting, Attendance.APOLOGIES, names),
        items=[
            _minute(meeting, round, item, proposal, titles.of(proposal.id, title), conflicts.get(proposal.id, []))
            for item, proposal, title in _said(person, meeting)
        ],
    )


def _meeting_or_404(person: Any, meeting_id: int) -> tuple[Meeting, Round]:
    asked = (
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(joinedload(Meeting.recorded_by), joinedload(Meeting.attendances))
    )
    meeting = db.session.scalars(asked).unique().one_or_none()
    round = round_or_404(person, meeting.round_id if meeting else 0)  # what is absent costs what is forbidden does
    assert meeting is not None, "it has a round"
    return meeting, round


def _said(person: Any, meeting: Meeting) -> Iterable[Any]:
    """Rows (item, proposal, title) of what the meeting discussed, in its order, as far as this person may read it."""
    return db.session.execute(
        select(MeetingItem, Proposal, Version.title)
        .join(Proposal, Proposal.id == MeetingItem.proposal_id)
        .join(Version, Version.id == Proposal.current_version_id)
        .where(MeetingItem.meeting_id == meeting.id, Proposal.concern_at.is_(None), untied(person))
        .options(selectinload(MeetingItem.absences))
        .order_by(MeetingItem.position)
    )


def _names_of(meeting: Meeting, word: Attendance, names: Mapping[int, str]) -> list[str]:
    return sorted(names[row.person_id] for row in meeting.attendances if row.attendance is word)


def _minute(
    meeting: Meeting, round: Round, item: MeetingItem, proposal: Proposal, title: str, ties: Collection[Conflict]
) -> Minute:
    members = {member.person_id: member for member in round.members}
    left = {row.person_id for row in item.absences}
    return Minute(
        item=item,
        reference=proposal.reference or "",
        title=title,
        left=sorted(members[number].person.name for number in left),
        excluded=sorted(one.person.name for one in round.members if rules.is_excluded(one.person_id, ties)),
        present=len(_in_the_room(meeting, left, ties, members)),
    )


def quorum_present(
    meeting: Meeting, proposal: Proposal, conflicts: Collection[Conflict], members: Mapping[int, PanelMember]
) -> int:
    """How many members that count were present for this proposal: not excluded, and in the room for its item."""
    return len(in_the_room(meeting, proposal.id, conflicts, members))


def in_the_room(
    meeting: Meeting, proposal_id: int, conflicts: Collection[Conflict], members: Mapping[int, PanelMember]
) -> list[PanelMember]:
    """Those who made the quorum for this proposal: members that count, present, not excluded, and not gone out for its item."""
    left = {absence.person_id for item in meeting.items if item.proposal_id == proposal_id for absence in item.absences}
    return _in_the_room(meeting, left, conflicts, members)


def _in_the_room(
    meeting: Meeting, left: Collection[int], conflicts: Collection[Conflict], members: Mapping[int, PanelMember]
) -> list[PanelMember]:
    present = {row.person_id for row in meeting.attendances if row.attendance is Attendance.PRESENT}
    return [
        member
        for person_id in sorted(present.difference(left))
        if (member := members.get(person_id)) is not None
        and member.counts
        and not rules.is_excluded(person_id, conflicts)
    ]
