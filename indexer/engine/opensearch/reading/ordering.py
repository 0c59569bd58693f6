# SPDX-License-Identifier: GPL-3.0-or-later
"""The orders of hits, and how new an article is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from indexer.columns import Order
from indexer.engine.opensearch.words.dictionary import Dictionary
from indexer.engine.questions import ListPlace
from indexer.engine.weights import RECENCY_HALF_LIFE_DAYS

Json = dict[str, Any]

_EPOCH = datetime(1970, 1, 1)
_BEFORE_ALL, _AFTER_ALL = -62_135_596_801_000, 253_402_300_799_000
"""In milliseconds: the second before the year 1, and the last one of the year 9999. They stand for no date, and the
first one for no moment. With ``_last`` instead, OpenSearch 2.19 leaves out hits of some shards, now and then, where no
article of a page has a date: the shards are told the last date that may be on the page, and do not understand the one
that stands for none."""
_FIELDS = {"fetched": "fetched_at", "added": "indexed_at"}
_NEWEST: list[Json] = [{"date": {"order": "desc", "missing": _BEFORE_ALL}}, {"id": {"order": "asc"}}]
_OLDEST: list[Json] = [{"date": {"order": "asc", "missing": _AFTER_ALL}}, {"id": {"order": "asc"}}]


def sort(order: Order) -> list[Json]:
    """The ``sort`` of a search."""
    if order == "relevance":
        return [{"_score": {"order": "desc"}}, *_NEWEST]
    if order == "fetched" or order == "added":
        return [{_FIELDS[order]: {"order": "desc", "missing": _BEFORE_ALL}}, *_NEWEST]
    return _OLDEST if order == "oldest" else _NEWEST


def values(order: Order, place: ListPlace) -> list[Any]:
    """The sort values of the hit behind which ``place`` lies."""
    found: list[Any] = [place.score] if order == "relevance" else []
    for field, descending, moment in _times(order, place):
        unknown = _BEFORE_ALL if descending else _AFTER_ALL
        found.append(unknown if moment is None else moment * 1_000 if field == "date" else moment)
    return [*found, place.id]


def passed(order: Order, place: ListPlace) -> Json:
    """The query of the articles that do not come behind ``place`` in an order by time."""
    equal: list[Json] = []
    choices: list[Json] = []
    for field, descending, moment in _times(order, place):
        known: Json = {"exists": {"field": field}}
        value: Any = moment
        if moment is not None and field == "date":
            value = (_EPOCH + timedelta(seconds=moment)).isoformat(timespec="seconds")
        sooner = known if moment is None else {"range": {field: {"gt" if descending else "lt": value}}}
        choices.append({"bool": {"filter": [*equal, sooner]}})
        unknown: Json = {"bool": {"must_not": [known]}}
        equal.append(unknown if moment is None else {"range": {field: {"gte": value, "lte": value}}})
    choices.append({"bool": {"filter": [*equal, {"range": {"id": {"lte": place.id}}}]}})
    return {"bool": {"should": choices, "minimum_should_match": 1}}


def _times(order: Order, place: ListPlace) -> list[tuple[str, bool, int | None]]:
    """The times that an order compares before the ids: the field, whether it descends, and that of ``place``."""
    date = ("date", order != "oldest", place.published)
    if order == "fetched" or order == "added":
        return [(_FIELDS[order], True, place.fetched if order == "fetched" else place.indexed), date]
    return [date]


def moment(sort_value: Any) -> datetime | None:
    """The date in the sort values of a hit."""
    if sort_value is None or int(sort_value) in (_BEFORE_ALL, _AFTER_ALL):
        return None
    return _EPOCH + timedelta(milliseconds=int(sort_value))


def fresh(query: Json, recency: float, dictionary: Dictionary) -> Json:
    """``query`` with scores that grow by up to the part ``recency``, the more the newer the article."""
    newest = dictionary.newest()
    if not recency or newest is None:
        return query
    now = newest.isoformat(timespec="seconds")
    decay = {"date": {"origin": now, "scale": f"{RECENCY_HALF_LIFE_DAYS}d", "decay": 0.5}}
    return {
        "function_score": {
            "query": query,
            "functions": [
                {"weight": 1},
                {"filter": {"range": {"date": {"lte": now}}}, "exp": decay, "weight": recency},
                {"filter": {"range": {"date": {"gt": now}}}, "weight": recency},
            ],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def freshness(date: datetime | None, recency: float, dictionary: Dictionary) -> float:
    """The factor that `fresh` puts on the score of an article of this date."""
    newest = dictionary.newest()
    if not recency or newest is None or date is None:
        return 1.0
    age = max(0.0, (newest - date) / timedelta(days=1))
    return float(1 + recency * 0.5 ** (age / RECENCY_HALF_LIFE_DAYS))
