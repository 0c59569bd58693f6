"""Times and memory."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Question = TypeVar("Question")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of ``queries`` single queries, one after another: median, 95th percentile, mean."""

    queries: int
    p50: float
    p95: float
    mean: float


def timed(ask: Callable[[Question], object], questions: Iterable[Question]) -> Times:
    """Ask each question once."""
    taken = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - start) * 1_000)
    return Times(len(taken), percentile(taken, 50), percentile(taken, 95), sum(taken) / len(taken))


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of ``values`` that at least ``percent`` per cent of them don't exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def peak_bytes(children_at_once: int) -> int:
    """The most memory that this process ever held, and so many times what its largest child did that has ended."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    # Linux's ru_maxrss begins with what the parent had when it forked; VmHWM begins anew with the program.
    return _field("/proc/self/status", "VmHWM:") + child * children_at_once


def private_bytes() -> int:
    """Resident memory of this process that is no map of a file: what one more worker costs."""
    return _field("/proc/self/smaps_rollup", "Anonymous:")


def _field(path: str, name: str) -> int:
    """A figure of /proc in bytes. Raises OSError where there is none: memory is measured on Linux alone."""
    for line in Path(path).read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise OSError(f"{path} has no {name}")
