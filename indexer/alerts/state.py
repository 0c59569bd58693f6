# SPDX-License-Identifier: GPL-3.0-or-later
"""Remembers up to where each search was told to each channel, in a JSON file that is replaced whole.

A message is written to the file before it is delivered, and taken out of it afterwards. If the run ends between the
two, the next run delivers the same message with the same identifier, before anything newer.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from indexer.alerts.channels import Message
from indexer.alerts.messages import Mark
from indexer.errors import FihristError, LockedError, UsageError

FORMAT = 1
LAST_ID = "~"
"""It comes after every id of an article, so a mark with it stands for a whole second."""


class Waiting(msgspec.Struct):
    """A message that may or may not have arrived. ``until`` is the mark that its delivery leads to."""

    id: str
    title: str
    body: str
    articles: int
    until: Mark

    def message(self) -> Message:
        """Returns the message."""
        return Message(self.id, self.title, self.body)


class Told(msgspec.Struct):
    """How far a channel has been told of a search, and the message that is being delivered to it."""

    after: Mark
    waiting: Waiting | None = None


class _StateJson(msgspec.Struct):
    format: int
    told: dict[str, dict[str, Told]]


class AlertState:
    """The state of all searches of a file. ``told`` has them by the names of search and channel."""

    def __init__(self, path: Path, told: dict[str, dict[str, Told]]) -> None:
        self._path = path
        self.told = told

    def forget_but(self, searches: Collection[str]) -> bool:
        """Forget the searches that the file has no longer, and return whether there are any.

        One that comes back begins anew.
        """
        kept = {name: channels for name, channels in self.told.items() if name in searches}
        forgotten = len(kept) < len(self.told)
        self.told = kept
        return forgotten

    def save(self) -> None:
        """Replace the file. Raises FihristError; the old file then still stands."""
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(_StateJson(FORMAT, self.told)), indent=1) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, self._path)
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise FihristError(
                f"{self._path} cannot be written: {error.strerror or error}; what was told since may be told again"
            ) from error


@contextmanager
def locked_state(path: Path, *, writable: bool = True) -> Iterator[AlertState]:
    """The state in the file ``path``, empty if there is none. While the block lasts, no other run may change it.

    Raises LockedError, UsageError if the file cannot be made, and FihristError if it is damaged. If it is not to be
    ``writable``, nothing is locked.
    """
    if not writable:
        yield _read(path)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(
            f"{path.parent} cannot be written: {error.strerror}; name another file by --state or FIHRIST_ALERTS_STATE"
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(f"another run is telling by {path}; try again when it has ended") from None
        yield _read(path)
    finally:
        os.close(lock)


def _read(path: Path) -> AlertState:
    remedy = "move it away, then alerts begin with what is added from now on"
    try:
        stated = msgspec.json.decode(path.read_bytes(), type=_StateJson)
    except FileNotFoundError:
        return AlertState(path, {})
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; run as its owner") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise FihristError(f"{path} is damaged: {error}; {remedy}") from error
    if stated.format != FORMAT:
        raise FihristError(f"{path} has the format {stated.format}, this program needs {FORMAT}; {remedy}")
    return AlertState(path, stated.told)
