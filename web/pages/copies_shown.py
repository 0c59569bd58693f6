# SPDX-License-Identifier: GPL-3.0-or-later
"""The copies of an article, as its page shows them: how many, which ones, and how one of them differs."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from indexer.article import Article
from indexer.search.answers.copy_differences import MOST_WORDS, Comparison, Copies, Piece
from indexer.search.query.request import SearchRequest
from web.links.links import article_address
from web.pages.dates import When, when
from web.texts import texts
from web.texts.directions import direction
from web.texts.highlight import Passage
from web.texts.lines import headline

PLACE = "copies"
"""The id of the part of the article page that lists them."""

_CHANGED = {
    "added": Markup('<ins><span class="unseen">{}</span>{}</ins>'),
    "removed": Markup('<del><span class="unseen">{}</span>{}</del>'),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: its page ``href``, and the page ``compare`` that shows how it differs (``current``: this page)."""

    title: str
    href: str
    source: str
    when: When | None
    compare: str
    current: bool


@dataclass(frozen=True, slots=True)
class CopiesSection:
    """The copies of an article. ``more`` says how many are not listed. ``differences`` are those of the title, then
    those of each paragraph; ``note`` says where only a part of long texts was compared."""

    count: str
    copies: tuple[Copy, ...]
    more: str
    differences: tuple[Passage, ...]
    note: str


def copies_section(copies: Copies, article: Article, request: SearchRequest) -> CopiesSection | None:
    """The copies that the page of ``article`` shows; None where there are none."""
    if not copies.others:
        return None
    differs = copies.compared
    unlisted = copies.cluster.size - 1 - len(copies.others)
    return CopiesSection(
        count=texts.counted_copies(copies.cluster.size - 1),
        copies=tuple(
            _copy(other, article, request, current=differs is not None and other.id == differs.other.id)
            for other in copies.others
        ),
        more=texts.more_copies(unlisted) if unlisted > 0 else "",
        differences=tuple(_differences(differs)) if differs else (),
        note="" if differs is None or differs.whole else texts.compared_in_part(MOST_WORDS),
    )


def _copy(other: Article, article: Article, request: SearchRequest, *, current: bool) -> Copy:
    return Copy(
        title=headline(other.title),
        href=article_address(other, request),
        source=other.source,
        when=when(other),
        compare=article_address(article, request, compare=other.id, anchor=PLACE),
        current=current,
    )


def _differences(differs: Comparison) -> list[Passage]:
    paragraphs = [differs.title, *differs.paragraphs]
    return [
        Passage(Markup("").join(map(_shown, paragraph)), direction("".join(piece.text for piece in paragraph)))
        for paragraph in paragraphs
        if paragraph
    ]


def _shown(piece: Piece) -> Markup:
    words = piece.text.strip()
    if piece.change == "same" or not words:
        return Markup.escape(piece.text)
    before, _, behind = piece.text.partition(words)  # blanks are not marked as added or removed
    changed = _CHANGED[piece.change].format(f"{texts.named(texts.CHANGES, piece.change)} ", words)
    return Markup.escape(before) + changed + Markup.escape(behind)
