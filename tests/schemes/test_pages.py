"""The pages of schemes and rounds in a real browser: nothing for axe to find, no sideways scroll on the narrowest phone."""

import pytest
from flask import Flask

from pitchpit.core import clock
from pitchpit.core.db import transaction
from pitchpit.schemes.enums import Part, QuestionKind
from pitchpit.schemes.models import Question
from tests.browser import axe
from tests.factories import make_bare_round, make_person, make_round, make_scheme

pytestmark = pytest.mark.journey

NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize("viewport", [NARROW, {"width": 1280, "height": 900}], ids=["narrow", "desktop"])
def test_every_page_can_be_used_by_everybody(app: Flask, open_page, sign_in_page, viewport: dict[str, int]) -> None:
    with transaction():
        admin = make_person("Ada Admin", rights=["admin", "qi"])
        make_scheme("Open door")
        new, ready, running, out = make_bare_round(), make_round(opened=False), make_round(), make_round()
        out.released_at = clock.now()
        choice = Question(
            position=4, label="Which site?", kind=QuestionKind.CHOICE, choices="North\nSouth", required=False
        )
        ready.questions.append(choice)
    screen = sign_in_page(open_page(viewport=viewport), admin)
    pages = ["/admin", "/admin/schemes", "/admin/schemes/new", "/admin/funds/new", "/rounds"]
    pages += [f"/admin/schemes/{running.scheme_id}/rounds/new"]
    for round in (new, ready, running, out):
        pages += [f"/admin/rounds/{round.id}", f"/rounds/{round.id}"]
    pages += [f"/admin/rounds/{ready.id}/{part.value}" for part in Part]
    pages += [f"/admin/rounds/{ready.id}/{page}" for page in ("open", "author-form", "scorecard")]
    pages += [f"/admin/rounds/{new.id}/{page}" for page in ("open", "scorecard", "rubric")]
    pages += [f"/admin/rounds/{running.id}/{page}" for page in ("pot", "panel", "replies", "tiers")]
    pages += [f"/rounds/{running.id}/extend"]
    for page in pages:
        screen.goto(page)
        axe(screen)
    screen.goto(f"/admin/rounds/{ready.id}/rubric")
    screen.get_by_label("Weight").first.fill("none")
    screen.get_by_role("button", name="Save", exact=True).last.click()
    screen.get_by_role("link", name="Criterion 1: Enter a whole number, like 12").click()
    assert screen.evaluate("document.activeElement.name") == "criteria-0-weight"
    axe(screen)
