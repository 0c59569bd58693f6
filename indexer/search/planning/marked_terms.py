# SPDX-License-Identifier: GPL-3.0-or-later
"""The terms of a query that are marked in the texts that it finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.arabic.analyser import Word
from indexer.arabic.readings import ARTICLE
from indexer.search.planning.query_names import Stems


@dataclass(frozen=True, slots=True)
class MarkedTerms:
    """A token is marked that has one of the terms ``folded``, ``stems`` or ``spellings`` or begins with a prefix.

    ``spellings`` are folded terms of words that spell a name of the query in another way. ``prefixes`` are beginnings
    of folded terms, ``stem_prefixes`` of stems; there are either both or none. Runs of tokens are marked that have the
    folded terms of one of ``phrases`` or the stems of one of ``stem_phrases``.
    """

    folded: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    stem_phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()
    stem_prefixes: tuple[str, ...] = ()
    spellings: frozenset[str] = frozenset()

    def has(self, word: Word) -> bool:
        """Whether ``word`` by itself is marked."""
        if word.folded in self.folded or word.stem in self.stems or word.folded in self.spellings:
            return True
        if word.second and word.second in self.stems:
            return True
        return bool(self.prefixes) and (
            word.folded.startswith(self.prefixes) or word.stem.startswith(self.stem_prefixes)
        )


@dataclass(slots=True)
class MarkCollector:
    """Collects the terms to be marked while a query is planned."""

    folded: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    stem_phrases: list[Stems] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    spellings: set[str] = field(default_factory=set)

    def marked_terms(self, *others: MarkCollector) -> MarkedTerms:
        """The terms collected here and in ``others``."""
        every = (self, *others)
        return MarkedTerms(
            frozenset().union(*(collector.folded for collector in every)),
            frozenset().union(*(collector.stems for collector in every)),
            tuple(phrase for collector in every for phrase in collector.phrases),
            tuple(phrase for collector in every for phrase in collector.stem_phrases),
            tuple(prefix for collector in every for prefix in collector.prefixes),
            tuple(stem for collector in every for prefix in collector.prefixes for stem in stem_prefixes(prefix)),
            frozenset().union(*(collector.spellings for collector in every)),
        )


def stem_prefixes(folded: str) -> tuple[str, str]:
    """The beginnings of the stems of words that begin with ``folded``: without the article, and with it.

    Some names keep the article in their stem.
    """
    bare = folded[len(ARTICLE) :] if folded.startswith(ARTICLE) and len(folded) > len(ARTICLE) + 1 else folded
    return bare, ARTICLE + bare
