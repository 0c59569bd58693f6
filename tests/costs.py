# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the cost of an action in calls, so that tests of growth depend on neither clock nor machine.

The work inside one call of a regular expression is not counted; `tests.bench.hostile_sizes` times that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

_READ_LITTLE = frozenset({"startswith", "endswith", "__getitem__"})
"""Methods of texts that read only a bounded part of the text."""


def calls(action: Callable[[], object]) -> int:
    """Returns how many functions, of Python and C, ``action`` calls."""
    return _cost(action, lambda function: 1)


def operations(action: Callable[[], object]) -> int:
    """Returns how many functions ``action`` calls, plus the lengths of the texts and bytes whose methods it calls.

    A method such as `find` may read all of its text, so a loop of such calls over one text counts as quadratic.
    """
    return _cost(action, _operations_of)


def _operations_of(function: object) -> int:
    subject = getattr(function, "__self__", None)
    if isinstance(subject, str | bytes) and getattr(function, "__name__", "") not in _READ_LITTLE:
        return 1 + len(subject)
    return 1


def _cost(action: Callable[[], object], weight: Callable[[object], int]) -> int:
    count = 0

    def called(frame: FrameType, event: str, function: object) -> None:
        nonlocal count
        if event == "call":
            count += 1
        elif event == "c_call":
            count += weight(function)

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count
