# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds other forms of a word that the archive has, to show a reader what a word is looked for as.

An index leads from a form to its stem, not back. So the frequent words that begin as the word does and have its
consonants are analysed: a few forms are enough to show, and all of them occur.
"""

from __future__ import annotations

from collections import Counter

from indexer.arabic import letters as L
from indexer.arabic.cache import Cache
from indexer.arabic.fold import fold
from indexer.engine.base import Searcher
from indexer.search.planning.expansions import spellings

MOST = 4
"""At most this many forms of a word are shown, the most frequent ones."""
_BEGINNING = 2
_FREQUENT = 100
_ANALYSED = 8
"""Of the ``_FREQUENT`` most frequent words that begin with the same ``_BEGINNING`` letters (plurals change the letters
inside a word) this many are analysed, which takes most of the time."""
_CACHED = 5_000
_WEAK = str.maketrans("", "", "".join((L.ALEF, L.WAW, L.YEH, L.HAMZA, L.WAW_HAMZA, L.YEH_HAMZA)))


class WordForms:
    """The forms of words in one generation. Safe to share between threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._forms = Cache(self._found, _CACHED)

    def of(self, word: str) -> tuple[str, ...]:
        """At most `MOST` words with the stem of ``word`` that differ from it in more than clitics and article.

        The spellings of other outlets come first, then the most frequent forms. Empty for a function word.
        """
        return self._forms.get(word)

    def _found(self, word: str) -> tuple[str, ...]:
        analyser, vocabulary = self._searcher.analyser, self._searcher.vocabulary
        tokens = analyser.tokens(word)
        if not tokens or not tokens[0].stem or analyser.is_function_word(tokens[0]):
            return ()
        base, stem = tokens[0].word.base, tokens[0].stem
        others = [spelling for spelling in spellings(base) if fold(spelling) != base]
        articles = vocabulary.counts(list(map(fold, others)))
        shown = [spelling for spelling, count in zip(others, articles, strict=True) if count][:MOST]
        counts: Counter[str] = Counter()
        consonants = stem.translate(_WEAK).removesuffix(L.HEH)
        frequent = vocabulary.with_prefix(base[:_BEGINNING], _FREQUENT)
        terms = [pair for pair in frequent if pair[0].translate(_WEAK).startswith(consonants)][:_ANALYSED]
        for (_, count), words in zip(terms, analyser.alone([term for term, _ in terms]), strict=True):
            if words and len(words) == 1 and words[0].stem == stem:
                counts[words[0].base] += count
        for known in (base, *map(fold, others)):
            counts.pop(known, None)
        forms = [form for form, _ in counts.most_common(MOST - len(shown))]
        return (*shown, *vocabulary.spellings(forms))
