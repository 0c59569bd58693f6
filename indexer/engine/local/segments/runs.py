# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs runs of whole numbers: each run uses as few bytes per number as its largest number needs, 1, 2, 4 or 8.

The bytes, little-endian, of all runs lie one after the other. The width of a run is not stored: it is the number of its
bytes divided by the number of its items, and whoever stores runs knows both.
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
    """Returns how many bytes per number runs with these largest numbers need, at ``bits`` bits of a number per byte."""
    limits = np.array([(1 << bits * width) - 1 for width in _WIDTHS[:-1]], np.int64)
    return np.array(_WIDTHS, np.int64)[limits.searchsorted(largest)]


def largest_of(numbers: Ints, sizes: Ints) -> Ints:
    """Returns the largest number of each run, 0 for an empty run."""
    largest = np.zeros(len(sizes), np.int64)
    filled = sizes > 0
    if filled.any():
        largest[filled] = np.maximum.reduceat(numbers, starts_of(sizes)[:-1][filled])
    return largest


def packed(numbers: Ints, sizes: Ints, widths: Ints) -> Bytes:
    """Returns the bytes of runs of ``numbers`` with lengths ``sizes`` and ``widths`` bytes per number."""
    in_bytes = sizes * widths
    out = np.empty(int(in_bytes.sum()), np.uint8)
    for width in np.unique(widths).tolist():
        chosen = widths == width
        values = numbers[np.repeat(chosen, sizes)].astype(f"<u{width}")
        out[np.repeat(chosen, in_bytes)] = values.view(np.uint8)
    return out


def unpacked(data: Bytes, begins: Ints, ends: Ints, sizes: Ints) -> Ints:
    """Returns the numbers of the runs whose bytes are ``data[begin:end]``, one run after the other."""
    out = np.empty(int(sizes.sum()), np.int64)
    widths = (ends - begins) // np.maximum(sizes, 1)
    for width in np.unique(widths[sizes > 0]).tolist():
        chosen = widths == width
        values = data[places(begins[chosen], (ends - begins)[chosen])].view(f"<u{width}")
        out[np.repeat(chosen, sizes)] = values
    return out


def one(data: Bytes, begin: int, end: int, size: int) -> NDArray[Any]:
    """Returns the numbers of a single run of ``size`` items, without a copy."""
    return data[begin:end].view(f"<u{(end - begin) // size}") if size else data[:0]


def summed(gaps: Ints, sizes: Ints) -> Ints:
    """Returns the running sums of ``gaps`` within each run."""
    totals = np.cumsum(gaps)
    before = np.concatenate([[0], totals])[starts_of(sizes)[:-1]]
    sums: Ints = totals - np.repeat(before, sizes)
    return sums


def gaps_of(numbers: Ints, sizes: Ints) -> Ints:
    """Returns the difference of each number to the one before it in its run; the inverse of `summed`."""
    gaps = np.diff(numbers, prepend=0)
    firsts = starts_of(sizes)[:-1][sizes > 0]
    gaps[firsts] = numbers[firsts]
    return gaps


def starts_of(lengths: NDArray[Any]) -> Ints:
    """Returns where each run begins if runs of these lengths lie one after the other, and the end of the last."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def places(firsts: Ints, sizes: Ints) -> Ints:
    """Returns for each run the consecutive numbers from its entry in ``firsts`` on, as many as ``sizes`` states."""
    return np.repeat(firsts - starts_of(sizes)[:-1], sizes) + np.arange(int(sizes.sum()))
