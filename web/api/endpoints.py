"""The one table of the API's addresses: requests are checked by it, and the documentation is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from indexer.search.query import parameters as P
from indexer.search.query.parameter_types import Parameter

ROOT = "/api/v1"
JSON = "application/json"
NDJSON = "application/x-ndjson"
CSV = "text/csv"

EXAMPLE_ID = "dd17c50d1a401cd6"
"""An article of the sample archive."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address below `ROOT`. ``schema`` names what a JSON answer is, or each line of an NDJSON one, in `schemas`.

    ``own`` are its parameters but `LANG`; ``example`` are some that the sample archive answers.
    """

    name: str
    path: str
    summary: str
    schema: str
    own: tuple[Parameter[object], ...]
    example: tuple[tuple[str, str], ...] = ()
    media: str = JSON

    @property
    def parameters(self) -> tuple[Parameter[object], ...]:
        """Its own, and the one that all addresses take."""
        return (*self.own, P.LANG)

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def names(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(parameter.name for parameter in self.parameters)

    @property
    def example_address(self) -> str:
        """A whole address, from the server's root on."""
        path = ROOT + self.path.replace("{id}", EXAMPLE_ID)
        return f"{path}?{urlencode(self.example, quote_via=quote)}" if self.example else path

    @property
    def has_id(self) -> bool:
        """Whether the path names an article."""
        return "{id}" in self.path


_BRIDGE = ("q", "جسر السنابل")

SEARCH = Endpoint(
    "search",
    "/search",
    "A page of the articles that a search finds, with counts.",
    "Search",
    P.SEARCH,
    (_BRIDGE, ("per_page", "1"), ("facets", "source,year"), ("snippets", "1")),
)
ARTICLE = Endpoint(
    "article",
    "/articles/{id}",
    "One article, whole; what q finds is marked in it.",
    "Article",
    (P.Q, P.MATCH, P.EXACT, P.WITHOUT, P.COMPARE),
    (("q", "جسر"),),
)
SIMILAR = Endpoint(
    "similar",
    "/articles/{id}/similar",
    "The articles that are most similar to one; similarity is 1 for one of the same words.",
    "Similar",
    (P.PER_PAGE, P.LIMIT),
    (("limit", "2"),),
)
SUGGEST = Endpoint(
    "suggest",
    "/suggest",
    "What q may be completed to: words, phrases, names and headlines, within its operators; 20 at most.",
    "Suggestions",
    (P.Q, P.PER_PAGE, P.LIMIT),
    (("q", "جس"), ("limit", "3")),
)
TIMELINE = Endpoint(
    "timeline",
    "/timeline",
    "How many of the articles found are of each day, month or year, and what share that is of all of that time.",
    "Timeline",
    (*P.NARROWING, P.BY),
    (("q", "جسر"), ("by", "year")),
)
WORDS = Endpoint(
    "words",
    "/words",
    "The words that set what a search finds apart from the archive, by Dunning's log-likelihood ratio.",
    "Words",
    (*P.NARROWING, P.SORT, P.PER_PAGE, P.LIMIT),
    (("q", "جسر"), ("limit", "3")),
)
SOURCES = Endpoint(
    "sources",
    "/sources",
    "The sources of the articles found, the most frequent first; without parameters those of the archive.",
    "Sources",
    (*P.NARROWING, P.LIST_LIMIT),
    (("limit", "3"),),
)
CATEGORIES = Endpoint(
    "categories",
    "/categories",
    "The sections of the articles found, the most frequent first; without parameters those of the archive.",
    "Categories",
    (*P.NARROWING, P.LIST_LIMIT),
    (("limit", "3"),),
)
ANALYZE = Endpoint(
    "analyze",
    "/analyze",
    "What each word of a text goes through, and the terms that it is found by.",
    "Analysis",
    (P.TEXT,),
    (("text", "وللقوات"),),
)
STATS = Endpoint("stats", "/stats", "What the archive holds.", "Stats", ())
EXPORT_NDJSON = Endpoint(
    "export_ndjson",
    "/export.ndjson",
    "All articles found, a JSON object a line, in the order of their ids.",
    "Exported",
    (*P.NARROWING, P.CURSOR, P.EXPORT_LIMIT, P.EXPORTED),
    (_BRIDGE, ("limit", "2"), ("fields", "id,title")),
    NDJSON,
)
EXPORT_CSV = Endpoint(
    "export_csv",
    "/export.csv",
    "The same as a table. A cell that a spreadsheet could take for a formula begins with an apostrophe.",
    "",
    (*P.NARROWING, P.CURSOR, P.EXPORT_LIMIT, P.EXPORTED, P.HEADER, P.BOM),
    (_BRIDGE, ("limit", "2"), ("fields", "id,title")),
    CSV,
)

ENDPOINTS = (
    SEARCH, ARTICLE, SIMILAR, SUGGEST, TIMELINE, WORDS, SOURCES, CATEGORIES, ANALYZE, STATS, EXPORT_NDJSON, EXPORT_CSV,
)  # fmt: skip
