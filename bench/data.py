"""The data of a bench: so many proposals, each with three or four scorecards of five criteria, and a project for every hundredth.

At most 200 proposals stand in one round. Beside them, at every size: a round of 400 that 40 judges scored, for the ranking; and, for the
writing, eight people with drafts that are ready to hand in, piles that are not scored and projects whose values they enter.
Written past the actions, in bulk. Made-up text only. The same number makes the same data.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, text

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.core.search import SearchAudience, SearchEntry
from pitchpit.measures.models import Measure, Observation
from pitchpit.panels.models import Assignment, Score, Scorecard
from pitchpit.people import passwords
from pitchpit.people.models import Person, PersonRight, Service
from pitchpit.projects.models import BudgetLine, CheckIn, Milestone, Project, RoleHolder
from pitchpit.proposals.models import Answer, Author, CostLine, Proposal, Version
from pitchpit.schemes import defaults
from pitchpit.schemes.models import (
    Criterion,
    Fund,
    LevelDescriptor,
    PanelMember,
    Question,
    Responder,
    Round,
    RoundFund,
    Scheme,
    Tier,
)

IN_A_ROUND = 200
PEOPLE = 2_000
SERVICES = 200
JUDGES = 8
EVERY_PROJECT = 100
OBSERVATIONS = 36
MEASURES = 6

#: The eight who write, and so many drafts of each.
WRITERS = range(60, 68)
DRAFTS = 60
PASSWORD = "the eight of the bench"

#: The round for the ranking: so many proposals, and who judges them, four each.
RANKED = 400
RANKED_JUDGES = range(20, 60)

WORDS = [
    "ward",
    "mouth",
    "care",
    "falls",
    "sepsis",
    "discharge",
    "letters",
    "theatre",
    "start",
    "medicines",
    "trolley",
    "handover",
    "pharmacy",
    "waits",
    "phone",
    "triage",
    "oxygen",
    "beds",
    "porters",
    "scans",
    "fluids",
    "charts",
    "nutrition",
    "huddle",
    "rota",
    "training",
    "dementia",
    "garden",
    "signs",
    "noise",
    "sleep",
    "pain",
    "wounds",
    "kit",
    "stock",
]


def words(number: int, length: int) -> str:
    """So many words, the same for the same number."""
    return " ".join(WORDS[(number * 7 + n * n * 3 + n) % len(WORDS)] for n in range(length))


class Bulk:
    """Rows collected and inserted in slices."""

    def __init__(self) -> None:
        self.rows: dict[Any, list[dict[str, Any]]] = {}

    def add(self, model: Any, **columns: Any) -> None:
        self.rows.setdefault(model, []).append(columns)

    def write(self, order: Iterable[Any]) -> None:
        for model in order:
            for slice in (
                itertools.batched(self.rows.get(model, ()), 5000)
                if hasattr(itertools, "batched")
                else _slices(self.rows.get(model, []))
            ):
                db.session.execute(insert(model), list(slice))
        self.rows.clear()


def _slices(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), 5000):
        yield rows[start : start + 5000]


#: Parents before children.
ORDER = (
    Person, PersonRight, Scheme, Fund, Round, RoundFund, Tier, Question, Criterion, LevelDescriptor, PanelMember, Responder, Proposal,
    Author, Answer, CostLine, Version, Assignment, Scorecard, Score, SearchEntry, SearchAudience, Project, RoleHolder, Milestone, CheckIn,
    BudgetLine, Measure, Observation,
)  # fmt: skip


def make(proposals: int) -> None:
    """Fill an empty, migrated database."""
    with transaction():
        _ground()
    numbers = itertools.count(1)
    for round_id, start in enumerate(range(0, proposals, IN_A_ROUND), 1):
        with transaction():
            _round(round_id, [next(numbers) for _ in range(min(IN_A_ROUND, proposals - start))])
    with transaction():
        _round(ranked_round(proposals), [next(numbers) for _ in range(RANKED)], RANKED_JUDGES, turns=4)
        _drafts([next(numbers) for _ in range(len(WRITERS) * DRAFTS)])
    _settle()


def ranked_round(proposals: int) -> int:
    """The number of the round of 400."""
    return -(-proposals // IN_A_ROUND) + 1


def first_draft(proposals: int) -> int:
    """The number of the first of the drafts: each belongs to the next of the eight."""
    return proposals + RANKED + 1


def _ground() -> None:
    bulk = Bulk()
    for number in range(1, SERVICES + 1):
        bulk.add(
            Service,
            id=number,
            edit=1,
            name=f"Service {number}",
            level="division" if number <= 8 else "ward",
            parent_id=None if number <= 8 else number % 8 + 1,
            path=f"/{number}/" if number <= 8 else f"/{number % 8 + 1}/{number}/",
        )
    bulk.write([Service])
    password = passwords.hashed(PASSWORD)
    for number in range(1, PEOPLE + 1):
        bulk.add(
            Person,
            id=number,
            edit=1,
            name=f"Person {number}",
            email=f"p{number}@bench.example",
            job_title="Nurse",
            service_id=number % SERVICES + 1,
            site="",
            password_hash=password if number in WRITERS else None,
        )
    bulk.add(PersonRight, person_id=1, right="qi")
    bulk.add(Scheme, id=1, edit=1, name="Bench", letters="BE", kind="pitch", about="")
    bulk.add(Fund, id=1, edit=1, name="Fund", owner="Trust", purpose="", restrictions="", acknowledgement="")
    bulk.write(ORDER)


def _round(round_id: int, numbers: list[int], judges: range = range(2, 2 + JUDGES), turns: int | None = None) -> None:
    """A round with its rubric and panel and these proposals, each with three or four scorecards (`turns` of them).

    The first is open, the second is being scored, in the third and in the round of 400 scoring is over, the others are decided.
    """
    bulk, now = Bulk(), clock.now()
    opens = now - timedelta(days=7 if round_id == 1 else 60 + round_id)
    closes = now + timedelta(days=30) if round_id == 1 else opens + timedelta(days=30)
    scoring = now + timedelta(days=40) if round_id <= 2 else closes + timedelta(days=14)
    released = scoring + timedelta(days=3) if round_id > 3 and turns is None else None
    bulk.add(
        Round,
        id=round_id,
        edit=1,
        scheme_id=1,
        title=f"Round {round_id}",
        opens_at=opens,
        closes_at=closes,
        scoring_closes_at=scoring,
        reply_working_days=5,
        returns_allowed=1,
        judges_per_proposal=4,
        authors_hidden=True,
        service_hidden=False,
        quorum=3,
        last_number=len(numbers),
        opened_at=opens,
        released_at=released,
    )
    bulk.add(RoundFund, round_id=round_id, fund_id=1, amount_pence=50_000_00)
    tiers = [round_id * 3 + n for n in range(3)]
    for tier_id, usual in zip(tiers, defaults.TIERS, strict=True):
        bulk.add(
            Tier,
            id=tier_id,
            round_id=round_id,
            name=usual.name,
            up_to_pence=usual.up_to_pence,
            approver=usual.approver,
            monitoring=usual.monitoring,
            ratifier_id=9 if usual.approver == "ratifier" else None,
        )
    questions = [round_id * 3 + n for n in range(3)]
    for position, (question_id, usual) in enumerate(zip(questions, defaults.QUESTIONS, strict=True), 1):
        bulk.add(
            Question,
            id=question_id,
            round_id=round_id,
            position=position,
            always=usual.always,
            label=usual.label,
            help="",
            kind=usual.kind,
            choices="",
            word_limit=200,
            required=True,
            from_pence=0,
        )
    criteria = [round_id * 5 + n for n in range(5)]
    for position, (criterion_id, usual) in enumerate(zip(criteria, defaults.CRITERIA, strict=True), 1):
        bulk.add(
            Criterion,
            id=criterion_id,
            round_id=round_id,
            position=position,
            name=usual.name,
            guidance="",
            weight=usual.weight,
            may_skip=False,
        )
        for level, said in enumerate(usual.levels):
            bulk.add(LevelDescriptor, criterion_id=criterion_id, level=level, words=said)
    for number, judge in enumerate([*judges, *(WRITERS if round_id == 2 else ())]):
        bulk.add(
            PanelMember,
            round_id=round_id,
            person_id=judge,
            role=("chair", "deputy")[number] if number < 2 else "member",
            seat="clinical",
            shadow=False,
        )
    bulk.add(PanelMember, round_id=round_id, person_id=1, role="secretary", shadow=False)
    bulk.add(Responder, round_id=round_id, person_id=1)
    for place, number in enumerate(numbers):
        # Of the 400, every eighth became a project, so that a list of projects is full at every size.
        is_eighth = turns is not None and place % 8 == 0
        _proposal(bulk, number, round_id, tiers, questions, opens, released is not None, is_eighth)
        if round_id > 1:
            _scorecards(bulk, number, place, criteria, opens, judges, turns or 3 + number % 2)
        if round_id == 2:
            for writer in WRITERS:
                bulk.add(Assignment, proposal_id=number, person_id=writer, assigned_at=opens)
    bulk.write(ORDER)
    db.session.execute(
        text(
            "UPDATE proposal SET current_version_id = id, state = :s, reference = 'BE' || id, submitted_at = begun_at, responder_id = 1, due_on = :due WHERE round_id = :r"
        ),
        {
            "s": "shortlisted" if turns else _state(round_id),
            "due": clock.today() + timedelta(days=3),
            "r": round_id,
        },
    )


def _state(round_id: int) -> str:
    return {1: "submitted", 2: "shortlisted", 3: "shortlisted"}.get(round_id, "declined")


def _drafts(numbers: list[int]) -> None:
    """Ideas in the open round that are written and not handed in."""
    bulk, questions = Bulk(), [3, 4, 5]
    for place, number in enumerate(numbers):
        title, author = f"Draft {number}: {words(number, 5)}", WRITERS[place % len(WRITERS)]
        _text(bulk, number, 1, author, title, 1_500_00, questions, clock.now() - timedelta(days=1))
    bulk.write(ORDER)


def _text(
    bulk: Bulk, number: int, round_id: int, author: int, title: str, ask: int, questions: list[int], opens: Any
) -> None:
    """What an author writes: the idea, its answers and its costs."""
    bulk.add(
        Proposal,
        id=number,
        edit=1,
        round_id=round_id,
        service_id=author % SERVICES + 1,
        title=title,
        pays_after="",
        named_when_declined=False,
        state="draft",
        begun_at=opens,
        saved_at=opens,
        state_since=opens,
        returns_used=0,
    )
    bulk.add(Author, proposal_id=number, person_id=author, joined_at=opens)
    for question_id in questions:
        bulk.add(Answer, proposal_id=number, question_id=question_id, text=words(number + question_id, 60))
    bulk.add(
        CostLine,
        proposal_id=number,
        position=1,
        what="Kit",
        kind="equipment",
        recurring=False,
        vat_included=True,
        amount_pence=ask,
    )


def _proposal(
    bulk: Bulk,
    number: int,
    round_id: int,
    tiers: list[int],
    questions: list[int],
    opens: Any,
    decided: bool,
    has_project: bool,
) -> None:
    author, title = 100 + number % (PEOPLE - 100), f"Idea {number}: {words(number, 5)}"
    ask = (number % 20 + 1) * 500_00
    tier = tiers[0 if ask <= 2_000_00 else 1 if ask <= 10_000_00 else 2]
    _text(bulk, number, round_id, author, title, ask, questions, opens)
    answers = [
        {"question_id": q, "always": u.always, "label": u.label, "text": words(number + q, 60)}
        for q, u in zip(questions, defaults.QUESTIONS, strict=True)
    ]
    content = {
        "answers": answers,
        "costs": [{"what": "Kit", "kind": "equipment", "recurring": False, "vat_included": True, "amount_pence": ask}],
        "hours": None,
        "pays_after": "",
        "theme": None,
        "service": f"Service {author % SERVICES + 1}",
    }
    bulk.add(
        Version,
        id=number,
        proposal_id=number,
        number=1,
        made_at=opens,
        made_by_id=author,
        tier_id=tier,
        title=title,
        ask_pence=ask,
        content=content,
    )
    bulk.add(
        SearchEntry,
        id=number,
        kind="proposal",
        subject_id=number,
        title=title,
        body=words(number, 60),
        outcome="declined" if decided else "submitted",
        url=f"/proposals/{number}",
        updated_at=opens,
    )
    bulk.add(SearchAudience, entry_id=number, key="everyone" if decided else "right:qi")
    if number % EVERY_PROJECT == 0 or has_project:
        _project(bulk, number, author, title, ask)


def _scorecards(bulk: Bulk, number: int, place: int, criteria: list[int], at: Any, judges: range, turns: int) -> None:
    for turn in range(turns):
        judge = judges[(place + turn * 3) % len(judges)]
        card = number * 4 + turn
        bulk.add(Assignment, proposal_id=number, person_id=judge, assigned_at=at)
        bulk.add(
            Scorecard,
            id=card,
            edit=1,
            proposal_id=number,
            version_id=number,
            person_id=judge,
            state="submitted",
            notes="",
            saved_at=at,
            submitted_at=at,
        )
        for criterion in criteria:
            bulk.add(
                Score,
                scorecard_id=card,
                criterion_id=criterion,
                level=(number + criterion + turn) % 6,
                cannot_judge=False,
                comment="",
            )


def _project(bulk: Bulk, number: int, author: int, title: str, ask: int) -> None:
    started, opened = clock.today() - timedelta(days=400), clock.now() - timedelta(days=430)
    bulk.add(
        Project,
        id=number,
        edit=1,
        proposal_id=number,
        service_id=author % SERVICES + 1,
        title=title,
        aim=words(number, 12),
        how_we_will_know="",
        stage="testing",
        monitoring="close",
        award_pence=ask,
        opened_at=opened,
        started_on=started,
        next_check_in_on=clock.today() + timedelta(days=10),
        next_due_on=started,
    )
    # One coach watches over the first ten projects, the others have others: what one person has to do does not grow with the trust.
    coach = 1 if number <= 10 * EVERY_PROJECT else 10 + number // EVERY_PROJECT % 10
    member = WRITERS[number // EVERY_PROJECT % len(WRITERS)]
    for role, person in (("lead", author), ("sponsor", 20), ("coach", coach), ("member", member)):
        bulk.add(RoleHolder, project_id=number, person_id=person, role=role, from_on=started)
    for turn in range(4):
        bulk.add(
            Milestone,
            edit=1,
            project_id=number,
            title=f"Milestone {turn}",
            baseline_on=started + timedelta(days=90 * turn),
            forecast_on=started + timedelta(days=95 * turn),
            evidence="",
        )
    for month in range(12):
        bulk.add(
            CheckIn,
            edit=1,
            project_id=number,
            due_on=started + timedelta(days=30 * (month + 1)),
            by_id=author,
            made_at=opened,
            unchanged=False,
            what_happened=words(number + month, 20),
            on_time="on_track",
            on_cost="on_track",
            on_benefit="at_risk",
            help_wanted="",
            answer="Thank you" if month < 11 else "",
            answered_by_id=coach if month < 11 else None,
            answered_at=opened if month < 11 else None,
        )
    bulk.add(BudgetLine, project_id=number, position=1, what="Kit", kind="equipment", recurring=False, amount_pence=ask)
    for turn in range(MEASURES):
        measure = number * MEASURES + turn
        bulk.add(
            Measure,
            id=measure,
            edit=1,
            project_id=number,
            name=f"Measure {turn}",
            kind="outcome" if not turn else "process",
            unit="%",
            decimals=1,
            direction="decrease",
            target=20.0,
            frequency="monthly",
            definition="",
            source="",
            data_owner_id=author,
            screen_outliers=True,
            created_at=opened,
        )
        for turn_of in range(OBSERVATIONS):
            bulk.add(
                Observation,
                measure_id=measure,
                period_on=period(turn_of),
                value=30.0 + (number + turn * 3 + turn_of * turn_of) % 17 - turn_of / 4,
                by_id=author,
                entered_at=opened,
                reason="",
            )


def period(number: int) -> date:
    return date(2023 + number // 12, number % 12 + 1, 1)


def _settle() -> None:
    """What a database in use has: statistics, and on PostgreSQL sequences beyond the numbers given here."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            for table in db.metadata.sorted_tables:
                if "id" in table.c and table.c.id.autoincrement:
                    connection.execute(
                        text(
                            f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), coalesce(max(id), 0) + 1, false) FROM \"{table.name}\" HAVING pg_get_serial_sequence('\"{table.name}\"', 'id') IS NOT NULL"
                        )
                    )
            connection.execute(text("ANALYZE"))
        else:
            connection.connection.driver_connection.execute("ANALYZE")
