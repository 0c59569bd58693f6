# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists the copies of an article, and shows in which words two of them differ.

Words are compared as they are folded: a word with another hamza, ta marbuta, harakat, tatweel or quotation marks is the
same word, since differences of house style would hide those of substance. Texts are shown as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from indexer.arabic.fold import fold
from indexer.article import Article
from indexer.engine.base import Searcher
from indexer.engine.questions import Cluster
from indexer.errors import RequestError
from indexer.search.query.parameter_types import quoted

MOST_COPIES = 50
"""At most this many copies of an article are listed, the newest ones."""

MOST_WORDS = 2_000
"""Only the first words of two texts are compared, at most this many."""

_EXACT_WORDS = 1_000
"""In texts of more words frequent words alone make no match; comparing them would take seconds."""

_SIGNS = str.maketrans({**dict.fromkeys("“”„‟«»‹›＂", '"'), "،": ",", "؛": ";"})
_UNIT = re.compile(r"\n|[^\S\n]+|\S+")

Change = Literal["same", "added", "removed"]


class Piece(NamedTuple):
    """A run of words: ``same`` in both texts, ``added`` in the other text, or ``removed``, in this text only.

    Words that both texts have are written as in the other text.
    """

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How ``other`` differs from an article: in its title, and in each paragraph of its body.

    ``whole`` says whether both bodies were compared to their end.
    """

    other: Article
    title: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Copies:
    """The cluster of an article, its other articles (the newest `MOST_COPIES`), and one of them compared with it."""

    cluster: Cluster
    others: tuple[Article, ...] = ()
    compared: Comparison | None = None


def copies_of(searcher: Searcher, article: Article, compare: str | None) -> Copies:
    """The copies of ``article``, one of them compared with it: that with the id ``compare``, the first for "".

    None is compared where ``compare`` is None. Raises RequestError where it is no id of a copy.
    """
    cluster, others = searcher.copies(article.id, MOST_COPIES)
    if compare is None or not (compare or others):
        return Copies(cluster, others)
    wanted = [other for other in others if compare in ("", other.id)]
    if not wanted:
        which = "its member copies lists those that are" if others else "it has none"
        said = f"{quoted(compare)} is no copy of the article {article.id}; {which}."
        raise RequestError("invalid_parameter", "compare", said)
    return Copies(cluster, others, compared(article, wanted[0]))


def compared(article: Article, other: Article) -> Comparison:
    """How ``other`` differs from ``article``, word by word, as far as `MOST_WORDS`."""
    bodies = [_UNIT.findall(text.body) for text in (article, other)]
    whole = all(len(body) <= 2 * MOST_WORDS for body in bodies)
    mine, theirs = (body[: 2 * MOST_WORDS] for body in bodies)
    title = tuple(_pieces(_UNIT.findall(article.title), _UNIT.findall(other.title)))
    return Comparison(other, title, tuple(_paragraphs(_pieces(mine, theirs))), whole)


def _pieces(mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Piece]:
    words, other_words = ([_compared_as(unit) for unit in units if not unit.isspace()] for units in (mine, theirs))
    long = max(len(words), len(other_words)) > _EXACT_WORDS
    ends, other_ends = _ends(mine), _ends(theirs)
    for change, first, last, other_first, other_last in SequenceMatcher(
        None, words, other_words, autojunk=long
    ).get_opcodes():
        # Equal words are shown as in the other text, so that its paragraphs are seen.
        if change == "equal":
            yield Piece("same", _text(theirs, other_ends, other_first, other_last))
            continue
        if first < last:
            text = _text(mine, ends, first, last)
            # The paragraph is ended by the words that stand in the place of these.
            yield Piece("removed", f"{text.rstrip()} " if other_first < other_last else text)
        if other_first < other_last:
            yield Piece("added", _text(theirs, other_ends, other_first, other_last))


def _compared_as(word: str) -> str:
    return fold(word.translate(_SIGNS)) or word


def _ends(units: Sequence[str]) -> list[int]:
    """The index after each word and the blanks that follow it; the first entry is where the text begins."""
    ends = [0]
    for at, unit in enumerate(units):
        if unit.isspace():
            ends[-1] = at + 1
        else:
            ends.append(at + 1)
    return ends


def _text(units: Sequence[str], ends: Sequence[int], first: int, last: int) -> str:
    return "".join(units[ends[first] : ends[last]])


def _paragraphs(pieces: Iterator[Piece]) -> Iterator[tuple[Piece, ...]]:
    paragraph: list[Piece] = []
    for change, text in pieces:
        first, *rest = text.split("\n")
        paragraph += [Piece(change, first)] if first else []
        for line in rest:
            if paragraph:
                yield tuple(paragraph)
            paragraph = [Piece(change, line)] if line else []
    if paragraph:
        yield tuple(paragraph)
