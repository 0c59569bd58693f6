"""What a query wants to have marked in the texts that it finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.arabic.analyser import Word
from indexer.arabic.readings import ARTICLE
from indexer.search.planning.query_names import Stems


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is marked in a text: tokens with one of these terms, and runs of tokens with these folded terms or stems.

    Also tokens whose folded term, or whose stem, begins so. ``spellings`` are folded terms too, of words that have a
    name of the query in another spelling.
    """

    folded: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    stem_phrases: tuple[tuple[str, ...], ...] = ()
    prefixes: tuple[str, ...] = ()
    stem_prefixes: tuple[str, ...] = ()
    spellings: frozenset[str] = frozenset()

    def has(self, word: Word) -> bool:
        """Whether a word alone is a hit."""
        if word.folded in self.folded or word.stem in self.stems or word.folded in self.spellings:
            return True
        if word.second and word.second in self.stems:
            return True
        return bool(self.prefixes) and (
            word.folded.startswith(self.prefixes) or word.stem.startswith(self.stem_prefixes)
        )


@dataclass(slots=True)
class Marks:
    """What is to be marked, as it is collected."""

    folded: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    stem_phrases: list[Stems] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    spellings: set[str] = field(default_factory=set)

    def wanted(self, *others: Marks) -> Wanted:
        """Together with ``others``."""
        every = (self, *others)
        return Wanted(
            frozenset().union(*(marks.folded for marks in every)),
            frozenset().union(*(marks.stems for marks in every)),
            tuple(phrase for marks in every for phrase in marks.phrases),
            tuple(phrase for marks in every for phrase in marks.stem_phrases),
            tuple(prefix for marks in every for prefix in marks.prefixes),
            tuple(stem for marks in every for prefix in marks.prefixes for stem in stem_prefixes(prefix)),
            frozenset().union(*(marks.spellings for marks in every)),
        )


def stem_prefixes(folded: str) -> tuple[str, str]:
    """How the stems begin of words that begin with ``folded`` behind clitics and article: some names keep theirs."""
    bare = folded[len(ARTICLE) :] if folded.startswith(ARTICLE) and len(folded) > len(ARTICLE) + 1 else folded
    return bare, ARTICLE + bare
