"""Runs of whole numbers, each in as few bytes a number as its largest one needs: 1, 2, 4 or 8, little-endian.

The bytes of all runs lie one behind the other. How wide the numbers of a run are is stored nowhere: it is its bytes
divided by how many numbers it has, which whoever stores runs knows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NONE: Ints = np.empty(0, np.int64)

_WIDTHS = (1, 2, 4, 8)


def widths_of(largest: Ints, bits: int = 8) -> Ints:
    """How many bytes a number runs with these largest numbers need, where a byte holds ``bits`` bits of a number."""
    limits = np.array([(1 << bits * width) - 1 for width in _WIDTHS[:-1]], np.int64)
    return np.array(_WIDTHS, np.int64)[limits.searchsorted(largest)]


def largest_of(numbers: Ints, sizes: Ints) -> Ints:
    """The largest number of each run, 0 of an empty one."""
    largest = np.zeros(len(sizes), np.int64)
    filled = sizes > 0
    if filled.any():
        largest[filled] = np.maximum.reduceat(numbers, starts_of(sizes)[:-1][filled])
    return largest


def packed(numbers: Ints, sizes: Ints, widths: Ints) -> Bytes:
    """The bytes of runs of ``numbers`` as long as ``sizes`` says, in so many bytes a number as ``widths`` does."""
    in_bytes = sizes * widths
    out = np.empty(int(in_bytes.sum()), np.uint8)
    for width in np.unique(widths).tolist():
        chosen = widths == width
        values = numbers[np.repeat(chosen, sizes)].astype(f"<u{width}")
        out[np.repeat(chosen, in_bytes)] = values.view(np.uint8)
    return out


def unpacked(data: Bytes, begins: Ints, ends: Ints, sizes: Ints) -> Ints:
    """The numbers of runs whose bytes go from ``begins`` to ``ends`` in ``data``, one run behind the other."""
    out = np.empty(int(sizes.sum()), np.int64)
    widths = (ends - begins) // np.maximum(sizes, 1)
    for width in np.unique(widths[sizes > 0]).tolist():
        chosen = widths == width
        values = data[places(begins[chosen], (ends - begins)[chosen])].view(f"<u{width}")
        out[np.repeat(chosen, sizes)] = values
    return out


def one(data: Bytes, begin: int, end: int, size: int) -> NDArray[Any]:
    """The numbers of a single run of ``size``, as they lie."""
    return data[begin:end].view(f"<u{(end - begin) // size}") if size else data[:0]


def summed(gaps: Ints, sizes: Ints) -> Ints:
    """What ``gaps`` add up to within each run."""
    totals = np.cumsum(gaps)
    before = np.concatenate([[0], totals])[starts_of(sizes)[:-1]]
    sums: Ints = totals - np.repeat(before, sizes)
    return sums


def gaps_of(numbers: Ints, sizes: Ints) -> Ints:
    """The inverse of `summed`: each number less the one before it in its run, the first one as it is."""
    gaps = np.diff(numbers, prepend=0)
    firsts = starts_of(sizes)[:-1][sizes > 0]
    gaps[firsts] = numbers[firsts]
    return gaps


def starts_of(lengths: NDArray[Any]) -> Ints:
    """Where each of several runs of these lengths begins that lie one behind the other, and where the last one ends."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def places(firsts: Ints, sizes: Ints) -> Ints:
    """The numbers from each of ``firsts`` on, as many as ``sizes`` says, one behind the other."""
    return np.repeat(firsts - starts_of(sizes)[:-1], sizes) + np.arange(int(sizes.sum()))
