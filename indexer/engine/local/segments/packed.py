"""The segment file: all of a batch of articles but their texts, as arrays that are mapped and searched as they lie.

Immutable once written. All numbers little-endian::

    8 bytes   "FHRSEG5\\n"
    8 bytes   h, the length of the header
    h bytes   JSON: {"docs": n, "sections": {name: [dtype, offset in the file, items, CRC-32]}}, padded with spaces
    ...       the sections, each beginning at a multiple of 8

Articles are numbered from 0 in the order that they were added. Numbers whose width is not given are as wide as the
largest one of the segment needs (1, 2, 4 or 8 bytes). For the whole segment:

    lengths        n            weighted words of each article: title, lead and body as in `weights`
    dates          n, i4        minutes since 1970, ``NO_DATE`` for none
    precision      n, u1        how exact the date is: 1 year, 2 month, 3 day, 4 time; 0 where there is none
    fetched_at     n, i8        seconds since 1970 in UTC, ``NO_MOMENT`` for none; indexed_at likewise
    ids            n, u8        the articles' ids, ascending; id_docs: n, whose id each is
    stored         n+1          where each article's record begins in the file of stored articles (see `stored`)
    sketches, shingles, digests, days   see `sketches`
    C.codes        n            which name of column C the article has, 0 for none. C is source, category, author, and
                                own.F for each own field F of which an article of the segment has a value
    C.text, C.text_starts       the names from number 1 on in UTF-8, and where each begins

For each tier T of surface, folded and stem, t terms having p postings of their own:

    T.text         bytes        the terms in UTF-8, in ascending order of bytes
    T.text_starts  t+1          where each term begins in them
    T.hashes       t, u4        CRC-32 of the terms, ascending; T.hash_terms: t, whose each is
    T.starts       t+1          where each term's postings begin
    T.docs         runs of p    the articles, ascending within a term: the first one's number, then what is added to it
    T.doc_starts   t+1          where each term's bytes begin there
    T.weights      runs of p    weighted frequency over title, lead and body
    T.weight_starts  t+1        where each term's bytes begin there

Runs are as in `runs`: each term's numbers are as wide as its largest one needs. Folded and stem have positions, q of
them in all; their ``T.weights`` hold how often the term occurs, less one, in the lower half of a number's bits, and in
the upper half by how much the weighted frequency is more than that:

    T.position_starts  t+1      where each term's positions begin
    T.positions    q            ascending within a posting

Positions below ``BODY_POSITION`` are in the title, those from it on in the body, so that no phrase runs from one into
the other.

A surface term folds to one folded term, whose number is in ``surface.folded`` (t). Where no other surface term folds to
that one, the postings of both are the same, and the surface term has none of its own: so it is with most of them.

The bases (words without clitics and article) that the articles hold, b of them, and which article holds which:

    base.text, base.text_starts   as the terms of a tier
    base.articles  b            how many articles hold it
    held.starts    n+1          where each article's bases begin
    held.bases     h            the bases, ascending within an article
    held.weights   h            their weighted frequency, 65,535 at most

and the grams (`analyser.grams`) of the bases, g of them:

    gram.text, gram.text_starts, gram.hashes, gram.hash_terms   as the terms of a tier
    gram.articles  g            in how many articles a base with it occurs, one with several counted several times
    gram.starts    g+1          where each gram's bases begin
    gram.bases     ...          the bases that have it, ascending
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
    """A file of this format, mapped. Immutable, so safe to share between threads."""

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
        """Compare the sections ``names`` with their checksums, those that have one. Raises DamagedIndexError."""
        for name in names:
            if name in self._checksums and crc32(self.arrays[name].data) != self._checksums[name]:
                raise damaged_file(self._path, f"section {name} is not what was written")

    def release(self) -> None:
        """See `sections.release`."""
        sections.release(self._mapped)

    def doc_of(self, article_id: str) -> int:
        """The number of the article with this id, -1 for none. A deleted one is still found."""
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
        """The names of a column, from number 0 on, which is "" and means none; only that where there is no column."""
        return ["", *texts(self.arrays, column)] if column + CODES in self.arrays else [""]

    def codes(self, column: str) -> NDArray[Any]:
        """For each article the number of the name that it has in a column."""
        return self.arrays[column + CODES] if column + CODES in self.arrays else np.zeros(self.docs, np.uint8)

    def articles_with(self, gram: str) -> int:
        """In how many articles bases with ``gram`` occur; articles that hold several of them count several times."""
        number = self._grams.find(gram.encode("utf-8", "surrogatepass"))
        return int(self.arrays["gram.articles"][number]) if number >= 0 else 0

    def bases_with(self, gram: str) -> NDArray[Any]:
        """The numbers of the bases that have ``gram``, ascending."""
        number = self._grams.find(gram.encode("utf-8", "surrogatepass"))
        if number < 0:
            return _NO_BASES
        first, last = self.arrays["gram.starts"][number : number + 2].tolist()
        return self.arrays["gram.bases"][first:last]

    def postings(self, tier: Tier, term: str) -> Postings:
        """The postings of ``term``; none if it isn't there."""
        number = self.terms[tier].find(term.encode("utf-8", "surrogatepass"))
        return NO_POSTINGS if number < 0 else self.numbered_postings(tier, number)

    def numbered_postings(self, tier: Tier, number: int) -> Postings:
        """The postings of the term with this number in the tier's `Terms`."""
        tier, number = self.place(tier, number)
        return self.tiers[tier].term(number)

    def place(self, tier: Tier, number: int) -> tuple[Tier, int]:
        """The tier and the number under which the postings of a term lie."""
        if tier == "surface" and not self.tiers[tier].size(number):
            return "folded", int(self._folded[number])
        return tier, number

    def docs_of(self, tier: Tier, terms: range) -> Ints:
        """The articles that have one of several terms, one term behind the other."""
        numbers = np.arange(terms.start, terms.stop)
        found = self.tiers[tier].docs(numbers)
        if tier != "surface":
            return found
        elsewhere = self._folded[numbers[self.tiers[tier].sizes(numbers) == 0]]
        return np.concatenate([found, self.tiers["folded"].docs(elsewhere)])
