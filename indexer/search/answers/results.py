"""What a search returns, free of any presentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, overload

from indexer.article import Article
from indexer.engine.base import Cluster, Unit
from indexer.search.answers.copy_differences import Copies
from indexer.search.answers.warnings import Notice
from indexer.search.query.request import SearchRequest
from indexer.search.suggest.spelling import Correction


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the places in it that matched: ``marks`` are (start, end) in code points, ascending, apart."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


Form = Literal["typed", "spelling", "form", "phrase", "prefix", "other", "published"]
"""How an article has a word: as typed, as typed but for hamza and the like, in another form, in a phrase, by its
beginning, by another name, or, of a year, by its own date."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A word of the query that an article has: in its nearest ``form`` , in which fields, and what all
    its forms added to the score."""

    text: str
    form: Form
    fields: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article is a hit: its ``words`` as they stand in the query, and what lifted it.

    ``neighbours`` are pairs of words side by side, ``beside`` what they added, ``similar`` what words with the same
    letters added; ``recency`` is what the sum of all these was multiplied by, ``lift`` what was added then, as it is to
    all full matches where partial ones follow; ``full`` says that the article is a full match, ``complete`` that it has
    every word.
    """

    words: tuple[Matched, ...]
    neighbours: tuple[tuple[str, str], ...]
    beside: float
    similar: float
    recency: float
    lift: float
    full: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. ``snippets`` are pieces of its body, ``score`` is comparable within one search only.

    ``cluster`` is what it and its copies in the archive are, whether the search finds these or not. ``why`` and
    ``copies``, the newest others of it, are there where they were asked for.
    """

    article: Article
    score: float
    title: Marked
    snippets: tuple[Marked, ...]
    cluster: Cluster
    why: Why | None = None
    copies: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the articles found have ``value``."""

    value: str
    count: int


class FacetCounts(Sequence[FacetCount]):
    """The values of a facet over the (value, count) pairs of an engine; each is made when it is asked for."""

    def __init__(self, pairs: Sequence[tuple[str, int]]) -> None:
        self._pairs = pairs

    def __len__(self) -> int:
        return len(self._pairs)

    @overload
    def __getitem__(self, at: int) -> FacetCount: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[FacetCount, ...]: ...
    def __getitem__(self, at: int | slice) -> FacetCount | tuple[FacetCount, ...]:
        if isinstance(at, slice):
            return tuple(FacetCount(*pair) for pair in self._pairs[at])
        return FacetCount(*self._pairs[at])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # compared as a tuple is, and as long as the archive


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One word of the query and what it was looked for as; ``second`` is its second stem, "" where it has one only."""

    text: str
    folded: str
    stem: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """``text`` of the query was looked for as ``by``, too.

    ``kind`` says why: variant (in other spellings, or in all forms of the stem ``by``), synonym, month (in other
    regions' names), year (articles were published in the days ``by``), sound (a foreign name in another spelling),
    spelling (``by`` instead of ``text``), relaxed
    (articles with a part of the words too), operator (``text`` is a common word, which was read as ``by``).
    """

    kind: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """The generation that answered. ``built_at`` is ISO 8601 in UTC, ``articles`` how many it holds."""

    generation: str
    built_at: str
    articles: int


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits with all that stands around it.

    Where the request collapses copies, every number counts clusters instead of articles (see `base.Searcher.search`).
    ``read_as`` is the query as understood. ``total`` is how many full matches there are, ``partial`` how many partial
    ones; ``listed`` is how many of both the pages run through, full matches first; ``most`` says that the partial ones
    hold most of the query, by rarity (see `base.TopHits`). ``facets`` maps
    the columns and "year" to counts, most frequent first (years: latest first); ``timeline`` counts by month
    ("2023-05"), ascending, months with none left out. Both are of the full matches, or of the partial ones where no
    article matches in full before the filters. ``searched`` is the request that was made of ``request`` where
    nothing has all of its words, ``corrections`` are those in it, ``dropped`` the words that no article has. ``meant``
    is a query that finds more, probably meant. ``wordless`` says that the query has signs in it and nothing to look
    for, ``notices`` are parts of the request that were not read. Where that was asked for, ``spread`` is how all hits
    spread over time, and ``forms`` some other forms of each word of a variant expansion, as the archive has them.
    """

    request: SearchRequest
    read_as: str
    terms: tuple[QueryTerm, ...]
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Sequence[FacetCount]]
    timeline: tuple[FacetCount, ...]
    index: IndexInfo
    took_ms: float
    partial: int
    listed: int
    most: bool = True
    expansions: tuple[Expansion, ...] = ()
    searched: SearchRequest | None = None
    corrections: tuple[Correction, ...] = ()
    dropped: tuple[str, ...] = ()
    meant: str = ""
    wordless: bool = False
    notices: tuple[Notice, ...] = ()
    spread: Spread | None = None
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def answered(self) -> SearchRequest:
        """The request that the hits are those of."""
        return self.searched or self.request

    @property
    def pages(self) -> int:
        """How many pages the hits fill."""
        return -(-self.listed // self.request.per_page)

    @property
    def full_hits(self) -> tuple[Hit, ...]:
        """Those of the hits that match in full."""
        return self.hits[: max(0, self.total - self.request.offset)]

    @property
    def partial_hits(self) -> tuple[Hit, ...]:
        """The other hits, which match in part."""
        return self.hits[len(self.full_hits) :]


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """A day, month or year: how many articles found are of it, and how many there are of it in ``all``."""

    period: str
    count: int
    all: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How what a search finds spreads over time, beside all that its filters let through.

    ``unit`` is the length of the periods: every one that has any article, in order. ``undated`` is how many found have
    no date, ``vague`` how many one that says less than ``unit``, such as a month where days are counted: they are in
    no period. Where the request collapses copies, all numbers count clusters.
    """

    unit: Unit
    periods: tuple[PeriodCount, ...]
    undated: int
    vague: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """How the articles that ``request`` finds spread over time; ``wordless`` as in `SearchResults`."""

    request: SearchRequest
    read_as: str
    spread: Spread
    index: IndexInfo
    took_ms: float
    wordless: bool = False
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class SignificantWord:
    """A word that sets articles apart: ``count`` of those looked at have it, ``articles`` of all. See `related`."""

    text: str
    count: int
    articles: int
    score: float


@dataclass(frozen=True, slots=True)
class Similar:
    """An article that is similar to another; ``similarity`` is 1 for one with the same words."""

    article: Article
    similarity: float


@dataclass(frozen=True, slots=True)
class SimilarArticles:
    """The articles that are similar to one, the most similar first."""

    article: Article
    similar: tuple[Similar, ...]
    index: IndexInfo
    took_ms: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be meant by what was typed so far, by its ``kind``: word, phrase, name or headline.

    ``count`` is how many articles have a word, how many headlines a phrase, a name or a headline's words. ``article``
    is the id of a headline's article, else "".
    """

    text: str
    kind: str
    count: int
    article: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What ``request.q`` may be completed to."""

    request: SearchRequest
    suggestions: tuple[Suggestion, ...]
    index: IndexInfo
    took_ms: float


@dataclass(frozen=True, slots=True)
class WordResults:
    """The significant words of a search, out of the first ``sample`` of ``total`` articles."""

    request: SearchRequest
    read_as: str
    words: tuple[SignificantWord, ...]
    sample: int
    total: int
    index: IndexInfo
    took_ms: float
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Ids of articles in a stable order, with the moments that their dates begin at, see `base.Searcher.listed`."""

    articles: tuple[tuple[str, datetime | None], ...]
    index: IndexInfo


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article with a query's hits in it: in its title and each paragraph of its body; ``marks`` counts them all.

    Of very many only the first ones are marked.

    ``similar`` are articles that are similar to it, where they were asked for; ``sought`` says that words are sought.
    """

    article: Article
    title: Marked
    paragraphs: tuple[Marked, ...]
    index: IndexInfo
    marks: int
    copies: Copies
    similar: tuple[Similar, ...] = ()
    sought: bool = False
