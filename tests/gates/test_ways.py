"""What a review can decide: every way that its page offers leads to its form."""

import re

import pytest

from pitchpit.core.db import db, transaction
from pitchpit.gates.models import Gate
from pitchpit.people.enums import Right
from pitchpit.projects.enums import Stage
from tests.factories import make_person, make_project

STAGES = ("setting_up", "testing", "embedding", "running")


@pytest.mark.parametrize("stage", STAGES)
def test_every_way_that_is_offered_can_be_gone(app, sign_in, stage):
    with transaction():
        qi = make_person(rights=[Right.QI])
        project = make_project(stage=stage, monitoring="light" if stage == "running" else "standard")
    client = sign_in(qi)
    offered = re.findall(
        rf'href="(/projects/{project.id}/gate/[^"]+)"', client.get(f"/projects/{project.id}/gate").text
    )
    assert offered
    assert {address: client.get(address).status_code for address in offered} == dict.fromkeys(offered, 200)


@pytest.mark.parametrize("stage", ["testing", "embedding", "running"])
def test_a_change_leaves_a_project_at_its_stage(app, sign_in, stage):
    with transaction():
        qi = make_person(rights=[Right.QI])
        project = make_project(stage=stage, monitoring="light" if stage == "running" else "standard")
    sign_in(qi).post(f"/projects/{project.id}/gate/change", data={"reason": "Two wards instead of four"})
    gate = db.session.query(Gate).one()
    assert (gate.project_id, gate.from_stage, gate.to_stage, gate.reason) == (
        project.id,
        Stage(stage),
        Stage(stage),
        "Two wards instead of four",
    )
