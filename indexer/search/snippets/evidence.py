"""What the sentences of a text promise to show of what is wanted: known at once, before any of them is taken apart.

Of an article the index knows where words stand, so that its body has only to be counted through; a text that is not in
the index, and words wanted by their beginnings, are looked at word by word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from indexer.arabic.analyser import Analyser, Tier, Token, Word
from indexer.engine.base import Searcher
from indexer.search.planning.marked_terms import Wanted

Span = tuple[int, int]


class Promise(NamedTuple):
    """At most so many different ``words`` of the query, and ``hits``, are shown by any piece of a sentence.

    ``nearness`` is minus the number of words, or of runs without a space, from the first hit to the last.
    """

    words: int
    hits: int
    nearness: int


NONE = Promise(0, 0, 0)


class Promises(Protocol):
    """What texts promise to show of ``wanted``."""

    @property
    def wanted(self) -> Wanted:
        """What is looked for."""
        ...

    @property
    def analyser(self) -> Analyser:
        """What words are known by."""
        ...

    def of(self, text: str, sentences: Sequence[Span]) -> list[Promise]:
        """What each of the ``sentences`` of a text promises: these ascend, none overlaps another."""
        ...

    def words(self, text: str, sentence: Span) -> list[Span]:
        """Where the words of a sentence stand, ascending."""
        ...

    def runs(self, text: str, sentence: Span) -> list[list[Token]]:
        """Runs of the tokens of a sentence, ascending: each hit lies within one of them."""
        ...


def in_bodies(wanted: Wanted, searcher: Searcher, docs: Sequence[int]) -> list[Promises]:
    """What the bodies of the articles with the numbers ``docs`` promise."""
    if wanted.prefixes or wanted.stem_prefixes:
        return [Analysed(wanted, searcher.analyser)] * len(docs)
    terms: list[tuple[Tier, str]] = [("stem", stem) for stem in wanted.stems]
    terms += [("folded", folded) for folded in wanted.folded | wanted.spellings]
    firsts: list[tuple[Tier, str]] = [("folded", phrase[0]) for phrase in wanted.phrases]
    firsts += [("stem", phrase[0]) for phrase in wanted.stem_phrases]
    names = [term for _, term in terms] + [" ".join(phrase) for phrase in (*wanted.phrases, *wanted.stem_phrases)]
    places = searcher.places(docs, (*terms, *firsts))
    return [Indexed(wanted, searcher.analyser, names, len(terms), own) for own in places]


class Indexed:
    """What the body of one article promises, by what the index knows of it."""

    def __init__(
        self,
        wanted: Wanted,
        analyser: Analyser,
        names: Sequence[str],
        alone: int,
        places: Iterable[tuple[int, int]],
    ) -> None:
        """``places`` are pairs of the number of a word and that of one of ``names``, which is a hit there.

        The first ``alone`` names are words, of which one word of the text is one hit at most; the others are phrases.
        """
        self.wanted = wanted
        self.analyser = analyser
        self._names = names
        self._alone = alone
        self._places = sorted(places)
        # A name may be joined with the word behind it.
        self._reach = max(2, *map(len, (*wanted.phrases, *wanted.stem_phrases)), 0)
        self._spans: list[Span] = []

    def of(self, text: str, sentences: Sequence[Span]) -> list[Promise]:
        """See `Promises.of`."""
        promised = [NONE] * len(sentences)
        if not self._places:
            return promised
        self._spans = spans = self.analyser.spans(text)
        hits: list[tuple[int, str]] = []
        sentence, last = 0, -1
        for number, name in self._places:
            if number >= len(spans):
                break
            while sentence < len(sentences) and sentences[sentence][1] <= spans[number][0]:
                promised[sentence] = _promise(hits)
                sentence, hits = sentence + 1, []
            if name >= self._alone or number != last:
                hits.append((number, self._names[name]))
            last = number
        if hits and sentence < len(sentences):
            promised[sentence] = _promise(hits)
        return promised

    def words(self, text: str, sentence: Span) -> list[Span]:
        """See `Promises.words`; ``text`` is that of the last call of `of`."""
        first, end = self._numbers(sentence)
        return self._spans[first:end] if self._places else self.analyser.spans(text, *sentence)

    def runs(self, text: str, sentence: Span) -> list[list[Token]]:
        """See `Promises.runs`; ``text`` is that of the last call of `of`."""
        first, end = self._numbers(sentence)
        runs: list[Span] = []
        for number, _ in self._places[bisect_left(self._places, (first, 0)) : bisect_left(self._places, (end, 0))]:
            # From behind the word before on: a proclitic that stands apart lies between the two.
            start = self._spans[number - 1][1] if number > first else sentence[0]
            stop = self._spans[min(number + self._reach, end) - 1][1]
            if runs and start <= runs[-1][1]:
                runs[-1] = runs[-1][0], max(stop, runs[-1][1])
            else:
                runs.append((start, stop))
        return [self.analyser.tokens(text, *run) for run in runs]

    def _numbers(self, sentence: Span) -> Span:
        """The number of the first word of a sentence, and that behind the last one's."""
        first, end = (bisect_left(self._spans, (at, 0)) for at in sentence)
        return first, end


class Analysed:
    """What texts promise by their own words.

    What stands between two spaces is looked at once: most such chunks of a page come again, and nearly all have
    nothing.
    """

    def __init__(self, wanted: Wanted, analyser: Analyser) -> None:
        self.wanted = wanted
        self.analyser = analyser
        self._firsts = {phrase[0]: " ".join(phrase) for phrase in wanted.phrases}
        self._first_stems = {phrase[0]: " ".join(phrase) for phrase in wanted.stem_phrases}
        self._any = frozenset((*wanted.folded, *wanted.spellings, *wanted.stems, *self._firsts, *self._first_stems))
        # None for a chunk whose words depend on what follows it.
        self._known: dict[str, tuple[str, ...] | None] = {}

    def of(self, text: str, sentences: Sequence[Span]) -> list[Promise]:
        """See `Promises.of`."""
        pieces = [text[start:end] for start, end in sentences]
        chunks = [piece.split(" ") for piece in pieces]
        self._look_at(list(set(chain.from_iterable(chunks)).difference(self._known)))
        return [self._of(piece, own) for piece, own in zip(pieces, chunks, strict=True)]

    def words(self, text: str, sentence: Span) -> list[Span]:
        """See `Promises.words`."""
        return self.analyser.spans(text, *sentence)

    def runs(self, text: str, sentence: Span) -> list[list[Token]]:
        """See `Promises.runs`."""
        return [self.analyser.tokens(text, *sentence)]

    def _look_at(self, chunks: list[str]) -> None:
        known, wanted, prefixes = self._known, self._any, bool(self.wanted.prefixes or self.wanted.stem_prefixes)
        for chunk, words in zip(chunks, self.analyser.alone(chunks), strict=True):
            if words is None:
                known[chunk] = None
                continue
            known[chunk] = ()
            for word in words:
                if prefixes or not wanted.isdisjoint((word.folded, *word.stems)):
                    known[chunk] = self._hits(words, [])
                    break

    def _of(self, piece: str, chunks: list[str]) -> Promise:
        found = list(map(self._known.__getitem__, chunks))
        if None in found:
            return _promise([(0, name) for name in self._hits(*self.analyser.words(piece))])
        return _promise([(place, name) for place, names in enumerate(found) if names for name in names])

    def _hits(self, own: Sequence[Word], extras: Sequence[tuple[int, Word]]) -> tuple[str, ...]:
        """What each hit among words, as `Analyser.words` gives them, is a hit of; of a phrase its first word."""
        words = (*own, *(extra for _, extra in extras))
        hits = [word.stem or word.folded for word in words if self.wanted.has(word)]
        hits += [self._firsts[word.folded] for word in words if word.folded in self._firsts]
        hits += [self._first_stems[word.stem] for word in own if word.stem in self._first_stems]
        return tuple(hits)


def _promise(hits: Sequence[tuple[int, str]]) -> Promise:
    """What hits at these places promise; they ascend."""
    return Promise(len({name for _, name in hits}), len(hits), hits[0][0] - hits[-1][0]) if hits else NONE
