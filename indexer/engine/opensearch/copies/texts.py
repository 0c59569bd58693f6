# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the articles that are compared, many in one request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.article import Article
from indexer.engine.copies.sketches import Ints
from indexer.engine.opensearch.copies.table import id_of
from indexer.errors import DamagedIndexError

ReadArticles = Callable[[Sequence[str]], Mapping[str, Article]]
"""Returns the articles with these ids, at most `AT_ONCE`: as the run added them, else as its base has them."""

AT_ONCE = 200
_KEPT = 5 * AT_ONCE


class ComparedArticles:
    """Reads articles by their row in a table of sketches.

    ``order`` are the rows that are probably asked for, in this order: an article is read together with those that
    follow.
    """

    def __init__(self, ids: NDArray[np.uint64], order: Ints, read: ReadArticles) -> None:
        self._ids = ids
        self._read = read
        self._articles: dict[int, Article] = {}
        self._order = order
        self._at = 0

    def __call__(self, row: int) -> Article:
        """Returns the article in this row. Raises DamagedIndexError if there is none."""
        if row not in self._articles:
            self._fetch(row)
        return self._articles[row]

    def _fetch(self, row: int) -> None:
        wanted = dict.fromkeys([row])
        places = np.flatnonzero(self._order == row)
        if len(places):
            # The next place where it stands, or the first one if the order was left.
            self._at = int(places[np.searchsorted(places, self._at) % len(places)])
            for each in self._order[self._at : self._at + 10 * AT_ONCE].tolist():
                if each not in self._articles and len(wanted) < AT_ONCE:
                    wanted[each] = None
        found = self._read([id_of(int(self._ids[each])) for each in wanted])
        if len(self._articles) + len(wanted) > _KEPT:
            self._articles.clear()
        for each in wanted:
            article_id = id_of(int(self._ids[each]))
            if article_id not in found:
                raise DamagedIndexError(
                    f"the index in the cluster lacks the article {article_id}, whose sketch it has; run "
                    "`fihrist index --rebuild PATH...`"
                )
            self._articles[each] = found[article_id]
