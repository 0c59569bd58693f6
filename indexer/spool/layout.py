# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of the spool::

    FORMAT                          "1"
    lock                            held while a request gets its number
    incoming/RECEIPT.json           a request that no run has published yet (`requests`)
    written/NNN/NAME.jsonl          an article that was written: a line of JSON, as an archive may have it
    removed/ID.json                 keeps an article out: {"id", "content", "at", "holder"}
    receipts/RECEIPT.json           what became of a request (`receipts`)
    damaged/                        requests that could not be read, for the operator to look at
    temporary/                      files that are being written

The server writes only to ``incoming/`` and ``temporary/``; a run does all the rest. A file appears whole under its
name, or not at all: it is written elsewhere, synchronised, and renamed. ``written/`` is an archive like any other.
RECEIPT sorts in the order in which requests came.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indexer.errors import SpoolError, UsageError

FORMAT = "1"
WRITTEN = "written"
NONE = "-"
"""Stands for no spool in the setting."""

_RECEIPT = re.compile(r"([0-9a-f]{16})-[0-9a-f]{8}")
_MOST_READ = 256 << 20


class Spool:
    """The folders and files of a spool. Makes nothing until it is written to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.incoming = path / "incoming"
        self.written = path / WRITTEN
        self.removed = path / "removed"
        self.receipts = path / "receipts"
        self.damaged = path / "damaged"
        self._temporary = path / "temporary"

    @classmethod
    def at(cls, setting: str) -> Spool | None:
        """The spool that the setting names, None for none. The folder must exist, so that a typing error is noticed.

        Raises UsageError.
        """
        if setting == NONE:
            return None
        path = Path(setting)
        if not path.is_dir():
            raise UsageError(f"the spool {path} is no folder; make it, or correct FIHRIST_SPOOL")
        spool = cls(path.resolve())
        marker = path / "FORMAT"
        try:
            found = marker.read_text(encoding="ascii", errors="replace").strip() if marker.exists() else FORMAT
        except OSError as error:
            raise UsageError(f"the spool {path} cannot be read: {error.strerror}") from error
        if found != FORMAT:
            raise UsageError(f"the spool {path} has format {found[:20]!r}, this program needs {FORMAT}")
        return spool

    def prepare(self) -> None:
        """Makes the folders that are missing. Raises OSError."""
        for folder in (self.incoming, self.written, self.removed, self.receipts, self.damaged, self._temporary):
            folder.mkdir(exist_ok=True)
        if not (self.path / "FORMAT").exists():
            self.write(self.path / "FORMAT", FORMAT.encode())

    def write(self, path: Path, data: bytes) -> None:
        """Writes ``data`` to ``path``, whole and for good, or not at all. Raises OSError."""
        fresh = self._temporary / f"{path.name}.{secrets.token_hex(8)}"
        try:
            with open(fresh, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, path)
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
        _synchronise(path.parent)

    def remove(self, path: Path) -> None:
        """Removes a file for good, if it is there. Raises OSError."""
        path.unlink(missing_ok=True)
        _synchronise(path.parent)

    def clear_temporary(self) -> None:
        """Removes what writers that were killed have left, if it is older than a day."""
        for left in _files(self._temporary):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > 86_400:
                    left.unlink()

    def waiting(self) -> list[Path]:
        """The requests that no run has published yet, in the order in which they came."""
        return sorted(path for path in _files(self.incoming) if _RECEIPT.fullmatch(path.stem))

    def read(self, path: Path) -> bytes:
        """The content of a file of the spool. Raises OSError, SpoolError if it is too large to be one."""
        with open(path, "rb") as file:
            data = file.read(_MOST_READ + 1)
        if len(data) > _MOST_READ:
            raise SpoolError(f"larger than {_MOST_READ} bytes")
        return data

    @contextmanager
    def numbered(self) -> Iterator[str]:
        """Returns the receipt of a new request. It sorts after the receipts of all requests that wait.

        While the context is open, no other request gets a receipt.

        Raises OSError.
        """
        with open(self.path / "lock", "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            last = self.waiting()
            # The clock may have been set back.
            after = int(last[-1].stem[:16], 16) + 1 if last else 0
            yield f"{max(time.time_ns(), after):016x}-{secrets.token_hex(4)}"


def place_of(name: str) -> str:
    """The place of an article's file in the spool. Its folder is a number, which is taken for no source's name."""
    return f"{WRITTEN}/{int(name[:4], 16) % 1_000:03d}/{name}.jsonl"


def is_receipt(text: str) -> bool:
    """Whether ``text`` has the form of a receipt, so that it can be part of a path."""
    return _RECEIPT.fullmatch(text) is not None


def _files(folder: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from folder.iterdir()


def _synchronise(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
