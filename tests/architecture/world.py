"""A small trust in which everything stands: one idea in each state that matters, and everybody who can stand to it.

Written by the real actions under a moved clock, so that history, search and notices know of it too. Whatever somebody may not read
carries a word of its own (`SECRETS`), which is looked for in all that everybody else is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.decisions import actions as decisions
from pitchpit.decisions.enums import ConcernKind, Outcome
from pitchpit.decisions.word import Word
from pitchpit.gates import actions as gates
from pitchpit.history.actions import redact
from pitchpit.history.models import Event, EventText
from pitchpit.measures import actions as measures
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.measures.values import Value
from pitchpit.notices.models import Notice
from pitchpit.panels import actions as panels
from pitchpit.panels.enums import Attendance, ConflictType
from pitchpit.panels.models import Conflict
from pitchpit.panels.told import Given, ItemTold
from pitchpit.people.enums import Level, PostKind, Right
from pitchpit.people.models import Person
from pitchpit.projects import actions as projects
from pitchpit.projects.enums import Role, StartCheckAnswer, StartCheckKind
from pitchpit.projects.models import Project
from pitchpit.proposals import actions as ideas
from pitchpit.proposals.content import Cost, Typed
from pitchpit.proposals.models import Proposal
from pitchpit.schemes.enums import Monitoring
from pitchpit.schemes.models import Round, Scheme
from tests import factories

#: Everybody, by how they stand to what is here. The rights come with the titles of the same name.
PEOPLE: dict[str, tuple[Right, ...]] = {
    "stranger": (),
    "author": (),
    "co-author": (),
    "responder": (),
    "responder's deputy": (),
    "qi": (Right.QI,),
    "another qi": (Right.QI,),
    "leader": (Right.LEADER,),
    "ig": (Right.IG,),
    "admin": (Right.ADMIN,),
    "chair": (),
    "deputy": (),
    "secretary": (),
    "member": (),
    "excluded member": (),
    "member of another panel": (),
    "ratifier": (),
    "concern's contact": (),
    "lead": (),
    "team member": (),
    "coach": (),
    "sponsor": (),
    "data owner": (),
}

_TEAM = "author, co-author"
_ANSWERING = "responder, responder's deputy, qi, another qi"
_PANEL = "chair, deputy, secretary, member"
_NAME_OF_THE_TIED = f"{_TEAM}, {_ANSWERING}, {_PANEL}, excluded member"
_PROJECT = "lead, team member, coach, sponsor"

#: A word that stands in nothing else, what it is in, and who may read that.
SECRETS: dict[str, tuple[str, str]] = {
    "zqdraft": ("a draft", _TEAM),
    "zqdrafttext": ("what it says", _TEAM),
    "zqhanded": ("an idea handed in", f"{_TEAM}, {_ANSWERING}"),
    "zqhandedtext": ("what it says", f"{_TEAM}, {_ANSWERING}"),
    "zqreturned": ("an idea sent back", f"{_TEAM}, {_ANSWERING}"),
    "zqreturnedtext": ("what it says", f"{_TEAM}, {_ANSWERING}"),
    "zqlapsed": ("an idea that was not sent again", f"{_TEAM}, {_ANSWERING}"),
    "zqlapsedtext": ("what it says", f"{_TEAM}, {_ANSWERING}"),
    "zqadvice": ("the advice it was sent back with", f"{_TEAM}, {_ANSWERING}"),
    "zqconcern": ("an idea that is a concern", f"{_TEAM}, qi, concern's contact"),
    "zqconcerntext": ("what it says", f"{_TEAM}, qi, concern's contact"),
    "zqworried": ("what its authors were told", f"{_TEAM}, qi, concern's contact"),
    "zqjudged": ("an idea being scored, which an excluded member has told of their tie to", _NAME_OF_THE_TIED),
    "zqjudgedtext": ("what it says", f"{_TEAM}, {_ANSWERING}, {_PANEL}"),
    "zqsecond": (
        "another one, which everybody on the panel scores",
        f"{_TEAM}, {_ANSWERING}, {_PANEL}, excluded member",
    ),
    "zqnotes": ("a judge's notes while scoring is open", "member"),
    "zqcomment": ("a judge's comment while scoring is open", "member"),
    "zqtie": ("a declared conflict", "chair, deputy, secretary, excluded member"),
    "zqheldidea": (
        "an idea with a decision held on it, which they are tied to as well",
        f"{_NAME_OF_THE_TIED}, ratifier",
    ),
    "zqheldideatext": ("what it says", f"{_TEAM}, {_ANSWERING}, {_PANEL}, ratifier"),
    "zqrationale": ("the reason of a held decision", f"{_PANEL}, ratifier"),
    "zqcondition": ("a condition of a held decision", f"{_PANEL}, ratifier"),
    "zqfeedback": ("a held word for the authors alone", "chair, deputy"),
    "zqsaid": ("a judge's notes, once scoring has closed", _PANEL),
    "zqremark": ("a judge's comment, once scoring has closed", _PANEL),
    "zqminutes": ("what was said of the idea in the meeting", _PANEL),
    "zqunnamed": ("whose idea a declined one was", f"{_ANSWERING}, admin"),
    "zqquietward": ("where a declined idea came from", f"{_ANSWERING}, admin"),
    "zqprivate": ("feedback to the authors of a declined idea", "qi, another qi"),
    "zqcheckin": ("a check-in", f"{_PROJECT}, qi, another qi, leader"),
    "zqhelp": ("the help a check-in asks for", f"{_PROJECT}, qi, another qi, leader"),
    "zqinvoice": ("a note on money spent", f"{_PROJECT}, qi, another qi, leader, ig"),
    "zqunopened": ("a round that has not opened", "admin, qi, another qi"),
}


@dataclass
class Stage:
    """Who and what is here, by name: their numbers."""

    people: dict[str, int] = field(default_factory=dict)
    things: dict[str, int] = field(default_factory=dict)

    def may_read(self, secret: str) -> set[str]:
        return {name.strip() for name in SECRETS[secret][1].split(",")}


class _Maker:
    """Tells the story, a day at a time."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.now = clock.now()
        self.p: dict[str, Person] = {}

    @contextmanager
    def days_ago(self, days: float) -> Iterator[None]:
        """One transaction, so many days ago."""
        with clock.at(self.now - timedelta(days=days)), transaction():
            yield

    def keep(self, name: str, thing: Any) -> Any:
        db.session.flush()
        self.stage.things[name] = thing.id
        return thing

    # People.

    def meet_people(self) -> None:
        trust = factories.make_service("Example trust", level=Level.TRUST)
        division = factories.make_service("Example division", level=Level.DIVISION, parent=trust)
        self.ward = self.keep("a service", factories.make_service("Stroke ward", parent=division))
        for number, (title, rights) in enumerate(PEOPLE.items()):
            home = (
                self.ward
                if title in {"author", "co-author"}
                else factories.make_service(f"Place {number}", parent=division)
            )
            email = f"{title.replace(' ', '.').replace(chr(39), '')}@trust.example"
            name = f"{title.title().replace(chr(39), '')} Example"
            self.p[title] = factories.make_person(name, email=email, rights=rights, service=home)
            self.stage.people[title] = self.p[title].id
        self.manager = factories.make_person("Manager Example")
        self.ward.manager = self.manager
        self.quiet = factories.make_person(
            "Zqunnamed Quiet", service=factories.make_service("Zqquietward", parent=division)
        )
        self.keep("a person", self.p["stranger"])
        post = self.keep("a post", factories.make_post(PostKind.FINANCE, holder=self.p["leader"]))
        self.keep("its holder", post.holders[0])

    # Rounds.

    def round(self, name: str, days: tuple[int, int, int], **more: Any) -> Round:
        """A round that opens, closes and has its scoring close in so many days (or ago); the panel is the same unless told otherwise."""
        opens, closes, ends = days
        people = {
            role: self.p[title]
            for role, title in {
                "chair": "chair",
                "deputy": "deputy",
                "secretary": "secretary",
                "ratifier": "ratifier",
                "responder": "responder",
                "responder_deputy": "responder's deputy",
            }.items()
        }
        members = [self.p["member"], self.p["excluded member"]]
        dates = {
            "opens_at": self.now + timedelta(days=opens),
            "closes_at": self.now + timedelta(days=closes),
            "scoring_closes_at": self.now + timedelta(days=ends),
        }
        made = factories.make_round(
            **{
                "title": f"The {name}",
                "scheme": self.scheme,
                "members": members,
                "quorum": 2,
                **people,
                **dates,
                **more,
            }
        )
        return self.keep(name, made)

    def set_up_rounds(self) -> None:
        self.scheme: Scheme = self.keep("a scheme", factories.make_scheme("Dragons", themes=["Flow"]))
        self.keep("a fund", factories.make_fund("The fund"))
        self.open = self.round("open round", (-20, 20, 40))
        self.scored = self.round("round being scored", (-60, -10, 10))
        self.decided = self.round("round being decided", (-90, -40, -5))
        self.ready = self.round("round ready to release", (-90, -40, -5))
        others = [factories.make_person(), self.p["member of another panel"]]
        self.elsewhere = self.round(
            name="round of another panel",
            days=(-60, -10, 10),
            members=others,
            chair=factories.make_person(),
            deputy=factories.make_person(),
            secretary=factories.make_person(),
        )
        unopened = self.round("round being set up", (10, 20, 40), opened=False)
        unopened.title = "The zqunopened round"

    # Ideas.

    def write(self, round: Round, secret: str, *, pounds: int, authors: list[Person] | None = None) -> Proposal:
        first, *rest = authors or [self.p["author"], self.p["co-author"]]
        proposal = ideas.begin(round, actor=first)
        for person in rest:
            ideas.add_author(proposal, person, actor=first)
        typed = Typed(
            title=f"Ptarmigan {secret}",
            answers={question.id: f"We say {secret}text of this" for question in round.questions},
            costs=(Cost(f"Kits for {secret}text", pounds * 100),),
            pays_after=f"The ward pays for {secret}text",
        )
        ideas.save(proposal, typed, edit=proposal.edit, actor=first)
        return proposal

    def idea(self, name: str, round: Round, secret: str, pounds: int = 300, **more: Any) -> Proposal:
        """Written and handed in."""
        proposal = self.keep(name, self.write(round, secret, pounds=pounds, **more))
        ideas.submit(proposal, actor=proposal.authors[0].person, edit=proposal.edit)
        return proposal

    def collect_ideas(self) -> None:
        qi = self.p["qi"]
        with self.days_ago(3):
            draft = self.keep("draft", self.write(self.open, "zqdraft", pounds=300))
            self.keep("its co-author", draft.authors[1])
            self.idea("idea handed in", self.open, "zqhanded")
            returned = self.idea("idea sent back", self.open, "zqreturned")
            lapsed = self.idea("idea not sent again", self.open, "zqlapsed")
            worry = self.idea("concern", self.open, "zqconcern")
            declined = self.idea("declined idea", self.open, "zqdeclined", authors=[self.quiet])
        with self.days_ago(2):
            back_by = clock.today() + timedelta(days=30)
            decisions.return_with_advice(returned, actor=qi, advice={None: "Say zqadvice more"}, by=back_by)
            yesterday = clock.today() + timedelta(days=1)
            decisions.return_with_advice(lapsed, actor=qi, advice={None: "Say zqadvice more"}, by=yesterday)
            contact = self.p["concern's contact"]
            decisions.send_as_concern(
                proposal=worry,
                actor=qi,
                kind=ConcernKind.SAFEGUARDING,
                contact=contact,
                words="We are zqworried",
            )
            why = Word(
                Outcome.DECLINED, "We have this already", feedback={self.open.criteria[0].id: "Look at zqprivate"}
            )
            decisions.answer(declined, why, actor=qi)

    def shortlisted(self, name: str, round: Round, secret: str, pounds: int, days: float, **more: Any) -> Proposal:
        with self.days_ago(days):
            proposal = self.idea(name, round, secret, pounds, **more)
        with self.days_ago(days - 1):
            decisions.shortlist(proposal, actor=self.p["qi"])
        return proposal

    # The panel.

    def score(self, proposal: Proposal, judge: str, notes: str, comment: str, *, hand_in: bool = True) -> None:
        given = {criterion.id: Given(4, comment=comment) for criterion in proposal.round.criteria}
        card = panels.save_scorecard(proposal, given, actor=self.p[judge], notes=notes, edit=None)
        if hand_in:
            panels.submit_scorecard(card, actor=self.p[judge])

    def judge_now(self) -> None:
        """A round in the middle of its scoring."""
        judged = self.shortlisted("idea being scored", self.scored, "zqjudged", 4_000, 12)
        second = self.shortlisted("another being scored", self.scored, "zqsecond", 300, 12)
        with self.days_ago(8):
            self.tie(judged, "zqtie")
            who = ["member", "deputy", "chair"]
            pairs = {(judged.id, self.p[title].id) for title in who}
            pairs |= {(second.id, self.p[title].id) for title in [*who, "excluded member"]}
            panels.assign(self.scored, pairs, actor=self.p["secretary"])
        with self.days_ago(7):
            self.score(judged, "member", "I find zqnotes", "Think of zqcomment")
            self.score(second, "deputy", "", "", hand_in=False)
            maybe = panels.declare_conflict(
                second, actor=self.p["deputy"], type=ConflictType.INDIRECT, note="We met once"
            )
            self.keep("tie to decide about", maybe)

    def tie(self, proposal: Proposal, note: str) -> Conflict:
        return panels.declare_conflict(
            proposal, actor=self.p["excluded member"], type=ConflictType.FINANCIAL, note=f"They pay me for {note}"
        )

    def decide_now(self) -> None:
        """A round whose scoring has closed: one decision held, which needs ratifying, and one still to take."""
        held = self.shortlisted("idea with a held decision", self.decided, "zqheldidea", 15_000, 50)
        waiting = self.shortlisted("idea to decide", self.decided, "zqwaiting", 4_000, 50)
        with self.days_ago(20):
            self.tie(held, "zqtie")
            panels.assign(self.decided, {(held.id, self.p["member"].id)}, actor=self.p["secretary"])
        with self.days_ago(15):
            self.score(held, "member", "I find zqsaid", "Think of zqremark")
        with self.days_ago(3):
            self.meeting(self.decided, [held, waiting], notes="They said zqminutes", name="meeting")
            word = Word(
                outcome=Outcome.APPROVED,
                rationale="Because of zqrationale",
                amount_pence=15_000_00,
                conditions=[("After zqcondition", None)],
                feedback={self.decided.criteria[0].id: "Keep zqfeedback"},
            )
            self.keep("held decision", decisions.hold(held, word, actor=self.p["chair"]))

    def meeting(self, round: Round, about: list[Proposal], *, notes: str, name: str) -> None:
        there = {self.p[title].id: Attendance.PRESENT for title in ("chair", "deputy", "member", "excluded member")}
        left = {self.p["excluded member"].id}
        items = [ItemTold(idea.id, notes if number == 0 else "", left_ids=left) for number, idea in enumerate(about)]
        told = {"held_on": clock.today(), "attendance": there, "items": items, "notes": ""}
        self.keep(name, panels.record_meeting(round, actor=self.p["secretary"], **told))

    def get_ready(self) -> None:
        """A round in which everything is decided, not yet released."""
        idea = self.shortlisted("idea ready to release", self.ready, "zqready", 4_000, 50)
        with self.days_ago(3):
            self.meeting(self.ready, [idea], notes="", name="meeting of the ready")
            word = Word(Outcome.APPROVED, "It helps", amount_pence=4_000_00)
            decisions.hold(idea, word, actor=self.p["chair"])

    # Projects.

    def project(self, name: str) -> Project:
        """Approved by triage, and set up."""
        with self.days_ago(15):
            idea = self.idea(f"idea of the {name}", self.open, f"zq{name.replace(' ', '')}", authors=[self.p["lead"]])
        with self.days_ago(14):
            word = Word(Outcome.APPROVED, "It helps", amount_pence=300_00)
            decisions.answer(idea, word, actor=self.p["qi"])
            project = self.keep(name, db.session.query(Project).filter_by(proposal_id=idea.id).one())
        with self.days_ago(13):
            qi = self.p["qi"]
            projects.watch(project, Monitoring.CLOSE, actor=qi, reason="It is new", edit=project.edit)
            named = {Role.MEMBER: "team member", Role.SPONSOR: "sponsor", Role.COACH: "coach"}
            for role, title in named.items():
                self.keep(f"{title} of the {name}", projects.name_holder(project, role, self.p[title], actor=qi))
            for number in range(3):
                on = clock.today() + timedelta(days=60 + number)
                milestone = projects.promise(project, actor=qi, title=f"Step {number}", on=on, owner=None)
                self.keep(f"milestone of the {name}", milestone)
            self.measure(project, MeasureKind.OUTCOME, f"measure of the {name}")
            self.measure(project, MeasureKind.BALANCING, f"balancing measure of the {name}")
            projects.change(
                project=project,
                actor=qi,
                edit=project.edit,
                aim="Fewer falls",
                how_we_will_know="",
                planned_end_on=clock.today() + timedelta(days=200),
            )
            for kind in StartCheckKind:
                answered = {"answer": StartCheckAnswer.NOT_NEEDED, "detail": "Nothing changes"}
                projects.answer_start_check(project, kind, actor=qi, **answered)
        return project

    def measure(self, project: Project, kind: MeasureKind, name: str) -> None:
        definition = measures.Definition(
            name=f"Falls, {kind.value}",
            kind=kind,
            unit="falls",
            decimals=0,
            direction=Direction.DECREASE,
            target=None,
            frequency=Frequency.WEEKLY,
            definition="",
            source="",
            data_owner=self.p["data owner"],
        )
        measure = self.keep(name, measures.add_measure(project, definition, actor=self.p["qi"]))
        weeks = range(20, 2, -1)
        values = [Value(clock.today() - timedelta(weeks=week), float(week % 7)) for week in weeks]
        measures.enter(measure, values, actor=self.p["data owner"])

    def run_projects(self) -> None:
        self.project("project being set up")
        running = self.project("project under way")
        with self.days_ago(10):
            self.keep("gate", gates.start(running, actor=self.p["sponsor"]))
        with self.days_ago(5):
            report = projects.check_in(
                running, actor=self.p["lead"], what_happened="We saw zqcheckin", help_wanted="We want zqhelp"
            )
            self.keep("check-in", report)
            projects.spend(
                project=running,
                line=running.budget_lines[0],
                actor=self.p["lead"],
                on=clock.today(),
                amount_pence=10_00,
                note="The zqinvoice",
            )

    # History.

    def redact_one(self) -> None:
        """A text that everybody's rights could open, one that is the panel's alone, and one that is gone."""
        notes = db.session.query(EventText).filter(EventText.field == "note").join(Event).order_by(EventText.event_id)
        spent, ties = notes.filter(Event.verb == "project.spent").one(), notes.filter(Event.verb == "conflict.declared")
        tie, gone = (
            ties.filter(EventText.text.contains("zqtie")).first(),
            ties.filter(EventText.text == "We met once").one(),
        )
        texts = {"event with a text": spent, "event of the panel's": tie, "event with a redacted text": gone}
        self.stage.things |= {name: text.event_id for name, text in texts.items()}
        with transaction():
            redact(gone, actor=self.p["ig"], reason="It has to go")

    def tell(self) -> Stage:
        with transaction():
            self.meet_people()
            self.set_up_rounds()
        self.collect_ideas()
        self.judge_now()
        self.decide_now()
        self.get_ready()
        self.run_projects()
        self.redact_one()
        theirs = db.session.query(Notice).filter_by(person_id=self.p["author"].id).order_by(Notice.id).first()
        self.stage.things["notice"] = theirs.id
        db.session.rollback()
        return self.stage


def build() -> Stage:
    """The trust, in the database that the application is on."""
    return _Maker().tell()
