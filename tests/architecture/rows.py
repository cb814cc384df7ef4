"""A little of everything: rows in each table of each feature, joined as they would be in life."""

from datetime import timedelta
from typing import Any

from pitchpit.core import clock, jobs, settings
from pitchpit.core.db import db, transaction
from pitchpit.core.files import File, FileChunk
from pitchpit.core.memo import Memo
from pitchpit.core.once import FormKey, WaitingForm
from pitchpit.core.search import SearchAudience, SearchEntry
from pitchpit.core.throttle import Throttle
from pitchpit.decisions.enums import ConcernKind, Outcome, RatifierAnswer, Taken
from pitchpit.decisions.models import Concern, Condition, Decision, Feedback, Ratification
from pitchpit.gates.enums import GateOutcome
from pitchpit.gates.models import Gate
from pitchpit.history.actions import record
from pitchpit.history.enums import Access
from pitchpit.history.models import AccessRecord
from pitchpit.lessons.models import Lesson
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.models import Annotation, Measure, Observation, StepChange
from pitchpit.notices.enums import Way
from pitchpit.notices.models import Notice, NoticeChoice
from pitchpit.panels.enums import Attendance, ConflictType, Tie
from pitchpit.panels.models import (
    Assignment,
    Conflict,
    ItemAbsence,
    Meeting,
    MeetingAttendance,
    MeetingItem,
    Score,
    Scorecard,
)
from pitchpit.people.models import LoginSession, PasswordLink, Person, Service
from pitchpit.projects.enums import Stage
from pitchpit.projects.models import ForecastMove, Project, SpendEntry
from pitchpit.proposals.models import Advice, Proposal
from pitchpit.schemes.enums import PanelRole
from pitchpit.schemes.models import Round, Theme
from tests import factories


def fill() -> None:
    """Rows in every table, by the builders where there is one. May be called again."""
    with transaction():
        trust = factories.make_service(level="trust")
        ward = factories.make_service(parent=trust)
        author = factories.make_person(service=ward, rights=["qi"])
        ward.manager, ward.replaced_by_id = (
            author,
            trust.id,
        )  # both ways round: services point to people, people to services
        _about_people(author, ward)
        round = factories.make_round(scheme=factories.make_scheme(themes=["Flow"]), secretary=author)
        proposal = factories.make_proposal(round=round, authors=[author], state="approved", ask_pence=4_000_00)
        proposal.theme = db.session.query(Theme).filter_by(scheme_id=round.scheme_id).one()
        project = factories.make_project(proposal=proposal, lead=author, stage="testing", milestones=[clock.today()])
        factories.make_check_in(project)
        factories.make_start_checks(project)
        _about_a_proposal(proposal, author)
        _about_judging(round, proposal)
        _about_a_decision(round, proposal, author)
        _about_a_project(project, author)
        _in_the_core(author)
        record("proposal.withdrawn", proposal, actor=author, texts={"reason": "We do it another way"})
        _add(
            AccessRecord(at=clock.now(), person_id=author.id, access=Access.VIEWED, subject_kind="person", subject_id=1)
        )


def _add(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.flush()


def _about_people(person: Person, ward: Service) -> None:
    now, key = clock.now(), str(person.id)
    factories.make_post(service=ward, holder=person)
    _add(
        LoginSession(token_digest=key, person=person, shared=False, device="A test", created_at=now, seen_at=now),
        PasswordLink(token_digest=key, person=person, created_at=now, expires_at=now),
        NoticeChoice(person_id=person.id, way=Way.AT_ONCE),
        Notice(
            person_id=person.id,
            kind="proposal_received",
            subject_kind="proposal",
            subject_id=1,
            title="A title",
            body="A body",
            urgent=False,
            way=Way.DIGEST,
            created_at=now,
        ),
    )


def _about_a_proposal(proposal: Proposal, person: Person) -> None:
    _add(
        Advice(
            proposal_id=proposal.id,
            version_id=proposal.current_version_id,
            by_id=person.id,
            question_id=proposal.answers[0].question_id,
            given_at=clock.now(),
            text="Say how often",
        )
    )


def _about_judging(round: Round, proposal: Proposal) -> None:
    judge, now = factories.person_in(round, PanelRole.MEMBER), clock.now()
    chair = factories.person_in(round, PanelRole.CHAIR)
    scorecard = Scorecard(proposal=proposal, version_id=proposal.current_version_id, person=judge, saved_at=now)
    scorecard.scores = [Score(criterion=criterion, level=3) for criterion in round.criteria]
    meeting = Meeting(round=round, held_on=clock.today(), recorded_by=chair, recorded_at=now)
    meeting.attendances = [MeetingAttendance(person=judge, attendance=Attendance.PRESENT)]
    meeting.items = [MeetingItem(proposal=proposal, position=1, absences=[ItemAbsence(person=chair)])]
    _add(
        Assignment(proposal=proposal, person=judge, assigned_at=now),
        Conflict(proposal=proposal, person=chair, tie=Tie.DECLARED, type=ConflictType.PERSONAL, noted_at=now),
        scorecard,
        meeting,
    )


def _about_a_decision(round: Round, proposal: Proposal, person: Person) -> None:
    now = clock.now()
    decision = Decision(
        proposal=proposal,
        outcome=Outcome.APPROVED,
        taken=Taken.PANEL,
        amount_pence=4_000_00,
        rationale="It saves time",
        by=person,
        taken_at=now,
        released_at=now,
        how={"scored": 1},
    )
    decision.conditions = [Condition(words="Ask the finance team", owner=person)]
    decision.feedback = [Feedback(criterion=round.criteria[0], words="Clear")]
    decision.ratifications = [
        Ratification(by=person, answer=RatifierAnswer.YES, answered_on=clock.today(), minute_reference="12.3")
    ]
    _add(
        decision,
        Concern(
            proposal=proposal,
            kind=ConcernKind.INCIDENT,
            contact=person,
            words="Something else",
            by=person,
            sent_at=now,
        ),
    )


def _about_a_project(project: Project, person: Person) -> None:
    now, today = clock.now(), clock.today()
    measure = Measure(
        project=project,
        name="Falls",
        kind=MeasureKind.OUTCOME,
        direction=Direction.DECREASE,
        frequency=Frequency.WEEKLY,
        data_owner=person,
        created_at=now,
    )
    lesson = Lesson(
        subject_kind="project",
        subject_id=project.id,
        expected="Less",
        happened="More",
        differently="Earlier",
        by=person,
        written_at=now,
    )
    move = ForecastMove(from_on=today, to_on=today + timedelta(days=1), reason="Snow", by=person, moved_at=now)
    project.milestones[0].moves.append(move)
    spent = SpendEntry(spent_on=today, amount_pence=1_00, by=person, entered_at=now)
    project.budget_lines[0].entries.append(spent)
    _add(
        measure,
        Observation(measure=measure, period_on=today, value=3.0, by=person, entered_at=now),
        StepChange(measure=measure, starts_on=today, reason="A new ward", agreed_by=person, agreed_at=now),
        Annotation(measure=measure, noted_on=today, words="Snow", by_id=person.id),
        lesson,
        Gate(
            project=project,
            outcome=GateOutcome.START,
            held_on=today,
            from_stage=Stage.SETTING_UP,
            to_stage=Stage.TESTING,
            by=person,
            decided_at=now,
            reason="Ready",
            lesson=lesson,
            evidence={"measures": []},
        ),
    )


def _in_the_core(person: Person) -> None:
    now, key = clock.now(), str(person.id)
    file = File(name="a.txt", content_type="text/plain", size=1, sha256="x", created_at=now, uploaded_by=person.id)
    entry = SearchEntry(kind="idea", subject_id=person.id, title="Discharging", body="", url="/", updated_at=now)
    _add(file, entry)
    _add(
        FileChunk(file_id=file.id, n=0, data=b"x"),
        SearchAudience(entry_id=entry.id, key="everyone"),
        Memo(kind="chart", subject=key, fingerprint="1", value=[1], made_at=now),
        Throttle(key=key, window=1, n=1, over=1),
        FormKey(key=key, route="r", person_id=person.id, body_digest="d", location="/", status=302, created_at=now),
        WaitingForm(person_id=person.id, path="/", fields="[]", created_at=now),
        jobs.Heartbeat(name=f"worker {key}", at=now),
    )
    jobs.enqueue("nothing", key=key)
    settings.put(f"fact {key}", "yes")
