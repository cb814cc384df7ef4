"""Verbs: what can be declared, and what cannot."""

import pytest

from pitchpit.history import enums, ports
from pitchpit.history.ports import Verb


def test_verb_needs_an_audience():
    with pytest.raises(ValueError, match="needs an audience"):
        Verb("idea.lost", "Lost", audience=frozenset())


def test_verb_knows_no_other_audience_words():
    with pytest.raises(ValueError, match="no such audience: neighbours"):
        Verb("idea.lost", "Lost", audience=frozenset({"neighbours"}))


def test_verb_that_hides_its_actor_needs_a_sentence_without_the_name():
    with pytest.raises(ValueError, match="needs a sentence without the name"):
        Verb("idea.lost", "{actor} lost it", audience=frozenset({enums.EVERYONE}), names_actor=False)


def test_sentence_without_the_name_cannot_name_the_actor():
    with pytest.raises(ValueError, match="names the actor"):
        Verb("idea.lost", "{actor} lost it", frozenset({enums.EVERYONE}), False, unnamed="Lost by {actor}")


def test_verb_is_declared_once(app):
    with pytest.raises(ValueError, match=r"idea\.scored is there already"):
        ports.verbs.add(app, Verb("idea.scored", "Scored", audience=frozenset({enums.PANEL})))
