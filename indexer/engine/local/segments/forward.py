# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks up which words an article holds, in the `packed` sections ``held`` of all segments."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

import numpy as np

from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.runs import Ints, starts_of
from indexer.engine.stories.signatures import HeldBases


class Forward:
    """The bases in the articles of a generation, by the article numbers of its searcher. Immutable."""

    def __init__(self, files: Sequence[SegmentFile], bases: Sequence[int]) -> None:
        """``bases`` is the number of the first article of each file, followed by the number of all articles."""
        self._files = files
        self._bases = bases

    def held(self, doc: int) -> list[tuple[str, int]]:
        """Returns the bases of one article with their weighted frequencies over title, lead and body."""
        number = int(np.searchsorted(self._bases, doc, side="right")) - 1
        arrays = self._files[number].arrays
        first, last = arrays["held.starts"][doc - self._bases[number] :][:2].tolist()
        texts = map(_Bases(self._files[number]).__getitem__, arrays["held.bases"][first:last].tolist())
        return list(zip(texts, arrays["held.weights"][first:last].tolist(), strict=True))

    def frequent(self, docs: Sequence[int], most: int) -> list[tuple[str, int, int]]:
        """Returns the bases that most of ``docs`` hold, with two counts: articles in ``docs``, articles in all.

        The counts in ``docs`` are exact only for bases among the ``most`` frequent ones of each segment.
        """
        inside: Counter[str] = Counter()
        articles: Counter[str] = Counter()
        looked_up: list[set[str]] = []
        wanted = np.sort(np.array(docs, np.int64))
        bounds = np.searchsorted(wanted, self._bases)
        for number, file in enumerate(self._files):
            own = wanted[bounds[number] : bounds[number + 1]] - self._bases[number]
            counts = np.bincount(_held_by(file, own), minlength=len(file.arrays["base.articles"]))
            chosen = np.argsort(-counts, kind="stable")[: min(most, np.count_nonzero(counts))]
            names = list(map(_Bases(file).__getitem__, chosen.tolist()))
            inside.update(dict(zip(names, counts[chosen].tolist(), strict=True)))
            articles.update(dict(zip(names, file.arrays["base.articles"][chosen].tolist(), strict=True)))
            looked_up.append(set(names))
        found = inside.most_common(most)
        for file, known in zip(self._files, looked_up, strict=True):
            bases = _Bases(file)
            for base, _ in found:
                if base not in known and (at := bases.find(base.encode("utf-8", "surrogatepass"))) >= 0:
                    articles[base] += int(file.arrays["base.articles"][at])
        return [(base, count, articles[base]) for base, count in found]


class _Bases(Sequence[str]):
    """The bases of a segment by number."""

    def __init__(self, file: SegmentFile) -> None:
        self._text = memoryview(file.arrays["base.text"].data)
        self._starts = memoryview(file.arrays["base.text_starts"].data)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:  # type: ignore[override]  # nobody slices it
        return self._encoded(number).decode("utf-8", "surrogatepass")

    def find(self, base: bytes) -> int:
        """Returns the number of ``base``, or -1."""
        at = bisect_left(range(len(self)), base, key=self._encoded)
        return at if at < len(self) and self._encoded(at) == base else -1

    def _encoded(self, number: int) -> bytes:
        return bytes(self._text[self._starts[number] : self._starts[number + 1]])


def held_by(file: SegmentFile, docs: Ints) -> HeldBases:
    """Returns the bases of the articles ``docs`` of a segment."""
    index, sizes = _places(file, docs)
    bases, weights = (file.arrays[name][index].astype(np.int64) for name in ("held.bases", "held.weights"))
    return HeldBases(sizes, bases, weights, _Bases(file))


def _held_by(file: SegmentFile, docs: Ints) -> Ints:
    """Returns the bases of ``docs``, one article after the other."""
    return file.arrays["held.bases"][_places(file, docs)[0]].astype(np.int64)


def _places(file: SegmentFile, docs: Ints) -> tuple[Ints, Ints]:
    """Returns where the bases of ``docs`` are, one article after the other, and how many each has."""
    starts = file.arrays["held.starts"]
    firsts = starts[docs].astype(np.int64)
    sizes = starts[docs + 1].astype(np.int64) - firsts
    return np.repeat(firsts - starts_of(sizes)[:-1], sizes) + np.arange(int(sizes.sum())), sizes
