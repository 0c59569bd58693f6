"""Counts the work of a call, so that a test can bound its cost on any machine, however busy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls(action: Callable[[], object]) -> int:
    """The number of functions that ``action`` calls in this thread, those written in C included.

    Work inside one call of a C function, such as a numpy operation on a long array, counts as one call.
    """
    count = 0

    def counting(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count
