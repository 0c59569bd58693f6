"""Which letters of a text matched, and the pieces of an article that show it best.

Tokens are folded, texts never are: each mark is a place in the original string. A word found through its stem is marked
without the clitics before it (و and then العراق marked), one found as it was typed is marked whole, a phrase as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from indexer.arabic.analyser import Analyser, Token
from indexer.search.plan import Wanted
from indexer.search.results import Marked

SNIPPETS = 2
SNIPPET_CHARS = 220
_SENTENCE_END = re.compile(r"(?<=[.!؟?…])[\s»”\"']+|\n+")
_ELLIPSIS = "…"

Span = tuple[int, int]


def mark(text: str, wanted: Wanted, analyser: Analyser) -> Marked:
    """``text`` with all its hits."""
    return Marked(text, tuple((start, end) for start, end, _ in _hits(analyser.tokens(text), wanted)))


def snippets(body: str, wanted: Wanted, analyser: Analyser) -> tuple[Marked, ...]:
    """The best pieces of ``body``, in its order: those with the most different words of the query, then the most hits.

    Whole sentences where they fit in ``SNIPPET_CHARS``, else cut between words, with … where text was left out. Where
    nothing matched, the beginning of the body.
    """
    tokens = [token for token in analyser.tokens(body) if not token.extra]
    hits = _hits(analyser.tokens(body), wanted)
    pieces = [_fitted(sentence, hits, tokens) for sentence in _sentences(body)]
    if not pieces:
        return ()
    ranked = sorted(range(len(pieces)), key=lambda number: (*_worth(pieces[number], hits), -number), reverse=True)
    best = [number for number in ranked[:SNIPPETS] if _worth(pieces[number], hits)[0]] or [0]
    return tuple(_cut(body, pieces[number], hits) for number in sorted(best))


def _hits(tokens: Sequence[Token], wanted: Wanted) -> list[tuple[int, int, str]]:
    """(start, end, what) of the hits, ascending and apart; ``what`` names the word of the query that was hit."""
    found = [(token.start, token.end, token.stem or token.folded) for token in tokens if token.folded in wanted.folded]
    found += [
        (token.core, token.end, token.stem)
        for token in tokens
        if token.stem in wanted.stems and token.folded not in wanted.folded
    ]
    own = [token for token in tokens if not token.extra]
    for phrase in wanted.phrases:
        found += [
            (run[0].start, run[-1].end, " ".join(phrase)) for run in _runs(own, phrase, lambda token: token.folded)
        ]
    for phrase in wanted.stem_phrases:
        found += [(run[0].core, run[-1].end, " ".join(phrase)) for run in _runs(own, phrase, lambda token: token.stem)]
    return _apart(found)


def _runs(own: Sequence[Token], phrase: tuple[str, ...], term: Callable[[Token], str]) -> Iterator[Sequence[Token]]:
    for at, token in enumerate(own):
        if term(token) == phrase[0] and tuple(map(term, own[at : at + len(phrase)])) == phrase:
            yield own[at : at + len(phrase)]


def _apart(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of hits that overlap, the longest; ascending."""
    kept: list[tuple[int, int, str]] = []
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


def _worth(piece: Span, hits: Sequence[tuple[int, int, str]]) -> tuple[int, int]:
    """(how many different words of the query, how many hits) a piece shows."""
    inside = [what for start, end, what in hits if piece[0] <= start and end <= piece[1]]
    return len(set(inside)), len(inside)


def _fitted(sentence: Span, hits: Sequence[tuple[int, int, str]], tokens: Sequence[Token]) -> Span:
    """``sentence``, or the piece of it of at most ``SNIPPET_CHARS`` that shows the most, cut between words."""
    if sentence[1] - sentence[0] <= SNIPPET_CHARS:
        return sentence
    words = [token for token in tokens if sentence[0] <= token.start and token.end <= sentence[1]]
    inside = [hit[0] for hit in hits if sentence[0] <= hit[0] < sentence[1]]
    # Some words before the first hit of the window, so that the hit is read in its context.
    # The last window ends with the sentence: one that began later would only be shorter.
    latest = next((word.start for word in words if sentence[1] - word.start <= SNIPPET_CHARS), sentence[0])
    begins = [sentence[0], *(min(latest, _words_before(words, at, sentence[0])) for at in inside)]
    windows = [(begin, _window_end(words, begin, sentence)) for begin in begins]
    return max(windows, key=lambda window: (*_worth(window, hits), -window[0]))


def _words_before(words: Sequence[Token], at: int, least: int) -> int:
    return next((token.start for token in words if at - token.start <= SNIPPET_CHARS // 4), least)


def _window_end(words: Sequence[Token], begin: int, sentence: Span) -> int:
    if sentence[1] - begin <= SNIPPET_CHARS:
        return sentence[1]
    fitting = [token.end for token in words if begin <= token.start and token.end <= begin + SNIPPET_CHARS]
    return fitting[-1] if fitting else min(sentence[1], begin + SNIPPET_CHARS)


def _cut(body: str, piece: Span, hits: Sequence[tuple[int, int, str]]) -> Marked:
    start, end = piece
    before = (
        _ELLIPSIS
        if start and body[start - 1] not in "\n" and not _SENTENCE_END.match(body, _space_before(body, start))
        else ""
    )
    after = _ELLIPSIS if end < len(body) and not _SENTENCE_END.match(body, end) else ""
    shift = len(before) - start
    marks = tuple((first + shift, last + shift) for first, last, _ in hits if start <= first and last <= end)
    return Marked(before + body[start:end] + after, marks)


def _space_before(body: str, at: int) -> int:
    while at and body[at - 1] in " \t\n»”\"'":
        at -= 1
    return at
