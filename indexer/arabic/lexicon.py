"""The lexicon: how frequent each written form is, and which dictionary form (lemma) it belongs to.

It is made once, when an index is built from nothing, from two lists, and frozen into the index: documents and queries
share it for as long as that index lives, whatever is installed later.

- Lemmas: simplemma's Arabic list (297,624 pairs, broken plurals included).
- Frequencies: wordfreq's Arabic list (the forms of 10 or more in a billion words of web, subtitles, Wikipedia, ...).

Keys and lemmas are folded, so that a word is found however its hamza was typed, in a document and in a query alike.

The file, little-endian, one section after the other, so that it can be mapped into memory and searched as it lies::

    8 bytes   "FHRLEX1\\n"
    8 bytes   n, the number of forms            8 bytes   m, the number of lemmas
    n * 8     BLAKE2b-64 of each form, ascending (two forms with one hash: about 1 chance in 10^8 for this list)
    n * 4     float32, occurrences in a billion words, 0 where only the dictionary knows the form
    n * 4     uint32, the number of its lemma, 0xFFFFFFFF for none
    (m+1) * 4 uint32, where each lemma begins in what follows; the last one is its length
    ...       the lemmas in UTF-8
"""

from __future__ import annotations

import mmap
import re
import struct
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

import numpy as np

from indexer.arabic import letters as L
from indexer.arabic.fold import FOLD_TABLE, fold
from indexer.errors import DamagedIndexError

_MAGIC = b"FHRLEX1\n"
_NO_LEMMA = 0xFFFFFFFF
_BILLION = 1e9
_RAREST = 1e-8
_WORD = re.compile(f"[{L.LETTERS}]{{2,40}}")


class Lexicon:
    """The file above, in memory or mapped. Immutable, so safe to share between threads."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        """Raises ValueError where ``data`` is not such a file."""
        if data[: len(_MAGIC)] != _MAGIC or len(data) < 24:
            raise ValueError("not a lexicon")
        forms, lemmas = struct.unpack_from("<QQ", data, len(_MAGIC))
        view = memoryview(data)
        ends = np.cumsum([24, forms * 8, forms * 4, forms * 4, (lemmas + 1) * 4]).tolist()
        if len(data) < ends[-1]:
            raise ValueError("a truncated lexicon")
        self._hashes = view[ends[0] : ends[1]].cast("Q")
        self._frequencies = view[ends[1] : ends[2]].cast("f")
        self._lemmas = view[ends[2] : ends[3]].cast("I")
        self._starts = view[ends[3] : ends[4]].cast("I")
        self._texts = view[ends[4] :]
        self.fingerprint = blake2b(data, digest_size=8).hexdigest()

    def __len__(self) -> int:
        return len(self._hashes)

    def frequency(self, folded: str) -> float:
        """How often the folded form occurs in a billion words; 0 where that isn't known."""
        at = self._find(folded)
        return self._frequencies[at] if at >= 0 else 0.0

    def lemma(self, folded: str) -> str | None:
        """The folded lemma of the folded form, or None."""
        at = self._find(folded)
        if at < 0 or (number := self._lemmas[at]) == _NO_LEMMA:
            return None
        return bytes(self._texts[self._starts[number] : self._starts[number + 1]]).decode()

    def write(self, path: Path) -> None:
        """Write the file; raises OSError."""
        with path.open("wb") as file:
            for part in (struct.pack("<8sQQ", _MAGIC, len(self._hashes), len(self._starts) - 1), self._hashes,
                         self._frequencies, self._lemmas, self._starts, self._texts):  # fmt: skip
                file.write(part)

    @classmethod
    def open(cls, path: Path) -> Lexicon:
        """The lexicon in the file at ``path``, mapped into memory. Raises DamagedIndexError."""
        try:
            with path.open("rb") as file:
                return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise DamagedIndexError(f"{path}: {error}; run `fihrist index --rebuild PATH...`") from error

    def _find(self, folded: str) -> int:
        wanted = _hash(folded)
        at = bisect_left(self._hashes, wanted)
        return at if at < len(self._hashes) and self._hashes[at] == wanted else -1


def build(frequencies: dict[str, float], lemmas: dict[str, str]) -> Lexicon:
    """The lexicon of these folded forms."""
    forms = [*(frequencies.keys() | lemmas.keys())]
    digests = b"".join([blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest() for form in forms])
    hashes, order = np.unique(np.frombuffer(digests, "<u8"), return_index=True)
    forms = [forms[at] for at in order.tolist()]
    texts = sorted(set(lemmas.values()))
    number = {lemma: at for at, lemma in enumerate(texts)}
    encoded = [text.encode() for text in texts]
    starts = np.cumsum([0, *map(len, encoded)]).astype("<u4")
    return Lexicon(
        b"".join(
            (
                struct.pack("<8sQQ", _MAGIC, len(forms), len(texts)),
                hashes.tobytes(),
                np.array([frequencies.get(form, 0.0) for form in forms], "<f4").tobytes(),
                np.array([number[lemmas[form]] if form in lemmas else _NO_LEMMA for form in forms], "<u4").tobytes(),
                starts.tobytes(),
                *encoded,
            )
        )
    )


@cache
def shipped() -> Lexicon:
    """The lexicon made from the two lists, as this installation has them. Takes some seconds."""
    return build(_listed_frequencies(), _listed_lemmas())


def _listed_frequencies() -> dict[str, float]:
    # Imported here because wordfreq loads tables of other languages at import, which only a first build needs.
    from wordfreq import get_frequency_dict  # noqa: PLC0415

    listed = {form: share for form, share in get_frequency_dict("ar", "best").items() if share >= _RAREST}
    frequencies: dict[str, float] = {}
    for form, share in zip(_folded(list(listed)), listed.values(), strict=True):
        if _WORD.fullmatch(form):
            frequencies[form] = frequencies.get(form, 0.0) + share * _BILLION
    return frequencies


def _folded(forms: list[str]) -> list[str]:
    # One translation of the whole list, which has letters only: folding word by word takes ten times as long.
    return "\n".join(forms).translate(FOLD_TABLE).split("\n")


def _listed_lemmas() -> dict[str, str]:
    """Folded form -> folded lemma, one lemma a form.

    Where folding makes several forms one, a form that is its own lemma wins, then the longest lemma: that joins the
    fewest words which don't belong together. A rule, so that the outcome does not hang on the order of the list.
    """
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory  # noqa: PLC0415  # as above

    pairs = DefaultDictionaryFactory().get_dictionary("ar")
    forms, bases = list(pairs), [pairs[form] for form in pairs]
    best: dict[str, str] = {}
    for form, lemma in zip(_folded(forms), _folded(bases), strict=True):
        if not _WORD.fullmatch(form) or not _WORD.fullmatch(lemma):
            continue  # the list has some dozens of entries that mix scripts
        known = best.setdefault(form, lemma)
        if known != lemma and (form == lemma, len(lemma), lemma) > (form == known, len(known), known):
            best[form] = lemma
    return best


@cache
def protected() -> frozenset[str]:
    """Folded names that stay whole."""
    return frozenset(_data_lines("protected.txt"))


@cache
def stop_words() -> frozenset[str]:
    """Bare function words, as they are spelled: على is one, the name علي is not."""
    return frozenset(word for line in _data_lines("stopwords.txt") for word in line.split())


@cache
def variant_families() -> tuple[tuple[str, ...], ...]:
    """Families of spellings as written in the data file, the one that stands for the others first."""
    return tuple(tuple(line.split()) for line in _data_lines("variants.txt"))


@cache
def synonym_families() -> tuple[tuple[str, ...], ...]:
    """Families of names of one thing, each of one word or more, as written in the data file."""
    return tuple(tuple(name.strip() for name in line.split("|")) for line in _data_lines("synonyms.txt"))


@cache
def singulars() -> dict[str, str]:
    """Folded broken plural -> folded singular, of words that the dictionary has wrong or not at all."""
    families = [[fold(form) for form in line.split()] for line in _data_lines("plurals.txt")]
    return {plural: singular for singular, *plurals in families for plural in plurals}


@cache
def exonyms() -> dict[str, str]:
    """Names in small Latin letters that do not write the sound of the Arabic name -> that name, as spelled."""
    families = [line.split() for line in _data_lines("exonyms.txt")]
    return {other: name for name, *others in families for other in others}


def lists_fingerprint() -> str:
    """Changes whenever a data file does that terms hang on."""
    names = ("protected.txt", "variants.txt", "plurals.txt", "stopwords.txt")
    return "\n".join(line for name in names for line in ("", *_data_lines(name)))


def _hash(form: str) -> int:
    return int.from_bytes(blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _data_lines(name: str) -> Iterator[str]:
    text = (files("indexer.arabic") / "data" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()
