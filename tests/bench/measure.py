# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures times and memory."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Question = TypeVar("Question")

_A_SECOND = 4


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of ``queries`` queries, run one after another: median, 95th percentile, mean."""

    queries: int
    p50: float
    p95: float
    mean: float


def timed(ask: Callable[[Question], object], questions: Iterable[Question]) -> Times:
    """Runs each query once and returns the times."""
    taken = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - start) * 1_000)
    return Times(len(taken), percentile(taken, 50), percentile(taken, 95), sum(taken) / len(taken))


def percentile(values: Sequence[float], percent: float) -> float:
    """Returns the smallest of ``values`` that at least ``percent`` per cent of them do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


class Peak:
    """The most memory that this process and its children held together, sampled `_A_SECOND` times a second.

    Each page counts once, also a page of a mapped file (the kernel's proportional set size). A thread samples while the
    block runs.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.bytes = max(self.bytes, sum(map(_held, _family(os.getpid()))))
            if self._done.wait(1 / _A_SECOND):
                return


def _family(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):  # The process ended meanwhile.
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _family(int(child))


def _held(process: int) -> int:
    try:
        return field_of(Path(f"/proc/{process}/smaps_rollup"), "Pss:")
    except OSError:  # The process ended meanwhile.
        return 0


def private_bytes() -> int:
    """Returns the resident memory of this process without mapped files: the cost of one more worker."""
    return field_of(Path("/proc/self/smaps_rollup"), "Anonymous:")


def field_of(path: Path, name: str) -> int:
    """Returns a figure of a file in /proc in bytes. Raises OSError if it is missing: Linux alone has it."""
    for line in path.read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise OSError(f"{path} has no {name}")
