"""The beginning: services, people, their rights and posts, schemes, funds and rounds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from pitchpit.core import clock
from pitchpit.core.db import db
from pitchpit.demo import people, rounds, services
from pitchpit.demo.days import moment
from pitchpit.demo.rounds import MadeRound
from pitchpit.demo.stage import Stage
from pitchpit.history.actions import record
from pitchpit.people import actions, importing
from pitchpit.people.enums import Level, PostKind, Right
from pitchpit.people.models import Person, PersonRight, Service
from pitchpit.people.staff_list import Line
from pitchpit.schemes import actions as schemes
from pitchpit.schemes.defaults import sunday_evening
from pitchpit.schemes.enums import Approver, QuestionKind
from pitchpit.schemes.models import Fund, Round, Scheme

BEGINNING = 410  # working days before the story is told


def the_trust(stage: Stage, password_hash: str) -> None:
    """The trust is there, with everybody who works for it."""
    stage.on(BEGINNING, 8, 0, lambda: _read_in_the_staff(stage))
    stage.on(BEGINNING, 8, 30, lambda: _first_admin(stage))
    stage.on(BEGINNING, 9, 0, lambda: _rights_and_passwords(stage, password_hash))
    stage.on(BEGINNING, 10, 0, lambda: _name_managers(stage))
    stage.on(BEGINNING, 11, 0, lambda: _give_posts(stage))


def _read_in_the_staff(stage: Stage) -> None:
    """The staff list is read in as any other would be; it makes the services that it names."""
    trust = actions.new_service(services.TRUST, Level.TRUST, None)
    record("service.added", trust, actor=None, texts={"name": trust.name})
    importing.apply(list(_staff_list()))
    by_email = dict(db.session.execute(select(Person.email, Person.id)).all())
    stage.people = {one.key: by_email[one.email] for one in people.CAST}
    stage.services = dict(db.session.execute(select(Service.name, Service.id)).all())


def _staff_list() -> Iterable[Line]:
    for number, one in enumerate(people.everybody(), 2):
        details = {
            "name": one.name,
            "email": one.email,
            "staff_number": one.staff_number,
            "job_title": one.job_title,
            "staff_group": one.staff_group,
            "site": one.site,
        }
        yield Line(number, one.email, details, one.way)


def _first_admin(stage: Stage) -> None:
    """Somebody has to be the first: nobody can have given them their right."""
    admin = stage.person("admin")
    admin.right_rows.append(PersonRight(right=Right.ADMIN))
    record("person.right_given", admin, actor=None, also=admin, detail={"right": Right.ADMIN.words})


def _rights_and_passwords(stage: Stage, password_hash: str) -> None:
    admin = stage.person("admin")
    for one in people.CAST:
        for right in one.rights:
            actions.give_right(stage.person(one.key), right, actor=admin)
    for key in people.SIGNING_IN:
        person = stage.person(key)
        actions.set_password(person, password_hash, actor=person)


def _name_managers(stage: Stage) -> None:
    """Each service is managed by whom `services.MANAGERS` names, or else by the first who works there and is not in the cast."""
    admin = stage.person("admin")
    cast = set(stage.people.values())
    staff: dict[int, int] = {}
    for person_id, service_id in db.session.execute(select(Person.id, Person.service_id).order_by(Person.id)):
        if service_id is not None and person_id not in cast:
            staff.setdefault(service_id, person_id)
    for name, service_id in stage.services.items():
        manager_id = stage.people[services.MANAGERS[name]] if name in services.MANAGERS else staff[service_id]
        service = stage.service(name)
        actions.name_manager(service, db.session.get_one(Person, manager_id), edit=service.edit, actor=admin)


def _give_posts(stage: Stage) -> None:
    """Posts that sign off, for the whole trust and for the stroke unit."""
    admin = stage.person("admin")
    for kind, service, holder in (
        (PostKind.FINANCE, None, "money"),
        (PostKind.INFORMATION_GOVERNANCE, None, "ig"),
        (PostKind.DIGITAL, None, "desk"),
        (PostKind.ESTATES, None, "electrician"),
        (PostKind.PHARMACY, None, "pharmacist"),
        (PostKind.WARD_MANAGER, "Stroke Unit", "manager"),
    ):
        post = actions.add_post(kind, stage.service(service) if service else None, actor=admin)
        actions.hold_post(post, stage.person(holder), from_on=clock.today(), deputy=False, actor=admin)


# Schemes and rounds.


def the_rounds(stage: Stage) -> None:
    """The standing schemes, where the money comes from, and each round set up and opened in its time."""
    stage.on(BEGINNING, 13, 0, lambda: _make_schemes(stage))
    for made in rounds.ROUNDS:
        stage.on(made.made, 10, 0, partial(_make_round, stage, made))
        stage.on(made.made - 1, 15, 0, partial(_open_round, stage, made))
    stage.on(rounds.NEXT.made, 10, 0, lambda: _begin_next_round(stage))


def _make_schemes(stage: Stage) -> None:
    admin = stage.person("admin")
    for scheme in rounds.SCHEMES:
        schemes.make_scheme(
            actor=admin,
            name=scheme.name,
            letters=scheme.letters,
            kind=scheme.kind,
            about=scheme.about,
            themes=scheme.themes,
        )
    for fund in rounds.FUNDS:
        schemes.make_fund(
            actor=admin,
            name=fund.name,
            owner=fund.owner,
            purpose=fund.purpose,
            restrictions=fund.restrictions,
            acknowledgement=fund.acknowledgement,
        )


def _day(stage: Stage, when: int) -> date:
    """A round's day: working days before the story is told, or (negative) calendar days after it."""
    if when > 0:
        return stage.calendar.back(when)
    return stage.calendar.after(stage.calendar.today - timedelta(days=when + 1), 1)


def _begin(stage: Stage, made: MadeRound) -> Round:
    admin = stage.person("admin")
    opens = _day(stage, made.opens)
    wanted = next(scheme for scheme in rounds.SCHEMES if scheme.key == made.scheme)
    scheme = db.session.scalars(select(Scheme).where(Scheme.letters == wanted.letters)).one()
    round = schemes.make_round(
        scheme,
        actor=admin,
        title=made.title.format(season=_season(opens), year=opens.year),
        opens_at=moment(opens, 9),
        closes_at=sunday_evening(_day(stage, made.closes)),
        scoring_closes_at=sunday_evening(_day(stage, made.scoring_closes)),
    )
    stage.rounds[made.key] = round.id
    schemes.set_pot(round, actor=admin, edit=round.edit, amounts=_amounts(made))
    return round


def _season(day: date) -> str:
    return ("winter", "spring", "summer", "autumn")[day.month % 12 // 3]


def _amounts(made: MadeRound) -> list[tuple[int, int]]:
    by_key = {fund.key: fund.name for fund in rounds.FUNDS}
    numbers = dict(db.session.execute(select(Fund.name, Fund.id)).all())
    return [(numbers[by_key[key]], pounds * 100) for key, pounds in made.pot]


def _make_round(stage: Stage, made: MadeRound) -> None:
    admin = stage.person("admin")
    round = _begin(stage, made)
    schemes.set_tiers(round, actor=admin, edit=round.edit, tiers=[_tier(stage, tier) for tier in made.tiers])
    schemes.set_questions(round, actor=admin, edit=round.edit, always={}, others=[_TRIED])
    schemes.use_usual_rubric(round, actor=admin)
    schemes.set_judging(
        round,
        actor=admin,
        edit=round.edit,
        judges_per_proposal=made.judges,
        quorum=3,
        authors_hidden=True,
        service_hidden=False,
    )
    schemes.set_panel(round, actor=admin, edit=round.edit, members=[_member(stage, place) for place in made.panel])
    schemes.set_replies(
        round,
        actor=admin,
        edit=round.edit,
        reply_working_days=5,
        returns_allowed=made.returns,
        responders=list(_responders(stage)),
    )


_TRIED: dict[str, Any] = {
    "label": rounds.TRIED,
    "help": rounds.TRIED_HELP,
    "kind": QuestionKind.LONG,
    "choices": "",
    "word_limit": 150,
    "required": False,
    "from_pence": 0,
}


def _tier(stage: Stage, tier: rounds.MadeTier) -> dict[str, Any]:
    return {
        "name": tier.name,
        "up_to_pence": tier.up_to * 100,
        "approver": tier.approver,
        "ratifier": stage.person("leader") if tier.approver is Approver.RATIFIER else None,
        "monitoring": tier.monitoring,
    }


def _member(stage: Stage, place: rounds.Place) -> dict[str, Any]:
    return {"person": stage.person(place.person), "role": place.role, "seat": place.seat, "shadow": place.shadow}


def _responders(stage: Stage) -> Iterable[dict[str, Any]]:
    """Who answers: the improvement lead everywhere, the coaches for what is near to them, each for the other."""
    for service, person, deputy in (
        (None, "qi", "coach"),
        ("Mental Health", "coach2", "qi"),
        ("Children and Young People", "coach2", "qi"),
        ("Surgery and Theatres", "coach", "coach2"),
    ):
        yield {
            "service_id": stage.services[service] if service else None,
            "person": stage.person(person),
            "deputy": stage.person(deputy),
        }


def _open_round(stage: Stage, made: MadeRound) -> None:
    schemes.open_round(stage.round(made.key), actor=stage.person("admin"))


def _begin_next_round(stage: Stage) -> None:
    """The next round has its dates and money; tiers, rubric, panel and replies are still to be set up."""
    round = _begin(stage, rounds.NEXT)
    schemes.use_usual_rubric(round, actor=stage.person("admin"))
