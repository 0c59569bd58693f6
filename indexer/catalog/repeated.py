# SPDX-License-Identifier: GPL-3.0-or-later
"""The second pass of cleaning: removes lines that occur in many articles of a source.

The first pass (`indexer.cleaning`) sees a single page. Some texts of a site look like those of an article, and only the
archive shows that the site prints them under every article. The catalog counts the short lines of each page by source.
A line that is in at least `MANY` articles of its source and in `SHARE` of them is removed from all articles that have
it, including those of earlier runs, and kept among their removed lines. New articles lose it from then on, until the
index is rebuilt; so articles do not change back and forth as the archive grows. An article keeps its lines if fewer
than `LEAST` words would be left: an article that was published many times must not vanish.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from hashlib import blake2b

from indexer.article import Article, Removed
from indexer.catalog.catalog import Catalog

MANY = 8
SHARE = 0.1
LEAST = 12
REASON = "repeated"

_LONGEST = 600
"""In characters. Longer lines are paragraphs; counting them would make the catalog as large as the archive."""


def line_prints(article: Article) -> dict[int, str]:
    """The lines of ``article`` that are counted, by print: 64 bits of a hash over source and words."""
    return {
        _print(article.source, line): line
        for line in article.body.split("\n")
        if line.strip() and len(line) <= _LONGEST
    }


def without(article: Article, repeated: Set[int]) -> Article:
    """``article`` without the lines whose print is in ``repeated``, unless too few words would be left."""
    lines = article.body.split("\n")
    gone = {line for number, line in line_prints(article).items() if number in repeated}
    if not gone:
        return article
    kept = [line for line in lines if line not in gone]
    if sum(len(line.split()) for line in kept) < LEAST:
        return article
    removed = (Removed(line, REASON) for line in lines if line in gone)
    return replace(article, body="\n".join(kept), removed=(*article.removed, *removed))


class RepeatedLines:
    """Counts the lines of an archive in its catalog, and removes the repeated ones. For one thread."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._repeated = catalog.repeated()

    def clean(self, article: Article) -> Article:
        """``article`` without the lines that are known to be repeated."""
        return without(article, self._repeated) if self._repeated else article

    def learn(self, pages: Sequence[Article]) -> list[str]:
        """Count the lines of ``pages``, whose articles are in the catalog by now.

        Returns the ids of all articles to be cleaned again: those with a line that turns out to be repeated only now.
        """
        prints = {page.id: line_prints(page) for page in pages}
        self._catalog.put_lines(prints)
        seen = {number: page.source for page in pages for number in prints[page.id]}
        new = self._many(seen)
        self._repeated |= new
        self._catalog.put_repeated(new)
        return sorted({holder for number in new for holder in self._catalog.holders(number)})

    def _many(self, seen: Mapping[int, str]) -> set[int]:
        counts = {number: self._catalog.count_line(number) for number in seen}
        many = {number: count for number, count in counts.items() if count >= MANY}
        articles = self._catalog.sources() if many else {}
        return {number for number, count in many.items() if count >= SHARE * articles[seen[number]]}


def _print(source: str, line: str) -> int:
    content = f"{source}\0{' '.join(line.split())}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "little", signed=True)
