"""Other spellings of foreign names: the words of a generation that sound as a word of the query does.

غيتس is also looked for as جيتس, واتساب as واتس آب, and the other way round, where the archive has both. Only words that
no dictionary of Arabic knows are compared (`foreign`), and only with such words (`sounds`).
"""

from __future__ import annotations

import re
import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from indexer import deadline
from indexer.arabic.analyser import Token, Word
from indexer.arabic.foreign import may_be_foreign
from indexer.arabic.readings import CONJUNCTIONS, PREPOSITIONS
from indexer.arabic.sounds import key, keys, same_name, spelled_keys
from indexer.engine.base import Searcher
from indexer.engine.local.vocabulary import LONGEST
from indexer.engine.queries import Filters, PhraseQuery, Ranked

MOST = 4
"""So many spellings of a name are looked for, the most frequent."""
_MOST_TERMS = 8
"""So many words of each spelling: with clitics and article there are several."""
_LOOKED_AT = 300
_LONGER = 6
_LETTERS_MORE = 4
_LONGEST_CLITICS = 4
_KEPT = 5_000
_SHORTEST_PART, _SHORTEST_NAME = 2, 5
"""The letters that each part of a name written in two words has at least, and both together."""

_BEFORE = "".join(PREPOSITIONS[:-1])
_CLITICS = re.compile(f"[{''.join(CONJUNCTIONS)}]?(?:[{_BEFORE}]?ال|لل|[{_BEFORE}])?")


class Spelling(NamedTuple):
    """Another spelling of a name: ``text`` is how the archive writes it, ``terms`` the folded words that have it, the
    most frequent first. A spelling in two words has no terms: ``stems`` are those of its words, one after the other."""

    text: str
    terms: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()


class ForeignNames:
    """The spellings in one generation, those of the last names kept. Safe to share between threads."""

    def __init__(self, searcher: Searcher) -> None:
        """Reads nothing before the first name is asked about."""
        self._searcher = searcher
        self._known: OrderedDict[str, tuple[Spelling, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def spellings(self, token: Token) -> tuple[Spelling, ...]:
        """At most `MOST` other spellings of a word that the archive has, the most frequent first; none of most words.

        What is found by the word's own stem is none of them.
        """
        if self._searcher.analyser.is_function_word(token) or not token.stem:
            return ()
        word = token.word
        return self._kept(f"{word.folded} {word.base}", lambda: [*self._alike(word), *self._parted(word)])

    def joined(self, tokens: Sequence[Token]) -> dict[int, tuple[Spelling, ...]]:
        """The position of a word -> the spellings, in one word, of the name that it is with the next word."""
        found = {}
        for first, second in pairwise(token for token in tokens if not token.extra):
            if any(map(self._searcher.analyser.is_function_word, (first, second))):
                continue
            head, tail = first.folded[first.word.clitics :], second.folded
            if min(len(head), len(tail)) < _SHORTEST_PART or len(head + tail) < _SHORTEST_NAME:
                continue
            if one := self._kept(f"{head}+{tail}", partial(self._in_one_word, head, tail)):
                found[first.position] = one
        return found

    def _kept(self, asked: str, find: Callable[[], Iterable[Spelling]]) -> tuple[Spelling, ...]:
        with self._lock:
            if asked in self._known:
                self._known.move_to_end(asked)
                return self._known[asked]
        deadline.check()
        found = tuple(find())
        with self._lock:
            self._known[asked] = found
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found

    def _is_foreign(self, base: str) -> bool:
        return may_be_foreign(base, self._searcher.analyser.lexicon)

    def _alike(self, word: Word) -> list[Spelling]:
        """The spellings in one word of the vocabulary."""
        own = list(self._as_name(word)) if len(word.folded) <= LONGEST else []
        if not own:
            return []
        vocabulary = self._searcher.vocabulary
        sounds = set().union(*map(spelled_keys, own))
        rows = vocabulary.sounding(set().union(*map(keys, own)))
        rows = rows[np.abs(vocabulary.lengths[rows].astype(np.int16) - len(word.base)) <= _LONGER]
        rows = rows[np.argsort(-vocabulary.counts[rows], kind="stable")][:_LOOKED_AT]
        terms: dict[str, list[str]] = defaultdict(list)
        counts: Counter[str] = Counter()
        for row in rows.tolist():
            term = vocabulary.text(row)
            names = [name for name in _behind_clitics(term) if key(name) in sounds]
            if not any(_same(name, one) for name in names for one in own):
                continue  # most are told apart by their letters alone, before they are analysed
            other = self._searcher.analyser.word(term)
            if other.folded == word.folded or other.stem == word.stem:
                continue
            if (name := self._name_in(other, own)) and (articles := vocabulary.articles(term)):
                name = term if name in own else name
                counts[name] += articles
                terms[name].append(term)
        best = [(name, terms[name]) for name, _ in counts.most_common(MOST)]
        return [
            Spelling(vocabulary.spelling(name if name in held else held[0]), tuple(held[:_MOST_TERMS]))
            for name, held in best
        ]

    def _name_in(self, other: Word, own: Sequence[str]) -> str:
        """The part of another word, without clitics, that spells one of the names ``own`` in its way; "" for none."""
        for name in (*self._as_name(other), *self._without_clitics(other)):
            if any(_same(name, one) for one in own):
                return name
        return ""

    def _as_name(self, word: Word) -> Iterator[str]:
        """The folded names that a word may be: without clitics; with them, as they may be its own first letters."""
        if self._is_foreign(word.base):
            yield word.base
            if word.folded != word.base and self._is_foreign(word.folded):
                yield word.folded  # ألكسندر has no article

    def _without_clitics(self, other: Word) -> Iterator[str]:
        """The name in a word of which the analyser, which knows few names, may have left clitics on."""
        match = _CLITICS.match(other.base)
        if match and 0 < match.end() < len(other.base) and not self._searcher.analyser.lexicon.frequency(other.folded):
            name = other.base[match.end() :]
            if self._is_foreign(name):
                yield name

    def _parted(self, word: Word) -> Iterator[Spelling]:
        """The word as two words that stand side by side in the archive."""
        base = word.base
        if len(base) < _SHORTEST_NAME or not self._is_foreign(base):
            return
        vocabulary, analyser = self._searcher.vocabulary, self._searcher.analyser
        for cut in range(_SHORTEST_PART, len(base) - _SHORTEST_PART + 1):
            parts = base[:cut], base[cut:]
            stems = tuple(analyser.word(part).stem for part in parts)
            if not analyser.function_words.isdisjoint(parts) or not all(
                vocabulary.articles(stem, "stem") for stem in stems
            ):
                continue
            if self._searcher.matches([(Ranked(PhraseQuery("stem", stems)), Filters())])[0]:
                yield Spelling(" ".join(map(vocabulary.spelling, parts)), stems=stems)

    def _in_one_word(self, head: str, tail: str) -> list[Spelling]:
        """The spellings, in one word of the archive, of two that follow one another."""
        vocabulary = self._searcher.vocabulary
        whole = self._searcher.analyser.word(head + tail)
        if not self._is_foreign(whole.base):
            return []
        own = (
            [Spelling(vocabulary.spelling(whole.folded), (whole.folded,))] if vocabulary.articles(whole.folded) else []
        )
        return [*own, *(self._alike(whole) if any(map(self._is_foreign, (head, tail))) else ())]


def _same(name: str, own: str) -> bool:
    return name == own or (abs(len(name) - len(own)) <= _LETTERS_MORE and same_name(own, name))


def _behind_clitics(term: str) -> Iterator[str]:
    """A folded word, and what of it stands behind letters that may be clitics or an article."""
    for cut in range(min(_LONGEST_CLITICS, len(term) - 1) + 1):
        if _CLITICS.fullmatch(term, 0, cut):
            yield term[cut:]
