# SPDX-License-Identifier: GPL-3.0-or-later
"""What all channels have in common: the message, how a channel fails, and how long a server may take.

A message that may have arrived is sent again with the same identifier, so a receiver can drop the second one.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from indexer.alerts.messages import Batch

PRINT = "print"
"""The channel that prints to stdout. It needs no entry in the file."""

SECONDS, TRIES = 10, 4
"""How long one attempt to deliver may take, and how many attempts a run makes, if the file says nothing."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is delivered: the identifier of this delivery, a title (the subject of a mail), and the whole body."""

    id: str
    title: str
    body: str


class ChannelFault(Exception):
    """A channel of the file that cannot be used: the ``key`` at fault, "" for the whole channel, and the reason."""

    def __init__(self, key: str | tuple[()], reason: str) -> None:
        super().__init__(reason)
        self.key = (key,) if key else ()
        self.reason = reason


class DeliveryError(Exception):
    """A message was not delivered. ``again``: another attempt may succeed, after ``pause`` seconds if that is stated.

    ``place_fails``: the server itself is at fault, so that no other message to it would arrive now.
    """

    def __init__(self, reason: str, *, again: bool, place_fails: bool = False, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.again = again
        self.place_fails = place_fails
        self.pause = pause


class Channel(Protocol):
    """Where articles are told."""

    @property
    def name(self) -> str:
        """What identifies the channel in the state."""

    @property
    def place(self) -> str:
        """The server that the channel needs."""

    @property
    def tries(self) -> int:
        """How many attempts a run makes to deliver a message."""

    def message(self, batch: Batch) -> Message:
        """Returns the message that tells ``batch``; the same one for the same batch."""

    def send(self, message: Message) -> None:
        """Deliver ``message``. Raises DeliveryError."""


def number_in(stated: Mapping[str, Any], key: str, default: int, most: int) -> int:
    """Returns a whole number from 1 to ``most``. Raises ChannelFault."""
    value = stated.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ChannelFault(key, f"must be a whole number from 1 to {most}")
    return value


def require_known_keys(stated: Mapping[str, Any], known: Collection[str]) -> None:
    """Raises ChannelFault if ``stated`` has a key that is not ``known``."""
    for key in stated:
        if key not in known:
            raise ChannelFault(key, f"is unknown; known are: {', '.join(known)}")


@contextmanager
def cut_off(seconds: float, connection: Callable[[], socket.socket | None]) -> Iterator[threading.Event]:
    """Closes ``connection`` if the block takes longer than ``seconds``, however slowly the server goes on sending.

    The event that the block gets is set if that happened. The time limit of a socket does not help: it holds for each
    read alone.
    """
    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(seconds):
            return
        late.set()
        while not done.wait(0.05):  # the connection may still be in the making
            if found := connection():
                with suppress(OSError):
                    # `ssl.SSLSocket.shutdown` would drop the TLS state that another thread still reads from.
                    # That of a plain socket only ends the connection.
                    socket.socket.shutdown(found, socket.SHUT_RDWR)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield late
    finally:
        done.set()
        watcher.join()
