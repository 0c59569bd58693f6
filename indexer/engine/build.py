"""A batch of articles becomes the arrays of a segment: words are numbered, then sorted, not handled one by one.

The chain runs once a distinct word. Each occurrence is four numbers (word, article, position, weight); a tier's
postings are one stable sort of its terms' numbers over them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import TIERS, Analyser, Tier, Word
from indexer.article import Article
from indexer.engine.packed import BODY_POSITION, POSITIONAL, Arrays, pack, tier_arrays
from indexer.engine.weights import LEAD, LEAD_WORDS, TITLE

Ints = NDArray[np.int64]

_TERMS: dict[Tier, Callable[[Word], Iterable[str]]] = {
    "surface": lambda word: (word.bare,),
    "folded": lambda word: (word.folded,),
    "stem": lambda word: (word.stem,),
    "gram": lambda word: word.grams() if word.base else (),
}


def segment_arrays(articles: Sequence[Article], analyser: Analyser) -> Arrays:
    """All sections of the segment that holds ``articles``, numbered from 0."""
    numbers: dict[Word, int] = {}
    words, docs, positions, weights = array("q"), array("q"), array("q"), array("q")
    lengths = np.zeros(len(articles), "<u4")
    for doc, article in enumerate(articles):
        for text, first in ((article.title, 0), (article.body, BODY_POSITION)):
            own, extras = analyser.words(text)
            placed = [*enumerate(own), *extras]
            words.extend([numbers.setdefault(word, len(numbers)) for _, word in placed])
            docs.extend([doc] * len(placed))
            # A title too long to be one ends at the body's first position.
            positions.extend([first + at if first else min(at, BODY_POSITION - 1) for at, _ in placed])
            weights.extend([TITLE if not first else LEAD if at < LEAD_WORDS else 1 for at, _ in placed])
            lengths[doc] += sum(weights[len(weights) - len(placed) : len(weights) - len(extras)])
    occurrences = [np.frombuffer(column, np.int64) for column in (words, docs, positions, weights)]
    arrays: Arrays = {"lengths": lengths}
    for tier in TIERS:
        arrays |= _tier(tier, list(numbers), *occurrences)
    return arrays


def _tier(tier: Tier, distinct: list[Word], words: Ints, docs: Ints, positions: Ints, weights: Ints) -> Arrays:
    terms, of_word, counts = _numbered(tier, distinct)
    # Each occurrence has as many terms as its word: one, none, or some grams.
    repeats = counts[words]
    firsts = np.concatenate([[0], np.cumsum(counts)])[words]
    occurrence = np.repeat(np.arange(len(words)), repeats)
    within = np.arange(len(occurrence)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    term = of_word[firsts[occurrence] + within]
    # By term, then article, then position: extra words come behind the others of their text.
    order = np.lexsort((positions[occurrence], docs[occurrence], term))
    occurrence, term = occurrence[order], term[order]
    doc = docs[occurrence]
    begins = _begins(term, doc)
    starts = np.searchsorted(term[begins], np.arange(len(terms) + 1))
    totals = np.add.reduceat(weights[occurrence], begins) if len(begins) else np.empty(0, np.int64)
    arrays = tier_arrays(tier, terms, starts, doc[begins], totals)
    if tier in POSITIONAL:
        arrays |= position_arrays(tier, positions[occurrence], begins)
    return arrays


def _numbered(tier: Tier, distinct: list[Word]) -> tuple[list[bytes], Ints, Ints]:
    """The tier's terms in UTF-8, ascending; the numbers of the terms of each word in turn; how many each word has."""
    texts = [[text.encode("utf-8", "surrogatepass") for text in _TERMS[tier](word) if text] for word in distinct]
    terms = sorted({text for of_word in texts for text in of_word})
    number = {text: at for at, text in enumerate(terms)}
    numbers = np.fromiter((number[text] for of_word in texts for text in of_word), np.int64)
    return terms, numbers, np.fromiter(map(len, texts), np.int64, len(texts))


def _begins(term: Ints, doc: Ints) -> Ints:
    """Where each posting begins among occurrences that are sorted by term and article."""
    if not len(term):
        return np.empty(0, np.int64)
    changes = (np.diff(term) != 0) | (np.diff(doc) != 0)
    return np.concatenate([[0], np.flatnonzero(changes) + 1])


def position_arrays(tier: Tier, positions: Ints, begins: Ints) -> Arrays:
    """The sections with the positions of postings that begin at ``begins`` among ``positions``."""
    steps = np.diff(positions, prepend=0)
    steps[begins] = positions[begins]
    values, sizes = pack(steps)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    value_starts = np.concatenate([ends[begins], ends[-1:]])
    return {f"{tier}.value_starts": value_starts.astype("<u4"), f"{tier}.values": values}
