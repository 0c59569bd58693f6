"""How long an answer may take. Code that works long calls `check` between its steps.

Each thread has a deadline of its own; without one, `check` never raises.
"""

from __future__ import annotations

import threading
import time

from indexer.errors import TooSlowError

_own = threading.local()


def begin(seconds: float) -> None:
    """Give this thread ``seconds`` from now, in place of what it had before."""
    _own.until = time.monotonic() + seconds


def end() -> None:
    """Let this thread take any time again."""
    _own.until = None


def check() -> None:
    """Raises TooSlowError where the time of this thread is used up."""
    until = getattr(_own, "until", None)
    if until is not None and time.monotonic() > until:
        raise TooSlowError("the search took too long; ask for fewer words or a shorter period")
