# SPDX-License-Identifier: GPL-3.0-or-later
"""All words of an index as rows of letter numbers, so that one word is compared with all of them at once.

A row holds the letters of a folded word, one byte each, zeros after the last one. Words with a sign that is no letter
of Arabic or of the English alphabet, of one letter, or of more than `LONGEST` letters have no row: nobody means them by
a slip of the finger.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.arabic import letters as L
from indexer.arabic.sounds import CLASSES, MUTE_BEFORE
from indexer.engine.vocabulary import LONGEST

_SHORTEST = 2

ALPHABET = (
    "\0"
    + "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    + L.HAMZA + L.WAW_HAMZA + L.YEH_HAMZA + L.PEH + L.TCHEH + L.VEH + L.GAF
    + string.ascii_lowercase
)  # fmt: skip
"""The letter of each number. The number 0 is no letter: it stands after the end of a word."""

Letters = NDArray[np.uint8]
Ints = NDArray[np.int64]

_TABLE = np.zeros(0x700, np.uint8)
for _number, _letter in enumerate(ALPHABET[1:], 1):
    _TABLE[ord(_letter)] = _number
_CLASS_OF = np.zeros(len(ALPHABET), np.uint8)
for _number, _letters in enumerate(CLASSES, 1):
    _CLASS_OF[[ALPHABET.index(letter) for letter in _letters]] = _number
_KEY_FACTOR, _KEY_RANGE = 0x9E3779B1, 1 << 32
_FACTORS = np.random.default_rng(1).integers(1, 2**63, LONGEST, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def letter_numbers(word: str) -> Letters:
    """The numbers of the letters of a folded word, 0 for what is no letter of the alphabet."""
    return _numbers(word.encode("utf-32-le", "surrogatepass"))


def _numbers(utf32: bytes) -> Letters:
    points = np.frombuffer(utf32, "<u4")
    return _TABLE[np.where(points < len(_TABLE), points, 0)]


def letter_set(letters: str) -> np.uint64:
    """The set of ``letters`` as bits: bit n is set for the letter with the number n."""
    bits: np.uint64 = np.uint64(sum(1 << ALPHABET.index(letter) for letter in set(letters)))
    return bits


class WordRows:
    """Rows of words, with the number of articles that have each. Immutable; safe to share between threads.

    Rows are sorted by the length of their words, shortest first. All arrays have one entry a row.
    """

    def __init__(self, words: Letters, counts: Ints) -> None:
        """``words`` has one row of `LONGEST` letter numbers a word, all of them different."""
        lengths = (words != 0).sum(axis=1, dtype=np.uint8)
        order = np.argsort(lengths, kind="stable")
        self.words = words[order]
        self.lengths: Letters = lengths[order]
        self.counts = counts[order]

    @classmethod
    def of(cls, words: Iterable[tuple[str, int]]) -> WordRows:
        """The rows of ``words``, different folded words with the number of articles of each."""
        texts, counts = [], []
        for word, count in words:
            texts.append(word.encode("utf-8", "surrogatepass"))
            counts.append(count)
        starts = np.cumsum([0, *map(len, texts)])
        return cls(*rows_of(np.frombuffer(b"".join(texts), np.uint8), starts, np.array(counts, np.int64)))

    @classmethod
    def merged(cls, parts: Sequence[tuple[Letters, Ints]]) -> WordRows:
        """The rows of several lists of words; the counts of a word that several lists have are added up."""
        words = np.concatenate([np.zeros((0, LONGEST), np.uint8), *(words for words, _ in parts)])
        counts = np.concatenate([np.zeros(0, np.int64), *(counts for _, counts in parts)])
        if len(parts) > 1:
            # Equal words are found by a hash of 64 bits, which no two of a few million words share.
            hashes = np.zeros(len(words), np.uint64)
            for column, factor in enumerate(_FACTORS):
                hashes += words[:, column] * factor
            _, first, same = np.unique(hashes, return_index=True, return_inverse=True)
            words, counts = words[first], np.bincount(same, counts).astype(np.int64)
        return cls(words, counts)

    @cached_property
    def total(self) -> int:
        """The sum of the counts of all words."""
        return int(self.counts.sum())

    @cached_property
    def likelihoods(self) -> NDArray[np.float32]:
        """The natural logarithm of each word's share of `total`."""
        return np.log(self.counts / max(1, self.total)).astype(np.float32)

    @cached_property
    def letters(self) -> NDArray[np.uint64]:
        """The set of letters of each word, see `letter_set`."""
        sets = np.zeros(len(self.words), np.uint64)
        bits = np.left_shift(np.uint64(1), np.arange(len(ALPHABET), dtype=np.uint64))
        bits[0] = 0  # the end of a word is no letter
        for column in range(LONGEST):
            sets |= bits[self.words[:, column]]
        return sets

    @cached_property
    def _by_sound(self) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        """The hashes of the sound keys of all words (`sounds.key`), ascending, and the row of each."""
        hashes = np.zeros(len(self.words), np.uint32)
        before = np.zeros(len(self.words), np.uint8)
        for column in range(LONGEST):
            letters = self.words[:, column]
            classes = _CLASS_OF[letters]
            if column + 1 < LONGEST:
                for letter, followers in MUTE_BEFORE.items():
                    followed = np.isin(self.words[:, column + 1], [ALPHABET.index(one) for one in followers])
                    classes[(letters == ALPHABET.index(letter)) & followed] = 0
            heard = (classes != 0) & (classes != before)
            hashes[heard] = hashes[heard] * np.uint32(_KEY_FACTOR) + classes[heard]
            before = np.where(classes != 0, classes, before)
        order = np.argsort(hashes, kind="stable")
        return hashes[order], order.astype(np.int32)

    def sounding(self, keys: Collection[tuple[int, ...]], shortest: int, longest: int, most: int) -> list[str]:
        """See `Vocabulary.sounding`."""
        hashes, rows_by_hash = self._by_sound
        found = [np.zeros(0, np.int64)]
        for key in keys:
            wanted = 0
            for number in key:
                wanted = (wanted * _KEY_FACTOR + number) % _KEY_RANGE
            first, last = (int(hashes.searchsorted(np.uint32(wanted), side)) for side in ("left", "right"))
            found.append(rows_by_hash[first:last].astype(np.int64))
        rows = np.unique(np.concatenate(found))
        allowed = self.of_length(shortest, longest)
        rows = rows[slice(*rows.searchsorted([allowed.start, allowed.stop]))]
        rows = rows[np.argsort(-self.counts[rows], kind="stable")][:most]
        return [self.word(row) for row in rows.tolist()]

    def of_length(self, shortest: int, longest: int) -> slice:
        """The rows of words with ``shortest`` to ``longest`` letters."""
        first, last = self.lengths.searchsorted([max(0, shortest), min(longest, LONGEST) + 1])
        return slice(int(first), int(last))

    def word(self, row: int) -> str:
        """The word of a row."""
        return "".join(ALPHABET[number] for number in self.words[row, : int(self.lengths[row])].tolist())


def rows_of(text: NDArray[np.uint8], text_starts: NDArray[np.integer], counts: Ints) -> tuple[Letters, Ints]:
    """The rows of those words that can have one, and their counts.

    ``text`` holds the words in UTF-8, one after the other; ``text_starts`` is where each begins and, last, the end.
    """
    letters = _numbers(text.tobytes().decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass"))
    # The number of characters before each byte, from which follows the first character of each word.
    before = np.concatenate([[0], np.cumsum((text & 0xC0) != 0x80)])
    starts = before[text_starts]
    sizes = np.diff(starts)
    strange = np.concatenate([[0], np.cumsum(letters == 0)])[starts]
    kept = (sizes >= _SHORTEST) & (sizes <= LONGEST) & (np.diff(strange) == 0)
    rows = np.repeat(np.cumsum(kept) - 1, sizes)
    columns = np.arange(len(letters)) - np.repeat(starts[:-1], sizes)
    inside = np.repeat(kept, sizes)
    words = np.zeros((int(kept.sum()), LONGEST), np.uint8)
    words[rows[inside], columns[inside]] = letters[inside]
    return words, counts[kept]
