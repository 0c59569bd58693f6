"""Pairs of articles that may be copies, from their sketches, without reading their texts.

Pairs are looked for by banding (Leskovec, Rajaraman and Ullman 2020, 3.4): two articles are compared where their
sketches agree in both places of a band, which are two places next to each other or next but one: 96 bands in all. Of
pairs of a Jaccard similarity of .3 three in a thousand are missed by that. Then those are left out whose sketches agree
in too few places for texts of their lengths: six in a hundred at .3, one at .35, none at .5.

Dates tell much beforehand: articles printed too far apart are no copies, however alike. Where their sketches agree in
many places, the wording recurs, as that of a formula does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engine.local.clusters.comparing import CLOSE_DAYS, CONTAINED, JACCARD
from indexer.engine.local.clusters.sketches import HASHES, NO_DAY
from indexer.engine.local.segments.runs import NONE, Ints

_DISTANCES = (1, 2)
_DEVIATIONS = 1.5
"""Two sketches may agree in so many standard deviations fewer places than the least similar copies do on average."""

_SHORTER = 0.25
"""A short text may be a copy of a longer one if it holds at least this part of the longer one's shingles."""

_NEAR = (*range(1, 21), 40, 80, 160, 320, 640, 1280)
"""Of a band's many equal sketches, in the order of their dates, each is compared with the ones so many places on: with
its neighbours, and with a few that are far enough to tell that the wording recurs."""

RECURRING = round(0.2 * HASHES)
"""The wording of two articles recurs where their sketches agree in so many places."""

Sketches = NDArray[np.uint16]


class Sketched(NamedTuple):
    """What of all articles is known without reading them: a row each.

    ``sketches`` and ``sizes``, the numbers of shingles, are as `sketches` has them. ``days`` are the days on which the
    articles were published, counted from 1970, ``NO_DAY`` where that isn't known.
    """

    sketches: Sketches
    sizes: Ints
    days: Ints

    def apart(self, first: Ints, second: Ints) -> Ints:
        """How many days lie between each of ``first`` and ``second``, -1 where that isn't known."""
        known = (self.days[first] != NO_DAY) & (self.days[second] != NO_DAY)
        return np.where(known, np.abs(self.days[first] - self.days[second]), -1)


class Share(NamedTuple):
    """One of ``of`` shares of all pairs, by ``number`` from 0 on."""

    number: int
    of: int


ALL = Share(0, 1)


class Likely(NamedTuple):
    """Pairs that may be copies: ``first`` is the lesser number, both ascend; ``agreeing`` says in how many places.

    ``recurring`` are the articles, a row each, whose wording another one has at a date that is too far away.
    """

    first: Ints
    second: Ints
    agreeing: Ints
    recurring: NDArray[np.bool_]


def likely_pairs(articles: Sketched, fresh: NDArray[np.bool_], share: Share = ALL) -> Likely:
    """A ``share`` of the pairs of ``articles`` that may be copies. At least one article of each pair is ``fresh``."""
    docs = np.flatnonzero(articles.sketches.any(axis=1))
    # The order by date stays within each band's equal keys, since these are sorted by a stable sort.
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
        found.append(near[~too_late & (agreeing >= _least_agreeing(articles.sizes, first, second))])
    pairs = np.unique(np.concatenate(found))
    return Likely(pairs >> 32, pairs & 0xFFFFFFFF, _counted(articles, pairs), recurring)


class _Keys(NamedTuple):
    keys: NDArray[np.uint32]
    docs: Ints


def _band(sketches: Sketches, docs: Ints, fresh: NDArray[np.bool_], at: int, other: int) -> _Keys:
    """The band of the places ``at`` and ``other`` of those of ``docs`` that may share it with a fresh one."""
    first = sketches[docs, at]
    sought = np.zeros(1 << 16, bool)
    sought[first[fresh[docs]]] = True
    docs = docs[sought[first]]
    keys = first[sought[first]].astype(np.uint32) << np.uint32(16) | sketches[docs, other]
    return _Keys(keys, docs)


def _near(keys: NDArray[np.uint32], docs: Ints, fresh: NDArray[np.bool_], share: Share) -> Iterator[Ints]:
    """Pairs of ``docs`` with equal ``keys``, which ascend; a pair is one number, the first one in its upper bits."""
    for distance in _NEAR:
        same = np.flatnonzero(keys[distance:] == keys[:-distance])
        if not len(same):
            return
        one, other = docs[same], docs[same + distance]
        first, second = np.minimum(one, other), np.maximum(one, other)
        wanted = (fresh[first] | fresh[second]) & (first % share.of == share.number)
        yield (first << 32 | second)[wanted]


def _counted(articles: Sketched, pairs: Ints) -> Ints:
    """At how many places the sketches of each of ``pairs`` agree."""
    counts = [_agreeing(articles.sketches, part >> 32, part & 0xFFFFFFFF) for part in _parts(pairs)]
    return np.concatenate([NONE, *counts])


def _parts(pairs: Ints, size: int = 200_000) -> Iterable[Ints]:
    return (pairs[at : at + size] for at in range(0, len(pairs), size))


def _agreeing(sketches: Sketches, first: Ints, second: Ints) -> Ints:
    counts: Ints = (sketches[first] == sketches[second]).sum(axis=1)
    return counts


def _least_agreeing(sizes: Ints, first: Ints, second: Ints) -> NDArray[np.float64]:
    """At how many places two sketches must agree for their texts to be looked at."""
    shorter, longer = np.minimum(sizes[first], sizes[second]), np.maximum(sizes[first], sizes[second])
    shared = CONTAINED * shorter
    similar = np.where(shorter >= _SHORTER * longer, np.minimum(JACCARD, shared / (shorter + longer - shared)), JACCARD)
    least: NDArray[np.float64] = HASHES * similar - _DEVIATIONS * np.sqrt(HASHES * similar * (1 - similar))
    return least
