# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a generation, over the terms of all its segments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Tier
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.runs import Ints
from indexer.engine.words.letter_choices import most_usual_spelling
from indexer.engine.words.row_vocabulary import RowVocabulary
from indexer.engine.words.word_rows import WordRows, rows_of


class LocalVocabulary(RowVocabulary):
    """See `engine.vocabulary.Vocabulary`."""

    def __init__(self, files: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]]) -> None:
        """``alive`` has one mask for each of ``files``: which of its articles are not deleted."""
        self._files = files
        # None for a file of which no article is deleted.
        self._alive = [None if mask.all() else mask for mask in alive]

    def _make_rows(self) -> WordRows:
        return WordRows.merged(
            [
                rows_of(file.arrays["folded.text"], file.arrays["folded.text_starts"], _all_counts(file))
                for file in self._files
            ]
        )

    def counts(self, terms: Sequence[str], tier: Tier = "folded") -> list[int]:
        """See `Vocabulary.counts`."""
        return [self._count(term, tier) for term in terms]

    def _count(self, term: str, tier: Tier) -> int:
        found = 0
        for file, alive in zip(self._files, self._alive, strict=True):
            found += _size(file, term, tier) if alive is None else int(alive[file.postings(tier, term).docs].sum())
        return found

    def spellings(self, words: Sequence[str]) -> list[str]:
        """See `Vocabulary.spellings`."""
        return [
            most_usual_spelling(word, lambda one: self._size(one, "surface"), lambda one: self._size(one, "folded") > 0)
            for word in words
        ]

    def _size(self, term: str, tier: Tier) -> int:
        """The number of articles with a term, deleted ones included."""
        return sum(_size(file, term, tier) for file in self._files)

    def with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """See `Vocabulary.with_prefix`. Of each segment only the ``most`` frequent words are added up."""
        found: Counter[str] = Counter()
        for file in self._files:
            terms = file.terms["folded"].having_prefix(prefix.encode("utf-8", "surrogatepass"))
            starts = file.arrays["folded.starts"][terms.start : terms.stop + 1].astype(np.int64)
            counts = starts[1:] - starts[:-1]
            chosen = np.argpartition(-counts, most)[:most] if len(counts) > most else np.arange(len(counts))
            for at in chosen.tolist():
                found[file.terms["folded"][terms[at]].decode("utf-8", "surrogatepass")] += int(counts[at])
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def _all_counts(file: SegmentFile) -> Ints:
    """The number of articles with each folded term of a segment, deleted ones included."""
    starts = file.arrays["folded.starts"].astype(np.int64)
    return starts[1:] - starts[:-1]


def _size(file: SegmentFile, term: str, tier: Tier) -> int:
    number = file.terms[tier].find(term.encode("utf-8", "surrogatepass"))
    if number < 0:
        return 0
    tier, number = file.place(tier, number)
    return file.tiers[tier].size(number)
