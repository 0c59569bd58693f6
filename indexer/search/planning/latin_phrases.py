# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads names of several words in Latin letters: Mohammed bin Salman is محمد بن سلمان.

Each Latin word may mean one of several Arabic words. The likeliest combination is taken (Viterbi 1967); words that
stand side by side in the archive count most. So the first name helps to find the last one, and the particles of names
(bin, abu, al-) are read as such.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from indexer.arabic.analyser import Analyser, Token
from indexer.arabic.cache import Cache

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
"""Words that are read in the same way in every name."""
ARTICLES = frozenset(("al", "el", "ul", "as", "ash", "ad", "ar", "at", "an", "az", "es", "er", "ed", "en", "ez", "et"))
SERVANTS = frozenset(("abd", "abdel", "abdul", "abdal", "abdoul", "abdur", "abdus", "abder", "abdes"))
"""The article, also as it is heard before certain letters; and the first words of names such as عبد الرحمن."""
_SERVANT = re.compile(f"(?:{'|'.join(sorted(SERVANTS - {'abd'}, key=len, reverse=True))})(?P<rest>[a-z]{{3,}})")
_ENGLISH = frozenset(("the", "of", "and", "in", "on", "for", "with", "to", "from", "by", "vs"))
_AL = "ال"
_OPTIONS = 6
_MOST_WORDS = 6
_TOGETHER = 6.0
"""The number of Arabic words considered for each Latin word; the number of words of a name that are read; and what two
words that stand side by side somewhere add to a score."""
_CACHED = 5_000
_LATIN = re.compile(r"[a-z']+")
_BETWEEN = re.compile(r"[ .'’-]{1,3}")


class NameCandidate(NamedTuple):
    """The Arabic words ``by`` that a Latin word may mean; ``sure`` where the list of names has them.

    ``score`` is the natural logarithm of how likely that is.
    """

    by: str
    score: float
    sure: bool


@dataclass(frozen=True, slots=True)
class ReadName:
    """The text from ``start`` to ``end`` was read as ``by``; in ``articles`` articles its words stand side by side."""

    start: int
    end: int
    by: str
    score: float
    articles: int
    sure: bool


class _NamePart(NamedTuple):
    """One word of a name, with the Arabic words that it may be; ``several`` says that the text has an article apart."""

    start: int
    end: int
    options: tuple[NameCandidate, ...]
    particle: bool = False
    several: bool = False


Candidates = Callable[[Token], Sequence[NameCandidate]]
Together = Callable[[tuple[str, ...]], int]


class LatinNames:
    """Reads runs of Latin words. Safe to share between threads."""

    def __init__(self, analyser: Analyser, candidates: Candidates, together: Together) -> None:
        """``together`` returns the number of articles that have words with these stems side by side."""
        self._analyser = analyser
        self._candidates = candidates
        self._together = Cache(together, _CACHED)

    def read(self, text: str, tokens: Sequence[Token]) -> list[ReadName]:
        """The names of two words or more in ``text``, ascending, none overlapping another.

        A name that is not sure is a guess: its words stand side by side in no article.
        """
        return [found for run in _runs(text, tokens) for found in self._of_run(list(self._pieces(text, run)))]

    def _pieces(self, text: str, run: Sequence[Token]) -> Iterator[_NamePart]:
        """The words of a run, each with the Arabic words that it may be, none where it is no name."""
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
                yield _NamePart(start, token.end, tuple(_with_article(prefix, self._options(token))), several=True)
            elif token.folded in PARTICLES:
                fixed = NameCandidate(PARTICLES[token.folded], 0.0, True)
                yield _NamePart(token.start, token.end, (fixed,), " " not in fixed.by)
            elif match := _SERVANT.fullmatch(token.folded):
                (rest,) = self._analyser.tokens(match["rest"])
                options = (*self._options(token), *_with_article(f"عبد {_AL}", self._options(rest)))
                yield _NamePart(token.start, token.end, options)
            else:
                yield _NamePart(token.start, token.end, self._options(token))

    def _options(self, token: Token) -> tuple[NameCandidate, ...]:
        return () if token.folded in _ENGLISH else tuple(self._candidates(token)[:_OPTIONS])

    def _of_run(self, pieces: Sequence[_NamePart]) -> Iterator[ReadName]:
        """The names in a run; words without options stand between them."""
        part: list[_NamePart] = []
        for piece in (*pieces, _NamePart(0, 0, ())):
            if piece.options and len(part) < _MOST_WORDS:
                part.append(piece)
                continue
            yield from self._of_part(part)
            part = [piece] if piece.options else []

    def _of_part(self, part: Sequence[_NamePart]) -> Iterator[ReadName]:
        while part and part[-1].particle:
            part = part[:-1]
        if not part or all(piece.particle for piece in part):
            return
        chosen = self._likeliest(part)
        # Words that stand side by side nowhere are two names, but a particle belongs to the word after it.
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
            articles = self._together.get(stems)
            sure = listed or (side_by_side and len(stems) > 1 and (articles > 0 or len(name) > 1))
            yield ReadName(start, end, by, sum(option.score for option in options), articles, sure)

    def _likeliest(self, part: Sequence[_NamePart]) -> list[NameCandidate]:
        """One option of each piece: the likeliest combination."""
        best: list[tuple[float, list[NameCandidate]]] = [(option.score, [option]) for option in part[0].options]
        for piece in part[1:]:
            best = [
                max(
                    ((score + option.score + self._worth(path[-1], option), [*path, option]) for score, path in best),
                    key=lambda pair: pair[0],
                )
                for option in piece.options
            ]
        return max(best, key=lambda pair: pair[0])[1]

    def _worth(self, first: NameCandidate, second: NameCandidate) -> float:
        beside = self._beside(first, second)
        return _TOGETHER + math.log(beside) if beside else 0.0

    def _beside(self, first: NameCandidate, second: NameCandidate) -> int:
        """The number of articles with the last word of ``first`` and the first word of ``second`` side by side."""
        return self._together.get((self._stems(first.by)[-1], self._stems(second.by)[0]))

    def _stems(self, text: str) -> tuple[str, ...]:
        return tuple(token.stem for token in self._analyser.tokens(text) if not token.extra)


def _with_article(prefix: str, options: Sequence[NameCandidate]) -> Iterator[NameCandidate]:
    """``options`` after ``prefix``, which is عبد ال or the article; their own article is not repeated."""
    for option in options:
        yield option._replace(by=prefix + option.by.removeprefix(_AL))


def _runs(text: str, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The runs of at least two Latin words with nothing but a space or hyphen between them."""
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
