# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the names of a column that a query means: ``author:حداد`` means every author whose name has that word.

The names of a column are folded and indexed once, when the first query asks for the column; a query then costs a few
look-ups, however many names there are. Building the index takes some 20 µs a name, and is not under a query's deadline:
a build that is given up would never end.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray

from indexer import deadline
from indexer.arabic.analyser import Analyser
from indexer.arabic.readings import ARTICLE
from indexer.columns import COLUMNS, Column, own_column
from indexer.engine.base import Searcher
from indexer.search.planning.query_names import own
from indexer.search.query.tree import NameNode

Places = NDArray[np.int32]
"""Places of names in their column, ascending and each once."""

_LAST = "\U0010ffff"
_NONE = np.empty(0, np.int32)


class ColumnNames:
    """The names of all columns of one generation. Safe to share between threads."""

    def __init__(
        self, analyser: Analyser, names: Callable[[str], Iterable[str]], own_fields: Iterable[str] = ()
    ) -> None:
        """``names`` gives the names of a column, ascending, as `base.Searcher.names` does."""
        self._analyser = analyser
        self._source = names
        self._known: dict[str, tuple[str, ...]] = {}
        self._folded: dict[str, _FoldedNames] = {}
        self._lock = threading.Lock()
        self.own_fields = tuple(own_fields)

    @classmethod
    def of(cls, searcher: Searcher) -> ColumnNames:
        """The names of the generation that ``searcher`` answers from."""
        return cls(searcher.analyser, searcher.names, searcher.own_fields)

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, the archive's own fields last."""
        return (*COLUMNS, *map(own_column, self.own_fields))

    def names(self, column: str) -> tuple[str, ...]:
        """The names of ``column``, ascending."""
        if column not in self._known:
            self._known[column] = tuple(self._source(column))
        return self._known[column]

    def has(self, column: str, name: str) -> bool:
        """Whether an article has this very ``name`` in ``column``."""
        names = self.names(column)
        at = bisect_left(names, name)
        return at < len(names) and names[at] == name

    def meant(self, node: NameNode) -> tuple[str, ...]:
        """The names of the column that ``node`` means, ascending.

        Without ``exact`` or ``begins``: those that have all words of ``node.name``, in any form and order
        (``مصدر:جزيرة`` means الجزيرة نت). With ``exact``: those that fold to ``node.name``; if there are none, those in
        which its words stand side by side. With ``begins``: those that have a word that begins so. Raises TooSlowError.
        """
        deadline.check()
        wanted = [(token.folded, token.stem) for token in own(self._analyser.tokens(node.name))]
        if not wanted:
            return ()
        folded = self._folded_names(node.column)
        if node.begins:
            places = folded.beginning(wanted[0][0])
        elif node.exact:
            places = folded.reading([word for word, _ in wanted])
        else:
            places = folded.having(wanted)
        names = self.names(node.column)
        return tuple(names[place] for place in places.tolist())

    def beginning(self, column: str, text: str) -> tuple[str, ...]:
        """The names of ``column`` that have, for each word of ``text``, a word that begins so; none without a word.

        The article makes no difference, neither in ``text`` nor in a name.
        """
        deadline.check()
        words = {token.folded for token in own(self._analyser.tokens(text))}
        folded, names = self._folded_names(column), self.names(column)
        places = [folded.beginning(_without_article(word)) for word in words]
        both = reduce(partial(np.intersect1d, assume_unique=True), places) if places else _NONE
        return tuple(names[place] for place in both.tolist())

    def prepare(self) -> None:
        """Index the names of all columns now, so that no query waits for it."""
        for column in self.columns:
            self._folded_names(column.name)

    def _folded_names(self, column: str) -> _FoldedNames:
        with self._lock:
            if column not in self._folded:
                self._folded[column] = _FoldedNames(self.names(column), self._analyser)
            return self._folded[column]


def _without_article(begin: str) -> str:
    """The beginning of a word without its article. A rest of one letter could be anything, so it keeps the article."""
    rest = begin.removeprefix(ARTICLE)
    return rest if len(rest) > 1 else begin


class _FoldedNames:
    """The names of one column by their words, as folding and stemming leave these."""

    def __init__(self, names: Sequence[str], analyser: Analyser) -> None:
        folded: list[tuple[str, int]] = []
        stems: list[tuple[str, int]] = []
        self._whole: list[str] = []
        for place, name in enumerate(names):
            words = own(analyser.tokens(name))
            folded += [(word.folded, place) for word in words]
            stems += [(word.stem, place) for word in words]
            self._whole.append(" ".join(word.folded for word in words))
        self._by_folded = _PlacesByKey(folded)
        self._by_stem = _PlacesByKey(stems)
        self._by_whole = _PlacesByKey((text, place) for place, text in enumerate(self._whole) if text)

    def having(self, wanted: Iterable[tuple[str, str]]) -> Places:
        """The names that have each of the words ``wanted``, given folded and as a stem."""
        places: Places | None = None
        for folded, stem in wanted:
            having = np.union1d(self._by_folded.equal(folded), self._by_stem.equal(stem))
            places = having if places is None else np.intersect1d(places, having, assume_unique=True)
        return _NONE if places is None else places

    def reading(self, folded: Sequence[str]) -> Places:
        """The names that are these words; if there are none, the names in which they stand side by side."""
        text = " ".join(folded)
        if len(whole := self._by_whole.equal(text)):
            return whole
        places = np.unique(self._by_folded.equal(folded[0]))
        for word in folded[1:]:
            places = np.intersect1d(places, self._by_folded.equal(word))
        inside = [place for place in places.tolist() if f" {text} " in f" {self._whole[place]} "]
        return np.array(inside, np.int32)

    def beginning(self, begin: str) -> Places:
        """The names that have a word that begins so, or whose stem or part after the article does."""
        found = (
            self._by_folded.beginning(begin),
            self._by_folded.beginning(ARTICLE + begin),
            self._by_stem.beginning(begin),
        )
        return np.unique(np.concatenate(found))


class _PlacesByKey:
    """Keys, each with the places that it was given with."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        ordered = sorted(pairs)
        self._keys = [key for key, _ in ordered]
        self._places = np.fromiter((place for _, place in ordered), np.int32, len(ordered))

    def equal(self, key: str) -> Places:
        """The places of ``key``."""
        return self._places[bisect_left(self._keys, key) : bisect_left(self._keys, key + "\0")]

    def beginning(self, begin: str) -> Places:
        """The places of all keys that begin with ``begin``, in no order."""
        return self._places[bisect_left(self._keys, begin) : bisect_left(self._keys, begin + _LAST)]
