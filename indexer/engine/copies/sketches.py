# SPDX-License-Identifier: GPL-3.0-or-later
"""Computes sketches of articles, by which near-identical texts are found without comparing every pair.

The text of an article is a set of shingles: the runs of `SHINGLE` words of its body in the folded tier, so that neither
marks nor the spelling of hamzas matter. A shingle is hashed to 32 bits. A sketch holds for each of `HASHES` further
hash functions the lowest 16 bits of the smallest value that a shingle of the article has (MinHash: Broder 1997; b-bit
minwise hashing: Li and König 2010). The share of places in which two sketches agree estimates the Jaccard similarity of
the two sets, with a standard error of at most 0.072.

`SketchColumns` says what an engine stores of each article for this.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.article import Article

Ints = NDArray[np.int64]

NONE: Ints = np.empty(0, np.int64)

SHINGLE = 3
HASHES = 48
LEAST = 10
"""With fewer shingles a text is too short to be judged a copy."""

NO_DAY = -(2**31)
DAY_ZERO = date(1970, 1, 1)
"""Day 0."""

_Hashes = NDArray[np.uint64]


class SketchColumns(NamedTuple):
    """What is known of articles without reading them again, one row per article.

    - ``sketches``: `HASHES` values each; all zero if a body has fewer than `LEAST` shingles.
    - ``shingles``: the number of shingles of each body, repeated ones included.
    - ``digests``: CRC-32 of what is compared: date, source, headline and body.
    - ``days``: the day of publication since 1970, ``NO_DAY`` if no day is stated.
    """

    sketches: NDArray[np.uint16]
    shingles: Ints
    digests: NDArray[np.uint32]
    days: NDArray[np.int32]


def sketch_columns(words: Ints, docs: Ints, folded: Sequence[str], articles: Sequence[Article]) -> SketchColumns:
    """Returns the sketches of ``articles``.

    ``words`` are the words of all bodies in order, as indexes into the terms ``folded``; ``docs`` is the article of
    each.
    """
    hashes = np.fromiter((crc32(term.encode("utf-8", "surrogatepass")) for term in folded), np.uint64, len(folded))
    of_word = _mixed(hashes)[words]
    count = max(0, len(words) - SHINGLE + 1)
    whole = docs[:count] == docs[SHINGLE - 1 :]
    # Each place in a shingle has a factor of its own, so that the order of words matters.
    runs = sum((of_word[at : at + count] * np.uint64(2 * at + 3) for at in range(SHINGLE)), np.zeros(count, np.uint64))
    shingles = (_mixed(runs[whole]) >> np.uint64(32)).astype(np.uint32)
    sizes = np.bincount(docs[:count][whole], minlength=len(articles))
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    sketches = np.zeros((len(articles), HASHES), np.uint16)
    some, enough = sizes > 0, sizes >= LEAST
    if some.any():
        least = np.empty((int(some.sum()), HASHES), np.uint16)
        for at, (factor, addend) in enumerate(zip(*_functions(), strict=True)):
            least[:, at] = np.minimum.reduceat(shingles * factor + addend, starts[some]) & np.uint32(0xFFFF)
        sketches[enough] = least[enough[some]]
    return SketchColumns(
        sketches,
        sizes,
        np.fromiter(map(digest_of_text, articles), np.uint32, len(articles)),
        np.fromiter(map(day_of, articles), np.int32, len(articles)),
    )


def digest_of_text(article: Article) -> int:
    """Returns the CRC-32 of what is compared of an article: date, source, headline and body."""
    published = article.published.value if article.published else ""
    compared = (published, article.source, article.title, article.body)
    return crc32("\n".join(compared).encode("utf-8", "surrogatepass"))


def day_of(article: Article) -> int:
    """Returns the day of publication since 1970, ``NO_DAY`` if no day is stated."""
    published = article.published
    if published is None or published.precision in ("year", "month"):
        return NO_DAY
    return (published.start().date() - DAY_ZERO).days


def _functions() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Returns the odd factors and the addends of the hash functions."""
    numbers = _mixed(np.arange(1, 2 * HASHES + 1, dtype=np.uint64)) >> np.uint64(32)
    return numbers[:HASHES].astype(np.uint32) | np.uint32(1), numbers[HASHES:].astype(np.uint32)


def _mixed(numbers: _Hashes) -> _Hashes:
    """Mixes the bits of each number, so that each depends on all (the finaliser of SplitMix64: Steele 2014)."""
    mixed: _Hashes = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
