"""Which letters of a text matched, and the pieces of an article that show it best.

Tokens are folded, texts never are: each mark is a place in the original string. A word found through its stem is marked
without the clitics before it (و and then العراق marked), one found as it was typed is marked whole, a phrase as one.
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
from indexer.search.planning.marked_terms import Wanted
from indexer.search.planning.query_names import is_glued
from indexer.search.query.parameters import DEFAULT_SNIPPET_CHARS, DEFAULT_SNIPPETS
from indexer.search.snippets.evidence import Promises, Span

# The point behind a single letter is that of an abbreviation (أ. ف. ب.) or a title (د. أحمد).
_SENTENCE_END = re.compile(r"(?<=[.!؟?…])(?<![\W_][^\W\d_]\.)(?<!^[^\W\d_]\.)[\s»”\"']+|\n+")
_ELLIPSIS = "…"
_CONTINUES = ("Mn", "Mc", "Me")
_JOINER = "\u200d"

Hit = tuple[int, int, str]

MOST_MARKED = 1_000
"""So many hits of one article are marked: a page with tens of thousands takes seconds to make and to draw."""

_LOOKED_AT = 100_000
_WINDOWS = 50
"""Bounds on what one article costs: so many characters of it, so many places in a sentence are considered."""


def mark(text: str, promises: Promises) -> Marked:
    """``text`` with all its hits."""
    if not promises.of(text, [(0, len(text))])[0].hits:
        return Marked(text)
    hits = _hits([promises.analyser.tokens(text)], promises.wanted)
    return Marked(text, tuple((start, end) for start, end, _ in hits))


def first_marked(texts: Iterable[Marked], most: int = MOST_MARKED) -> tuple[Marked, ...]:
    """``texts`` with the first ``most`` of the marks that they have together."""
    kept = []
    for text in texts:
        kept.append(Marked(text.text, text.marks[:most]))
        most -= len(kept[-1].marks)
    return tuple(kept)


def snippets(
    body: str,
    promises: Promises,
    most: int = DEFAULT_SNIPPETS,
    chars: int = DEFAULT_SNIPPET_CHARS,
) -> tuple[Marked, ...]:
    """The best pieces of ``body``, ``most`` of them, in its order: those with the most different words of the query,
    then the most hits. No two of them say the same.

    Whole sentences where they fit in ``chars``, else cut between words, with … where text was left out. Where
    nothing matched, the beginning of the body. Of a very long body only the beginning is looked at.
    """
    head = body[:_LOOKED_AT]
    sentences = list(_sentences(head))
    if not sentences:
        return ()
    # Sentences that cannot be among the best are not taken apart: what their words alone promise is quickly known.
    promised = promises.of(head, sentences)
    best: list[_Piece] = []
    # Where several promise the same, that with its hits nearest to each other is taken, then the first.
    for number in sorted(range(len(sentences)), key=lambda number: promised[number], reverse=True):
        if not promised[number].hits or (len(best) == most and promised[number][:2] <= best[-1].worth):
            break
        piece = _best_piece(head, number, sentences[number], promises, chars)
        if not any(_say_the_same(head, piece, other, promises) for other in best):
            best = sorted([*best, piece], key=lambda piece: piece.worth, reverse=True)[:most]
    best = [piece for piece in best if piece.worth[0]] or [_best_piece(head, 0, sentences[0], promises, chars)]
    return tuple(_cut(body, piece.span, piece.hits) for piece in sorted(best, key=lambda piece: piece.number))


class _Piece(NamedTuple):
    """The piece of sentence ``number`` that shows most: ``worth`` is `_Seen.worth`."""

    number: int
    span: Span
    hits: Sequence[Hit]
    worth: tuple[int, int]


def _best_piece(head: str, number: int, sentence: Span, promises: Promises, chars: int) -> _Piece:
    seen = _Seen(head, _hits(promises.runs(head, sentence), promises.wanted), promises.words(head, sentence))
    span = _fitted(sentence, seen, chars)
    hits = seen.inside(span)
    return _Piece(number, span, hits, seen.worth(span))


def _say_the_same(text: str, one: _Piece, other: _Piece, promises: Promises) -> bool:
    """Whether one of two pieces of ``text`` says all that the other says, as a standfirst and a first paragraph do."""
    words = ([fold(text[slice(*word)]) for word in promises.words(text, piece.span)] for piece in (one, other))
    shorter, longer = sorted(words, key=len)
    return says_again(shorter, longer)


class _Seen:
    """The hits and words of a text, in order, so that those of a piece of it are found by bisection."""

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
        """(how many different words of the query, how many hits) a piece shows."""
        inside = self.inside(piece)
        return len({what for _, _, what in inside}), len(inside)


def _hits(runs: Sequence[Sequence[Token]], wanted: Wanted) -> list[Hit]:
    """(start, end, what) of the hits, ascending and apart; ``what`` names the word of the query that was hit."""
    found: list[Hit] = []
    for tokens in runs:
        found += [
            (token.start if _as_typed(token, wanted) else token.core, token.end, token.stem or token.folded)
            for token in tokens
            if wanted.has(token.word)
        ]
        own = [token for token in tokens if not token.extra]
        glued = {token.position: token.folded for token in tokens if is_glued(token)}
        for phrase in wanted.phrases:
            same = _same(own, phrase, lambda token: token.folded, glued)
            found += [(run[0].start, run[-1].end, " ".join(phrase)) for run in same]
        for phrase in wanted.stem_phrases:
            same = _same(own, phrase, lambda token: token.stem, {})
            found += [(run[0].core, run[-1].end, " ".join(phrase)) for run in same]
    return _apart(found)


def _as_typed(token: Token, wanted: Wanted) -> bool:
    folded = token.folded
    return folded in wanted.folded or (bool(wanted.prefixes) and folded.startswith(wanted.prefixes))


def _same(
    own: Sequence[Token], phrase: tuple[str, ...], term: Callable[[Token], str], others: Mapping[int, str]
) -> Iterator[Sequence[Token]]:
    """The runs of tokens whose terms are ``phrase``; ``others`` are further terms, by their positions."""
    for at in range(len(own) - len(phrase) + 1):
        run = own[at : at + len(phrase)]
        if all(wanted in (term(token), others.get(token.position)) for token, wanted in zip(run, phrase, strict=True)):
            yield run


def _apart(found: list[Hit]) -> list[Hit]:
    """Of hits that overlap, the longest; ascending."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (hit[0], -hit[1])):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def _sentences(body: str) -> Iterator[Span]:
    start = 0
    for end, after in [(match.start(), match.end()) for match in _SENTENCE_END.finditer(body)] + [
        (len(body), len(body))
    ]:
        if body[start:end].strip():
            yield start, end
        start = after


def _fitted(sentence: Span, seen: _Seen, chars: int) -> Span:
    """``sentence``, or the piece of it of at most ``chars`` that shows the most, cut between words."""
    if sentence[1] - sentence[0] <= chars:
        return sentence
    # The last window ends with the sentence: one that began later would only be shorter.
    latest = _first_word(seen, sentence[1] - chars, sentence, chars)
    begins = [sentence[0]]
    for hit in seen.inside(sentence)[:_WINDOWS]:
        # Some words before the first hit of the window, so that the hit is read in its context.
        begins.append(min(latest, _first_word(seen, max(sentence[0], hit[0] - chars // 4), sentence, chars)))
    windows = [(begin, _window_end(seen, begin, sentence, chars)) for begin in begins]
    return max(windows, key=lambda window: (*seen.worth(window), -window[0]))


def _first_word(seen: _Seen, at: int, sentence: Span, chars: int) -> int:
    """Where the first word of ``sentence`` begins that begins at ``at`` or later."""
    near = seen.words((at, min(sentence[1], at + chars)))
    return near[0][0] if near else _whole(seen.text, at, sentence)


def _window_end(seen: _Seen, begin: int, sentence: Span, chars: int) -> int:
    if sentence[1] - begin <= chars:
        return sentence[1]
    fitting = [end for _, end in seen.words((begin, begin + chars)) if end <= begin + chars]
    return fitting[-1] if fitting else _whole(seen.text, begin + chars, sentence)


def _whole(text: str, at: int, sentence: Span) -> int:
    """``at``, or where within ``sentence`` the letter begins whose marks, or whose second half, stand there."""
    while sentence[0] < at < sentence[1] and (
        unicodedata.category(text[at]) in _CONTINUES or "\udc00" <= text[at] <= "\udfff" or text[at - 1] == _JOINER
    ):
        at -= 1
    return min(at, sentence[1])


def _cut(body: str, piece: Span, hits: Sequence[Hit]) -> Marked:
    """The piece as it is shown; ``hits`` are those within it."""
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
