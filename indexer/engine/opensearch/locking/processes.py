# SPDX-License-Identifier: GPL-3.0-or-later
"""Names processes in a way that another process can tell whether one of them has died."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ProcessName:
    """A process. ``machine`` is the same only where one process can see the other, so not for two containers.

    ``started`` tells it from a later process with the same number. ``host`` is for messages.
    """

    host: str
    machine: str
    pid: int
    started: str

    @classmethod
    def own(cls) -> ProcessName:
        """This process."""
        return cls(socket.gethostname(), _machine(), os.getpid(), _started(os.getpid()))

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> ProcessName:
        """The process that a document names. Raises KeyError, TypeError, ValueError."""
        return cls(str(source["host"]), str(source["machine"]), int(source["pid"]), str(source["started"]))

    def source(self) -> dict[str, Any]:
        """Its part of a document."""
        return {"host": self.host, "machine": self.machine, "pid": self.pid, "started": self.started}

    @property
    def is_dead(self) -> bool:
        """Whether the process has certainly ended. False if it runs on another machine, where nobody can tell."""
        if not self.machine or self.machine != _machine():
            return False
        return _started(self.pid) != self.started


def new_token() -> str:
    """A text that nobody else makes."""
    return secrets.token_hex(8)


def _machine() -> str:
    """Identifies the kernel since its start and the name space of process numbers; "" where that is not known."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except (OSError, ValueError):
        return ""


def _started(pid: int) -> str:
    """When the process started, in ticks since the start of the kernel; "" if it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name of the command, in parentheses, may hold blanks and parentheses.
    fields = text[text.rfind(")") + 2 :].split()
    state, started = fields[0], fields[19]
    return "" if state in "ZX" else started
