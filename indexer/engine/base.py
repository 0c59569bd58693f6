"""The Engine interface: all that the rest of Fihrist knows of an index.

A query reaches an engine as a tree of terms (`queries`); an engine knows terms, articles and numbers, nothing of pages.
Article numbers are an engine's own and hold only within one searcher; the article's ``id`` is what lasts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.arabic.analyser import Analyser, Tier
from indexer.article import Article
from indexer.columns import FACETS
from indexer.engine.local.vocabulary import Vocabulary
from indexer.engine.queries import Filters, PhraseQuery, PrefixQuery, PublishedQuery, Ranked, TermQuery

Order = Literal["relevance", "newest", "oldest", "fetched", "indexed"]
"""By date of publication, or by when a page was fetched or its article first indexed, the latest first."""

Unit = Literal["day", "month", "year"]


class Cluster(NamedTuple):
    """Near-identical articles: the cluster's ``id``, and how many articles it has."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class TopHits:
    """``docs`` are (article number, score), in the order and from the offset asked for, out of ``listed`` ones.

    ``total`` is how many match the query in full, ``partial`` how many more match it in part; both are exact. By
    relevance the partial matches follow the full ones. In the orders of date only full matches are listed, or only
    partial ones where no article matches in full before the filters. The facets and the timeline speak of these.

    ``total_before`` and ``partial_before`` are both numbers, by the article, before the filters but those ``within``
    which the query is asked; ``complete_before`` is how many of these have every word, which in a sentence is less.
    ``most`` says that the partial matches hold most of the query; else hardly any article does, and they hold a part.

    ``facets`` maps the names of columns and "year" to (value, count) pairs, most frequent first, years latest first. A
    facet counts what all filters but its own let through, so that a reader sees what else could be chosen. ``timeline``
    holds (month, count) pairs, ascending, such as ("2023-05", 4).
    """

    total: int
    partial: int
    docs: tuple[tuple[int, float], ...]
    listed: int = 0
    total_before: int = 0
    partial_before: int = 0
    complete_before: int = 0
    most: bool = True
    facets: dict[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    timeline: tuple[tuple[str, int], ...] = ()

    @property
    def counted(self) -> int:
        """How many articles the facets speak of; by relevance too they are the first of those that are listed."""
        return self.total if self.total_before else self.partial


@dataclass(frozen=True, slots=True)
class Periods:
    """``counts`` are (period, count) pairs, ascending, such as ("2023-05", 4) or ("2023-05-14", 1) or ("2023", 12).

    Periods without articles are left out; ``undated`` is how many have no date, ``vague`` how many are in no period
    since their dates say less, such as a month of which they would begin the first day. Clusters count as in `search`.
    """

    counts: tuple[tuple[str, int], ...]
    undated: int
    vague: int = 0


@dataclass(frozen=True, slots=True)
class Continuation:
    """A phrase of headlines, as bases, and how many headlines have it, those of deleted articles included.

    ``places`` are some of these: the article's number, and at which word of its title the phrase begins.
    """

    words: tuple[str, ...]
    headlines: int
    places: tuple[tuple[int, int], ...]


Leaf = TermQuery | PhraseQuery | PrefixQuery | PublishedQuery


@dataclass(frozen=True, slots=True)
class Part:
    """A term, phrase, prefix or date that an article has, and what it added; ``fields`` are those of title, lead and
    body that it stands in, none for a date and where the tier has no positions."""

    query: Leaf
    score: float
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """``score`` is the sum of all ``parts``, ``neighbours`` (pairs of stems side by side) and ``grams``, times
    ``recency``; ``full`` says that the article is a full match, ``complete`` that it has every word of the query. What
    lifts all full matches above the others is not in it.
    """

    parts: tuple[Part, ...]
    neighbours: tuple[tuple[str, str, float], ...]
    grams: float
    recency: float
    full: bool
    complete: bool

    @property
    def score(self) -> float:
        """What the article scores."""
        added = sum(score for _, _, score in self.neighbours) + self.grams
        return (sum(part.score for part in self.parts) + added) * self.recency


class Searcher(Protocol):
    """A complete, immutable generation that answers. Safe to share between threads."""

    @property
    def analyser(self) -> Analyser:
        """The analyser that its terms were made by."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """Its folded terms; the same object each time."""
        ...

    def search(
        self,
        ranked: Ranked | None,
        filters: Filters,
        order: Order,
        offset: int,
        limit: int,
        *,
        collapse: bool = False,
        facets: Collection[str] = FACETS,
    ) -> TopHits:
        """The articles that match (all of them where ``ranked`` is None), ``limit`` of them from ``offset`` on.

        Full matches and partial ones are as `queries.Ranked` and `TopHits` say.

        Equal scores are ordered newest first; articles without a date come last in both orders of date. In the orders
        by when an article was fetched or indexed, articles without such a moment come last; equals are ordered newest
        first, then by their ids. With ``collapse`` only the first one of each cluster is returned, and every number
        counts clusters: those of which an article matches and, in a facet or month, has that value. Of the facets and
        the timeline only those among ``facets`` are counted.
        """
        ...

    def select(
        self, ranked: Ranked | None, filters: Filters, *, collapse: bool = False, after: str = ""
    ) -> NDArray[np.integer]:
        """The numbers of all articles that `search` lists in the orders of date, in the order of their ids, from behind
        the id ``after`` on; with ``collapse`` only the first one of each cluster, wherever ``after`` lies."""
        ...

    def periods(
        self, ranked: Ranked | None, filters: Filters, unit: Unit, *, collapse: bool = False, stated: bool = False
    ) -> Periods:
        """How what the facets of `search` speak of spreads over time.

        Dates that say less than ``unit`` are vague only if ``stated``.
        """
        ...

    def cluster(self, doc: int) -> Cluster:
        """The cluster that the article with this number is in; it may be alone."""
        ...

    def copies(self, article_id: str, most: int) -> tuple[Cluster, tuple[Article, ...]]:
        """The cluster that the article with this id is in, and ``most`` of its other articles, newest first.

        Raises NotFoundError where there is no such article.
        """
        ...

    def best(self, ranked: Ranked, limit: int) -> tuple[tuple[int, float], ...]:
        """The ``docs`` that `search` without filters begins with, by relevance; the others are not counted."""
        ...

    def places(self, docs: Sequence[int], terms: Sequence[tuple[Tier, str]]) -> list[list[tuple[int, int]]]:
        """For each of ``docs`` where its body has ``terms``, in no order: the number of the word, that of the term.
        Words are numbered as the positions of `Analyser.words` are; the tiers are ones with positions."""
        ...

    def continuations(self, words: Sequence[str], prefix: str, most: int) -> list[Continuation]:
        """The most frequent phrases of headlines that begin with ``words`` and one that begins with ``prefix``.

        Words are bases (`Word.base`), at most three; of each number of words as many phrases as ``most``, in no order.
        """
        ...

    def headlines(self, words: Sequence[str], prefix: str, most: int) -> tuple[int, list[int]]:
        """How many headlines have ``words`` and then one with ``prefix``, and the articles of the newest of them, those
        that begin with these words first. Nothing is looked for where thousands of headlines have them."""
        ...

    def matches(self, asked: Sequence[tuple[Ranked | None, Filters]]) -> list[int]:
        """How many articles match each; all of them where nothing is ranked, within the filters."""
        ...

    def heads(self, word: str) -> bool:
        """Whether a headline has a word with this base."""
        ...

    def number(self, article_id: str) -> int | None:
        """The number of the article with this id, or None."""
        ...

    def held(self, doc: int) -> list[tuple[str, int]]:
        """The bases of the words of this article, and their frequencies, those in title and lead counted more."""
        ...

    def frequent(self, docs: Sequence[int], most: int) -> list[tuple[str, int, int]]:
        """The ``most`` bases that most of ``docs`` hold: in how many of these, and of all articles."""
        ...

    def explain(self, ranked: Ranked, docs: Sequence[int]) -> list[Explanation]:
        """Why each of the articles with these numbers, which ``ranked`` finds, scores what it does."""
        ...

    def fetch(self, doc: int) -> Article:
        """The article with this number of this searcher's."""
        ...

    def find(self, article_id: str) -> Article | None:
        """The article with this id, or None."""
        ...

    def listed(self, offset: int, limit: int) -> list[tuple[str, datetime | None]]:
        """Ids of ``limit`` articles from ``offset`` on, ascending, with the moment that the date of each begins with.

        Moments are as `Published.start` has them.
        """
        ...

    @property
    def own_fields(self) -> tuple[str, ...]:
        """The archive's own fields (see `indexer.columns`) that an article has a value of, ascending."""
        ...

    def names(self, column: str) -> Sequence[str]:
        """The names that ``column`` (see `indexer.columns`) has, ascending; none where there is no such column."""
        ...

    def count(self) -> int:
        """How many articles there are."""
        ...

    def close(self) -> None:
        """No more searches will come; the files are let go of with the last one."""
        ...
