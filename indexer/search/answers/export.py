# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports all articles that a search finds, as lines of JSON or as a table, piece by piece as they are read.

By default articles come in ascending order of their ids, which stays the same in every generation. A client that was
interrupted asks for the articles after the last id that it received, from this generation or a later one: it gets no
article twice and misses none that was in the archive all the time. (While copies are collapsed, another copy may
represent a story by then.) In the orders of a search it gives the same id, of which the place is looked up.

A spreadsheet takes a cell that begins with ``=`` for a formula, which would let an article run commands. In tables an
apostrophe is put before such a cell (https://owasp.org/www-community/attacks/CSV_Injection); lines of JSON hold every
text as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType, to_builtins

from indexer import deadline
from indexer.article import Article
from indexer.columns import Order
from indexer.engine.base import Searcher
from indexer.engine.questions import ArticleQuery, Cluster
from indexer.errors import NotFoundError
from indexer.search.answers.json.member_types import (
    ArticleId,
    Author,
    Authors,
    Category,
    DatePrecision,
    FetchedAt,
    Id,
    IndexedAt,
    PublishedAt,
    Source,
    Title,
    Url,
)
from indexer.search.answers.json.members import JsonObject, description
from indexer.search.answers.json.writing import to_json, well_formed
from indexer.search.answers.results import IndexInfo
from indexer.search.answers.warnings import QueryWarning
from indexer.search.planning.plan import QueryPlan
from indexer.search.query.parameter_types import contradiction
from indexer.search.query.parameters import EXPORT_FIELDS

BYTE_ORDER_MARK = "\ufeff"

_ARTICLES_PER_PIECE = 20
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

ArticleInCluster = tuple[Article, Cluster]


class ExportedJson(JsonObject, kw_only=True):
    """A line of an export, with the members that the parameter fields names."""

    may_lack: ClassVar[frozenset[str]] = frozenset(EXPORT_FIELDS)

    id: ArticleId | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    category: Category | UnsetType = UNSET
    author: Author | UnsetType = UNSET
    authors: Authors | UnsetType = UNSET
    published_at: PublishedAt | UnsetType = UNSET
    date_precision: DatePrecision | UnsetType = UNSET
    fetched_at: FetchedAt | UnsetType = UNSET
    indexed_at: IndexedAt | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    cluster_id: Annotated[
        Id | UnsetType,
        Meta(
            description="The id of the article that represents this one and its copies.", examples=["dd17c50d1a401cd6"]
        ),
    ] = UNSET
    cluster_size: Annotated[
        Annotated[int, Meta(ge=1)] | UnsetType,
        Meta(description="How many articles have this text, this one included.", examples=[1]),
    ] = UNSET
    body: Annotated[
        str | UnsetType,
        Meta(
            description="The text, one line a paragraph.",
            examples=["أعلنت إدارة مشروع جسر السنابل تأجيل صبّ الدعامتين الوسطيين ستة أسابيع"],
        ),
    ] = UNSET


@dataclass(frozen=True, slots=True)
class Export:
    """The articles of an export from the generation ``index``, each read when it is its turn.

    ``total`` is how many articles follow the cursor; ``articles`` may be only the first of them.
    ``read_as`` is the query as it was understood; ``warnings`` are the warnings about it.
    """

    index: IndexInfo
    total: int
    articles: Iterable[ArticleInCluster]
    read_as: str = ""
    warnings: tuple[QueryWarning, ...] = ()


ExportWriter = Callable[[Export, Sequence[str]], Iterator[str]]
"""Writes the named fields of an export, several articles a piece."""


def selected(
    searcher: Searcher,
    asked: QueryPlan,
    query: ArticleQuery,
    after: str,
    most: int | None,
    order: Order | None,
    index: IndexInfo,
) -> Export:
    """Returns the articles that ``query`` of ``asked`` finds behind the id ``after``, at most ``most``, in ``order``.

    It keeps ``searcher`` open. Raises TooSlowError, and RequestError if ``order`` does not know the place of ``after``.
    """
    deadline.check()
    told = (asked.read_as, asked.warnings)
    if asked.nothing:
        return Export(index, 0, (), *told)
    try:
        found = searcher.export(query, after, most, order)
    except NotFoundError:
        raise contradiction(
            "cursor",
            "in this order the export cannot continue, since the article in cursor is not found any more: give the id "
            "of an article that came before it, or begin again.",
        ) from None
    return Export(index, found.total, found.articles, *told)


def lines(export: Export, fields: Sequence[str]) -> Iterator[str]:
    """Yields one JSON object a line, with the members ``fields``; several lines a piece."""
    for articles in _pieces(export.articles):
        yield "".join(to_json(_line(_record(*found, fields))) + "\n" for found in articles)


def table(export: Export, fields: Sequence[str], *, header: bool = True, bom: bool = False) -> Iterator[str]:
    """Yields comma-separated values (RFC 4180), several rows a piece; a missing value is empty."""
    if bom or header:
        yield (BYTE_ORDER_MARK if bom else "") + (rows([fields]) if header else "")
    for articles in _pieces(export.articles):
        yield rows([cell(value) for value in _record(*found, fields).values()] for found in articles)


def _pieces(articles: Iterable[ArticleInCluster]) -> Iterator[list[ArticleInCluster]]:
    rest = iter(articles)
    while piece := list(islice(rest, _ARTICLES_PER_PIECE)):
        yield piece


def _record(article: Article, cluster: Cluster, fields: Sequence[str]) -> dict[str, Any]:
    whole = {**description(article), "cluster_id": cluster.id, "cluster_size": cluster.size, "body": article.body}
    return {name: whole[name] if name in whole else dict(article.own).get(name) for name in fields}


def _line(record: dict[str, Any]) -> JsonObject | dict[str, Any]:
    """Returns the JSON object of an article; the archive's own fields are members of it, after all others."""
    known = {name: value for name, value in record.items() if name in ExportedJson.may_lack}
    own = {name: value for name, value in record.items() if name not in known}
    exported = ExportedJson(**known)
    return {**to_builtins(exported), **own} if own else exported


def cell(value: object) -> str:
    """Returns the text of a cell, in which semicolons part the texts of a list.

    A text that a spreadsheet could take for a formula begins with an apostrophe.
    """
    text = "" if value is None else "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def rows(cells: Iterable[Sequence[str]]) -> str:
    """Returns rows of cells as comma-separated values."""
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(cells)
    return well_formed(written.getvalue())
