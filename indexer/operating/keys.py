"""API keys: who may ask, and how often.

The file that the setting ``api_keys`` names has a line for each key: its SHA-256 in hexadecimal, a name, and perhaps
how many requests a minute are allowed with it::

    # made by `fihrist key`
    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 newsroom 600

A key is 32 random bytes, so nobody finds it by trying, and a digest that is slow to compute, as passwords need, would
only make each request slow. Whoever reads the file cannot ask with what stands in it.
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

_LINE = re.compile(r"([0-9a-f]{64})\s+([\w.-]{1,64})(?:\s+([0-9]{1,7}))?")
_BEARER = re.compile(r"bearer\s+(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose key it is; ``rate`` is how many requests a minute are allowed, None as many as anybody's."""

    digest: bytes
    name: str
    rate: int | None


class Keys:
    """The keys that a server knows."""

    def __init__(self, holders: tuple[Holder, ...] = ()) -> None:
        self._holders = holders

    @classmethod
    def in_file(cls, path: Path) -> Keys:
        """Raises UsageError where it cannot be read, naming the line."""
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
                    f"{path} line {number} must be the SHA-256 of a key, a name, and perhaps a number of requests a "
                    "minute; `fihrist key NAME` makes such a line"
                )
            digest, name, rate = match.groups()
            holders.append(Holder(bytes.fromhex(digest), name, int(rate) if rate else None))
        return cls(tuple(holders))

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._holders)

    def holder(self, key: str) -> Holder | None:
        """Whose ``key`` it is, or None. The time it takes tells nothing of the keys."""
        digest = sha256(key.encode("utf-8", "surrogateescape")).digest()
        found = [holder for holder in self._holders if compare_digest(holder.digest, digest)]
        return found[0] if found else None


def new_key(name: str) -> tuple[str, str]:
    """A new key, and the line of the file for it. Raises UsageError where ``name`` cannot stand in one."""
    key = secrets.token_urlsafe(32)
    line = f"{sha256(key.encode()).hexdigest()} {name}"
    if not _LINE.fullmatch(line):
        raise UsageError("the name of a key must be 1 to 64 letters, digits, dots, hyphens or underscores")
    return key, line


def key_in(header: str, authorization: str) -> str:
    """The key that a request's headers X-API-Key or Authorization hold, "" where there is none."""
    match = _BEARER.fullmatch(authorization.strip())
    return header.strip() or (match[1] if match else "")
