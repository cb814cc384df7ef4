"""What somebody holds, on every floor: what others must take on when they leave."""

import pytest

from pitchpit.core import clock
from pitchpit.core.db import db, transaction
from pitchpit.people.enums import Right
from pitchpit.people.queries import held_by
from tests.factories import (
    make_measure,
    make_person,
    make_post,
    make_project,
    make_proposal,
    make_round,
    make_service,
)


def told(person) -> list[str]:
    return sorted(f"{one.kind} {one.what}" for one in held_by([person.id])[person.id])


@pytest.mark.parametrize("count", [1, 30])
def test_what_a_leaver_holds_on_every_floor_in_few_statements(app, statements, count):
    ann = make_person("Ann Example")
    for number in (f"{number:02}" for number in range(count)):
        make_service(f"Ward {number}", manager=ann)
        round = make_round(title=f"Round {number}", secretary=ann, ratifier=ann, responder=ann)
        make_proposal(round=round, responder=ann, reference=f"DD26-{number}")
        make_measure(make_project(title=f"Project {number}", coach=ann), f"Measure {number}", data_owner=ann)
    make_post(holder=ann)
    with statements() as sql:
        held = told(ann)
    assert len(sql) <= 6, sql
    each = (
        "answers ideas of Round {}",
        "enters Measure {} for Project {}",
        "is coach of Project {}",
        "is secretary of the panel of Round {}",
        "manages Ward {}",
        "owes the answer to idea DD26-{}",
        "ratifies awards of Round {}",
    )
    numbers = [f"{number:02}" for number in range(count)]
    assert held == sorted(
        ["holds Finance, the whole trust"] + [words.format(number, number) for words in each for number in numbers]
    )


def test_what_is_over_is_held_no_more(app):
    ann = make_person("Ann Example")
    round = make_round(title="Winter", chair=ann, responder_deputy=ann)
    assert told(ann) == ["answers ideas, as deputy, of Winter", "chairs the panel of Winter"]
    project = make_project(stage="done", monitoring="light", lead=ann)
    make_measure(project, data_owner=ann)
    with transaction():
        db.session.merge(round).released_at = clock.now()
    assert told(ann) == []


def test_an_admin_reads_it_on_the_persons_page(sign_in):
    desk = sign_in(make_person("Ada Example", rights=[Right.ADMIN]))
    ann = make_person("Ann Example")
    assert "Nothing that somebody else would have to take on." in desk.get(f"/admin/people/{ann.id}").text
    make_project(title="Mouth care", coach=ann)
    assert "<li>Is coach of Mouth care</li>" in " ".join(desk.get(f"/admin/people/{ann.id}").text.split())
