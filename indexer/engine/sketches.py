"""Sketches: what is kept of each article's text to find near-identical ones without comparing all with all.

The text of an article is seen as the set of its shingles: the runs of `SHINGLE` words of its body, in the folded tier,
so that neither marks nor the spelling of hamzas count. A shingle is hashed to 32 bits; a sketch holds, for each of
`HASHES` further hash functions, the smallest value that a shingle of the article has (MinHash: Broder 1997), of it the
lowest 16 bits (b-bit minwise hashing: Li and König 2010). The part of the places at which two sketches agree estimates
the Jaccard similarity of the two sets, with a standard error of at most 0.072.

Sections of a segment (see `packed`), n articles::

    sketches       n * HASHES, u2   one sketch behind the other; all zero for a body of fewer than `LEAST` shingles
    shingles       n                how many there are in each body, repeated ones included
    digests        n, u4            equal for equal sets of shingles, whatever else the articles say
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.engine.runs import Ints
from indexer.engine.sections import Arrays, narrowed

SHINGLE = 3
HASHES = 48
LEAST = 10
"""Of fewer shingles nobody can say whether they are a copy."""

_Hashes = NDArray[np.uint64]


def sketch_arrays(words: Ints, docs: Ints, folded: Sequence[str], articles: int) -> Arrays:
    """The sections of ``articles`` articles whose bodies hold ``words``, in their order, in the articles ``docs``.

    ``folded`` are the terms that ``words`` number.
    """
    hashes = np.fromiter((crc32(term.encode("utf-8", "surrogatepass")) for term in folded), np.uint64, len(folded))
    of_word = _mixed(hashes)[words]
    count = max(0, len(words) - SHINGLE + 1)
    whole = docs[:count] == docs[SHINGLE - 1 :]
    # Words count differently at each place of a shingle, so that their order does.
    runs = sum((of_word[at : at + count] * np.uint64(2 * at + 3) for at in range(SHINGLE)), np.zeros(count, np.uint64))
    shingles = (_mixed(runs[whole]) >> np.uint64(32)).astype(np.uint32)
    sizes = np.bincount(docs[:count][whole], minlength=articles)
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    digests, sketches = np.zeros(articles, np.uint32), np.zeros((articles, HASHES), np.uint16)
    some, enough = sizes > 0, sizes >= LEAST
    if some.any():
        digests[some] = np.add.reduceat(shingles, starts[some])
        least = np.empty((int(some.sum()), HASHES), np.uint16)
        for at, (factor, addend) in enumerate(zip(*_functions(), strict=True)):
            least[:, at] = np.minimum.reduceat(shingles * factor + addend, starts[some]) & np.uint32(0xFFFF)
        sketches[enough] = least[enough[some]]
    return {"sketches": sketches.reshape(-1), "shingles": narrowed(sizes), "digests": digests}


def rows(sketches: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The section ``sketches`` with a row an article."""
    return sketches.reshape(-1, HASHES)


def _functions() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """What the hash functions multiply by, odd, and add."""
    numbers = _mixed(np.arange(1, 2 * HASHES + 1, dtype=np.uint64)) >> np.uint64(32)
    return numbers[:HASHES].astype(np.uint32) | np.uint32(1), numbers[HASHES:].astype(np.uint32)


def _mixed(numbers: _Hashes) -> _Hashes:
    """Each number as one in which every bit depends on all of its own (the finaliser of SplitMix64: Steele 2014)."""
    mixed: _Hashes = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
