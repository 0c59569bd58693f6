"""Names of several words typed in Latin letters, read together: Mohammed bin Salman is محمد بن سلمان.

Each word has several Arabic ones that may be meant. Of all ways to combine them the likeliest is taken, where words
that stand side by side in the archive count most (Viterbi 1967): so the first name helps to find the last one, and the
particles of names (bin, abu, al-) are read as such.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from indexer.arabic.analyser import Analyser, Token

PARTICLES = {
    **dict.fromkeys(("bin", "ben", "ibn", "bn"), "بن"),
    "bint": "بنت",
    **dict.fromkeys(("abu", "abou", "aboo"), "أبو"),
    **dict.fromkeys(("umm", "oum"), "أم"),
    **dict.fromkeys(("abdullah", "abdallah", "abdellah", "abdulla", "abdalla"), "عبد الله"),
    **dict.fromkeys(("van",), "فان"),
    **dict.fromkeys(("von",), "فون"),
    **dict.fromkeys(("de", "di"), "دي"),
    **dict.fromkeys(("da", "dos", "du"), "دا"),
    **dict.fromkeys(("la",), "لا"),
    **dict.fromkeys(("le",), "لو"),
}
"""Words of names that are read the same in every name."""
ARTICLES = frozenset(("al", "el", "ul", "as", "ash", "ad", "ar", "at", "an", "az", "es", "er", "ed", "en", "ez", "et"))
SERVANTS = frozenset(("abd", "abdel", "abdul", "abdal", "abdoul", "abdur", "abdus", "abder", "abdes"))
"""The article, also as it sounds before the letter behind it; and the first words of names as عبد الرحمن."""
_SERVANT = re.compile(f"(?:{'|'.join(sorted(SERVANTS - {'abd'}, key=len, reverse=True))})(?P<rest>[a-z]{{3,}})")
_ENGLISH = frozenset(("the", "of", "and", "in", "on", "for", "with", "to", "from", "by", "vs"))
_AL = "ال"
_OPTIONS = 6
_MOST_WORDS = 6
_TOGETHER = 6.0
"""So many Arabic words are considered for each word, and so many words of a name; and what it counts, beside natural
logarithms of frequencies, that two words stand side by side somewhere."""
_LATIN = re.compile(r"[a-z']+")
_BETWEEN = re.compile(r"[ .'’-]{1,3}")


class Candidate(NamedTuple):
    """Arabic words that a Latin one may mean, and how likely; ``sure`` where the list of names has it."""

    by: str
    score: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Read:
    """What the text from ``start`` to ``end`` was read as; in so many ``articles`` all its words stand side by side."""

    start: int
    end: int
    by: str
    score: float
    articles: int
    sure: bool


class _Piece(NamedTuple):
    """One word of a name, of ``several`` in the text where an article stands before it."""

    start: int
    end: int
    options: tuple[Candidate, ...]
    particle: bool = False
    several: bool = False


Candidates = Callable[[Token], Sequence[Candidate]]
Together = Callable[[Sequence[str]], int]


class LatinNames:
    """Reads runs of Latin words. Immutable but for what it keeps, so safe to share between threads."""

    def __init__(self, analyser: Analyser, candidates: Candidates, together: Together) -> None:
        """``together`` says how many articles have words with these stems side by side."""
        self._analyser = analyser
        self._candidates = candidates
        self._together = lru_cache(maxsize=5_000)(together)

    def read(self, text: str, tokens: Sequence[Token]) -> list[Read]:
        """The names of two words or more in ``text``, in order and apart; none where nothing tells what is meant.

        One that is not sure is a guess: its words are nowhere side by side.
        """
        return [found for run in _runs(text, tokens) for found in self._of_run(list(self._pieces(text, run)))]

    def _pieces(self, text: str, run: Sequence[Token]) -> Iterator[_Piece]:
        """The words of a run, each with what it may be; no options where it is no name."""
        at = 0
        while at < len(run):
            start, prefix = run[at].start, ""
            if run[at].folded in SERVANTS and at + 1 < len(run):
                at, prefix = at + 1, f"عبد {_AL}"
            if run[at].folded in ARTICLES and at + 1 < len(run):
                at, prefix = at + 1, prefix or _AL
            token = run[at]
            at += 1
            if prefix:
                yield _Piece(start, token.end, tuple(_with_article(prefix, self._options(token))), several=True)
            elif token.folded in PARTICLES:
                fixed = Candidate(PARTICLES[token.folded], 0.0, True)
                yield _Piece(token.start, token.end, (fixed,), " " not in fixed.by)
            elif match := _SERVANT.fullmatch(token.folded):
                (rest,) = self._analyser.tokens(match["rest"])
                options = (*self._options(token), *_with_article(f"عبد {_AL}", self._options(rest)))
                yield _Piece(token.start, token.end, options)
            else:
                yield _Piece(token.start, token.end, self._options(token))

    def _options(self, token: Token) -> tuple[Candidate, ...]:
        return () if token.folded in _ENGLISH else tuple(self._candidates(token)[:_OPTIONS])

    def _of_run(self, pieces: Sequence[_Piece]) -> Iterator[Read]:
        """The names in a run, which words without options part."""
        part: list[_Piece] = []
        for piece in (*pieces, _Piece(0, 0, ())):
            if piece.options and len(part) < _MOST_WORDS:
                part.append(piece)
                continue
            yield from self._of_part(part)
            part = [piece] if piece.options else []

    def _of_part(self, part: Sequence[_Piece]) -> Iterator[Read]:
        while part and part[-1].particle:
            part = part[:-1]
        if not part or all(piece.particle for piece in part):
            return
        chosen = self._likeliest(part)
        # Words that stand nowhere side by side are two names, but a particle belongs to the word behind it.
        names, known = [[0]], [True]
        for at in range(1, len(part)):
            near = bool(self._beside(chosen[at - 1], chosen[at]))
            if near or part[at - 1].particle or part[at].particle:
                names[-1].append(at)
                known[-1] &= near
            else:
                names.append([at])
                known.append(True)
        for name, side_by_side in zip(names, known, strict=True):
            options = [chosen[at] for at in name]
            start, end = part[name[0]].start, part[name[-1]].end
            if len(name) == 1 and not part[name[0]].several:
                continue
            by = " ".join(option.by for option in options)
            listed = all(option.sure for option in options)
            stems = self._stems(by)
            articles = self._together(stems)
            sure = listed or (side_by_side and len(stems) > 1 and (articles > 0 or len(name) > 1))
            yield Read(start, end, by, sum(option.score for option in options), articles, sure)

    def _likeliest(self, part: Sequence[_Piece]) -> list[Candidate]:
        """An option of each piece, so that they are the likeliest together."""
        best: list[tuple[float, list[Candidate]]] = [(option.score, [option]) for option in part[0].options]
        for piece in part[1:]:
            best = [
                max(
                    ((score + option.score + self._worth(path[-1], option), [*path, option]) for score, path in best),
                    key=lambda pair: pair[0],
                )
                for option in piece.options
            ]
        return max(best, key=lambda pair: pair[0])[1]

    def _worth(self, first: Candidate, second: Candidate) -> float:
        beside = self._beside(first, second)
        return _TOGETHER + math.log(beside) if beside else 0.0

    def _beside(self, first: Candidate, second: Candidate) -> int:
        """How many articles have the last word of ``first`` and the first one of ``second`` side by side."""
        return self._together((self._stems(first.by)[-1], self._stems(second.by)[0]))

    def _stems(self, text: str) -> tuple[str, ...]:
        return tuple(token.stem for token in self._analyser.tokens(text) if not token.extra)


def _with_article(prefix: str, options: Sequence[Candidate]) -> Iterator[Candidate]:
    """``options`` behind عبد ال, or with the article where they lack it."""
    for option in options:
        yield option._replace(by=prefix + option.by.removeprefix(_AL))


def _runs(text: str, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The Latin words that follow one another with nothing but a space or hyphen between, two at least."""
    run: list[Token] = []
    for before, token in pairwise((None, *tokens, None)):
        if token is None or not _LATIN.fullmatch(token.folded):
            if len(run) > 1:
                yield run
            run = []
            continue
        if run and before and not _BETWEEN.fullmatch(text[before.end : token.start]):
            if len(run) > 1:
                yield run
            run = []
        run.append(token)
