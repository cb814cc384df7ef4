"""Wordings: how a notice's file is read, and what no title may say."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from pitchpit.notices.wording import one_line, path, words_of
from tests.notices.conftest import IDEA

#: Words of an action that a mail must not carry: reasons, and other people.
NOT_IN_A_TITLE = re.compile(
    r"reason|rationale|advice|feedback|comment|note|answer_text|body|actor|author|person|name|member|judge|lead\b", re.I
)


def test_wording_has_front_lines_a_title_and_a_body(app):
    words = words_of("idea_answered", IDEA, {"reference": "DD26-014", "reason": "It is\nfunded."})
    assert (words.urgent, words.url) == (True, "/ideas/7")
    assert (words.title, words.body) == ("Your idea DD26-014 has an answer", "It is\nfunded.")


def test_wording_is_a_title_at_least(app):
    words = words_of("plain", IDEA, {})
    assert (words.urgent, words.url, words.title, words.body) == (False, None, "Something happened", "")


def test_unknown_kind_says_which_file_to_write(app):
    with pytest.raises(ValueError, match=r"write templates/notices/nothing\.txt"):
        words_of("nothing", IDEA, {})


def test_word_that_was_not_given_is_an_error(app):
    with pytest.raises(UndefinedError, match="reference"):
        words_of("idea_received", IDEA, {})


def test_what_people_wrote_is_neither_a_front_line_nor_escaped(app):
    words = words_of("idea_received", IDEA, {"reference": "<b>\r\nBcc: evil@example.test\u2028x\x07\nurgent: yes"})
    assert words.title == "We have your idea <b> Bcc: evil@example.test x urgent: yes"
    assert (words.urgent, words.body) == (False, "")


def test_one_line_keeps_letters_of_every_language():
    assert one_line(" Ġwann  Łukasz\tناصر\n") == "Ġwann Łukasz ناصر"


def test_path_needs_no_request(app):
    assert path("notices.inbox") == "/inbox"


def test_no_title_says_a_reason_or_a_name():
    for file in sorted((Path(__file__).parents[2] / "templates" / "notices").glob("*.txt")):
        lines = file.read_text().strip().splitlines()
        title = next(line for line in lines if not line.startswith(("urgent:", "link:")))
        said = " ".join(re.findall(r"{{(.*?)}}", title))
        assert not NOT_IN_A_TITLE.search(said), f"{file.name} goes by mail with: {title}"
