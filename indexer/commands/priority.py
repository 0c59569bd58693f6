"""Work that nobody waits for gives way to work that somebody waits for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indexer.settings import number_setting

_AUTOGROUP = Path("/proc/self/autogroup")
"""Where Linux has it, says ``/autogroup-436 nice 0``, and takes a number (sched(7), "The autogroup feature")."""

_TRIES, _PAUSE = 10, 0.11
"""How often it is tried: Linux takes such a number once in 0.1 seconds, but for the privileged."""


@contextmanager
def giving_way() -> Iterator[None]:
    """Give way to other programs by as much as the setting ``nice`` says; a program that gives way more stays so.

    A process's own niceness, which `nice` sets, is not enough on Linux: it holds among the processes of one session,
    and a job of cron is in another than the server. So the session's niceness is set too, until the block ends. (Under
    systemd with weights neither counts, but CPUWeight, see deploy/.) Where the system has no such thing, or forbids it,
    nothing happens. A session whose run was killed with SIGKILL stays as it was then; of two runs in one session, the
    first that ends lets the session go.
    """
    wanted = number_setting("nice")
    with suppress(OSError):
        # Not undone: only a privileged process may, and this one ends with its command.
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
    """None where there is no such thing."""
    with suppress(OSError, ValueError):
        return int(_AUTOGROUP.read_text().rpartition(" ")[2])
    return None


def _set_session_niceness(nice: int) -> None:
    """Where the system takes it."""
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
