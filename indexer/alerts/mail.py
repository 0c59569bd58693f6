# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails messages as plain text, by the server that the settings name. Each recipient gets a mail of his own.

The ``Message-ID`` of a mail follows from what it tells, so a mail that is sent twice has the same one.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any

from indexer import moments
from indexer.alerts.channels import (
    SECONDS,
    TRIES,
    ChannelFault,
    DeliveryError,
    Message,
    cut_off,
    number_in,
    require_known_keys,
)
from indexer.alerts.messages import Batch, event, one_line, text, title
from indexer.errors import UsageError
from indexer.settings import number_setting, text_setting

MOST_RECIPIENTS = 100

_KEYS = ("mail", "seconds", "tries")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes mail, how it is reached, and the sender. ``tls`` is "starttls", "tls" or "none"."""

    host: str
    port: int
    tls: str
    user: str
    password: str
    sender: Address


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A channel that mails to one address."""

    name: str
    recipient: str
    server: MailServer
    seconds: int = SECONDS
    tries: int = TRIES

    @property
    def place(self) -> str:
        """See `Channel`. All mail goes by one server."""
        return "the mail server"

    def message(self, batch: Batch) -> Message:
        """See `Channel`."""
        told = event(batch)
        return Message(batch.id(self.name), title(told), text(told))

    def send(self, message: Message) -> None:
        """See `Channel`."""
        known: list[smtplib.SMTP] = []
        mail = self._mail(message)
        with cut_off(self.seconds, lambda: known[0].sock if known else None) as late:
            try:
                smtp = self._connected(known)
                refused = smtp.send_message(mail, self.server.sender.addr_spec, [self.recipient])
            except smtplib.SMTPRecipientsRefused as error:
                raise _refused(*error.recipients[self.recipient], place_fails=False) from error
            except smtplib.SMTPResponseException as error:
                answer = error.smtp_error
                raise _refused(
                    error.smtp_code, answer, place_fails=not isinstance(error, smtplib.SMTPDataError)
                ) from error
            except (smtplib.SMTPException, OSError, ValueError) as error:
                reason = f"cannot be used: {one_line(str(error))[:200] or type(error).__name__}"
                if late.is_set() or isinstance(error, TimeoutError):
                    reason = f"did not answer within {self.seconds} seconds"
                raise DeliveryError(f"the mail server {reason}", again=True, place_fails=True) from error
            finally:
                for one in known:
                    # The server has already taken or refused the mail, so a fault now changes nothing.
                    with suppress(smtplib.SMTPException, OSError, ValueError):
                        one.quit()
                    one.close()
        if refused:
            raise _refused(*refused[self.recipient], place_fails=False)

    def _connected(self, known: list[smtplib.SMTP]) -> smtplib.SMTP:
        """Returns the connection to the server, which is in ``known`` as soon as it is being made."""
        server = self.server
        if server.tls == "tls":
            return self._logged_in(_KnownSmtps(known, server, self.seconds))
        smtp = _KnownSmtp(known, server, self.seconds)
        if server.tls == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        return self._logged_in(smtp)

    def _logged_in(self, smtp: smtplib.SMTP) -> smtplib.SMTP:
        if self.server.user:
            smtp.login(self.server.user, self.server.password)
        return smtp

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.server.sender
        mail["To"] = Address(addr_spec=self.recipient)
        mail["Subject"] = message.title
        mail["Date"] = format_datetime(moments.time_of(moments.now()))
        mail["Message-ID"] = f"<{message.id}@{self.server.sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body, charset="utf-8")
        return mail


class _KnownSmtp(smtplib.SMTP):
    """A connection that ``known`` holds before it is made, so that it can be cut off while it is made."""

    def __init__(self, known: list[smtplib.SMTP], server: MailServer, seconds: int) -> None:
        known.append(self)
        super().__init__(server.host, server.port, timeout=seconds)


class _KnownSmtps(smtplib.SMTP_SSL):
    """The same by TLS from the beginning."""

    def __init__(self, known: list[smtplib.SMTP], server: MailServer, seconds: int) -> None:
        known.append(self)
        super().__init__(server.host, server.port, timeout=seconds, context=ssl.create_default_context())


def _refused(code: int, answer: bytes | str, *, place_fails: bool) -> DeliveryError:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    reason = f"the mail server answered: {code} {one_line(said)[:200]}"
    return DeliveryError(reason, again=code < 500, place_fails=place_fails)


def mail_channels(name: str, stated: Mapping[str, Any]) -> Sequence[Mailbox]:
    """Returns a channel for each address of a table of the file. Raises ChannelFault."""
    require_known_keys(stated, _KEYS)
    given = stated["mail"]
    addresses = [given] if isinstance(given, str) else given
    if not isinstance(addresses, list) or not 1 <= len(addresses) <= MOST_RECIPIENTS:
        raise ChannelFault("mail", f"must be a list of 1 to {MOST_RECIPIENTS} addresses")
    for address in addresses:
        if not isinstance(address, str) or not _MAILBOX.fullmatch(address):
            raise ChannelFault("mail", f"holds {str(address)[:80]!r}, which is no address such as desk@example.org")
    seconds, tries = number_in(stated, "seconds", SECONDS, 120), number_in(stated, "tries", TRIES, 10)
    try:
        server = mail_server()
    except UsageError as error:
        raise ChannelFault("mail", str(error)) from None
    return [Mailbox(f"{name}/{one}", one, server, seconds, tries) for one in dict.fromkeys(addresses)]


def mail_server() -> MailServer:
    """Returns the server that the settings name. Raises UsageError if they name none, or contradict each other."""
    host, user, tls = text_setting("smtp_host"), text_setting("smtp_user"), text_setting("smtp_tls")
    if host == "-":
        raise UsageError("FIHRIST_SMTP_HOST names no server that takes mail")
    stated = text_setting("smtp_from")
    name, address = parseaddr(stated)
    if not stated.isprintable() or not _MAILBOX.fullmatch(address):
        raise UsageError(f"FIHRIST_SMTP_FROM must be an address such as news@example.org, not {stated[:80]!r}")
    user = "" if user == "-" else user
    if user and tls == "none" and host not in _LOCAL:
        raise UsageError(
            "FIHRIST_SMTP_TLS is none, so the password would be sent for anybody to read; set it to tls or starttls"
        )
    port = number_setting("smtp_port") or _PORTS[tls]
    return MailServer(host, port, tls, user, _password() if user else "", Address(one_line(name), addr_spec=address))


def _password() -> str:
    path = text_setting("smtp_password_file")
    try:
        return Path(path).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise UsageError(f"FIHRIST_SMTP_PASSWORD_FILE: {path} cannot be read: {reason}") from None
