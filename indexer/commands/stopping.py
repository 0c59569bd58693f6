"""How a command ends when it is told to: by Ctrl-C, or by SIGTERM."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import NoReturn

INTERRUPTED = 130
TERMINATED = 143


class Terminated(BaseException):
    """SIGTERM: unwinds like Ctrl-C, so that the lock is let go and nothing half done is published."""


def stoppable(run: Callable[[], int]) -> int:
    """The exit code of ``run``, or where Ctrl-C or SIGTERM ended it a line on stderr and the code for that."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return run()
    except KeyboardInterrupt:
        print("fihrist: interrupted; the published index is complete", file=sys.stderr)
        return INTERRUPTED
    except Terminated:
        print("fihrist: terminated; the published index is complete", file=sys.stderr)
        return TERMINATED


def _terminate(signum: int, frame: object) -> NoReturn:
    raise Terminated
