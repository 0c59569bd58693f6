# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the stories of a generation when its documents are in the cluster, from those of its base.

A process that writes documents makes the signatures of their articles (see `indexer.engine.stories`), so a run need not
read what it wrote. A run that was interrupted has lost those of its first part, and a base of an earlier version has
none. Then all articles of the generation are read once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.opensearch.documents import AnalysedDocument, analysed
from indexer.engine.stories.signatures import Signatures
from indexer.engine.stories.table import NO_ARTICLES, StoryTable, ToldArticles
from indexer.engine.stories.telling import told_articles
from indexer.engine.stories.updating import updated

_READ_AT_ONCE = 500


class OwnStories:
    """What stories are made from, of the articles that a run has added so far."""

    def __init__(self) -> None:
        self._parts: list[ToldArticles] = []

    def add(self, part: ToldArticles) -> None:
        """Adds articles that were sent to the cluster."""
        self._parts.append(part)

    def drop(self, ids: Iterable[str]) -> None:
        """Forgets articles of this run that were deleted again."""
        dropped = _numbers(ids)
        self._parts = [part.chosen(~np.isin(part.ids, dropped)) for part in self._parts]

    def whole(self) -> ToldArticles:
        """Returns all of them, ascending by id; of several with one id the last."""
        return _together(self._parts)


def told(documents: Sequence[AnalysedDocument], analyser: Analyser) -> ToldArticles:
    """Returns what stories are made from, of the articles of ``documents``."""
    return told_articles([one.article for one in documents], [one.bases for one in documents], analyser)


def stories(
    before: StoryTable,
    own: ToldArticles,
    deleted: Collection[str],
    articles: int,
    read: Callable[[], Iterable[Article]],
    analyser: Analyser,
) -> StoryTable:
    """Returns the stories of a generation that has so many ``articles``.

    ``before`` are those of its base, of which the articles ``deleted`` are gone; ``own`` are the articles of the run.
    If these are not all, the articles of the generation are ``read``.
    """
    base = before.articles
    gone = np.isin(base.ids, np.concatenate([_numbers(deleted), own.ids]))
    present = _together([base.chosen(~gone), own])
    if len(present.ids) != articles:
        waiting = iter(read())
        parts = iter(lambda: list(islice(waiting, _READ_AT_ONCE)), [])
        present = _together([told([analysed(one, analyser) for one in part], analyser) for part in parts])
    return updated(before, present, present.signatures.rows)


def _numbers(ids: Iterable[str]) -> NDArray[np.uint64]:
    return np.array([int(one, 16) for one in ids], np.uint64)


def _together(parts: Sequence[ToldArticles]) -> ToldArticles:
    """Returns the articles of all ``parts``, ascending by id; of several with one id the last."""
    every = [NO_ARTICLES, *parts]
    signatures = Signatures(
        np.concatenate([part.signatures.terms for part in every]),
        np.concatenate([part.signatures.weights for part in every]),
    )
    ids, digests, days, sources = (np.concatenate(column) for column in list(zip(*every, strict=True))[:4])
    found = ToldArticles(ids, digests, days, sources, signatures)
    order = np.argsort(ids, kind="stable")
    return found.chosen(order[np.append(ids[order][1:] != ids[order][:-1], True)[: len(order)]])
