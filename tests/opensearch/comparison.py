# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks two archives the same questions and says how far their answers agree."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from indexer.article import Article
from indexer.errors import RequestError
from indexer.search.answers.results import SearchResults
from indexer.search.answers.spread import AUTOMATIC
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest

TEN = 10
SAME = 0.001
"""Scores that differ by less than this part are equal: a cluster rounds the frequencies of terms."""


@dataclass
class Agreement:
    """How far the answers of two archives to the same searches agree.

    ``unlike`` names what differs in answers that must not differ: totals, facets, timelines, spreads, snippets.
    ``first`` counts the searches with the same first hit, ``overlap`` is the sum of the shares of the first ten that
    both list. Hits with equal scores may change places, at the end of the ten also with hits that do not show.
    """

    searches: int = 0
    ranked: int = 0
    first: int = 0
    overlap: float = 0.0
    unlike: list[str] = field(default_factory=list)

    @property
    def same_first(self) -> float:
        """The share of ranked searches with the same first hit; hits with equal scores may change places."""
        return self.first / max(1, self.ranked)

    @property
    def same_ten(self) -> float:
        """The average share of the first ten hits that both archives list."""
        return self.overlap / max(1, self.ranked)

    def __str__(self) -> str:
        return (
            f"{self.searches} searches, {len(self.unlike)} unlike; of {self.ranked} ranked ones the first hit is the "
            f"same in {self.same_first:.4f}, of the ten {self.same_ten:.4f}"
        )


def compare(ours: Archive, theirs: Archive, requests: Iterable[SearchRequest]) -> Agreement:
    """Asks both archives ``requests``."""
    found = Agreement()
    for request in requests:
        first, second = _asked(ours, request), _asked(theirs, request)
        found.searches += 1
        if isinstance(first, str) or isinstance(second, str):
            if first != second:
                found.unlike.append(f"{request}: {first if isinstance(first, str) else second}")
            continue
        for name, get in _MUST_AGREE.items():
            if get(first) != get(second):
                found.unlike.append(f"{name} of {request}: {get(first)!r:.300} and {get(second)!r:.300}")
        _compare_hits(found, request, first, second)
    return found


def _asked(archive: Archive, request: SearchRequest) -> SearchResults | str:
    try:
        return archive.search(request, spread=AUTOMATIC)
    except RequestError as error:
        return str(error)


def _compare_hits(found: Agreement, request: SearchRequest, first: SearchResults, second: SearchResults) -> None:
    snippets = {hit.article.id: (hit.title, hit.snippets) for hit in first.hits}
    for hit in second.hits:
        if hit.article.id in snippets and snippets[hit.article.id] != (hit.title, hit.snippets):
            found.unlike.append(f"marks of {hit.article.id} for {request}")
    ids, others = _ids(first), _ids(second)
    if not first.hits:
        return
    if request.sort != "relevance" or not first.terms:
        # Articles of one moment may change places, and at the end of the page one may stand for another.
        if _dates(first) != _dates(second):
            found.unlike.append(f"order of {request}: {_dates(first)} and {_dates(second)}")
        return
    found.ranked += 1
    scores = {hit.article.id: hit.score for hit in first.hits}
    best, last = scores[ids[0]], scores[ids[:TEN][-1]]
    # Where all of them tie, others that tie with them may come first.
    found.first += scores.get(others[0], last) >= best * (1 - SAME)
    common = len({*ids[:TEN]} & {*others[:TEN]})
    tied = sum(scores[one] <= last * (1 + SAME) for one in ids[:TEN])
    found.overlap += min(len(ids[:TEN]), common + tied) / len(ids[:TEN])


def _ids(results: SearchResults) -> list[str]:
    return [hit.article.id for hit in results.hits]


def _dates(results: SearchResults) -> list[str]:
    return [str(hit.article.published.start()) if hit.article.published else "" for hit in results.hits]


_MUST_AGREE: dict[str, Callable[[SearchResults], Any]] = {
    "totals": lambda one: (one.total, one.partial, one.listed, one.most),
    "facets": lambda one: {name: tuple(counts) for name, counts in one.facets.items()},
    "timeline": lambda one: one.timeline,
    "spread": lambda one: one.spread,
    "terms": lambda one: (one.terms, one.corrections, one.dropped, one.expansions),
}


def generated(articles: Sequence[Article], count: int, seed: int) -> Iterator[SearchRequest]:
    """Draws ``count`` searches with words of ``articles`` and all that the query language has."""
    drawn = random.Random(seed)
    sources = sorted({article.source for article in articles if article.source})
    for _ in range(count):
        article = drawn.choice(articles)
        words = [word for word in f"{article.title} {article.body[:600]}".split() if word.isalpha()] or ["خبر"]
        at = drawn.randrange(len(words))
        w = [*words[at : at + 8], *words][:8]
        year = drawn.randint(2000, 2020)
        query = drawn.choice(
            (
                w[0], f"{w[0]} {w[1]}", " ".join(w[:4]), " ".join(w), article.title, f'"{w[0]} {w[1]}"',
                f'"{w[0]} {w[1]} {w[2]}"', f"{w[0]} -{w[3]}", f"{w[0]} OR {w[4]}", f"({w[0]} OR {w[1]}) {w[2]}",
                f"{w[0][:3]}*", f'"{w[0]} {w[2]}"~4', f"title:{w[0]}", f'title:"{w[0]} {w[1]}"', f"={w[0]} {w[1]}",
                f"{w[0]} after:{year}", f"{w[0]} before:{year}-06", f"{w[0]} {w[1]} {year}", f"{w[0]}x {w[1]}",
                f"source:{drawn.choice(sources)} {w[0]}" if sources else w[0], "",
            )
        )  # fmt: skip
        yield SearchRequest(
            q=query[:400],
            match=drawn.choice(("auto", "auto", "any", "all")),
            sort=drawn.choice(("relevance", "relevance", "relevance", "newest", "oldest")),
            collapse=drawn.random() < 0.5,
        )
