"""All that a search finds, for programs: a JSON object a line, or a table, made piece by piece as it is read.

Articles come in the order of their ids, which does not change when the archive does. So whoever was interrupted asks
for what follows the last id that arrived, from this generation or any later one: no article comes twice, and none is
missed that was there all the time. (Where copies are collapsed, another copy may stand for a story by then.)

A spreadsheet takes a cell that begins with ``=`` for a formula, and so could be commanded by an article. In tables an
apostrophe is put before what could be one (https://owasp.org/www-community/attacks/CSV_Injection); lines of JSON hold
every text as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any

from indexer import deadline
from indexer.article import Article
from indexer.engine.base import Cluster, Searcher
from indexer.search.answers.envelope import description, to_json, well_formed
from indexer.search.answers.results import IndexInfo
from indexer.search.answers.warnings import Notice
from indexer.search.planning.plan import Plan

BYTE_ORDER_MARK = "\ufeff"

_AT_ONCE = 20
"""So many articles make a piece."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Found = tuple[Article, Cluster]


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: ``total`` articles out of the generation ``index``, each fetched when it is its turn.

    ``read_as`` is the query as understood, ``notices`` are the parts of the request that were not read.
    """

    index: IndexInfo
    total: int
    articles: Iterable[Found]
    read_as: str = ""
    notices: tuple[Notice, ...] = ()


Written = Callable[[Export, Sequence[str]], Iterator[str]]
"""A way of writing the members of an export that are named."""


def selected(
    searcher: Searcher, asked: Plan, after: str, most: int | None, index: IndexInfo, *, collapse: bool
) -> Export:
    """What ``asked`` finds, ``most`` articles at most, behind the id ``after``. The export keeps ``searcher`` open."""
    deadline.check()
    told = (asked.read_as, asked.notices)
    if asked.nothing:
        return Export(index, 0, (), *told)
    docs = searcher.select(asked.ranked, asked.filters, collapse=collapse, after=after)[:most]
    found = ((searcher.fetch(doc), searcher.cluster(doc)) for doc in map(int, docs))
    return Export(index, len(docs), found, *told)


def lines(export: Export, fields: Sequence[str]) -> Iterator[str]:
    """A JSON object for each article, with the members ``fields``, each on a line; several lines a piece."""
    for some in _pieces(export.articles):
        yield "".join(to_json(_record(*found, fields)) + "\n" for found in some)


def table(export: Export, fields: Sequence[str], *, header: bool = True, bom: bool = False) -> Iterator[str]:
    """The same as comma-separated values (RFC 4180), several rows a piece; missing values are empty."""
    if bom or header:
        yield (BYTE_ORDER_MARK if bom else "") + (_rows([fields]) if header else "")
    for some in _pieces(export.articles):
        yield _rows([_cell(value) for value in _record(*found, fields).values()] for found in some)


def _pieces(articles: Iterable[Found]) -> Iterator[list[Found]]:
    rest = iter(articles)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _record(article: Article, cluster: Cluster, fields: Sequence[str]) -> dict[str, Any]:
    whole = {**description(article), "cluster_id": cluster.id, "cluster_size": cluster.size, "body": article.body}
    return {name: whole[name] if name in whole else dict(article.own).get(name) for name in fields}


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(rows: Iterable[Sequence[str]]) -> str:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return well_formed(written.getvalue())
