# SPDX-License-Identifier: GPL-3.0-or-later
"""The lexicon: what is known of each written form, and which words it is likely to be.

`making` builds it from the installed dictionaries when an index is created. It is frozen into the index, and documents
and queries use it as long as that index exists, whatever is installed later.

Forms and lemmas have the form of `fold.key`, so a word is found however its hamzas were typed, in documents and in
queries. Some nouns have two more entries that begin with أ and إ, see `PLURAL_OR_ACTION`.

The file is little-endian, one section after the other, so that it can be mapped and searched in place::

    8 bytes   "FHRLEX2\\n"
    8 bytes   n, the number of forms    8 bytes   v, of verb readings    8 bytes   m, of lemmas
    n * 8     BLAKE2b-64 of each form, ascending (the chance that two forms share one is about 1 in 10^8)
    n * 4     float32, occurrences in a billion words, 0 if only a dictionary knows the form
    n * 4     uint32, the number of its lemma as a noun, 0xFFFFFFFF for none
    n * 4     float32, how often it is that noun in a billion words, with an article or without
    n * 4     uint32, the index of its first verb reading
    v * 4     uint32, the number of the lemma of each verb reading
    v * 4     float32, how often the form belongs to this verb in a billion words
    (m+1) * 4 uint32, where each lemma begins in the text at the end, and its length
    m * 4     uint32, the number of the root of each lemma; lemmas that share no root have a number of their own
    n * 1     uint8, the flags of each form (`NO_ARTICLE` and others); the two highest bits count its verb readings
    ...       the lemmas in UTF-8
"""

from __future__ import annotations

import mmap
import os
import re
import struct
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.fold import fold, key_letters
from indexer.errors import damaged_file

_MAGIC = b"FHRLEX2\n"
_HEAD = struct.Struct("<8sQQQ")
_HASH = struct.Struct("<Q")
_NO_LEMMA = 0xFFFFFFFF
_READINGS_SHIFT = 6
_CACHED_ENTRIES = 100_000
_BUCKET_BITS = 16
_BUCKET_SHIFT = 64 - _BUCKET_BITS


# Flags of a form. They are plain numbers because an enum takes several times as long.
NO_ARTICLE = 1
"""Its ال is not an article: ألمانيا."""
SOUND_PLURAL = 2
"""As a noun it has a plural in ون and ين: مهندس."""
_TAKES_ENDINGS = 4
HAS_FEMININE = 8
"""It is an adjective or a noun for people whose feminine is made by a ta marbuta."""


PLURAL_OR_ACTION = re.compile("ا..ا.ا?")
"""A noun that may be a plural of the pattern أفعال or a noun of action of the pattern إفعال, perhaps in the accusative.
If both are words, as أحداث (events) and إحداث (causing) are, the lexicon has an entry for each spelling.
"""
ACTION_LETTERS = 5
"""The number of letters of the two patterns, without the alef of the accusative."""


class VerbReading(NamedTuple):
    """A verb that a form may belong to, and how often it does in a billion words."""

    lemma: str
    mass: float


class Noun(NamedTuple):
    """A form as a noun, a name or an adjective. ``mass`` is how often it has this meaning, with an article or without.

    A mere name takes neither endings nor pronouns.
    """

    lemma: str
    mass: float
    takes_endings: bool


class LexiconEntry(NamedTuple):
    """All that is known of a form. ``frequency`` is how often it is written in a billion words."""

    frequency: float = 0.0
    noun: Noun | None = None
    verbs: tuple[VerbReading, ...] = ()
    flags: int = 0


UNKNOWN = LexiconEntry()


class Lexicon:
    """A lexicon in memory or mapped from a file. Immutable, so safe to share between threads."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        """Raises ValueError if ``data`` is not a lexicon of this format."""
        if len(data) < _HEAD.size or data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("not a lexicon of this version")
        _, forms, verbs, lemmas = _HEAD.unpack_from(data)
        sizes = [_HEAD.size, forms * 8, *[forms * 4] * 4, *[verbs * 4] * 2, (lemmas + 1) * 4, lemmas * 4, forms]
        ends = np.cumsum(sizes).tolist()
        if len(data) < ends[-1]:
            raise ValueError("a truncated lexicon")
        view = memoryview(data)
        parts = [view[begin:end] for begin, end in pairwise(ends)]
        self._hashes = parts[0].cast("Q")
        # Where the hashes with the same highest bits begin. A search among all hashes takes four times as long.
        edges = np.arange(1 << _BUCKET_BITS, dtype=np.uint64) << np.uint64(_BUCKET_SHIFT)
        buckets = np.searchsorted(np.frombuffer(parts[0], "<u8"), edges)
        self._buckets = np.append(buckets, forms).tolist()
        self._frequencies = parts[1].cast("f")
        self._nouns = parts[2].cast("I")
        self._masses = parts[3].cast("f")
        self._first_verbs = parts[4].cast("I")
        self._verbs = parts[5].cast("I")
        self._verb_masses = parts[6].cast("f")
        self._starts = parts[7].cast("I")
        self._roots = parts[8].cast("I")
        self._flags = parts[9]
        self._texts = view[ends[-1] :]
        self._data = view
        self.fingerprint = blake2b(data, digest_size=8).hexdigest()
        # An analysis asks for several forms per word, most of which do not exist. For single keys lru_cache
        # is faster than `cache.Cache`.
        self.entry = lru_cache(maxsize=_CACHED_ENTRIES)(self._read)
        """Returns what is known of a form in the spelling of `fold.key`, `UNKNOWN` if it does not exist."""

    def __len__(self) -> int:
        return len(self._hashes)

    def frequency(self, folded: str) -> float:
        """Returns how often the folded form is written in a billion words, 0 if unknown."""
        return self.entry(key_letters(folded)).frequency

    def lemma(self, folded: str) -> str | None:
        """Returns the most likely lemma of the folded form, None if no dictionary knows it."""
        entry = self.entry(key_letters(folded))
        readings = [*entry.verbs, *([VerbReading(entry.noun.lemma, entry.noun.mass)] if entry.noun else [])]
        return max(readings, key=lambda reading: reading.mass).lemma if readings else None

    def relatives(self, lemma: str) -> tuple[str, ...]:
        """Returns the other lemmas of the same root, such as كاتب and مكتبة for كتاب, the most frequent first.

        Returns an empty tuple for an unknown lemma.
        """
        number = bisect_left(range(len(self._roots)), lemma, key=self._lemma)
        if number >= len(self._roots) or self._lemma(number) != lemma:
            return ()
        family = np.flatnonzero(self._root_numbers == self._roots[number])
        lemmas = [self._lemma(other) for other in family.tolist() if other != number]
        return tuple(sorted(lemmas, key=lambda other: (-self.frequency(other), other)))

    @cached_property
    def _root_numbers(self) -> NDArray[np.uint32]:
        return np.frombuffer(self._roots, np.uint32)

    def write(self, path: Path) -> None:
        """Writes the file. Raises OSError."""
        path.write_bytes(self._data)

    @classmethod
    def open(cls, path: Path) -> Lexicon:
        """Maps the file at ``path``, or returns the lexicon that was opened last if that is the same file.

        The generations of an index are links to one file, whose fingerprint takes 20 ms. Raises DamagedIndexError.
        """
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                # A new link changes the time of the file's status, so that time is not compared.
                same = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
                found = _opened_last.get(same)
                if found is None:
                    found = cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
                    _opened_last.clear()
                    _opened_last[same] = found
                return found
        except (OSError, ValueError) as error:
            raise damaged_file(path, error) from error

    def _read(self, form: str) -> LexiconEntry:
        (wanted,) = _HASH.unpack(blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        bucket = wanted >> _BUCKET_SHIFT
        end = self._buckets[bucket + 1]
        at = bisect_left(self._hashes, wanted, self._buckets[bucket], end)
        if at == end or self._hashes[at] != wanted:
            return UNKNOWN
        bits = self._flags[at]
        verbs: tuple[VerbReading, ...] = ()
        if count := bits >> _READINGS_SHIFT:
            first = self._first_verbs[at]
            numbers = range(first, first + count)
            verbs = tuple([VerbReading(self._lemma(self._verbs[at]), self._verb_masses[at]) for at in numbers])
        noun = None
        if self._nouns[at] != _NO_LEMMA:
            noun = Noun(self._lemma(self._nouns[at]), self._masses[at], bool(bits & _TAKES_ENDINGS))
        return LexiconEntry(self._frequencies[at], noun, verbs, bits & (NO_ARTICLE | SOUND_PLURAL | HAS_FEMININE))

    def _lemma(self, number: int) -> str:
        return str(self._texts[self._starts[number] : self._starts[number + 1]], "utf-8")


_opened_last: dict[tuple[int, ...], Lexicon] = {}
"""The lexicon that was opened last, by what identifies its file. Its map keeps the file's number from being reused."""


def build(
    frequencies: Mapping[str, float],
    nouns: Mapping[str, Noun],
    verbs: Mapping[str, tuple[VerbReading, ...]] = MappingProxyType({}),
    flags: Mapping[str, int] = MappingProxyType({}),
    roots: Mapping[str, str] = MappingProxyType({}),
) -> Lexicon:
    """Builds a lexicon from the frequency of each form, its noun, and the verbs that it may belong to.

    ``roots`` maps lemmas to their roots.
    """
    forms = [*(frequencies.keys() | nouns.keys() | verbs.keys() | flags.keys())]
    digests = b"".join([blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest() for form in forms])
    hashes, order = np.unique(np.frombuffer(digests, "<u8"), return_index=True)
    forms = [forms[at] for at in order.tolist()]
    readings = [verbs.get(form, ()) for form in forms]
    every = [reading for of_form in readings for reading in of_form]
    texts = sorted({noun.lemma for noun in nouns.values()} | {reading.lemma for reading in every})
    number = {lemma: at for at, lemma in enumerate(texts)}
    encoded = [text.encode() for text in texts]
    found = [nouns.get(form) for form in forms]
    bits = [
        int(flags.get(form, 0) | (_TAKES_ENDINGS if noun and noun.takes_endings else 0)) | len(own) << _READINGS_SHIFT
        for form, noun, own in zip(forms, found, readings, strict=True)
    ]
    return Lexicon(
        b"".join(
            (
                _HEAD.pack(_MAGIC, len(forms), len(every), len(texts)),
                hashes.tobytes(),
                np.array([frequencies.get(form, 0.0) for form in forms], "<f4").tobytes(),
                np.array([number[noun.lemma] if noun else _NO_LEMMA for noun in found], "<u4").tobytes(),
                np.array([noun.mass if noun else 0.0 for noun in found], "<f4").tobytes(),
                np.cumsum([0, *map(len, readings)])[:-1].astype("<u4").tobytes(),
                np.array([number[reading.lemma] for reading in every], "<u4").tobytes(),
                np.array([reading.mass for reading in every], "<f4").tobytes(),
                np.cumsum([0, *map(len, encoded)]).astype("<u4").tobytes(),
                np.unique([roots.get(text, text) for text in texts], return_inverse=True)[1].astype("<u4").tobytes(),
                bytes(bits),
                *encoded,
            )
        )
    )


@cache
def shipped() -> Lexicon:
    """Returns the lexicon of the installed dictionaries. Raises DictionaryError.

    Making it takes some seconds, so it is kept in a file in the user's cache and read from there the next time. The
    file is named by the digest of its sources.
    """
    from indexer.arabic.lexicon import kept  # noqa: PLC0415  # it imports this module

    return kept.kept()


@cache
def protected() -> frozenset[str]:
    """Returns the folded names that stay whole."""
    return frozenset(_data_lines("protected.txt"))


@cache
def stop_words() -> frozenset[str]:
    """Returns the bare function words as they are spelled: على is one, the name علي is not."""
    return frozenset(word for line in _data_lines("stopwords.txt") for word in line.split())


@cache
def variant_families() -> tuple[tuple[str, ...], ...]:
    """Returns the families of spellings as written in the data file; the first spelling stands for the others."""
    return tuple(tuple(line.split()) for line in _data_lines("variants.txt"))


@cache
def synonym_families() -> tuple[tuple[str, ...], ...]:
    """Returns the families of names of one thing as written in the data file; a name has one or more words."""
    return tuple(tuple(name.strip() for name in line.split("|")) for line in _data_lines("synonyms.txt"))


@cache
def singulars() -> dict[str, str]:
    """Returns folded broken plural -> folded singular, for words that the dictionaries lack or have wrong."""
    families = [[fold(form) for form in line.split()] for line in _data_lines("plurals.txt")]
    return {plural: singular for singular, *plurals in families for plural in plurals}


@cache
def exonyms() -> dict[str, str]:
    """Returns name in small Latin letters that does not follow the sound of the Arabic name -> that name as spelled."""
    families = [line.split() for line in _data_lines("exonyms.txt")]
    return {other: name for name, *others in families for other in others}


def lists_fingerprint() -> str:
    """Returns a text that changes with every data file that terms depend on."""
    names = ("protected.txt", "variants.txt", "plurals.txt", "stopwords.txt")
    return "\n".join(line for name in names for line in ("", *_data_lines(name)))


def _data_lines(name: str) -> Iterator[str]:
    text = (files("indexer.arabic") / "data" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()
