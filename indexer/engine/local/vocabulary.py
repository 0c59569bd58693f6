"""The words of a generation as rows of numbers, so that all of them are compared with a word at once.

A row holds the letters of a folded term, one byte each. Terms with a sign that is no letter of Arabic or of the English
alphabet, and those longer than `LONGEST`, are not in it: nobody means them by a slip of the finger.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from indexer.arabic import letters as L
from indexer.arabic.analyser import Tier
from indexer.arabic.fold import fold_letters
from indexer.arabic.sounds import CLASSES, MUTE_BEFORE
from indexer.engine.local.segments.packed import SegmentFile
from indexer.engine.local.segments.runs import Ints

LONGEST = 24
_SHORTEST = 2

ALPHABET = (
    "\0"
    + "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    + L.HAMZA + L.WAW_HAMZA + L.YEH_HAMZA + L.PEH + L.TCHEH + L.VEH + L.GAF
    + string.ascii_lowercase
)  # fmt: skip
"""The letter of each number; 0 stands behind the end of a word."""

# Which other letters a folded one may stand for, most of them anywhere, those of the second table at a word's end only.
_ANYWHERE = {L.ALEF: (L.ALEF, L.ALEF_HAMZA_ABOVE, L.ALEF_HAMZA_BELOW, L.ALEF_MADDA)}
_AT_END = {L.HEH: (L.HEH, L.TEH_MARBUTA), L.YEH: (L.YEH, L.ALEF_MAKSURA)}
_VARIED = 3

_TABLE = np.zeros(0x700, np.uint8)
for _number, _letter in enumerate(ALPHABET[1:], 1):
    _TABLE[ord(_letter)] = _number
_CLASS_OF = np.zeros(len(ALPHABET), np.uint8)
for _number, _letters in enumerate(CLASSES, 1):
    _CLASS_OF[[ALPHABET.index(letter) for letter in _letters]] = _number
_KEY_FACTOR, _KEY_RANGE = 0x9E3779B1, 1 << 32
_FACTORS = np.random.default_rng(1).integers(1, 2**63, LONGEST, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def numbers(word: str) -> NDArray[np.uint8]:
    """The numbers of the letters of a folded word, 0 for what is no letter of the alphabet."""
    points = np.frombuffer(word.encode("utf-32-le", "surrogatepass"), "<u4")
    return _TABLE[np.where(points < len(_TABLE), points, 0)]


class Vocabulary:
    """All folded terms of a generation. Immutable, made when first asked for; safe to share between threads.

    ``words`` has a row a term, those of one length together, shorter ones first; the other arrays belong to its rows.
    """

    def __init__(self, files: Sequence[SegmentFile], alive: Sequence[NDArray[np.bool_]]) -> None:
        """``alive`` says of each of ``files`` which articles are not deleted."""
        self._files = files
        # None where all are there.
        self._alive = [None if mask.all() else mask for mask in alive]

    @cached_property
    def _rows(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Ints]:
        parts = [_rows_of(file) for file in self._files]
        words = np.concatenate([np.zeros((0, LONGEST), np.uint8), *(words for words, _ in parts)])
        articles = np.concatenate([np.zeros(0, np.int64), *(articles for _, articles in parts)])
        if len(parts) > 1:
            # Terms of several segments are found by a hash of 64 bits, which no two of a few million words share.
            hashes = np.zeros(len(words), np.uint64)
            for column, factor in enumerate(_FACTORS):
                hashes += words[:, column] * factor
            _, first, same = np.unique(hashes, return_index=True, return_inverse=True)
            words, articles = words[first], np.bincount(same, articles).astype(np.int64)
        lengths = (words != 0).sum(axis=1, dtype=np.uint8)
        order = np.argsort(lengths, kind="stable")
        return words[order], lengths[order], articles[order]

    @property
    def words(self) -> NDArray[np.uint8]:
        """The letters of each term."""
        return self._rows[0]

    @property
    def lengths(self) -> NDArray[np.uint8]:
        """How many letters each term has."""
        return self._rows[1]

    @property
    def counts(self) -> Ints:
        """How many articles have each term, deleted ones included."""
        return self._rows[2]

    @cached_property
    def total(self) -> int:
        """How many articles all terms together have, an article with several of them counted several times."""
        return int(self.counts.sum())

    @cached_property
    def likelihoods(self) -> NDArray[np.float32]:
        """The natural logarithm of each term's part of `total`."""
        return np.log(self.counts / max(1, self.total)).astype(np.float32)

    @cached_property
    def letters(self) -> NDArray[np.uint64]:
        """Which letters each term has: bit n for the letter with number n."""
        sets = np.zeros(len(self.words), np.uint64)
        bits = np.left_shift(np.uint64(1), np.arange(len(ALPHABET), dtype=np.uint64))
        bits[0] = 0  # the end is no letter
        for column in range(LONGEST):
            sets |= bits[self.words[:, column]]
        return sets

    @cached_property
    def _by_sound(self) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        """A hash of the key of each term (`sounds.key`), ascending, and the row of each."""
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

    def sounding(self, keys: Iterable[tuple[int, ...]]) -> Ints:
        """The rows of the terms that have one of ``keys`` (`sounds.key`), ascending; a few others may be among them."""
        hashes, rows = self._by_sound
        found = [np.zeros(0, np.int64)]
        for key in keys:
            wanted = 0
            for number in key:
                wanted = (wanted * _KEY_FACTOR + number) % _KEY_RANGE
            first, last = (int(hashes.searchsorted(np.uint32(wanted), side)) for side in ("left", "right"))
            found.append(rows[first:last].astype(np.int64))
        return np.unique(np.concatenate(found))

    def of_length(self, least: int, most: int) -> slice:
        """The rows of terms with ``least`` to ``most`` letters."""
        first, last = self.lengths.searchsorted([max(0, least), min(most, LONGEST) + 1])
        return slice(int(first), int(last))

    def text(self, row: int) -> str:
        """The term of a row."""
        return "".join(ALPHABET[number] for number in self.words[row, : int(self.lengths[row])].tolist())

    def with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """The ``most`` frequent folded terms that begin with ``prefix``, and how many articles have each.

        Of each segment only the frequent ones are added up.
        """
        found: Counter[str] = Counter()
        for file in self._files:
            rows = file.terms["folded"].having_prefix(prefix.encode("utf-8", "surrogatepass"))
            starts = file.arrays["folded.starts"][rows.start : rows.stop + 1].astype(np.int64)
            counts = starts[1:] - starts[:-1]
            chosen = np.argpartition(-counts, most)[:most] if len(counts) > most else np.arange(len(counts))
            for at in chosen.tolist():
                found[file.terms["folded"][rows[at]].decode("utf-8", "surrogatepass")] += int(counts[at])
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:most]

    def articles(self, term: str, tier: Tier = "folded") -> int:
        """How many articles have a term; 0 where all that have it are deleted."""
        found = 0
        for file, alive in zip(self._files, self._alive, strict=True):
            docs = file.postings(tier, term).docs
            found += len(docs) if alive is None else int(alive[docs].sum())
        return found

    def spelling(self, folded: str) -> str:
        """The term as most articles write it, with hamza and ta marbuta; ``folded`` itself where none has it."""
        choices: list[Sequence[str]] = []
        varied = 0
        for at, letter in enumerate(folded):
            others = _AT_END.get(letter) if at == len(folded) - 1 else _ANYWHERE.get(letter)
            varied += bool(others)
            choices.append(others if others and (varied <= _VARIED or at == len(folded) - 1) else letter)
        spellings = ["".join(spelling) for spelling in product(*choices)]
        best = max(spellings, key=lambda spelling: sum(self._having(file, spelling) for file in self._files))
        return best if any(self._having(file, best) for file in self._files) else folded

    @staticmethod
    def _having(file: SegmentFile, spelling: str) -> int:
        # The preposition على keeps its last letter in the folded tier too: it is no spelling of علي.
        if fold_letters(spelling) != spelling and len(file.postings("folded", spelling).docs):
            return 0
        return len(file.postings("surface", spelling).docs)


def _rows_of(file: SegmentFile) -> tuple[NDArray[np.uint8], Ints]:
    """The rows of a segment's folded terms that can be rows, and how many articles have each."""
    text = file.arrays["folded.text"]
    points = np.frombuffer(text.tobytes().decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass"), "<u4")
    letters = _TABLE[np.where(points < len(_TABLE), points, 0)]
    # Where each character begins among the bytes, and so which of them is the first of each term.
    before = np.concatenate([[0], np.cumsum((text & 0xC0) != 0x80)])
    starts = before[file.arrays["folded.text_starts"]]
    sizes = np.diff(starts)
    strange = np.concatenate([[0], np.cumsum(letters == 0)])[starts]
    kept = (sizes >= _SHORTEST) & (sizes <= LONGEST) & (np.diff(strange) == 0)
    rows = np.repeat(np.cumsum(kept) - 1, sizes)
    columns = np.arange(len(letters)) - np.repeat(starts[:-1], sizes)
    inside = np.repeat(kept, sizes)
    words = np.zeros((int(kept.sum()), LONGEST), np.uint8)
    words[rows[inside], columns[inside]] = letters[inside]
    return words, np.diff(file.arrays["folded.starts"].astype(np.int64))[kept]
