# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts requests over several processes, and writes the counters in Prometheus's text format (version 0.0.4).

Each process counts in a row of its own in one anonymous memory map, which the server makes before it starts its
processes; the process that is asked adds up the rows. When a process ends, a later process takes over its row and
continues counting there, so that no counter ever falls while the server runs. This is kept by hand because
prometheus_client needs a folder with a file for each process that ever ran, and processes here are renewed often.

A row holds the number of its used cells (8 bytes, padded to 128), then cells of 128 bytes: the name and labels of a
sample in UTF-8, padded with zeros to 120 bytes, and its value as a float of 8 bytes. A cell is written before it is
counted as used, and only one process writes to it. A reader therefore sees each value as it was before or after a
change.
"""

from __future__ import annotations

import mmap
import struct
import threading
from collections.abc import Iterable, Iterator

_KEY, _CELL, _CELLS = 120, 128, 1024
_ROW = _CELL * (_CELLS + 1)

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the latency histogram, in seconds."""

_TYPES = {
    "fihrist_requests_total": ("counter", "Requests answered, by route and status."),
    "fihrist_request_seconds": ("histogram", "Seconds from a request to its response."),
    "fihrist_index_info": ("gauge", "The generation that answers, as a label."),
    "fihrist_index_generation": ("gauge", "The number of the generation that answers."),
    "fihrist_index_articles": ("gauge", "Articles in the generation that answers."),
    "fihrist_index_age_seconds": ("gauge", "Seconds since that generation was built."),
    "fihrist_index_refused": ("gauge", "Whether a newer generation cannot be opened by the process that was asked."),
    "fihrist_index_up": ("gauge", "Whether an index is open and answers."),
}

Sample = tuple[str, float]


class CounterTable:
    """The rows of all processes. Make it before the processes."""

    def __init__(self, rows: int) -> None:
        """Room for ``rows`` processes at once."""
        self._map = mmap.mmap(-1, rows * _ROW)
        self._free = list(range(rows))

    def take(self) -> int:
        """Returns a row that no process uses; if none is left, always the last one, which loses some counts."""
        return self._free.pop(0) if len(self._free) > 1 else self._free[0]

    def give_back(self, row: int) -> None:
        """Frees ``row``, whose process has ended."""
        if row not in self._free:
            self._free.insert(0, row)

    def counters(self, row: int) -> Counters:
        """Returns the counters of the process that took ``row``."""
        return Counters(memoryview(self._map)[row * _ROW : (row + 1) * _ROW])

    def samples(self) -> dict[str, float]:
        """Returns the sum over all rows of each sample."""
        sums: dict[str, float] = {}
        for start in range(0, len(self._map), _ROW):
            for key, value in _cells(memoryview(self._map)[start : start + _ROW]):
                sums[key] = sums.get(key, 0.0) + value
        return sums


class Counters:
    """The counters in one row. Threads may share them, processes may not."""

    def __init__(self, row: memoryview) -> None:
        self._row = row
        self._lock = threading.Lock()
        self._values = {key: number for number, (key, _) in enumerate(_cells(row))}

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self._add(f'fihrist_requests_total{{route="{_escaped(route)}",status="{status}"}}', 1)
            self._add("fihrist_request_seconds_sum", seconds)
            for bound in BUCKETS:
                self._add(f'fihrist_request_seconds_bucket{{le="{bound}"}}', int(seconds <= bound))
            self._add('fihrist_request_seconds_bucket{le="+Inf"}', 1)
            self._add("fihrist_request_seconds_count", 1)

    def _add(self, key: str, amount: float) -> None:
        number = self._values.get(key)
        if number is None:
            number = len(self._values)
            name = key.encode()
            if number >= _CELLS or len(name) > _KEY:
                return  # there are fewer routes than cells; a lost count is no reason to stop a server
            start = _CELL * (number + 1)
            self._row[start : start + _CELL] = name.ljust(_KEY, b"\0") + struct.pack("=d", 0.0)
            self._values[key] = number
            struct.pack_into("=Q", self._row, 0, len(self._values))
        at = _CELL * (number + 1) + _KEY
        (value,) = struct.unpack_from("=d", self._row, at)
        struct.pack_into("=d", self._row, at, value + amount)


def render(samples: Iterable[Sample]) -> str:
    """Returns ``samples`` in Prometheus's text format, grouped by metric."""
    by_metric: dict[str, list[str]] = {metric: [] for metric in _TYPES}
    for key, value in samples:
        name = key.partition("{")[0]
        metric = name if name in _TYPES else name.rpartition("_")[0]
        by_metric[metric].append(f"{key} {value:.15g}")
    lines: list[str] = []
    for metric, (kind, meaning) in _TYPES.items():
        if by_metric[metric]:
            lines += [f"# HELP {metric} {meaning}", f"# TYPE {metric} {kind}", *by_metric[metric]]
    return "\n".join(lines) + "\n"


def index_samples(generation: str, articles: int, age: float) -> list[Sample]:
    """Returns the samples of the generation that answers, which is ``age`` seconds old."""
    return [
        (f'fihrist_index_info{{generation="{_escaped(generation)}"}}', 1),
        ("fihrist_index_generation", int("0" + "".join(filter(str.isdigit, generation)))),
        ("fihrist_index_articles", articles),
        ("fihrist_index_age_seconds", age),
        ("fihrist_index_up", 1),
    ]


def _cells(row: memoryview) -> Iterator[Sample]:
    (used,) = struct.unpack_from("=Q", row, 0)
    for number in range(used):
        key, value = struct.unpack_from(f"={_KEY}sd", row, _CELL * (number + 1))
        yield key.rstrip(b"\0").decode(), value


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
