"""What each POST of the access table sends: its page's own form, filled in as somebody would who may send it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pitchpit.core import clock
from tests.architecture.access import Rule
from tests.pages import PageForm, forms_of

if TYPE_CHECKING:
    from tests.architecture.trust import Trust

#: The page that holds the form, where it is not at the address that the form goes to.
PAGES = {
    "account.change_password": "account.show",
    "notices.choose": "notices.choices",
    "notices.open_notice": "notices.inbox",
    "notices.read": "notices.inbox",
    "notices.read_all": "notices.inbox",
    "people.save_leaving": "people.show",
    "people.send_link": "people.show",
    "people.save_rights": "people.show",
    "people.hold_post": "people.post",
    "people.end_holding": "people.post",
    "people.save_manager": "people.service",
    "people.move_service": "people.service",
    "people.close_service": "people.service",
    "proposals.autosave": "proposals.edit",
    "proposals.take_off": "proposals.team",
    "panels.autosave": "panels.scorecard",
    "panels.reopen": "panels.scorecard",
    "triage.shortlist": "triage.show",
    "triage.take_up": "triage.show",
    "triage.give_longer": "triage.longer",
    "projects.unchanged": "projects.checking_in",
    "projects.end_role": "projects.set_up",
    "measures.enter_pasted": "measures.check_pasted",
    "governance.redact": "governance.redacting",
}


def _day(name: str, *, days: int) -> dict[str, str]:
    """The boxes of a date so many days from now."""
    day = clock.today() + timedelta(days=days)
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


#: What is typed into it, where not just anything will do.
TYPED: dict[str, dict[str, Any]] = {
    "people.save_new": {"name": "New Person", "email": "new.person@trust.example", "staff_number": ""},
    "people.save": {"name": "Renamed Person", "email": "renamed@trust.example"},
    "people.hold_post": {"person": "author@trust.example"},
    "people.save_manager": {"manager": "author@trust.example"},
    "people.move_service": {"parent_id": ""},
    "people.close_service": {"replaced_by_id": ""},
    "schemes.make": {"letters": "QQ"},
    "proposals.add_author": {"person": "leader@trust.example"},
    "triage.give_longer": _day("by", days=60),
    "triage.pass_on": {"contact": "leader@trust.example"},
    "projects.name": {"person": "leader@trust.example", "role": "member"},
    "proposals.save": {"hours": "", "then": ""},
    "proposals.autosave": {"hours": ""},
    "rounds.extend": _day("scoring_closes_at", days=30),
    "projects.promise": {**_day("on", days=30), "owner": ""},
    "projects.move": _day("forecast_on", days=90),
    "measures.add": {"target": "", "data_owner": ""},
    "measures.change": {"target": "", "data_owner": ""},
    "measures.entered": {"numerator": "", "denominator": ""},
    "measures.check_pasted": {"lines": "23/11/2020,5"},
    "measures.agree_step": _day("on", days=-42),
    "sign_in.send_link": {"who": "nobody@trust.example"},
}


def body_for(trust: Trust, rule: Rule) -> dict[str, Any]:
    """The form's fields as its page has them, what is empty filled in. Without token and key: whoever sends adds their own."""
    form = form_for(trust, rule)
    typed = TYPED.get(rule.endpoint, {})
    if form is None:
        return dict(typed)
    filled = form.filled(**_something(form))
    return {name: value for name, value in (filled | typed).items() if name not in {"csrf_token", "form_key"}}


def form_for(trust: Trust, rule: Rule) -> PageForm | None:
    """The form on the page that somebody sees who may send it; None where nobody may, or it has no page."""
    from tests.architecture.trust import address_of

    address = trust.address(rule)
    page = address_of(trust.app, trust.stage, PAGES[rule.endpoint], rule.thing) if rule.endpoint in PAGES else address
    for person in sorted(trust.clients, key=rule.answer_for):
        if rule.answer_for(person) >= 400:
            break
        client = trust.clients[person]
        checked = rule.endpoint == "measures.enter_pasted"  # this form is on the page that answers another
        shown = client.post(page, data=TYPED["measures.check_pasted"]) if checked else client.get(page)
        if shown.status_code == 200:
            forms = [form for form in forms_of(shown) if form.method == "POST"]
            sent_to = [form for to in (address, page) for form in forms if form.action == to]
            return sent_to[0] if sent_to else None
    return None


def _something(form: PageForm) -> dict[str, Any]:
    """Something for each question that has no answer yet: the first choice, today, a number, words."""
    answered = {name for name, value in form.sends if value}
    return {
        name: _answer(form, name, kind)
        for name, kind in form.kinds.items()
        if name not in answered and kind not in {"hidden", "checkbox", "file", "submit", "password"}
    }


def _answer(form: PageForm, name: str, kind: str) -> str:
    if choices := [choice for choice in form.choices.get(name, []) if choice]:
        return choices[0]
    today, last = clock.today(), name.rpartition("-")[2]
    date = {"day": today.day, "month": today.month, "year": today.year}
    if last in date:
        return str(date[last])
    return "1" if last in {"amount", "number", "value"} or "weight" in name else "As we see it"
