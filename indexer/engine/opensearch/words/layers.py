# SPDX-License-Identifier: GPL-3.0-or-later
"""A layer of the dictionary: by how much one run changed the number of articles that have each term.

A generation names its layers, and the counts of its dictionary are their sums. So a run that changes little writes
little. Layers never change; `merge_plan` says when a run merges the newest ones.

A layer has any number of tiers. `changes` makes these::

    surface, folded, stem, base   articles that have the term
    headline                      articles whose title has the base
    gram                          for each gram (`analyser.grams`) the sum of the changes of the bases that have it
    day                           articles dated in a day, such as 2023-05-14
    name:C                        articles with a name in the column C (`Column.section`)
    total                         ``articles``, and for each of surface, folded, stem and gram the sum of the weighted
                                  frequencies of all its terms in all articles

A layer is stored as these bytes, numbers little-endian::

    8 bytes   "FHRLYR1\\n"
    4 bytes   CRC-32 of all that follows
    4 bytes   h, the length of the header
    h bytes   JSON: {tier: [terms, bytes of a length, bytes of a change, bytes of all terms]}
    ...       for each tier in this order the lengths of its terms, its changes, and the terms in ascending order
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

import numpy as np

from indexer.arabic.analyser import grams
from indexer.engine.opensearch.words.packed_texts import Bytes, Ints, PackedTexts, starts_of
from indexer.errors import DamagedIndexError

Counts = dict[str, Counter[str]]
"""Changes by tier, then by term."""

MAGIC = b"FHRLYR1\n"
_CRC_END, _HEADER_BEGIN = 12, 16
_LENGTH_SIZES, _CHANGE_SIZES = (1, 2, 4), (1, 2, 4, 8)

SMALLEST = 1_000
"""Layers of fewer terms are merged as if they had as many."""
GROWTH = 8
MOST_LAYERS = 6


class CountedTerms(NamedTuple):
    """Terms in UTF-8, ascending, and the change of the count of each; none is 0 in a layer."""

    texts: PackedTexts
    changes: Ints

    @classmethod
    def of(cls, changes: Mapping[str, int]) -> CountedTerms:
        """The terms of ``changes``; those that do not change are left out."""
        pairs = sorted((term.encode("utf-8", "surrogatepass"), change) for term, change in changes.items() if change)
        numbers = np.fromiter((change for _, change in pairs), np.int64, len(pairs))
        return cls(PackedTexts.of(term for term, _ in pairs), numbers)

    @classmethod
    def added_up(cls, parts: Sequence[CountedTerms]) -> CountedTerms:
        """The sums of several lists; terms whose sum is 0 are left out."""
        if len(parts) == 1:
            return parts[0]
        texts = PackedTexts.joined([part.texts for part in parts])
        changes = np.concatenate([np.empty(0, np.int64), *(part.changes for part in parts)])
        order, begins = texts.ordered()
        starts = np.flatnonzero(begins)
        if not len(starts):
            return cls(texts, changes)
        sums = np.add.reduceat(changes[order], starts)
        kept = sums != 0
        return cls(texts.taken(order[starts[kept]]), sums[kept])

    def change(self, term: str) -> int:
        """The change of one term, 0 if it is not there."""
        number = self.texts.find(term.encode("utf-8", "surrogatepass"))
        return int(self.changes[number]) if number >= 0 else 0

    def part(self, numbers: range) -> CountedTerms:
        """The terms with these numbers, which follow each other."""
        return CountedTerms(self.texts.part(numbers), self.changes[numbers.start : numbers.stop])

    def positive(self) -> CountedTerms:
        """The terms whose change is above 0."""
        if not len(self.changes) or self.changes.min() > 0:
            return self
        kept = np.flatnonzero(self.changes > 0)
        return CountedTerms(self.texts.taken(kept), self.changes[kept])

    def pairs(self) -> list[tuple[str, int]]:
        """(term, change) pairs, ascending."""
        terms = (text.decode("utf-8", "surrogatepass") for text in self.texts)
        return list(zip(terms, self.changes.tolist(), strict=True))


NO_TERMS = CountedTerms.of({})


class Layer:
    """See the head of this module. Immutable; safe to share between threads."""

    def __init__(self, tiers: Mapping[str, CountedTerms]) -> None:
        """``tiers`` without those that have no term."""
        self.tiers = {tier: tiers[tier] for tier in sorted(tiers)}

    def __len__(self) -> int:
        """The number of terms in all tiers."""
        return sum(len(terms.changes) for terms in self.tiers.values())

    @classmethod
    def of(cls, counts: Counts) -> Layer:
        """The layer of a run that made these changes. The tier ``gram`` follows from the tier ``base``."""
        everything = {**counts, "gram": _gram_changes(counts.get("base", {}))}
        made = {tier: CountedTerms.of(changes) for tier, changes in everything.items()}
        return cls({tier: terms for tier, terms in made.items() if len(terms.changes)})

    def terms(self, tier: str) -> CountedTerms:
        """The terms of a tier."""
        return self.tiers.get(tier, NO_TERMS)

    @cached_property
    def content(self) -> bytes:
        """The layer as bytes; equal layers have equal ones."""
        header: dict[str, list[int]] = {}
        sections: list[bytes] = []
        for tier, terms in self.tiers.items():
            lengths, changes = terms.texts.lengths, terms.changes
            length_size = _size(int(lengths.max()), _LENGTH_SIZES)
            # A signed number of n bits holds half of what an unsigned one does.
            change_size = _size(2 * int(np.abs(changes).max()), _CHANGE_SIZES)
            text = terms.texts.bytes_used.tobytes()
            header[tier] = [len(changes), length_size, change_size, len(text)]
            sections += [lengths.astype(f"<u{length_size}").tobytes(), changes.astype(f"<i{change_size}").tobytes()]
            sections.append(text)
        # Names of own fields may be in any letters, so the header escapes them.
        named = json.dumps(header, separators=(",", ":")).encode("ascii")
        rest = b"".join((len(named).to_bytes(4, "little"), named, *sections))
        return MAGIC + crc32(rest).to_bytes(4, "little") + rest

    @classmethod
    def from_content(cls, content: bytes) -> Layer:
        """The layer whose `content` this is. Raises DamagedIndexError on any other bytes."""
        try:
            return cls(_tiers_in(content))
        except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as error:
            raise DamagedIndexError(
                f"the dictionary of the index is damaged: {error}; run `fihrist index --rebuild PATH...` to write the "
                "index anew"
            ) from error


def merged(layers: Sequence[Layer]) -> Layer:
    """One layer with the changes of all ``layers``. Takes time in proportion to their terms."""
    names = sorted({tier for layer in layers for tier in layer.tiers})
    sums = {tier: CountedTerms.added_up([one.tiers[tier] for one in layers if tier in one.tiers]) for tier in names}
    return Layer({tier: terms for tier, terms in sums.items() if len(terms.changes)})


def merge_plan(sizes: Sequence[int], new: int) -> int:
    """How many of the newest layers a new one of ``new`` terms is merged with.

    ``sizes`` are the numbers of terms of the layers, oldest first. A layer is merged as soon as those after it have
    together the part 1 / `GROWTH` of its terms. So each layer has more than `GROWTH` times the terms of the next one:
    there are few, never more than `MOST_LAYERS`, and a term of n is written O(log(n)) times in all.
    """
    size, chosen = max(new, SMALLEST), 0
    for at, older in enumerate(reversed(sizes), 1):
        if at > chosen + 1:
            break
        if max(older, SMALLEST) <= GROWTH * size or len(sizes) - chosen + 1 > MOST_LAYERS:
            chosen = at
            size += older
    return chosen


def _gram_changes(bases: Mapping[str, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for base, change in bases.items():
        if change:
            # A gram that a base has twice counts once for it.
            for gram in set(grams(base)):
                found[gram] += change
    return found


def _size(largest: int, sizes: Iterable[int]) -> int:
    """The least of ``sizes``, in bytes, that an unsigned number up to ``largest`` needs."""
    return next((size for size in sizes if largest < 1 << 8 * size), 8)


def _tiers_in(content: bytes) -> dict[str, CountedTerms]:
    """The tiers in the bytes of a layer. Raises ValueError, TypeError and others if they are no such bytes."""
    if content[: len(MAGIC)] != MAGIC or len(content) < _HEADER_BEGIN:
        raise ValueError("it does not have the signature of a layer")
    if crc32(memoryview(content)[_CRC_END:]) != int.from_bytes(content[len(MAGIC) : _CRC_END], "little"):
        raise ValueError("it does not match its checksum")
    at = _HEADER_BEGIN + int.from_bytes(content[_CRC_END:_HEADER_BEGIN], "little")
    header = json.loads(content[_HEADER_BEGIN:at])
    if not isinstance(header, dict):
        raise TypeError("its header is no object")
    tiers: dict[str, CountedTerms] = {}
    for tier, numbers in header.items():
        count, length_size, change_size, size = map(int, numbers)
        if count < 1 or size < 0 or length_size not in _LENGTH_SIZES or change_size not in _CHANGE_SIZES:
            raise ValueError("its header has impossible numbers")
        lengths = np.frombuffer(content, f"<u{length_size}", count, at).astype(np.int64)
        at += count * length_size
        changes = np.frombuffer(content, f"<i{change_size}", count, at).astype(np.int64)
        at += count * change_size
        text = np.frombuffer(content, np.uint8, size, at)
        at += size
        tiers[tier] = CountedTerms(_checked(text, starts_of(lengths)), changes)
        if not changes.all():
            raise ValueError("it has a term that does not change")
    if at != len(content):
        raise ValueError("it has bytes behind its end")
    return tiers


def _checked(text: Bytes, starts: Ints) -> PackedTexts:
    """The texts. Raises ValueError if they are not in UTF-8, or do not ascend."""
    if int(starts[-1]) != len(text):
        raise ValueError("the lengths of its terms do not fit its text")
    text.tobytes().decode("utf-8", "surrogatepass")
    inside = starts[(starts > 0) & (starts < len(text))]
    if np.any((text[inside] & 0xC0) == 0x80):
        raise ValueError("a term begins within a letter")
    texts = PackedTexts(text, starts)
    order, begins = texts.ordered()
    if not begins.all() or not np.array_equal(order, np.arange(len(order))):
        raise ValueError("its terms do not ascend")
    return texts
