# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the arrays of a segment from a batch of articles, by sorting all occurrences of words as whole numbers.

The chain of analysis runs once for each distinct word. An occurrence is one number of 64 bits, which holds the number
of the word, the number of the article and the position, from the highest bits to the lowest. One sort puts the postings
of each term side by side. Tiers without positions need less: the sums of the occurrences of a word in an article.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import GRAM_LETTERS, TIERS, Analyser, Tier, Word
from indexer.article import Article
from indexer.engine.copies.sketches import sketch_columns
from indexer.engine.local.segments.columns import column_arrays
from indexer.engine.local.segments.packed import BODY_POSITION
from indexer.engine.local.segments.postings import POSITIONAL, TierWriter
from indexer.engine.local.segments.runs import NONE, Ints, places, starts_of
from indexer.engine.local.segments.sections import Arrays, SegmentWriter, narrowed
from indexer.engine.local.segments.terms import term_arrays, text_arrays
from indexer.engine.weights import LEAD, LEAD_WORDS, TITLE

_WEIGHT_BITS = 16
_MAX_WEIGHT = (1 << _WEIGHT_BITS) - 1

_TERM: dict[Tier, Callable[[Word], str]] = {
    "surface": attrgetter("bare"),
    "folded": attrgetter("folded"),
    "stem": attrgetter("stem"),
}


def write_segment(path: Path, articles: Sequence[Article], analyser: Analyser, stored: Ints) -> None:
    """Write the segment of ``articles``, numbered from 0; ``stored`` is the section of that name. Raises OSError."""
    found = _Occurrences.of(articles, analyser)
    pairs = _pairs(found)
    with SegmentWriter(path, len(articles)) as target:
        target.put_all(column_arrays(articles) | {"lengths": narrowed(found.lengths), "stored": narrowed(stored)})
        term_of: dict[Tier, Ints] = {}
        for tier in TIERS:
            texts = list(map(_TERM[tier], found.distinct))
            if tier == "stem":
                terms, both = _numbered(texts + [word.second for word in found.distinct])
                term_of[tier], second_stem = both[: len(texts)], both[len(texts) :]
            else:
                terms, term_of[tier] = _numbered(texts)
            target.put_all(term_arrays(tier, [term.encode("utf-8", "surrogatepass") for term in terms]))
        for tier in sorted(POSITIONAL):
            _write_positional(target, tier, term_of[tier], found, second_stem if tier == "stem" else None)
        _write_surface(target, term_of["surface"], term_of["folded"], pairs)
        target.put_all(_bases(found.distinct, pairs, len(articles)))
        target.put_all(_sketches(found, articles))


def gram_arrays(bases: Sequence[str], articles: Ints) -> Arrays:
    """The sections of the grams of ``bases``; ``articles`` is the number of articles that hold each base."""
    found, number, of_base = _grams(bases)
    bits = max(1, len(bases).bit_length())
    keys = np.unique(number << bits | of_base)
    starts = np.searchsorted(keys, np.arange(len(found) + 1) << bits)
    of_gram = keys & ((1 << bits) - 1)
    return {
        **term_arrays("gram", [gram.encode("utf-8", "surrogatepass") for gram in found]),
        "gram.articles": narrowed(np.diff(starts_of(articles[of_gram])[starts])),
        "gram.starts": narrowed(starts),
        "gram.bases": narrowed(of_gram),
    }


def _grams(bases: Sequence[str]) -> tuple[list[str], Ints, Ints]:
    """The distinct grams of ``bases``, ascending; then for each gram of each base the numbers of gram and base.

    These are the grams of `analyser.grams`, made all at once, as numbers whose order is that of the texts.
    """
    points = np.frombuffer("".join(f"<{base}>" for base in bases).encode("utf-32-le", "surrogatepass"), "<u4")
    alphabet, letters = np.unique(points, return_inverse=True)
    sizes = np.fromiter(map(len, bases), np.int64, len(bases)) + 2
    counts = np.maximum(sizes - GRAM_LETTERS + 1, 1)
    begins = places(starts_of(sizes)[:-1], counts)
    ends = np.repeat(starts_of(sizes)[1:], counts)
    # A base of one letter has a gram of three: 0 stands for the missing letter and comes before all others.
    letters = np.append(letters.reshape(-1) + 1, np.zeros(GRAM_LETTERS, np.int64))
    alphabet = np.append(0, alphabet)
    parts = [np.where(begins + at < ends, letters[begins + at], 0) for at in range(GRAM_LETTERS)]
    halves, firsts = np.unique(parts[0] * len(alphabet) + parts[1], return_inverse=True)
    others, seconds = np.unique(parts[2] * len(alphabet) + parts[3], return_inverse=True)
    distinct, number = np.unique(firsts.reshape(-1) * len(others) + seconds.reshape(-1), return_inverse=True)
    both = (halves[distinct // max(len(others), 1)], others[distinct % max(len(others), 1)])
    spelled = np.stack([letter for half in both for letter in np.divmod(half, len(alphabet))], axis=1)
    text = alphabet[spelled[spelled > 0]].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    found = [text[begin:end] for begin, end in pairwise(starts_of((spelled > 0).sum(axis=1)).tolist())]
    return found, number.reshape(-1), np.repeat(np.arange(len(bases)), counts)


class _Occurrences(NamedTuple):
    """All occurrences of words in a batch: the number of the word in ``distinct``, the article, the position.

    The first ``running`` occurrences are in the order of the texts; the additional words of the analyser follow.
    """

    distinct: list[Word]
    words: Ints
    docs: Ints
    positions: Ints
    lengths: Ints
    running: int

    @classmethod
    def of(cls, articles: Sequence[Article], analyser: Analyser) -> _Occurrences:
        own: list[Word] = []
        sizes: list[int] = []
        extras: list[tuple[Word, int, int]] = []
        for doc, article in enumerate(articles):
            for text, first in ((article.title, 0), (article.body, BODY_POSITION)):
                words, others = analyser.words(text)
                own += words
                sizes.append(len(words))
                extras += [(word, doc, _place(first, at)) for at, word in others]
        # Words from the analyser's cache are told apart by their address in memory. Equal words are the same object,
        # except a few that the cache has dropped meanwhile; those are twice in `distinct`, with the same terms.
        everything = own + [word for word, _, _ in extras]
        _, index, inverse = np.unique(
            np.fromiter(map(id, everything), np.int64, len(everything)), return_index=True, return_inverse=True
        )
        texts = np.array(sizes, np.int64)
        within = np.arange(len(own)) - np.repeat(starts_of(texts)[:-1], texts)
        in_body = np.repeat(np.arange(len(texts)) % 2 == 1, texts)
        positions = np.where(in_body, within + BODY_POSITION, np.minimum(within, BODY_POSITION - 2))
        docs = np.repeat(np.arange(len(texts)) // 2, texts)
        lengths = np.bincount(docs, _weights(positions), minlength=len(articles)).astype(np.int64)
        return cls(
            [everything[at] for at in index.tolist()],
            inverse.reshape(-1),
            np.concatenate([docs, np.array([doc for _, doc, _ in extras], np.int64)]),
            np.concatenate([positions, np.array([at for _, _, at in extras], np.int64)]),
            lengths,
            len(own),
        )


def _place(first: int, at: int) -> int:
    # Positions of an overlong title end before those of the body, with a gap that no phrase spans.
    return first + at if first else min(at, BODY_POSITION - 2)


def _weights(positions: Ints) -> Ints:
    weights = np.ones(len(positions), np.int64)
    weights[positions < BODY_POSITION + LEAD_WORDS] = LEAD
    weights[positions < BODY_POSITION] = TITLE
    return weights


class _Pairs(NamedTuple):
    """Each word of each article once, with its weighted frequency in the article."""

    words: Ints
    docs: Ints
    weights: Ints


def _pairs(found: _Occurrences) -> _Pairs:
    doc_bits = _bits(found.docs)
    keys = found.words << doc_bits | found.docs
    order = np.argsort(keys)
    keys = keys[order]
    begins = _begins(keys)
    weights = np.add.reduceat(_weights(found.positions[order]), begins) if len(begins) else keys
    return _Pairs(keys[begins] >> doc_bits, keys[begins] & ((1 << doc_bits) - 1), weights)


def _numbered(texts: Sequence[str]) -> tuple[list[str], Ints]:
    """The distinct texts except "", ascending, and the number of each of ``texts`` among them, -1 for ""."""
    # The order of code points is that of bytes in UTF-8.
    distinct = sorted(set(texts) - {""})
    number = {text: at for at, text in enumerate(distinct)}
    number[""] = -1
    return distinct, np.fromiter(map(number.__getitem__, texts), np.int64, len(texts))


def _write_positional(
    target: SegmentWriter, tier: Tier, term_of: Ints, found: _Occurrences, second_term_of: Ints | None = None
) -> None:
    """Write the postings of a tier with positions. In the stem tier, a word may have a second term."""
    doc_bits, position_bits = _bits(found.docs), _bits(found.positions)
    places = found.docs << position_bits | found.positions
    keys = term_of[found.words] << (doc_bits + position_bits) | places
    most = term_of.max(initial=-1)
    if second_term_of is not None:
        keys = np.concatenate([keys, second_term_of[found.words] << (doc_bits + position_bits) | places])
        most = max(most, second_term_of.max(initial=-1))
    keys = keys[keys >= 0]
    keys.sort()
    places = keys >> position_bits
    begins = _begins(places)
    positions = keys & ((1 << position_bits) - 1)
    weights = np.add.reduceat(_weights(positions), begins) if len(begins) else keys
    places = places[begins]
    writer = TierWriter(target, tier)
    writer.add(
        sizes=np.bincount(places >> doc_bits, minlength=most + 1),
        docs=places & ((1 << doc_bits) - 1),
        weights=weights,
        counts=np.diff(begins, append=len(keys)),
        positions=narrowed(positions),
    )
    writer.close()


def _write_surface(target: SegmentWriter, term_of: Ints, folded_of: Ints, pairs: _Pairs) -> None:
    """Write the postings of surface terms that share their folded term; ``folded_of`` maps words to those."""
    folded = np.zeros(term_of.max(initial=-1) + 1, np.int64)
    folded[term_of] = folded_of
    own = np.bincount(folded)[folded] > 1 if len(folded) else np.empty(0, bool)
    doc_bits = _bits(pairs.docs)
    terms = np.where(own[term_of], term_of, -1)[pairs.words]
    places, weights = _added_up(terms << doc_bits | pairs.docs, pairs.weights)
    writer = TierWriter(target, "surface")
    writer.add(
        sizes=np.bincount(places >> doc_bits, minlength=len(folded)),
        docs=places & ((1 << doc_bits) - 1),
        weights=weights,
        counts=NONE,
        positions=NONE,
    )
    writer.close()
    target.put("surface.folded", narrowed(folded))


def _bases(distinct: Sequence[Word], pairs: _Pairs, articles: int) -> Arrays:
    """The sections of the bases, of the articles that hold them, and of their grams."""
    bases, base_of = _numbered([word.base for word in distinct])
    bits = max(1, len(bases).bit_length())
    base = base_of[pairs.words]
    places, weights = _added_up(np.where(base < 0, -1, pairs.docs << bits | base), pairs.weights)
    held = places & ((1 << bits) - 1)
    articles_with = np.bincount(held, minlength=len(bases))
    return {
        **text_arrays("base", [base.encode("utf-8", "surrogatepass") for base in bases]),
        **gram_arrays(bases, articles_with),
        "base.articles": narrowed(articles_with),
        "held.starts": narrowed(np.searchsorted(places, np.arange(articles + 1) << bits)),
        "held.bases": narrowed(held),
        "held.weights": narrowed(weights),
    }


def _sketches(found: _Occurrences, articles: Sequence[Article]) -> Arrays:
    """The sections of the sketches of ``articles``, see `packed`."""
    in_body = found.positions[: found.running] >= BODY_POSITION
    words, docs = found.words[: found.running][in_body], found.docs[: found.running][in_body]
    made = sketch_columns(words, docs, [word.folded for word in found.distinct], articles)
    return {
        "sketches": made.sketches.reshape(-1),
        "shingles": narrowed(made.shingles),
        "digests": made.digests,
        "days": made.days.astype("<i4"),
    }


def _added_up(places: Ints, weights: Ints) -> tuple[Ints, Ints]:
    """The distinct places, ascending, each with the sum of its weights; negative places are left out."""
    keys = places << _WEIGHT_BITS | np.minimum(weights, _MAX_WEIGHT)
    keys = keys[keys >= 0]
    keys.sort()
    sorted_places = keys >> _WEIGHT_BITS
    begins = _begins(sorted_places)
    totals = np.add.reduceat(keys & ((1 << _WEIGHT_BITS) - 1), begins) if len(begins) else keys
    return sorted_places[begins], np.minimum(totals, _MAX_WEIGHT)


def _begins(keys: NDArray[np.int64]) -> Ints:
    """The positions at which runs of equal numbers begin."""
    return np.flatnonzero(np.diff(keys, prepend=-1))


def _bits(numbers: Ints) -> int:
    return max(1, int(numbers.max(initial=0)).bit_length())
