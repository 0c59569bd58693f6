"""How a command ends when it is told to: by Ctrl-C, or by SIGTERM."""

from __future__ import annotations

import signal
from typing import NoReturn

INTERRUPTED = 130
TERMINATED = 143


class Terminated(BaseException):
    """SIGTERM: unwinds like Ctrl-C, so that the lock is let go and nothing half done is published."""


def raise_when_terminated() -> None:
    """From now on SIGTERM raises Terminated."""
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(signum: int, frame: object) -> NoReturn:
    raise Terminated
