# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts articles, or clusters of copies, in all and by name and time: as aggregations of a search.

Clusters are the articles without a copy and the different clusters of the others. OpenSearch estimates the second
number beyond `EXACT` clusters, in a facet beyond `EXACT_IN_FACET`; up to there it is all but exact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from indexer.columns import TIMELINE, YEAR
from indexer.engine.opensearch import encoding
from indexer.engine.opensearch.documents import PRECISIONS
from indexer.engine.opensearch.reading.filtering import column_field
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.questions import Periods, Unit

Json = dict[str, Any]
Pairs = tuple[tuple[str, int], ...]

EXACT = 40_000
EXACT_IN_FACET = 3_000
MOST_NAMES = 10_000
"""A facet has this many names at most, the most frequent ones."""

_COPIED, _CLUSTERS, _VALUES, _UNDATED = "copied", "clusters", "values", "undated"
_PERIODS, _VAGUE = "periods", "vague"
_FORMATS: dict[Unit, str] = {"year": "uuuu", "month": "uuuu-MM", "day": "uuuu-MM-dd"}


def counted(query: Sequence[Json], *, collapse: bool, inner: Json | None = None) -> Json:
    """The aggregation that counts the articles that match all of ``query``; `number` reads it."""
    aggregations = {**(inner or {}), **(_clusters(EXACT) if collapse else {})}
    body: Json = {"filter": {"bool": {"filter": list(query)}}}
    return {**body, "aggs": aggregations} if aggregations else body


def number(bucket: Json) -> int:
    """The number of articles, or of clusters where these were counted, in a bucket."""
    copied = bucket.get(_COPIED)
    if copied is None:
        return int(bucket["doc_count"])
    return int(bucket["doc_count"] - copied["doc_count"] + copied[_CLUSTERS]["value"])


def names(
    column: str,
    query: Sequence[Json],
    dictionary: Dictionary,
    *,
    collapse: bool,
    only: Collection[str] | None = None,
) -> Json:
    """The aggregation that counts by the names in ``column``, or by the names ``only``, those that match all of
    ``query``."""
    size = min(max(1, len(dictionary.names(column) if only is None else only)), MOST_NAMES)
    terms: Json = {"field": column_field(column), "size": size, "shard_size": size}
    if only is not None:
        terms["include"] = sorted(map(encoding.name, only))
    values: Json = {"terms": terms}
    return counted(query, collapse=False, inner={_VALUES: _with_clusters(values, collapse=collapse)})


def names_of(answer: Json, column: str, dictionary: Dictionary) -> Pairs:
    """(name, count) pairs, most frequent first."""
    decoded = encoding.names_by_code(dictionary.names(column))
    pairs = [(decoded.get(one["key"], one["key"]), number(one)) for one in answer[_VALUES]["buckets"]]
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def periods(unit: Unit, query: Sequence[Json], *, collapse: bool) -> Json:
    """The aggregation that counts by ``unit`` those that match all of ``query``, and those without a date."""
    histogram = {"field": "date", "calendar_interval": unit, "format": _FORMATS[unit], "min_doc_count": 1}
    values: Json = _with_clusters({"date_histogram": histogram}, collapse=collapse)
    undated: Json = _with_clusters({"missing": {"field": "date"}}, collapse=collapse)
    return counted(query, collapse=False, inner={_VALUES: values, _UNDATED: undated})


def spread(unit: Unit, query: Sequence[Json], *, collapse: bool, stated: bool) -> Json:
    """The aggregation for a `PeriodRequest` over those that match all of ``query``; `spread_of` reads it."""
    vague = {"bool": {"filter": [{"range": {"precision": {"lt": PRECISIONS.index(unit)}}}]}}
    clear = {"bool": {"must_not": [vague]}} if stated else {"match_all": {}}
    inner = {_PERIODS: periods(unit, [clear], collapse=collapse)}
    if stated:
        inner[_VAGUE] = counted([vague], collapse=collapse)
    return counted(query, collapse=False, inner=inner)


def spread_of(answer: Json) -> Periods:
    """How those that `spread` counted are spread over time."""
    found = answer[_PERIODS]
    return Periods(periods_of(found), undated(found), number(answer[_VAGUE]) if _VAGUE in answer else 0)


def periods_of(answer: Json) -> Pairs:
    """(period, count) pairs, ascending, without empty periods."""
    return tuple((one["key_as_string"], number(one)) for one in answer[_VALUES]["buckets"])


def undated(answer: Json) -> int:
    """The number without a date, in the answer to `periods`."""
    return number(answer[_UNDATED])


def facet(
    name: str,
    query: Sequence[Json],
    dictionary: Dictionary,
    *,
    collapse: bool,
    only: Collection[str] | None = None,
) -> Json:
    """The aggregation of the facet ``name`` over those that match all of ``query``; `facet_of` reads it.

    Of a column only the names ``only`` are counted, if these are given.
    """
    if name in (YEAR, TIMELINE):
        return periods("year" if name == YEAR else "month", query, collapse=collapse)
    return names(name, query, dictionary, collapse=collapse, only=only)


def facet_of(answer: Json, name: str, dictionary: Dictionary) -> Pairs:
    """The pairs of a facet as `ResultPage` has them."""
    if name == TIMELINE:
        return periods_of(answer)
    return periods_of(answer)[::-1] if name == YEAR else names_of(answer, name, dictionary)


def _with_clusters(aggregation: Json, *, collapse: bool) -> Json:
    return {**aggregation, "aggs": _clusters(EXACT_IN_FACET)} if collapse else aggregation


def _clusters(exact: int) -> Json:
    inner = {_CLUSTERS: {"cardinality": {"field": "cluster", "precision_threshold": exact}}}
    return {_COPIED: {"filter": {"term": {"copied": True}}, "aggs": inner}}
