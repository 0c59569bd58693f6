# SPDX-License-Identifier: GPL-3.0-or-later
"""Times how long hostile files, and files four times as large, take to read: python -m tests.bench.hostile_sizes.

A ratio near 4 means linear time, near 16 quadratic time. If the small file takes only a few milliseconds, the ratio
says nothing.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from pathlib import Path

from indexer.errors import SourceError
from indexer.sources import read
from tests.sources.hostile_files import HOSTILE_FILES

_REPETITIONS = 3
_MAX_BYTES = 1 << 30
_SHOWN = 40


def seconds(path: Path) -> float:
    """Returns the processor time in seconds of the fastest of a few readings."""
    times = []
    for _ in range(_REPETITIONS):
        start = time.process_time()
        with suppress(SourceError):
            for _ in read(path, max_bytes=_MAX_BYTES):
                pass
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Prints a line for each hostile file."""
    print(f"{'seconds':>8} {'4 times':>8} {'ratio':>6}  file")
    with tempfile.TemporaryDirectory() as folder:
        for file in HOSTILE_FILES:
            path = Path(folder) / file.name
            path.write_text(file.make(file.number), encoding="utf-8")
            small = seconds(path)
            path.write_text(file.make(4 * file.number), encoding="utf-8")
            large = seconds(path)
            print(f"{small:8.3f} {large:8.3f} {large / small:6.1f}  {file.name} {file.make(2)[:_SHOWN]!r}")


if __name__ == "__main__":
    main()
