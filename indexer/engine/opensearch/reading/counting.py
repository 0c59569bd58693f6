# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts articles, or clusters of copies, in all and by name and time: as aggregations of a search.

Clusters are the articles without a copy and the different clusters of the others. OpenSearch estimates the second
number beyond `EXACT` clusters, in a facet beyond `EXACT_IN_FACET`; up to there it is all but exact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from indexer.columns import TIMELINE, YEAR
from indexer.engine.opensearch import encoding
from indexer.engine.opensearch.documents import PRECISIONS
from indexer.engine.opensearch.reading.filtering import column_field
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.periods import Unit, UnitChoice, fitting, name_of, number_at, vague_below
from indexer.engine.queries import Filters
from indexer.engine.questions import FetchedUndated, NamesOverTime, Periods

Json = dict[str, Any]
Pairs = tuple[tuple[str, int], ...]

EXACT = 40_000
EXACT_IN_FACET = 3_000
MOST_NAMES = 10_000
"""A facet has this many names at most, the most frequent ones."""

_COPIED, _CLUSTERS, _VALUES, _UNDATED = "copied", "clusters", "values", "undated"
_PERIODS, _VAGUE = "periods", "vague"
_FETCHED, _EARLIEST, _LATEST = "fetched", "earliest", "latest"
_STATED, _MONTHS = "stated", "months"
_NAMED, _OTHERS = "named {}", "others"


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
    values: Json = _with_clusters(_histogram(unit), collapse=collapse)
    undated: Json = _with_clusters({"missing": {"field": "date"}}, collapse=collapse)
    edges = {_EARLIEST: {"min": {"field": "fetched_at"}}, _LATEST: {"max": {"field": "fetched_at"}}}
    fetched = counted([{"exists": {"field": "fetched_at"}}], collapse=collapse, inner=edges)
    undated["aggs"] = {**undated.get("aggs", {}), _FETCHED: fetched}
    return counted(query, collapse=False, inner={_VALUES: values, _UNDATED: undated})


def spread(unit: UnitChoice, query: Sequence[Json], *, collapse: bool, stated: bool) -> Json:
    """The aggregation for a `PeriodRequest` over those that match all of ``query``; `spread_of` reads it.

    Where the unit is ``auto``, it only finds out which unit suits them; `fitting_of` reads it.
    """
    if unit == "auto":
        precisions = {"terms": {"field": "precision", "size": len(PRECISIONS)}}
        months = counted([stating("month")], collapse=False, inner={_VALUES: _histogram("month")})
        return counted(query, collapse=False, inner={_MONTHS: months, _STATED: precisions})
    vague = _vague(unit)
    clear: Json = {"bool": {"must_not": [vague]}} if stated else {"match_all": {}}
    inner = {_PERIODS: periods(unit, [clear], collapse=collapse)}
    if stated:
        inner[_VAGUE] = counted([vague], collapse=collapse)
    return counted(query, collapse=False, inner=inner)


def fitting_of(answer: Json, filters: Filters) -> Unit:
    """The unit that suits those that `spread` counted."""
    stated = {PRECISIONS[int(one["key"])]: int(one["doc_count"]) for one in answer[_STATED]["buckets"]}
    return fitting(periods_of(answer[_MONTHS], "month"), stated, filters.date_from, filters.date_to)


def spread_of(answer: Json, unit: Unit) -> Periods:
    """How those that `spread` counted by ``unit`` are spread over time."""
    found = answer[_PERIODS]
    vague = number(answer[_VAGUE]) if _VAGUE in answer else 0
    missing = found[_UNDATED]
    fetched = missing[_FETCHED]
    told = None
    if fetched["doc_count"]:
        told = FetchedUndated(number(fetched), int(fetched[_EARLIEST]["value"]), int(fetched[_LATEST]["value"]))
    return Periods(unit, periods_of(found, unit), number(missing), vague, told)


def periods_of(answer: Json, unit: Unit) -> Pairs:
    """(period, count) pairs, ascending, without empty periods."""
    return tuple((name_of(_number(one, unit), unit), number(one)) for one in answer[_VALUES]["buckets"])


def over_time(column: str, chosen: Sequence[str], unit: Unit, query: Sequence[Json], *, collapse: bool) -> Json:
    """The aggregation for a `NamesRequest` of which the names ``chosen`` are known; `over_time_of` reads it."""
    field = column_field(column)
    coded = [encoding.name(name) for name in chosen]
    any_other = {"bool": {"filter": [{"exists": {"field": field}}], "must_not": [{"terms": {field: coded}}]}}
    groups = {_NAMED.format(at): {"term": {field: code}} for at, code in enumerate(coded)} | {_OTHERS: any_other}
    values = {_VALUES: _with_clusters(_histogram(unit), collapse=collapse)}
    inner = {name: counted([group], collapse=False, inner=values) for name, group in groups.items()}
    return counted([*query, stating(unit)], collapse=False, inner=inner)


def over_time_of(answer: Json, chosen: Sequence[str], unit: Unit) -> NamesOverTime:
    """What `over_time` counted."""
    names = tuple((name, periods_of(answer[_NAMED.format(at)], unit)) for at, name in enumerate(chosen))
    return NamesOverTime(names, periods_of(answer[_OTHERS], unit))


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
        return periods_of(answer, "month")
    return periods_of(answer, "year")[::-1] if name == YEAR else names_of(answer, name, dictionary)


def _histogram(unit: Unit) -> Json:
    # Empty periods are left out, so that one wrong date does not make thousands of them.
    interval = {"field": "date", "calendar_interval": unit, "format": "uuuu-MM-dd'T'HH", "min_doc_count": 1}
    return {"date_histogram": interval}


def _number(bucket: Json, unit: Unit) -> int:
    """The number of the period of a bucket."""
    return number_at(datetime.fromisoformat(f"{bucket['key_as_string']}:00"), unit)


def stating(unit: Unit) -> Json:
    """The query of dates that say ``unit``."""
    return {"range": {"precision": {"gte": vague_below(unit)}}}


def _vague(unit: Unit) -> Json:
    """The query of dates that say less than ``unit``."""
    return {"range": {"precision": {"lt": vague_below(unit)}}}


def _with_clusters(aggregation: Json, *, collapse: bool) -> Json:
    return {**aggregation, "aggs": _clusters(EXACT_IN_FACET)} if collapse else aggregation


def _clusters(exact: int) -> Json:
    inner = {_CLUSTERS: {"cardinality": {"field": "cluster", "precision_threshold": exact}}}
    return {_COPIED: {"filter": {"term": {"copied": True}}, "aggs": inner}}
