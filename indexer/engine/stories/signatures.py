# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes signatures of articles: the few words of each that say most about what it reports.

A word is taken by its base (`Word.base`). Words that are frequent in the language, by the lexicon, are left out. A word
weighs more the more often it stands in the article, above all in headline and lead. A signature holds the `TERMS` bases
that weigh most. It depends on the article and the lexicon only, not on other articles.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.engine.similarity import has_meaning

Ints = NDArray[np.int64]

TERMS = 40
"""The most bases in a signature."""

WHOLE = 255
"""The weight that a base would have if an article consisted of it."""

_SATURATION = 1.5
_RARE = math.exp(-7.0) * 1e9
"""A base that is written more often than so many times in a billion words says nothing of an event."""

_ARTICLE = "\u0627\u0644"


class Signatures(NamedTuple):
    """One row per article: ``terms`` are CRC-32 of bases, ``weights`` their weights; 0 fills both up."""

    terms: NDArray[np.uint32]
    weights: NDArray[np.uint8]

    def rows(self, rows: NDArray[np.bool_] | Ints) -> Signatures:
        """Returns some rows."""
        return Signatures(self.terms[rows], self.weights[rows])


def empty_signatures(count: int) -> Signatures:
    """Returns ``count`` signatures without a base."""
    return Signatures(np.zeros((count, TERMS), np.uint32), np.zeros((count, TERMS), np.uint8))


class HeldBases(NamedTuple):
    """The bases that articles hold, one article after the other.

    ``counts`` is the number of bases of each article, ``bases`` their indexes in ``texts``, ``weights`` their weighted
    frequencies over title, lead and body.
    """

    counts: Ints
    bases: Ints
    weights: Ints
    texts: Sequence[str]

    @classmethod
    def of(cls, articles: Sequence[Mapping[str, int]]) -> HeldBases:
        """Returns the bases of ``articles``, each given as the weighted frequencies of its bases."""
        number: dict[str, int] = {}
        bases = [number.setdefault(base, len(number)) for held in articles for base in held]
        weights = [weight for held in articles for weight in held.values()]
        counts = [len(held) for held in articles]
        return cls(np.array(counts, np.int64), np.array(bases, np.int64), np.array(weights, np.int64), list(number))


def signatures(held: HeldBases, analyser: Analyser) -> Signatures:
    """Returns the signatures of the articles that hold these bases."""
    telling = np.fromiter((_is_telling(text, analyser) for text in held.texts), bool, len(held.texts))
    hashes = np.fromiter((crc32(text.encode("utf-8", "surrogatepass")) for text in held.texts), np.int64, len(telling))
    article = np.repeat(np.arange(len(held.counts)), held.counts)
    weights = np.rint(WHOLE * held.weights / (held.weights + _SATURATION)).astype(np.int64) * telling[held.bases]
    terms = hashes[held.bases]
    order = np.lexsort((terms, -weights, article))
    article, weights, terms = article[order], weights[order], terms[order]
    rank = np.arange(len(order)) - (np.cumsum(held.counts) - held.counts)[article]
    kept = (rank < TERMS) & (weights > 0) & (terms != 0)
    found = empty_signatures(len(held.counts))
    found.terms[article[kept], rank[kept]] = terms[kept]
    found.weights[article[kept], rank[kept]] = weights[kept]
    return found


def _is_telling(base: str, analyser: Analyser) -> bool:
    """Whether a base can identify an event: it must be rare, and no function word, number or single letter."""
    if not has_meaning(base, analyser):
        return False
    return max(map(analyser.lexicon.frequency, (base, _ARTICLE + base))) < _RARE
