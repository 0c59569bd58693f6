# SPDX-License-Identifier: GPL-3.0-or-later
"""Says which sentences of a text hold words of the query, quickly, so that only the best ones are taken apart.

Where the places of the terms in a body are known, the text is only counted through. The places come from the index or,
with an engine that knows no positions, from our own analysis; the snippets are the same. Titles, and bodies in which
beginnings of words are looked for, are compared word by word instead.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from indexer.arabic.analyser import Analyser, Tier, Token, Word
from indexer.engine.questions import WordPlace
from indexer.search.planning.marked_terms import MarkedTerms

Span = tuple[int, int]
"""The start and end of a piece of a text, in code points."""


class SentenceEvidence(NamedTuple):
    """The most that any piece of a sentence can show: different ``words`` of the query, and ``hits``.

    ``nearness`` is minus the distance from the first hit to the last, in words or in pieces between spaces.
    """

    words: int
    hits: int
    nearness: int


NO_EVIDENCE = SentenceEvidence(0, 0, 0)


class SnippetEvidence(Protocol):
    """Where a text holds the terms ``marked``. For one text at a time, in one thread."""

    @property
    def marked(self) -> MarkedTerms:
        """The terms that are looked for."""
        ...

    @property
    def analyser(self) -> Analyser:
        """The analyser that knows the terms of a word."""
        ...

    def of(self, text: str, sentences: Sequence[Span]) -> list[SentenceEvidence]:
        """The evidence of each of the ``sentences`` of ``text``, which ascend and do not overlap."""
        ...

    def words(self, text: str, sentence: Span) -> list[Span]:
        """The words of a sentence, ascending; ``text`` must be that of the last call of `of`."""
        ...

    def runs(self, text: str, sentence: Span) -> list[list[Token]]:
        """Runs of tokens of a sentence, ascending, that hold all its hits; ``text`` must be that of the last `of`."""
        ...


def terms_of(marked: MarkedTerms) -> tuple[tuple[Tier, str], ...]:
    """The terms whose places an engine is asked for; none where beginnings of words are looked for."""
    if marked.prefixes:
        return ()
    firsts: list[tuple[Tier, str]] = [("folded", phrase[0]) for phrase in marked.phrases]
    firsts += [("stem", phrase[0]) for phrase in marked.stem_phrases]
    return (*_single_terms(marked), *firsts)


def _single_terms(marked: MarkedTerms) -> list[tuple[Tier, str]]:
    terms: list[tuple[Tier, str]] = [("stem", stem) for stem in marked.stems]
    return terms + [("folded", folded) for folded in marked.folded | marked.spellings]


def of_body(marked: MarkedTerms, analyser: Analyser, body: str, places: Iterable[WordPlace] | None) -> SnippetEvidence:
    """The evidence in one body; ``places`` are those of `terms_of`, None where the engine does not know them."""
    if marked.prefixes:
        return EvidenceByWords(marked, analyser)
    if places is None:
        places = _analysed(body, terms_of(marked), analyser)
    return EvidenceByPlaces(marked, analyser, places)


def _analysed(body: str, terms: Sequence[tuple[Tier, str]], analyser: Analyser) -> Iterator[WordPlace]:
    """The places of ``terms`` in ``body``, as an index with positions knows them."""
    numbers: dict[tuple[Tier, str], list[int]] = {}
    for number, term in enumerate(terms):
        numbers.setdefault(term, []).append(number)
    if not numbers:
        return
    own, extras = analyser.words(body)
    for at, word in chain(enumerate(own), extras):
        found: set[tuple[Tier, str]] = {("folded", word.folded), *(("stem", stem) for stem in word.stems)}
        for term in found & numbers.keys():
            for number in numbers[term]:
                yield WordPlace(at, number)


class EvidenceByPlaces:
    """See `SnippetEvidence`. For the body of one article, of which it is known where the terms stand."""

    def __init__(self, marked: MarkedTerms, analyser: Analyser, places: Iterable[WordPlace]) -> None:
        """``places`` are those of the terms that `terms_of` lists."""
        self.marked = marked
        self.analyser = analyser
        single = [term for _, term in _single_terms(marked)]
        phrases = (*marked.phrases, *marked.stem_phrases)
        self._names = [*single, *map(" ".join, phrases)]
        # Of single terms one word of the text is one hit at most; a phrase is a hit of its own.
        self._single = len(single)
        self._places = sorted(set(places))
        # A name may be joined with the word after it.
        self._reach = max(2, *map(len, phrases), 0)
        self._spans: list[Span] = []

    def of(self, text: str, sentences: Sequence[Span]) -> list[SentenceEvidence]:
        """See `SnippetEvidence.of`."""
        evidence = [NO_EVIDENCE] * len(sentences)
        if not self._places:
            return evidence
        self._spans = spans = self.analyser.spans(text)
        hits: list[tuple[int, str]] = []
        sentence, last = 0, -1
        for number, name in self._places:
            if number >= len(spans):
                break
            while sentence < len(sentences) and sentences[sentence][1] <= spans[number][0]:
                evidence[sentence] = _evidence(hits)
                sentence, hits = sentence + 1, []
            if name >= self._single or number != last:
                hits.append((number, self._names[name]))
            last = number
        if hits and sentence < len(sentences):
            evidence[sentence] = _evidence(hits)
        return evidence

    def words(self, text: str, sentence: Span) -> list[Span]:
        """See `SnippetEvidence.words`."""
        first, end = self._numbers(sentence)
        return self._spans[first:end] if self._places else self.analyser.spans(text, *sentence)

    def runs(self, text: str, sentence: Span) -> list[list[Token]]:
        """See `SnippetEvidence.runs`."""
        first, end = self._numbers(sentence)
        runs: list[Span] = []
        for number, _ in self._places[bisect_left(self._places, (first, 0)) : bisect_left(self._places, (end, 0))]:
            # From the end of the word before on: a proclitic that stands apart lies between the two.
            start = self._spans[number - 1][1] if number > first else sentence[0]
            stop = self._spans[min(number + self._reach, end) - 1][1]
            if runs and start <= runs[-1][1]:
                runs[-1] = runs[-1][0], max(stop, runs[-1][1])
            else:
                runs.append((start, stop))
        return [self.analyser.tokens(text, *run) for run in runs]

    def _numbers(self, sentence: Span) -> Span:
        """The number of the first word of a sentence, and the number after its last word."""
        first, end = (bisect_left(self._spans, (at, 0)) for at in sentence)
        return first, end


class EvidenceByWords:
    """See `SnippetEvidence`. For any number of texts, which are compared word by word.

    Each different piece between two spaces is looked at once: most pieces come again, and nearly all hold no hit.
    """

    def __init__(self, marked: MarkedTerms, analyser: Analyser) -> None:
        self.marked = marked
        self.analyser = analyser
        self._firsts = {phrase[0]: " ".join(phrase) for phrase in marked.phrases}
        self._first_stems = {phrase[0]: " ".join(phrase) for phrase in marked.stem_phrases}
        self._any = frozenset((*marked.folded, *marked.spellings, *marked.stems, *self._firsts, *self._first_stems))
        # The hits of each piece; None where its words depend on what follows it.
        self._known: dict[str, tuple[str, ...] | None] = {}

    def of(self, text: str, sentences: Sequence[Span]) -> list[SentenceEvidence]:
        """See `SnippetEvidence.of`."""
        parts = [text[start:end] for start, end in sentences]
        pieces = [part.split(" ") for part in parts]
        self._look_at(list(set(chain.from_iterable(pieces)).difference(self._known)))
        return [self._of(part, own) for part, own in zip(parts, pieces, strict=True)]

    def words(self, text: str, sentence: Span) -> list[Span]:
        """See `SnippetEvidence.words`."""
        return self.analyser.spans(text, *sentence)

    def runs(self, text: str, sentence: Span) -> list[list[Token]]:
        """See `SnippetEvidence.runs`."""
        return [self.analyser.tokens(text, *sentence)]

    def _look_at(self, pieces: list[str]) -> None:
        known, any_term, prefixes = self._known, self._any, bool(self.marked.prefixes)
        for piece, words in zip(pieces, self.analyser.alone(pieces), strict=True):
            if words is None:
                known[piece] = None
                continue
            known[piece] = ()
            for word in words:
                if prefixes or not any_term.isdisjoint((word.folded, *word.stems)):
                    known[piece] = self._hits(words, [])
                    break

    def _of(self, part: str, pieces: list[str]) -> SentenceEvidence:
        found = list(map(self._known.__getitem__, pieces))
        if None in found:
            return _evidence([(0, name) for name in self._hits(*self.analyser.words(part))])
        return _evidence([(place, name) for place, names in enumerate(found) if names for name in names])

    def _hits(self, own: Sequence[Word], extras: Sequence[tuple[int, Word]]) -> tuple[str, ...]:
        """The term or phrase of each hit among words as `Analyser.words` returns them; a phrase by its first word."""
        words = (*own, *(extra for _, extra in extras))
        hits = [word.stem or word.folded for word in words if self.marked.has(word)]
        hits += [self._firsts[word.folded] for word in words if word.folded in self._firsts]
        hits += [self._first_stems[word.stem] for word in own if word.stem in self._first_stems]
        return tuple(hits)


def _evidence(hits: Sequence[tuple[int, str]]) -> SentenceEvidence:
    """The evidence of these hits, pairs of a place and a term; the places ascend."""
    if not hits:
        return NO_EVIDENCE
    return SentenceEvidence(len({name for _, name in hits}), len(hits), hits[0][0] - hits[-1][0])
