"""Projects are set up, started, measured, reported on, reviewed and ended."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db
from pitchpit.demo import measuring, rounds
from pitchpit.demo.proposing import IDEAS, handed_in
from pitchpit.demo.rounds import MadeRound
from pitchpit.demo.shapes import Idea, Line, Promise, Reply, Report, Review, Shortlist, Spend, Work
from pitchpit.demo.stage import Stage, minute_of
from pitchpit.gates import actions as gates
from pitchpit.gates.enums import GateOutcome
from pitchpit.measures import actions as measures
from pitchpit.measures.models import Measure
from pitchpit.people.models import Person
from pitchpit.projects import actions as projects
from pitchpit.projects.enums import Role, StartCheckAnswer, StartCheckKind
from pitchpit.projects.models import Milestone, Project
from pitchpit.projects.rules import CADENCE_MONTHS, months_after
from pitchpit.schemes.enums import Monitoring

DAYS_A_MONTH = 365.25 / 12

#: What a check-in says when nothing in particular happened, and what the coach answers.
ORDINARY = (
    ("Two meetings held, everything as planned. The team has got used to it.", "Thank you. Keep the notes short."),
    ("A quiet month. One colleague new in the team.", "Good to hear. Show the new colleague the chart."),
    ("Leave and sickness: slower than we like, but nothing is in the way.", "That is normal. Say when it is not."),
    ("We showed it to another ward. They asked good questions.", "Write their questions down for your lesson."),
    ("Figures entered, chart on the wall. People ask about it.", "That is the best sign there is."),
)

CHECKS = {
    StartCheckKind.QUALITY_IMPACT: (StartCheckAnswer.DONE, "Form on file, low impact, signed by the matron."),
    StartCheckKind.EQUALITY: (
        StartCheckAnswer.DONE,
        "Screened: nobody is worse off; those without a phone get a letter.",
    ),
    StartCheckKind.DPIA: (StartCheckAnswer.NOT_NEEDED, "Totals only, no data about a person leave the usual systems."),
    StartCheckKind.GOVERNANCE: (StartCheckAnswer.DONE, "Registered as quality improvement, no research."),
}


def the_projects(stage: Stage) -> None:
    """Each idea that was said yes to, and what became of it."""
    for made in rounds.ROUNDS:
        for idea in IDEAS[made.key]:
            if idea.work is not None and (opened := _opened(stage, made, idea)) is not None:
                _Told(stage, idea, idea.work, opened).plan()


def _opened(stage: Stage, made: MadeRound, idea: Idea) -> date | None:
    """The day on which its project was opened, if that has come."""
    last = idea.steps[-1]
    if isinstance(last, Shortlist):
        return stage.calendar.back(made.released) if made.released else None
    day = (handed_in(made, idea) or 0) - (last.after if isinstance(last, Reply) else 0)
    return stage.calendar.back(day) if day >= 1 else None


class _Told:
    """One project being told. Days are worked out when it is planned; each scene loads what it changes."""

    def __init__(self, stage: Stage, idea: Idea, work: Work, opened: date) -> None:
        self.stage, self.idea, self.work, self.opened = stage, idea, work, opened
        self.calendar = stage.calendar
        self.minute = minute_of(idea.key)
        self.start = self._start()

    def _start(self) -> date | None:
        if self.work.start_ago is None:
            return None
        months, days = self.work.start_ago
        return self.calendar.near(months_after(self.calendar.today, -months) + timedelta(days=days))

    # Days.

    def month(self, number: float) -> date:
        """The working day so many months after the start (after the opening where it has not started)."""
        return self.calendar.near((self.start or self.opened) + timedelta(days=round(number * DAYS_A_MONTH)))

    @property
    def end(self) -> date | None:
        """The day it ended, or None while it goes on."""
        ending = [review for review in self.work.reviews if review.result or review.outcome is GateOutcome.NOT_START]
        return self.month(ending[-1].month) if ending else None

    def goes_on(self, day: date) -> bool:
        return self.end is None or day < self.end

    def after(self, working_days: int) -> date:
        return self.calendar.after(self.opened, working_days)

    # People.

    def lead(self) -> Person:
        return self.stage.person(self.idea.by)

    def coach(self) -> Person:
        """Its coach; the improvement lead where it has none."""
        return self.stage.person(self.work.coach or "qi")

    def by(self, key: str) -> Person:
        return self.stage.person((self.work.sponsor or "qi") if key == "sponsor" else key)

    # The plan.

    def plan(self) -> None:
        on, minute = self.stage.on_day, self.minute
        on(self.after(2), 10, minute, self._name_people)
        on(self.after(4), 11, minute, self._say_what_for)
        if self.work.measures:
            self._plan_measures()
        if not self._is_light():
            on(self.after(7), 15, minute, self._answer_checks)
        if self.start:
            on(self.start, 9, minute, self._hold_start)
            self._plan_check_ins(self.start)
        for spend in self.work.spends:
            on(self.month(spend.month), 13, minute, partial(self._spend, spend))
        for promise in self.work.milestones:
            self._plan_milestone(promise)
        for review in self.work.reviews:
            on(self.month(review.month), 16, minute, partial(self._review, review))

    def _plan_measures(self) -> None:
        on, minute = self.stage.on_day, self.minute
        ready_on = self.calendar.near(self.start - timedelta(days=1)) if self.start else self.after(9)
        added_on = self.calendar.near(ready_on - timedelta(days=4)) if self.start else self.after(8)
        for line in self.work.measures:
            found = measuring.told(
                line, self.idea.key, self.calendar, start=self.start, ready_on=ready_on, end=self.end
            )
            on(added_on, 13, minute, partial(self._add, line))
            for entry in found.entries:
                on(entry.on, 9, minute, partial(self._enter, line, entry))
            for step in found.steps:
                on(step.agreed_on, 11, minute, partial(self._agree, line, step))
            for month, words in line.notes:
                day = self.month(month)
                on(
                    self.calendar.after(day, 1),
                    12,
                    minute,
                    partial(self._annotate, line, day, words),
                )

    def _is_light(self) -> bool:
        return not self.work.milestones

    # Setting up.

    def _name_people(self) -> None:
        project, qi = self.stage.project(self.idea.key), self.stage.person("qi")
        if self.work.sponsor:
            projects.name_holder(project, Role.SPONSOR, self.stage.person(self.work.sponsor), actor=qi)
        if self.work.coach:
            projects.name_holder(project, Role.COACH, self.stage.person(self.work.coach), actor=qi)
        if self.work.watch:
            projects.watch(project, self.work.watch.monitoring, actor=qi, reason=self.work.watch.reason)

    def _say_what_for(self) -> None:
        project, lead = self.stage.project(self.idea.key), self.lead()
        if self.start or self.work.milestones:
            begin = self.start or self.calendar.today
            projects.change(
                project,
                actor=lead,
                edit=project.edit,
                aim=project.aim,
                how_we_will_know=self.work.how_we_will_know,
                planned_end_on=months_after(begin, self.work.months),
            )
        for promise in self.work.milestones:
            projects.promise(project, actor=lead, title=promise.title, on=self._promised(promise.on), owner=lead)

    def _promised(self, month: float) -> date:
        """The day a milestone is promised for; of a project that has yet to start, counted from soon."""
        if self.start:
            return self.month(month)
        return self.calendar.near(self.calendar.ahead(15) + timedelta(days=round(month * DAYS_A_MONTH)))

    def _answer_checks(self) -> None:
        project, lead = self.stage.project(self.idea.key), self.lead()
        for kind, (answer, detail) in CHECKS.items():
            projects.answer_start_check(project, kind, actor=lead, answer=answer, detail=detail)

    def _hold_start(self) -> None:
        gates.start(self.stage.project(self.idea.key), actor=self.by("sponsor"), reason=self.work.reason)

    # Measuring.

    def _add(self, line: Line) -> None:
        measures.add_measure(
            self.stage.project(self.idea.key),
            measures.Definition(
                name=line.name,
                kind=line.kind,
                unit=line.unit,
                decimals=line.decimals,
                direction=line.better,
                target=line.target,
                frequency=line.frequency,
                definition=line.definition,
                source=self._source(line),
                data_owner=self.stage.person(line.owner),
            ),
            actor=self.lead(),
        )

    def _source(self, line: Line) -> str:
        """Which of its points are real and which are not: the pages say it beside the chart."""
        if line.published:
            return f"Published figures from {self.work.source}. The points between them are generated for this demonstration."
        return f"All points are generated for this demonstration: {self.work.source} has no figure for this."

    def _measure(self, line: Line) -> Measure:
        of_project = select(Measure).where(Measure.project_id == self.stage.project(self.idea.key).id)
        return db.session.scalars(of_project.where(Measure.name == line.name)).one()

    def _enter(self, line: Line, entry: measuring.Entry) -> None:
        measures.enter(self._measure(line), entry.values, actor=self.stage.person(line.owner))

    def _agree(self, line: Line, step: measuring.Step) -> None:
        measures.agree_step(self._measure(line), actor=self.coach(), on=step.starts_on, reason=step.reason)

    def _annotate(self, line: Line, day: date, words: str) -> None:
        measures.annotate(self._measure(line), actor=self.stage.person(line.owner), on=day, words=words)

    # Going on.

    def _plan_check_ins(self, start: date) -> None:
        monitoring = self._monitoring()
        months = CADENCE_MONTHS.get(monitoring)
        if not months:
            return
        for number in range(1, min(self.work.silent_from, 20)):
            report, answer = self._report(number)
            due = months_after(start, months * number)
            day = self.calendar.after(due - timedelta(days=1), 1 + report.late)
            if not self.goes_on(day):
                return
            self.stage.on_day(day, 14, self.minute, partial(self._check_in, report))
            answered = self.calendar.after(day, 2)
            if answer and self.goes_on(answered):
                self.stage.on_day(answered, 10, self.minute, partial(self._answer, answer))

    def _monitoring(self) -> Monitoring:
        """What the tier of its ask brings, unless QI watches it more closely."""
        if self.work.watch:
            return self.work.watch.monitoring
        asked = sum(cost.amount_pence for cost in self.idea.costs)
        return next(tier.monitoring for tier in rounds.USUAL_TIERS if asked <= tier.up_to * 100)

    def _report(self, number: int) -> tuple[Report, str]:
        if number in self.work.reports:
            report = self.work.reports[number]
            return report, report.answer
        what, answer = ORDINARY[(number + self.minute) % len(ORDINARY)]
        if (number + self.minute) % 4 == 0:
            return Report(""), ""
        return Report(what), answer

    def _check_in(self, report: Report) -> None:
        projects.check_in(
            self.stage.project(self.idea.key),
            actor=self.lead(),
            what_happened=report.what,
            on_time=report.time,
            on_cost=report.cost,
            on_benefit=report.benefit,
            help_wanted=report.help,
            unchanged=not report.what,
        )

    def _answer(self, answer: str) -> None:
        report = max(self.stage.project(self.idea.key).check_ins, key=lambda made: made.id)
        projects.answer_check_in(report, actor=self.coach(), answer=answer)

    def _spend(self, spend: Spend) -> None:
        project = self.stage.project(self.idea.key)
        projects.spend(
            project,
            project.budget_lines[spend.line],
            actor=self.lead(),
            on=clock.today(),
            amount_pence=round(spend.pounds * 100),
            note=spend.note,
        )

    def _plan_milestone(self, promise: Promise) -> None:
        for move in promise.moves:
            self.stage.on_day(
                self.month(move.at),
                12,
                self.minute,
                partial(self._move, promise, move.to, move.reason),
            )
        if promise.reached is not None:
            self.stage.on_day(self.month(promise.reached), 15, self.minute, lambda: self._reach(promise))

    def _move(self, promise: Promise, to: float, reason: str) -> None:
        project, milestone = self._milestone(promise)
        projects.move_forecast(
            project, milestone, actor=self.lead(), edit=milestone.edit, to_on=self.month(to), reason=reason
        )

    def _reach(self, promise: Promise) -> None:
        project, milestone = self._milestone(promise)
        projects.reach(
            project, milestone, actor=self.lead(), edit=milestone.edit, on=clock.today(), evidence=promise.evidence
        )

    def _milestone(self, promise: Promise) -> tuple[Project, Milestone]:
        project = self.stage.project(self.idea.key)
        return project, next(one for one in project.milestones if one.title == promise.title)

    def _review(self, review: Review) -> None:
        learned = None
        if review.result:
            learned = gates.Learned(review.result, review.expected, review.happened, review.differently)
        gates.hold(
            self.stage.project(self.idea.key),
            review.outcome,
            actor=self.by(review.by),
            reason=review.reason,
            learned=learned,
        )
