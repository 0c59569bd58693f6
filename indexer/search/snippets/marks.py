# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks the hits in a text, and chooses the sentences to show as snippets.

Tokens are folded, texts never are: each mark is a place in the original string. A word found by its stem is marked
without the clitics before it (in والعراق only العراق), one found as it was typed is marked whole, a phrase as one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.arabic.analyser import Token
from indexer.arabic.fold import fold
from indexer.arabic.repetition import says_again
from indexer.search.answers.results import Marked
from indexer.search.planning.marked_terms import MarkedTerms
from indexer.search.planning.query_names import is_glued
from indexer.search.query.parameters import DEFAULT_SNIPPET_CHARS, DEFAULT_SNIPPETS
from indexer.search.snippets.evidence import SnippetEvidence, Span

# A point after a single letter belongs to an abbreviation (أ. ف. ب.) or a title (د. أحمد).
_SENTENCE_END = re.compile(r"(?<=[.!؟?…])(?<![\W_][^\W\d_]\.)(?<!^[^\W\d_]\.)[\s»”\"']+|\n+")
_ELLIPSIS = "…"
_CONTINUES = ("Mn", "Mc", "Me")
_JOINER = "\u200d"

Hit = tuple[int, int, str]
"""The start and end of a hit, and the term of the query that it is a hit of."""

MOST_MARKED = 1_000
"""At most this many hits of one article are marked: a page with tens of thousands takes seconds to make and to draw."""

_LOOKED_AT = 100_000
_WINDOWS = 50
"""Bounds on the cost of one article: the characters that are looked at, and the hits in one sentence at which a piece
may begin."""


def mark(text: str, evidence: SnippetEvidence) -> Marked:
    """``text`` with all its hits marked."""
    if not evidence.of(text, [(0, len(text))])[0].hits:
        return Marked(text)
    hits = _hits([evidence.analyser.tokens(text)], evidence.marked)
    return Marked(text, tuple((start, end) for start, end, _ in hits))


def first_marked(texts: Iterable[Marked], most: int = MOST_MARKED) -> tuple[Marked, ...]:
    """``texts`` with only the first ``most`` of all their marks."""
    kept = []
    for text in texts:
        kept.append(Marked(text.text, text.marks[:most]))
        most -= len(kept[-1].marks)
    return tuple(kept)


def snippets(
    body: str,
    evidence: SnippetEvidence,
    most: int = DEFAULT_SNIPPETS,
    chars: int = DEFAULT_SNIPPET_CHARS,
) -> tuple[Marked, ...]:
    """The best ``most`` pieces of ``body`` in the order of the text: those with most different words of the query.

    Among these the one with most hits is best. No two pieces say the same. A piece is a whole sentence where that fits
    in ``chars`` characters; else it is cut between words, with … where text was left out. Where nothing matched, the
    beginning of the body is the only piece. Of a very long body only the beginning is looked at.
    """
    head = body[:_LOOKED_AT]
    sentences = list(sentence_spans(head))
    if not sentences:
        return ()
    # The evidence is quickly known; sentences that cannot be among the best by it are not taken apart. Of sentences
    # with equal evidence the one with its hits nearest to each other is taken, then the first.
    found = evidence.of(head, sentences)
    best: list[_SentencePiece] = []
    for number in sorted(range(len(sentences)), key=lambda number: found[number], reverse=True):
        if not found[number].hits or (len(best) == most and found[number][:2] <= best[-1].worth):
            break
        piece = _best_piece(head, number, sentences[number], evidence, chars)
        if not any(_say_the_same(head, piece, other, evidence) for other in best):
            best = sorted([*best, piece], key=lambda piece: piece.worth, reverse=True)[:most]
    best = [piece for piece in best if piece.worth[0]] or [_best_piece(head, 0, sentences[0], evidence, chars)]
    return tuple(_cut(body, piece.span, piece.hits) for piece in sorted(best, key=lambda piece: piece.number))


class _SentencePiece(NamedTuple):
    """The best piece of the sentence with this ``number``; for ``worth`` see `_SearchedText.worth`."""

    number: int
    span: Span
    hits: Sequence[Hit]
    worth: tuple[int, int]


def _best_piece(head: str, number: int, sentence: Span, evidence: SnippetEvidence, chars: int) -> _SentencePiece:
    seen = _SearchedText(head, _hits(evidence.runs(head, sentence), evidence.marked), evidence.words(head, sentence))
    span = _fitted(sentence, seen, chars)
    hits = seen.inside(span)
    return _SentencePiece(number, span, hits, seen.worth(span))


def _say_the_same(text: str, one: _SentencePiece, other: _SentencePiece, evidence: SnippetEvidence) -> bool:
    """Whether one of two pieces of ``text`` repeats the words of the other, as a first paragraph does a standfirst."""
    words = ([fold(text[slice(*word)]) for word in evidence.words(text, piece.span)] for piece in (one, other))
    shorter, longer = sorted(words, key=len)
    return says_again(shorter, longer)


class _SearchedText:
    """A text with its hits and words, ascending; those of a piece of the text are found by bisection."""

    def __init__(self, text: str, hits: Sequence[Hit], words: Sequence[Span]) -> None:
        self.text = text
        self._hits = hits
        self._words = words
        self._hit_starts = [hit[0] for hit in hits]
        self._word_starts = [start for start, _ in words]

    def inside(self, piece: Span) -> Sequence[Hit]:
        """The hits that lie within ``piece``."""
        first, last = (bisect_left(self._hit_starts, at) for at in piece)
        return [hit for hit in self._hits[first:last] if hit[1] <= piece[1]]

    def words(self, piece: Span) -> Sequence[Span]:
        """The words that begin within ``piece``."""
        first, last = (bisect_left(self._word_starts, at) for at in piece)
        return self._words[first:last]

    def worth(self, piece: Span) -> tuple[int, int]:
        """The numbers of different terms of the query and of hits in ``piece``."""
        inside = self.inside(piece)
        return len({what for _, _, what in inside}), len(inside)


def _hits(runs: Sequence[Sequence[Token]], marked: MarkedTerms) -> list[Hit]:
    """The hits in ``runs`` of tokens, ascending, no two of them overlapping."""
    found: list[Hit] = []
    for tokens in runs:
        found += [
            (token.start if _as_typed(token, marked) else token.core, token.end, token.stem or token.folded)
            for token in tokens
            if marked.has(token.word)
        ]
        own = [token for token in tokens if not token.extra]
        glued = {token.position: token.folded for token in tokens if is_glued(token)}
        for phrase in marked.phrases:
            same = _same(own, phrase, lambda token: token.folded, glued)
            found += [(run[0].start, run[-1].end, " ".join(phrase)) for run in same]
        for phrase in marked.stem_phrases:
            same = _same(own, phrase, lambda token: token.stem, {})
            found += [(run[0].core, run[-1].end, " ".join(phrase)) for run in same]
    return _apart(found)


def _as_typed(token: Token, marked: MarkedTerms) -> bool:
    folded = token.folded
    return folded in marked.folded or (bool(marked.prefixes) and folded.startswith(marked.prefixes))


def _same(
    own: Sequence[Token], phrase: tuple[str, ...], term: Callable[[Token], str], others: Mapping[int, str]
) -> Iterator[Sequence[Token]]:
    """The runs of tokens whose terms are ``phrase``; ``others`` maps positions to a second term there."""
    for at in range(len(own) - len(phrase) + 1):
        run = own[at : at + len(phrase)]
        if all(
            expected in (term(token), others.get(token.position)) for token, expected in zip(run, phrase, strict=True)
        ):
            yield run


def _apart(found: list[Hit]) -> list[Hit]:
    """``found`` without hits that overlap a longer one or an earlier one; ascending."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (hit[0], -hit[1])):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def sentence_spans(body: str) -> Iterator[Span]:
    """Yields where each sentence of a text begins and ends."""
    start = 0
    for end, after in [(match.start(), match.end()) for match in _SENTENCE_END.finditer(body)] + [
        (len(body), len(body))
    ]:
        if body[start:end].strip():
            yield start, end
        start = after


def _fitted(sentence: Span, seen: _SearchedText, chars: int) -> Span:
    """``sentence``, or its best piece of at most ``chars`` characters, cut between words."""
    if sentence[1] - sentence[0] <= chars:
        return sentence
    # The last window ends with the sentence: a later one would only be shorter.
    latest = _first_word(seen, sentence[1] - chars, sentence, chars)
    begins = [sentence[0]]
    for hit in seen.inside(sentence)[:_WINDOWS]:
        # The window begins some words before its first hit, so that the hit is read in its context.
        begins.append(min(latest, _first_word(seen, max(sentence[0], hit[0] - chars // 4), sentence, chars)))
    windows = [(begin, _window_end(seen, begin, sentence, chars)) for begin in begins]
    return max(windows, key=lambda window: (*seen.worth(window), -window[0]))


def _first_word(seen: _SearchedText, at: int, sentence: Span, chars: int) -> int:
    """The start of the first word of ``sentence`` at ``at`` or later."""
    near = seen.words((at, min(sentence[1], at + chars)))
    return near[0][0] if near else _whole(seen.text, at, sentence)


def _window_end(seen: _SearchedText, begin: int, sentence: Span, chars: int) -> int:
    if sentence[1] - begin <= chars:
        return sentence[1]
    fitting = [end for _, end in seen.words((begin, begin + chars)) if end <= begin + chars]
    return fitting[-1] if fitting else _whole(seen.text, begin + chars, sentence)


def _whole(text: str, at: int, sentence: Span) -> int:
    """``at``, or the start of the letter whose marks or second half stand at ``at``; within ``sentence``."""
    while sentence[0] < at < sentence[1] and (
        unicodedata.category(text[at]) in _CONTINUES or "\udc00" <= text[at] <= "\udfff" or text[at - 1] == _JOINER
    ):
        at -= 1
    return min(at, sentence[1])


def _cut(body: str, piece: Span, hits: Sequence[Hit]) -> Marked:
    """``piece`` of ``body`` as it is shown, with ``hits``, which lie within it, marked."""
    start, end = piece
    before = (
        _ELLIPSIS
        if start and body[start - 1] not in "\n" and not _SENTENCE_END.match(body, _space_before(body, start))
        else ""
    )
    after = _ELLIPSIS if end < len(body) and not _SENTENCE_END.match(body, end) else ""
    shift = len(before) - start
    marks = tuple((first + shift, last + shift) for first, last, _ in hits)
    return Marked(before + body[start:end] + after, marks)


def _space_before(body: str, at: int) -> int:
    while at and body[at - 1] in " \t\n»”\"'":
        at -= 1
    return at
