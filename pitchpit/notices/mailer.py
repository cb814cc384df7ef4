"""Mail leaves here: plain text over SMTP, or a line in the log where no mail server is set."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from flask import current_app

from pitchpit.core import clock
from pitchpit.notices.wording import one_line

log = logging.getLogger(__name__)

#: Seconds to wait for the mail server before the job fails and is tried again.
PATIENCE = 20

#: Every header and body fits seven bits, whatever the server can do.
PLAIN = policy.SMTP.clone(cte_type="7bit")


class Undeliverable(Exception):  # noqa: N818  # the mail server's last word, not a fault of ours
    """The mail server will never take this letter: trying again is of no use."""


@dataclass(frozen=True)
class Letter:
    """One mail to one person. `name` makes its Message-ID: the same name twice is the same letter. `links` are those in its text."""

    to: str
    subject: str
    text: str
    name: str
    links: Sequence[str] = ()


def address_of(path: str) -> str:
    """The whole address of a page of this site, for a mail."""
    return current_app.config["PUBLIC_URL"] + path


def send(letter: Letter) -> None:
    """Hand the letter to the mail server. Call it outside any transaction.

    Raises Undeliverable where the server refuses it for good, OSError or SMTPException where another try may help.
    """
    if current_app.config["MAIL"] == "off":
        return
    if current_app.config["MAIL"] == "log":
        _write_to_log(letter)
        return
    message = message_from(letter)
    try:
        with _server() as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        if all(code >= 500 for code, _ in refused.recipients.values()):
            raise Undeliverable from refused
        raise
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code >= 500:
            raise Undeliverable from refused
        raise


def message_from(letter: Letter) -> EmailMessage:
    """The letter as a message. What people wrote cannot add a header: the subject is one line, the address one address."""
    sender = current_app.config["MAIL_FROM"]
    message = EmailMessage(policy=PLAIN)
    message["From"] = sender
    message["To"] = _one_address(letter.to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.name}@{_domain(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _one_address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as error:
        raise Undeliverable from error


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _server() -> smtplib.SMTP:
    config = current_app.config
    host, port, login, starttls = (
        config["MAIL_SERVER"],
        config["MAIL_PORT"],
        config["MAIL_USERNAME"],
        config["MAIL_STARTTLS"],
    )
    server = (smtplib.SMTP_SSL if port == 465 else smtplib.SMTP)(host, port, timeout=PATIENCE)
    try:
        if starttls:
            server.starttls(context=ssl.create_default_context())
        if login:
            server.login(login, config["MAIL_PASSWORD"])
    except BaseException:
        server.close()
        raise
    return server


def _write_to_log(letter: Letter) -> None:
    """Neither the subject nor the address: what people wrote and who they are stay out of logs. Links help on a laptop alone."""
    links = letter.links if current_app.config["PITCHPIT_ENV"] == "development" else ()
    log.info("No mail server is set: the mail %s ends here. %s", letter.name, " ".join(links))
