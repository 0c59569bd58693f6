"""Near-identical articles: which are copies of which, from their sketches, each decision from the texts themselves.

Two articles are copies where the sets of their shingles (see `sketches`) are alike:

* Jaccard similarity of at least `JACCARD`; or one is the other with something cut: at least `CONTAINED` of the shorter
  one's shingles are in the longer one, and it has at least `SHORTER` times as many;
* and their numbers agree: at most `OTHER_NUMBERS` of the numbers that either text holds are missing in the other, in
  one of the two at least. A notice on the weather differs from yesterday's in little else.

A cluster is what such pairs join, directly or through others, so it does not depend on the order in which articles
came. Pairs are looked for by banding (Leskovec, Rajaraman and Ullman 2020, 3.4): two articles are compared where their
sketches agree in both places of a band. With 24 bands of 2 a pair of similarity s is missed with the probability
(1 - s^2)^24: 0.1 % at .5, 1.5 % at .4, 10 % at .3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.engine.runs import Ints
from indexer.engine.sketches import HASHES, SHINGLE

JACCARD = 0.5
CONTAINED = 0.8
SHORTER = 0.4
OTHER_NUMBERS = 0.2

_ROWS = 2
_DEVIATIONS = 2.5
"""Two texts are not looked at where their sketches agree in so many standard deviations fewer places than those of the
least similar texts, of lengths like theirs, that the rules above call copies."""

_NEAR = 20
"""Of a band's many equal sketches each is compared with so many that follow; each joins the next ones, so that together
they still become one cluster."""

_REMEMBERED = 2_000

_DIGITS = re.compile("[0-9]+")

Sketches = NDArray[np.uint16]
Bodies = Callable[[int], str]


class Share(NamedTuple):
    """One of ``of`` shares of all pairs, by ``number`` from 0 on."""

    number: int
    of: int


ALL = Share(0, 1)


class Text(NamedTuple):
    """What of a body is compared: its folded words, and the shingles of these, each as a number of 64 bits."""

    words: list[str]
    shingles: frozenset[int]

    @classmethod
    def of(cls, body: str, analyser: Analyser) -> Text:
        """That of ``body``."""
        words = [word.folded for word in analyser.words(body)[0]]
        # Numbers take half the time of tuples of words, and a hash is keyed anew in each process: none can be forged.
        return cls(words, frozenset(map(hash, zip(*(words[at:] for at in range(SHINGLE)), strict=False))))

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers in the words, 15.00 being two. Made when asked for, since few texts are that much alike."""
        return frozenset(number.lstrip("0") for number in _DIGITS.findall(" ".join(self.words)))


def alike(one: Text, other: Text) -> bool:
    """Whether the rules above call the two texts copies."""
    shared = len(one.shingles & other.shingles)
    shorter, longer = sorted((len(one.shingles), len(other.shingles)))
    if not shared:
        return False
    close = shared >= JACCARD * (shorter + longer - shared)
    cut = shared >= CONTAINED * shorter and shorter >= SHORTER * longer
    return (close or cut) and not _tell_other_numbers(one.numbers, other.numbers)


def _tell_other_numbers(one: frozenset[str], other: frozenset[str]) -> bool:
    missing = min(len(one - other), len(other - one))
    return missing > OTHER_NUMBERS * min(len(one), len(other))


def pairs(
    sketches: Sketches,
    sizes: Ints,
    known: Ints,
    fresh: NDArray[np.bool_],
    bodies: Bodies,
    analyser: Analyser,
    share: Share = ALL,
) -> Ints:
    """Pairs of articles that are copies, enough of them to join all that are: a row a pair.

    ``sketches`` has a row an article, ``sizes`` how many shingles it has; ``known`` is the cluster that each was in,
    in the same numbers. Pairs of which neither is ``fresh`` stay as they are known; ``bodies`` gives the body of one.
    Only a ``share`` of the pairs is looked at; the clusters are the same, however many shares they were found in.
    """
    joined = _Joined(known)
    text = lru_cache(_REMEMBERED)(lambda doc: Text.of(bodies(doc), analyser))
    found: list[tuple[int, int]] = []
    for first, second in _candidates(sketches, sizes, fresh, share):
        if not joined.same(first, second) and alike(text(first), text(second)):
            joined.join(first, second)
            found.append((first, second))
    return np.array(found, np.int64).reshape(-1, 2)


def clusters(known: Ints, found: Ints) -> Ints:
    """The cluster of each article: the number of the first one in it. ``found`` are the pairs of all shares."""
    joined = _Joined(known)
    for first, second in found.tolist():
        joined.join(first, second)
    return joined.roots()


def _candidates(sketches: Sketches, sizes: Ints, fresh: NDArray[np.bool_], share: Share) -> Iterator[tuple[int, int]]:
    """A ``share`` of the pairs of articles whose sketches are alike, one at least of each pair ``fresh``; ascending."""
    docs = np.flatnonzero(sketches.any(axis=1))
    found = [np.empty(0, np.int64)]
    for at in range(0, HASHES, _ROWS):
        keys = _band(sketches, docs, fresh, at)
        order = np.argsort(keys.keys, kind="stable")
        in_order, of = keys.keys[order], keys.docs[order]
        near = np.unique(np.concatenate([np.empty(0, np.int64), *_near(in_order, of, fresh, share)]))
        first, second = near >> 32, near & 0xFFFFFFFF
        likely = [_agreeing(sketches, *part) >= _least_agreeing(sizes, *part) for part in _parts(first, second)]
        found.append(near[np.concatenate([np.empty(0, bool), *likely])])
    for pair in np.unique(np.concatenate(found)).tolist():
        yield pair >> 32, pair & 0xFFFFFFFF


class _Keys(NamedTuple):
    keys: NDArray[np.uint32]
    docs: Ints


def _band(sketches: Sketches, docs: Ints, fresh: NDArray[np.bool_], at: int) -> _Keys:
    """The band at ``at`` of those of ``docs`` that may share it with a fresh one."""
    first = sketches[docs, at]
    sought = np.zeros(1 << 16, bool)
    sought[first[fresh[docs]]] = True
    docs = docs[sought[first]]
    keys = sketches[docs, at].astype(np.uint32) << np.uint32(16) | sketches[docs, at + 1]
    return _Keys(keys, docs)


def _near(keys: NDArray[np.uint32], docs: Ints, fresh: NDArray[np.bool_], share: Share) -> Iterator[Ints]:
    """Pairs of ``docs`` with equal ``keys``, which ascend; a pair is one number, the first one in its upper bits."""
    for distance in range(1, _NEAR + 1):
        same = np.flatnonzero(keys[distance:] == keys[:-distance])
        if not len(same):
            return
        one, other = docs[same], docs[same + distance]
        first, second = np.minimum(one, other), np.maximum(one, other)
        wanted = (fresh[first] | fresh[second]) & (first % share.of == share.number)
        yield (first << 32 | second)[wanted]


def _parts(first: Ints, second: Ints, size: int = 200_000) -> Iterable[tuple[Ints, Ints]]:
    return ((first[at : at + size], second[at : at + size]) for at in range(0, len(first), size))


def _agreeing(sketches: Sketches, first: Ints, second: Ints) -> Ints:
    """At how many places the sketches of ``first`` and ``second`` agree."""
    counts: Ints = (sketches[first] == sketches[second]).sum(axis=1)
    return counts


def _least_agreeing(sizes: Ints, first: Ints, second: Ints) -> NDArray[np.float64]:
    """At how many places two sketches must agree for their texts to be looked at."""
    shorter, longer = np.minimum(sizes[first], sizes[second]), np.maximum(sizes[first], sizes[second])
    shared = CONTAINED * shorter
    similar = np.where(shorter >= SHORTER * longer, np.minimum(JACCARD, shared / (shorter + longer - shared)), JACCARD)
    least: NDArray[np.float64] = HASHES * similar - _DEVIATIONS * np.sqrt(HASHES * similar * (1 - similar))
    return least


class _Joined:
    """Disjoint sets of numbers, each named by its least (Tarjan 1975, paths halved)."""

    def __init__(self, known: Ints) -> None:
        self._parent: list[int] = known.tolist()

    def same(self, one: int, other: int) -> bool:
        return self._root(one) == self._root(other)

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._parent[second] = first

    def roots(self) -> Ints:
        roots = np.array(self._parent, np.int64)
        while not np.array_equal(above := roots[roots], roots):
            roots = above
        return roots

    def _root(self, number: int) -> int:
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number
