# SPDX-License-Identifier: GPL-3.0-or-later
"""Links pairs of articles that may report one event, from their signatures and dates, without reading their texts.

What tells an event is not what is rare but what is rare at other times. Reports of the weather and of league matches
share many words, day after day. So a word of a signature counts by two things, both taken from the articles around it:

- how rare it is in the `AROUND` days before and after;
- how much more frequent it is within the `NEAR` days next to the article than in the others of these days.

The `TOLD` words of an article that count most are compared. The strength of a link is the sum over the common words,
divided by what the two articles would have if they were equal, plus `_PLAIN`. It falls with the days between the two.

Everything depends on signatures and dates within `REACH` days only, never on the order in which articles arrive.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.engine.stories.signatures import WHOLE, Ints, Signatures

NEAR = 2
AROUND = 30
APART = 10
"""The most days between two linked articles."""

REACH = AROUND + APART
"""A change of the articles of one day can change a link of articles so many days away."""

TOLD = 16
_PRIOR = 100.0
"""As many articles are taken to be around, beside those that are there."""
_PLAIN = 8.0
_DECAY = 0.15
"""A link weakens by this part a day."""

_NEIGHBOURS = 24
"""Of the articles that tell one word, ordered by date, each is compared with so many that follow."""
_COMMON = 3
"""Linked articles have at least so many of the words in common that tell most."""

_AT_ONCE = 20_000

STRENGTH = 255
"""The strength of equal articles of one day; 0 is none."""


class DatedSignatures(NamedTuple):
    """Signatures with their ``days`` since 1970, ordered by day; of one day in any fixed order."""

    days: Ints
    signatures: Signatures


class Links(NamedTuple):
    """Linked pairs, ascending; ``first`` is the lower number. ``strength`` is between 1 and `STRENGTH`."""

    first: Ints
    second: Ints
    strength: Ints


class _TellingWords(NamedTuple):
    """The words that count most: ``terms`` (0 for none) and what they ``count``, `TOLD` a row."""

    terms: NDArray[np.uint32]
    counts: NDArray[np.float64]


def links(articles: DatedSignatures, wanted: NDArray[np.bool_], least: int) -> Links:
    """Returns the links of ``articles`` of which an end is ``wanted``, with a strength of ``least`` or more."""
    telling = _telling(articles)
    first, second = _likely(articles.days, telling, wanted)
    parts = [
        _strength(articles.days, telling, first[at : at + _AT_ONCE], second[at : at + _AT_ONCE])
        for at in range(0, len(first), _AT_ONCE)
    ]
    strength = np.concatenate([np.empty(0, np.int64), *parts])
    strong = strength >= max(1, least)
    return Links(first[strong], second[strong], strength[strong])


def _telling(articles: DatedSignatures) -> _TellingWords:
    """Returns the words of each article that count most."""
    days = articles.days
    rows, columns = np.nonzero(articles.signatures.terms)
    terms = articles.signatures.terms[rows, columns].astype(np.int64)
    weights = articles.signatures.weights[rows, columns] / WHOLE
    # One number for a term and a day, so that a search in the sorted numbers counts a term in a span of days.
    own = days[rows]
    origin = int(days.min(initial=0)) - 2 * AROUND
    keys = terms << 32 | (own - origin)
    ordered = np.sort(keys)

    def having(span: int) -> Ints:
        return np.searchsorted(ordered, keys + span, "right") - np.searchsorted(ordered, keys - span, "left")

    def present(span: int) -> Ints:
        found: Ints = np.searchsorted(days, days + span, "right") - np.searchsorted(days, days - span, "left")
        return found[rows]

    near, articles_near = having(NEAR), present(NEAR)
    around, articles_around = having(AROUND), present(AROUND)
    rarity = -np.log((around + 1) / (articles_around + _PRIOR))
    expected = (around - near + 1) / (articles_around - articles_near + _PRIOR) * articles_near
    counts = np.maximum(weights * rarity * np.log1p(near / (expected + 1)), 0.0)
    order = np.lexsort((terms, -counts, rows))
    rows, terms, counts = rows[order], terms[order], counts[order]
    starts = np.searchsorted(rows, np.arange(len(days)))
    rank = np.arange(len(rows)) - starts[rows]
    kept = rank < TOLD
    found = _TellingWords(np.zeros((len(days), TOLD), np.uint32), np.zeros((len(days), TOLD)))
    found.terms[rows[kept], rank[kept]] = terms[kept]
    found.counts[rows[kept], rank[kept]] = counts[kept]
    return found


def _likely(days: Ints, telling: _TellingWords, wanted: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Returns the pairs, ascending, of articles with `_COMMON` telling words of which they are neighbours."""
    rows, columns = np.nonzero(telling.terms)
    terms = telling.terms[rows, columns]
    order = np.argsort(terms, kind="stable")
    rows, terms = rows[order], terms[order]
    found = [np.empty(0, np.int64)]
    for distance in range(1, _NEIGHBOURS + 1):
        one, other = rows[:-distance], rows[distance:]
        same = (terms[:-distance] == terms[distance:]) & (days[other] - days[one] <= APART)
        same &= wanted[one] | wanted[other]
        found.append(one[same] << 32 | other[same])
    pairs, times = np.unique(np.concatenate(found), return_counts=True)
    pairs = pairs[times >= _COMMON]
    return pairs >> 32, pairs & 0xFFFFFFFF


def _strength(days: Ints, telling: _TellingWords, first: Ints, second: Ints) -> Ints:
    """Returns the strength of the link of each pair."""
    ours, theirs = telling.terms[first], telling.terms[second]
    same = (ours[:, :, None] == theirs[:, None, :]) & (ours != 0)[:, :, None]
    mine, yours = telling.counts[first], telling.counts[second]
    shared = np.einsum("pi,pij,pj->p", mine, same, yours)
    norms = np.sqrt((mine**2).sum(axis=1) * (yours**2).sum(axis=1))
    apart = days[second] - days[first]
    found: Ints = np.rint(STRENGTH * shared / (norms + _PLAIN) * np.exp(-_DECAY * apart)).astype(np.int64)
    return found
