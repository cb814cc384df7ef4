"""The form base: what is typed becomes checked values, what is wrong is said where it is, and nothing typed is lost."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, g, render_template, render_template_string, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from pitchpit.core import clock, templating
from pitchpit.core.forms import (
    ChoiceField,
    DayField,
    EditedForm,
    EmailField,
    FilterForm,
    Form,
    HiddenField,
    IntField,
    LongTextField,
    ManyChoiceField,
    MomentField,
    NumberField,
    PasswordField,
    PoundsField,
    RowForm,
    Rows,
    TextField,
    TickField,
    shown_again,
    time_from,
)

ROOT = Path(__file__).parents[2]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Kind(StrEnum):
    PITCH = "pitch"
    PIONEER = "pioneer"


class CostLine(RowForm):
    id = HiddenField()
    what = TextField("What for", missing="Say what the money is for")
    amount = PoundsField("How much", missing="Say how much it costs")
    kind = ChoiceField(
        "How often",
        [("one-off", "Once"), ("recurring", "Every year")],
        select=True,
        default="one-off",
        missing="Choose how often",
    )


class Idea(EditedForm):
    send = "Hand it in"
    title = TextField("What is your idea called?", max_length=40, missing="Give your idea a name")
    story = LongTextField("What gets in the way?", max_words=12, optional=True)
    kind = ChoiceField("Which scheme?", [(k, k.value.title()) for k in Kind], missing="Choose a scheme")
    ward = ChoiceField("Which ward?", [(7, "Ward 7"), (9, "Ward 9")], select=True, optional=True)
    themes = ManyChoiceField("Which themes?", [("falls", "Falls"), ("food", "Food")], missing="Choose a theme")
    ask = PoundsField("How much money would it take?", least=100, missing="Say how much")
    start = DayField("When could you start?", missing="Say when", latest=date(2027, 3, 31))
    closes = MomentField("When does it close?", optional=True, default_time=time(23, 59))
    hours = NumberField("How many hours a week?", optional=True)
    people = IntField("How many people?", optional=True, least=1, most=50)
    email = EmailField("What is your email address?", optional=True, autocomplete="email")
    secret = PasswordField("What is your password?", optional=True)
    agreed = TickField("I have told my manager", missing="Tell your manager first, then tick this")
    quiet = TickField("Do not send me mail")
    costs = Rows(
        CostLine, "What does it cost?", row_label="Cost line", least=1, missing="Give at least one cost line", most=3
    )


PAGE = """{% extends "layout.html" %}{% from "macros/forms.html" import error_summary, form_start, form_end, fields, send %}
{% block title %}Hand in an idea{% endblock %}
{% block content %}{{ error_summary(form) }}<h1>Hand in an idea</h1>
{{ form_start(form, "/idea") }}{{ fields(form.questions) }}{{ send(form.send) }}{{ form_end() }}{% endblock %}"""

RIGHT = {
    "edit": "4",
    "title": "  Warm   meals ",
    "story": "Trays wait.\r\n\r\n  They go cold.  ",
    "kind": "pioneer",
    "ward": "9",
    "themes": ["food", "falls"],
    "ask": "£1,250.50",
    "start-day": "7",
    "start-month": "Dec",
    "start-year": "2026",
    "closes-day": "",
    "closes-month": "",
    "closes-year": "",
    "closes-time": "23:59",
    "hours": "3.50",
    "people": "",
    "email": "",
    "agreed": "yes",
    "costs-0-what": "Trolley",
    "costs-0-amount": "200",
    "costs-0-kind": "recurring",
    "costs-1-what": "",
    "costs-1-amount": "",
    "costs-1-kind": "one-off",
}
VALUES = {
    "edit": 4,
    "title": "Warm meals",
    "story": "Trays wait.\n\n  They go cold.",
    "kind": Kind.PIONEER,
    "ward": 9,
    "themes": ["falls", "food"],
    "ask": 125050,
    "start": date(2026, 12, 7),
    "closes": None,
    "hours": Decimal("3.50"),
    "people": None,
    "email": None,
    "secret": None,
    "agreed": True,
    "quiet": False,
    "costs": [{"id": None, "what": "Trolley", "amount": 20000, "kind": "recurring"}],
}


@cache
def tiny_app():
    """An application with one form, no database, and tokens against forged requests switched on for real."""
    app = Flask(
        "pitchpit",
        root_path=str(ROOT / "pitchpit"),
        template_folder="../templates",
        static_folder="../static",
        static_url_path="/static",
    )
    app.config.update(SECRET_KEY="only for this test", TRUST_NAME="Fernhill NHS Trust (made up)", TESTING=True)
    templating.init_app(app)
    LoginManager(app).user_loader(lambda _: None)
    CSRFProtect(app)

    @app.route("/idea", methods=["GET", "POST"])
    def idea():
        form = Idea()
        if form.validate_on_submit():
            app.got.append(form.data)
            return "Thank you"
        if form.is_submitted():
            page = render_template_string(PAGE, form=form)
            app.problems = form.errors_for_summary()
            return page, 422
        return render_template_string(PAGE, form=form)

    return app


class Browser:
    """Opens the page, types over what stands in it and sends it, as a browser would."""

    def __init__(self, app):
        self.app, self.client = app, app.test_client()
        app.got = []
        self.page = self.client.get("/idea").text

    def hidden(self, name):
        return unescape(re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.page)[1])

    def send(self, **typed):
        furniture = {"csrf_token": self.hidden("csrf_token"), "form_key": self.hidden("form_key")}
        answer = self.client.post("/idea", data=furniture | typed)
        self.page = answer.text
        return answer


@pytest.fixture
def browser():
    with clock.at(MONDAY):
        yield Browser(tiny_app())


def said(browser, **typed):
    """What the error summary says once this was sent."""
    browser.send(**(RIGHT | typed))
    return [(problem["text"], problem["href"]) for problem in browser.app.problems]


def test_right_answers_become_values(browser):
    answer = browser.send(**RIGHT)
    assert answer.text == "Thank you"
    got = {name: value for name, value in browser.app.got[0].items() if name not in ("form_key", "csrf_token")}
    assert got == VALUES


def test_an_empty_form_says_what_each_question_needs(browser):
    browser.send()
    assert [(p["text"], p["href"]) for p in browser.app.problems] == [
        ("Give your idea a name", "#title"),
        ("Choose a scheme", "#kind"),
        ("Choose a theme", "#themes"),
        ("Say how much", "#ask"),
        ("Say when", "#start-day"),
        ("Tell your manager first, then tick this", "#agreed"),
        ("Give at least one cost line", "#costs"),
    ]
    assert "Something needs a change" in browser.page
    assert "<title>Error: Hand in an idea – Pitchpit" in browser.page
    ids = re.findall(r' id="([^"]+)"', browser.page)
    assert sorted(ids) == sorted(set(ids))
    for problem in browser.app.problems:
        assert f'href="{problem["href"]}"' in browser.page
        assert f'id="{problem["href"][1:]}"' in browser.page


@pytest.mark.parametrize(
    ("typed", "sentence", "href"),
    [
        ({"ask": "lots"}, "Enter an amount in pounds, like 250 or 249.99", "#ask"),
        ({"ask": "0.50"}, "Enter £1 or more", "#ask"),
        ({"title": "x" * 41}, "Use at most 40 characters: there are 41 now", "#title"),
        ({"story": "word " * 13}, "Use at most 12 words: there are 13 now", "#story"),
        ({"kind": "other"}, "Choose a scheme", "#kind"),
        ({"themes": ["food", "other"]}, "Choose a theme", "#themes"),
        ({"ward": "8"}, "Answer “Which ward?”", "#ward"),
        ({"start-year": ""}, "Add the year. Enter a date, like 27 11 2026", "#start-year"),
        (
            {"start-day": "", "start-month": ""},
            "Add the day and the month. Enter a date, like 27 11 2026",
            "#start-day",
        ),
        ({"start-day": "soon"}, "Enter a date, like 27 11 2026", "#start-day"),
        ({"start-month": "13"}, "A month is a number from 1 to 12. Enter a date, like 27 11 2026", "#start-month"),
        (
            {"start-day": "30", "start-month": "2"},
            "That month has no day 30. Enter a date, like 27 11 2026",
            "#start-day",
        ),
        ({"start-year": "26"}, "Give the year in four figures. Enter a date, like 27 11 2026", "#start-year"),
        ({"start-year": "2027"}, "Enter Wed 31 March 2027 or an earlier day", "#start-day"),
        (
            {"closes-day": "7", "closes-month": "12", "closes-year": "2026", "closes-time": "late"},
            "Enter a time, like 14:05 or 2:05pm",
            "#closes-time",
        ),
        (
            {"closes-day": "28", "closes-month": "3", "closes-year": "2027", "closes-time": "1:30"},
            "The clocks go forward that night and skip this hour. Choose another time",
            "#closes-time",
        ),
        ({"hours": "a few"}, "Enter a number, like 12 or 3.5", "#hours"),
        ({"people": "2.5"}, "Enter a whole number, like 12", "#people"),
        ({"people": "51"}, "Enter 50 or less", "#people"),
        ({"people": "٣"}, "Enter a whole number, like 12", "#people"),
        ({"email": "sam at trust"}, "Enter an email address, like name@trust.example", "#email"),
        ({"costs-0-amount": "x"}, "Cost line 1: Enter an amount in pounds, like 250 or 249.99", "#costs-0-amount"),
        ({"costs-1-amount": "5"}, "Cost line 2: Say what the money is for", "#costs-1-what"),
    ],
)
def test_a_wrong_answer_is_told_at_its_control(browser, typed, sentence, href):
    assert said(browser, **typed) == [(sentence, href)]
    assert f'id="{href[1:]}"' in browser.page


def test_an_nhs_number_is_stopped_with_its_place_marked(browser):
    assert said(browser, story="The man in bed four, 450 557 7104, fell twice today") == [
        (
            "Take out the number near “… in bed four, 450 557 7104, fell twice …”: it looks like an NHS number. "
            "Describe the patient without anything that identifies them.",
            "#story",
        )
    ]


def test_nothing_typed_is_lost(browser):
    story = "First <line>\n\n  indented & “quoted”\nlast 😀\n" + "x" * 30_000
    browser.send(
        **(
            RIGHT
            | {"title": "", "story": story, "ask": " about £5 ", "start-day": "31", "start-month": "Febr", "hours": "x"}
        )
    )
    kept = unescape(re.search(r'<textarea[^>]*name="story"[^>]*>\n(.*?)</textarea>', browser.page, re.S)[1])
    assert kept == story
    for name, value in {
        "ask": " about £5 ",
        "start-day": "31",
        "start-month": "Febr",
        "hours": "x",
        "costs-0-what": "Trolley",
    }.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}"', browser.page), name
    assert re.findall(r'value="(\w+)" checked', browser.page) == ["pioneer", "falls", "food", "yes"]
    assert re.findall(r'<option value="([\w-]+)" selected', browser.page) == ["9", "recurring", "one-off"]


def test_a_password_is_never_shown_again(browser):
    browser.send(**(RIGHT | {"title": "", "secret": "open sesame"}))
    assert "open sesame" not in browser.page


def test_the_key_is_fresh_on_a_fresh_page_and_kept_on_a_page_shown_again(browser):
    first = browser.hidden("form_key")
    assert Browser(browser.app).hidden("form_key") != first
    browser.send()
    assert browser.hidden("form_key") == first


def test_one_more_row_keeps_all_that_was_typed_and_complains_of_nothing(browser):
    answer = browser.send(**(RIGHT | {"title": "", "add_row": "costs"}))
    assert answer.status_code == 422
    assert browser.app.problems == []
    assert re.findall(r'name="(costs-\d-what)"[^>]*value="([^"]*)"', browser.page) == [
        ("costs-0-what", "Trolley"),
        ("costs-1-what", ""),
        ("costs-2-what", ""),
    ]
    assert 'name="add_row"' not in browser.page  # three rows are the most


def test_a_cleared_row_is_gone(browser):
    browser.send(
        **(
            RIGHT
            | {
                "costs-1-what": "Lids",
                "costs-1-amount": "3",
                "costs-0-what": "",
                "costs-0-amount": "",
                "costs-0-kind": "one-off",
            }
        )
    )
    assert browser.app.got[0]["costs"] == [{"id": None, "what": "Lids", "amount": 300, "kind": "one-off"}]


def test_saved_rows_come_with_an_empty_one():
    with tiny_app().test_request_context():
        form = Idea(data={"costs": [{"what": "A", "amount": 1}, {"what": "B", "amount": 250}]})
        assert [entry.form.what.typed for entry in form.costs] == ["A", "B", ""]
        assert [entry.form.amount.typed for entry in form.costs] == ["0.01", "2.50", ""]
        assert form.costs.data == [
            {"id": None, "what": "A", "amount": 1, "kind": "one-off"},
            {"id": None, "what": "B", "amount": 250, "kind": "one-off"},
        ]


def test_saved_values_are_shown_as_one_would_type_them():
    with tiny_app().test_request_context():
        form = Idea(
            data={
                "title": "Warm <b>meals</b>",
                "kind": Kind.PITCH,
                "themes": ["food"],
                "ask": 123450,
                "start": date(2026, 12, 7),
                "closes": datetime(2026, 7, 5, 22, 59, tzinfo=UTC),
                "hours": Decimal("3.50"),
                "ward": 7,
            }
        )
        page = render_template_string(PAGE, form=form)
    assert re.findall(r'name="(?:start|closes)-\w+"[^>]*value="([^"]*)"', page) == [
        "7",
        "12",
        "2026",
        "5",
        "7",
        "2026",
        "23:59",
    ]
    assert re.search(r'name="ask"[^>]*value="1234.50"', page)
    assert re.search(r'name="hours"[^>]*value="3.5"', page)
    assert re.findall(r'value="(\w+)" checked', page) == ["pitch", "food"]
    assert re.findall(r'<option value="([\w-]+)" selected', page)[0] == "7"
    assert "Warm &lt;b&gt;meals&lt;/b&gt;" in page
    assert "<b>" not in page


def test_a_label_a_hint_and_a_choice_cannot_bring_markup():
    class Sly(Form):
        one = TextField("<i>one</i>", hint="<i>hint</i>")
        two = ChoiceField("<i>two</i>", [("<i>", "<i>words</i>", "<i>why</i>")])
        three = TickField("<i>three</i>")
        four = ChoiceField("<i>four</i>", [("<i>", "<i>words</i>")], select=True)
        five = LongTextField("<i>five</i>", default="</textarea><i>")

    with tiny_app().test_request_context():
        page = render_template_string(PAGE, form=Sly())
    assert "<i>" not in page
    assert page.count("&lt;i&gt;words&lt;/i&gt;") == 2


def test_choices_may_be_set_after_the_form_is_made():
    class Late(Form):
        who = ChoiceField("Who answers?", missing="Choose who answers")

    app = tiny_app()
    with app.test_request_context("/", method="POST", data={"who": "12"}):
        form = Late()
        form.who.choices = [(12, "Sam Made-Up")]
        form.validate()
        assert (form.who.data, form.who.errors) == (12, [])
        form.who.choices = [(13, "Ali Made-Up")]
        form.validate()
        assert (form.who.data, form.who.errors) == (None, ["Choose who answers"])


class Answer(Form):
    """A question with questions of its own under one choice, and one that two choices share."""

    word = ChoiceField("What do you say?", [("yes", "Yes"), ("no", "No"), ("later", "Later")], missing="Say something")
    amount = PoundsField("How much?", only_if=("word", "yes"), missing="Say how much")
    note = TextField("Anything else?", only_if=("word", "yes"), optional=True)
    reason = TextField("Why?", only_if=("word", ("no", "later")), missing="Say why")


@pytest.mark.parametrize(
    ("typed", "errors", "values"),
    [
        ({"word": "yes", "amount": "5"}, [], (500, None, "")),
        ({"word": "yes", "amount": "", "reason": "because"}, ["Say how much"], (None, None, "")),
        ({"word": "yes", "amount": "a lot"}, ["Enter an amount in pounds, like 250 or 249.99"], (None, None, "")),
        ({"word": "no", "amount": "a lot", "note": "450 557 7104", "reason": "because"}, [], (None, None, "because")),
        ({"word": "later", "amount": "5"}, ["Say why"], (None, None, "")),
        ({"amount": "5"}, ["Say something"], (None, None, "")),
    ],
)
def test_a_question_of_another_choice_is_not_asked_and_not_answered(typed, errors, values):
    with tiny_app().test_request_context("/", method="POST", data=typed):
        form = Answer()
        form.validate()
        assert [problem["text"] for problem in form.errors_for_summary() if problem["href"]] == errors
        assert (form.amount.data, form.note.data, form.reason.data) == values


def test_a_question_stands_under_the_choice_it_belongs_to():
    with tiny_app().test_request_context("/", method="POST", data={"word": "no", "amount": "a lot"}):
        form = Answer()
        form.validate()
        page = render_template_string("{% from 'macros/forms.html' import fields %}{{ fields(f.questions) }}", f=form)
    order = [
        match[1] for match in re.finditer(r'<input[^>]* (?:id|value)="(word|word-2|word-3|amount|note|reason)"', page)
    ]
    assert order == ["word", "amount", "note", "word-2", "word-3", "reason"]
    assert 'value="a lot"' in page, "what was typed under another choice is kept on the page"


def test_a_posted_form_is_there_for_the_page_that_says_not_now():
    app = tiny_app()
    with app.test_request_context("/idea", method="POST", data=RIGHT):
        form = Idea()
        assert g.form is form
        page = render_template("errors/409.html", reason="This round closed on Sunday.", form=form, thing=None)
    assert '<h1 class="nhsuk-heading-l">Not now</h1>' in page
    assert "This round closed on Sunday." in page
    assert re.search(r'name="title"[^>]*value="  Warm   meals "', page)
    assert (
        unescape(re.search(r'name="story"[^>]*>\n(.*?)</textarea>', page, re.S)[1]).splitlines()
        == RIGHT["story"].splitlines()
    )
    assert 'action="/idea"' in page


def test_a_stale_save_shows_both_texts_and_makes_the_next_one_an_informed_choice():
    app = tiny_app()
    saved = SimpleNamespace(
        title="Cold meals",
        story="Trays wait.\n\n  They go cold.",
        kind=Kind.PITCH,
        ask=9900,
        start=date(2026, 12, 8),
        agreed=True,
        costs=[SimpleNamespace(what="Lids", amount=300, kind="one-off")],
        edit=6,
    )
    with app.test_request_context("/idea", method="POST", data=RIGHT), clock.at(MONDAY):
        page = render_template("errors/409.html", reason="Somebody else saved this.", form=Idea(), thing=saved)
    assert "Somebody else saved this first</h1>" in page
    theirs = re.findall(r"Saved now: ([^<]+)</h2>\s*(.*?)\s*</div>", page, re.S)
    assert [(unescape(question), re.sub("<[^>]+>", "", words)) for question, words in theirs] == [
        ("What is your idea called?", "Cold meals"),
        ("Which scheme?", "Pitch"),
        ("How much money would it take?", "£99"),
        ("When could you start?", "Tue 8 December"),
        ("What does it cost?", "Lids, £3, Once"),
    ]
    assert re.search(r'name="title"[^>]*value="  Warm   meals "', page)
    assert '<input type="hidden" name="edit" value="6">' in page


def test_an_error_that_only_the_action_finds_can_be_told():
    with tiny_app().test_request_context("/", method="POST", data={"title": "x"}):
        form = Idea()
        form.complain("That name is taken", "title")
        form.complain("The pot is used up")
        assert form.errors_for_summary() == [
            {"text": "The pot is used up", "href": ""},
            {"text": "That name is taken", "href": "#title"},
        ]


def test_a_form_shown_again_is_not_taken_for_saved():
    app = tiny_app()
    with app.test_request_context("/idea", method="POST", data={}):
        page, status = shown_again("errors/409.html", Idea(), reason="Look again")
    assert status == 422
    assert "Look again" in page


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:05", time(14, 5)),
        ("14.05", time(14, 5)),
        ("9", time(9)),
        ("2:05 pm", time(14, 5)),
        ("12am", time(0)),
        ("12pm", time(12)),
    ],
)
def test_a_time_of_day_as_people_type_it(typed, meant):
    assert time_from(typed) == meant


@pytest.mark.parametrize("typed", ["", "25:00", "13pm", "9:7", "noon"])
def test_what_is_no_time_of_day(typed):
    with pytest.raises(ValueError, match=re.escape(typed) or "^$"):
        time_from(typed)


class Narrow(FilterForm):
    words = TextField("Words")
    state = ChoiceField("State", [("open", "What is open"), ("all", "All")], default="open", select=True)
    since = DayField("Since")


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("", {"words": None, "state": "open", "since": None}),
        ("after=x", {"words": None, "state": "open", "since": None}),
        ("state=all&words=+warm+", {"words": "warm", "state": "all", "since": None}),
        ("state=&words=", {"words": None, "state": None, "since": None}),
        ("state=nonsense", {"words": None, "state": None, "since": None}),
        ("since-day=1&since-month=11&since-year=2026", {"words": None, "state": "open", "since": date(2026, 11, 1)}),
    ],
)
def test_a_list_is_narrowed_by_its_address(query, meant):
    with tiny_app().test_request_context(f"/?{query}"):
        form = Narrow(request.args)
        assert form.data == meant
        page = render_template_string(
            "{% from 'macros/forms.html' import filter_form %}{{ filter_form(form, '/ideas') }}", form=form
        )
    assert 'method="get" action="/ideas"' in page
    assert "optional" not in page
