# SPDX-License-Identifier: GPL-3.0-or-later
"""The orders by time, and where a page begins."""

from __future__ import annotations

import math
from collections.abc import Sequence

from indexer.article import Article
from indexer.columns import Order
from indexer.engine.memory.analysed import AnalysedArticle
from indexer.engine.questions import ListPlace, PageRequest


def in_order(found: list[AnalysedArticle], order: Order) -> list[AnalysedArticle]:
    """``found`` in an order by time."""
    return sorted(found, key=lambda one: time_key(ListPlace.behind(one.article), order))


def skipped(listed: Sequence[Article], request: PageRequest) -> int:
    """How many of all hits come before the page."""
    place = request.after
    if place is None:
        return request.offset
    if place.same:
        return place.number
    if request.order == "relevance" and request.query.ranked:
        return next((number for number, one in enumerate(listed, 1) if one.id == place.id), place.number)
    behind = time_key(place, request.order)
    return sum(time_key(ListPlace.behind(one), request.order) <= behind for one in listed)


def time_key(place: ListPlace, order: Order) -> tuple[float, float, str]:
    """What the articles of an order by time are ordered by, ascending."""
    newest = math.inf if place.published is None else -place.published
    if order == "oldest":
        return (math.inf if place.published is None else place.published, 0, place.id)
    if order in ("fetched", "added"):
        moment = place.fetched if order == "fetched" else place.indexed
        return (math.inf if moment is None else -moment, newest, place.id)
    return (newest, 0, place.id)
