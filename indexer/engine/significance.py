# SPDX-License-Identifier: GPL-3.0-or-later
"""Significant words: those that a sample of articles has more often than the whole index. For engines of any kind.

Scored by the log-likelihood ratio of the numbers of articles inside and outside the sample that have the word (Dunning
1993).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from indexer.arabic.analyser import Analyser
from indexer.engine.questions import SignificantTerm
from indexer.engine.similarity import has_meaning

LOOKED_AT = 1_000
"""This many of the most frequent words of a sample are scored."""
_LEAST_ARTICLES = 2
_LEAST_SCORE = 6.63
"""The log-likelihood ratio that chance exceeds for one word in a hundred (chi-squared, one degree of freedom)."""


def significant_terms(
    frequent: Iterable[tuple[str, int, int]],
    sample: int,
    everything: int,
    analyser: Analyser,
    most: int,
    without: Collection[str],
) -> list[SignificantTerm]:
    """The ``most`` significant of the bases ``frequent``, best first; of bases with one stem only the best.

    ``frequent`` are (base, number of articles in the sample that have it, number of all articles that have it),
    ``sample`` and ``everything`` the numbers of articles. Bases with a stem in ``without`` are left out.
    """
    found: dict[str, SignificantTerm] = {}
    for base, inside, articles in frequent:
        if inside < _LEAST_ARTICLES or not has_meaning(base, analyser):
            continue
        stem = analyser.word(base).stem
        score = log_likelihood(inside, sample, articles, max(everything, articles))
        if stem in without or score < _LEAST_SCORE:
            continue
        if stem not in found or score > found[stem].score:
            found[stem] = SignificantTerm(base, inside, articles, score)
    return sorted(found.values(), key=lambda term: (-term.score, term.base))[:most]


def log_likelihood(inside: int, sample: int, articles: int, everything: int) -> float:
    """How surely ``inside`` of ``sample`` articles are more than ``articles`` of ``everything``; 0 where they are not.

    Twice the logarithm of the ratio of two likelihoods: that the rates inside and outside the sample differ, and that
    they are the same.
    """
    outside, rest = articles - inside, everything - sample
    if rest <= 0 or inside * everything <= articles * sample:
        return 0.0
    expected = sample * articles / everything, rest * articles / everything
    observed = inside, max(outside, 0)
    return 2 * sum(seen * math.log(seen / likely) for seen, likely in zip(observed, expected, strict=True) if seen)
