# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes in the sketches what a run found out: copies of its articles, and wordings that recur."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from indexer.engine.copies.joining import CopyPairs
from indexer.engine.opensearch.copies.sketches import ArticleSketch, FoundCopy
from indexer.engine.opensearch.copies.table import SketchTable, id_of


def noted_sketches(
    run: int, part: int, table: SketchTable, fresh: NDArray[np.bool_], found: CopyPairs, newly: NDArray[np.bool_]
) -> Iterator[ArticleSketch]:
    """Yields the sketches of ``table`` to write.

    ``run`` has added those in ``fresh``, and some that replace one with the same text. The pairs ``found`` have a fresh
    article each, and the wording of those in ``newly`` is new to recur. A sketch of the base is not changed: the run
    removes it, and adds another.
    """
    own = table.rows["added"] == run
    known = table.rows["recurring"] | np.array([number in table.copies for number in table.ids.tolist()], bool)
    # A pair is noted with a fresh article, so that no sketch of the base changes for it.
    at = np.where(fresh[found.second], found.second, found.first)
    order = np.argsort(at, kind="stable")
    found, at = found.chosen(order), at[order]
    other = found.first + found.second - at
    for row in np.union1d(at, np.flatnonzero(newly | (own & ~fresh & known))).tolist():
        sketch = table.row(row)
        if not own[row]:
            yield sketch.without(run)
            sketch = replace(sketch, added=run, part=part)
        copies = tuple(
            FoundCopy(
                id_of(int(table.ids[other[place]])),
                int(table.rows["digest"][other[place]]),
                int(found.verdict[place]),
                int(found.similarity[place]),
            )
            for place in range(*np.searchsorted(at, [row, row + 1]).tolist())
        )
        yield replace(sketch, recurring=sketch.recurring or bool(newly[row]), copies=sketch.copies + copies, removed=())
