# SPDX-License-Identifier: GPL-3.0-or-later
"""The segment file: everything about a batch of articles except their texts, as arrays that are searched in place.

A file never changes once it is written. All numbers are little-endian::

    8 bytes   "FHRSEG7\\n"
    8 bytes   h, the length of the header
    h bytes   JSON: {"docs": n, "sections": {name: [dtype, offset in the file, items, CRC-32]}}, padded with spaces
    ...       the sections, each at a multiple of 8

Articles are numbered from 0 in the order in which they were added. A number without a stated width is as wide as the
largest one in its section needs (1, 2, 4 or 8 bytes). For the whole segment:

    lengths        n            weighted number of words of each article: title, lead and body as in `weights`
    dates          n, i4        minutes since 1970, ``NO_DATE`` for none
    precision      n, u1        how exact the date is: 1 year, 2 month, 3 day, 4 time; 0 where there is none
    instants       n, i4        minutes since 1970 in UTC of dates that state an offset, ``NO_DATE`` for the others
    fetched_at     n, i8        seconds since 1970 in UTC, ``NO_MOMENT`` for none; indexed_at likewise
    addresses      n, u8        stands for the address of the original (`web_addresses.address_key`), 0 for none
    ids            n, u8        the ids of the articles, ascending; id_docs: n, the article of each id
    stored         n+1          where the record of each article begins in the file of stored articles (see `stored`)
    sketches       n * 48, u2   the sketch of each article (see `SketchColumns`), one after the other
    shingles       n            digests: n, u4; days: n, i4; see there, too
    C.codes        n            the number of the article's name in column C, 0 for none. C is source, category, author,
                                and own.F for each own field F of which an article of the segment has a value
    C.text, C.text_starts       k names from number 1 on in UTF-8, and where each begins (k+1)

For each tier T of surface, folded and stem, with t terms and p postings:

    T.text         bytes        the terms in UTF-8, in ascending order of bytes
    T.text_starts  t+1          where each term begins in them
    T.hashes       t, u4        CRC-32 of the terms, ascending; T.hash_terms: t, the term of each hash
    T.starts       t+1          where the postings of each term begin
    T.docs         runs of p    the articles, ascending per term: the number of the first, then the differences
    T.doc_starts   t+1          where the bytes of each term begin in T.docs
    T.weights      runs of p    weighted frequency over title, lead and body
    T.weight_starts  t+1        where the bytes of each term begin in T.weights

Runs are described in `runs`: the numbers of each term are as wide as its largest number needs. The tiers folded and
stem have q positions. In their ``T.weights`` the lower half of a number's bits is the number of occurrences less one,
the upper half the weighted frequency less the number of occurrences:

    T.position_starts  t+1      where the positions of each term begin
    T.positions    q            ascending within a posting

Positions below ``BODY_POSITION`` are in the title, higher ones in the body, so no phrase extends from title to body.

A surface term folds to one folded term, whose number is in ``surface.folded`` (t). If no other surface term folds to
the same one, both have equal postings, and those of the surface term are not stored. This holds for most of them.

The bases (words without clitics and article) of the articles, b of them, and which article holds which:

    base.text, base.text_starts   as the terms of a tier
    base.articles  b            the number of articles that hold the base
    held.starts    n+1          where the bases of each article begin
    held.bases     h            the bases, ascending within an article
    held.weights   h            their weighted frequency, at most 65,535

The grams (`analyser.grams`) of the bases, g of them:

    gram.text, gram.text_starts, gram.hashes, gram.hash_terms   as the terms of a tier
    gram.articles  g            the sum over the bases with this gram of the number of articles that hold them
    gram.starts    g+1          where the bases of each gram begin
    gram.bases     ...          the bases that have the gram, ascending
"""

from __future__ import annotations

import re
from bisect import bisect_left
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import TIERS, Tier
from indexer.columns import OWN
from indexer.engine.local.segments import sections
from indexer.engine.local.segments.postings import NO_POSTINGS, Postings, TierReader
from indexer.engine.local.segments.runs import Ints
from indexer.engine.local.segments.terms import Terms, texts
from indexer.errors import damaged_file

BODY_POSITION = 1_000

CODES = ".codes"

_ID = re.compile("[0-9a-f]{16}")
_NO_BASES = np.empty(0, np.uint8)


class SegmentFile:
    """A mapped file of this format. Immutable, so safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedIndexError."""
        self._path = path
        self.docs, self.arrays, self._checksums, self._mapped = sections.read(path)
        try:
            self.terms: dict[Tier, Terms] = {tier: Terms(self.arrays, tier) for tier in TIERS}
            self.tiers: dict[Tier, TierReader] = {tier: TierReader(self.arrays, tier) for tier in TIERS}
            self._grams = Terms(self.arrays, "gram")
            self._folded = self.arrays["surface.folded"]
        except (ValueError, KeyError) as error:
            raise damaged_file(path, error) from error
        self._ids = memoryview(self.arrays["ids"].data)

    def check(self, *names: str) -> None:
        """Compares the sections ``names`` with their checksums, if they have one. Raises DamagedIndexError."""
        for name in names:
            if name in self._checksums and crc32(self.arrays[name].data) != self._checksums[name]:
                raise damaged_file(self._path, f"section {name} does not match its checksum")

    def release(self) -> None:
        """Gives back memory, see `sections.release`."""
        sections.release(self._mapped)

    def doc_of(self, article_id: str) -> int:
        """Returns the number of the article with this id, -1 if there is none. Deleted articles are found too."""
        if not _ID.fullmatch(article_id):
            return -1
        wanted = int(article_id, 16)
        at = bisect_left(self._ids, wanted)
        return int(self.arrays["id_docs"][at]) if at < len(self._ids) and self._ids[at] == wanted else -1

    @property
    def own_fields(self) -> list[str]:
        """The own fields of which an article of the segment has a value, or had one before it was deleted."""
        return [name[len(OWN) : -len(CODES)] for name in self.arrays if name.startswith(OWN) and name.endswith(CODES)]

    def names(self, column: str) -> list[str]:
        """Returns the names of a column by number; number 0 is "" and means none. A missing column has only that."""
        return ["", *texts(self.arrays, column)] if column + CODES in self.arrays else [""]

    def codes(self, column: str) -> NDArray[Any]:
        """Returns for each article the number of its name in a column."""
        return self.arrays[column + CODES] if column + CODES in self.arrays else np.zeros(self.docs, np.uint8)

    def articles_with(self, gram: str) -> int:
        """Returns in how many articles bases with ``gram`` occur.

        An article that holds several such bases counts several times.
        """
        number = self._grams.find(gram.encode("utf-8", "surrogatepass"))
        return int(self.arrays["gram.articles"][number]) if number >= 0 else 0

    def bases_with(self, gram: str) -> NDArray[Any]:
        """Returns the numbers of the bases that have ``gram``, ascending."""
        number = self._grams.find(gram.encode("utf-8", "surrogatepass"))
        if number < 0:
            return _NO_BASES
        first, last = self.arrays["gram.starts"][number : number + 2].tolist()
        return self.arrays["gram.bases"][first:last]

    def postings(self, tier: Tier, term: str) -> Postings:
        """Returns the postings of ``term``, which are empty if no article has it."""
        number = self.terms[tier].find(term.encode("utf-8", "surrogatepass"))
        return NO_POSTINGS if number < 0 else self.numbered_postings(tier, number)

    def numbered_postings(self, tier: Tier, number: int) -> Postings:
        """Returns the postings of the term with this number in the tier's `Terms`."""
        tier, number = self.place(tier, number)
        return self.tiers[tier].term(number)

    def place(self, tier: Tier, number: int) -> tuple[Tier, int]:
        """Returns the tier and the number under which the postings of a term are stored."""
        if tier == "surface" and not self.tiers[tier].size(number):
            return "folded", int(self._folded[number])
        return tier, number

    def docs_of(self, tier: Tier, terms: range) -> Ints:
        """Returns the articles of each of ``terms``, one term after the other."""
        numbers = np.arange(terms.start, terms.stop)
        found = self.tiers[tier].docs(numbers)
        if tier != "surface":
            return found
        elsewhere = self._folded[numbers[self.tiers[tier].sizes(numbers) == 0]]
        return np.concatenate([found, self.tiers["folded"].docs(elsewhere)])
