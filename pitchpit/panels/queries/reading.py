"""What a judge reads: versions and titles, their authors covered where the round hides them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from pitchpit.core.db import db
from pitchpit.panels.blinding import covered
from pitchpit.panels.queries.seeing import JUDGED
from pitchpit.people.models import Person
from pitchpit.proposals.models import Author, Proposal
from pitchpit.schemes.models import Round


@dataclass(frozen=True)
class Blinded:
    """A version as judges read it: without its authors' names where the round hides them, without its service where it hides that too."""

    proposal_id: int
    reference: str
    title: str
    content: dict[str, Any]
    ask_pence: int
    service: str | None
    authors: list[str]
    hidden: bool


def blinded(proposal: Proposal) -> Blinded:
    """The current version as the round's judges may read it. One statement."""
    (read,) = all_blinded([proposal])
    return read


def all_blinded(proposals: Sequence[Proposal]) -> list[Blinded]:
    """The same of several. One statement."""
    names = defaultdict(list)
    for proposal_id, name in db.session.execute(
        select(Author.proposal_id, Person.name)
        .join(Person, Person.id == Author.person_id)
        .where(Author.proposal_id.in_([proposal.id for proposal in proposals]))
        .order_by(Author.id)
    ):
        names[proposal_id].append(name)
    return [_blinded(proposal, names[proposal.id]) for proposal in proposals]


def _blinded(proposal: Proposal, names: list[str]) -> Blinded:
    version = proposal.submitted_version
    round = proposal.round
    hide = names if round.authors_hidden else []
    content = version.content
    service = content.get("service")

    def cover(text: str | None) -> str:
        return covered(text or "", hide)

    return Blinded(
        proposal_id=proposal.id,
        reference=proposal.reference or "",
        title=cover(version.title),
        content={
            **content,
            "answers": [{**answer, "text": cover(answer["text"])} for answer in content["answers"]],
            "costs": [{**line, "what": cover(line["what"])} for line in content["costs"]],
            "pays_after": cover(content.get("pays_after")),
            "service": None,
        },
        ask_pence=version.ask_pence,
        service=None if round.service_hidden else service,
        authors=[] if round.authors_hidden else names,
        hidden=round.authors_hidden,
    )


class Titles:
    """The titles of a round's proposals as its panel may read them. One statement where the round hides its authors, none elsewhere."""

    def __init__(
        self, round: Round, loaded: Iterable[Proposal] | None = None, *, only: Collection[int] | None = None
    ) -> None:
        """`loaded` are proposals whose authors are loaded: then it costs no statement. `only` are the numbers of those that are asked about."""
        self._names: dict[int, list[str]] = defaultdict(list)
        if round.authors_hidden and loaded is not None:
            for proposal in loaded:
                self._names[proposal.id] = [author.person.name for author in proposal.authors]
        elif round.authors_hidden:
            rows = (
                select(Author.proposal_id, Person.name)
                .join(Person, Person.id == Author.person_id)
                .join(Proposal, Proposal.id == Author.proposal_id)
                .where(Proposal.round_id == round.id, Proposal.state.in_(JUDGED))
            )
            if only is not None:
                rows = rows.where(Author.proposal_id.in_(only))
            for proposal_id, name in db.session.execute(rows):
                self._names[proposal_id].append(name)

    def of(self, proposal_id: int, title: str) -> str:
        return covered(title, self._names.get(proposal_id, ()))
