# SPDX-License-Identifier: GPL-3.0-or-later
"""Posts messages to the address that the operator names, signed as https://www.standardwebhooks.com has it.

``webhook-id`` identifies the delivery, ``webhook-timestamp`` is the time of the attempt in seconds since 1970, and
``webhook-signature`` is ``v1,`` and the HMAC-SHA256, in base64, of the two and the body, with dots between them. No
redirect is followed and no proxy is used, so that nothing is reached but that address. The answer's body is not read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import os
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from indexer import __version__
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
from indexer.alerts.messages import Batch, event
from indexer.search.answers.json.writing import to_json

LEAST_SECRET = 16
"""In bytes: a shorter secret could be found by trying, by anybody who sees one message."""

_KEYS = ("webhook", "secret_file", "secret_variable", "seconds", "tries")
_PREFIX = "whsec_"
_LONGEST_PAUSE = 60.0
_KEPT = "/%!$&'()*+,;=:@~-._?"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A channel that posts JSON. ``clock`` gives the time of an attempt."""

    name: str
    address: SplitResult
    secret: bytes
    seconds: int = SECONDS
    tries: int = TRIES
    clock: Callable[[], float] = time.time

    @property
    def place(self) -> str:
        """See `Channel`."""
        return f"webhook {self.name}"

    def message(self, batch: Batch) -> Message:
        """See `Channel`."""
        return Message(batch.id(self.name), "", to_json(event(batch)))

    def send(self, message: Message) -> None:
        """See `Channel`. Any answer with a status from 200 to 299 means that the message has arrived."""
        connection = self._connection()
        with cut_off(self.seconds, lambda: connection.sock) as late:
            try:
                body = message.body.encode()
                connection.request("POST", self._target(), body, self._headers(message.id, body))
                with connection.getresponse() as response:
                    status, asked = response.status, response.getheader("Retry-After", "")
            except (OSError, http.client.HTTPException, UnicodeError) as error:
                raise DeliveryError(self._failure(error, late), again=True, place_fails=True) from error
            finally:
                connection.close()
        if 200 <= status < 300:
            return
        if 300 <= status < 400:
            raise DeliveryError(f"answered with a redirect ({status}), which is not followed", again=False)
        if status >= 500 or status in (408, 425, 429):
            pause = _seconds(asked)
            raise DeliveryError(f"answered with status {status}", again=True, place_fails=True, pause=pause)
        raise DeliveryError(f"refused the message with status {status}", again=False)

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self.address.hostname or "", self.address.port
        if self.address.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.seconds)
        return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=ssl.create_default_context())

    def _target(self) -> str:
        path, query = quote(self.address.path or "/", safe=_KEPT), quote(self.address.query, safe=_KEPT)
        return f"{path}?{query}" if query else path

    def _headers(self, identifier: str, body: bytes) -> dict[str, str]:
        at = str(int(self.clock()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"Fihrist/{__version__}",
            "Connection": "close",
            "webhook-id": identifier,
            "webhook-timestamp": at,
            "webhook-signature": signature(self.secret, identifier, at, body),
        }

    def _failure(self, error: Exception, late: threading.Event) -> str:
        if late.is_set() or isinstance(error, TimeoutError):
            return f"did not answer within {self.seconds} seconds"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"has a certificate that is not trusted: {error.verify_message}"
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return f"cannot be reached: {reason or type(error).__name__}"


def signature(secret: bytes, identifier: str, at: str, body: bytes) -> str:
    """Returns the signature of a message."""
    made = hmac.new(secret, f"{identifier}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def webhook_channel(name: str, stated: Mapping[str, Any]) -> Webhook:
    """Returns the channel that a table of the file states. Raises ChannelFault."""
    require_known_keys(stated, _KEYS)
    return Webhook(
        name,
        _address(stated["webhook"]),
        _secret(stated),
        number_in(stated, "seconds", SECONDS, 120),
        number_in(stated, "tries", TRIES, 10),
    )


def _address(text: Any) -> SplitResult:
    try:
        if not isinstance(text, str) or not text.isprintable() or " " in text:
            raise ValueError
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError, too
        raise ChannelFault("webhook", "must be an address such as https://hooks.example.org/fihrist") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ChannelFault("webhook", "must be an address that begins with https:// or http://")
    if "@" in parts.netloc:
        raise ChannelFault("webhook", "must not hold a user name or password; the secret signs each message")
    return parts._replace(netloc=(f"[{host}]" if ":" in host else host) + port, fragment="")


def _secret(stated: Mapping[str, Any]) -> bytes:
    """Returns the secret of a table: the text of a file or of an environment variable."""
    given = [key for key in ("secret_file", "secret_variable") if key in stated]
    if len(given) != 1 or not isinstance(stated[given[0]], str):
        raise ChannelFault("secret_file", "must name a file with the secret; or give secret_variable, which names an "
                           "environment variable")  # fmt: skip
    (key,) = given
    if key == "secret_file":
        try:
            text = Path(stated[key]).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
            raise ChannelFault(key, f"{stated[key]} cannot be read: {reason}") from None
    else:
        text = os.environ.get(stated[key], "").strip()
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True) if text.startswith(_PREFIX) else None
    except binascii.Error:
        raise ChannelFault(key, f"a secret that begins with {_PREFIX} goes on in base64") from None
    secret = text.encode() if secret is None else secret
    if len(secret) < LEAST_SECRET:
        raise ChannelFault(key, f"the secret must have {LEAST_SECRET} bytes or more; make one by: openssl rand -hex 32")
    return secret


def _seconds(text: str) -> float:
    """Returns the pause that a header Retry-After asks for, at most a minute; 0 if it states none in seconds."""
    return min(float(text), _LONGEST_PAUSE) if text.isascii() and text.isdigit() and len(text) < 7 else 0.0
