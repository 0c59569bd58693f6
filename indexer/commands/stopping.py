# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends a command that Ctrl-C or SIGTERM interrupts."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import NoReturn

INTERRUPTED = 130
TERMINATED = 143


class Terminated(BaseException):
    """Raised on SIGTERM. It unwinds like Ctrl-C, so that the lock is released and nothing incomplete is published."""


def stoppable(run: Callable[[], int]) -> int:
    """Call ``run`` and return its exit code. Ctrl-C and SIGTERM print a line and have codes of their own."""
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
