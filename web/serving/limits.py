"""How often one client may ask, and how large a request may be.

The limit is the generic cell rate algorithm: a client has one time, at which its allowance would be whole again. Each
request moves it on by the time that one request is worth; a request that would move it further than a minute ahead is
refused. So a client may ask its whole allowance at once, and gets it back evenly.

The times of all clients lie in one memory map that all processes of the server share, at a place that a keyed digest of
the address says. Nothing is locked: two processes that count the same client at the same moment count one request, and
two clients share a place, and with it an allowance, once in 65,536 pairs.
"""

from __future__ import annotations

import math
import mmap
import os
import struct
import time
from dataclasses import dataclass
from hashlib import blake2b

MAX_BODY = 65_536
"""No request needs a body; one that sends more bytes than these is refused."""

_PLACES = 1 << 16
_SPAN = 60.0


@dataclass(frozen=True, slots=True)
class RequestAllowance:
    """What a client may still do: ``remaining`` requests now, all ``limit`` again in ``reset`` seconds.

    ``retry`` is after how many seconds it may ask again; 0 where this request is allowed.
    """

    limit: int
    remaining: int
    reset: int
    retry: int

    def headers(self) -> list[tuple[str, str]]:
        """As the IETF's draft on RateLimit header fields names them, and Retry-After (RFC 9110) where it is refused."""
        pairs = [
            ("RateLimit-Limit", str(self.limit)),
            ("RateLimit-Remaining", str(self.remaining)),
            ("RateLimit-Reset", str(self.reset)),
        ]
        return [*pairs, ("Retry-After", str(self.retry))] if self.retry else pairs


class RateLimit:
    """``limit`` requests a minute for each client; made before the processes that share it. 0: any number."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._times = mmap.mmap(-1, 8 * _PLACES)
        self._secret = os.urandom(16)

    def ask(self, client: str, now: float | None = None, limit: int | None = None) -> RequestAllowance:
        """Count a request of ``client``, if it is allowed. ``limit`` is this client's own, if it has one, and not 0.

        ``now`` is in seconds, on a clock common to all.
        """
        limit = limit or self.limit
        step = _SPAN / limit
        now = time.monotonic() if now is None else now
        digest = blake2b(client.encode("utf-8", "replace"), digest_size=2, key=self._secret).digest()
        place = 8 * int.from_bytes(digest, "big")
        (whole,) = struct.unpack_from("=d", self._times, place)
        after = max(whole, now) + step
        allowed = after - now <= _SPAN + 1e-6
        if allowed:
            struct.pack_into("=d", self._times, place, after)
            whole = after
        behind = max(whole - now, 0.0)
        return RequestAllowance(
            limit,
            max(0, math.floor((_SPAN - behind) / step + 1e-6)),
            math.ceil(behind),
            0 if allowed else max(1, math.ceil(after - now - _SPAN)),
        )
