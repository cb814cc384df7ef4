"""Wordings, addresses and a real mail server, for tests of notices alone."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from pitchpit.core.db import db
from pitchpit.core.jobs import Job
from pitchpit.notices import ports
from pitchpit.notices.ports import Address

WORDINGS = {
    "notices/idea_answered.txt": (
        "urgent: yes\nlink: /ideas/{{ about[1] }}\nYour idea {{ reference }} has an answer\n\n{{ reason }}\n"
    ),
    "notices/idea_received.txt": "link: /ideas/{{ about[1] }}\nWe have your idea {{ reference }}\n",
    "notices/plain.txt": "Something happened\n",
}

IDEA = ("idea", 7)
ADDRESSES = {
    1: Address("ann@ward.example.test", "Ann Example", True),
    2: Address("bob@ward.example.test", "Bob Example", True),
    3: Address("gone@ward.example.test", "Gone Example", False),
    4: Address("not an address", "Odd Example", True),
}


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application with these wordings and addresses, mail on; put back after."""
    before, config = app.jinja_env.loader, dict(app.config)
    app.jinja_env.loader = ChoiceLoader([DictLoader(WORDINGS), before])
    sources = ports.address.of(app)
    hung = list(sources)
    sources[:] = [lambda ids: {number: ADDRESSES[number] for number in ids if number in ADDRESSES}]
    app.config.update(MAIL="log", MAIL_FROM="Pitchpit <ideas@trust.example>", PUBLIC_URL="https://ideas.trust.example")
    yield app
    sources[:] = hung
    app.config.update(config)
    app.jinja_env.loader = before
    app.extensions.pop("pitchpit.notices", None)


@pytest.fixture
def queued(app: Flask) -> Callable[[], list[tuple[Any, ...]]]:
    """Every job so far: kind, key, when, payload."""

    def all_jobs() -> list[tuple[Any, ...]]:
        jobs = db.session.query(Job).order_by(Job.id)
        return [(job.kind, job.key, job.run_at, job.payload) for job in jobs]

    return all_jobs


@dataclass
class Postbox:
    """A mail server that keeps what it gets; `answer` is what it says to a recipient or to the letter's text."""

    received: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    answer_to_recipient: str = "250 OK"
    answer_to_text: str = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.answer_to_text.startswith("250"):
            self.received.append(BytesParser(policy=default).parsebytes(envelope.content))
            self.to += envelope.rcpt_tos
        return self.answer_to_text


@pytest.fixture
def postbox(app: Flask) -> Iterator[Postbox]:
    """A real mail server on this machine, which the application sends to."""
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    app.config.update(MAIL="smtp", MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_USERNAME="", MAIL_STARTTLS=False)
    yield box
    controller.stop()
