# SPDX-License-Identifier: GPL-3.0-or-later
"""Lowers the priority of long runs, so that they do not slow down searches."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indexer.settings import number_setting

_AUTOGROUP = Path("/proc/self/autogroup")
"""The niceness of the session on Linux: reads as ``/autogroup-436 nice 0``, accepts a number (see sched(7))."""

_TRIES, _PAUSE = 10, 0.11
"""How often to try, and how many seconds to wait between: Linux accepts a number only every 0.1 seconds."""


@contextmanager
def giving_way() -> Iterator[None]:
    """Raise the niceness of the process to the setting ``nice``; a process with a higher niceness keeps it.

    On Linux, the niceness of a process counts only among the processes of its session, and a cron job is in another
    session than the server. So this also sets the niceness of the session until the block ends. (Under systemd with
    weights, neither counts; set CPUWeight, see deploy/.) If the system has no such feature or forbids it, nothing
    happens. If a run is killed with SIGKILL, its session keeps the niceness. If two runs share a session, the first
    one that ends restores it for both.
    """
    wanted = number_setting("nice")
    with suppress(OSError):
        # Not undone: only a privileged process may do that, and this process ends with its command.
        os.setpriority(os.PRIO_PROCESS, 0, max(wanted, os.getpriority(os.PRIO_PROCESS, 0)))
    before = _session_niceness()
    lowers = before is not None and before < wanted
    try:
        if lowers:
            _set_session_niceness(wanted)
        yield
    finally:
        if lowers:
            _set_session_niceness(before or 0)


def _session_niceness() -> int | None:
    """The niceness of the session; None if the system has no such feature."""
    with suppress(OSError, ValueError):
        return int(_AUTOGROUP.read_text().rpartition(" ")[2])
    return None


def _set_session_niceness(nice: int) -> None:
    """Set the niceness of the session, if the system accepts it."""
    with suppress(OSError):
        descriptor = os.open(_AUTOGROUP, os.O_WRONLY)
        try:
            for _ in range(_TRIES):
                with suppress(BlockingIOError):
                    os.write(descriptor, str(nice).encode())
                    break
                time.sleep(_PAUSE)
        finally:
            os.close(descriptor)
