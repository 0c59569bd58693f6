"""The other forms of a word that the archive has, for telling a reader what a word is looked for as.

An index leads from a form to its stem, not back. So the frequent words that begin as the word does and have its
consonants are looked at: a few forms are enough to be told of, and all of them occur.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict

from indexer.arabic import letters as L
from indexer.arabic.fold import fold
from indexer.engine.base import Searcher
from indexer.search.planning.expansions import spellings

MOST = 4
"""So many forms of a word are told of, the most frequent."""
_BEGINNING = 2
_FREQUENT = 100
_ANALYSED = 8
"""Of so many frequent words that begin with the same letters (two, since plurals change those inside a word) so many
are analysed: that takes most of the time."""
_KEPT = 5_000
_WEAK = str.maketrans("", "", "".join((L.ALEF, L.WAW, L.YEH, L.HAMZA, L.WAW_HAMZA, L.YEH_HAMZA)))


class Forms:
    """The forms in one generation, those of the last words kept. Safe to share between threads."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._known: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, word: str) -> tuple[str, ...]:
        """At most `MOST` words with the stem of ``word`` that differ from it in more than clitics and article.

        First the spellings of other outlets, then by how many articles have them; none for a function word.
        """
        with self._lock:
            if word in self._known:
                self._known.move_to_end(word)
                return self._known[word]
        found = self._found(word)
        with self._lock:
            self._known[word] = found
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found

    def _found(self, word: str) -> tuple[str, ...]:
        analyser, vocabulary = self._searcher.analyser, self._searcher.vocabulary
        tokens = analyser.tokens(word)
        if not tokens or not tokens[0].stem or analyser.is_function_word(tokens[0]):
            return ()
        base, stem = tokens[0].word.base, tokens[0].stem
        others = [spelling for spelling in spellings(base) if fold(spelling) != base]
        told = [spelling for spelling in others if vocabulary.articles(fold(spelling))]
        counts: Counter[str] = Counter()
        consonants = stem.translate(_WEAK).removesuffix(L.HEH)
        frequent = vocabulary.with_prefix(base[:_BEGINNING], _FREQUENT)
        terms = [pair for pair in frequent if pair[0].translate(_WEAK).startswith(consonants)][:_ANALYSED]
        for (_, articles), words in zip(terms, analyser.alone([term for term, _ in terms]), strict=True):
            if words and len(words) == 1 and words[0].stem == stem:
                counts[words[0].base] += articles
        for known in (base, *map(fold, others)):
            counts.pop(known, None)
        told = told[:MOST]
        return (*told, *(vocabulary.spelling(form) for form, _ in counts.most_common(MOST - len(told))))
