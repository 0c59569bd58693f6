# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of the archive, free of any presentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, overload

from indexer.article import Article
from indexer.engine.questions import Cluster, SimilarArticle
from indexer.engine.stories.lookup import Story
from indexer.search.answers.copy_differences import Copies
from indexer.search.answers.spread import Spread
from indexer.search.answers.warnings import QueryWarning
from indexer.search.query.cursor import Cursor, digest
from indexer.search.query.request import SearchRequest
from indexer.search.suggest.spelling import Correction


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the places that matched: ``marks`` are (start, end) in code points, ascending, not overlapping."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


MatchForm = Literal["typed", "spelling", "form", "phrase", "prefix", "other", "published"]
"""How an article has a word: as typed; with another hamza or the like; in another form; in a phrase; as the beginning
of a word; by another name; or, where the word is a year, by the date of the article."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A word of the query that an article has.

    ``form`` is the form nearest to what was typed, ``fields`` are those in which the word stands, ``score`` is what all
    its forms added.
    """

    text: str
    form: MatchForm
    fields: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article is a hit: the ``words`` of the query that it has, and what else added to its score.

    ``neighbours`` are pairs of words side by side, and ``beside`` is what they added; ``similar`` is what words with
    the same letters added. ``recency`` is the factor on the sum of all these. ``lift`` was added afterwards, as to all
    full matches where partial ones follow. ``full`` says whether the article is a full match, ``complete`` whether it
    has every word.
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
    """One article found. ``snippets`` are pieces of its body; ``score`` can be compared within one search only.

    ``cluster`` is the group of the article and all its copies, whether the search finds these or not. ``story`` is the
    story that it belongs to, None where it belongs to none. ``why`` and the newest ``copies`` are there only where they
    were asked for, and so is the whole text (``body``).
    """

    article: Article
    score: float
    title: Marked
    snippets: tuple[Marked, ...]
    cluster: Cluster
    story: Story | None = None
    why: Why | None = None
    copies: tuple[Article, ...] = ()
    body: Marked | None = None


@dataclass(frozen=True, slots=True)
class FacetCount:
    """The number of articles found that have ``value``."""

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
    """One word of the query and its terms; ``second`` is its second stem, "" where it has only one."""

    text: str
    folded: str
    stem: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The part ``text`` of the query was also looked for as ``by``.

    ``kind`` says why: variant (in other spellings, or in all forms of the stem ``by``), synonym, month (by its names in
    other regions), year (by articles of the days ``by``), sound (a foreign name in another spelling), spelling (``by``
    instead of ``text``), relaxed (articles with only some of the words), operator (``text`` is a common word that was
    read as ``by``).
    """

    kind: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """The generation that answered. ``built_at`` is ISO 8601 in UTC, ``articles`` the number of its articles."""

    generation: str
    built_at: str
    articles: int

    @property
    def digest(self) -> str:
        """Tells generations apart, also those of the same name in another index (`cursor.digest`)."""
        return digest(f"{self.generation} {self.built_at}")


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits with everything that is shown around them.

    Where the request collapses copies, every number counts clusters instead of articles. ``total`` is the number of
    full matches, ``partial`` of partial ones, and ``listed`` of those that can be paged through, full matches first.
    For ``most``, ``facets`` and ``timeline`` see `engine.questions.ResultPage`.

    ``read_as`` is the query as it was understood. Where no article has all words of ``request``, ``searched`` is the
    request that was answered instead, ``corrections`` are those made in it, and ``dropped`` the words that no article
    has. ``meant`` finds more and was probably meant. ``wordless`` says that the query has signs but nothing to look
    for. ``warnings`` tell which parts of the request were not read as they may have been meant. Where it was asked for,
    ``spread`` is how all hits spread over time, and ``forms`` maps words to other forms in the archive. ``following``
    is the place behind the last hit, None where no other hit follows.
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
    warnings: tuple[QueryWarning, ...] = ()
    spread: Spread | None = None
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    following: Cursor | None = None

    @property
    def answered(self) -> SearchRequest:
        """The request that the hits answer."""
        return self.searched or self.request

    @property
    def pages(self) -> int:
        """The number of pages that the hits fill; 0 where a page has none."""
        return -(-self.listed // self.request.per_page) if self.request.per_page else 0

    @property
    def full_hits(self) -> tuple[Hit, ...]:
        """The hits that match in full."""
        return self.hits[: max(0, self.total - self.request.offset)]

    @property
    def partial_hits(self) -> tuple[Hit, ...]:
        """The hits that match in part."""
        return self.hits[len(self.full_hits) :]


@dataclass(frozen=True, slots=True)
class Timeline:
    """How the articles that ``request`` finds spread over time; for ``wordless`` see `SearchResults`."""

    request: SearchRequest
    read_as: str
    spread: Spread
    index: IndexInfo
    took_ms: float
    wordless: bool = False
    warnings: tuple[QueryWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class SignificantWord:
    """A word that articles have more often than the archive: ``count`` of those looked at, and ``articles`` of all."""

    text: str
    count: int
    articles: int
    score: float


@dataclass(frozen=True, slots=True)
class SimilarArticles:
    """The articles that are similar to one, the most similar first."""

    article: Article
    similar: tuple[SimilarArticle, ...]
    index: IndexInfo
    took_ms: float


@dataclass(frozen=True, slots=True)
class SimilarToText:
    """The articles that are similar to a text, the most similar first."""

    similar: tuple[SimilarArticle, ...]
    index: IndexInfo
    took_ms: float


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """The articles of a list of ids or addresses, each as a `Hit` with its whole text; ``missing`` are those without.

    ``request`` is the search whose matches are marked.
    """

    request: SearchRequest
    hits: tuple[Hit, ...]
    missing: tuple[str, ...]
    index: IndexInfo
    took_ms: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion of what was typed; its ``kind`` is word, phrase, name or headline.

    ``count`` is the number of articles that have a word, or of headlines that have a phrase, a name or the words of a
    headline. ``article`` is the id of the article of a headline, else "".
    """

    text: str
    kind: str
    count: int
    article: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The completions of ``request.q``."""

    request: SearchRequest
    suggestions: tuple[Suggestion, ...]
    index: IndexInfo
    took_ms: float


@dataclass(frozen=True, slots=True)
class WordResults:
    """The significant words of the first ``sample`` of the ``total`` articles that a search finds."""

    request: SearchRequest
    read_as: str
    words: tuple[SignificantWord, ...]
    sample: int
    total: int
    index: IndexInfo
    took_ms: float
    warnings: tuple[QueryWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Ids of articles in a stable order, each with the moment at which its date begins, see `Searcher.listed`."""

    articles: tuple[tuple[str, datetime | None], ...]
    index: IndexInfo


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article with the hits of a query marked in its title and in each paragraph of its body.

    ``marks`` is the number of all hits; of very many only the first ones are marked. ``similar`` are similar articles,
    where they were asked for. ``sought`` says whether the query has words.
    """

    article: Article
    title: Marked
    paragraphs: tuple[Marked, ...]
    index: IndexInfo
    marks: int
    copies: Copies
    story: Story | None = None
    similar: tuple[SimilarArticle, ...] = ()
    sought: bool = False
