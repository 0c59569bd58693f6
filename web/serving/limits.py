# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits how many requests a minute a client may send, and how large a request may be.

The algorithm is the generic cell rate algorithm: for each client it keeps the time at which the client has its whole
allowance again. Each request adds a minute divided by the limit to that time. A request is refused if the time would
lie more than a minute ahead. So a client may use its whole allowance at once, and gets it back evenly.

The times of all clients lie in one memory map, which all processes of the server share; a keyed digest of the client's
name is the place. Nothing is locked: if two processes count the same client at the same moment, one request is counted.
Two clients share a place, and with it an allowance, with a probability of 1 in 65,536.
"""

from __future__ import annotations

import ipaddress
import math
import mmap
import os
import struct
import time
from dataclasses import dataclass
from hashlib import blake2b

MAX_BODY = 65_536
"""The largest body in bytes of a request that needs none."""
MAX_POSTED = 1 << 20
"""The largest body in bytes of a request that sends one to the API."""

_PLACES = 1 << 16
_SPAN = 60.0


@dataclass(frozen=True, slots=True)
class RequestAllowance:
    """How many requests a client may still send: ``remaining`` now, and all ``limit`` again in ``reset`` seconds.

    ``retry`` is after how many seconds it may try again; 0 if this request is allowed.
    """

    limit: int
    remaining: int
    reset: int
    retry: int

    def headers(self) -> list[tuple[str, str]]:
        """Returns the headers of the IETF's draft on RateLimit fields; if refused, Retry-After (RFC 9110), too."""
        pairs = [
            ("RateLimit-Limit", str(self.limit)),
            ("RateLimit-Remaining", str(self.remaining)),
            ("RateLimit-Reset", str(self.reset)),
        ]
        return [*pairs, ("Retry-After", str(self.retry))] if self.retry else pairs


def client_of(address: str) -> str:
    """Returns the name under which an address is counted: of IPv6 its network of 64 bits, which one client has whole.

    An IPv4 address within IPv6 is counted as IPv4, and what is no address as it stands.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{ipaddress.IPv6Address(int(parsed) >> 64 << 64)}/64"


class RateLimit:
    """Allows each client ``limit`` requests a minute; 0 is any number. Make it before the processes that share it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._times = mmap.mmap(-1, 8 * _PLACES)
        self._secret = os.urandom(16)

    def ask(self, client: str, now: float | None = None, limit: int | None = None) -> RequestAllowance:
        """Counts a request of ``client`` if it is allowed, and returns what the client may still send.

        ``limit`` is the client's own limit, if it has one; it is not 0. ``now`` is in seconds, on a clock that all
        processes share.
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
