"""The headlines of a segment as words in order, sorted by what follows each word: for completion as one types.

A file laid out as the segment's own (see `packed`), with these sections, n articles having w words in their titles, of
which b are distinct::

    title.text, title.text_starts   the distinct words, as bases (without clitics and article), ascending
    words      w+n         the words of each title by number from 1 on, 0 behind the last one
    starts     n+1         where each title begins in ``words``
    suffixes   w           the places of all words, ordered by the up to `DEPTH` words from there to the title's end
    common     w           in how many of these words each agrees with the one before it

So the headlines that have given words one behind the other are a run of ``suffixes``, a suffix array by words (Manber
and Myers 1993), and the phrases in that run are told apart by ``common`` alone.
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
"""Phrases are told apart by so many words."""

LONGEST_TITLE = 60
"""So many words of a title are kept; what has more is none."""


class Run(NamedTuple):
    """Suffixes that begin with the same ``length`` words: how many of ``headlines``, and which is the first."""

    first: int
    headlines: int
    length: int


class Headlines:
    """The file above, mapped. Immutable, so safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedIndexError."""
        self.docs, self.arrays, *_ = sections.read(path)
        self._words = memoryview(self.arrays["words"].data)
        self._suffixes = memoryview(self.arrays["suffixes"].data)
        self._text = memoryview(self.arrays["title.text"].data)
        self._text_starts = memoryview(self.arrays["title.text_starts"].data)

    def base(self, number: int) -> str:
        """The word with this number, from 1 on."""
        return self._encoded(number - 1).decode("utf-8", "surrogatepass")

    def number(self, base: str) -> int:
        """The number of a word; 0 where no title has it."""
        encoded = base.encode("utf-8", "surrogatepass")
        at = bisect_left(range(len(self._text_starts) - 1), encoded, key=self._encoded)
        return at + 1 if at < len(self._text_starts) - 1 and self._encoded(at) == encoded else 0

    def bases(self, run: Run) -> tuple[str, ...]:
        """The words of ``run``."""
        at = self._suffixes[run.first]
        return tuple(self.base(number) for number in self._words[at : at + run.length])

    def places(self, suffixes: Ints) -> tuple[Ints, Ints]:
        """The articles whose titles have these suffixes, and the numbers of the words in them that they begin with."""
        return self._articles(self.arrays["suffixes"][suffixes].astype(np.int64))

    def beginning(self, words: Sequence[str], prefix: str) -> range:
        """The suffixes that begin with ``words``, `DEPTH` - 1 at most, and a word that begins with ``prefix``."""
        numbers = []
        for word in words:
            if not (number := self.number(word)):
                return range(0)
            numbers.append(number)
        first, last = self._with_prefix(prefix.encode("utf-8", "surrogatepass"))
        return range(self._lower((*numbers, first)), self._lower((*numbers, last)))

    def runs(self, suffixes: range, length: int, most: int) -> list[Run]:
        """The ``most`` frequent phrases of ``length`` words among ``suffixes``, those of longer titles left out."""
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
                found.append(Run(suffixes.start + int(begins[at]), int(counts[at]), length))
        return found[:most]

    def docs_of(self, suffixes: range, more: Sequence[str], prefix: str) -> tuple[Ints, Ints]:
        """The articles of ``suffixes``, and at which word these begin there.

        Only those whose words go on, behind the first `DEPTH` - 1 ones, with ``more`` and one that has ``prefix``.
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
        # A place whose title ends before is dropped by the 0 there, as it is passed on the way.
        places = places[places + offset < len(words)]
        there = words[places + offset]
        return places[(there >= max(first, 1)) & (there < last)]

    def _encoded(self, number: int) -> bytes:
        return bytes(self._text[self._text_starts[number] : self._text_starts[number + 1]])

    def _with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """The numbers of the first word with ``prefix`` and of the first one behind those that have it."""
        every = range(len(self._text_starts) - 1)
        first = bisect_left(every, prefix, key=self._encoded)
        last = bisect_left(every, True, lo=first, key=lambda at: self._encoded(at)[: len(prefix)] > prefix)
        return first + 1, last + 1

    def _lower(self, words: tuple[int, ...]) -> int:
        """The first suffix that is not before ``words``."""

        def beginning(at: int) -> tuple[int, ...]:
            place = self._suffixes[at]
            found = tuple(self._words[place : place + len(words)])
            return found[: found.index(0) + 1] if 0 in found else found

        return bisect_left(range(len(self._suffixes)), words, key=beginning)


def write_headlines(path: Path, articles: Sequence[Article], analyser: Analyser) -> None:
    """Write the file of the titles of ``articles``. Raises OSError."""
    titles = [[word.base for word in analyser.words(article.title)[0][:LONGEST_TITLE]] for article in articles]
    bases = sorted({base for title in titles for base in title})
    number = {base: at for at, base in enumerate(bases, 1)}
    words = np.array([number[base] for title in titles for base in title], np.int64)
    lengths = np.fromiter(map(len, titles), np.int64, len(titles))
    with SegmentWriter(path, len(titles)) as target:
        target.put_all(_arrays(bases, words, lengths))


def merge_headlines(path: Path, parts: Sequence[Headlines], alive: Sequence[NDArray[np.bool_]]) -> None:
    """Write the file with the titles that are ``alive`` of ``parts``, in their order. Raises OSError."""
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
    """The sections for titles of these lengths, whose words lie one behind the other."""
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
    """The first word from each of ``places`` on, the second one, ...; 0 behind a title's end."""
    inside = np.ones(len(places), bool)
    for offset in range(DEPTH):
        words = np.where(inside, ended[places + offset], 0)
        inside = words > 0
        yield words
