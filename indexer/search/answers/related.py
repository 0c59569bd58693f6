# SPDX-License-Identifier: GPL-3.0-or-later
"""Spells the words that set a result apart from the rest of the archive."""

from __future__ import annotations

from collections.abc import Sequence

from indexer import deadline
from indexer.arabic.readings import ARTICLE
from indexer.engine.base import Searcher
from indexer.engine.questions import SignificantTerm
from indexer.search.answers.results import SignificantWord

SAMPLE = 200
"""Significant words are those of the first articles found, at most this many."""
_USUAL = 10
"""A word is written with its article where that is this many times as frequent."""


def significant_words(searcher: Searcher, terms: Sequence[SignificantTerm]) -> list[SignificantWord]:
    """The words of ``terms`` as a reader would write them, in the same order."""
    deadline.check()
    vocabulary = searcher.vocabulary
    bases = [term.base for term in terms]
    with_article = vocabulary.counts([ARTICLE + base for base in bases])
    alone = vocabulary.counts(bases)
    usual = [
        ARTICLE + base if often > _USUAL * count else base
        for base, often, count in zip(bases, with_article, alone, strict=True)
    ]
    return [
        SignificantWord(_in_example(searcher, term) or spelling, term.inside, term.articles, term.score)
        for term, spelling in zip(terms, vocabulary.spellings(usual), strict=True)
    ]


def _in_example(searcher: Searcher, term: SignificantTerm) -> str:
    """The word as the example of ``term`` writes it, in one word or in two; "" where it has no example."""
    if term.example:
        for text in (term.example.title, term.example.body):
            for token in searcher.analyser.tokens(text):
                if token.word.base == term.base:
                    return " ".join(text[token.core : token.end].split())
    return ""
