# SPDX-License-Identifier: GPL-3.0-or-later
"""The questions that a searcher is asked and its answers: plain data, the same for every engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from indexer.arabic.analyser import Tier
from indexer.article import Article
from indexer.columns import FACETS, Order
from indexer.engine.explanation import Explanation
from indexer.engine.periods import Unit, UnitChoice
from indexer.engine.queries import NO_FILTERS, Filters, Ranked
from indexer.moments import moment_of
from indexer.web_addresses import normal_address


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do. Where one is False, callers do without it and the reader is told.

    ``exact_totals``: totals, facets and timelines are exact; else they may be estimates. ``phrases``: the words of a
    phrase are found side by side only; else a phrase matches articles that have all of its words. ``near``: the same of
    `PhraseQuery.within`. ``positions``: hits carry the places of words, see `FoundArticle.places`. ``explanations``:
    hits carry an `Explanation` where one is asked for. ``differences`` are further sentences that say what the engine
    does otherwise than one on a folder of this machine.
    """

    exact_totals: bool = True
    phrases: bool = True
    near: bool = True
    positions: bool = True
    explanations: bool = True
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """The articles that a question is about: those that match ``ranked`` and pass ``filters``.

    Where ``ranked`` is None all articles match. With ``collapse`` only the first article of each cluster is listed and
    every number counts clusters: those of which an article matches and, in a facet or period, has that value.
    """

    ranked: Ranked | None = None
    filters: Filters = NO_FILTERS
    collapse: bool = False


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A place in a list of hits: behind the hit that was the ``number``-th, counted from 1.

    ``id``, ``score``, ``published`` (the beginning of its date), ``fetched`` and ``indexed`` are those of the hit, all
    times in seconds since 1970. ``same`` says that the list is of the generation that is asked; then ``number`` is
    exact.
    """

    number: int
    id: str
    score: float = 0.0
    published: int | None = None
    fetched: int | None = None
    indexed: int | None = None
    same: bool = True

    @classmethod
    def behind(cls, article: Article, score: float = 0.0, number: int = 0, *, same: bool = True) -> ListPlace:
        """Returns the place behind a hit."""
        published = moment_of(article.published.start()) if article.published else None
        return cls(number, article.id, score, published, article.fetched_at, article.indexed_at, same)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A question for ``limit`` of the articles of ``query``, from ``offset`` on, and for counts of all of them.

    ``facets`` are the facets to count: names of columns, "year" and "timeline" (see `indexer.columns`). Of a column in
    ``facet_names`` only these names are counted. ``terms`` are
    pairs of a tier with positions (folded or stem) and a term whose places in the bodies are wanted. ``copies`` is the
    number of other articles of its cluster that are wanted with each hit. ``explain`` asks for explanations. With a
    ``limit`` of 0 only the counts are wanted. With a ``unit`` the `Periods` of a `PeriodRequest` with ``stated`` are
    wanted, too.

    The hits begin behind the place ``after``, if there is one; ``offset`` is then not heeded. In an order by time they
    are those that the order puts behind its times and id, so that no article that is in both generations comes twice
    or is left out. By relevance they begin behind the article in a list of another generation, too, or behind the
    number of the place if the article is not found any more.
    """

    query: ArticleQuery
    order: Order = "newest"
    offset: int = 0
    limit: int = 10
    facets: Collection[str] = FACETS
    facet_names: Mapping[str, Collection[str]] = field(default_factory=dict)
    terms: tuple[tuple[Tier, str], ...] = ()
    copies: int = 0
    explain: bool = False
    unit: UnitChoice | None = None
    after: ListPlace | None = None


class Cluster(NamedTuple):
    """A group of near-identical articles: its ``id``, and the number of articles in it, 1 where there is no copy."""

    id: str
    size: int


class WordPlace(NamedTuple):
    """A term of `PageRequest.terms`, by its index there, at a word of a body, by its number.

    Words are numbered from 0 as the positions of `Analyser.words` are.
    """

    word: int
    term: int


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """One hit. ``copies`` are the newest other articles of its cluster.

    ``places`` are in no order. They are None where no terms were asked for or the engine knows no positions; then the
    caller analyses the body itself. ``score`` is 0 where nothing is ranked.
    """

    article: Article
    score: float
    cluster: Cluster
    copies: tuple[Article, ...] = ()
    places: tuple[WordPlace, ...] | None = None
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The answer to a `PageRequest`.

    ``total`` articles match the query in full, ``partial`` more match it in part, and ``listed`` of these can be paged
    through. By relevance the partial matches follow the full ones. In the other orders only full matches are listed, or
    only partial ones where no article matches in full before the filters. Facets and timeline count the same articles.

    ``skipped`` hits come before those of the page, and ``more`` says whether others follow
    the last one of these.

    ``total_before`` and ``partial_before`` are the same numbers, of articles, before the filters except
    `Filters.within`. ``complete_before`` is how many articles have every word of the query before the filters: fewer
    than ``total_before`` where the query is a sentence. ``most`` is True where the partial matches hold most of the
    query (`weights.MOST`), False where so few articles do that less is enough.

    ``facets`` maps the names of columns and "year" to (value, count) pairs, most frequent first, years latest first. A
    facet counts the articles that pass all filters but its own, so that a reader sees what else can be chosen.
    ``timeline`` holds (month, count) pairs such as ("2023-05", 4), ascending, without empty months. ``periods`` is None
    where `PageRequest.unit` is.
    """

    hits: tuple[FoundArticle, ...] = ()
    total: int = 0
    partial: int = 0
    listed: int = 0
    skipped: int = 0
    more: bool = False
    total_before: int = 0
    partial_before: int = 0
    complete_before: int = 0
    most: bool = True
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    timeline: tuple[tuple[str, int], ...] = ()
    periods: Periods | None = None

    @property
    def counted(self) -> int:
        """The number of articles that facets and timeline count; by relevance they are the first ones listed."""
        return self.total if self.total_before else self.partial


class PeriodRequest(NamedTuple):
    """A question for how many articles of ``query`` were published in each ``unit`` of time.

    ``unit`` may be left to the engine, which then takes the one of `periods.fitting`. With ``stated`` an article is
    counted only where its date says the unit: one dated "2023-05" is in no day.
    """

    query: ArticleQuery
    unit: UnitChoice
    stated: bool = False


@dataclass(frozen=True, slots=True)
class FetchedUndated:
    """Articles without a date that say when they were fetched: ``count`` of them, from ``first`` to ``last``.

    ``first`` and ``last`` are moments (`indexer.moments`).
    """

    count: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Periods:
    """``counts`` are (period, count) pairs by ``unit``, ascending, without empty periods; see `engine.periods`.

    ``undated`` articles have no date, and ``fetched`` are those of them that say when they were fetched; None where
    there are none. ``vague`` articles have a date that does not say the unit; they are counted only where
    `PeriodRequest.stated` is set, and are then in no period.
    """

    unit: Unit
    counts: tuple[tuple[str, int], ...]
    undated: int
    vague: int = 0
    fetched: FetchedUndated | None = None


class NamesRequest(NamedTuple):
    """A question for how many articles of ``query`` with each name in ``column`` were published in each ``unit``.

    It is about the ``most`` most frequent names. Only articles are counted whose dates say the unit.
    """

    query: ArticleQuery
    unit: Unit
    column: str
    most: int


@dataclass(frozen=True, slots=True)
class NamesOverTime:
    """``names`` are (name, counts) pairs, with the most frequent names first. Equally frequent names are sorted.

    Counts are (period, count) pairs as in `Periods`. ``others`` count articles that have another name.
    """

    names: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    others: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ExportedArticles:
    """Articles with their clusters, in their order, each read when the iterator comes to it.

    ``total`` is how many there are after the id that was stated, whether or not all of them were asked for.
    """

    total: int
    articles: Iterator[tuple[Article, Cluster]]


class SimilarArticle(NamedTuple):
    """An article that is similar to another one; a ``similarity`` of 1 would mean the same words."""

    article: Article
    similarity: float


@dataclass(frozen=True, slots=True)
class SignificantTerm:
    """A base (`Word.base`) that a sample of articles has more often than the whole index.

    ``inside`` articles of the sample have it and ``articles`` of all, deleted ones perhaps included. ``score`` is the
    log-likelihood ratio. ``example`` is the first article of the sample that has it, where the base may be two words in
    one (`Analyser.may_be_joined`); else None.
    """

    base: str
    inside: int
    articles: int
    score: float
    example: Article | None = None


@dataclass(frozen=True, slots=True)
class SignificantTerms:
    """The significant ``terms``, best first, of the first ``sample`` of ``total`` articles."""

    terms: tuple[SignificantTerm, ...]
    sample: int
    total: int


MOST_AT_ADDRESS = 20
"""So many articles at most are found at one address."""


def those_at(address: str, articles: Iterable[Article]) -> tuple[Article, ...]:
    """Those of ``articles`` whose original is at ``address``, which is in normal form."""
    return tuple(one for one in articles if normal_address(one.url) == address)


class HeadlineStart(NamedTuple):
    """Words as the beginning of a phrase of headlines: the bases ``words``, then a base that begins with ``prefix``."""

    words: tuple[str, ...]
    prefix: str


class HeadlinePlace(NamedTuple):
    """The headline of the article with this id, and the number of a word in it."""

    article_id: str
    word: int


@dataclass(frozen=True, slots=True)
class Continuation:
    """A phrase of headlines, as bases, and in how many headlines it stands, perhaps those of deleted articles included.

    ``places`` are where some of these headlines have it.
    """

    words: tuple[str, ...]
    headlines: int
    places: tuple[HeadlinePlace, ...]


@dataclass(frozen=True, slots=True)
class HeadlineMatches:
    """``count`` headlines have the words asked for; ``articles`` are (id, title) pairs of some of them."""

    count: int
    articles: tuple[tuple[str, str], ...]
