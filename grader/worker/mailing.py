"""Sends the queued messages through an SMTP server; failures are tried again later and delay nothing else."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from grader.database import mail, writing
from grader.database.mail import Due
from grader.logs import emit, events
from grader.logs.errors import error_name
from grader.settings import OutgoingMail

TIMEOUT_S = 20.0
FOOTER = "You get this because you asked for such messages; change that here:"


REFUSALS = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ValueError,
)
"""Errors after which the connection can go on with the next message; smtplib's are OSErrors too."""


class NoEncryption(Exception):
    """A password would be sent over a connection that others can read."""


def message(due: Due, outgoing: OutgoingMail) -> EmailMessage:
    """The message with the addresses of the installation in it. A header can't hold a line break: the policy
    raises ValueError for one."""
    body = due.body.replace(mail.SITE, outgoing.public_url)
    if due.kind not in mail.ALWAYS:
        body += f"\n\n-- \n{FOOTER}\n{outgoing.public_url}/account"
    result = EmailMessage(policy=SMTP)
    result["From"] = outgoing.sender
    result["To"] = due.email
    result["Subject"] = due.subject
    result["Date"] = formatdate()
    result["Message-ID"] = make_msgid(domain=outgoing.sender.rpartition("@")[2])
    result["Auto-Submitted"] = "auto-generated"
    result.set_content(body + "\n")
    return result


def send_due(engine: Engine, outgoing: OutgoingMail) -> int:
    """Send what is due now, over one connection: how many messages were sent."""
    with writing(engine) as session:
        waiting = list(mail.take_due(session))
    sent = 0
    while waiting:
        try:
            with _server(outgoing) as server:
                while waiting:
                    sent += _send(engine, server, waiting.pop(0), outgoing)
        except (smtplib.SMTPException, OSError, NoEncryption) as error:
            for due in waiting:  # the server can't be reached, or will not have us
                _failed(engine, due, error, for_good=False)
            break
    return sent


def _send(engine: Engine, server: smtplib.SMTP, due: Due, outgoing: OutgoingMail) -> int:
    """Send one message; 1 if it was taken, 0 if it was refused. Raises smtplib's errors if the connection is
    lost: the message is then tried again."""
    try:
        server.send_message(message(due, outgoing))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        refused = isinstance(error, REFUSALS)
        _failed(engine, due, error, for_good=refused and _is_final(error))
        if refused:
            return 0
        raise  # the connection is lost
    with writing(engine) as session:
        mail.note_sent(session, due)
    emit(events.MailSent(due.id, due.kind))
    return 1


def _is_final(error: Exception) -> bool:
    """Whether the server would refuse this message at every try."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, smtplib.SMTPNotSupportedError | ValueError)


def _failed(engine: Engine, due: Due, error: Exception, *, for_good: bool) -> None:
    """Note the failure. What the server said stays out of the log: it may repeat the address."""
    with writing(engine) as session:
        over = mail.note_failed(session, due, error_name(error), for_good=for_good)
    emit(events.MailFailed(due.id, due.kind, error_name(error), given_up=over))


@contextmanager
def _server(outgoing: OutgoingMail) -> Iterator[smtplib.SMTP]:
    """A connection to the server: encrypted from the start (smtps), or as soon as the server offers it. Its
    certificate is checked, except where without encryption everything would be sent in the open as well."""
    parts = urlsplit(outgoing.smtp_url)
    host, tls = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtp" and not parts.username:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_S, context=tls)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
    with server:
        server.ehlo()
        encrypted = parts.scheme == "smtps"
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=tls)
            encrypted = True
        if parts.username:
            if not encrypted:
                raise NoEncryption
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def run(engine: Engine, outgoing: OutgoingMail, every_s: float, ended: threading.Event) -> None:
    """Send every `every_s` seconds until `ended` is set; goes on if the database is down."""
    while not ended.wait(every_s):
        try:
            send_due(engine, outgoing)
        except SQLAlchemyError as error:
            emit(events.MailStopped(error=error_name(error)))
