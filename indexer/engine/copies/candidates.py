# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds pairs of articles that may be copies from their sketches, without reading the texts.

Candidates are found by banding (Leskovec, Rajaraman and Ullman 2020, section 3.4): two articles are compared if their
sketches agree in both places of a band. A band is two places that are neighbours or next but one, which makes 96 bands.
This misses three in a thousand pairs with a Jaccard similarity of .3. Then pairs are dropped whose sketches agree in
too few places for texts of their lengths: six in a hundred at .3, one at .35, none at .5.

Dates exclude many pairs: articles published too far apart are no copies, however similar. If their sketches still agree
in many places, their wording recurs, as that of a formula does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engine.copies.judging import CLOSE_DAYS, CONTAINED, JACCARD
from indexer.engine.copies.sketches import HASHES, NO_DAY, NONE, Ints

_DISTANCES = (1, 2)
_DEVIATIONS = 1.5
"""How many standard deviations below the mean of the least similar copies the number of places may lie in which two
sketches agree.
"""

_SHORTER = 0.25
"""A text may be a shortened copy of another only if it has at least this share of the other's number of shingles."""

_NEAR = (*range(1, 21), 40, 80, 160, 320, 640, 1280)
"""The distances at which equal sketches of a band, ordered by date, are compared: each with its neighbours, and with a
few that are far enough away to show that the wording recurs.
"""

RECURRING = round(0.2 * HASHES)
"""Articles have a recurring wording if their sketches agree in at least this many places."""

FEWEST = 3
"""Sketches of pairs that may be copies agree in at least this many places, whatever the lengths of the texts: see
`least_agreeing` for a text that has a `_SHORTER` share of the other's shingles.
"""

Sketches = NDArray[np.uint16]


class Sketched(NamedTuple):
    """What is known of all articles without reading them, one row per article.

    ``sketches`` and ``sizes``, the numbers of shingles, are described in `sketches`. ``days`` are the days of
    publication since 1970, ``NO_DAY`` if unknown.
    """

    sketches: Sketches
    sizes: Ints
    days: Ints

    def apart(self, first: Ints, second: Ints) -> Ints:
        """Returns the number of days between each of ``first`` and ``second``, -1 if unknown."""
        known = (self.days[first] != NO_DAY) & (self.days[second] != NO_DAY)
        return np.where(known, np.abs(self.days[first] - self.days[second]), -1)


class PairShare(NamedTuple):
    """The part ``number`` (from 0 on) of all pairs when they are divided into ``of`` parts."""

    number: int
    of: int


ALL = PairShare(0, 1)


class LikelyPairs(NamedTuple):
    """Pairs that may be copies, ascending. ``first`` is the lower number.

    ``agreeing`` is the number of places in which the two sketches agree. ``recurring`` says for each article whether
    another one has its wording at a date that is too far away.
    """

    first: Ints
    second: Ints
    agreeing: Ints
    recurring: NDArray[np.bool_]


def likely_pairs(articles: Sketched, fresh: NDArray[np.bool_], share: PairShare = ALL) -> LikelyPairs:
    """Returns one ``share`` of the pairs of ``articles`` that may be copies.

    At least one article of each is ``fresh``.
    """
    docs = np.flatnonzero(articles.sketches.any(axis=1))
    # The sorts by key below are stable, so articles with equal keys stay ordered by date.
    docs = docs[np.argsort(articles.days[docs], kind="stable")]
    found = [NONE]
    recurring = np.zeros(len(articles.sizes), bool)
    for at, distance in product(range(HASHES), _DISTANCES):
        keys = _band(articles.sketches, docs, fresh, at, (at + distance) % HASHES)
        order = np.argsort(keys.keys, kind="stable")
        in_order, of = keys.keys[order], keys.docs[order]
        near = np.unique(np.concatenate([NONE, *_near(in_order, of, fresh, share)]))
        first, second, agreeing = near >> 32, near & 0xFFFFFFFF, _counted(articles, near)
        too_late = articles.apart(first, second) > CLOSE_DAYS
        again = too_late & (agreeing >= RECURRING)
        recurring[first[again]] = recurring[second[again]] = True
        found.append(near[~too_late & (agreeing >= least_agreeing(articles.sizes, first, second))])
    pairs = np.unique(np.concatenate(found))
    return LikelyPairs(pairs >> 32, pairs & 0xFFFFFFFF, _counted(articles, pairs), recurring)


class _BandKeys(NamedTuple):
    keys: NDArray[np.uint32]
    docs: Ints


def _band(sketches: Sketches, docs: Ints, fresh: NDArray[np.bool_], at: int, other: int) -> _BandKeys:
    """Returns the keys of one band, for those of ``docs`` that may share a key with a fresh article."""
    first = sketches[docs, at]
    sought = np.zeros(1 << 16, bool)
    sought[first[fresh[docs]]] = True
    docs = docs[sought[first]]
    keys = first[sought[first]].astype(np.uint32) << np.uint32(16) | sketches[docs, other]
    return _BandKeys(keys, docs)


def _near(keys: NDArray[np.uint32], docs: Ints, fresh: NDArray[np.bool_], share: PairShare) -> Iterator[Ints]:
    """Yields the pairs of ``docs`` with equal ``keys``, which ascend.

    A pair is one number with the first article in its upper bits.
    """
    for distance in _NEAR:
        same = np.flatnonzero(keys[distance:] == keys[:-distance])
        if not len(same):
            return
        one, other = docs[same], docs[same + distance]
        first, second = np.minimum(one, other), np.maximum(one, other)
        wanted = (fresh[first] | fresh[second]) & (first % share.of == share.number)
        yield (first << 32 | second)[wanted]


def _counted(articles: Sketched, pairs: Ints) -> Ints:
    """Returns in how many places the two sketches of each pair agree."""
    counts = [_agreeing(articles.sketches, part >> 32, part & 0xFFFFFFFF) for part in _parts(pairs)]
    return np.concatenate([NONE, *counts])


def _parts(pairs: Ints, size: int = 200_000) -> Iterable[Ints]:
    return (pairs[at : at + size] for at in range(0, len(pairs), size))


def _agreeing(sketches: Sketches, first: Ints, second: Ints) -> Ints:
    counts: Ints = (sketches[first] == sketches[second]).sum(axis=1)
    return counts


def least_agreeing(sizes: Ints, first: Ints, second: Ints) -> NDArray[np.float64]:
    """Returns in how many places two sketches must agree for their texts to be compared."""
    shorter, longer = np.minimum(sizes[first], sizes[second]), np.maximum(sizes[first], sizes[second])
    shared = CONTAINED * shorter
    similar = np.where(shorter >= _SHORTER * longer, np.minimum(JACCARD, shared / (shorter + longer - shared)), JACCARD)
    least: NDArray[np.float64] = HASHES * similar - _DEVIATIONS * np.sqrt(HASHES * similar * (1 - similar))
    return least
