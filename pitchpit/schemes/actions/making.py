"""Making schemes, funds and rounds, and changing schemes and funds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pitchpit.core.db import db
from pitchpit.core.rules import Refused, ensure, ensure_fresh, not_now
from pitchpit.history.actions import record
from pitchpit.people.models import Person
from pitchpit.schemes import defaults, rules
from pitchpit.schemes.enums import SchemeKind
from pitchpit.schemes.models import Fund, Question, Round, Scheme, Theme


def make_scheme(
    *, actor: Person, name: str, letters: str, kind: SchemeKind, about: str = "", themes: Iterable[str] = ()
) -> Scheme:
    """Begin a standing way of asking for ideas."""
    ensure(rules.can_make, actor)
    scheme = Scheme(name=name, letters=letters, kind=kind, about=about)
    scheme.themes = [Theme(position=position, name=theme) for position, theme in enumerate(themes, 1)]
    db.session.add(scheme)
    db.session.flush()
    record("scheme.made", scheme, actor=actor, detail={"letters": letters, "kind": kind.value}, texts={"name": name})
    return scheme


def change_scheme(
    scheme: Scheme,
    *,
    actor: Person,
    edit: int | None,
    name: str,
    letters: str,
    kind: SchemeKind,
    about: str,
    themes: Iterable[str],
) -> None:
    """Change what a scheme is called and says. Its letters and themes stay where ideas may carry them already."""
    ensure(rules.can_make, actor)
    ensure_fresh(scheme, edit)
    if letters != scheme.letters:
        ensure(rules.can_change_letters, actor, scheme)
    before = _scheme_now(scheme)
    scheme.name, scheme.letters, scheme.kind, scheme.about = name, letters, kind, about
    _set_themes(scheme, list(themes))
    _record_change("scheme.changed", scheme, actor, before, _scheme_now(scheme))


def _scheme_now(scheme: Scheme) -> dict[str, str]:
    return {
        "name": scheme.name,
        "letters": scheme.letters,
        "kind": scheme.kind.value,
        "about": scheme.about,
        "themes": "\n".join(theme.name for theme in scheme.themes),
    }


def _set_themes(scheme: Scheme, names: list[str]) -> None:
    known = {theme.name: theme for theme in scheme.themes}
    gone = [theme for name, theme in known.items() if name not in names]
    if gone and any(round.opened_at for round in scheme.rounds):
        raise Refused(
            not_now(f"A round of this scheme has opened, so ideas may carry the theme “{gone[0].name}”. Keep it in.")
        )
    for theme in gone:
        db.session.delete(theme)
    scheme.themes = [known.get(name) or Theme(name=name, position=0) for name in names]
    for position, theme in enumerate(scheme.themes, 1):
        theme.position = position
    db.session.flush()


def make_fund(*, actor: Person, name: str, owner: str, **about: Any) -> Fund:
    """Write down where money comes from. `about`: purpose, restrictions, spend_by_on, acknowledgement."""
    ensure(rules.can_make, actor)
    fund = Fund(name=name, owner=owner, **about)
    db.session.add(fund)
    db.session.flush()
    record("fund.made", fund, actor=actor, texts={"name": name})
    return fund


def change_fund(
    fund: Fund,
    *,
    actor: Person,
    edit: int | None,
    name: str,
    owner: str,
    purpose: str,
    restrictions: str,
    spend_by_on: date | None,
    acknowledgement: str,
) -> None:
    """Change what is known about a fund."""
    ensure(rules.can_make, actor)
    ensure_fresh(fund, edit)
    before = _fund_now(fund)
    fund.name, fund.owner, fund.purpose, fund.restrictions = name, owner, purpose, restrictions
    fund.spend_by_on, fund.acknowledgement = spend_by_on, acknowledgement
    db.session.flush()
    _record_change("fund.changed", fund, actor, before, _fund_now(fund))


def _fund_now(fund: Fund) -> dict[str, str]:
    return {
        "name": fund.name,
        "owner": fund.owner,
        "purpose": fund.purpose,
        "restrictions": fund.restrictions,
        "spend_by_on": fund.spend_by_on.isoformat() if fund.spend_by_on else "",
        "acknowledgement": fund.acknowledgement,
    }


def _record_change(verb: str, thing: Any, actor: Person, before: dict[str, str], after: dict[str, str]) -> None:
    """Tell history which fields changed, with what stood there before and stands there now beside it."""
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        texts = {f"{name}_before": before[name] for name in changed} | {
            f"{name}_after": after[name] for name in changed
        }
        record(verb, thing, actor=actor, detail={"fields": changed, "edit": thing.edit}, texts=texts)


def make_round(
    scheme: Scheme, *, actor: Person, title: str, opens_at: datetime, closes_at: datetime, scoring_closes_at: datetime
) -> Round:
    """Begin a round of a scheme: nobody sees it until it is opened. The three questions every round asks are there from the start."""
    ensure(rules.can_make, actor)
    round = Round(
        scheme=scheme, title=title, opens_at=opens_at, closes_at=closes_at, scoring_closes_at=scoring_closes_at
    )
    round.questions = [
        Question(
            position=position,
            always=usual.always,
            label=usual.label,
            help=usual.help,
            kind=usual.kind,
            word_limit=usual.word_limit,
        )
        for position, usual in enumerate(defaults.QUESTIONS, 1)
    ]
    db.session.add(round)
    db.session.flush()
    dates = {"opens_at": opens_at, "closes_at": closes_at, "scoring_closes_at": scoring_closes_at}
    record("round.made", round, actor=actor, detail=dates, texts={"title": title}, also=scheme)
    return round
