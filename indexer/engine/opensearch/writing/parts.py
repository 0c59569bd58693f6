# SPDX-License-Identifier: GPL-3.0-or-later
"""Divides lists into parts that fit into one request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def in_parts(items: Sequence[Item], most: int) -> Iterator[list[Item]]:
    """``items`` in lists of up to ``most``, in their order."""
    for first in range(0, len(items), most):
        yield list(items[first : first + most])
