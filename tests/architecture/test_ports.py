"""What hangs on a port is used: every verb has an audience, every pane a page that renders its place."""

import re

from flask import Flask

from pitchpit.core.ports import nav, panes
from pitchpit.history.ports import verbs
from tests.architecture.source import ROOT, modules


def test_every_verb_has_a_sentence_and_an_audience(bare_app: Flask) -> None:
    assert [verb.name for verb in verbs.of(bare_app) if not verb.sentence or not verb.audience] == []


def test_every_verb_is_named_once(bare_app: Flask) -> None:
    names = [verb.name for verb in verbs.of(bare_app)]
    assert sorted(names) == sorted(set(names))


def test_every_verb_recorded_is_declared_and_every_one_declared_is_recorded(bare_app: Flask) -> None:
    spelled = {word for module in modules() for word in re.findall(r'"([a-z_]+\.[a-z_]+)"', module.path.read_text())}
    declared = {verb.name for verb in verbs.of(bare_app)}
    recorded = {
        word
        for module in modules()
        for word in re.findall(r'(?:record|move)\([^"]*"([a-z_]+\.[a-z_]+)"', module.path.read_text())
    }
    assert recorded - declared == set()
    assert declared - spelled == set()


def test_every_pane_has_a_template_and_a_page(bare_app: Flask) -> None:
    rendered = {
        place
        for template in (ROOT / "templates").rglob("*.html")
        for place in re.findall(r"panes_for\(\s*[\"']([a-z_.]+)[\"']", template.read_text())
    }
    hung = {pane.place for pane in panes.of(bare_app)}
    assert hung - rendered == set()
    assert [pane.template for pane in panes.of(bare_app) if not (ROOT / "templates" / pane.template).is_file()] == []


def test_every_word_of_the_navigation_leads_to_a_page(bare_app: Flask) -> None:
    assert [item.endpoint for item in nav.of(bare_app) if item.endpoint not in bare_app.view_functions] == []
