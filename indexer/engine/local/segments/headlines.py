# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores the headlines of a segment as a suffix array of words, for completion while a query is typed.

The file has the layout of a segment file (see `packed`) with these sections, for n articles whose titles have w words,
b of them distinct::

    title.text, title.text_starts   the distinct words, as bases (without clitics and article), ascending
    words      w+n         the words of each title by number from 1 on, then a 0
    starts     n+1         where each title begins in ``words``
    suffixes   w           the places of all words, ordered by the next `DEPTH` words within the title
    common     w           in how many of these words each suffix agrees with the one before it

So the headlines that contain a given sequence of words are a range of ``suffixes``, a suffix array of words (Manber and
Myers 1993). Within that range ``common`` alone tells where one phrase ends and the next begins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.local.segments import sections
from indexer.engine.local.segments.runs import Ints, starts_of
from indexer.engine.local.segments.sections import Arrays, SegmentWriter, narrowed
from indexer.engine.local.segments.terms import text_arrays, texts

DEPTH = 4
"""Suffixes are ordered by this many words, so phrases are at most this long."""

LONGEST_TITLE = 60
"""Only this many words of a title are kept; a longer text is no headline."""


class SuffixRun(NamedTuple):
    """Suffixes with the same first ``length`` words: the index of the first one, and the number of ``headlines``."""

    first: int
    headlines: int
    length: int


class Headlines:
    """A file of headlines, mapped. Immutable, so safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedIndexError."""
        self.docs, self.arrays, *_ = sections.read(path)
        self._words = memoryview(self.arrays["words"].data)
        self._suffixes = memoryview(self.arrays["suffixes"].data)
        self._text = memoryview(self.arrays["title.text"].data)
        self._text_starts = memoryview(self.arrays["title.text_starts"].data)

    def base(self, number: int) -> str:
        """Returns the word with this number, from 1 on."""
        return self._encoded(number - 1).decode("utf-8", "surrogatepass")

    def number(self, base: str) -> int:
        """Returns the number of a word, 0 if no title has it."""
        encoded = base.encode("utf-8", "surrogatepass")
        at = bisect_left(range(len(self._text_starts) - 1), encoded, key=self._encoded)
        return at + 1 if at < len(self._text_starts) - 1 and self._encoded(at) == encoded else 0

    def bases(self, run: SuffixRun) -> tuple[str, ...]:
        """Returns the words of ``run``."""
        at = self._suffixes[run.first]
        return tuple(self.base(number) for number in self._words[at : at + run.length])

    def places(self, suffixes: Ints) -> tuple[Ints, Ints]:
        """Returns the articles whose titles have these suffixes, and the index of the word that each begins with."""
        return self._articles(self.arrays["suffixes"][suffixes].astype(np.int64))

    def beginning(self, words: Sequence[str], prefix: str) -> range:
        """Returns the suffixes that begin with ``words``, then a word that starts with ``prefix``.

        At most `DEPTH` - 1 words can be given.
        """
        numbers = []
        for word in words:
            if not (number := self.number(word)):
                return range(0)
            numbers.append(number)
        first, last = self._with_prefix(prefix.encode("utf-8", "surrogatepass"))
        return range(self._lower((*numbers, first)), self._lower((*numbers, last)))

    def runs(self, suffixes: range, length: int, most: int) -> list[SuffixRun]:
        """Returns the ``most`` frequent phrases of ``length`` words among ``suffixes``.

        Suffixes of fewer words are left out.
        """
        if not suffixes:
            return []
        common = self.arrays["common"][suffixes.start : suffixes.stop]
        begins = np.flatnonzero(common < length)
        if not len(begins) or begins[0]:
            begins = np.append(0, begins)
        counts = np.diff(np.append(begins, len(common)))
        chosen = np.argsort(-counts, kind="stable")
        found = []
        for at in chosen[: 2 * most].tolist():
            place = self._suffixes[suffixes.start + int(begins[at])]
            if 0 not in self._words[place : place + length]:
                found.append(SuffixRun(suffixes.start + int(begins[at]), int(counts[at]), length))
        return found[:most]

    def docs_of(self, suffixes: range, more: Sequence[str], prefix: str) -> tuple[Ints, Ints]:
        """Returns the articles of ``suffixes``, and the index of the word at which each suffix begins there.

        Only suffixes count whose first `DEPTH` - 1 words are followed by ``more`` and a word that starts with
        ``prefix``.
        """
        places = self.arrays["suffixes"][suffixes.start : suffixes.stop].astype(np.int64)
        words = self.arrays["words"]
        for offset, word in enumerate(more, DEPTH - 1):
            numbers = self._with_prefix(word.encode("utf-8", "surrogatepass"))
            exact = numbers[0] if numbers[0] < numbers[1] and self.base(numbers[0]) == word else -1
            places = self._going_on(places, words, offset, exact, exact + 1)
        if more:
            first, last = self._with_prefix(prefix.encode("utf-8", "surrogatepass"))
            places = self._going_on(places, words, DEPTH - 1 + len(more), first, last)
        return self._articles(places)

    def _articles(self, places: Ints) -> tuple[Ints, Ints]:
        starts = self.arrays["starts"]
        docs = starts.searchsorted(places.astype(starts.dtype), side="right") - 1
        return docs, places - starts[docs].astype(np.int64)

    @staticmethod
    def _going_on(places: Ints, words: NDArray[np.integer], offset: int, first: int, last: int) -> Ints:
        # A title that ends earlier is dropped because its 0 is met on the way.
        places = places[places + offset < len(words)]
        there = words[places + offset]
        return places[(there >= max(first, 1)) & (there < last)]

    def _encoded(self, number: int) -> bytes:
        return bytes(self._text[self._text_starts[number] : self._text_starts[number + 1]])

    def _with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """Returns the number of the first word with ``prefix``, and the number after the last one."""
        every = range(len(self._text_starts) - 1)
        first = bisect_left(every, prefix, key=self._encoded)
        last = bisect_left(every, True, lo=first, key=lambda at: self._encoded(at)[: len(prefix)] > prefix)
        return first + 1, last + 1

    def _lower(self, words: tuple[int, ...]) -> int:
        """Returns the index of the first suffix that does not sort before ``words``."""

        def beginning(at: int) -> tuple[int, ...]:
            place = self._suffixes[at]
            found = tuple(self._words[place : place + len(words)])
            return found[: found.index(0) + 1] if 0 in found else found

        return bisect_left(range(len(self._suffixes)), words, key=beginning)


def write_headlines(path: Path, articles: Sequence[Article], analyser: Analyser) -> None:
    """Writes the file for the titles of ``articles``. Raises OSError."""
    titles = [[word.base for word in analyser.words(article.title)[0][:LONGEST_TITLE]] for article in articles]
    bases = sorted({base for title in titles for base in title})
    number = {base: at for at, base in enumerate(bases, 1)}
    words = np.array([number[base] for title in titles for base in title], np.int64)
    lengths = np.fromiter(map(len, titles), np.int64, len(titles))
    with SegmentWriter(path, len(titles)) as target:
        target.put_all(_arrays(bases, words, lengths))


def merge_headlines(path: Path, parts: Sequence[Headlines], alive: Sequence[NDArray[np.bool_]]) -> None:
    """Writes the file for the titles of ``parts`` that are ``alive``, in order. Raises OSError."""
    of_parts = [texts(part.arrays, "title") for part in parts]
    kept: list[Ints] = []
    lengths: list[Ints] = []
    for part, mask in zip(parts, alive, strict=True):
        starts = part.arrays["starts"].astype(np.int64)
        sizes: Ints = starts[1:] - starts[:-1]
        words = part.arrays["words"][np.repeat(mask, sizes)].astype(np.int64)
        kept.append(words[words > 0])
        lengths.append(sizes[mask] - 1)
    used = {own[number - 1] for own, words in zip(of_parts, kept, strict=True) for number in np.unique(words).tolist()}
    bases = sorted(used)
    number = {base: at for at, base in enumerate(bases, 1)}
    renumbered = [
        np.array([number.get(base, 0) for base in own], np.int64)[words - 1]
        for own, words in zip(of_parts, kept, strict=True)
    ]
    nothing = np.empty(0, np.int64)
    with SegmentWriter(path, int(sum(mask.sum() for mask in alive))) as target:
        target.put_all(_arrays(bases, np.concatenate([nothing, *renumbered]), np.concatenate([nothing, *lengths])))


def _arrays(bases: Sequence[str], words: Ints, lengths: Ints) -> Arrays:
    """Returns the sections for titles of these lengths, whose words lie one after the other."""
    starts = starts_of(lengths + 1)
    ended = np.zeros(int(starts[-1]) + DEPTH, np.int64)
    places = np.arange(len(words)) + np.repeat(np.arange(len(lengths)), lengths)
    ended[places] = words
    following = list(_following(ended, places))
    order = np.lexsort(following[::-1])
    agree = np.zeros(len(places), np.uint8)
    same = np.ones(max(0, len(places) - 1), bool)
    for column in following:
        ordered = column[order]
        same &= (ordered[1:] == ordered[:-1]) & (ordered[1:] > 0)
        agree[1:] += same
    return {
        **text_arrays("title", [base.encode("utf-8", "surrogatepass") for base in bases]),
        "words": narrowed(ended[: int(starts[-1])]),
        "starts": narrowed(starts),
        "suffixes": narrowed(places[order]),
        "common": agree,
    }


def _following(ended: Ints, places: Ints) -> Iterator[Ints]:
    """Yields the first word after each of ``places``, then the second, and so on; 0 beyond the title's end."""
    inside = np.ones(len(places), bool)
    for offset in range(DEPTH):
        words = np.where(inside, ended[places + offset], 0)
        inside = words > 0
        yield words
