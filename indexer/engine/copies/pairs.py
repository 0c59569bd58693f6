# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the copies in an archive: pairs with similar sketches are candidates, their texts decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.copies.candidates import ALL, RECURRING, LikelyPairs, PairShare, Sketched, likely_pairs
from indexer.engine.copies.compared_text import ComparedText, Rarity
from indexer.engine.copies.joining import CopyPairs, FoundCopies
from indexer.engine.copies.judging import APART, CLOSE_DAYS, DAYS, Judgement, Verdict, judge

_REMEMBERED = 2_000

Read = Callable[[int], Article]
"""Returns the article with a number."""


class TextJudge:
    """Judges pairs of articles by their texts, which it reads only if needed."""

    def __init__(self, articles: Sketched, read: Read, analyser: Analyser) -> None:
        self._articles = articles
        rarity = Rarity(analyser.lexicon)
        self._text = lru_cache(_REMEMBERED)(lambda number: ComparedText(read(number), analyser, rarity))

    def __call__(self, first: int, second: int) -> Judgement:
        """Returns how two articles are related."""
        days = int(self._articles.apart(np.int64(first), np.int64(second)))
        if days > CLOSE_DAYS:
            return APART
        return judge(self._text(first), self._text(second), None if days < 0 else days)


def find_pairs(
    articles: Sketched, fresh: NDArray[np.bool_], read: Read, analyser: Analyser, share: PairShare = ALL
) -> FoundCopies:
    """Returns one ``share`` of the copies among ``articles``, and the articles whose wording recurs.

    At least one article of each pair is ``fresh``. All shares together give the same result, whatever their number.
    """
    likely = likely_pairs(articles, fresh, share)
    judge = TextJudge(articles, read, analyser)
    return judged_pairs(articles, likely, list(map(judge, likely.first.tolist(), likely.second.tolist())))


def judged_pairs(articles: Sketched, likely: LikelyPairs, found: Sequence[Judgement]) -> FoundCopies:
    """Returns which pairs of ``likely`` are copies, and which wordings recur. ``found`` has a judgement for each."""
    verdict = np.array([judgement.verdict for judgement in found], np.uint8)
    similarity = np.array([round(255 * judgement.similarity) for judgement in found], np.uint8)
    copied = verdict > Verdict.APART
    again = ~copied & (likely.agreeing >= RECURRING) & (articles.apart(likely.first, likely.second) > DAYS)
    recurring = likely.recurring
    recurring[likely.first[again]] = recurring[likely.second[again]] = True
    return FoundCopies(CopyPairs(likely.first, likely.second, verdict, similarity).chosen(copied), recurring)
