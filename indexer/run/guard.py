# SPDX-License-Identifier: GPL-3.0-or-later
"""The shrink guard: refuses a run that would take out implausibly many articles, unless the operator allows it.

A disk that is not mounted, a crawler that lost its folder or a mistyped path look like an archive whose articles were
all deleted. It is better to keep yesterday's index than to publish an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable

from indexer.errors import ShrinkError
from indexer.scan import lies_in

FEW = 10
"""This many articles may vanish from an index of any size; a share alone would block small archives."""

_REMEDY = "If the articles were deleted on purpose, run again with --allow-shrink"


def check_roots(emptied: Iterable[str], gone: Iterable[str]) -> None:
    """Raises ShrinkError if files in ``gone`` lay in a folder in ``emptied``: one that holds no file any more."""
    gone = list(gone)
    for root in emptied:
        if any(lies_in(name, root) for name in gone):
            raise ShrinkError(
                f"{root} holds no article file any more, but the index has articles from there; nothing was changed. "
                f"Is it mounted? {_REMEDY}"
            )


def check_share(lost: int, before: int, percent: int) -> None:
    """Raises ShrinkError if ``lost`` of ``before`` articles are all, or more than `FEW` and ``percent`` percent."""
    if lost and (lost == before or (lost > FEW and lost * 100 > percent * before)):
        raise ShrinkError(
            f"{lost} of {before} articles would vanish; at most {percent} % may (FIHRIST_SHRINK). The published index "
            f"still stands. Is the archive whole? {_REMEDY}"
        )
