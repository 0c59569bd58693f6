# SPDX-License-Identifier: GPL-3.0-or-later
"""API keys: whose they are, and how many requests a minute they allow.

The setting ``api_keys`` names a file that has one line for each key: the SHA-256 of the key in hexadecimal, the name of
its holder, and optionally how many requests a minute the key allows, and the rights that it gives beside reading::

    # made by `fihrist key`
    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 newsroom 600 write

A key is 32 random bytes, so nobody can guess it. That is why a fast digest is enough: a slow one, as passwords need,
would slow down every request. The digests in the file cannot be used as keys.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

from indexer.errors import UsageError

KEYS = "fihrist.keys"
KEYS_NEEDED = "KEYS_NEEDED"
HEADER = "X-API-Key"

_LINE = re.compile(r"([0-9a-f]{64})\s+([\w.-]{1,64})(?:\s+([0-9]{1,7}))?((?:\s+write)?)")
_BEARER = re.compile(r"bearer\s+(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of a key. ``rate`` is the number of requests a minute, None for the limit that all clients have.

    ``may_write`` says whether the key gives the right to write to the archive.
    """

    digest: bytes
    name: str
    rate: int | None
    may_write: bool = False


class ApiKeys:
    """The keys that a server accepts."""

    def __init__(self, holders: tuple[Holder, ...] = ()) -> None:
        self._holders = holders

    @classmethod
    def in_file(cls, path: Path) -> ApiKeys:
        """The keys in the file at ``path``. Raises UsageError, which names the line, if it cannot be read."""
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the API keys in {path} cannot be read: {error}") from error
        holders = []
        for number, line in enumerate(lines, 1):
            text = line.partition("#")[0].strip()
            if not text:
                continue
            match = _LINE.fullmatch(text)
            if not match:
                raise UsageError(
                    f"{path}, line {number}: write the SHA-256 of a key, a name and, optionally, the requests a "
                    "minute and the word write; `fihrist key NAME` makes such a line"
                )
            digest, name, rate, write = match.groups()
            holders.append(Holder(bytes.fromhex(digest), name, int(rate) if rate else None, bool(write)))
        return cls(tuple(holders))

    @classmethod
    def of_setting(cls, value: str) -> ApiKeys:
        """The keys that the setting ``api_keys`` names; - for none. Raises as `in_file` does."""
        return cls() if value == "-" else cls.in_file(Path(value))

    def __bool__(self) -> bool:
        """Whether there is any key."""
        return bool(self._holders)

    def holder(self, key: str) -> Holder | None:
        """The holder of ``key``, or None. The time that it takes does not depend on the keys."""
        digest = sha256(key.encode("utf-8", "surrogateescape")).digest()
        found = [holder for holder in self._holders if compare_digest(holder.digest, digest)]
        return found[0] if found else None


def new_key(name: str, *, may_write: bool = False) -> tuple[str, str]:
    """A new key, and its line for the file of keys. Raises UsageError if ``name`` is no valid name."""
    key = secrets.token_urlsafe(32)
    line = f"{sha256(key.encode()).hexdigest()} {name}{' write' if may_write else ''}"
    if not _LINE.fullmatch(line):
        raise UsageError("the name of a key must be 1 to 64 letters, digits, dots, hyphens or underscores")
    return key, line


def key_in(header: str, authorization: str) -> str:
    """The key in the headers X-API-Key or Authorization of a request, "" if there is none."""
    match = _BEARER.fullmatch(authorization.strip())
    return header.strip() or (match[1] if match else "")
