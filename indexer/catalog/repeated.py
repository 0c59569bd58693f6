"""The second pass of cleaning: a line that stands in many articles of a source is no article's text.

The first pass (`indexer.cleaning`) sees one page; what a site prints under each of its articles in the words of an
article, only the archive can tell. Short lines of each page are counted in the catalog, by source. One that is in at
least `MANY` articles of its source, and in `SHARE` of all of them, is taken out of the articles that have it, those of
earlier runs included, and kept among their removed lines. From then on it is taken out of new articles as they come,
until the index is rebuilt: so that articles don't change to and fro as the archive grows. Lines stay where fewer than
`LEAST` words would be left: an article that was published many times over must not vanish.
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
"""In characters. Longer lines are paragraphs; counting them all would make the catalog as large as the archive."""


def line_prints(article: Article) -> dict[int, str]:
    """The lines of ``article`` that are counted, by what they are counted as: 64 bits of source and words."""
    return {
        _print(article.source, line): line
        for line in article.body.split("\n")
        if line.strip() and len(line) <= _LONGEST
    }


def without(article: Article, repeated: Set[int]) -> Article:
    """``article`` without the lines of which the print is in ``repeated``, unless too little would be left."""
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
    """What is known of the lines of an archive, kept in its catalog. For one thread."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._repeated = catalog.repeated()

    def clean(self, article: Article) -> Article:
        """``article`` without the lines that are known to be repeated."""
        return without(article, self._repeated) if self._repeated else article

    def learn(self, pages: Sequence[Article]) -> list[str]:
        """Count the lines of ``pages``, which the catalog has been told of; the ids of all articles to be cleaned anew.

        Those are the ones with a line that is found to be repeated only now.
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
