# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits the time that an answer may take: long work calls `check` between its steps.

Each thread has its own deadline. Without one, `check` never raises.
"""

from __future__ import annotations

import threading
import time

from indexer.errors import TooSlowError

_own = threading.local()


def begin(seconds: float) -> None:
    """Sets the deadline of this thread to ``seconds`` from now."""
    _own.until = time.monotonic() + seconds


def end() -> None:
    """Removes the deadline of this thread."""
    _own.until = None


def remaining() -> float | None:
    """Returns the seconds that this thread has left, at least 0; None if it has no deadline."""
    until = getattr(_own, "until", None)
    return None if until is None else max(0.0, until - time.monotonic())


def check() -> None:
    """Raises TooSlowError if the deadline of this thread has passed."""
    until = getattr(_own, "until", None)
    if until is not None and time.monotonic() > until:
        raise too_slow()


def too_slow() -> TooSlowError:
    """Returns the error for a search that took longer than it may."""
    return TooSlowError("the search took too long; ask for fewer words or a shorter period")
