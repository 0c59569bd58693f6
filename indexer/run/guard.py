"""The shrink guard: what a run must not take out of the index unless somebody said that it may.

A disk that is not mounted, a crawler that lost its folder or a path typed wrong look like an archive whose articles
were all deleted. In the morning the index is refused rather than empty.
"""

from __future__ import annotations

from collections.abc import Iterable

from indexer.errors import ShrinkError
from indexer.scan import lies_in

FEW = 10
"""So many articles may go from an index of any size, or the share would forbid small archives to live."""

_REMEDY = "If the articles are meant to go, run again with --allow-shrink"


def check_roots(emptied: Iterable[str], gone: Iterable[str]) -> None:
    """Raises ShrinkError where files in ``gone`` lay in a folder of ``emptied``, which holds no file any more."""
    gone = list(gone)
    for root in emptied:
        if any(lies_in(name, root) for name in gone):
            raise ShrinkError(
                f"{root} holds no article file any more, and the index has articles from there; nothing was changed. "
                f"Is it mounted? {_REMEDY}"
            )


def check_share(lost: int, before: int, percent: int) -> None:
    """Raises ShrinkError where ``lost`` of ``before`` articles are all, or above both `FEW` and ``percent`` of them."""
    if lost and (lost == before or (lost > FEW and lost * 100 > percent * before)):
        raise ShrinkError(
            f"{lost} of {before} articles would vanish; at most {percent} % may (FIHRIST_SHRINK). The published index "
            f"still stands. Is the archive whole? {_REMEDY}"
        )
